//! Listing who is in a group.

use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::permissions::GROUPS_READ;
use polity_store::groups::{MEMBER_FIELDS, MEMBER_SORTABLE};

use super::GroupMemberView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// Who is in a group, people and groups, the latest first: directly, or with `transitive` also by the
/// groups in it, each once.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list; 404.
#[tracing::instrument(name = "groups.list_members", skip_all, fields(%organization, %id))]
pub async fn list_members(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    transitive: bool,
    params: &ListParams,
) -> Result<Listing<GroupMemberView>, AppError> {
    let reader = op.read(GROUPS_READ, organization).await?;
    reader.groups().get(id).await?.ok_or_else(AppError::not_found)?;
    // A page token is good for the group and the way of asking that it was given for.
    let name = format!("groups.members:{id}:{transitive}");
    let listed = Listed {
        name: &name,
        organization: Some(organization),
        fields: &MEMBER_FIELDS,
        sortable: MEMBER_SORTABLE,
    };
    let request = op.page(&listed, params)?;
    let groups =
        if transitive { reader.snapshot().groups_within(id).into_iter().collect() } else { vec![id] };
    let page = reader.groups().members_of(&groups, &request).await?;
    op.listing(&listed, params, page)
}
