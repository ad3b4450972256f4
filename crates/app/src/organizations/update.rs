//! Changing an organization's fields.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{
    Contacts, Edge, Flag, Organization, Profile, check_domains, check_external_id, check_features,
    check_kind, check_labels,
};
use polity_domain::permissions::{ORGANIZATIONS_MOVE, ORGANIZATIONS_UPDATE, SETTINGS_UPDATE};
use polity_domain::settings::chain;
use polity_domain::text::{Slug, Title};
use polity_store::Writer;

use super::fields::Faults;
use super::view::{OrganizationView, conclude, logo, tag, view};
use crate::customizations::{Draft, Look, restyled};
use crate::preview::{Judged, judge};
use crate::settings::policy;
use crate::{AppError, IfMatch, Op};

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct OrganizationUpdate {
    /// The display name.
    pub title: Option<String>,
    /// The name in URLs.
    pub slug: Option<String>,
    /// The customer's own id for it; `Some(None)` takes it away.
    pub external_id: Option<Option<String>>,
    /// What it is to the product.
    pub kind: Option<String>,
    /// Labels to set, and (none) to take away; the others stay.
    pub labels: BTreeMap<String, Option<String>>,
    /// Whether roles held on the parent reach it.
    pub inherits_roles: Option<bool>,
    /// Whether settings of the parent reach it.
    pub inherits_settings: Option<bool>,
    /// Whether it is billed to the parent.
    pub billing_synced: Option<bool>,
    /// Whether it signs in by the parent's identity provider.
    pub identity_provider_synced: Option<bool>,
    /// What it is as an account.
    pub profile: ProfileUpdate,
    /// How it looks.
    pub look: Option<Look>,
}

/// What to change of a profile; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ProfileUpdate {
    /// Who is written to.
    pub contacts: Option<Contacts>,
    /// What is so of it as an account.
    pub flags: Option<BTreeSet<Flag>>,
    /// Whose people are neither invited nor added.
    pub blocked_email_domains: Option<BTreeSet<String>>,
    /// What the product has switched on.
    pub features: Option<BTreeSet<String>>,
}

/// Changes an organization's fields. What changes the edge to its parent decides who has a say in it, so
/// that needs the right to move it as well.
///
/// # Errors
/// 400 for each field that is wrong, also when a top-level organization is to inherit; 409 `slug_taken`;
/// 409 `last_owner` and `role_left_behind` when it is to inherit roles no longer, `setting_enforced` when it
/// is to inherit settings no longer while somebody above enforces some; 412.
#[tracing::instrument(name = "organizations.update", skip_all, fields(%organization))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    mut update: OrganizationUpdate,
    if_match: &IfMatch,
) -> Result<OrganizationView, AppError> {
    let mut unit = op.write(ORGANIZATIONS_UPDATE, organization).await?;
    let (before, revision) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    let look = update.look.take();
    let mut lineage = unit.customizations().lineage().await?;
    let reaching = chain(lineage.clone());
    match look {
        None => if_match.check(revision)?,
        // The logo is part of what was seen.
        Some(_) => if_match.check_tag(&tag(revision, logo(&reaching).as_deref()))?,
    }
    let after = update.apply(&before)?;
    if let (Some(own), Some(edge)) = (lineage.first_mut(), after.edge) {
        own.inherits_settings = edge.inherits_settings;
    }
    let chain = chain(lineage);
    let Draft { next, chain } = match look {
        Some(look) => restyled(op, &unit, chain, look).await?,
        None => Draft { next: None, chain },
    };
    let (look, logo_data_uri) = (next.map(Change::CustomizationsUpdated), logo(&chain));
    let shown = |view: OrganizationView| OrganizationView { logo_data_uri, ..view };
    if after == before {
        let Some(look) = look else {
            drop(unit);
            return view(op, before, revision).await.map(shown);
        };
        return conclude(op, unit.seal(look).await?, before, Some(revision)).await.map(shown);
    }
    let after = Organization { update_time: op.now(), ..after };
    let edge_changes = after.edge != before.edge;
    if edge_changes {
        unit.snapshot().permit(&op.principal()?, ORGANIZATIONS_MOVE, organization, op.moment())?;
        check_shut(op, &unit, &before, &after).await?;
    }
    if let Some(look) = look {
        unit.record(look).await?;
    }
    let change = Change::OrganizationUpdated(Changed { before, after: after.clone() });
    // Who owns what is at stake only where the edge changes.
    let changed: &[_] = if edge_changes { &[organization] } else { &[] };
    match judge(unit, change, false, changed).await? {
        Judged::Ready(recorded) => conclude(op, *recorded, after, None).await.map(shown),
        Judged::Preview(_) => Err(AppError::internal("a change that is no preview gave one")),
    }
}

