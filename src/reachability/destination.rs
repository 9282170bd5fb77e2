//! Where packets are sent to: addresses, and what is known of them (the service whose prefix list they
//! are, the VPC that they lie in).

use std::sync::{Arc, LazyLock};

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, Family, parse_cidr};
use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::prefix_list::PrefixList;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

use super::nat64;

/// The addresses that a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Every address that may belong to the destination.
    pub addresses: AddressSet,
    /// The addresses that certainly belong to it.
    pub confirmed: AddressSet,
    /// Why only some of `addresses` belong to it and it is not known which: then an answer counts
    /// only if it is the same for all.
    pub unknown: Option<Cause>,
    /// The AWS service whose prefix list it is.
    pub service: Option<RegionalService>,
    /// Whether it is a service without prefix list: such a service shares no address with those that
    /// gateway endpoints serve.
    pub is_unlisted_service: bool,
    /// The VPC that the whole destination certainly lies in, whatever the CIDRs are.
    pub vpc: Option<Id<Vpc>>,
}

/// A service in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionalService {
    /// `s3`
    pub name: Arc<str>,
    /// Where.
    pub region: Fact<Arc<str>>,
}

/// The IPv4 addresses of a service with gateway endpoints: those of its prefix list. Where the Region is not known,
/// they may be its addresses in any Region; where the list is not known, any public addresses.
pub fn service(aws: &AwsData, name: &str, region: &Fact<Arc<str>>) -> Destination {
    let service = Some(RegionalService {
        name: name.into(),
        region: region.clone(),
    });
    let list = region
        .known()
        .and_then(|region| aws.prefix_list(region, name));
    let Some(list) = list else {
        let unpublished = unpublished(name, region);
        let anywhere = match region.known() {
            Some(_) => None,
            None => aws.prefix_list_anywhere(name),
        };
        return Destination {
            service,
            addresses: anywhere.unwrap_or(unpublished.addresses),
            ..unpublished
        };
    };
    let entries = || list.entries(Family::V4);
    let confirmed = entries().filter(|entry| entry.is_confirmed);
    Destination {
        addresses: entries().map(|entry| entry.cidr).collect(),
        confirmed: confirmed.map(|entry| entry.cidr).collect(),
        unknown: None,
        service,
        is_unlisted_service: false,
        vpc: None,
    }
}

/// A service whose prefix list is not known: some public addresses.
fn unpublished(name: &str, region: &Fact<Arc<str>>) -> Destination {
    let unlisted = || {
        Cause::new(format!(
            "the addresses of {name} in its Region are not known"
        ))
    };
    Destination {
        addresses: public_addresses(Family::V4),
        confirmed: AddressSet::empty(),
        unknown: Some(region.cause().cloned().unwrap_or_else(unlisted)),
        service: None,
        is_unlisted_service: false,
        vpc: None,
    }
}

impl Destination {
    /// These addresses and no others.
    pub fn known(addresses: AddressSet) -> Self {
        Self {
            confirmed: addresses.clone(),
            addresses,
            unknown: None,
            service: None,
            is_unlisted_service: false,
            vpc: None,
        }
    }

    /// These addresses, which all lie in one VPC if it is known.
    pub fn inside(addresses: AddressSet, vpc: &Link<Vpc>) -> Self {
        Self {
            vpc: vpc.known().copied(),
            ..Self::known(addresses)
        }
    }

    /// The destination as DNS64 answers it. It is no longer that of a service, as IPv4 prefix lists do
    /// not hold IPv6 addresses.
    #[must_use]
    pub(super) fn inside_ipv6(&self) -> Self {
        Self {
            addresses: nat64::inside(&self.addresses),
            confirmed: nat64::inside(&self.confirmed),
            unknown: self.unknown.clone(),
            service: None,
            is_unlisted_service: self.is_unlisted_service,
            vpc: None,
        }
    }

