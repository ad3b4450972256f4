//! Organizations that can be restored no longer: which ones there are, how one vanishes in the transaction of
//! its event, and how what it had is removed afterwards, a few rows at a time.
//!
//! What was purged has no tree any more, so nothing finds it or what hangs on it, from that transaction on.
//! Its rows stay a while as those of nobody: removing them needs no lock of a tree, and goes on where it was
//! after a crash.

use std::collections::BTreeSet;

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::ledger::leaf::Leaf;
use polity_domain::organizations::Purged;
use polity_domain::tags::Tagged;
use polity_domain::time::Time;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::row::{Column, Entity};
use crate::convert::signed;
use crate::ledger::rows::{leaf, personal};
use crate::{Store, StoreError, tags};

/// The tables whose rows are an organization's, each after those that name it, with what tells its rows apart.
const TABLES: &[(&str, &str)] = &[
    ("group_members", "group_id, member_id"),
    ("groups", "id"),
    ("role_assignments", "id"),
    ("members", "organization_id, user_id"),
    ("api_keys", "id"),
    ("invitations", "id"),
    ("invite_link_uses", "invite_link_id, user_id"),
    ("invite_links", "id"),
    ("membership_requests", "id"),
    ("support_access_grants", "id"),
    ("policy_shadows", "policy_id"),
    ("policies", "id"),
    ("resources", "id"),
    ("tag_resources", "tag_id, resource_kind, resource_id"),
    ("tags", "id"),
    ("workspaces", "id"),
    ("roles", "id"),
    ("permissions", "tree_id, name"),
    ("service_accounts", "id"),
    ("ownership_transfers", "id"),
    ("preferences", "organization_id"),
    ("settings", "organization_id"),
    ("limits", "organization_id"),
    ("customizations", "organization_id, version"),
    ("audit_actions", "organization_id, name"),
    ("access_log", "id, organization_id"),
    ("consumption", "organization_id, granularity, period_time, meter"),
    ("consumption_active", "organization_id, granularity, period_time, user_id"),
    ("consumption_events", "organization_id, event_id"),
    ("permission_uses", "principal_id, organization_id"),
];

const DUE: &str = "SELECT o.purge_time, o.id FROM organizations o \
    WHERE o.purge_time <= $1 AND (o.purge_time, o.id) > ($2, $3) AND o.tree_id IS NOT NULL \
    AND NOT EXISTS (SELECT 1 FROM organizations c WHERE c.parent_id = o.id) \
    ORDER BY o.purge_time, o.id LIMIT $4";

/// Nothing of what it was called stays.
const HIDE: &str = "UPDATE organizations SET tree_id = NULL, former_tree_id = $1, parent_id = NULL, \
    title = '', title_folded = '', slug = '', live_slug = NULL, external_id = NULL, kind = '', region = '', \
    labels = '{}', profile = '{}', state_reason = NULL, purge_time = NULL WHERE id = $2";

const KEY_USES: &str = "DELETE FROM api_key_uses WHERE api_key_id IN (SELECT u.api_key_id FROM api_keys k \
    JOIN api_key_uses u ON u.api_key_id = k.id WHERE k.organization_id = $1 LIMIT $2)";

const PERSONAL: &str = "DELETE FROM ledger_personal WHERE (tree_id, revision) IN \
    (SELECT tree_id, revision FROM ledger_leaves WHERE organization_id = $1 AND (tree_id, revision) > ($2, $3) \
    AND (tree_id, revision) <= ($4, $5))";

/// An organization that can be purged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Since when.
    pub purge_time: Time,
    /// Which one.
    pub organization: OrganizationId,
}

/// How far removing has come. Nothing is lost with it: whoever begins anew finds what is left.
#[derive(Debug, Default)]
pub struct Clearing {
    /// Those up to here are done, or were left for another time.
    after: Uuid,
    /// The one that is being removed.
    current: Option<Uuid>,
    /// Up to this one of its leaves what concerns persons is erased.
    leaf: (Uuid, i64),
}

