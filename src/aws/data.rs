//! Facts about AWS that no Terraform file states: Regions and their zones, the services that have VPC
//! endpoints, the addresses in AWS's prefix lists, prices.
//!
//! Each is a table in a text file, embedded into the program, whose heading names its source and its
//! date. The date is shown wherever a finding rests on the table. A user with newer data replaces the
//! prefix lists by the output of `aws ec2 describe-prefix-lists` or by `ip-ranges.json`; then the
//! given lists are asked first. Nothing here calls AWS.

pub mod endpoint_services;
pub mod prefix_lists;
pub mod prices;
pub mod regions;

use prefix_lists::AwsPrefixList;

use super::address_set::{AddressSet, Family};
use crate::source::Problem;

/// What is known about AWS in one run: the embedded tables, and the prefix lists that replace theirs.
#[derive(Clone, Debug, Default)]
pub struct AwsData {
    given: Vec<AwsPrefixList>,
}

impl AwsData {
    /// The prefix list of a service (`s3`) in a Region: the list that the user gave, or else the embedded
    /// one.
    pub fn prefix_list(&self, region: &str, service: &str) -> Option<&AwsPrefixList> {
        let given = self.given.iter();
        // The last file wins, as with Terraform's own `-var-file`.
        given
            .rev()
            .find(|list| list.is_of(region, service))
            .or_else(|| prefix_lists::embedded(region, service))
    }

    /// The IPv4 addresses that the prefix list of a service may hold in some Region: what is so for all of them is so
    /// where the Region is not known. `None` for a service of which no list is known.
    pub fn prefix_list_anywhere(&self, service: &str) -> Option<AddressSet> {
        let given = self.given.iter().filter(|list| &*list.service == service);
        let embedded = prefix_lists::embedded_anywhere(service);
        let lists = embedded.map(|list| -> &AwsPrefixList { list }).chain(given);
        let entries = lists.flat_map(|list| list.entries(Family::V4));
        let addresses: AddressSet = entries.map(|entry| entry.cidr).collect();
        (!addresses.is_empty()).then_some(addresses)
    }

    /// AWS's prefix list with this id. An id is unique in its Region only.
    pub fn prefix_list_by_id(&self, region: &str, id: &str) -> Option<&AwsPrefixList> {
        let services = prefix_lists::services();
        let lists = services.filter_map(|service| self.prefix_list(region, service));
        let mut lists = lists.filter(|list| list.id.as_deref() == Some(id));
        lists.next()
    }

    /// Reads the output of `aws ec2 describe-prefix-lists` or of `aws ec2
    /// get-managed-prefix-list-entries`; its lists replace the embedded ones.
    pub fn read_prefix_lists(&mut self, json: &str) -> Result<(), Problem> {
        self.given.extend(prefix_lists::given::read(json)?);
        Ok(())
    }

    /// Reads AWS's `ip-ranges.json`; its S3 and DynamoDB ranges replace the embedded ones.
    pub fn read_ip_ranges(&mut self, json: &str) -> Result<(), Problem> {
        self.given
            .extend(prefix_lists::given::read_ip_ranges(json)?);
        Ok(())
    }
}

/// The lines of a table without its heading, whose lines start with `#`.
fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

/// The date that the heading of a table gives: `# …; source date 2026-11-22; …`.
fn date_of(table: &'static str) -> &'static str {
    let date_and_rest = table
        .split_once("source date ")
        .map_or("", |(_, rest)| rest);
    date_and_rest.split(';').next().unwrap_or_default()
}
