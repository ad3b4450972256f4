//! Putting the service together from its configuration.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use polity_app::mail::{FolderMailer, Mailer, Sender, SmtpMailer, SmtpSettings};
use polity_app::passwords::{Params, Passwords};
use polity_app::ports::{Chance, Clock, SystemChance, SystemClock};
use polity_app::secrets::{SecretKey, Secrets};
use polity_app::{App, Parts, Settings, Who};
use polity_domain::email::Email;
use polity_migrations::{SchemaError, bring_up_to_date};
use polity_store::{Following, Location, Options, ReadingFromStandbys, Saving, Store, StoreError};
use zeroize::Zeroizing;

use crate::config::{Config, Creation, Database, Encryption, Registration};
use crate::files;

/// How long after one look at the heads comes the next, where news tell of commits.
const LOOKS: Duration = Duration::from_secs(5);

/// An opened database, with what keeps others from it.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Held as long as the process uses a SQLite file.
    pub lock: Option<File>,
}

/// Opens the database, without changing it. With `exclusive`, a SQLite file is locked against a
/// second process.
pub async fn open(config: &Config, exclusive: bool) -> Result<Opened> {
    let folder = &config.data.data_dir;
    files::make_folder(folder)?;
    let (location, lock) = match config.database() {
        Database::Sqlite(path) => {
            files::make_database_file(&path)?;
            let lock = if exclusive { Some(files::lock(&path)?) } else { None };
            (Location::Sqlite(path), lock)
        }
        Database::Postgres(url) => (Location::Postgres(url.expose().to_owned()), None),
    };
    let options = Options {
        location,
        max_connections: config.database.max_connections,
        acquire_timeout: Duration::from_secs(config.database.acquire_timeout_seconds),
        memory: usize::try_from(u64::from(config.access.memory_mib) << 20).unwrap_or(usize::MAX),
    };
    let store = Store::open(&options).await.map_err(|error| match error {
        StoreError::Refused(sentence) => anyhow!(sentence),
        other => anyhow!(other).context("The database cannot be reached; nothing was changed"),
    })?;
    Ok(Opened { store, lock })
}

/// Brings the schema up to date.
pub async fn migrate(store: &Store) -> Result<()> {
    bring_up_to_date(store.migration_connection()).await.map_err(|error| match error {
        SchemaError::Newer => anyhow!(
            "The database was written by a newer version of Polity. Nothing was changed; start that version."
        ),
        SchemaError::Database(error) => {
            anyhow!(error).context("The database's schema cannot be brought up to date; nothing was changed")
        }
    })
}

/// The instance's secret key, if it is the one that the database was made with. A new instance gets a
/// new one; an old one never does silently, since everything derived from the lost key would be lost.
pub async fn secrets(config: &Config, store: &Store) -> Result<Secrets> {
    let folder = &config.data.data_dir;
    let configured = match &config.security.secret_key {
        Some(text) => {
            Some(SecretKey::parse(text.expose()).map_err(|error| anyhow!("security.secret_key: {error}"))?)
        }
        None => files::read_secret_key(folder)?,
    };
    let instance = store.instance().await.context("The database cannot be read")?;
    let key = match (configured, instance.is_some()) {
        (Some(key), _) => key,
        (None, false) => {
            let mut bytes = Zeroizing::new([0; 32]);
            SystemChance.fill(bytes.as_mut_slice());
            let key = SecretKey::from_bytes(*bytes);
            files::write_secret_key(folder, &key)?;
            key
        }
        (None, true) => bail!(
            "The database has a secret key, and {} is missing. Put it back, or set security.secret_key. Nothing was changed.",
            files::secret_key_path(folder).display()
        ),
    };
    let secrets = Secrets::new(&key);
    let instance = store.instance_or_insert(secrets.check_value(), SystemClock.now()).await?;
    if instance.secret_check == secrets.check_value() {
        Ok(secrets)
    } else {
        bail!("The secret key is not the one that this database was made with. Nothing was changed.")
    }
}

/// The service, ready to answer: the schema is current, the keys are there, the root exists.
pub async fn app(config: &Config, store: Store, public_url: String) -> Result<Arc<App>> {
    migrate(&store).await?;
    let secrets = secrets(config, &store).await?;
    save_trees(config, &store, &secrets);
    let security = &config.security;
    let params = Params {
        memory_kib: security.argon2_memory_kib,
        iterations: security.argon2_iterations,
        parallelism: security.argon2_parallelism,
    };
    let passwords = Passwords::new(params, security.hashing_threads(), &secrets)?;
    let app = App::new(Parts {
        store,
        secrets,
        passwords,
        mailer: mailer(config)?,
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        settings: settings(config, public_url),
    });
    polity_app::identity::found_instance(&app).await?;
    polity_app::identity::signing_keys::refresh(&app).await?;
    app.store.follow_news(following(config));
    app.store.read_from_standbys(&standbys(config))?;
    Ok(app)
}

