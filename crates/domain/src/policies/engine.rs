//! Policies by Cedar: read once, checked when they are written, judged when somebody asks.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::LazyLock;

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Effect, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use miette::Diagnostic;

use super::schema::{Actions, danger_group, groups, qualified, schema_for};
use super::shape;
use super::{Asked, InvalidText, Verdict};
use crate::ids::{GroupId, OrganizationId, ServiceAccountId};
use crate::permissions::{Catalogue, Danger};
use crate::roles::{Principal, ResourceRef};

/// A policy's text, read.
#[derive(Debug)]
pub(crate) struct Rule {
    statements: PolicySet,
    /// The actions, and groups of actions, that its statements are about; none: any.
    actions: Option<BTreeSet<String>>,
}

impl Rule {
    /// Reads a text: one or more `forbid`, and nothing else. Whether what it names exists is another question.
    pub fn read(text: &str) -> Result<Self, InvalidText> {
        shape::check(text)?;
        with_stack(|| Self::parse(text))
    }

    fn parse(text: &str) -> Result<Self, InvalidText> {
        let statements = PolicySet::from_str(text).map_err(|errors| refused(text, &errors))?;
        let refuse = |detail: &str| Err(InvalidText { at: None, detail: detail.to_owned() });
        if statements.num_of_templates() > 0 {
            return refuse("is a template: `?principal` and `?resource` stand for nothing here");
        }
        if statements.policies().any(|statement| statement.effect() == Effect::Permit) {
            return refuse(
                "holds a `permit`: only roles permit, and a policy forbids what they do; write `forbid`",
            );
        }
        let mut actions = Some(BTreeSet::new());
        for statement in statements.policies() {
            let of = match statement.action_constraint() {
                ActionConstraint::Any => None,
                ActionConstraint::Eq(action) => Some(vec![action]),
                ActionConstraint::In(actions) => Some(actions),
            };
            actions = actions.zip(of).map(|(mut all, of)| {
                all.extend(of.iter().map(|action| action.id().unescaped().to_owned()));
                all
            });
        }
        if statements.is_empty() {
            return refuse(
                "holds no statement: write `forbid (principal, action, resource);` or a narrower one",
            );
        }
        Ok(Self { statements, actions })
    }

    /// Whether any of it may be about an action: quick, and true when in doubt.
    pub fn concerns(&self, permission: &str, danger: Danger) -> bool {
        let Some(actions) = &self.actions else { return true };
        actions.contains(permission)
            || actions.contains(danger_group(danger))
            || groups(permission, danger).iter().any(|group| actions.contains(group))
    }

    /// What it says. Cedar passes over a statement that cannot be evaluated; here that is a failure, since it might
    /// have forbidden.
    pub fn judge(&self, scene: &Scene) -> Verdict {
        let judge = || Authorizer::new().is_authorized(&scene.request, &self.statements, &scene.entities);
        let response = with_stack(judge);
        let found = response.diagnostics();
        if found.reason().next().is_some() {
            return Verdict::Forbids;
        }
        found.errors().next().map_or(Verdict::Silent, |error| Verdict::Fails(error.to_string()))
    }
}

/// Stack that reading and judging the deepest text needs, also unoptimised.
const ENOUGH: usize = 1_536 * 1024;

/// Whoever calls may stand deep in the stack already: what a text means must not hang on it.
pub(super) fn with_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(ENOUGH, 2 * ENOUGH, work)
}

/// Checks a text as a policy of a tree: that it can be read, forbids and nothing else, and names nothing but what
/// there is, in the way that it can be asked.
///
/// # Errors
/// What is wrong, in Cedar's words, and where.
pub fn check(text: &str, catalogue: &Catalogue) -> Result<(), InvalidText> {
    let rule = Rule::read(text)?;
    validate(text, &rule.statements, schema_for(text, catalogue, Actions::Forbiddable))
}

