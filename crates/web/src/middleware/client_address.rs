//! Who connected, past the proxies that are trusted.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client's address: the peer's, or, while that is a trusted proxy, what it was told in
/// `X-Forwarded-For`, from the right. What stands left of the first untrusted address is hearsay.
/// An unreadable entry ends the walk at the proxy that passed it on.
pub fn resolve(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    if trusted.is_empty() {
        return client;
    }
    let lines = headers.get_all(FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or("unreadable"));
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        if !trusted.iter().any(|net| net.contains(&client)) {
            break;
        }
        let Some(address) = address(hop) else { break };
        client = address;
    }
    client
}

/// An address, perhaps in brackets, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let parsed = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    parsed.ok().map(|address: IpAddr| address.to_canonical())
}
