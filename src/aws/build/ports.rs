//! Protocols and ports of rules as sets of traffic.

use std::sync::Arc;

use super::Arguments;
use crate::aws::bounds::Bounds;
use crate::aws::fact::{Cause, Fact};
use crate::aws::traffic::{Protocol, Protocols, Traffic};
use crate::aws::written_ports::WrittenPorts;

/// The protocol and the ports of a rule as they are written.
pub(super) fn written(arguments: Arguments, protocol: &str) -> WrittenPorts {
    WrittenPorts {
        protocol: arguments.text(protocol),
        from: arguments.number("from_port"),
        to: arguments.number("to_port"),
        place: arguments.span("from_port"),
    }
}

/// The traffic of a security-group rule (EC2 API `IpPermission`): of ICMP the ports are
/// type and code, and protocols without ports take all.
pub(super) fn security_group_traffic(written: &WrittenPorts) -> Bounds<Traffic> {
    by_protocol(&written.protocol, |protocol| {
        if !protocol.has_ports() && !protocol.is_icmp() {
            return Bounds::known(Traffic::protocol(protocol));
        }
        by_numbers(protocol, &written.from, &written.to, |from, to| {
            let (from, to) = (from.unwrap_or(-1), to.unwrap_or(-1));
            if protocol.is_icmp() {
                return icmp(protocol, from, to);
            }
            ports(protocol, from, to)
        })
    })
}

/// The traffic of a network ACL's entry (EC2 API `CreateNetworkAclEntry`): the
/// provider sends arguments that are left out as 0 (provider source, `aws_network_acl_rule`).
pub(super) fn acl_traffic(
    written: &WrittenPorts,
    icmp_type: &Fact<Option<i64>>,
    icmp_code: &Fact<Option<i64>>,
    is_ipv6: bool,
) -> Bounds<Traffic> {
    by_protocol(&written.protocol, |protocol| match protocol {
        Protocol::TCP | Protocol::UDP => {
            by_numbers(protocol, &written.from, &written.to, |from, to| {
                ports(protocol, from.unwrap_or(0), to.unwrap_or(0))
            })
        }
        Protocol::ICMPV6 if !is_ipv6 => Bounds::known(Traffic::protocol(protocol)),
        Protocol::ICMP | Protocol::ICMPV6 => {
            by_numbers(protocol, icmp_type, icmp_code, |kind, code| {
                icmp(protocol, kind.unwrap_or(0), code.unwrap_or(0))
            })
        }
        _ => Bounds::known(Traffic::protocol(protocol)),
    })
}

fn by_protocol(
    protocol: &Fact<Option<Arc<str>>>,
    traffic: impl Fn(Protocol) -> Bounds<Traffic>,
) -> Bounds<Traffic> {
    let of_protocol = |text: &Option<Arc<str>>| match text.as_deref().map(Protocols::parse) {
        Some(Some(Protocols::Every)) => Bounds::known(Traffic::everything()),
        Some(Some(Protocols::Single(named))) => traffic(named),
        Some(None) | None => anything("the protocol is not one that AWS knows"),
    };
    either(protocol, of_protocol, Traffic::everything())
}

fn by_numbers(
    protocol: Protocol,
    from: &Fact<Option<i64>>,
    to: &Fact<Option<i64>>,
    traffic: impl Fn(Option<i64>, Option<i64>) -> Bounds<Traffic>,
) -> Bounds<Traffic> {
    let all_ports = || Traffic::protocol(protocol);
    either(
        from,
        |from| either(to, |to| traffic(*from, *to), all_ports()),
        all_ports(),
    )
}

/// The traffic for each value that a fact may have: certain is what all of them allow, possible what any
/// of them does.
fn either<T>(
    fact: &Fact<T>,
    traffic: impl Fn(&T) -> Bounds<Traffic>,
    greatest: Traffic,
) -> Bounds<Traffic> {
    let (options, cause) = match (fact.options(), fact.cause()) {
        (Some(options), cause) => (options, cause),
        (None, cause) => {
            let cause = cause
                .cloned()
                .unwrap_or_else(|| Cause::new("it is not known"));
            return Bounds::between(Traffic::empty(), greatest, cause);
        }
    };
    let mut options = options.iter().map(traffic);
    let first = options
        .next()
        .unwrap_or_else(|| Bounds::known(Traffic::empty()));
    let mut joined = options.fold(first, |joined, option| Bounds {
        certain: joined.certain.intersection(&option.certain),
        possible: joined.possible.union(&option.possible),
        causes: [joined.causes, option.causes].concat(),
    });
    if joined.certain != joined.possible {
        joined.causes.extend(cause.cloned());
    }
    joined
}

/// Ports from 0 to 65535; -1 to -1 is all of them. What AWS refuses may be any port.
fn ports(protocol: Protocol, from: i64, to: i64) -> Bounds<Traffic> {
    if (from, to) == (-1, -1) {
        return Bounds::known(Traffic::protocol(protocol));
    }
    match (u16::try_from(from), u16::try_from(to)) {
        (Ok(from), Ok(to)) if from <= to => Bounds::known(Traffic::range(protocol, from, to)),
        _ => invalid(protocol, from, to),
    }
}

/// An ICMP type and code; -1 is all of them.
fn icmp(protocol: Protocol, kind: i64, code: i64) -> Bounds<Traffic> {
    let number = |n: i64| match n {
        -1 => Some(None),
        n => u8::try_from(n).ok().map(Some),
    };
    match (number(kind), number(code)) {
        (Some(kind), Some(code)) => Bounds::known(Traffic::icmp(protocol, kind, code)),
        _ => invalid(protocol, kind, code),
    }
}

fn invalid(protocol: Protocol, from: i64, to: i64) -> Bounds<Traffic> {
    let cause = Cause::new(format!("AWS refuses {from} to {to} with {protocol}"));
    Bounds::between(Traffic::empty(), Traffic::protocol(protocol), cause)
}

fn anything(reason: &str) -> Bounds<Traffic> {
    Bounds::between(Traffic::empty(), Traffic::everything(), Cause::new(reason))
}
