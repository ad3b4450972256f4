//! The password of an account that is about to be made.

use polity_domain::email::Email;
use polity_domain::ledger::event::Change;
use polity_domain::users::User;
use polity_store::Writer;
use polity_store::identity::PasswordHash;

use crate::passwords::Password;
use crate::{AppError, Op};

/// A password that was judged and hashed, for an account that is about to be made.
pub struct NewCredentials {
    hash: PasswordHash,
}

impl NewCredentials {
    /// Judges and hashes a password: before any lock, since it takes a core for tens of milliseconds.
    pub async fn prepare(
        op: &Op,
        email: &Email,
        display_name: &str,
        password: &Password,
    ) -> Result<Self, AppError> {
        let context = [email.as_str(), display_name];
        let judged = op.app().passwords.check(password, op.settings().password_min_length, &context).await?;
        judged.map_err(|problem| problem.at("/password"))?;
        let mut salt = [0; 16];
        op.app().chance.fill(&mut salt);
        Ok(Self { hash: PasswordHash::new(op.app().passwords.hash(password, salt).await?) })
    }

    /// Takes a hash that was made when the person registered.
    pub(super) fn registered(hash: PasswordHash) -> Self {
        Self { hash }
    }

    /// The hash, for a registration that waits.
    pub(super) fn into_hash(self) -> PasswordHash {
        self.hash
    }

    /// Makes the account in a unit that has the root's tree.
    pub async fn record(&self, unit: &mut Writer, user: &User) -> Result<(), AppError> {
        self.put(unit, user).await?;
        Ok(unit.record(Change::UserCreated(user.clone())).await?)
    }

    /// Makes the account, and ends the unit with it.
    pub async fn commit(&self, unit: Writer, user: &User) -> Result<(), AppError> {
        self.put(&unit, user).await?;
        unit.commit(Change::UserCreated(user.clone())).await?;
        Ok(())
    }

    /// The password may come before its account: the reference is checked at the commit. What
    /// strangers had registered for the address, with passwords of their own, is void from now on.
    async fn put(&self, unit: &Writer, user: &User) -> Result<(), AppError> {
        unit.put_password(user.id, &self.hash).await?;
        unit.void_registrations(user.email.canonical()).await?;
        Ok(())
    }
}
