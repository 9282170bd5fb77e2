//! IPv4 addresses inside IPv6: what DNS64 answers and NAT64 translates (VPC guide "DNS64 and NAT64").

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

/// The IPv6 addresses that stand for IPv4 ones.
pub(super) fn inside(addresses: &AddressSet) -> AddressSet {
    let prefixes = addresses.prefixes().filter_map(|prefix| match prefix {
        IpNet::V4(prefix) => Some(wrap(prefix)),
        IpNet::V6(_) => None,
    });
    prefixes.collect()
}

/// The IPv4 addresses that IPv6 ones stand for.
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
    let all = Ipv6Net::new_assert(PREFIX, LENGTH);
    if !all.contains(&prefix) {
        return None;
    }
    let address = u128::from(prefix.network()) ^ u128::from(PREFIX);
    let address = u32::try_from(address).ok()?;
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
