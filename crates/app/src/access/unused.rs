//! What an organization has given, held against what was used of it.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::access::{Day, PermissionPrint, UseSketch};
use polity_domain::api_keys::ApiKey;
use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::listing::{Fact, Record};
use polity_domain::roles::{Principal, Role, RoleAssignment};
use polity_domain::time::Time;
use polity_store::Reader;
use polity_store::access::Place;

use crate::AppError;

/// Principals that are looked for at once.
const AT_ONCE: usize = 1_000;

/// What is broader than its use.
#[derive(Debug, Clone)]
pub enum Broad {
    /// A role that a principal holds.
    RoleAssignment(RoleAssignment),
    /// What is written on a key.
    ApiKey(Box<ApiKey>),
    /// A custom role, with all who hold it.
    Role(Role),
}

/// Something with permissions that nobody used.
#[derive(Debug, Clone)]
pub struct Unused {
    /// What it is.
    pub what: Broad,
    /// How many permissions it gives.
    pub granted: usize,
    /// The names of those that were not used, in order.
    pub permissions: Vec<String>,
    /// When one of its permissions was last used; none: never, as far as is remembered.
    pub last_used: Option<Day>,
}

impl Broad {
    /// As filters and JSON write it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RoleAssignment(_) => "role_assignment",
            Self::ApiKey(_) => "api_key",
            Self::Role(_) => "role",
        }
    }

    /// When it was made.
    pub fn create_time(&self) -> Time {
        match self {
            Self::RoleAssignment(assignment) => assignment.create_time,
            Self::ApiKey(key) => key.create_time,
            Self::Role(role) => role.create_time,
        }
    }

    fn principal(&self) -> Option<Principal> {
        match self {
            Self::RoleAssignment(assignment) => Some(assignment.principal),
            Self::ApiKey(key) => Some(Principal::ApiKey(key.id)),
            Self::Role(_) => None,
        }
    }
}

impl Record for Unused {
    fn value(&self, field: &str, _: Option<&str>) -> Fact<'_> {
        match (field, &self.what) {
            ("type", what) => what.kind().into(),
            ("never_used", _) => self.last_used.is_none().into(),
            ("role", Broad::RoleAssignment(assignment)) => Fact::Text(assignment.role_id.to_string().into()),
            ("role", Broad::Role(role)) => Fact::Text(role.id.to_string().into()),
            ("create_time", what) => what.create_time().into(),
            // `user`, `api_key`, `group`, `service_account`.
            (kind, what) => match what.principal().filter(|principal| principal.kind() == kind) {
                Some(principal) => Fact::Text(principal.to_string().into()),
                None => Fact::Missing,
            },
        }
    }
}

/// A permission and what stands for it.
type Named = (String, PermissionPrint);

/// One that was looked at: where it stands, and what is unused of it if anything is.
pub(super) type Looked = (Place, Option<Unused>);

/// Holds what was given against what was used since a day.
pub(super) struct Judge<'a> {
    pub reader: &'a Reader,
    pub since: Day,
}

