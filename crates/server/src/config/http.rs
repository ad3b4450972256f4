//! Where Polity listens and how it is reached.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use serde::Deserialize;
use url::{Host, Url};

use super::key::{Key, Kind, Preset, Section};
use super::rules::{NETWORK, ORIGIN, SOCKET_ADDRESS};

/// Where Polity listens and how it is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSection {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The origin in every link, without a slash at the end. Use [`HttpSection::origin`] to read it.
    pub public_url: Option<String>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The largest request body.
    pub body_limit_bytes: usize,
    /// How long a request may take.
    pub request_timeout_seconds: u64,
    /// How long running requests may finish after a signal to stop.
    pub shutdown_grace_seconds: u64,
}

pub(super) const SECTION: Section = Section {
    name: "http",
    about: "Where Polity listens and how it is reached.",
    keys: &[
        Key::new(
            "http.listen",
            Kind::Text(SOCKET_ADDRESS),
            Preset::Is("127.0.0.1:8080"),
            "The address to listen on. Port 0 takes a free one.",
        )
        .alias("POLITY_LISTEN")
        .flag("--listen"),
        Key::new(
            "http.public_url",
            Kind::Text(ORIGIN),
            Preset::Computed("`http://` and the address it listens on"),
            "The origin in every link, mail, issuer and audience; request headers never change it.",
        )
        .alias("POLITY_PUBLIC_URL")
        .flag("--public-url"),
        Key::new(
            "http.trusted_proxies",
            Kind::List(NETWORK),
            Preset::Is(""),
            "The proxies whose `X-Forwarded-For` is believed. From anybody else it is ignored.",
        ),
        Key::new(
            "http.body_limit_bytes",
            Kind::Number(1_024, 104_857_600),
            Preset::Is("1048576"),
            "The largest request body; a larger one is answered 413.",
        ),
        Key::new(
            "http.request_timeout_seconds",
            Kind::Number(1, 600),
            Preset::Is("30"),
            "How long a request may take; then it is answered 503.",
        ),
        Key::new(
            "http.shutdown_grace_seconds",
            Kind::Number(0, 600),
            Preset::Is("20"),
            "How long running requests may finish after SIGTERM.",
        ),
    ],
};

impl HttpSection {
    /// The origin of every link: the configured one, or else the address that was really bound.
    pub fn origin(&self, bound: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            if bound.ip().is_unspecified() {
                format!("http://localhost:{}", bound.port())
            } else {
                format!("http://{bound}")
            }
        })
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        match &self.public_url {
            Some(url) if url.starts_with("http:") && !is_loopback(url) => warnings.push(format!(
                "http.public_url is {url}: without https passwords and tokens can be read on the way"
            )),
            None if !self.listen.ip().is_loopback() => warnings.push(format!(
                "http.public_url is not set: links in mails will start with {}, which works on this machine \
                 at best",
                self.origin(self.listen)
            )),
            _ => {}
        }
        if self.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
            let everybody =
                "http.trusted_proxies has every address: anybody can choose where they seem to be";
            warnings.push(everybody.to_owned());
        }
        warnings
    }
}

fn is_loopback(url: &str) -> bool {
    match Url::parse(url).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
