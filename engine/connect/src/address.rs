//! Where a connection of the site leads, and whether an address may be where a name leads.

use crate::failure::{Failure, Kind};
use hyper::Uri;
use std::net::{IpAddr, Ipv4Addr};

/// A server: how it is spoken to, where it is, and below which path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) is_tls: bool,
    pub(crate) host: Host,
    pub(crate) port: u16,
    /// Without a slash at its end; empty is everything.
    pub(crate) base: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    Ip(IpAddr),
}

impl Address {
    /// `schemes`: the plain and the encrypted one, with their usual ports.
    pub(crate) fn read(text: &str, schemes: [(&str, u16); 2]) -> Result<Address, Failure> {
        // What stands before an @ may be a password.
        let shown = text.rsplit('@').next().unwrap_or_default().escape_debug();
        let wrong = |why: &str| Failure::last(Kind::NotAllowed, format!("the address '{shown}' {why}"));
        let uri: Uri = text.parse().map_err(|_| wrong("cannot be understood"))?;
        let scheme = uri.scheme_str().unwrap_or_default();
        let is_tls = match schemes.map(|(name, _)| name == scheme) {
            [true, _] => false,
            [_, true] => true,
            _ => {
                let [(plain, _), (encrypted, _)] = schemes;
                return Err(wrong(&format!("does not begin with {plain}:// or {encrypted}://")));
            }
        };
        let authority = uri.authority().ok_or_else(|| wrong("names no computer"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("holds a user or password; give them as a secret"));
        }
        if uri.query().is_some() {
            return Err(wrong("holds a query"));
        }
        let host = Host::read(authority.host()).ok_or_else(|| wrong("names no computer"))?;
        let port = authority.port_u16().unwrap_or_else(|| schemes[usize::from(is_tls)].1);
        let base = uri.path().trim_end_matches('/').to_owned();
        Ok(Address {
            is_tls,
            host,
            port,
            base,
        })
    }

    pub(crate) fn http(text: &str) -> Result<Address, Failure> {
        Address::read(text, [("http", 80), ("https", 443)])
    }

    pub(crate) fn broker(text: &str) -> Result<Address, Failure> {
        Address::read(text, [("mqtt", 1883), ("mqtts", 8883)])
    }

    /// As the header `Host` names it.
    pub(crate) fn authority(&self) -> String {
        let usual = if self.is_tls { 443 } else { 80 };
        match &self.host {
            host if self.port == usual => host.in_address(),
            host => format!("{}:{}", host.in_address(), self.port),
        }
    }
}

impl Host {
    pub(crate) fn read(text: &str) -> Option<Host> {
        let bare = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
            .unwrap_or(text);
        match bare.parse() {
            Ok(ip) => Some(Host::Ip(ip)),
            Err(_) if text.is_empty() || text.starts_with('[') => None,
            Err(_) => Some(Host::Name(text.to_ascii_lowercase())),
        }
    }

    fn in_address(&self) -> String {
        match self {
            Host::Name(name) => name.clone(),
            Host::Ip(IpAddr::V4(ip)) => ip.to_string(),
            Host::Ip(IpAddr::V6(ip)) => format!("[{ip}]"),
        }
    }

    /// Whether this host may be at this address. A name may lead into the factory's own network, for that is where
    /// factories keep their servers; it may not lead to this computer unless it says so, nor to where computers in
    /// clouds are told their passwords (169.254.169.254), nor to many at once: whoever answers for the name would send
    /// us there.
    pub(crate) fn may_be_at(&self, ip: IpAddr) -> bool {
        let Host::Name(name) = self else {
            return true;
        };
        let is_this_computer = name == "localhost" || name.ends_with(".localhost");
        let ip = ip.to_canonical();
        if ip.is_unspecified() || ip.is_multicast() {
            return false;
        }
        match ip {
            ip if ip.is_loopback() => is_this_computer,
            IpAddr::V4(ip) => !ip.is_link_local() && ip != Ipv4Addr::BROADCAST && ip.octets()[0] != 0,
            IpAddr::V6(ip) => !ip.is_unicast_link_local(),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host.in_address(), self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let read = |text| Address::http(text).map(|address| (address.is_tls, address.authority(), address.base));
        let ok = |is_tls, authority: &str, base: &str| Ok((is_tls, authority.to_owned(), base.to_owned()));
        assert_eq!(read("https://ERP.example/api"), ok(true, "erp.example", "/api"));
        assert_eq!(read("https://erp.example:443/api/"), ok(true, "erp.example", "/api"));
        assert_eq!(read("http://10.0.0.7:8080"), ok(false, "10.0.0.7:8080", ""));
        assert_eq!(read("http://[fd00::7]:8080/"), ok(false, "[fd00::7]:8080", ""));
        for wrong in [
            "erp.example",
            "ftp://erp.example",
            "http://user:password@erp.example",
            "http://",
            "http://erp.example/?a=b",
            "http://erp example",
            "http://erp.example\r\nX: y",
            "mqtt://broker",
        ] {
            assert_eq!(read(wrong).unwrap_err().kind, Kind::NotAllowed, "{wrong}");
        }
        let broker = Address::broker("mqtts://broker.example").unwrap();
        assert_eq!(
            (broker.is_tls, broker.to_string()),
            (true, "broker.example:8883".to_owned())
        );
    }

    #[test]
    fn a_name_leads_into_the_factory_but_not_to_this_computer() {
        let may = |name: &str, ip: &str| Host::read(name).unwrap().may_be_at(ip.parse().unwrap());
        for (name, ip) in [
            ("erp.example", "10.1.2.3"),
            ("erp.example", "192.168.1.7"),
            ("erp.example", "203.0.113.9"),
            ("erp.example", "fd00::7"),
            ("localhost", "127.0.0.1"),
            ("LOCALHOST", "::1"),
            ("127.0.0.1", "127.0.0.1"),
            ("169.254.1.1", "169.254.1.1"),
        ] {
            assert!(may(name, ip), "{name} at {ip}");
        }
        for (name, ip) in [
            ("erp.example", "127.0.0.1"),
            ("erp.example", "127.8.8.8"),
            ("erp.example", "::1"),
            ("erp.example", "::ffff:127.0.0.1"),
            ("erp.example", "169.254.169.254"),
            ("erp.example", "::ffff:169.254.169.254"),
            ("erp.example", "fe80::1"),
            ("erp.example", "0.0.0.0"),
            ("erp.example", "0.1.2.3"),
            ("erp.example", "::"),
            ("erp.example", "224.0.0.1"),
            ("erp.example", "255.255.255.255"),
            ("localhost", "169.254.169.254"),
            ("notlocalhost", "127.0.0.1"),
        ] {
            assert!(!may(name, ip), "{name} at {ip}");
        }
    }
}
