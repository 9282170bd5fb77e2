//! Prefix lists in files that the user gives: output of the `aws` command, which is certain, or AWS's
//! `ip-ranges.json`, which is newer than the embedded table and no more certain.

use std::collections::BTreeMap;

use ipnet::IpNet;
use serde::Deserialize;

use super::{AwsPrefixList, AwsPrefixListEntry, GLOBAL, Row, embedded, parse_name, tables};
use crate::aws::address_set::{AddressSet, parse_cidr};
use crate::aws::data::regions;
use crate::source::Problem;

/// Reads what `aws ec2 describe-prefix-lists` or `aws ec2 get-managed-prefix-list-entries` prints.
pub(in crate::aws::data) fn read(json: &str) -> Result<Vec<AwsPrefixList>, Problem> {
    let file: Given = serde_json::from_str(json).map_err(|error| not_json(&error))?;
    match (file.lists, file.entries) {
        (Some(lists), None) => lists.iter().map(given_list).collect(),
        (None, Some(entries)) => Ok(vec![identify(&entries)?]),
        _ => Err(Problem::error("the file holds no prefix lists", None).help(USAGE)),
    }
}

const USAGE: &str = "give the output of `aws ec2 describe-prefix-lists` or of `aws ec2 \
                     get-managed-prefix-list-entries`";

#[derive(Deserialize)]
struct Given {
    #[serde(rename = "PrefixLists")]
    lists: Option<Vec<GivenList>>,
    #[serde(rename = "Entries")]
    entries: Option<Vec<GivenEntry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GivenList {
    prefix_list_id: String,
    prefix_list_name: String,
    cidrs: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GivenEntry {
    cidr: String,
}

fn given_list(list: &GivenList) -> Result<AwsPrefixList, Problem> {
    let name = &list.prefix_list_name;
    let Some((region, service)) = parse_name(name) else {
        let message = format!("`{name}` is not the name of a prefix list of AWS's");
        return Err(Problem::error(message, None).help(USAGE));
    };
    let cidrs = list.cidrs.iter().flatten();
    Ok(AwsPrefixList {
        region: region.unwrap_or(GLOBAL).into(),
        service: service.into(),
        id: Some(list.prefix_list_id.as_str().into()),
        date: None,
        entries: cidrs
            .map(|cidr| given_entry(cidr))
            .collect::<Result<_, _>>()?,
    })
}

fn given_entry(cidr: &str) -> Result<AwsPrefixListEntry, Problem> {
    let Some(cidr) = parse_cidr(cidr) else {
        return Err(Problem::error(format!("`{cidr}` is not a CIDR"), None));
    };
    Ok(AwsPrefixListEntry {
        cidr,
        is_confirmed: true,
    })
}

/// The list of entries that come without its name: the only embedded list with which they have
/// addresses in common. With several such lists it is not guessed which is meant.
fn identify(given_entries: &[GivenEntry]) -> Result<AwsPrefixList, Problem> {
    let entries = given_entries.iter().map(|entry| given_entry(&entry.cidr));
    let entries: Vec<_> = entries.collect::<Result<_, _>>()?;
    let addresses: AddressSet = entries.iter().map(|entry| entry.cidr).collect();
    let embedded_lists = tables()
        .values()
        .flat_map(BTreeMap::values)
        .map(Row::list)
        .filter(|list| !list.entries.is_empty());
    let mut alike = embedded_lists.filter(|list| list.addresses(false).intersects(&addresses));
    let (Some(list), None) = (alike.next(), alike.next()) else {
        let message = "the entries do not tell which prefix list they belong to";
        return Err(Problem::error(message, None)
            .help("give the output of `aws ec2 describe-prefix-lists`, which names the lists"));
    };
    Ok(AwsPrefixList {
        date: None,
        entries,
        ..list.clone()
    })
}

/// Reads AWS's `ip-ranges.json`. It holds every entry of the lists and other ranges too, so that an
/// entry is confirmed only if the embedded table confirms it.
pub(in crate::aws::data) fn read_ip_ranges(json: &str) -> Result<Vec<AwsPrefixList>, Problem> {
    let file: IpRanges = serde_json::from_str(json).map_err(|error| not_json(&error))?;
    let mut lists = BTreeMap::new();
    for range in file.prefixes.iter().chain(&file.ipv6_prefixes) {
        let Some(service) = range.list() else {
            continue;
        };
        let Some(cidr) = parse_cidr(&range.cidr) else {
            return Err(Problem::error(
                format!("`{}` is not a CIDR", range.cidr),
                None,
            ));
        };
        let key = (range.region.as_str(), service);
        lists.entry(key).or_insert_with(Vec::new).push(cidr);
    }
    if lists.is_empty() {
        return Err(
            Problem::error("the file holds no ranges of S3 or DynamoDB", None)
                .help("give `https://ip-ranges.amazonaws.com/ip-ranges.json`"),
        );
    }
    let list = |((region, service), cidrs)| published_list(region, service, cidrs, &file.date);
    Ok(lists.into_iter().map(list).collect())
}

#[derive(Deserialize)]
struct IpRanges {
    #[serde(rename = "createDate")]
    date: String,
    prefixes: Vec<PublishedRange>,
    #[serde(default)]
    ipv6_prefixes: Vec<PublishedRange>,
}

#[derive(Deserialize)]
struct PublishedRange {
    #[serde(alias = "ip_prefix", alias = "ipv6_prefix")]
    cidr: String,
    region: String,
    service: String,
}

impl PublishedRange {
    /// The service to whose list it belongs.
    fn list(&self) -> Option<&'static str> {
        let is_regional = regions::region(&self.region).is_some();
        match self.service.as_str() {
            "S3" if is_regional && !self.is_too_small_for_s3() => Some("s3"),
            "DYNAMODB" if is_regional => Some("dynamodb"),
            _ => None,
        }
    }

    /// Whether it is a block of S3 that no prefix list has ever held: those of length 28.
    fn is_too_small_for_s3(&self) -> bool {
        parse_cidr(&self.cidr).is_some_and(|cidr| cidr.prefix_len() == 28)
    }
}

fn published_list(region: &str, service: &str, cidrs: Vec<IpNet>, date: &str) -> AwsPrefixList {
    let known = embedded(region, service);
    let confirmed = known.map_or_else(AddressSet::empty, |list| list.addresses(true));
    let entry = |cidr: IpNet| AwsPrefixListEntry {
        cidr,
        is_confirmed: confirmed.is_superset(&cidr.into()),
    };
    AwsPrefixList {
        region: region.into(),
        service: service.into(),
        id: known.and_then(|list| list.id.clone()),
        date: Some(date.get(..10).unwrap_or(date).into()),
        entries: cidrs.into_iter().map(entry).collect(),
    }
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::error(format!("not the expected JSON: {error}"), None)
}

#[cfg(test)]
mod tests {
    use crate::aws::address_set::Family;
    use crate::aws::data::AwsData;

