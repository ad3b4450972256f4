//! An organization's looks, as far as they are shown and changed with it: they are its customizations.

use polity_domain::customizations::{Content, Logo, effective};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::CUSTOMIZATIONS_UPDATE;
use polity_domain::settings::{Level, chain};
use polity_store::Writer;

use crate::customizations::draft;
use crate::{AppError, Op};

/// What to change of an organization's looks.
#[derive(Debug, Clone)]
pub enum Look {
    /// All of it.
    Whole(Box<Content>),
    /// The logo, as a data URI; none takes it away.
    Logo(Option<String>),
}

/// The logo that counts in an organization, if it is a picture itself.
pub(super) fn logo(lineage: Vec<Level<Content>>) -> Option<String> {
    match effective(&chain(lineage)).logo?.value {
        Logo::DataUri(uri) => Some(uri),
        Logo::Url(_) => None,
    }
}

/// The change of looks, and the logo that counts after it.
///
/// # Errors
/// 403 without the right to change them; 400 for what is not accepted; 409 `setting_enforced`.
pub(super) async fn restyle(
    op: &Op,
    unit: &Writer,
    look: Option<Look>,
) -> Result<(Option<Change>, Option<String>), AppError> {
    let own = unit.organization();
    let mut lineage = unit.customizations().lineage().await?;
    let Some(look) = look else { return Ok((None, logo(lineage))) };
    unit.snapshot().permit(&op.principal()?, CUSTOMIZATIONS_UPDATE, own, op.now())?;
    let content = match look {
        Look::Whole(content) => *content,
        Look::Logo(uri) => {
            let (current, _) = unit.customizations().current().await?;
            Content { logo: uri.map(Logo::DataUri), ..current.content }
        }
    };
    let change = draft(op, unit, content).await?;
    if let Some(Change::CustomizationsUpdated(next)) = &change {
        for level in lineage.iter_mut().filter(|level| level.organization_id == own) {
            level.content = next.content.clone();
        }
    }
    Ok((change, logo(lineage)))
}
