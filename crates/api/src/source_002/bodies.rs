//! The document's shapes.

use std::collections::BTreeSet;

use polity_app::organizations::OrganizationView;
use polity_domain::email::Email;
use polity_domain::organizations::{Contact, Flag};
use serde::Serialize;
use utoipa::ToSchema;

/// An account that is linked to an organization
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the document has them")]
pub struct LinkedAccount {
    /// Its id: that of the child organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn03r")]
    account_id: String,
    /// Its display name
    #[schema(example = "Acme Production")]
    account_name: String,
    /// What it is to the product
    #[schema(example = "organization")]
    account_type: String,
    /// Whether it keeps to PCI DSS
    is_account_pci_compliant: bool,
    /// Whether it has billing details
    account_has_billing_details: bool,
    /// Whether it signs in by the organization's identity provider
    is_enabled_idp_synced_to_organisation: bool,
    /// Whether it is invoiced
    is_account_invoiced: bool,
    /// Whether it is billed to the organization
    is_billing_synced_to_organisation: bool,
    /// Who is written to with questions of every day
    #[schema(value_type = Vec<String>)]
    account_support_contacts: Vec<Email>,
    /// Who is written to about what cannot wait
    #[schema(value_type = Vec<String>)]
    account_emergency_contacts: Vec<Email>,
    /// Who is written to about maintenance to come
    #[schema(value_type = Vec<String>)]
    account_maintenance_contacts: Vec<Email>,
    /// Whether it and the organization use provider accounts together
    are_org_and_account_shared_provider_accounts_actively_used: bool,
}

impl From<&OrganizationView> for LinkedAccount {
    fn from(view: &OrganizationView) -> Self {
        let account = &view.organization;
        let flag = |flag| account.profile.flags.contains(&flag);
        let contacts = &account.profile.contacts;
        Self {
            account_id: account.id.to_string(),
            account_name: account.title.clone(),
            account_type: account.kind.clone(),
            is_account_pci_compliant: flag(Flag::PciCompliant),
            account_has_billing_details: flag(Flag::BillingDetails),
            is_enabled_idp_synced_to_organisation: account
                .edge
                .is_some_and(|edge| edge.identity_provider_synced),
            is_account_invoiced: flag(Flag::Invoiced),
            is_billing_synced_to_organisation: account.edge.is_some_and(|edge| edge.billing_synced),
            account_support_contacts: emails(&contacts.support),
            account_emergency_contacts: emails(&contacts.emergency),
            account_maintenance_contacts: emails(&contacts.maintenance),
            are_org_and_account_shared_provider_accounts_actively_used: flag(
                Flag::SharedProviderAccountsUsed,
            ),
        }
    }
}

/// An organization
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// Its id
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// Its display name
    #[schema(example = "Acme")]
    name: String,
    /// Who is written to with questions of every day
    #[schema(value_type = Vec<String>)]
    support_contacts: Vec<Email>,
    /// Who is written to about what cannot wait
    #[schema(value_type = Vec<String>)]
    emergency_contacts: Vec<Email>,
    /// Who is written to about maintenance to come
    #[schema(value_type = Vec<String>)]
    maintenance_contacts: Vec<Email>,
    /// Nobody of these domains is invited or added
    blocked_email_domains: BTreeSet<String>,
    /// What the product has switched on
    features: BTreeSet<String>,
    /// Whether no account is made below it
    account_creation_blocked: bool,
    /// Whether nobody is told when provisioning removes a person
    block_scim_user_revoke_notification: bool,
}

impl From<&OrganizationView> for Organisation {
    fn from(view: &OrganizationView) -> Self {
        let organization = &view.organization;
        let profile = &organization.profile;
        Self {
            id: organization.id.to_string(),
            name: organization.title.clone(),
            support_contacts: emails(&profile.contacts.support),
            emergency_contacts: emails(&profile.contacts.emergency),
            maintenance_contacts: emails(&profile.contacts.maintenance),
            blocked_email_domains: profile.blocked_email_domains.clone(),
            features: profile.features.clone(),
            account_creation_blocked: profile.flags.contains(&Flag::AccountCreationBlocked),
            block_scim_user_revoke_notification: profile.flags.contains(&Flag::ScimRevokeNotificationBlocked),
        }
    }
}

fn emails(contacts: &[Contact]) -> Vec<Email> {
    contacts.iter().map(|contact| contact.email.clone()).collect()
}