    /// A part of it.
    #[must_use]
    pub fn part(&self, addresses: AddressSet) -> Self {
        Self {
            confirmed: self.confirmed.intersection(&addresses),
            addresses,
            ..self.clone()
        }
    }

    /// Whether some of its addresses are known to exist.
    pub fn is_confirmed(&self) -> Fact<bool> {
        let unconfirmed = || Cause::new("no real prefix list confirms these prefixes");
        if self.confirmed.is_empty() {
            Fact::Unknown(self.unknown.clone().unwrap_or_else(unconfirmed))
        } else {
            Fact::Known(true)
        }
    }

    /// Whether it is what a prefix list holds: the list is that of the same service in the same Region.
    pub fn is_of(&self, list: &PrefixList) -> bool {
        let Some(service) = &self.service else {
            return false;
        };
        let is_same_service = list.aws_service.is(&Some(service.name.clone())).is_true();
        is_same_service && is_same_region(&list.origin.region, &service.region)
    }

    /// Whether a prefix list certainly holds nothing of it: the list is that of another AWS service, as
    /// no two services with prefix lists share an address, and services without one share none with
    /// those that gateway endpoints serve.
    pub fn is_foreign_to(&self, list: &PrefixList) -> bool {
        let differs = |name: &Option<Arc<str>>| match (name, &self.service) {
            (Some(name), Some(service)) => *name != service.name,
            (Some(name), None) => self.is_unlisted_service && endpoint_services::has_gateway(name),
            (None, _) => false,
        };
        list.aws_service.holds(differs).is_true()
    }
}

/// A service whose addresses AWS does not publish one by one: some public addresses but those that the
/// prefix lists of its Region certainly hold.
pub fn unlisted_service(aws: &AwsData, name: &str, region: &Fact<Arc<str>>) -> Destination {
    let listed = endpoint_services::list().filter(|service| service.has_gateway);
    let listed = listed.map(|listed| service(aws, listed.name, region).confirmed);
    let addresses = listed.fold(public_addresses(Family::V4), |remaining, confirmed| {
        remaining.difference(&confirmed)
    });
    let reason = format!("the addresses of {name} are not published");
    Destination {
        addresses,
        confirmed: AddressSet::empty(),
        unknown: Some(Cause::new(reason)),
        service: None,
        is_unlisted_service: true,
        vpc: None,
    }
}

/// Whether two Regions are the same, even if it is not known which. Two unknowns are one value if they
/// have the same identity; unknowns without identity are one if they are the same cause, as for all
/// objects of a configuration that sets no Region.
fn is_same_region(left: &Fact<Arc<str>>, right: &Fact<Arc<str>>) -> bool {
    match (left, right) {
        (Fact::Known(left), Fact::Known(right)) => left == right,
        (Fact::Unknown(left), Fact::Unknown(right)) => match (&left.identity, &right.identity) {
            (Some(left), Some(right)) => left == right,
            _ => left == right,
        },
        _ => false,
    }
}

/// The addresses of one family that the internet routes (IANA special-purpose registries).
pub fn public_addresses(family: Family) -> AddressSet {
    static V4: LazyLock<AddressSet> =
        LazyLock::new(|| AddressSet::every_ipv4().difference(&prefixes(&SPECIAL_V4)));
    static V6: LazyLock<AddressSet> =
        LazyLock::new(|| prefixes(&["2000::/3"]).difference(&prefixes(&["2001:db8::/32"])));
    match family {
        Family::V4 => V4.clone(),
        Family::V6 => V6.clone(),
    }
}

/// The addresses that networks use inside (RFC 1918, RFC 6598, RFC 4193).
pub fn private_addresses() -> AddressSet {
    prefixes(&[
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
    ])
}

const SPECIAL_V4: [&str; 14] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// The addresses of CIDRs that the program itself names.
pub(super) fn prefixes(cidrs: &[&str]) -> AddressSet {
    let prefix = |cidr: &&str| -> IpNet { parse_cidr(cidr).expect("a CIDR of this file") };
    cidrs.iter().map(prefix).collect()
}