impl Clearing {
    /// Leaves the one that is being removed for another time. False when there is none.
    pub fn skip(&mut self) -> bool {
        self.leaf = Default::default();
        self.current.take().map(|current| self.after = current).is_some()
    }
}

#[derive(FromQueryResult)]
struct DueRow {
    purge_time: i64,
    id: Uuid,
}

/// The tables whose rows go with an organization.
pub fn purged_tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|(table, _)| *table)
}

/// Hides an organization that has nothing below it, in the transaction that tells of it.
pub(crate) async fn hide<C: ConnectionTrait>(db: &C, purged: &Purged) -> Result<(), StoreError> {
    let id = purged.id.uuid();
    tags::forget(db, purged.told, Tagged::Organization(purged.id)).await?;
    run(db, "DELETE FROM organization_paths WHERE descendant_id = $1", vec![id.into()]).await?;
    // Their names are free in the tree.
    run(db, "DELETE FROM permissions WHERE organization_id = $1", vec![id.into()]).await?;
    run(db, HIDE, vec![purged.tree_id.uuid().into(), id.into()]).await?;
    Ok(())
}

/// Which of these organizations are there: whoever writes facts about them down asks first, since one may
/// have been purged meanwhile.
pub(crate) async fn existing<C: ConnectionTrait>(
    db: &C,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeSet<Uuid>, StoreError> {
    let known: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids))
        .filter(Column::TreeId.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(known.into_iter().collect())
}

impl Store {
    /// Organizations that can be restored no longer and have nothing below them, the first to be purged
    /// first, at most `limit` of those behind `after`.
    pub async fn due_for_purge(
        &self,
        now: Time,
        after: Option<Due>,
        limit: u64,
    ) -> Result<Vec<Due>, StoreError> {
        let db = &self.connections.read;
        let (time, id) =
            after.map_or((i64::MIN, Uuid::nil()), |due| (due.purge_time.micros(), due.organization.uuid()));
        let values: [Value; 4] = [now.micros().into(), time.into(), id.into(), signed(limit).into()];
        let due = Statement::from_sql_and_values(db.get_database_backend(), DUE, values);
        let rows = DueRow::find_by_statement(due).all(db).await?;
        let due = |row: DueRow| Due {
            purge_time: Time(row.purge_time),
            organization: OrganizationId::from_uuid(row.id),
        };
        Ok(rows.into_iter().map(due).collect())
    }

    /// Removes at most about `limit` rows of organizations that were purged, in one short transaction; false
    /// when there are none. Of several servers each takes another organization.
    pub async fn clear_purged(&self, at: &mut Clearing, limit: u64) -> Result<bool, StoreError> {
        let tx = self.begin_alone().await?;
        let next = Entity::find()
            .select_only()
            .columns([Column::Id, Column::FormerTreeId])
            .filter(Column::TreeId.is_null())
            .filter(Column::Id.gt(at.after))
            .order_by_asc(Column::Id)
            .limit(1);
        let next = if self.is_postgres() {
            next.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        } else {
            next
        };
        let Some((id, former)) = next.into_tuple::<(Uuid, Option<Uuid>)>().one(&tx).await? else {
            return Ok(false);
        };
        if at.current != Some(id) {
            (at.current, at.leaf) = (Some(id), Default::default());
        }
        if remove_rows(&tx, id, limit).await? >= limit {
            tx.commit().await?;
            return Ok(true);
        }
        if let Some(last) = erase_leaves(&tx, id, at.leaf, limit).await? {
            tx.commit().await?;
            at.leaf = last;
            return Ok(true);
        }
        erase_joined(&tx, id, former).await?;
        let gone = "DELETE FROM organizations WHERE id = $1 AND tree_id IS NULL";
        run(&tx, gone, vec![id.into()]).await?;
        tx.commit().await?;
        at.skip();
        Ok(true)
    }
}

async fn run<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// Removes at most `limit` rows of an organization; how many.
async fn remove_rows(db: &DatabaseTransaction, id: Uuid, limit: u64) -> Result<u64, StoreError> {
    let mut removed = run(db, KEY_USES, vec![id.into(), signed(limit).into()]).await?;
    for (table, key) in TABLES {
        if removed >= limit {
            break;
        }
        let sql = format!(
            "DELETE FROM {table} WHERE organization_id = $1 AND ({key}) IN \
             (SELECT {key} FROM {table} WHERE organization_id = $2 LIMIT $3)"
        );
        removed += run(db, &sql, vec![id.into(), id.into(), signed(limit - removed).into()]).await?;
    }
    Ok(removed)
}

