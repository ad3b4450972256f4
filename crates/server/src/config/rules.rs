//! What texts are allowed. Each rule says it in words once, for the error message and for the reference.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use polity_app::secrets::SecretKey;
use polity_domain::email::Email;
use polity_domain::text::check_line;
use tracing_subscriber::EnvFilter;
use url::Url;

/// A rule for a text.
#[derive(Debug)]
pub struct Rule {
    /// What the reference calls the type.
    pub name: &'static str,
    /// What is allowed, completing "must be …".
    pub allowed: &'static str,
    /// The text in its normal form, when it is allowed.
    pub read: fn(&str) -> Option<String>,
}

/// Where to listen.
pub const SOCKET_ADDRESS: Rule = Rule {
    name: "address",
    allowed: "an IP address and a port, such as `127.0.0.1:8080` or `[::]:8080`",
    read: |text| text.parse::<SocketAddr>().ok().map(|address| address.to_string()),
};

/// The start of every link.
pub const ORIGIN: Rule = Rule {
    name: "URL",
    allowed: "`http://` or `https://`, a host and perhaps a port, without path, query or user, such as \
              `https://polity.example.com`",
    read: origin,
};

/// Another region.
pub const REGION_ENDPOINT: Rule = Rule {
    name: "region and URL",
    allowed: "a region's id, `=` and where it answers, such as `eu=https://polity.eu.example.com`",
    read: |text| {
        let (id, endpoint) = text.split_once('=')?;
        Some(format!("{}={}", (LABEL.read)(id.trim())?, origin(endpoint.trim())?))
    },
};

/// A range of IP addresses.
pub const NETWORK: Rule = Rule {
    name: "network",
    allowed: "an IP address or a network without host bits, such as `10.0.0.0/8` or `::1`",
    read: network,
};

/// Where the data is.
pub const DATABASE_URL: Rule = Rule {
    name: "URL",
    allowed: "`postgres://user:password@host:port/name` with special characters percent-encoded, or `sqlite:` and the \
              path of a file, without parameters",
    read: database_url,
};

/// Where copies of the data are.
pub const STANDBY_URLS: Rule = Rule {
    name: "URLs",
    allowed: "one or more of `postgres://user:password@host:port/name` with special characters percent-encoded, separated by \
              commas",
    read: standby_urls,
};

/// A folder.
pub const DIRECTORY: Rule = Rule {
    name: "path",
    allowed: "the path of a folder",
    read: |text| (!text.is_empty() && is_plain(text)).then(|| text.to_owned()),
};

/// The key that protects other keys.
pub const SECRET_KEY: Rule = Rule {
    name: "text",
    allowed: "32 random bytes as `openssl rand -base64 32` or `openssl rand -hex 32` prints them",
    read: |text| SecretKey::parse(text).is_ok().then(|| text.to_owned()),
};

/// A password that somebody signs in with.
pub const PASSWORD: Rule = Rule {
    name: "text",
    allowed: "8 to 128 characters without control characters",
    read: |text| ((8..=128).contains(&text.chars().count()) && is_plain(text)).then(|| text.to_owned()),
};

/// A text that is sent to another server as it is.
pub const CREDENTIAL: Rule = Rule {
    name: "text",
    allowed: "1 to 1024 characters without control characters",
    read: |text| ((1..=1024).contains(&text.chars().count()) && is_plain(text)).then(|| text.to_owned()),
};

/// An e-mail address.
pub const EMAIL: Rule = Rule {
    name: "e-mail",
    allowed: "an e-mail address, such as `admin@example.com`",
    read: |text| Email::parse(text).ok().map(|email| email.to_string()),
};

/// An e-mail address that may have a name.
pub const MAILBOX: Rule = Rule {
    name: "mailbox",
    allowed: "an e-mail address, perhaps with a name, such as `Polity <polity@example.com>`",
    read: mailbox,
};

/// The name of a host.
pub const HOST: Rule =
    Rule { name: "host", allowed: "a host name or an IP address, such as `smtp.example.com`", read: host };

/// What to log.
pub const LOG_FILTER: Rule = Rule {
    name: "filter",
    allowed: "`off`, `error`, `warn`, `info`, `debug` or `trace`, perhaps followed by exceptions, such as \
              `info,sqlx=warn`",
    read: log_filter,
};

/// A short name of our own.
pub const LABEL: Rule = Rule {
    name: "name",
    allowed: "1 to 32 lowercase letters, digits and hyphens, the first a letter, such as `eu-central`",
    read: label,
};

fn is_plain(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// `url` forgives white space and control characters; a setting need not.
fn parse_url(text: &str) -> Option<Url> {
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    clean.then(|| Url::parse(text).ok()).flatten()
}

fn origin(text: &str) -> Option<String> {
    let url = parse_url(text)?;
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && !text.contains('@')
        && !text.contains('\\')
        && url.port() != Some(0);
    // `http:/host` and `http:host` are repaired by `Url`; a setting says what it means
    let slashes =
        text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//") && !rest.starts_with("///"));
    (bare && slashes && matches!(url.scheme(), "http" | "https")).then(|| url.origin().ascii_serialization())
}

fn network(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(IpNet::from(address).to_string());
    }
    let network = text.parse::<IpNet>().ok()?;
    (network == network.trunc()).then(|| network.to_string())
}

fn database_url(text: &str) -> Option<String> {
    let allowed = match text.split_once(':')? {
        ("sqlite", path) => {
            let path = path.strip_prefix("//").unwrap_or(path);
            !path.is_empty() && !path.starts_with(':') && !path.contains(['?', '#']) && is_plain(path)
        }
        ("postgres" | "postgresql", rest) => rest.starts_with("//") && parse_url(text).is_some(),
        _ => false,
    };
    allowed.then(|| text.to_owned())
}

