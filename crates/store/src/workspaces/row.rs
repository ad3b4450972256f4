//! A workspace's row.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::listing::fold;
use polity_domain::time::Time;
use polity_domain::workspaces::{Workspace, WorkspacePreferences, WorkspaceState};
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, signed};

/// The table `workspaces`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspaces")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    /// The title folded for comparisons that ignore case.
    pub title_folded: String,
    pub slug: String,
    /// The slug while the workspace is not deleted: unique in its organization.
    pub live_slug: Option<String>,
    pub description: String,
    pub labels: String,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub settings: String,
    pub state: String,
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
    pub(crate) fn write(workspace: &Workspace, revision: u64) -> Result<Self, StoreError> {
        let (delete_time, purge_time) = match workspace.state {
            WorkspaceState::Active => (None, None),
            WorkspaceState::Deleted { delete_time, purge_time } => {
                (Some(delete_time.micros()), Some(purge_time.micros()))
            }
        };
        Ok(Self {
            id: workspace.id.uuid(),
            organization_id: workspace.organization_id.uuid(),
            title: workspace.title.clone(),
            title_folded: fold(&workspace.title),
            slug: workspace.slug.clone(),
            live_slug: workspace.lives().then(|| workspace.slug.clone()),
            description: workspace.description.clone(),
            labels: json(&workspace.labels)?,
            locale: workspace.preferences.locale.clone(),
            time_zone: workspace.preferences.time_zone.clone(),
            settings: json(&workspace.settings)?,
            state: workspace.state.as_str().to_owned(),
            delete_time,
            purge_time,
            create_time: workspace.create_time.micros(),
            update_time: workspace.update_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for Workspace {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let state = match (row.state.as_str(), row.delete_time, row.purge_time) {
            ("ACTIVE", None, None) => WorkspaceState::Active,
            ("DELETED", Some(delete_time), Some(purge_time)) => {
                WorkspaceState::Deleted { delete_time: Time(delete_time), purge_time: Time(purge_time) }
            }
            (state, _, _) => return Err(StoreError::corrupt(format!("workspace state {state}"))),
        };
        Ok(Self {
            id: WorkspaceId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            title: row.title,
            slug: row.slug,
            description: row.description,
            labels: parse(&row.labels)?,
            preferences: WorkspacePreferences { locale: row.locale, time_zone: row.time_zone },
            settings: parse(&row.settings)?,
            state,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
