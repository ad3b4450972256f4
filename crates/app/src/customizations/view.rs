//! Customizations as doors show them.

use polity_domain::customizations::{
    Customizations, EffectiveCustomizations, Logo, MailKind, MailTemplate, Text, Theme,
};
use polity_domain::ids::OrganizationId;
use polity_domain::settings::{Effective, Mode};

use crate::source::Sources;
use crate::{AppError, Op, Source};

/// An organization's customizations, and what counts there.
#[derive(Debug, Clone)]
pub struct CustomizationsView {
    /// What it says itself; version 0 when it has never said anything.
    pub current: Customizations,
    /// The revision that made the version; 0: there was none yet.
    pub revision: i64,
    /// What counts.
    pub effective: EffectiveView,
}

/// What counts in an organization, with where it was said as far as the caller may know.
#[derive(Debug, Clone, Default)]
pub struct EffectiveView {
    /// Light or dark.
    pub theme: Option<Inherited<Theme>>,
    /// The logo.
    pub logo: Option<Inherited<Logo>>,
    /// The colour.
    pub branding_color: Option<Inherited<String>>,
    /// The texts by key.
    pub texts: Vec<(String, Inherited<Vec<Text>>)>,
    /// The mails by kind.
    pub mail_templates: Vec<(MailKind, Inherited<Vec<MailTemplate>>)>,
}

/// What counts for one part.
#[derive(Debug, Clone)]
pub struct Inherited<T> {
    /// The value.
    pub value: T,
    /// Whether those below may replace it.
    pub mode: Mode,
    /// Where it was said.
    pub source: Source,
}

/// What counts, as the caller may know it.
pub(super) async fn show(
    op: &Op,
    organization: OrganizationId,
    effective: EffectiveCustomizations,
) -> Result<EffectiveView, AppError> {
    let mut sources = Sources::new(op, organization);
    let mut view = EffectiveView {
        theme: one(&mut sources, effective.theme).await?,
        logo: one(&mut sources, effective.logo).await?,
        branding_color: one(&mut sources, effective.branding_color).await?,
        ..EffectiveView::default()
    };
    for (key, found) in effective.texts {
        view.texts.extend(one(&mut sources, Some(found)).await?.map(|shown| (key, shown)));
    }
    for (kind, found) in effective.mail_templates {
        view.mail_templates.extend(one(&mut sources, Some(found)).await?.map(|shown| (kind, shown)));
    }
    Ok(view)
}

async fn one<T>(
    sources: &mut Sources<'_>,
    found: Option<Effective<T>>,
) -> Result<Option<Inherited<T>>, AppError> {
    let Some(Effective { value, mode, source }) = found else { return Ok(None) };
    Ok(Some(Inherited { value, mode, source: sources.show(source).await? }))
}
