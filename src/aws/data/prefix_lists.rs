//! AWS's own prefix lists: the embedded ones, and those of files that the user gives.
//!
//! AWS publishes the address ranges of its services (`ip-ranges.json`), but not which of them a prefix
//! list holds; that is seen only inside an account. So each embedded entry says whether a real list is
//! known to hold it. The rest is possible, not certain.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, Family, parse_cidr};

pub(super) mod given;

/// A prefix list that AWS manages.
#[derive(Clone, Debug)]
pub struct AwsPrefixList {
    region: Arc<str>,
    /// `s3`
    pub service: Arc<str>,
    /// `pl-63a5400a`, if it is known.
    pub id: Option<Arc<str>>,
    /// When its entries were published; `None` for output of the `aws` command.
    pub date: Option<Arc<str>>,
    entries: Vec<AwsPrefixListEntry>,
}

/// An entry of a prefix list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsPrefixListEntry {
    /// The CIDR.
    pub cidr: IpNet,
    /// Whether a real prefix list is known to hold it. Other entries are published for the service, but
    /// are newer than every list that was seen.
    pub is_confirmed: bool,
}

/// Stands for every Region in the embedded table: the list has the same entries everywhere.
const GLOBAL: &str = "*";

impl AwsPrefixList {
    /// Its entries of one family.
    pub fn entries(&self, family: Family) -> impl Iterator<Item = AwsPrefixListEntry> + '_ {
        let of_family = move |entry: &AwsPrefixListEntry| Family::of(entry.cidr) == family;
        self.entries.iter().copied().filter(of_family)
    }

    /// Whether it is the list of a service in a Region.
    pub(super) fn is_of(&self, region: &str, service: &str) -> bool {
        &*self.service == service && (&*self.region == region || &*self.region == GLOBAL)
    }

    fn addresses(&self, confirmed_only: bool) -> AddressSet {
        let entries = self.entries.iter();
        let wanted = entries.filter(|entry| !confirmed_only || entry.is_confirmed);
        wanted.map(|entry| entry.cidr).collect()
    }
}

/// How many rules or routes a reference to a list counts as (VPC guide, "AWS-managed prefix lists",
/// section "AWS-managed prefix list weight").
pub fn weight(service: &str) -> Option<u32> {
    let weight = match service {
        "s3" | "dynamodb" => 1,
        "ec2-instance-connect" => 2,
        "groundstation" => 5,
        "s3express" => 6,
        "vpc-lattice" => 10,
        "secretsmanager-managed-external-secrets" => 20,
        "route53-healthchecks" => 25,
        "cloudfront.origin-facing" => 55,
        _ => return None,
    };
    Some(weight)
}

/// The Region and service of a list's name: `com.amazonaws.eu-west-1.s3`,
/// `com.amazonaws.global.cloudfront.origin-facing`. The Region is `None` for a global list.
pub fn parse_name(name: &str) -> Option<(Option<&str>, &str)> {
    let (_, rest) = name.split_once("com.amazonaws.")?;
    let (region, service) = rest.split_once('.')?;
    let service = service.strip_prefix("ipv6.").unwrap_or(service);
    match region {
        "global" => Some((None, service)),
        region => Some((Some(region), service)),
    }
}

/// The date of the embedded lists.
pub fn date() -> &'static str {
    super::date_of(TEXT)
}

/// The services that have prefix lists.
pub(super) fn services() -> impl Iterator<Item = &'static str> {
    tables().keys().copied()
}

/// The embedded list of a service in a Region.
pub(super) fn embedded(region: &str, service: &str) -> Option<&'static AwsPrefixList> {
    let regions = tables().get(service)?;
    let row = regions.get(region).or_else(|| regions.get(GLOBAL));
    row.map(Row::list)
}

/// The embedded lists of a service in all Regions.
pub(super) fn embedded_anywhere(service: &str) -> impl Iterator<Item = &'static AwsPrefixList> {
    let regions = tables().get(service).into_iter();
    regions.flat_map(BTreeMap::values).map(Row::list)
}

const TEXT: &str = include_str!("prefix_lists.tsv");

/// Rows by service, then by Region.
type Tables = BTreeMap<&'static str, BTreeMap<&'static str, Row>>;

