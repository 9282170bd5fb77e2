//! Which hosts may be asked. Whoever writes a `source` chooses where a machine connects to, and that machine may stand
//! in a network that its owner trusts.

use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};

use super::failure::GetFailure;
use crate::terraform::module_source::Url;

/// The hosts that the user allows by name.
#[derive(Debug, Clone, Default)]
pub(super) struct AllowedHosts {
    /// Empty if nobody named one: then all may be asked.
    names: Vec<String>,
}

impl AllowedHosts {
    pub(super) fn new(names: &[String]) -> Self {
        let names = names.iter().map(|name| name.to_ascii_lowercase());
        Self {
            names: names.collect(),
        }
    }

    /// Whether the user named any.
    pub(super) fn is_given(&self) -> bool {
        !self.names.is_empty()
    }

    fn names(&self, url: &Url) -> bool {
        let authority = url.authority();
        self.names
            .iter()
            .any(|name| *name == url.host || *name == authority)
    }

    /// Refuses what may not be asked. `from` is who led there, if it was not the configuration itself.
    pub(super) fn check(&self, url: &Url, from: Option<&Url>) -> Result<(), GetFailure> {
        if self.names(url) || url.host.is_empty() {
            return Ok(());
        }
        if !self.names.is_empty() {
            return Err(GetFailure::Host(url.authority()));
        }
        let addresses = addresses(url);
        if addresses.iter().any(is_link_local) {
            return Err(GetFailure::LinkLocal(url.host.clone()));
        }
        let stranger = from.filter(|source| source.host != url.host);
        match stranger {
            // A registry of the local network may well have its archives there.
            Some(source)
                if addresses.iter().any(is_local)
                    && !self::addresses(source).iter().any(is_local) =>
            {
                Err(GetFailure::Private {
                    host: source.authority(),
                    target: url.host.clone(),
                })
            }
            _ => Ok(()),
        }
    }
}

/// The addresses of a host; none if its name is not known here, as behind a proxy.
fn addresses(url: &Url) -> Vec<IpAddr> {
    let host = url.host.trim_start_matches('[').trim_end_matches(']');
    let found = (host, url.port.unwrap_or(443)).to_socket_addrs();
    found.map_or_else(
        |_| Vec::new(),
        |found| found.map(|address| address.ip()).collect(),
    )
}

/// Whether it is one of this machine or of the network around it.
pub(super) fn is_local(address: &IpAddr) -> bool {
    match unmapped(*address) {
        IpAddr::V4(address) => {
            let is_shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
            let is_reserved = address.is_unspecified() || address.octets()[0] == 0;
            address.is_loopback() || address.is_private() || is_shared || is_reserved
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unspecified() || address.is_unique_local()
        }
    }
}

/// Whether it is one of the link, as the metadata services of clouds are.
pub(super) fn is_link_local(address: &IpAddr) -> bool {
    match unmapped(*address) {
        IpAddr::V4(address) => address.is_link_local(),
        // AWS's metadata service has an address of IPv6 too.
        IpAddr::V6(address) => {
            address.is_unicast_link_local() || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
    }
}

/// An address of IPv4 that is spelled as one of IPv6.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether an address may be connected to at all: names can change their address between two questions.
pub(super) fn may_connect(address: &IpAddr, is_led: bool) -> bool {
    let is_reserved = is_link_local(address) || *address == Ipv4Addr::BROADCAST;
    !is_reserved && (!is_led || !is_local(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_stranger_leads_to_no_machine_of_the_local_network() {
        let hosts = AllowedHosts::default();
        let public = url("https://192.0.2.1/x");
        for text in [
            "http://127.0.0.1/",
            "http://10.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://0.0.0.0/",
        ] {
            assert!(hosts.check(&url(text), Some(&public)).is_err(), "{text}");
            assert!(hosts.check(&url(text), None).is_ok(), "{text}");
            assert!(
                hosts
                    .check(&url(text), Some(&url("http://10.1.1.1/")))
                    .is_ok(),
                "{text}"
            );
        }
        assert!(
            hosts
                .check(&url("https://198.51.100.7/"), Some(&public))
                .is_ok()
        );
    }

    #[test]
    fn nobody_leads_to_the_metadata_service() {
        let hosts = AllowedHosts::default();
        for text in [
            "http://169.254.169.254/latest",
            "http://[fd00:ec2::254]/",
            "http://[fe80::1]/",
        ] {
            assert!(hosts.check(&url(text), None).is_err(), "{text}");
        }
        let named = AllowedHosts::new(&["169.254.169.254".to_owned()]);
        assert!(named.check(&url("http://169.254.169.254/"), None).is_ok());
    }

    #[test]
    fn only_hosts_that_are_named_are_asked_if_any_is() {
        let hosts = AllowedHosts::new(&["GitHub.com".to_owned(), "a.example:8443".to_owned()]);
        assert!(hosts.check(&url("https://github.com/o/r"), None).is_ok());
        assert!(hosts.check(&url("https://a.example:8443/"), None).is_ok());
        assert!(hosts.check(&url("https://a.example/"), None).is_err());
        assert!(
            hosts
                .check(&url("https://github.com.evil.example/"), None)
                .is_err()
        );
    }
}
