//! The networks that a key may be used from, in one spelling each.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

/// The text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a network (203.0.113.0/24, 2001:db8::/32) or an address")]
pub struct InvalidNetwork;

/// Reads a network in CIDR notation, or an address as a network of its own. What lies beyond the prefix
/// is cut off, and an IPv4-mapped IPv6 network becomes the IPv4 one, as which it would be compared.
pub fn parse_network(text: &str) -> Result<IpNet, InvalidNetwork> {
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_) => IpNet::from(text.parse::<IpAddr>().map_err(|_| InvalidNetwork)?),
    };
    Ok(canonical(network.trunc()))
}

fn canonical(network: IpNet) -> IpNet {
    /// How many bits stand before the IPv4 address in an IPv4-mapped IPv6 address.
    const MAPPED: u8 = 96;
    if let IpNet::V6(mapped) = network
        && let Some(address) = Ipv6Addr::to_ipv4_mapped(&mapped.addr())
        && let Some(length) = mapped.prefix_len().checked_sub(MAPPED)
        && let Ok(plain) = Ipv4Net::new(address, length)
    {
        return IpNet::V4(plain);
    }
    network
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_one_spelling() {
        for (written, kept) in [
            ("203.0.113.7/24", "203.0.113.0/24"),
            ("203.0.113.7", "203.0.113.7/32"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("::ffff:203.0.113.7/120", "203.0.113.0/24"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(
                parse_network(written).map(|network| network.to_string()),
                Ok(kept.to_owned()),
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0",
            "2001:db8::/129",
            " 10.0.0.0/8",
            "10.0.0.0/8 ",
            "example.com",
            "010.0.0.1",
        ] {
            assert_eq!(parse_network(text), Err(InvalidNetwork), "{text}");
        }
    }
}
