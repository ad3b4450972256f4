//! A role assignment's row.

use polity_domain::ids::{OrganizationId, RoleAssignmentId, RoleId};
use polity_domain::listing::fold;
use polity_domain::roles::{Condition, ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use sea_orm::QueryResult;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{principal, signed, time};

/// The table `role_assignments`. No resource is two empty strings, so that the unique index sees it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_assignments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub principal_kind: String,
    pub principal_id: Uuid,
    pub role_id: Uuid,
    pub resource_kind: String,
    pub resource_id: String,
    /// The resource's id folded for comparisons that ignore case.
    pub resource_id_folded: String,
    pub expire_time: Option<i64>,
    pub condition_title: Option<String>,
    /// What it depends on; none: on nothing.
    pub condition_expression: Option<String>,
    pub create_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(assignment: &RoleAssignment, revision: u64) -> Self {
        let resource = assignment.resource.clone();
        let (resource_kind, resource_id) =
            resource.map(|resource| (resource.kind, resource.id)).unwrap_or_default();
        let condition = assignment.condition.as_deref().cloned();
        let (condition_title, condition_expression) =
            condition.map(|condition| (condition.title, condition.expression)).unzip();
        Self {
            id: assignment.id.uuid(),
            organization_id: assignment.organization_id.uuid(),
            principal_kind: assignment.principal.kind().to_owned(),
            principal_id: assignment.principal.uuid(),
            role_id: assignment.role_id.uuid(),
            resource_kind,
            resource_id_folded: fold(&resource_id),
            resource_id,
            expire_time: assignment.expire_time.map(Time::micros),
            condition_title: condition_title.flatten(),
            condition_expression,
            create_time: assignment.create_time.micros(),
            revision: signed(revision),
        }
    }
}

/// What [`read`] reads, in its order.
pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "organization_id",
    "principal_kind",
    "principal_id",
    "role_id",
    "resource_kind",
    "resource_id",
    "expire_time",
    "create_time",
    "condition_title",
    "condition_expression",
];

/// An assignment from its columns by their place: names cost, where a tree's are read by the million.
pub(crate) fn read(row: &QueryResult) -> Result<RoleAssignment, StoreError> {
    let row = Model {
        id: row.try_get_by_index(0)?,
        organization_id: row.try_get_by_index(1)?,
        principal_kind: row.try_get_by_index(2)?,
        principal_id: row.try_get_by_index(3)?,
        role_id: row.try_get_by_index(4)?,
        resource_kind: row.try_get_by_index(5)?,
        resource_id: row.try_get_by_index(6)?,
        expire_time: row.try_get_by_index(7)?,
        create_time: row.try_get_by_index(8)?,
        condition_title: row.try_get_by_index(9)?,
        condition_expression: row.try_get_by_index(10)?,
        resource_id_folded: String::new(),
        revision: 0,
    };
    row.try_into()
}

impl TryFrom<Model> for RoleAssignment {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let resource = (!row.resource_kind.is_empty())
            .then_some(ResourceRef { kind: row.resource_kind, id: row.resource_id });
        let title = row.condition_title;
        let condition = row.condition_expression.map(|expression| Box::new(Condition { title, expression }));
        Ok(Self {
            id: RoleAssignmentId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            principal: principal(&row.principal_kind, row.principal_id)?,
            role_id: RoleId::from_uuid(row.role_id),
            resource,
            expire_time: time(row.expire_time),
            condition,
            create_time: Time(row.create_time),
        })
    }
}
