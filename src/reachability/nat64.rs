//! IPv4 addresses inside IPv6 ones: what DNS64 answers and NAT64 translates (VPC guide "DNS64 and
//! NAT64").
//!
//! In a subnet with DNS64, a service without IPv6 address gets one: `64:ff9b::/96` with the IPv4
//! address in the last 32 bits. A NAT gateway takes such packets and sends IPv4 packets to the address
//! inside. So a prefix maps to a prefix whose length differs by 96, and both directions are exact.

use std::net::Ipv6Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::aws::address_set::AddressSet;

/// `64:ff9b::/96`
const PREFIX: Ipv6Addr = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0);
const LENGTH: u8 = 96;

/// Every address that NAT64 translates.
pub(super) fn translated() -> AddressSet {
    inside(&AddressSet::every_ipv4())
}

/// The IPv6 addresses in which DNS64 puts IPv4 ones; IPv6 addresses of the set have none.
pub(super) fn inside(addresses: &AddressSet) -> AddressSet {
    let prefixes = addresses.prefixes().filter_map(|prefix| match prefix {
        IpNet::V4(prefix) => Some(wrap(prefix)),
        IpNet::V6(_) => None,
    });
    prefixes.collect()
}

/// The IPv4 addresses inside IPv6 ones; other addresses of the set hold none and drop out.
pub(super) fn outside(addresses: &AddressSet) -> AddressSet {
    let prefixes = addresses.prefixes().filter_map(|prefix| match prefix {
        IpNet::V6(prefix) => unwrap(prefix),
        IpNet::V4(_) => None,
    });
    prefixes.collect()
}

fn wrap(prefix: Ipv4Net) -> IpNet {
    let address = u128::from(PREFIX) | u128::from(u32::from(prefix.network()));
    let length = LENGTH + prefix.prefix_len();
    Ipv6Net::new_assert(address.into(), length).into()
}

fn unwrap(prefix: Ipv6Net) -> Option<IpNet> {
    // A shorter prefix, such as `::/0`, holds `64:ff9b::/96` and more. It drops out: callers cut their
    // sets down to `translated()` first.
    let translated = Ipv6Net::new_assert(PREFIX, LENGTH);
    if !translated.contains(&prefix) {
        return None;
    }
    let low_bits = u128::from(prefix.network()) ^ u128::from(PREFIX);
    let address = u32::try_from(low_bits).ok()?;
    let length = prefix.prefix_len() - LENGTH;
    Some(Ipv4Net::new_assert(address.into(), length).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::address_set::parse_cidr;

    #[test]
    fn what_is_put_inside_comes_out_again() {
        let cidrs = ["52.216.0.0/15", "3.5.0.0/19", "0.0.0.0/0"];
        for cidr in cidrs.map(|cidr| AddressSet::from(parse_cidr(cidr).expect("a CIDR"))) {
            assert_eq!(outside(&inside(&cidr)), cidr);
        }
        let name = "64:ff9b::34d8:0/111";
        let inside = inside(&parse_cidr("52.216.0.0/15").expect("a CIDR").into());
        assert_eq!(inside.to_string(), name);
    }
}
