//! How often something may fail or be mailed. The counters are durable, keyed by a hash of the
//! canonical address and of where the request comes from, and written in their own transaction: no
//! rollback forgets one.

use polity_domain::email::Email;

use crate::{AppError, Op};

const FAILURE_WINDOW: i64 = 15 * 60;
const MAIL_WINDOW: i64 = 3_600;

/// One try at something that can be guessed. It is counted before it is judged, so that parallel
/// tries cannot slip past; a success gives the account's count back.
pub(crate) struct Attempt {
    account: Option<[u8; 32]>,
}

impl Attempt {
    /// Counts a try, and refuses it (429) when there were too many for the account or from the
    /// address it comes from.
    pub async fn begin(op: &Op, purpose: &str, account: Option<&str>) -> Result<Self, AppError> {
        let secrets = &op.app().secrets;
        if let Some(address) = op.request().ip_address {
            // An IPv6 subscriber has a /64: one key for all of it.
            let network = network_of(address);
            let key = secrets.counter_key("failures from", &format!("{purpose} {network}"));
            count(op, key, op.settings().failures_per_ip).await?;
        }
        let account = account.map(|account| secrets.counter_key(purpose, account));
        if let Some(key) = account {
            count(op, key, op.settings().failures_per_account).await?;
        }
        Ok(Self { account })
    }

    /// It was the right person: the account's count begins anew.
    pub async fn succeeded(self, op: &Op) -> Result<(), AppError> {
        if let Some(key) = self.account {
            op.store().reset(key).await?;
        }
        Ok(())
    }
}

async fn count(op: &Op, key: [u8; 32], most: u64) -> Result<(), AppError> {
    let count = op.store().count(key, FAILURE_WINDOW * 1_000_000, op.now()).await?;
    let wait = (count.end_time.unix_seconds() - op.now().unix_seconds()).max(1);
    if count.amount > most { Err(AppError::too_many(wait.unsigned_abs())) } else { Ok(()) }
}

/// Counts a mail to an address; false when it had its share.
pub(crate) async fn spend_mail(op: &Op, email: &Email) -> Result<bool, AppError> {
    let key = op.app().secrets.counter_key("mails to", email.canonical());
    let count = op.store().count(key, MAIL_WINDOW * 1_000_000, op.now()).await?;
    Ok(count.amount <= op.settings().mails_per_address_per_hour)
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
