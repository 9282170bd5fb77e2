//! Prefix lists: AWS's own (the addresses of S3 in a Region) and those of customers. Routes and rules
//! name them in place of CIDRs; then each entry counts against the quotas.

use std::sync::Arc;

use ipnet::IpNet;

use super::address_set::{AddressSet, Family};
use super::bounds::Bounds;
use super::fact::Fact;
use super::members::Members;
use super::origin::{Declaration, Origin};

/// A prefix list.
#[derive(Clone, Debug)]
pub struct PrefixList {
    /// Where it comes from.
    pub origin: Origin,
    /// `s3`: the service whose addresses it holds; none for a customer's list.
    pub aws_service: Fact<Option<Arc<str>>>,
    /// Its entries. A route to the list is one candidate for each entry. For an AWS list in an unknown
    /// Region they are unknown.
    pub entries: Members<PrefixListEntry>,
    /// The addresses that it holds at most, where its entries are not known but this is: for an AWS list in an unknown
    /// Region, the addresses of the service in all Regions.
    pub at_most: Option<AddressSet>,
    /// Its family. AWS's lists exist once for each family.
    pub family: Fact<Family>,
    /// How many entries count against quotas: `max_entries`, or the weight of an AWS list.
    pub weight: Fact<u32>,
    /// The date of the embedded entries (`2026-10-26`), if they are embedded.
    pub date: Option<Arc<str>>,
}

/// An entry of a prefix list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixListEntry {
    /// The CIDR.
    pub cidr: Fact<IpNet>,
    /// The line that makes it; none for an entry of an AWS list.
    pub declaration: Option<Declaration>,
}

impl PrefixList {
    /// Its addresses. Embedded entries that no published list confirms are possible, not certain.
    pub fn addresses(&self) -> Bounds<AddressSet> {
        let entries = self.entries.clone();
        let mut addresses: Bounds<AddressSet> =
            Bounds::of_members(&entries.map(|entry| entry.cidr));
        if let Some(at_most) = &self.at_most {
            addresses.possible = addresses.possible.intersection(at_most);
        }
        addresses
    }
}
