//! The row of somebody, or another group, in a group.

use polity_domain::groups::GroupMember;
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::time::Time;
use sea_orm::QueryResult;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{principal, signed};

/// The table `group_members`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: Uuid,
    /// Ids of users and of groups are never the same.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Uuid,
    pub member_kind: String,
    pub organization_id: Uuid,
    pub create_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(member: &GroupMember, revision: u64) -> Self {
        Self {
            group_id: member.group_id.uuid(),
            member_id: member.member.uuid(),
            member_kind: member.member.kind().to_owned(),
            organization_id: member.organization_id.uuid(),
            create_time: member.create_time.micros(),
            revision: signed(revision),
        }
    }
}

/// What [`read`] reads, in its order.
pub(crate) const COLUMNS: &[&str] = &["group_id", "member_id", "member_kind", "organization_id"];

/// What decides access, from its columns by their place.
pub(crate) fn read(row: &QueryResult) -> Result<GroupMember, StoreError> {
    let kind: String = row.try_get_by_index(2)?;
    Ok(GroupMember {
        group_id: GroupId::from_uuid(row.try_get_by_index(0)?),
        member: principal(&kind, row.try_get_by_index(1)?)?,
        organization_id: OrganizationId::from_uuid(row.try_get_by_index(3)?),
        create_time: Time(0),
    })
}

impl TryFrom<Model> for GroupMember {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            group_id: GroupId::from_uuid(row.group_id),
            member: principal(&row.member_kind, row.member_id)?,
            create_time: Time(row.create_time),
        })
    }
}