/// Checks statements strictly against a schema; `text` is what they were read from.
pub(super) fn validate(
    text: &str,
    statements: &PolicySet,
    schema: serde_json::Value,
) -> Result<(), InvalidText> {
    let unreadable =
        |error: &dyn std::fmt::Display| InvalidText { at: None, detail: format!("the schema: {error}") };
    let schema = Schema::from_json_value(schema).map_err(|error| unreadable(&error))?;
    let found = with_stack(|| Validator::new(schema).validate(statements, ValidationMode::Strict));
    if let Some(error) = found.validation_errors().next() {
        return Err(refused(text, error));
    }
    // A statement that can never forbid, or a name that looks like another one, is no guard.
    match found.validation_warnings().next() {
        Some(warning) => Err(refused(text, warning)),
        None => Ok(()),
    }
}

pub(super) fn refused<E: Diagnostic + ?Sized>(text: &str, error: &E) -> InvalidText {
    let label = error.labels().and_then(|mut labels| labels.next());
    let at = label.map(|label| shape::place(text, label.offset()));
    let help = error.help().map(|help| format!(" ({help})")).unwrap_or_default();
    InvalidText { at, detail: format!("{error}{help}") }
}

/// A question as Cedar takes it.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(super) request: Request,
    pub(super) entities: Entities,
}

/// The names of the types, read once.
struct Types {
    user: EntityTypeName,
    group: EntityTypeName,
    account: EntityTypeName,
    anonymous: EntityTypeName,
    key: EntityTypeName,
    organization: EntityTypeName,
    workspace: EntityTypeName,
    action: EntityTypeName,
    told: [EntityTypeName; 4],
}

static TYPES: LazyLock<Result<Types, String>> = LazyLock::new(|| {
    Ok(Types {
        user: kind("User")?,
        group: kind("Group")?,
        account: kind("ServiceAccount")?,
        anonymous: kind("Anonymous")?,
        key: kind("ApiKey")?,
        organization: kind("Organization")?,
        workspace: kind("Workspace")?,
        action: kind("Action")?,
        told: [kind("Texts")?, kind("Numbers")?, kind("Flags")?, kind("Lists")?],
    })
});

fn kind(name: &str) -> Result<EntityTypeName, String> {
    name.parse().map_err(|error| format!("{name}: {error}"))
}

fn uid(of: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(id))
}

impl Types {
    fn organization(&self, id: OrganizationId) -> EntityUid {
        uid(&self.organization, &id.to_string())
    }

    fn resource(&self, resource: &ResourceRef) -> Result<EntityUid, String> {
        if resource.is_workspace() {
            return Ok(uid(&self.workspace, &resource.id));
        }
        Ok(uid(&kind(&qualified(&resource.kind))?, &resource.id))
    }

    fn group(&self, id: GroupId) -> EntityUid {
        uid(&self.group, &id.to_string())
    }

    fn account(&self, id: ServiceAccountId) -> EntityUid {
        uid(&self.account, &id.to_string())
    }

    fn principal(&self, principal: &Principal) -> EntityUid {
        let of = match principal {
            Principal::User(_) => &self.user,
            Principal::ApiKey(_) => &self.key,
            Principal::Group(_) => &self.group,
            Principal::ServiceAccount(_) => &self.account,
            Principal::Anonymous => &self.anonymous,
        };
        uid(of, &principal.to_string())
    }
}

type Attributes = Vec<(String, RestrictedExpression)>;

fn attribute(name: &str, value: RestrictedExpression) -> (String, RestrictedExpression) {
    (name.to_owned(), value)
}

fn make(uid: EntityUid, attributes: Attributes, above: Vec<EntityUid>) -> Result<Entity, String> {
    Entity::new_with_tags(uid, attributes, above, []).map_err(|error| error.to_string())
}

