//! A part of a tree, whole: what an organization takes along when it goes to another tree.

use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::ledger::event::Subtree;
use polity_domain::organizations::{Edge, Organization};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use super::row;
use crate::{
    StoreError, Writer, api_keys, audit, customizations, groups, invitations, invite_links, limits, members,
    membership_requests, permissions, policies, preferences, resources, role_assignments, roles,
    service_accounts, settings, support_access_grants, tags, workspaces,
};

impl Writer {
    /// The permit's organization and everything below it, as it is to stand in the tree `tree`, with `edge`
    /// at its top. Read in this unit's transaction, so that nothing is missing and nothing comes twice.
    pub async fn collect_subtree(&self, tree: TreeId, edge: Option<Edge>) -> Result<Subtree, StoreError> {
        let top = self.organization();
        let from_tree_id = self.before(top).map_or(top, polity_domain::access::Snapshot::tree_id);
        let mut organizations = Vec::new();
        for row in below::<row::Model, _>(&self.tx, "organizations", "id", top, "p.depth, r.id").await? {
            let organization: Organization = row.try_into()?;
            let edge = if organization.id == top { edge } else { organization.edge };
            organizations.push(Organization { tree_id: tree, edge, ..organization });
        }
        Ok(Subtree {
            from_tree_id,
            organizations,
            roles: self.all_below::<roles::row::Model, _>("roles", "r.id").await?,
            // By name: where they join, they are numbered in this order, as the table's rows are.
            permissions: self.all_below::<permissions::row::Model, _>("permissions", "r.name").await?,
            members: self
                .all_below::<members::row::Model, _>("members", "r.organization_id, r.user_id")
                .await?,
            role_assignments: self
                .all_below::<role_assignments::row::Model, _>("role_assignments", "r.id")
                .await?,
            invitations: self.all_below::<invitations::row::Model, _>("invitations", "r.id").await?,
            api_keys: self.all_below::<api_keys::row::Model, _>("api_keys", "r.id").await?,
            tags: self.all_below::<tags::row::Model, _>("tags", "r.id").await?,
            tag_resources: self
                .all_below::<tags::resource_row::Model, _>(
                    "tag_resources",
                    "r.tag_id, r.resource_kind, r.resource_id",
                )
                .await?,
            workspaces: self.all_below::<workspaces::row::Model, _>("workspaces", "r.id").await?,
            groups: self.all_below::<groups::row::Model, _>("groups", "r.id").await?,
            group_members: self
                .all_below::<groups::member_row::Model, _>("group_members", "r.group_id, r.member_id")
                .await?,
            preferences: self
                .all_below::<preferences::row::Model, _>("preferences", "r.organization_id")
                .await?,
            settings: self.all_below::<settings::row::Model, _>("settings", "r.organization_id").await?,
            customizations: self
                .all_below::<customizations::row::Model, _>(customizations::CURRENT_ROWS, "r.organization_id")
                .await?,
            limits: self.all_below::<limits::row::Model, _>("limits", "r.organization_id").await?,
            audit_actions: self
                .all_below::<audit::row::Model, _>("audit_actions", "r.organization_id, r.name")
                .await?,
            service_accounts: self
                .all_below::<service_accounts::row::Model, _>("service_accounts", "r.id")
                .await?,
            invite_links: self.all_below::<invite_links::row::Model, _>("invite_links", "r.id").await?,
            invite_link_uses: self
                .all_below::<invite_links::use_row::Model, _>(
                    "invite_link_uses",
                    "r.invite_link_id, r.user_id",
                )
                .await?,
            membership_requests: self
                .all_below::<membership_requests::row::Model, _>("membership_requests", "r.id")
                .await?,
            support_access_grants: self
                .all_below::<support_access_grants::row::Model, _>("support_access_grants", "r.id")
                .await?,
            policies: self.all_below::<policies::row::Model, _>("policies", "r.id").await?,
            resources: self.all_below::<resources::row::Model, _>("resources", "r.id").await?,
        })
    }

    async fn all_below<M, T>(&self, table: &'static str, order: &'static str) -> Result<Vec<T>, StoreError>
    where
        M: FromQueryResult + TryInto<T, Error = StoreError>,
    {
        let rows = below::<M, _>(&self.tx, table, "organization_id", self.organization(), order).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

/// The rows of a table that belong to an organization or one below it.
async fn below<M: FromQueryResult, C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    key: &'static str,
    top: OrganizationId,
    order: &'static str,
) -> Result<Vec<M>, StoreError> {
    let sql = format!(
        "SELECT r.* FROM organization_paths p JOIN {table} r ON r.{key} = p.descendant_id \
         WHERE p.ancestor_id = $1 ORDER BY {order}"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [top.uuid().into()]);
    Ok(M::find_by_statement(statement).all(db).await?)
}
