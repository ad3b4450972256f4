//! An organization's row.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::fold;
use polity_domain::organizations::{Edge, Organization, OrganizationState};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, signed};

/// The table `organizations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// None: it was purged, and what it had is being removed. Then nobody finds it.
    pub tree_id: Option<Uuid>,
    /// The tree that one without a tree stood in.
    pub former_tree_id: Option<Uuid>,
    pub parent_id: Option<Uuid>,
    pub inherits_roles: bool,
    pub inherits_settings: bool,
    pub billing_synced: bool,
    pub identity_provider_synced: bool,
    pub title: String,
    /// The title folded for comparisons that ignore case.
    pub title_folded: String,
    pub slug: String,
    /// The slug while the organization is not deleted: unique.
    pub live_slug: Option<String>,
    pub external_id: Option<String>,
    pub kind: String,
    pub region: String,
    pub labels: String,
    pub profile: String,
    pub state: String,
    pub state_reason: Option<String>,
    pub delete_time: Option<i64>,
    pub purge_time: Option<i64>,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(organization: &Organization, revision: u64) -> Result<Self, StoreError> {
        let edge = organization.edge;
        let flag = |read: fn(Edge) -> bool| edge.is_some_and(read);
        let (reason, delete_time, purge_time) = match &organization.state {
            OrganizationState::Active => (None, None, None),
            OrganizationState::Suspended { reason } => (Some(reason.clone()), None, None),
            OrganizationState::Deleted { delete_time, purge_time, suspend_reason } => {
                (suspend_reason.clone(), Some(delete_time.micros()), Some(purge_time.micros()))
            }
        };
        Ok(Self {
            id: organization.id.uuid(),
            tree_id: Some(organization.tree_id.uuid()),
            former_tree_id: None,
            parent_id: edge.map(|edge| edge.parent.uuid()),
            inherits_roles: flag(|edge| edge.inherits_roles),
            inherits_settings: flag(|edge| edge.inherits_settings),
            billing_synced: flag(|edge| edge.billing_synced),
            identity_provider_synced: flag(|edge| edge.identity_provider_synced),
            title: organization.title.clone(),
            title_folded: fold(&organization.title),
            slug: organization.slug.clone(),
            live_slug: delete_time.is_none().then(|| organization.slug.clone()),
            external_id: organization.external_id.clone(),
            kind: organization.kind.clone(),
            region: organization.region.clone(),
            labels: json(&organization.labels)?,
            profile: json(&organization.profile)?,
            state: organization.state.as_str().to_owned(),
            state_reason: reason,
            delete_time,
            purge_time,
            create_time: organization.create_time.micros(),
            update_time: organization.update_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for Organization {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let tree_id = row.tree_id.map(OrganizationId::from_uuid);
        let tree_id = tree_id.ok_or_else(|| StoreError::corrupt("an organization that was purged"))?;
        let state = match (row.state.as_str(), row.delete_time, row.purge_time) {
            ("ACTIVE", _, _) => OrganizationState::Active,
            ("SUSPENDED", _, _) => {
                OrganizationState::Suspended { reason: row.state_reason.unwrap_or_default() }
            }
            ("DELETED", Some(delete_time), Some(purge_time)) => OrganizationState::Deleted {
                delete_time: Time(delete_time),
                purge_time: Time(purge_time),
                suspend_reason: row.state_reason,
            },
            (state, _, _) => return Err(StoreError::corrupt(format!("organization state {state}"))),
        };
        Ok(Self {
            id: OrganizationId::from_uuid(row.id),
            tree_id,
            edge: row.parent_id.map(|parent| Edge {
                parent: OrganizationId::from_uuid(parent),
                inherits_roles: row.inherits_roles,
                inherits_settings: row.inherits_settings,
                billing_synced: row.billing_synced,
                identity_provider_synced: row.identity_provider_synced,
            }),
            title: row.title,
            slug: row.slug,
            external_id: row.external_id,
            kind: row.kind,
            region: row.region,
            labels: parse(&row.labels)?,
            profile: parse(&row.profile)?,
            state,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