/// Erases what concerns persons beside the organization's next leaves, in whatever tree it was; the last of
/// these leaves, or none when there are no more. The leaves themselves stay, and every proof with them.
async fn erase_leaves(
    db: &DatabaseTransaction,
    id: Uuid,
    after: (Uuid, i64),
    limit: u64,
) -> Result<Option<(Uuid, i64)>, StoreError> {
    let next = "SELECT l.tree_id, l.revision FROM ledger_leaves l \
        JOIN ledger_personal p ON p.tree_id = l.tree_id AND p.revision = l.revision \
        WHERE l.organization_id = $1 AND (l.tree_id, l.revision) > ($2, $3) \
        ORDER BY l.tree_id, l.revision LIMIT $4";
    let values: [Value; 4] = [id.into(), after.0.into(), after.1.into(), signed(limit).into()];
    let next = Statement::from_sql_and_values(db.get_database_backend(), next, values);
    let places = db.query_all_raw(next).await?;
    let Some(last) = places.last() else { return Ok(None) };
    let (tree, revision): (Uuid, i64) = (last.try_get_by_index(0)?, last.try_get_by_index(1)?);
    let values = vec![id.into(), after.0.into(), after.1.into(), tree.into(), revision.into()];
    run(db, PERSONAL, values).await?;
    Ok(Some((tree, revision)))
}

/// Erases what concerns persons beside the leaves by which the organization came into trees with others: they
/// hold its invitations as well. Each names the tree before.
async fn erase_joined(db: &DatabaseTransaction, id: Uuid, last: Option<Uuid>) -> Result<(), StoreError> {
    let organization = OrganizationId::from_uuid(id);
    let mut trees: Vec<Uuid> = last.into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(tree) = trees.pop() {
        if !seen.insert(tree) {
            continue;
        }
        let joined: Vec<(i64, String)> = leaf::Entity::find()
            .select_only()
            .columns([leaf::Column::Revision, leaf::Column::Leaf])
            .filter(leaf::Column::TreeId.eq(tree))
            .filter(leaf::Column::Action.eq("organization.joined"))
            .filter(leaf::Column::Leaf.contains(organization.to_string()))
            .into_tuple()
            .all(db)
            .await?;
        for (revision, text) in joined {
            let Change::OrganizationJoined(subtree) = Leaf::read(&text, None)?.change else { continue };
            if !subtree.organizations.iter().any(|one| one.id == organization) {
                continue;
            }
            trees.push(subtree.from_tree_id.uuid());
            let beside = personal::Entity::find_by_id((tree, revision)).one(db).await?;
            if let Some(beside) = beside
                && concerns(&text, &beside.personal, organization)?
            {
                personal::Entity::delete_by_id((tree, revision)).exec(db).await?;
            }
        }
    }
    Ok(())
}

/// Whether something of what concerns persons stands in a part of the leaf that is the organization's. It can
/// be erased with all the rest beside the leaf or not at all: the leaf commits to the whole.
fn concerns(leaf: &str, personal: &str, organization: OrganizationId) -> Result<bool, StoreError> {
    let leaf: Json = serde_json::from_str(leaf)?;
    let personal: Json = serde_json::from_str(personal)?;
    let own = organization.to_string();
    let pointers = personal.as_object().into_iter().flat_map(|fields| fields.keys());
    // `/change/invitations/3/email`: a field of the fourth invitation.
    let parts = pointers.filter_map(|pointer| {
        let end = pointer.match_indices('/').nth(3).map(|(end, _)| end)?;
        leaf.pointer(&pointer[..end])
    });
    let whose = |part: &Json| part.get("organization_id").or_else(|| part.get("id")).cloned();
    Ok(parts.filter_map(whose).any(|id| id.as_str() == Some(&own)))
}
