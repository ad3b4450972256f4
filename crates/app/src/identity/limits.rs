//! How often something may fail or be mailed. The counters are durable, keyed by a hash of the
//! canonical address and of where the request comes from, and written in their own transaction: no
//! rollback forgets one.

use polity_domain::email::Email;
use polity_store::facts::counters::Count;

use crate::error::Quota;
use crate::{AppError, Op};

/// Seconds in which failures are counted together.
const FAILURES_WINDOW: u32 = 15 * 60;
/// The same in microseconds.
const FAILURES: i64 = FAILURES_WINDOW as i64 * 1_000_000;
/// Seconds in which mails are counted together.
const MAILS_WINDOW: u32 = 3_600;
/// The same in microseconds.
const MAILS: i64 = MAILS_WINDOW as i64 * 1_000_000;

/// One try at something that can be guessed. It is counted before it is judged, so that parallel
/// tries cannot slip past; a success gives the account's count back.
pub(crate) struct Attempt {
    account: Option<[u8; 32]>,
    network: Option<[u8; 32]>,
}

impl Attempt {
    /// Counts a try for the account, and refuses it (429) when there were too many for the account, or
    /// too many failures from where it comes from.
    pub async fn begin(op: &Op, purpose: &str, account: Option<&str>) -> Result<Self, AppError> {
        let secrets = &op.app().secrets;
        let network = op.request().ip_address.map(network_of);
        let network =
            network.map(|network| secrets.counter_key("failures from", &format!("{purpose} {network}")));
        if let Some(key) = network {
            let most = failures("failures-of-an-address", op.settings().failures_per_ip);
            refuse_above(op, op.store().peek(key, FAILURES, op.now()).await?, most)?;
        }
        let account = account.map(|account| secrets.counter_key(purpose, account));
        if let Some(key) = account {
            let most = failures("failures-of-an-account", op.settings().failures_per_account);
            // Looked at first: what is refused must not write.
            refuse_above(op, op.store().peek(key, FAILURES, op.now()).await?, most)?;
            let count = op.store().count(key, FAILURES, op.now()).await?;
            refuse_above(op, Count { amount: count.amount.saturating_sub(1), ..count }, most)?;
        }
        Ok(Self { account, network })
    }

    /// It was the right person: the account's count begins anew.
    pub async fn succeeded(self, op: &Op) -> Result<(), AppError> {
        if let Some(key) = self.account {
            op.store().reset(key).await?;
        }
        Ok(())
    }

    /// It was not: that counts for where it came from.
    pub async fn failed(self, op: &Op) -> Result<(), AppError> {
        if let Some(key) = self.network {
            op.store().count(key, FAILURES, op.now()).await?;
        }
        Ok(())
    }
}

fn failures(name: &'static str, amount: u64) -> Quota {
    Quota { name, amount, window: FAILURES_WINDOW }
}

fn refuse_above(op: &Op, count: Count, most: Quota) -> Result<(), AppError> {
    if count.amount < most.amount {
        return Ok(());
    }
    let wait = (count.end_time.unix_seconds() - op.now().unix_seconds()).max(1);
    Err(AppError::too_many(most, u32::try_from(wait).unwrap_or(most.window)))
}

/// The refusal of a mail to an address that had its share.
pub(crate) fn too_many_mails(op: &Op) -> AppError {
    let amount = op.settings().mails_per_address_per_hour;
    AppError::too_many(Quota { name: "mails-to-an-address", amount, window: MAILS_WINDOW }, MAILS_WINDOW)
}

/// Counts a mail to an address; false when it had its share of this purpose. Strangers who register an
/// address do not use up what organizations may send to it.
pub(crate) async fn spend_mail(op: &Op, purpose: &str, email: &Email) -> Result<bool, AppError> {
    let key = op.app().secrets.counter_key("mails to", &format!("{purpose} {}", email.canonical()));
    let most = op.settings().mails_per_address_per_hour;
    if op.store().peek(key, MAILS, op.now()).await?.amount >= most {
        return Ok(false);
    }
    Ok(op.store().count(key, MAILS, op.now()).await?.amount <= most)
}

fn network_of(address: std::net::IpAddr) -> String {
    match address.to_canonical() {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}
