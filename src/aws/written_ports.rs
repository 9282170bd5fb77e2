//! Protocol and ports as rules write them.

use std::sync::Arc;

use super::fact::{Cause, Fact};
use super::traffic::Protocols;
use crate::source::Span;

/// Protocol and ports as a rule writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenPorts {
    /// `tcp`, `6`, `-1`
    pub protocol: Fact<Option<Arc<str>>>,
    /// `from_port`, of ICMP the type.
    pub from: Fact<Option<i64>>,
    /// `to_port`, of ICMP the code.
    pub to: Fact<Option<i64>>,
    /// Where `from_port` stands; the block if it is not set.
    pub place: Option<Span>,
}

/// Why AWS refuses the protocol and ports of a security-group rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It knows no such protocol.
    UnknownProtocol(Arc<str>),
    /// The first port is greater than the last.
    Backward(i64, i64),
    /// There is no such port of TCP or UDP.
    Port(i64),
    /// There is no such type of ICMP.
    IcmpType(i64),
    /// There is no such code of ICMP, or none that goes with every type.
    IcmpCode(i64),
}

impl WrittenPorts {
    /// Whether every value that they may have is known.
    pub fn has_options(&self) -> bool {
        let numbers = [&self.from, &self.to];
        let numbers_have = numbers.iter().all(|number| number.options().is_some());
        numbers_have && self.protocol.options().is_some()
    }

    /// Whether they are known.
    pub fn is_known(&self) -> bool {
        let numbers = [&self.from, &self.to];
        let numbers_are = numbers.iter().all(|number| number.known().is_some());
        numbers_are && self.protocol.known().is_some()
    }

    /// Whether they are those of all protocols.
    pub fn is_all(&self) -> Fact<bool> {
        self.protocol.holds(|text| {
            let protocols = text.as_deref().and_then(Protocols::parse);
            protocols == Some(Protocols::All)
        })
    }

    /// Why AWS refuses them in a rule of a security group, if it does (EC2 API `IpPermission`).
    pub fn refusal(&self) -> Fact<Option<Refusal>> {
        let unknown = [self.protocol.cause(), self.from.cause(), self.to.cause()];
        let cause = unknown.into_iter().flatten().next().cloned();
        let cause = cause.unwrap_or_else(|| Cause::new("it is not known"));
        let options = (
            self.protocol.options(),
            self.from.options(),
            self.to.options(),
        );
        let (Some(protocols), Some(first), Some(last)) = options else {
            return Fact::Unknown(cause);
        };
        let mut refusals = Vec::new();
        for protocol in protocols {
            for from in first {
                let all = last
                    .iter()
                    .map(|to| refusal(protocol.as_deref(), *from, *to));
                refusals.extend(all.map(Fact::Known));
            }
        }
        Fact::one_of(refusals, &cause)
    }
}

fn refusal(protocol: Option<&str>, from: Option<i64>, to: Option<i64>) -> Option<Refusal> {
    let text = protocol?;
    let protocol = match Protocols::parse(text) {
        None => return Some(Refusal::UnknownProtocol(text.into())),
        Some(Protocols::All) => return None,
        Some(Protocols::One(protocol)) => protocol,
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

/// Ports from 0 to 65535; a rule may also say -1 twice.
fn port_refusal(from: i64, to: i64) -> Option<Refusal> {
    if (from, to) == (-1, -1) {
        return None;
    }
    let is_port = |port: &i64| (0..=i64::from(u16::MAX)).contains(port);
    let mut wrong = [from, to].into_iter().filter(|port| !is_port(port));
    match wrong.next() {
        Some(port) => Some(Refusal::Port(port)),
        None => (from > to).then_some(Refusal::Backward(from, to)),
    }
}

/// Types and codes from 0 to 255; -1 is all of them, and all types have all codes.
fn icmp_refusal(kind: i64, code: i64) -> Option<Refusal> {
    let is_number = |number: i64| (-1..=i64::from(u8::MAX)).contains(&number);
    if !is_number(kind) {
        return Some(Refusal::IcmpType(kind));
    }
    let goes_with_type = kind != -1 || code == -1;
    (!is_number(code) || !goes_with_type).then_some(Refusal::IcmpCode(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(protocol: &str, from: i64, to: i64) -> Option<Refusal> {
        refusal(Some(protocol), Some(from), Some(to))
    }

    #[test]
    fn ports_go_from_0_to_65535_and_forward() {
        assert_eq!(refused("tcp", 22, 22), None);
        assert_eq!(refused("17", 0, 65535), None);
        assert_eq!(refused("tcp", 443, 80), Some(Refusal::Backward(443, 80)));
        assert_eq!(refused("udp", 0, 65536), Some(Refusal::Port(65536)));
        assert_eq!(refused("tcp", -1, 80), Some(Refusal::Port(-1)));
    }

    #[test]
    fn icmp_has_types_and_codes_and_no_ports() {
        assert_eq!(refused("icmp", 8, 0), None);
        assert_eq!(refused("icmpv6", -1, -1), None);
        assert_eq!(refused("icmp", 8, -1), None);
        assert_eq!(refused("icmp", 0, 65535), Some(Refusal::IcmpCode(65535)));
        assert_eq!(refused("icmp", 256, 0), Some(Refusal::IcmpType(256)));
        assert_eq!(refused("icmp", -1, 0), Some(Refusal::IcmpCode(0)));
    }

    #[test]
    fn other_protocols_have_no_ports_to_get_wrong() {
        assert_eq!(refused("50", 443, 80), None);
        assert_eq!(refused("-1", 443, 80), None);
        let unknown = Refusal::UnknownProtocol("https".into());
        assert_eq!(refused("https", 443, 443), Some(unknown));
    }
}
