//! Service accounts in a snapshot, and the keys that act for them.

use std::collections::BTreeSet;

use super::NotGrantable;
use super::snapshot::{HeldAccount, Snapshot, copied};
use crate::api_keys::ApiKey;
use crate::ids::{OrganizationId, ServiceAccountId};
use crate::permissions::PermissionSet;
use crate::roles::Principal;
use crate::service_accounts::ServiceAccount;
use crate::time::Time;

impl Snapshot {
    /// Puts a service account in, or as it is now.
    pub fn put_service_account(&mut self, account: &ServiceAccount) {
        let held = HeldAccount { organization_id: account.organization_id, disabled: account.disabled };
        self.accounts.insert(account.id, held);
    }

    /// Whether a service account is one of the organization's own.
    pub fn has_service_account(&self, at: OrganizationId, account: ServiceAccountId) -> bool {
        self.accounts.get(&account).is_some_and(|held| held.organization_id == at)
    }

    /// Whether nothing but the key itself and its organization can stop it: it acts for no service account,
    /// or for one that is there and not disabled.
    pub fn key_may_act(&self, key: &ApiKey) -> bool {
        let acts = |account| self.accounts.get(&account).is_some_and(|held| !held.disabled);
        key.service_account_id.is_none_or(acts)
    }

    /// Whether `taker` may let a service account work for them: they could grant it all that it holds.
    pub fn may_take_account(
        &self,
        taker: &Principal,
        account: ServiceAccountId,
        at: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        self.may_change(taker, &Principal::ServiceAccount(account), at, now)
    }

    /// Who acts when `principal` does: a key of a service account acts as that, within what is written on it
    /// if anything is.
    pub(super) fn acting(&self, principal: &Principal) -> (Principal, Option<&PermissionSet>) {
        if let Principal::ApiKey(id) = principal
            && let Some(held) = self.keys.get(id)
            && let Some(account) = held.key.service_account_id
        {
            let within = (!held.key.permissions.is_empty()).then_some(&held.permissions);
            return (Principal::ServiceAccount(account), within);
        }
        (*principal, None)
    }

    /// Whether a service account can do anything: a stopped organization's stand still.
    pub(super) fn account_stands(&self, account: ServiceAccountId) -> bool {
        let held = self.accounts.get(&account).filter(|held| !held.disabled);
        held.is_some_and(|held| self.stopped(held.organization_id).is_none())
    }

    /// A service account that is gone holds nothing and is in no group.
    pub(super) fn remove_service_account(&mut self, account: &ServiceAccount) {
        self.remove_account_at(account.organization_id, account.id);
    }

    pub(super) fn remove_account_at(&mut self, at: OrganizationId, account: ServiceAccountId) {
        self.accounts.remove(&account);
        self.remove_place(at, Principal::ServiceAccount(account));
    }

    pub(super) fn remove_service_accounts_of(&mut self, gone: &BTreeSet<OrganizationId>) {
        let stays = self.accounts.iter().filter(|(_, held)| !gone.contains(&held.organization_id));
        self.accounts = stays.map(copied).collect();
    }
}
