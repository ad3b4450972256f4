//! cedar-policy, in the two ways in which a tree of organizations can be told to it, and its plain way for a flat
//! world.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use anyhow::Result;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Request, RestrictedExpression, SlotId, Template,
};
use polity_domain::roles::BuiltIn;

use super::Engine;
use crate::world::{Question, World};

/// Each role of each organization is an entity that people are in: one policy a role.
pub struct Groups(Cedar);

/// Each assignment is a policy of its own, linked from the role's template.
pub struct Policies(Cedar);

/// Policies and entities.
struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    kinds: Kinds,
}

/// The types of entities.
struct Kinds {
    user: EntityTypeName,
    group: EntityTypeName,
    organization: EntityTypeName,
    role: EntityTypeName,
    action: EntityTypeName,
}

/// What is an entity.
#[derive(Clone, Copy)]
enum Thing {
    User(usize),
    Group(usize),
    Organization(usize),
    /// A role in an organization.
    Role(BuiltIn, usize),
    Permission(&'static str),
    /// All permissions of a role.
    All(BuiltIn),
}

impl Kinds {
    fn new() -> Result<Self> {
        let kind = |name| anyhow::Ok(EntityTypeName::from_str(name)?);
        Ok(Self {
            user: kind("User")?,
            group: kind("Group")?,
            organization: kind("Organization")?,
            role: kind("Role")?,
            action: kind("Action")?,
        })
    }

    fn uid(&self, thing: Thing) -> EntityUid {
        let (kind, id) = match thing {
            Thing::User(number) => (&self.user, number.to_string()),
            Thing::Group(number) => (&self.group, number.to_string()),
            Thing::Organization(number) => (&self.organization, number.to_string()),
            Thing::Role(role, at) => (&self.role, format!("{role}@{at}")),
            Thing::Permission(name) => (&self.action, name.to_owned()),
            Thing::All(role) => (&self.action, role.to_string()),
        };
        EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
    }

    fn entity(&self, thing: Thing, inside: impl IntoIterator<Item = Thing>) -> Entity {
        let inside: HashSet<EntityUid> = inside.into_iter().map(|outer| self.uid(outer)).collect();
        Entity::new_no_attrs(self.uid(thing), inside)
    }

    /// Permissions are in the roles that have them.
    fn actions(&self, world: &World) -> Vec<Entity> {
        let has = |role: &BuiltIn, name| world.permissions_of(*role).any(|known| known == name);
        let each = world.permissions.iter().map(|name| {
            let roles = world.roles.iter().filter(|role| has(role, *name));
            self.entity(Thing::Permission(name), roles.map(|role| Thing::All(*role)))
        });
        each.chain(world.roles.iter().map(|role| self.entity(Thing::All(*role), []))).collect()
    }

    /// People and groups, each in its groups and in what else `held` says.
    fn principals(&self, world: &World, held: impl Fn(BuiltIn, usize) -> Option<Thing>) -> Vec<Entity> {
        let mut of_people: Vec<Vec<Thing>> = vec![Vec::new(); world.people.len()];
        let mut of_groups: Vec<Vec<Thing>> = vec![Vec::new(); world.groups.len()];
        for (number, group) in world.groups.iter().enumerate() {
            group.people.iter().for_each(|person| of_people[*person].push(Thing::Group(number)));
            group.groups.iter().for_each(|inner| of_groups[*inner].push(Thing::Group(number)));
        }
        let people = world.people.iter().zip(of_people).enumerate();
        let people = people.map(|(number, ((at, role), inside))| {
            self.entity(Thing::User(number), inside.into_iter().chain(held(*role, *at)))
        });
        let groups = world.groups.iter().zip(of_groups).enumerate();
        let groups = groups.map(|(number, (group, inside))| {
            let role = held(group.role, group.organization);
            self.entity(Thing::Group(number), inside.into_iter().chain(role))
        });
        people.chain(groups).collect()
    }
}

impl Engine for Groups {
    type Asked = Request;