fn standby_urls(text: &str) -> Option<String> {
    let url = |url: &str| database_url(url.trim()).filter(|url| url.starts_with("postgres"));
    let urls: Option<Vec<String>> = text.split(',').map(url).collect();
    urls.map(|urls| urls.join(","))
}

fn mailbox(text: &str) -> Option<String> {
    let Some((name, rest)) = text.split_once('<') else { return (EMAIL.read)(text) };
    let name = name.trim().trim_matches('"');
    let named = check_line(name, 100).is_ok() && !name.contains(['"', '>', '\\']);
    let address = Email::parse(rest.strip_suffix('>')?).ok().filter(|_| named)?;
    let special = name.contains(|c: char| "()<>[]:;@,.".contains(c));
    Some(if special { format!("\"{name}\" <{address}>") } else { format!("{name} <{address}>") })
}

fn host(text: &str) -> Option<String> {
    let name = text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !label.starts_with('-')
        });
    (name || text.parse::<IpAddr>().is_ok()).then(|| text.to_owned())
}

/// A word alone must be a level: the filter language would take a misspelt level for the name of a module.
fn log_filter(text: &str) -> Option<String> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let spelt = text.split(',').all(|part| part.contains(['=', '[', ']']) || levels.contains(&part.trim()));
    (spelt && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
}

fn label(text: &str) -> Option<String> {
    let fits = text.len() <= 32
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(rule: &Rule, good: &[(&str, &str)], bad: &[&str]) {
        for (text, normal) in good {
            assert_eq!((rule.read)(text).as_deref(), Some(*normal), "{text:?}");
        }
        for text in bad {
            assert_eq!((rule.read)(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_public_url_is_an_origin_and_nothing_more() {
        judge(
            &ORIGIN,
            &[
                ("https://p.example", "https://p.example"),
                ("HTTPS://P.Example:443/", "https://p.example"),
                ("http://[::1]:8080", "http://[::1]:8080"),
            ],
            &["", "https://p.example\n", "https://p.example\\evil"],
        );
        let more = "p.example ftp://p.example https:p.example https:///p.example https://p.example/base https://p.example?x \
                    https://p.example#x https://root@p.example https://:pw@p.example https://@p.example \
                    https://p.example:0";
        judge(&ORIGIN, &[], &more.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network_without_host_bits() {
        judge(
            &NETWORK,
            &[("10.0.0.0/8", "10.0.0.0/8"), ("10.0.0.1", "10.0.0.1/32"), ("::1", "::1/128")],
            &["", "10.0.0.1/8", "10.0.0.0/33", "proxy.local", "10.0.0"],
        );
    }

    #[test]
    fn a_database_is_postgresql_or_a_sqlite_file() {
        judge(
            &DATABASE_URL,
            &[
                ("sqlite:polity.db", "sqlite:polity.db"),
                ("sqlite:///var/lib/polity.db", "sqlite:///var/lib/polity.db"),
                ("postgres://u:p@db/polity", "postgres://u:p@db/polity"),
                ("postgresql:///polity?host=/run/postgresql", "postgresql:///polity?host=/run/postgresql"),
            ],
            &[
                "",
                "polity.db",
                "mysql://db/polity",
                "sqlite:",
                "sqlite::memory:",
                "sqlite://:memory:",
                "sqlite:a.db?mode=rwc",
                "postgres:polity",
                "postgres://u:p#w@db/polity",
            ],
        );
    }

    #[test]
    fn standbys_are_postgresql_each_of_them() {
        judge(
            &STANDBY_URLS,
            &[
                ("postgres://u:p@one/polity", "postgres://u:p@one/polity"),
                (
                    "postgres://u:p@one/polity , postgresql://two/polity",
                    "postgres://u:p@one/polity,postgresql://two/polity",
                ),
            ],
            &[
                "",
                ",",
                "postgres://one/polity,",
                "postgres://one/polity,sqlite:polity.db",
                "postgres://one,two/polity",
                "one",
                "mysql://one/polity",
            ],
        );
    }

    #[test]
    fn a_sender_cannot_carry_a_second_header_or_address() {
        judge(
            &MAILBOX,
            &[
                ("polity@example.com", "polity@example.com"),
                ("Polity, Inc <p@example.com>", "\"Polity, Inc\" <p@example.com>"),
            ],
            &[
                "",
                "polity",
                "Polity <p@example.com",
                "a@b.c, d@e.f",
                "P\r\nBcc: x@y.z <p@example.com>",
                "<p@example.com>",
                "A <b@c.d> <e@f.g>",
            ],
        );
        judge(&EMAIL, &[("a.b+c@example.com", "a.b+c@example.com")], &["", "@x", "a@", "a b@c.d", "a@b@c"]);
    }

    #[test]
    fn a_misspelt_log_level_is_not_taken_for_a_module() {
        judge(
            &LOG_FILTER,
            &[("info", "info"), ("info,sqlx=warn", "info,sqlx=warn"), ("off", "off")],
            &["", "inof", "polity_app", "info,", "sqlx=loud"],
        );
    }

    #[test]
    fn host_and_label_are_short_and_plain() {
        judge(
            &HOST,
            &[("smtp.example.com", "smtp.example.com"), ("::1", "::1")],
            &["", "a..b", "-a", "a b", "http://a"],
        );
        judge(&LABEL, &[("local", "local"), ("eu-1", "eu-1")], &["", "EU", "1a", "-", "a_b"]);
    }
}