impl Scene {
    /// Sets a question up.
    pub fn set(asked: &Asked<'_>) -> Result<Self, String> {
        let types = TYPES.as_ref().map_err(Clone::clone)?;
        let mut entities = vec![asked.action(types)?];
        for known in asked.known {
            let above = known.above.iter().filter(|above| **above != known.id);
            entities.push(make(
                types.organization(known.id),
                vec![attribute("region", RestrictedExpression::new_string(known.region.to_owned()))],
                above.map(|above| types.organization(*above)).collect(),
            )?);
        }
        entities.extend(asked.principal(types)?);
        let resource = asked.resource(types)?;
        let resource_uid =
            resource.as_ref().map_or_else(|| types.organization(asked.organization), Entity::uid);
        entities.extend(resource);
        let context = asked.context(types, &mut entities)?;
        let principal = types.principal(&asked.subject.principal);
        let action = uid(&types.action, asked.permission);
        let request = Request::new(principal, action, resource_uid, context, None);
        Ok(Self {
            request: request.map_err(|error| error.to_string())?,
            entities: Entities::from_entities(entities, None).map_err(|error| error.to_string())?,
        })
    }
}

impl Asked<'_> {
    fn action(&self, types: &Types) -> Result<Entity, String> {
        let above =
            groups(self.permission, self.danger).iter().map(|group| uid(&types.action, group)).collect();
        make(uid(&types.action, self.permission), Vec::new(), above)
    }

    /// The principal; for a key that acts for a service account, that one as well.
    fn principal(&self, types: &Types) -> Result<Vec<Entity>, String> {
        let subject = self.subject;
        let groups: Vec<_> = subject.groups.iter().map(|group| types.group(*group)).collect();
        let home = subject.organization.map(|home| {
            attribute("organization", RestrictedExpression::new_entity_uid(types.organization(home)))
        });
        let mut attributes: Attributes = home.clone().into_iter().collect();
        if let Principal::User(_) = subject.principal {
            attributes.push(attribute("member", RestrictedExpression::new_bool(subject.member)));
        }
        let mut made = Vec::new();
        if let Some(account) = subject.account {
            let account = types.account(account);
            attributes
                .push(attribute("service_account", RestrictedExpression::new_entity_uid(account.clone())));
            made.push(make(account, home.into_iter().collect(), groups.clone())?);
        }
        made.push(make(types.principal(&subject.principal), attributes, groups)?);
        Ok(made)
    }

    /// What in the organization is asked about, if it is not the organization itself.
    fn resource(&self, types: &Types) -> Result<Option<Entity>, String> {
        let Some(resource) = self.resource else { return Ok(None) };
        let own = types.resource(resource)?;
        let organization = types.organization(self.organization);
        let belongs = attribute("organization", RestrictedExpression::new_entity_uid(organization.clone()));
        let mut above = vec![organization];
        for resource in self.above {
            above.push(types.resource(resource)?);
        }
        make(own, vec![belongs], above).map(Some)
    }

    fn context(&self, types: &Types, entities: &mut Vec<Entity>) -> Result<Context, String> {
        let mut pairs = vec![attribute("now", RestrictedExpression::new_datetime(self.now.to_string()))];
        pairs.extend(self.ip_address.map(|ip| attribute("ip", RestrictedExpression::new_ip(ip.to_string()))));
        let told = self.given.map(told).unwrap_or_default();
        for ((of, name), told) in types.told.iter().zip(["text", "number", "flag", "list"]).zip(told) {
            let uid = uid(of, "given");
            pairs.push(attribute(name, RestrictedExpression::new_entity_uid(uid.clone())));
            entities.push(Entity::new_with_tags(uid, [], [], told).map_err(|error| error.to_string())?);
        }
        Context::from_pairs(pairs).map_err(|error| error.to_string())
    }
}

/// What was told, as tags: texts, numbers, flags and lists.
fn told(given: &super::Given) -> [Attributes; 4] {
    let texts = given.texts.iter();
    let texts = texts.map(|(name, text)| attribute(name, RestrictedExpression::new_string(text.clone())));
    let numbers = given.numbers.iter();
    let numbers = numbers.map(|(name, number)| attribute(name, RestrictedExpression::new_long(*number)));
    let flags = given.flags.iter().map(|(name, flag)| attribute(name, RestrictedExpression::new_bool(*flag)));
    let lists = given.lists.iter().map(|(name, list)| {
        let listed = list.iter().map(|text| RestrictedExpression::new_string(text.clone()));
        attribute(name, RestrictedExpression::new_set(listed))
    });
    [texts.collect(), numbers.collect(), flags.collect(), lists.collect()]
}