fn standbys(config: &Config) -> ReadingFromStandbys {
    ReadingFromStandbys {
        urls: config.database.standbys(),
        max_connections: config.database.max_connections,
        acquire_timeout: Duration::from_secs(config.database.acquire_timeout_seconds),
    }
}

/// Large trees are saved beside the other files, also where the database is elsewhere.
fn save_trees(config: &Config, store: &Store, secrets: &Secrets) {
    let least = usize::try_from(config.access.saved_tree_min_size).unwrap_or(usize::MAX);
    if least > 0 {
        let folder = config.data.data_dir.join(files::SAVED_TREES);
        store.save_trees_in(Saving { least, ..Saving::new(folder, secrets.saved_trees_key()) });
    }
}

/// Heads are looked at often enough that a tree in use is always known to be within the bound.
fn following(config: &Config) -> Following {
    let most = Duration::from_secs(config.access.max_staleness_seconds);
    let every = if most.is_zero() { LOOKS } else { LOOKS.min(most / 3) };
    Following { every, patience: Duration::from_secs(config.database.acquire_timeout_seconds) }
}

fn mailer(config: &Config) -> Result<Arc<dyn Mailer>> {
    let sender = sender(&config.mail.from)?;
    let Some(smtp) = &config.mail.smtp else {
        let folder = config.data.data_dir.join("mail");
        return Ok(Arc::new(FolderMailer::new(folder, sender, true)?));
    };
    let settings = SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port(),
        encryption: match smtp.encryption {
            Encryption::None => polity_app::mail::Encryption::None,
            Encryption::Starttls => polity_app::mail::Encryption::StartTls,
            Encryption::Tls => polity_app::mail::Encryption::Tls,
        },
        username: smtp.username.clone(),
        password: smtp.password.as_ref().map(|password| Zeroizing::new(password.expose().to_owned())),
        timeout_seconds: smtp.timeout_seconds,
    };
    Ok(Arc::new(SmtpMailer::new(settings, sender)?))
}

/// `Name <address>`, or an address alone.
fn sender(from: &str) -> Result<Sender> {
    let (name, address) = match from.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (Some(name.trim().to_owned()).filter(|name| !name.is_empty()), address),
        None => (None, from),
    };
    let email = Email::parse(address).map_err(|error| anyhow!("mail.from: {error}"))?;
    Ok(Sender { email, name })
}

fn settings(config: &Config, public_url: String) -> Settings {
    let seconds = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    let days = |days: u32| i64::from(days) * 86_400;
    let sign_in = &config.sign_in;
    Settings {
        public_url,
        region: config.region.id.clone(),
        regions: config
            .region
            .endpoints
            .iter()
            .filter_map(|region| region.split_once('='))
            .map(|(id, endpoint)| (id.to_owned(), endpoint.to_owned()))
            .collect(),
        registration: match sign_in.registration {
            Registration::Anyone => Who::Anyone,
            Registration::Invited => Who::Restricted,
        },
        tenant_creation: match config.organizations.creation {
            Creation::Anyone => Who::Anyone,
            Creation::Administrators => Who::Restricted,
        },
        organization_depth: usize::try_from(config.organizations.max_depth).unwrap_or(usize::MAX),
        deleted_retention_seconds: days(config.organizations.deleted_retention_days),
        purge_interval_seconds: config.organizations.purge_interval_seconds,
        invitation_ttl_seconds: seconds(config.invitations.default_ttl_seconds),
        invitation_max_ttl_seconds: seconds(config.invitations.max_ttl_seconds),
        membership_request_ttl_seconds: seconds(config.invitations.membership_request_ttl_seconds),
        invitations_per_day: config.invitations.per_organization_per_day.into(),
        mails_per_address_per_hour: sign_in.mails_per_address_per_hour.into(),
        failures_per_account: sign_in.failures_per_account_per_15_minutes.into(),
        failures_per_ip: sign_in.failures_per_ip_per_15_minutes.into(),
        password_min_length: config.security.password_min_length,
        session_idle_seconds: seconds(config.security.session_idle_seconds),
        session_absolute_seconds: seconds(config.security.session_absolute_seconds),
        signing_key_rotation_seconds: days(config.security.signing_key_rotation_days),
        support_access_max_ttl_seconds: days(config.security.support_access_max_days),
        access_token_ttl_seconds: seconds(config.security.access_token_ttl_seconds),
        access_log_retention_seconds: days(config.access_log.retention_days),
        max_staleness_seconds: config.access.max_staleness_seconds,
        ..Settings::default()
    }
}