impl Judge<'_> {
    /// Looks at role assignments. What one who is in a group used counts for the group.
    pub async fn assignments(&self, assignments: Vec<RoleAssignment>) -> Result<Vec<Looked>, AppError> {
        let at = self.reader.organization();
        let direct: BTreeSet<_> = assignments.iter().map(|assignment| assignment.principal).collect();
        let direct: Vec<_> =
            direct.into_iter().filter(|holder| !matches!(holder, Principal::Group(_))).collect();
        let used = self.reader.used().by(&direct, at, true).await?;
        // Many hold the same.
        let mut given: BTreeMap<RoleId, Vec<Named>> = BTreeMap::new();
        let mut looked = Vec::with_capacity(assignments.len());
        for assignment in assignments {
            let place = Place { time: assignment.create_time, id: assignment.id.uuid() };
            if assignment.principal == Principal::Anonymous {
                // Whoever uses what is public is not noted: nothing is known of it.
                looked.push((place, None));
                continue;
            }
            let names = &*given.entry(assignment.role_id).or_insert_with(|| self.of_role(assignment.role_id));
            let by_group;
            let sketch = match assignment.principal {
                Principal::Group(_) => {
                    let mut sketch = UseSketch::default();
                    self.add(&mut sketch, &[assignment.principal], at, names).await?;
                    by_group = sketch;
                    Some(&by_group)
                }
                direct => used.get(&direct),
            };
            looked.push((place, self.judge(Broad::RoleAssignment(assignment), names, sketch)));
        }
        Ok(looked)
    }

    /// Looks at what is written on keys.
    pub async fn keys(&self, keys: Vec<ApiKey>) -> Result<Vec<Looked>, AppError> {
        let at = self.reader.organization();
        let (far, near): (Vec<&ApiKey>, Vec<_>) = keys.iter().partition(|key| key.descendants);
        let principals =
            |keys: Vec<&ApiKey>| keys.into_iter().map(|key| Principal::ApiKey(key.id)).collect::<Vec<_>>();
        let mut used = self.reader.used().by(&principals(near), at, false).await?;
        used.extend(self.reader.used().by(&principals(far), at, true).await?);
        let catalogue = self.reader.snapshot().catalogue();
        let looked = keys.into_iter().map(|key| {
            let place = Place { time: key.create_time, id: key.id.uuid() };
            let known = key.permissions.iter().filter(|name| catalogue.index(name).is_some());
            let names: Vec<Named> = known.map(|name| named(name)).collect();
            let sketch = used.get(&Principal::ApiKey(key.id));
            (place, self.judge(Broad::ApiKey(Box::new(key)), &names, sketch))
        });
        Ok(looked.collect())
    }

    /// Looks at custom roles: at what all who hold one used, here and below.
    pub async fn roles(&self, roles: Vec<Role>) -> Result<Vec<Looked>, AppError> {
        let (here, snapshot) = (self.reader.organization(), self.reader.snapshot());
        let mut looked = Vec::with_capacity(roles.len());
        for role in roles {
            let place = Place { time: role.create_time, id: role.id.uuid() };
            let names = self.of_role(role.id);
            let mut holders: BTreeMap<OrganizationId, Vec<Principal>> = BTreeMap::new();
            for assignment in self.reader.role_assignments().all_by_role(role.id).await? {
                holders.entry(assignment.organization_id).or_default().push(assignment.principal);
            }
            // Of what is public nobody notes who uses it: nobody can say that it is not used.
            if holders.values().flatten().any(|holder| *holder == Principal::Anonymous) {
                looked.push((place, None));
                continue;
            }
            // Where the role does not reach it allows nothing, and nothing is told of it.
            holders.retain(|at, _| snapshot.reaching(*at).any(|reaching| reaching == here));
            let mut sketch = UseSketch::default();
            for (at, holders) in holders {
                if self.add(&mut sketch, &holders, at, &names).await? {
                    break;
                }
            }
            looked.push((place, self.judge(Broad::Role(role), &names, Some(&sketch))));
        }
        Ok(looked)
    }

    /// Adds what some holders, and those in the groups among them, used where something is held at `at`, until all
    /// of `names` was used: true then.
    async fn add(
        &self,
        sketch: &mut UseSketch,
        holders: &[Principal],
        at: OrganizationId,
        names: &[Named],
    ) -> Result<bool, AppError> {
        let mut all = BTreeSet::new();
        for holder in holders {
            match holder {
                Principal::Group(group) => all.extend(self.reader.snapshot().holders_by(*group)),
                direct => all.extend([*direct]),
            }
        }
        let all: Vec<_> = all.into_iter().collect();
        for chunk in all.chunks(AT_ONCE) {
            for more in self.reader.used().by(chunk, at, true).await?.values() {
                sketch.merge(more);
            }
            if names.iter().all(|(_, print)| sketch.last(*print).is_some_and(|day| day >= self.since)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn judge(&self, what: Broad, names: &[Named], sketch: Option<&UseSketch>) -> Option<Unused> {
        let (mut permissions, mut last_used) = (Vec::new(), None);
        for (name, print) in names {
            let day = sketch.and_then(|sketch| sketch.last(*print));
            last_used = last_used.max(day);
            if day.is_none_or(|day| day < self.since) {
                permissions.push(name.clone());
            }
        }
        permissions.sort_unstable();
        let unused = Unused { what, granted: names.len(), permissions, last_used };
        (!unused.permissions.is_empty()).then_some(unused)
    }

    fn of_role(&self, role: RoleId) -> Vec<Named> {
        let snapshot = self.reader.snapshot();
        let names =
            snapshot.role_permissions(role).into_iter().flat_map(|set| snapshot.permission_names(set));
        names.map(named).collect()
    }
}

fn named(name: &str) -> Named {
    (name.to_owned(), PermissionPrint::of(name))
}
