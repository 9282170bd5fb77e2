//! Protocol and ports as a rule writes them, before they become a set of traffic.
//!
//! [`Traffic`](super::traffic::Traffic) is what a rule means; these are the arguments themselves, for
//! rules that report what AWS refuses: `from_port = 443` with `to_port = 80`, ICMP type 300.

use std::sync::Arc;

use super::fact::{Cause, Fact};
use super::traffic::Protocols;
use crate::source::Span;

/// Protocol and ports as a rule writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenPorts {
    /// `tcp`, `6`, `-1`
    pub protocol: Fact<Option<Arc<str>>>,
    /// `from_port`; for ICMP the type.
    pub from: Fact<Option<i64>>,
    /// `to_port`; for ICMP the code.
    pub to: Fact<Option<i64>>,
    /// Where `from_port` stands; the block if it is not set.
    pub place: Option<Span>,
}

/// Why AWS refuses the protocol and ports of a security-group rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortRefusal {
    /// AWS knows no protocol of this name.
    UnknownProtocol(Arc<str>),
    /// The first port is greater than the last.
    Backward(i64, i64),
    /// TCP and UDP have no such port.
    Port(i64),
    /// ICMP has no such type.
    IcmpType(i64),
    /// ICMP has no such code, or the rule gives a code together with every type.
    IcmpCode(i64),
}

impl WrittenPorts {
    /// Whether all three are known, or known to be one of several values.
    pub fn has_options(&self) -> bool {
        let numbers = [&self.from, &self.to];
        let numbers_have = numbers.iter().all(|number| number.options().is_some());
        numbers_have && self.protocol.options().is_some()
    }

    /// Whether all three are known.
    pub fn is_known(&self) -> bool {
        let numbers = [&self.from, &self.to];
        let numbers_are = numbers.iter().all(|number| number.known().is_some());
        numbers_are && self.protocol.known().is_some()
    }

    /// Whether the rule names every protocol (`-1`).
    pub fn is_every_protocol(&self) -> Fact<bool> {
        self.protocol.holds(|text| {
            let protocols = text.as_deref().and_then(Protocols::parse);
            protocols == Some(Protocols::Every)
        })
    }

    /// Why AWS refuses them in a rule of a security group, if it does (EC2 API Reference,
    /// `IpPermission`).
    pub fn refusal(&self) -> Fact<Option<PortRefusal>> {
        let causes = [self.protocol.cause(), self.from.cause(), self.to.cause()];
        let cause = causes.into_iter().flatten().next().cloned();
        let cause = cause.unwrap_or_else(|| Cause::new("it is not known"));
        let options = (
            self.protocol.options(),
            self.from.options(),
            self.to.options(),
        );
        let (Some(protocols), Some(first), Some(last)) = options else {
            return Fact::Unknown(cause);
        };
        // Every combination of alternatives: if all are refused for one reason, the refusal is certain.
        let mut refusals = Vec::new();
        for protocol in protocols {
            for from in first {
                let of_protocol = last
                    .iter()
                    .map(|to| refusal(protocol.as_deref(), *from, *to));
                refusals.extend(of_protocol.map(Fact::Known));
            }
        }
        Fact::one_of(refusals, &cause)
    }
}

fn refusal(name: Option<&str>, from: Option<i64>, to: Option<i64>) -> Option<PortRefusal> {
    let name = name?;
    let protocol = match Protocols::parse(name) {
        None => return Some(PortRefusal::UnknownProtocol(name.into())),
        Some(Protocols::Every) => return None,
        Some(Protocols::Single(single)) => single,
    };
    let (from, to) = (from?, to?);
    if protocol.has_ports() {
        return port_refusal(from, to);
    }
    if !protocol.is_icmp() {
        return None;
    }
    icmp_refusal(from, to)
}

/// Ports go from 0 to 65535. `-1` for both is accepted too and means every port.
fn port_refusal(from: i64, to: i64) -> Option<PortRefusal> {
    if (from, to) == (-1, -1) {
        return None;
    }
    let is_port = |port: &i64| (0..=i64::from(u16::MAX)).contains(port);
    let mut wrong = [from, to].into_iter().filter(|port| !is_port(port));
    match wrong.next() {
        Some(port) => Some(PortRefusal::Port(port)),
        None => (from > to).then_some(PortRefusal::Backward(from, to)),
    }
}

/// Types and codes go from 0 to 255. `-1` means every type or code, and every type needs every code.
fn icmp_refusal(icmp_type: i64, code: i64) -> Option<PortRefusal> {
    let is_number = |number: i64| (-1..=i64::from(u8::MAX)).contains(&number);
    if !is_number(icmp_type) {
        return Some(PortRefusal::IcmpType(icmp_type));
    }
    let goes_with_type = icmp_type != -1 || code == -1;
    (!is_number(code) || !goes_with_type).then_some(PortRefusal::IcmpCode(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(protocol: &str, from: i64, to: i64) -> Option<PortRefusal> {
        refusal(Some(protocol), Some(from), Some(to))
    }

    #[test]
    fn ports_go_from_0_to_65535_and_forward() {
        assert_eq!(refused("tcp", 22, 22), None);
        assert_eq!(refused("17", 0, 65535), None);
        assert_eq!(
            refused("tcp", 443, 80),
            Some(PortRefusal::Backward(443, 80))
        );
        assert_eq!(refused("udp", 0, 65536), Some(PortRefusal::Port(65536)));
        assert_eq!(refused("tcp", -1, 80), Some(PortRefusal::Port(-1)));
    }

    #[test]
    fn icmp_has_types_and_codes_and_no_ports() {
        assert_eq!(refused("icmp", 8, 0), None);
        assert_eq!(refused("icmpv6", -1, -1), None);
        assert_eq!(refused("icmp", 8, -1), None);
        assert_eq!(
            refused("icmp", 0, 65535),
            Some(PortRefusal::IcmpCode(65535))
        );
        assert_eq!(refused("icmp", 256, 0), Some(PortRefusal::IcmpType(256)));
        assert_eq!(refused("icmp", -1, 0), Some(PortRefusal::IcmpCode(0)));
    }

    #[test]
    fn other_protocols_have_no_ports_to_get_wrong() {
        assert_eq!(refused("50", 443, 80), None);
        assert_eq!(refused("-1", 443, 80), None);
        let unknown = PortRefusal::UnknownProtocol("https".into());
        assert_eq!(refused("https", 443, 443), Some(unknown));
    }
}
