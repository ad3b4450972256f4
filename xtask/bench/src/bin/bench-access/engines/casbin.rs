//! casbin, in the two ways in which a tree of organizations can be told to it, and its plain way for a flat world.

use std::sync::Arc;

use anyhow::Result;
use casbin::DefaultRoleManager;
use casbin::prelude::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use parking_lot::RwLock;

use super::Engine;
use crate::world::{Group, Question, World};

/// Links that may be walked from a person to a role: groups in groups, then the tree.
const MOST_LINKS: usize = 64;

/// Each role of each organization is a group: a handful of policies, and who is in what decides.
pub struct Groups(Enforcer);

/// Each assignment is a policy: who, where, which role.
pub struct Policies(Enforcer);

const FLAT: &str = "
[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.act == p.act
";

const GROUPS: &str = "
[request_definition]
r = sub, obj, act
[policy_definition]
p = role
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g2(r.act, p.role) && g(r.sub, p.role + \"@\" + r.obj)
";

const POLICIES: &str = "
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, role
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && g(r.obj, p.obj) && g2(r.act, p.role)
";

/// A question as casbin takes it.
pub struct Asked {
    user: String,
    /// None in a flat world.
    organization: Option<String>,
    permission: &'static str,
}

/// A rule's fields.
type Rule = Vec<String>;

impl Engine for Groups {
    type Asked = Asked;

    fn load(world: &World) -> Result<Self> {
        if world.shape.depth == 0 {
            let rules = world.roles.iter().flat_map(|role| {
                world.permissions_of(*role).map(move |name| vec![format!("r{role}"), name.to_owned()])
            });
            let held = world.people.iter().enumerate();
            let held = held.map(|(person, (_, role))| vec![user(person), format!("r{role}")]);
            return Ok(Self(enforcer(FLAT, rules.collect(), held.collect(), Vec::new())?));
        }
        let held = |who: String, role, at| vec![who, format!("r{role}@{}", organization(at))];
        let mut links: Vec<Rule> = Vec::new();
        for (child, parent) in world.parents.iter().enumerate() {
            // Whoever holds it above holds it here.
            let Some(parent) = parent else { continue };
            links.extend(
                world
                    .roles
                    .iter()
                    .map(|role| held(format!("r{role}@{}", organization(*parent)), role, child)),
            );
        }
        let people = world.people.iter().enumerate();
        links.extend(people.map(|(person, (at, role))| held(user(person), role, *at)));
        let groups = world.groups.iter().enumerate();
        links.extend(groups.clone().map(|(number, of)| held(group(number), &of.role, of.organization)));
        links.extend(groups.flat_map(|(number, of)| inside(number, of)));
        let rules = world.roles.iter().map(|role| vec![format!("r{role}")]).collect();
        Ok(Self(enforcer(GROUPS, rules, links, permissions(world))?))
    }

    fn ready(&self, world: &World, question: Question) -> Result<Asked> {
        let asked = asked(world, question);
        let organization = asked.organization.filter(|_| world.shape.depth > 0);
        Ok(Asked { organization, ..asked })
    }

    fn ask(&self, asked: &Asked) -> Result<bool> {
        ask(&self.0, asked)
    }
}

impl Engine for Policies {
    type Asked = Asked;

    fn load(world: &World) -> Result<Self> {
        let people = world.people.iter().enumerate();
        let people =
            people.map(|(number, (at, role))| vec![user(number), organization(*at), format!("r{role}")]);
        let groups = world.groups.iter().enumerate();
        let rules =
            people.chain(groups.clone().map(|(number, of)| {
                vec![group(number), organization(of.organization), format!("r{}", of.role)]
            }));
        let parents = world.parents.iter().enumerate();
        let tree =
            parents.filter_map(|(child, parent)| Some(vec![organization(child), organization((*parent)?)]));
        let links = tree.chain(groups.flat_map(|(number, of)| inside(number, of)));
        Ok(Self(enforcer(POLICIES, rules.collect(), links.collect(), permissions(world))?))
    }

    fn ready(&self, world: &World, question: Question) -> Result<Asked> {
        Ok(asked(world, question))
    }

    fn ask(&self, asked: &Asked) -> Result<bool> {
        ask(&self.0, asked)
    }
}

fn asked(world: &World, question: Question) -> Asked {
    Asked {
        user: user(question.person),
        organization: Some(organization(question.organization)),
        permission: world.permissions[question.permission],
    }
}

fn ask(enforcer: &Enforcer, asked: &Asked) -> Result<bool> {
    let (user, permission) = (asked.user.as_str(), asked.permission);
    Ok(match &asked.organization {
        Some(organization) => enforcer.enforce((user, organization.as_str(), permission))?,
        None => enforcer.enforce((user, permission))?,
    })
}

/// In memory alone: nothing of it is written anywhere.
fn enforcer(model: &str, rules: Vec<Rule>, links: Vec<Rule>, permissions: Vec<Rule>) -> Result<Enforcer> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let model = DefaultModel::from_str(model).await?;
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
        enforcer.enable_auto_save(false);
        enforcer.set_role_manager(Arc::new(RwLock::new(DefaultRoleManager::new(MOST_LINKS))))?;
        enforcer.add_policies(rules).await?;
        enforcer.add_grouping_policies(links).await?;
        if !permissions.is_empty() {
            enforcer.add_named_grouping_policies("g2", permissions).await?;
        }
        Ok(enforcer)
    })
}

/// Which role has which permission.
fn permissions(world: &World) -> Vec<Rule> {
    let each = |role| world.permissions_of(role).map(move |name| vec![name.to_owned(), format!("r{role}")]);
    world.roles.iter().flat_map(|role| each(*role)).collect()
}

/// Who is in a group.
fn inside(number: usize, of: &Group) -> impl Iterator<Item = Rule> {
    let people = of.people.iter().map(|person| user(*person));
    let groups = of.groups.iter().map(|inner| group(*inner));
    people.chain(groups).map(move |who| vec![who, group(number)])
}

// casbin keeps all names in one graph: each kind has a letter of its own.

fn user(number: usize) -> String {
    format!("u{number}")
}

fn group(number: usize) -> String {
    format!("g{number}")
}

fn organization(number: usize) -> String {
    format!("o{number}")
}