/// Nobody gets out of what is enforced above by shutting the edge that it comes by: that takes the right
/// to change the settings of each that enforces some. What the instance enforces no edge shuts out.
async fn check_shut(
    op: &Op,
    unit: &Writer,
    before: &Organization,
    after: &Organization,
) -> Result<(), AppError> {
    let shuts = |edge: Edge| {
        edge.inherits_settings
            && after.edge.is_some_and(|new| new.parent == edge.parent && !new.inherits_settings)
    };
    let Some(edge) = before.edge.filter(|edge| shuts(*edge)) else { return Ok(()) };
    let principal = op.principal()?;
    let bound = |enforcer: OrganizationId| {
        enforcer != OrganizationId::ROOT
            && unit.snapshot().permit(&principal, SETTINGS_UPDATE, enforcer, op.moment()).is_err()
    };
    if policy(unit, edge.parent).await?.enforcers().any(bound) {
        let detail = "Settings are enforced above: only those who may change them there can shut them out.";
        return Err(AppError::conflict("setting_enforced", detail));
    }
    Ok(())
}

impl OrganizationUpdate {
    fn apply(self, before: &Organization) -> Result<Organization, AppError> {
        let mut faults = Faults::default();
        let mut after = before.clone();
        if let Some(title) = self.title {
            faults.check("/title", Title::parse(&title));
            after.title = title;
        }
        // The root keeps its reserved one.
        if let Some(slug) = self.slug.filter(|slug| *slug != before.slug) {
            faults.check("/slug", Slug::parse(&slug));
            after.slug = slug;
        }
        if let Some(id) = self.external_id {
            if let Some(id) = &id {
                faults.check("/external_id", check_external_id(id));
            }
            after.external_id = id;
        }
        if let Some(kind) = self.kind {
            faults.check("/kind", check_kind(&kind));
            after.kind = kind;
        }
        for (key, value) in self.labels {
            match value {
                Some(value) => after.labels.insert(key, value),
                None => after.labels.remove(&key),
            };
        }
        faults.check("/labels", check_labels(&after.labels));
        let mut turn =
            |field, wanted: Option<bool>, flag: fn(&mut Edge) -> &mut bool| match (wanted, &mut after.edge) {
                (Some(wanted), Some(edge)) => *flag(edge) = wanted,
                (Some(true), None) => {
                    faults.check(field, Err::<(), _>("a top-level organization has no parent"));
                }
                _ => {}
            };
        turn("/inherits_roles", self.inherits_roles, |edge| &mut edge.inherits_roles);
        turn("/inherits_settings", self.inherits_settings, |edge| &mut edge.inherits_settings);
        turn("/billing_synced", self.billing_synced, |edge| &mut edge.billing_synced);
        turn("/identity_provider_synced", self.identity_provider_synced, |edge| {
            &mut edge.identity_provider_synced
        });
        self.profile.apply(&mut after.profile, &mut faults);
        faults.end()?;
        Ok(after)
    }
}

impl ProfileUpdate {
    fn apply(self, profile: &mut Profile, faults: &mut Faults) {
        if let Some(contacts) = self.contacts {
            faults.check("/contacts", contacts.check());
            profile.contacts = contacts;
        }
        if let Some(flags) = self.flags {
            profile.flags = flags;
        }
        if let Some(domains) = self.blocked_email_domains {
            faults.check("/blocked_email_domains", check_domains(&domains));
            profile.blocked_email_domains = domains;
        }
        if let Some(features) = self.features {
            faults.check("/features", check_features(&features));
            profile.features = features;
        }
    }
}
