//! What the configuration decides for use cases.

use polity_domain::organizations::MAX_DEPTH;

/// Who may do something on the instance as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody (registration) or any signed-in person (organizations).
    Anyone,
    /// Only invited persons (registration) or platform administrators (organizations).
    Restricted,
}

/// The settings of the use cases. Lengths of time are in seconds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://polity.example`, without a slash at its end. It comes from the configuration only.
    pub public_url: String,
    /// Where new organizations are provisioned (source document 000).
    pub region: String,
    /// Where the other regions answer: their ids and endpoints.
    pub regions: Vec<(String, String)>,
    /// Who may register without an invitation.
    pub registration: Who,
    /// Who may create tenants.
    pub tenant_creation: Who,
    /// How many levels of organizations may stand below a tenant.
    pub organization_depth: usize,
    /// How long a deleted organization can be restored.
    pub deleted_retention_seconds: i64,
    /// How long after one look for what can be restored no longer comes the next.
    pub purge_interval_seconds: u64,
    /// How long an invitation stands when nobody says otherwise.
    pub invitation_ttl_seconds: i64,
    /// The longest that one may stand.
    pub invitation_max_ttl_seconds: i64,
    /// How long a request to be taken in can be answered.
    pub membership_request_ttl_seconds: i64,
    /// Invitations that one organization may make in 24 hours.
    pub invitations_per_day: u64,
    /// Mails to one address in an hour.
    pub mails_per_address_per_hour: u64,
    /// Failed sign-ins for one account in 15 minutes.
    pub failures_per_account: u64,
    /// Failed sign-ins and one-time tokens from one address in 15 minutes.
    pub failures_per_ip: u64,
    /// The shortest password.
    pub password_min_length: usize,
    /// A session ends when it was not used for so long.
    pub session_idle_seconds: i64,
    /// A session ends after so long in any case.
    pub session_absolute_seconds: i64,
    /// How long a key signs access tokens before the next one takes its place.
    pub signing_key_rotation_seconds: i64,
    /// The longest life of a support access grant.
    pub support_access_max_ttl_seconds: i64,
    /// How long an access token is good for.
    pub access_token_ttl_seconds: i64,
    /// How long rows of the access log are kept.
    pub access_log_retention_seconds: i64,
    /// How many rows of the access log can wait to be written.
    pub access_log_room: usize,
    /// How old an answer may be that need not be the newest. 0: every answer is.
    pub max_staleness_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            region: "local".to_owned(),
            regions: Vec::new(),
            registration: Who::Anyone,
            tenant_creation: Who::Restricted,
            organization_depth: MAX_DEPTH,
            deleted_retention_seconds: 30 * 86_400,
            purge_interval_seconds: 3_600,
            invitation_ttl_seconds: 7 * 86_400,
            invitation_max_ttl_seconds: 30 * 86_400,
            membership_request_ttl_seconds: 30 * 86_400,
            invitations_per_day: 1_000,
            mails_per_address_per_hour: 5,
            failures_per_account: 10,
            failures_per_ip: 50,
            password_min_length: 8,
            session_idle_seconds: 14 * 86_400,
            session_absolute_seconds: 90 * 86_400,
            signing_key_rotation_seconds: 30 * 86_400,
            support_access_max_ttl_seconds: 30 * 86_400,
            access_token_ttl_seconds: 300,
            access_log_retention_seconds: 90 * 86_400,
            access_log_room: 20_000,
            max_staleness_seconds: 0,
        }
    }
}

impl Settings {
    /// Where a region answers, if that is known.
    pub fn endpoint(&self, region: &str) -> Option<&str> {
        if region == self.region {
            return Some(&self.public_url);
        }
        self.regions.iter().find(|(id, _)| id == region).map(|(_, endpoint)| endpoint.as_str())
    }
}
