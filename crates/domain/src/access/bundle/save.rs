//! A whole tree, saved and loaded again by whoever trusts the place where it lay.

use super::envelope::{self, BundleError, Header, SAVED};
use super::fact::{
    Fact, GroupFact, KeyFact, KeyRest, OrganizationFact, OrganizationRest, PermissionFact, Stands,
};
use super::gather::{Lines, account, built_in, resource, role};
use crate::access::snapshot::{HeldKey, Snapshot};
use crate::ids::OrganizationId;
use crate::permissions::RegisteredPermission;
use crate::time::Time;

impl Snapshot {
    /// All of it as bytes, from which [`Snapshot::load`] makes it again. They name nobody, but hold display names of
    /// organizations, roles and groups and the hashes of keys' secrets: they are the server's own.
    pub fn save(&self, time: Time) -> Result<Vec<u8>, BundleError> {
        let mut lines = Lines { body: Vec::new(), facts: 0, most: usize::MAX };
        self.write_small(&mut lines)?;
        // An empty line ends the facts.
        lines.body.push(b'\n');
        self.write_places(&mut lines.body)?;
        let header = Header {
            version: SAVED,
            tree_id: self.tree_id,
            revision: self.revision,
            organization_id: None,
            descendants: true,
            time,
            facts: lines.facts,
            sha256: envelope::hash(&lines.body),
        };
        envelope::sealed_by_hash(&header, &lines.body)
    }

    /// What [`Snapshot::save`] wrote, and when. Bytes that are cut off or changed are an error, and so is what
    /// another version wrote that this one would read otherwise: the tree is then read from where it really is.
    pub fn load(bytes: &[u8]) -> Result<(Self, Time), BundleError> {
        let (header, body) = envelope::opened_by_hash(bytes)?;
        if header.organization_id.is_some() {
            return Err(BundleError::Malformed);
        }
        let end = body.windows(2).position(|pair| pair == b"\n\n").ok_or(BundleError::Malformed)?;
        let (facts, places) = (body.get(..=end), body.get(end + 2..));
        let mut snapshot = envelope::read(&header, facts.unwrap_or_default())?;
        snapshot.read_places(places.unwrap_or_default())?;
        Ok((snapshot, header.time))
    }

    /// What is said of the tree as facts: all but what principals have.
    fn write_small(&self, lines: &mut Lines) -> Result<(), BundleError> {
        let tops = self.organizations().filter(|(_, node)| node.edge.is_none()).map(|(id, _)| id);
        let organizations: Vec<_> = tops.flat_map(|top| self.subtree(top)).collect();
        let titled_role = |fact: Fact, title: &str| match fact {
            Fact::Role(mut role) => {
                role.title = Some(title.to_owned());
                Fact::Role(role)
            }
            other => other,
        };
        let roles =
            self.roles.iter().filter_map(|(id, held)| Some(titled_role(role(*id, held)?, &held.title)));
        let groups = self.groups.iter().map(|(id, held)| {
            Fact::Group(GroupFact { id: *id, at: held.organization_id, title: Some(held.title.to_string()) })
        });
        let accounts =
            self.accounts.iter().map(|(id, held)| account(*id, held.organization_id, held.disabled));
        let small = built_in()
            .chain(organizations.into_iter().filter_map(|id| self.saved_organization(id)))
            .chain(self.catalogue.registered().map(|(_, entry)| saved_permission(entry)))
            .chain(roles)
            .chain(groups)
            .chain(accounts)
            .chain(self.keys.values().map(|held| saved_key(held)))
            .chain(self.workspaces.iter().map(|(at, id)| Fact::Workspace { at: *at, id: *id }))
            .chain(self.resources.all().map(|(at, own, placed)| resource(at, own, placed)))
            .chain(self.all_policies().map(|policy| Fact::Policy(Box::new(policy.clone()))))
            .chain(self.support_times().map(|(at, since)| Fact::SupportSince { at, since }))
            .chain(self.support_access_grants().cloned().map(Fact::SupportAccessGrant));
        for fact in small {
            lines.write(&fact)?;
        }
        Ok(())
    }

    fn saved_organization(&self, id: OrganizationId) -> Option<Fact> {
        let node = self.node(id)?;
        let rest = OrganizationRest {
            edge: node.edge,
            state: node.state.clone(),
            title: node.title.to_string(),
            region: node.region.to_string(),
        };
        let parent = node.edge.map(|edge| edge.parent);
        let state = Stands::of(&node.state);
        Some(Fact::Organization(OrganizationFact { id, parent, state, rest: Some(Box::new(rest)) }))
    }
}

fn saved_permission(entry: &RegisteredPermission) -> Fact {
    let rest = Some(Box::new(entry.clone()));
    Fact::Permission(PermissionFact { name: entry.name.clone(), danger: entry.danger, rest })
}

fn saved_key(held: &HeldKey) -> Fact {
    let key = &held.key;
    let rest = KeyRest {
        title: key.title.clone(),
        allowed_cidrs: key.allowed_cidrs.clone(),
        rate_limit_per_minute: key.rate_limit_per_minute,
        secrets: key.secrets.clone(),
        revoked: key.revoked,
        creator: key.creator,
        create_time: key.create_time,
        update_time: key.update_time,
    };
    Fact::ApiKey(KeyFact {
        id: key.id,
        at: key.organization_id,
        account: key.service_account_id,
        permissions: key.permissions.clone(),
        descendants: key.descendants,
        until: key.expire_time,
        rest: Some(Box::new(rest)),
    })
}
