//! The lists that are asked, each by its own repository.

use std::sync::LazyLock;

use polity_domain::listing::{Field, Fields, OrderBy};
use polity_store::organizations::Sight;
use polity_store::workspaces::WorkspaceSight;
use polity_store::{Page, PageRequest, Reader, StoreError};
use polity_store::{
    access_log, api_keys, groups, invitations, ledger, members, organizations, permissions, resources,
    role_assignments, roles, service_accounts, tags, workspaces,
};

use super::data::Planted;
use super::descending;
use super::dice::Dice;
use super::row::Key;
use crate::world::NOW;

/// The fields of events but `account`: by its id, or by its title, is nothing that a row could hold.
static EVENTS: LazyLock<&[Field]> = LazyLock::new(|| {
    let others = ledger::FIELDS.all().iter().filter(|field| !["account", "actor_name"].contains(&field.name));
    others.copied().collect::<Vec<_>>().leak()
});

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    Members,
    Organizations,
    RoleAssignments,
    ApiKeys,
    Invitations,
    Groups,
    GroupMembers,
    Workspaces,
    Tags,
    TagResources,
    ServiceAccounts,
    Roles,
    Permissions,
    Resources,
    Events,
    AccessLog,
}

impl List {
    pub const ALL: [Self; 16] = [
        Self::Members,
        Self::Organizations,
        Self::RoleAssignments,
        Self::ApiKeys,
        Self::Invitations,
        Self::Groups,
        Self::GroupMembers,
        Self::Workspaces,
        Self::Tags,
        Self::TagResources,
        Self::ServiceAccounts,
        Self::Roles,
        Self::Permissions,
        Self::Resources,
        Self::Events,
        Self::AccessLog,
    ];

    /// What its filters may name.
    pub fn fields(self) -> Fields {
        match self {
            Self::Members => members::FIELDS,
            Self::Organizations => organizations::FIELDS,
            Self::RoleAssignments => role_assignments::FIELDS,
            Self::ApiKeys => api_keys::FIELDS,
            Self::Invitations => invitations::FIELDS,
            Self::Groups => groups::FIELDS,
            Self::GroupMembers => groups::MEMBER_FIELDS,
            Self::Workspaces => workspaces::FIELDS,
            Self::Tags => tags::FIELDS,
            Self::TagResources => tags::RESOURCE_FIELDS,
            Self::ServiceAccounts => service_accounts::FIELDS,
            Self::Roles => roles::FIELDS,
            Self::Permissions => permissions::FIELDS,
            Self::Resources => resources::FIELDS,
            Self::Events => Fields::new(*EVENTS),
            Self::AccessLog => access_log::FIELDS,
        }
    }

    fn sortable(self) -> &'static [&'static str] {
        match self {
            Self::Members => members::SORTABLE,
            Self::Organizations => organizations::SORTABLE,
            Self::RoleAssignments => role_assignments::SORTABLE,
            Self::ApiKeys => api_keys::SORTABLE,
            Self::Invitations => invitations::SORTABLE,
            Self::Groups => groups::SORTABLE,
            Self::GroupMembers => groups::MEMBER_SORTABLE,
            Self::Workspaces => workspaces::SORTABLE,
            Self::Tags => tags::SORTABLE,
            Self::TagResources => tags::RESOURCE_SORTABLE,
            Self::ServiceAccounts => service_accounts::SORTABLE,
            Self::Roles => roles::SORTABLE,
            Self::Permissions => permissions::SORTABLE,
            Self::Resources => resources::SORTABLE,
            Self::Events => ledger::SORTABLE,
            // It has one order, which nobody asks for.
            Self::AccessLog => &[],
        }
    }

    /// One order that it has.
    pub fn plain_order(self) -> Vec<OrderBy> {
        let first = self.sortable().iter().find(|field| field.ends_with("_time"));
        vec![descending(first.copied().unwrap_or(if self == Self::AccessLog {
            "create_time"
        } else {
            "revision"
        }))]
    }

    /// Some of the fields that it can be sorted by, in any order and direction.
    pub fn order(self, dice: &mut Dice) -> Vec<OrderBy> {
        let mut left = self.sortable().to_vec();
        if left.is_empty() {
            return self.plain_order();
        }
        let count = 1 + dice.below(left.len().min(3));
        let mut step = || {
            let field = left.swap_remove(dice.below(left.len()));
            OrderBy { field, descending: dice.chance(2) }
        };
        (0..count).map(|_| step()).collect()
    }

    /// A page of it: the ids.
    pub async fn page(self, planted: &Planted, here: &Reader, request: &PageRequest) -> Page<Key> {
        match self {
            Self::Members => {
                ids(here.members().list(request, NOW).await, |(member, ..)| Key::Id(member.user_id.uuid()))
            }
            Self::Organizations => {
                let sight = Sight { below: vec![planted.top], deleted: true, ..Sight::default() };
                ids(here.organizations().children(&sight, request).await, |(one, _)| Key::Id(one.id.uuid()))
            }
            Self::RoleAssignments => {
                ids(here.role_assignments().list(request).await, |(one, _)| Key::Id(one.id.uuid()))
            }
            Self::ApiKeys => ids(here.api_keys().list(request, NOW).await, |(one, _)| Key::Id(one.id.uuid())),
            Self::Invitations => {
                ids(here.invitations().list(None, request, NOW).await, |(one, _)| Key::Id(one.id.uuid()))
            }
            Self::Groups => ids(here.groups().list(request).await, |(one, _)| Key::Id(one.id.uuid())),
            Self::GroupMembers => {
                ids(here.groups().members_of(&[planted.crowded], request).await, |(one, _)| {
                    Key::Id(one.member.uuid())
                })
            }
            Self::Workspaces => {
                let sight = WorkspaceSight::All { deleted: true };
                ids(here.workspaces().list(&sight, request).await, |(one, _)| Key::Id(one.id.uuid()))
            }
            Self::Tags => ids(here.tags().list(request).await, |(one, _)| Key::Id(one.id.uuid())),
            Self::TagResources => {
                ids(here.tags().resources(planted.tag, &[], request).await, |(one, _)| Key::Id(one.uuid()))
            }
            Self::ServiceAccounts => {
                ids(here.service_accounts().list(request).await, |(one, _)| Key::Id(one.id.uuid()))
            }
            Self::Roles => {
                ids(here.roles().list(&[planted.top], request).await, |(one, _)| Key::Id(one.id.uuid()))
            }
            Self::Permissions => ids(here.permissions().list(request).await, |one| Key::Text(one.name)),
            Self::Resources => ids(here.resources().list(request).await, |(one, _)| Key::Id(one.id.uuid())),
            Self::Events => ids(here.ledger().list(true, request).await, |event| {
                Key::Number(i64::try_from(event.revision).unwrap())
            }),
            Self::AccessLog => {
                let page = here.access_log().list(request).await.map(|entries| entries.page);
                ids(page, |entry| Key::Id(entry.id.uuid()))
            }
        }
    }
}

fn ids<T>(page: Result<Page<T>, StoreError>, id: impl Fn(T) -> Key) -> Page<Key> {
    page.and_then(|page| page.try_map(|one| Ok::<_, StoreError>(id(one)))).unwrap()
}
