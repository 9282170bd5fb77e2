//! Facts about AWS: embedded ones with their date, and those of files that the user gives.

pub mod endpoint_services;
pub mod prefix_lists;
pub mod prices;
pub mod regions;

use prefix_lists::AwsPrefixList;

use crate::source::Problem;

/// What is known about AWS in one run: the embedded tables, and the prefix lists that replace theirs.
#[derive(Clone, Debug, Default)]
pub struct AwsData {
    given: Vec<AwsPrefixList>,
}

impl AwsData {
    /// The prefix list of a service (`s3`) in a Region; a given one rather than the embedded one.
    pub fn prefix_list(&self, region: &str, service: &str) -> Option<&AwsPrefixList> {
        let given = self.given.iter();
        given
            .rev()
            .find(|list| list.is_of(region, service))
            .or_else(|| prefix_lists::embedded(region, service))
    }

    /// The prefix list of AWS's with an id, which is unique in its Region only.
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

/// The lines of a table without its heading.
fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

/// The date that the heading of a table gives.
fn date_of(table: &'static str) -> &'static str {
    let after = table
        .split_once("source date ")
        .map_or("", |(_, rest)| rest);
    after.split(';').next().unwrap_or_default()
}
