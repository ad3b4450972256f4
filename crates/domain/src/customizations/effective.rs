//! What counts of the customizations on the way up, part by part.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{mail_part, text_part};
use super::{Content, Logo, MailKind, MailTemplate, Text, Theme};
use crate::ids::OrganizationId;
use crate::settings::{Effective, Mode, effective as counts, enforced_above};

/// What counts in an organization.
#[derive(Debug, Clone, Default)]
pub struct EffectiveCustomizations {
    /// Light or dark.
    pub theme: Option<Effective<Theme>>,
    /// The logo.
    pub logo: Option<Effective<Logo>>,
    /// The colour.
    pub branding_color: Option<Effective<String>>,
    /// The texts by key, each in all languages of whoever has said it.
    pub texts: BTreeMap<String, Effective<Vec<Text>>>,
    /// The mails by kind, each in all languages of whoever has said it.
    pub mail_templates: BTreeMap<MailKind, Effective<Vec<MailTemplate>>>,
}

/// A chain of organizations, the nearest first, with what each says.
type Chain = [(OrganizationId, Content)];

/// Takes one part of what each of a chain says.
fn part<'a, T: 'a>(
    chain: &'a Chain,
    name: &'a str,
    of: impl Fn(&'a Content) -> Option<T> + 'a,
) -> impl Iterator<Item = (OrganizationId, T, Mode)> + 'a {
    chain.iter().filter_map(move |(source, content)| {
        let mode = if content.enforced.contains(name) { Mode::Enforced } else { Mode::Default };
        of(content).map(|value| (*source, value, mode))
    })
}

/// What counts, from what a chain says.
pub fn effective(chain: &Chain) -> EffectiveCustomizations {
    let keys: BTreeSet<&str> =
        chain.iter().flat_map(|(_, content)| &content.texts).map(|text| text.key.as_str()).collect();
    let texts = keys.into_iter().filter_map(|key| {
        let name = text_part(key);
        let found = counts(part(chain, &name, |content| some(&content.texts, |text| text.key == key)))?;
        Some((key.to_owned(), found))
    });
    let mails = MailKind::ALL.into_iter().filter_map(|kind| {
        let name = mail_part(kind);
        let found =
            counts(part(chain, &name, |content| some(&content.mail_templates, |mail| mail.kind == kind)))?;
        Some((kind, found))
    });
    EffectiveCustomizations {
        theme: counts(part(chain, "theme", |content| content.theme)),
        logo: counts(part(chain, "logo", |content| content.logo.clone())),
        branding_color: counts(part(chain, "branding_color", |content| content.branding_color.clone())),
        texts: texts.collect(),
        mail_templates: mails.collect(),
    }
}

fn some<T: Clone>(all: &[T], of: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    let found: Vec<_> = all.iter().filter(|one| of(one)).cloned().collect();
    (!found.is_empty()).then_some(found)
}

/// The parts of new content that somebody above the organization enforces, and that are not said as they
/// were before.
pub fn enforced_parts(
    chain: &Chain,
    organization: OrganizationId,
    before: &Content,
    new: &Content,
) -> Vec<String> {
    let changed = new.parts().into_iter().filter(|name| before.part(name) != new.part(name));
    let enforced = |name: &String| {
        let said = part(chain, name, |content| content.parts().contains(name).then_some(()));
        enforced_above(organization, said).is_some()
    };
    changed.filter(enforced).collect()
}