/// A list as the table has it. A run needs few of them, so that the entries are read when they are first asked for.
struct Row {
    region: &'static str,
    service: &'static str,
    /// `-` if it is not known.
    id: &'static str,
    /// Separated by commas and tabs.
    cidrs: &'static str,
    list: OnceLock<AwsPrefixList>,
}

impl Row {
    fn read(row: &'static str) -> Option<Self> {
        let mut fields = row.splitn(4, '\t');
        Some(Self {
            region: fields.next()?,
            service: fields.next()?,
            id: fields.next()?,
            cidrs: fields.next().unwrap_or_default(),
            list: OnceLock::new(),
        })
    }

    fn list(&self) -> &AwsPrefixList {
        self.list.get_or_init(|| AwsPrefixList {
            region: self.region.into(),
            service: self.service.into(),
            id: (self.id != "-").then(|| self.id.into()),
            date: Some(date().into()),
            entries: self.entries().filter_map(read_entry).collect(),
        })
    }

    fn entries(&self) -> impl Iterator<Item = &'static str> {
        let entries = self.cidrs.split(['\t', ',']);
        entries.filter(|entry| !entry.is_empty())
    }
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables::new();
        for row in super::rows(TEXT).filter_map(Row::read) {
            let regions = tables.entry(row.service).or_default();
            regions.insert(row.region, row);
        }
        tables.values_mut().for_each(fill_from_global);
        tables
    })
}

/// Completes the lists that are the same in every Region: the row of `GLOBAL` has the entries, and the
/// rows of the Regions have the ids.
fn fill_from_global(regions: &mut BTreeMap<&'static str, Row>) {
    let Some(cidrs) = regions.get(GLOBAL).map(|row| row.cidrs) else {
        return;
    };
    let empty = |row: &&mut Row| row.entries().next().is_none();
    for row in regions.values_mut().filter(empty) {
        row.cidrs = cidrs;
    }
}

fn read_entry(text: &str) -> Option<AwsPrefixListEntry> {
    let bare = text.trim_start_matches('~');
    let cidr = parse_cidr(bare)?;
    // `~` marks an entry that no list confirms. No real list of IPv6 entries has been seen.
    let is_confirmed = bare == text && Family::of(cidr) == Family::V4;
    Some(AwsPrefixListEntry { cidr, is_confirmed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::data::AwsData;

    #[test]
    fn every_row_and_every_cidr_is_read() {
        let regions = || tables().values().flat_map(BTreeMap::values);
        assert_eq!(super::super::rows(TEXT).count(), regions().count());
        let cidrs = regions().flat_map(Row::entries);
        let bad: Vec<_> = cidrs.filter(|c| read_entry(c).is_none()).collect();
        assert!(bad.is_empty(), "{bad:?}");
        assert_eq!(date(), "2026-10-26");
    }

    #[test]
    fn an_entry_newer_than_every_list_that_was_seen_is_not_confirmed() {
        let data = AwsData::default();
        let list = data.prefix_list("us-east-1", "s3").expect("it is embedded");
        assert_eq!(list.entries(Family::V4).count(), 36);
        assert_eq!(
            list.entries(Family::V4)
                .filter(|entry| !entry.is_confirmed)
                .count(),
            28
        );
        assert!(list.entries(Family::V6).all(|entry| !entry.is_confirmed));
    }

    #[test]
    fn an_id_is_unique_in_its_region_only() {
        let data = AwsData::default();
        let service = |region, id| {
            data.prefix_list_by_id(region, id)
                .map(|list| &*list.service)
        };
        assert_eq!(service("ap-south-1", "pl-78a54011"), Some("s3"));
        assert_eq!(service("ap-northeast-1", "pl-78a54011"), Some("dynamodb"));
        assert_eq!(service("eu-west-1", "pl-78a54011"), None);
    }

    #[test]
    fn a_global_list_is_known_in_every_region() {
        let data = AwsData::default();
        let entries = |region| {
            let list = data.prefix_list(region, "cloudfront.origin-facing");
            list.map(|list| list.entries(Family::V4).count())
        };
        assert!(entries("af-south-1").is_some_and(|count| count > 40));
        assert_eq!(entries("af-south-1"), entries("me-south-1"));
    }
}
