//! Looking at customizations before they are made.

use polity_domain::customizations::{Content, MailKind, effective};
use polity_domain::ids::{MessageId, OrganizationId};
use polity_domain::permissions::CUSTOMIZATIONS_UPDATE;
use polity_domain::secret_format::{SecretBytes, Token, TokenKind};
use polity_domain::settings::chain;

use super::change::{check_enforced, checked, with};
use super::view::{EffectiveView, show};
use crate::mail::{Envelope, InvitationMail, Letters, Locale};
use crate::{AppError, Op};

/// What customizations would make.
#[derive(Debug, Clone)]
pub struct CustomizationsPreview {
    /// What would count in the organization.
    pub effective: EffectiveView,
    /// Its mails, with sample data.
    pub mails: Vec<PreviewedMail>,
}

/// A mail as it would be sent, with sample data.
#[derive(Debug, Clone)]
pub struct PreviewedMail {
    /// Which mail.
    pub kind: MailKind,
    /// In which language.
    pub locale: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// Its HTML.
    pub html: String,
}

/// Shows what customizations would make, and makes nothing.
///
/// # Errors
/// Those of changing them.
#[tracing::instrument(name = "customizations.preview", skip_all, fields(%organization))]
pub async fn preview(
    op: &Op,
    organization: OrganizationId,
    content: Content,
) -> Result<CustomizationsPreview, AppError> {
    let content = checked(content)?;
    let reader = op.may(CUSTOMIZATIONS_UPDATE, organization).await?;
    let (before, _) = reader.customizations().current().await?;
    let chain = with(chain(reader.customizations().lineage().await?), organization, &content);
    check_enforced(&chain, organization, &before.content, &content)?;
    let effective = effective(&chain);
    let mut mails = Vec::new();
    for (kind, templates) in &effective.mail_templates {
        for template in &templates.value {
            let letter = match kind {
                MailKind::Invitation => sample_invitation(op, reader.title(), template)?,
            };
            let (kind, locale) = (*kind, template.locale.clone());
            let (subject, text, html) = (letter.subject, letter.text, letter.html);
            mails.push(PreviewedMail { kind, locale, subject, text, html });
        }
    }
    Ok(CustomizationsPreview { effective: show(op, organization, effective).await?, mails })
}

/// An invitation of nobody to nobody, whose link opens nothing.
fn sample_invitation(
    op: &Op,
    title: &str,
    template: &polity_domain::customizations::MailTemplate,
) -> Result<crate::mail::Letter, AppError> {
    let nobody = uuid::Uuid::nil();
    let token = Token { kind: TokenKind::Invitation, id: nobody, secret: SecretBytes::new([0; 32]) }.format();
    let to = polity_domain::email::Email::parse("ada@example.com").map_err(AppError::internal)?;
    let mail = InvitationMail {
        organization_title: title,
        inviter_name: Some("Grace Example"),
        role_titles: &["Member".to_owned()],
        message: Some("Welcome!\nSee you soon."),
        expire_time: op.now().plus_seconds(op.settings().invitation_ttl_seconds),
        token: &token,
        template: Some(template),
    };
    let message_id = MessageId::from_uuid(nobody);
    let envelope = Envelope { to, message_id, time: op.now(), locale: Locale::from_tag(&template.locale) };
    Letters::new(&op.settings().public_url).invitation(envelope, &mail)
}
