//! How an organization looks, without its texts and mails: as it is shown and changed beside its name.

use polity_domain::customizations::{Content, Customizations, Logo, Theme, effective};
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::CUSTOMIZATIONS_UPDATE;
use polity_domain::settings::chain;
use polity_store::Writer;

use super::change::{Chain, Draft, checked, conclude, draft};
use super::view::CustomizationsView;
use crate::{AppError, Op};

/// What to change of an organization's looks; none stays as it is, `Some(None)` is inherited from now on.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Light or dark.
    pub theme: Option<Option<Theme>>,
    /// The logo.
    pub logo: Option<Option<Logo>>,
    /// The colour.
    pub branding_color: Option<Option<String>>,
}

impl Look {
    /// What an organization says that looks like this. What it inherits already it does not come to say
    /// itself: whoever sends back what they read changes nothing.
    fn content(self, chain: &Chain, before: &Content) -> Result<Content, AppError> {
        let seen = effective(chain);
        let mut content = before.clone();
        if let Some(theme) = self.theme {
            put(&mut content.theme, theme, seen.theme.as_ref().map(|found| &found.value));
        }
        if let Some(logo) = self.logo {
            put(&mut content.logo, logo, seen.logo.as_ref().map(|found| &found.value));
        }
        if let Some(color) = self.branding_color {
            let color = color.map(|color| color.to_ascii_lowercase());
            put(&mut content.branding_color, color, seen.branding_color.as_ref().map(|found| &found.value));
        }
        let parts = content.parts();
        content.enforced.retain(|part| parts.contains(part));
        checked(content)
    }
}

fn put<T: PartialEq>(own: &mut Option<T>, wanted: Option<T>, seen: Option<&T>) {
    if own.is_some() || wanted.as_ref() != seen {
        *own = wanted;
    }
}

/// Changes how an organization looks; its texts and mails stay: a new version.
///
/// # Errors
/// 400 for what is not accepted; 409 `setting_enforced` for a part that somebody above enforces.
#[tracing::instrument(name = "customizations.restyle", skip_all, fields(%organization))]
pub async fn restyle(
    op: &Op,
    organization: OrganizationId,
    look: Look,
) -> Result<CustomizationsView, AppError> {
    let unit = op.write(CUSTOMIZATIONS_UPDATE, organization).await?;
    let before = unit.customizations().current().await?;
    let chain = chain(unit.customizations().lineage().await?);
    let draft = redraft(op, chain, &before.0, look)?;
    conclude(op, unit, before, draft).await
}

/// What a change of looks makes, in a unit that changes something else as well; `chain` reaches its
/// organization.
///
/// # Errors
/// 403 without the right to change them; those of [`restyle`].
pub(crate) async fn restyled(op: &Op, unit: &Writer, chain: Chain, look: Look) -> Result<Draft, AppError> {
    unit.snapshot().permit(&op.principal()?, CUSTOMIZATIONS_UPDATE, unit.organization(), op.moment())?;
    let (before, _) = unit.customizations().current().await?;
    redraft(op, chain, &before, look)
}

fn redraft(op: &Op, chain: Chain, before: &Customizations, look: Look) -> Result<Draft, AppError> {
    let content = look.content(&chain, &before.content)?;
    draft(op, chain, before, content, None)
}
