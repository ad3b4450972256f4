//! The keys in their maps of rows that have no id of their own.

use polity_domain::ids::{InviteLinkId, OrganizationId, TagId, UserId};
use polity_domain::members::Member;

use crate::customizations::row as customization;
use crate::groups::member_row as group_member;
use crate::invite_links::use_row as invite_link_use;
use crate::tags::resource_row as tag_resource;

/// The key in its map of a tag on something.
pub(super) fn tagged_key(row: &tag_resource::Model) -> String {
    format!("{} on {} {}", TagId::from_uuid(row.tag_id), row.resource_kind, row.resource_id)
}

/// The key in its map of somebody's joining by a link.
pub(super) fn use_key(row: &invite_link_use::Model) -> String {
    format!("{} by {}", UserId::from_uuid(row.user_id), InviteLinkId::from_uuid(row.invite_link_id))
}

/// The key in its map of a place in a group.
pub(super) fn place_of(row: &group_member::Model) -> String {
    format!("{} {} in {}", row.member_kind, row.member_id, row.group_id)
}

/// A version's key in its map.
pub(super) fn version_key(row: &customization::Model) -> String {
    format!("version {} of {}", row.version, OrganizationId::from_uuid(row.organization_id))
}

/// A membership's key in its map.
pub(super) fn key_of(member: &Member) -> String {
    format!("{} in {}", member.user_id, member.organization_id)
}
