//! Who may register, and how often somebody may try.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};

/// Who may register, and how often somebody may try.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInSection {
    /// Who may make an account.
    pub registration: Registration,
    /// Failed sign-ins of one account before it must wait.
    pub failures_per_account_per_15_minutes: u32,
    /// Failed sign-ins from one IP address before it must wait.
    pub failures_per_ip_per_15_minutes: u32,
    /// Mails to one address, of any kind.
    pub mails_per_address_per_hour: u32,
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Anyone who reaches the address.
    Anyone,
    /// Only those who hold an invitation.
    Invited,
}

pub(super) const SECTION: Section = Section {
    name: "sign_in",
    about: "Who may register, and how often somebody may try.",
    keys: &[
        Key::new(
            "sign_in.registration",
            Kind::Choice(&["anyone", "invited"]),
            Preset::Is("anyone"),
            "Who may make an account: anyone, or only those who hold an invitation.",
        ),
        Key::new(
            "sign_in.failures_per_account_per_15_minutes",
            Kind::Number(1, 1_000_000),
            Preset::Is("10"),
            "Failed sign-ins of one account before it must wait.",
        ),
        Key::new(
            "sign_in.failures_per_ip_per_15_minutes",
            Kind::Number(1, 1_000_000),
            Preset::Is("50"),
            "Failed sign-ins from one IP address before it must wait.",
        ),
        Key::new(
            "sign_in.mails_per_address_per_hour",
            Kind::Number(1, 1_000_000),
            Preset::Is("5"),
            "Mails that anybody can cause to one address.",
        ),
    ],
};
