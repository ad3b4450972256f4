//! What counts in an organization.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::SETTINGS_READ;
use polity_domain::settings::{
    Definition, INVITATIONS_MAX_TTL_SECONDS, INVITATIONS_TTL_SECONDS, KEYS, Mode, Policy, Value, chain,
};

use crate::source::Sources;
use crate::{AppError, Op, Source};

/// What counts for one key.
#[derive(Debug, Clone)]
pub struct EffectiveSetting {
    /// The key.
    pub definition: &'static Definition,
    /// The value that is obeyed.
    pub value: Value,
    /// Whether those below may replace it, and where it was set; none: nobody has set it.
    pub set: Option<(Mode, Source)>,
}

/// What counts in an organization, for every key: what it or somebody above has set, else what holds
/// without.
#[tracing::instrument(name = "settings.effective", skip_all, fields(%organization))]
pub async fn effective(op: &Op, organization: OrganizationId) -> Result<Vec<EffectiveSetting>, AppError> {
    let reader = op.read(SETTINGS_READ, organization).await?;
    let policy = Policy::new(organization, chain(reader.settings().lineage().await?));
    let mut sources = Sources::new(op, organization);
    let mut all = Vec::with_capacity(KEYS.len());
    for definition in KEYS {
        let found = policy.effective(definition.key);
        let set = match &found {
            Some(found) => Some((found.mode, sources.show(found.source).await?)),
            None => None,
        };
        let value = obeyed(op, &policy, definition, found.map(|found| found.value));
        all.push(EffectiveSetting { definition, value, set });
    }
    Ok(all)
}

/// The configuration has the last word on how long invitations stand.
fn obeyed(op: &Op, policy: &Policy, definition: &Definition, set: Option<Value>) -> Value {
    let (usual, longest) = (op.settings().invitation_ttl_seconds, op.settings().invitation_max_ttl_seconds);
    match definition.key {
        INVITATIONS_TTL_SECONDS => {
            Value::Integer(policy.invitation_ttl(None, usual, longest).unwrap_or(longest))
        }
        INVITATIONS_MAX_TTL_SECONDS => Value::Integer(policy.longest_invitation(longest)),
        _ => set.or_else(|| definition.default_value()).unwrap_or(Value::Texts(Vec::new())),
    }
}
