//! The sizes of IPv4 CIDRs that AWS accepts for VPCs and subnets (VPC guide "VPC CIDR blocks" and "Subnet
//! CIDR blocks").

use std::ops::RangeInclusive;

use ipnet::IpNet;

/// The prefix lengths that AWS accepts.
const LENGTHS: RangeInclusive<u8> = 16..=28;

/// What is wrong with the size of an IPv4 CIDR, for the end of a sentence. IPv6 CIDRs have other sizes,
/// which the provider checks.
pub(in crate::rules) fn fault(cidr: IpNet) -> Option<String> {
    let (shortest, longest) = (LENGTHS.start(), LENGTHS.end());
    match cidr {
        IpNet::V4(cidr) if cidr.prefix_len() < *shortest => {
            Some(format!("which is larger than a /{shortest}"))
        }
        IpNet::V4(cidr) if cidr.prefix_len() > *longest => {
            Some(format!("which is smaller than a /{longest}"))
        }
        _ => None,
    }
}

/// The nearest CIDR that AWS accepts, as help.
pub(in crate::rules) fn help(cidr: IpNet) -> String {
    let length = cidr.prefix_len().clamp(*LENGTHS.start(), *LENGTHS.end());
    let nearest = IpNet::new(cidr.network(), length).map_or(cidr, |resized| resized.trunc());
    format!("AWS takes /16 to /28:\ncidr_block = \"{nearest}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::address_set::parse_cidr;

    fn cidr(text: &str) -> IpNet {
        parse_cidr(text).expect("a CIDR")
    }

    #[test]
    fn the_ends_of_the_range_are_accepted() {
        for accepted in ["10.0.0.0/16", "10.0.0.0/28", "2600:1f18::/56"] {
            assert_eq!(fault(cidr(accepted)), None, "{accepted}");
        }
        for refused in ["10.0.0.0/15", "10.0.0.0/29"] {
            assert!(fault(cidr(refused)).is_some(), "{refused}");
        }
    }

    #[test]
    fn the_nearest_size_holds_the_first_address() {
        assert!(help(cidr("10.0.0.252/30")).ends_with("\"10.0.0.240/28\""));
        assert!(help(cidr("10.0.0.0/8")).ends_with("\"10.0.0.0/16\""));
    }
}
