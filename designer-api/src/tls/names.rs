//! By which names and addresses browsers reach this computer.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use crate::limits;

/// A host as a browser's address line has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Name {
    Address(IpAddr),
    /// Lower case, as RFC 1123 writes host names.
    Host(String),
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Name, String> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        if let Ok(address) = bare.unwrap_or(text).parse() {
            return Ok(Name::Address(address));
        }
        let text = text.trim_end_matches('.').to_ascii_lowercase();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if text.len() <= 253 && text.split('.').all(label) {
            return Ok(Name::Host(text));
        }
        Err("it must be a host name such as gemba.factory.example, or an address such as 192.168.1.20".to_owned())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Address(address) => address.fmt(formatter),
            Name::Host(host) => host.fmt(formatter),
        }
    }
}

/// Where the names come from: what the operator gave, and what the computer says of itself each time it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) given: Vec<Name>,
    pub(crate) listen: SocketAddr,
}

impl Names {
    /// All names by which this computer may be reached now.
    pub(crate) fn now(&self) -> BTreeSet<Name> {
        let mut names: BTreeSet<Name> = self.given.iter().cloned().collect();
        names.extend(own_names());
        names.extend([
            Name::Host("localhost".to_owned()),
            Name::Address(Ipv4Addr::LOCALHOST.into()),
            Name::Address(Ipv6Addr::LOCALHOST.into()),
        ]);
        names.extend(self.addresses().into_iter().map(Name::Address));
        while names.len() > limits::TLS_NAMES_MAX {
            names.pop_last();
        }
        names
    }

    /// The one to give to people: what the operator gave first, else the address that other computers reach.
    pub(crate) fn best(&self) -> Name {
        let address = || {
            let addresses = self.addresses();
            let own_network = |address: &&IpAddr| matches!(address, IpAddr::V4(v4) if v4.is_private());
            let other = |address: &&IpAddr| !address.is_loopback();
            let best = addresses.iter().find(own_network);
            let best = best
                .or_else(|| addresses.iter().find(other))
                .or_else(|| addresses.first());
            best.copied().unwrap_or_else(|| self.listen.ip())
        };
        self.given.first().cloned().unwrap_or_else(|| Name::Address(address()))
    }

    /// The addresses at which the server listens, in the order of the interfaces.
    fn addresses(&self) -> Vec<IpAddr> {
        if !self.listen.ip().is_unspecified() {
            return vec![self.listen.ip()];
        }
        let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
            tracing::warn!(%error, "the computer does not say its addresses");
            Vec::new()
        });
        let usable = |address: &IpAddr| match address {
            IpAddr::V4(_) => true,
            // Of use only with the name of an interface, which no certificate can carry.
            IpAddr::V6(v6) => self.listen.is_ipv6() && !v6.is_unicast_link_local(),
        };
        interfaces.iter().map(if_addrs::Interface::ip).filter(usable).collect()
    }
}

/// The computer's own name, and the one that mDNS gives it.
fn own_names() -> Vec<Name> {
    let system = rustix::system::uname();
    let own = CStr::to_str(system.nodename()).unwrap_or("").parse();
    let Ok(Name::Host(own)) = own else { return Vec::new() };
    let first = own.split('.').next().unwrap_or(&own);
    let local = format!("{first}.local");
    [own.clone(), local].map(Name::Host).into()
}

/// With its port, as in an address line; brackets around IPv6.
pub(crate) fn with_port(name: &Name, port: u16) -> String {
    match name {
        Name::Address(address) => SocketAddr::new(*address, port).to_string(),
        Name::Host(host) => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_addresses_are_names_and_others_are_not() {
        let name = |text: &str| text.parse::<Name>().map(|name| name.to_string());
        assert_eq!(name("Gemba.Factory.example."), Ok("gemba.factory.example".to_owned()));
        assert_eq!(name("192.168.1.20"), Ok("192.168.1.20".to_owned()));
        assert_eq!(name("[fd00::1]"), Ok("fd00::1".to_owned()));
        for wrong in [
            "",
            "a b",
            "-a",
            "a..b",
            "gemba/x",
            "*.example",
            "\"><script>",
            "192.168.1.20:80",
        ] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_the_operator_gave_comes_first() {
        let mut names = Names {
            given: vec!["gemba.factory.example".parse().unwrap()],
            listen: "10.1.2.3:7878".parse().unwrap(),
        };
        assert_eq!(with_port(&names.best(), 7878), "gemba.factory.example:7878");
        names.given.clear();
        assert_eq!(with_port(&names.best(), 7878), "10.1.2.3:7878");
        for name in ["localhost", "127.0.0.1", "10.1.2.3"] {
            assert!(names.now().contains(&name.parse().unwrap()), "{name}");
        }
        assert_eq!(with_port(&"::1".parse().unwrap(), 80), "[::1]:80");
    }
}
