//! Prefix lists of AWS and of customers.

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
    /// Its entries one by one, each a candidate of its own in a route table; of an AWS list in an
    /// unknown Region, none with the reason.
    pub entries: Members<PrefixListEntry>,
    /// Its family; of an AWS list, that of a gateway endpoint's `ipv4` type.
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
    /// What says so; none for an entry of AWS's.
    pub declaration: Option<Declaration>,
}

impl PrefixList {
    /// Its addresses: embedded entries that no real list has confirmed are possible only.
    pub fn addresses(&self) -> Bounds<AddressSet> {
        let entries = self.entries.clone();
        Bounds::of_members(&entries.map(|entry| entry.cidr))
    }
}