    fn v4(data: &AwsData, region: &str, service: &str) -> Vec<(String, bool)> {
        let list = data.prefix_list(region, service).expect("there is a list");
        let entries = list.entries(Family::V4);
        entries
            .map(|entry| (entry.cidr.to_string(), entry.is_confirmed))
            .collect()
    }

    fn entry(cidr: &str, is_confirmed: bool) -> (String, bool) {
        (cidr.to_owned(), is_confirmed)
    }

    #[test]
    fn a_described_list_replaces_the_embedded_one() {
        let mut data = AwsData::default();
        let json = r#"{ "PrefixLists": [ { "Cidrs": ["3.5.16.0/21", "52.216.0.0/15"],
            "PrefixListId": "pl-63a5400a", "PrefixListName": "com.amazonaws.us-east-1.s3" } ] }"#;
        data.read_prefix_lists(json)
            .expect("it is the output of aws");
        let entries = [entry("3.5.16.0/21", true), entry("52.216.0.0/15", true)];
        assert_eq!(v4(&data, "us-east-1", "s3"), entries);
        let list = data.prefix_list_by_id("us-east-1", "pl-63a5400a");
        assert!(list.is_some_and(|list| list.date.is_none()));
        assert!(v4(&data, "eu-west-1", "s3").len() > 4);
    }

    #[test]
    fn entries_without_a_name_are_known_by_their_addresses() {
        let mut data = AwsData::default();
        let json = r#"{ "Entries": [ { "Cidr": "52.94.0.0/22", "Description": "" },
            { "Cidr": "52.119.224.0/20" } ] }"#;
        data.read_prefix_lists(json)
            .expect("it is the output of aws");
        let entries = [entry("52.94.0.0/22", true), entry("52.119.224.0/20", true)];
        assert_eq!(v4(&data, "us-east-1", "dynamodb"), entries);
        let private = r#"{ "Entries": [ { "Cidr": "10.0.0.0/8" } ] }"#;
        let problem = data
            .read_prefix_lists(private)
            .expect_err("it is a customer's list");
        assert!(
            problem.message.contains("which prefix list"),
            "{}",
            problem.message
        );
    }

    #[test]
    fn ranges_that_no_list_ever_held_are_left_out() {
        let mut data = AwsData::default();
        let json = r#"{ "syncToken": "1", "createDate": "2027-01-02-03-04-05", "prefixes": [
            { "ip_prefix": "52.216.0.0/15", "region": "us-east-1", "service": "S3" },
            { "ip_prefix": "3.99.0.0/16", "region": "us-east-1", "service": "S3" },
            { "ip_prefix": "1.178.1.16/28", "region": "us-east-1", "service": "S3" },
            { "ip_prefix": "13.248.224.0/24", "region": "GLOBAL", "service": "S3" },
            { "ip_prefix": "52.94.0.0/22", "region": "us-east-1", "service": "EC2" } ],
            "ipv6_prefixes": [
            { "ipv6_prefix": "2600:1fa0:8000::/39", "region": "us-east-1", "service": "S3" } ] }"#;
        data.read_ip_ranges(json).expect("it is AWS's file");
        let entries = [entry("52.216.0.0/15", true), entry("3.99.0.0/16", false)];
        assert_eq!(v4(&data, "us-east-1", "s3"), entries);
        let list = data.prefix_list("us-east-1", "s3").expect("it was given");
        assert_eq!(list.date.as_deref(), Some("2027-01-02"));
        assert_eq!(list.entries(Family::V6).count(), 1);
    }

    #[test]
    fn other_files_are_problems() {
        let mut data = AwsData::default();
        for text in ["", "[]", "{}", r#"{ "PrefixLists": [], "Entries": [] }"#] {
            assert!(data.read_prefix_lists(text).is_err(), "{text}");
            assert!(data.read_ip_ranges(text).is_err(), "{text}");
        }
        let bad = r#"{ "Entries": [ { "Cidr": "52.94.0.0/99" } ] }"#;
        assert!(data.read_prefix_lists(bad).is_err());
    }
}
