use std::sync::LazyLock;

use polity_domain::secret_format::{SecretBytes, Token, TokenKind};
use uuid::Uuid;

use super::*;

fn envelope(locale: Locale) -> Envelope {
    Envelope {
        to: Email::parse("bob@example.test").unwrap(),
        message_id: MessageId::from_uuid(Uuid::from_u128(1)),
        time: Time(1_800_000_000_000_000),
        locale,
    }
}

fn token(kind: TokenKind) -> Revealed {
    Token { kind, id: Uuid::from_u128(1), secret: SecretBytes::new([7; 32]) }.format()
}

fn letters() -> Letters {
    Letters::new("https://polity.test/")
}

static TOKEN: LazyLock<Revealed> = LazyLock::new(|| token(TokenKind::Invitation));
static ROLES: LazyLock<[String; 2]> = LazyLock::new(|| ["Member".to_owned(), "Billing".to_owned()]);

fn invitation<'a>(locale: Locale, change: impl FnOnce(&mut InvitationMail<'a>)) -> Letter {
    let mut mail = InvitationMail {
        organization_title: "Rabbit & Hole",
        inviter_name: Some("Alice"),
        role_titles: ROLES.as_slice(),
        message: Some("Welcome!\n\nSee you at \"five\"."),
        expire_time: Time(1_800_604_800_000_000),
        token: &TOKEN,
        template: None,
    };
    change(&mut mail);
    letters().invitation(envelope(locale), &mail).unwrap()
}

#[test]
fn an_invitation_says_who_invites_to_what_and_until_when() {
    let letter = invitation(Locale::En, |_| {});
    let link = format!("https://polity.test/invitations#token={}", token(TokenKind::Invitation).expose());
    assert_eq!(letter.subject, "Invitation to Rabbit & Hole");
    assert_eq!(letter.link.as_deref(), Some(link.as_str()));
    let expected = format!(
        "Hello,\n\nAlice invites you to join Rabbit & Hole as Member, Billing.\n\n\
         With the invitation comes this message:\n\n> Welcome!\n> \n> See you at \"five\".\n\n\
         Accept or decline it here, until 22 January 2027, 08:00 UTC:\n\n{link}\n\n\
         The link is for you alone and works once."
    );
    assert!(letter.text.starts_with(&expected), "{}", letter.text);
    assert!(letter.text.contains("POST https://polity.test/api/v1/invitations/accept"));
    assert!(letter.html.contains("to join <strong>Rabbit &#38; Hole</strong> as Member, Billing."));
    assert!(letter.html.contains(&format!("<a href=\"{link}\">")));
    assert!(letter.html.contains("<html lang=\"en\">"));
}

#[test]
fn an_invitation_by_no_person_and_with_nothing_to_say_has_no_gaps() {
    let letter = invitation(Locale::En, |mail| {
        (mail.inviter_name, mail.message, mail.role_titles) = (None, None, &[]);
    });
    let expected = "Hello,\n\nyou are invited to join Rabbit & Hole.\n\nAccept or decline it here, until";
    assert!(letter.text.starts_with(expected), "{}", letter.text);
    assert!(!letter.html.contains("blockquote"));
}

#[test]
fn letters_are_written_in_the_reader_s_language_or_in_english() {
    for (tag, locale) in [
        ("de", Locale::De),
        ("de-AT", Locale::De),
        ("DE_ch", Locale::De),
        ("en-GB", Locale::En),
        ("fr", Locale::En),
        ("den", Locale::En),
        ("", Locale::En),
    ] {
        assert_eq!(Locale::from_tag(tag), locale, "{tag}");
    }
    let letter = invitation(Locale::De, |_| {});
    assert_eq!(letter.subject, "Einladung zu Rabbit & Hole");
    assert!(letter.text.contains("Alice lädt Sie ein, Rabbit & Hole beizutreten (Rollen: Member, Billing)."));
    assert!(letter.text.contains("bis 22.01.2027, 08:00 Uhr (UTC):"));
    assert!(letter.html.contains("<html lang=\"de\">") && letter.html.contains("Guten Tag"));
}

#[test]
fn a_registration_has_a_link_and_a_note_to_an_owner_has_none() {
    for (locale, word) in [(Locale::En, "Confirm"), (Locale::De, "Bestätigen")] {
        let token = token(TokenKind::Registration);
        let mail = RegistrationMail { expire_time: Time(1_800_604_800_000_000), token: &token };
        let letter = letters().registration(envelope(locale), &mail).unwrap();
        let link = format!("https://polity.test/registrations#token={}", token.expose());
        assert_eq!(letter.link.as_deref(), Some(link.as_str()));
        assert!(letter.subject.contains(word));
        assert!(letter.text.contains(&link) && letter.html.contains(&link));
        assert!(letter.text.contains("/api/v1/auth/email/verify"));
        let note = letters().already_registered(envelope(locale)).unwrap();
        assert!(note.link.is_none() && !note.text.contains("token") && !note.html.contains("href"));
        assert!(note.text.contains("https://polity.test"));
    }
}

#[test]
fn what_people_typed_is_neither_markup_nor_header_nor_link() {
    let evil = "<img src=x onerror=alert(1)>\r\nBcc: evil@x.test\u{202e} https://evil.test \u{7} {{ 7*7 }}";
    let roles = [evil.to_owned()];
    for locale in [Locale::En, Locale::De] {
        let letter = invitation(locale, |mail| {
            (mail.organization_title, mail.inviter_name) = (evil, Some(evil));
            (mail.message, mail.role_titles) = (Some(evil), &roles);
        });
        assert!(!letter.subject.chars().any(char::is_control));
        for part in [&letter.subject, &letter.text, &letter.html] {
            assert!(!part.contains("https://evil") && !part.contains(['\u{202e}', '\u{7}', '\r']));
        }
        assert!(!letter.html.contains("<img") && letter.html.contains("&#60;img"));
        assert!(letter.text.contains("{{ 7*7 }}"));
        assert!(letter.text.contains("\n> Bcc: evil@x.test"), "{}", letter.text);
        assert!(!letter.text.contains("\nBcc"));
        let sent = super::super::compose::compose(&letter, &super::super::tests::sender()).unwrap();
        let mail = String::from_utf8(sent.formatted()).unwrap();
        assert!(!mail.split_once("\r\n\r\n").unwrap().0.contains("\r\nBcc"));
    }
}

#[test]
fn a_long_title_is_cut() {
    let long = "x".repeat(10_000);
    let letter = invitation(Locale::En, |mail| mail.organization_title = &long);
    assert_eq!(letter.subject.len(), "Invitation to ".len() + MAX_LINE_CHARS);
}