    fn load(world: &World) -> Result<Self> {
        let kinds = Kinds::new()?;
        let flat = world.shape.depth == 0;
        let policies = world.roles.iter().map(|role| {
            let policy = if flat {
                format!(r#"permit(principal in Role::"{role}@0", action in Action::"{role}", resource);"#)
            } else {
                format!(
                    r#"permit(principal, action in Action::"{role}", resource) when {{ principal in resource["{role}"] }};"#
                )
            };
            anyhow::Ok(Policy::parse(Some(PolicyId::new(role.to_string())), policy)?)
        });
        let policies = PolicySet::from_policies(policies.collect::<Result<Vec<_>>>()?)?;
        let mut entities = kinds.actions(world);
        entities.extend(kinds.principals(world, |role, at| Some(Thing::Role(role, at))));
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); world.parents.len()];
        for (child, parent) in world.parents.iter().enumerate() {
            if let Some(parent) = parent {
                children[*parent].push(child);
            }
        }
        for (at, children) in children.iter().enumerate() {
            // Whoever holds it here holds it below.
            entities.extend(world.roles.iter().map(|role| {
                kinds.entity(Thing::Role(*role, at), children.iter().map(|child| Thing::Role(*role, *child)))
            }));
            let holders = world.roles.iter().map(|role| {
                let holders = kinds.uid(Thing::Role(*role, at));
                (role.to_string(), RestrictedExpression::new_entity_uid(holders))
            });
            let organization = kinds.uid(Thing::Organization(at));
            entities.push(Entity::new(organization, holders.collect(), HashSet::new())?);
        }
        Ok(Self(Cedar::new(policies, entities, kinds)?))
    }

    fn ready(&self, world: &World, question: Question) -> Result<Request> {
        self.0.ready(world, question)
    }

    fn ask(&self, asked: &Request) -> Result<bool> {
        self.0.ask(asked)
    }
}

impl Engine for Policies {
    type Asked = Request;

    fn load(world: &World) -> Result<Self> {
        let kinds = Kinds::new()?;
        let mut policies = PolicySet::new();
        for role in &world.roles {
            let template = format!(
                r#"permit(principal in ?principal, action in Action::"{role}", resource in ?resource);"#
            );
            policies.add_template(Template::parse(Some(PolicyId::new(role.to_string())), template)?)?;
        }
        let people = world.people.iter().enumerate();
        let people = people.map(|(number, (at, role))| (Thing::User(number), *at, *role));
        let groups = world.groups.iter().enumerate();
        let groups = groups.map(|(number, group)| (Thing::Group(number), group.organization, group.role));
        for (number, (holder, at, role)) in people.chain(groups).enumerate() {
            let slots = HashMap::from([
                (SlotId::principal(), kinds.uid(holder)),
                (SlotId::resource(), kinds.uid(Thing::Organization(at))),
            ]);
            policies.link(PolicyId::new(role.to_string()), PolicyId::new(number.to_string()), slots)?;
        }
        let mut entities = kinds.actions(world);
        entities.extend(kinds.principals(world, |_, _| None));
        let tree = world.parents.iter().enumerate();
        entities.extend(
            tree.map(|(at, parent)| kinds.entity(Thing::Organization(at), parent.map(Thing::Organization))),
        );
        Ok(Self(Cedar::new(policies, entities, kinds)?))
    }

    fn ready(&self, world: &World, question: Question) -> Result<Request> {
        self.0.ready(world, question)
    }

    fn ask(&self, asked: &Request) -> Result<bool> {
        self.0.ask(asked)
    }
}

impl Cedar {
    fn new(policies: PolicySet, entities: Vec<Entity>, kinds: Kinds) -> Result<Self> {
        let entities = Entities::from_entities(entities, None)?;
        Ok(Self { authorizer: Authorizer::new(), policies, entities, kinds })
    }

    fn ready(&self, world: &World, question: Question) -> Result<Request> {
        let principal = self.kinds.uid(Thing::User(question.person));
        let action = self.kinds.uid(Thing::Permission(world.permissions[question.permission]));
        let resource = self.kinds.uid(Thing::Organization(question.organization));
        Ok(Request::new(principal, action, resource, Context::empty(), None)?)
    }

    fn ask(&self, asked: &Request) -> Result<bool> {
        let response = self.authorizer.is_authorized(asked, &self.policies, &self.entities);
        // A policy that fails to evaluate is none: the answer would be right by chance.
        anyhow::ensure!(
            response.diagnostics().errors().next().is_none(),
            "cedar could not evaluate a policy"
        );
        Ok(response.decision() == Decision::Allow)
    }
}
