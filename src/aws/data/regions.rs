//! Regions, partitions and Availability Zones, from `regions.tsv`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A Region.
#[derive(Debug)]
pub struct Region {
    /// `eu-west-1`
    pub name: &'static str,
    /// The partition that it belongs to.
    pub partition: &'static Partition,
    /// Whether an account must enable it first, if that is known.
    pub is_opt_in: Option<bool>,
    /// Names of its Availability Zones, `eu-west-1a`. In older Regions an account sees only some of them.
    pub zones: Vec<String>,
    /// Whether only the number of zones is known, and the names are assumed to begin with `a`.
    pub zones_are_assumed: bool,
    /// Ids of its Availability Zones, `euw1-az1`.
    pub zone_ids: Vec<&'static str>,
}

/// A partition: a group of Regions with separate accounts, such as those in China.
#[derive(Debug)]
pub struct Partition {
    /// `aws`, as in ARNs.
    pub name: &'static str,
    /// `amazonaws.com`
    pub dns_suffix: &'static str,
    /// `api.aws`
    pub dual_stack_dns_suffix: &'static str,
    /// The pattern of its Regions' names.
    pub region_pattern: &'static str,
}

/// A Region by its name.
pub fn region(name: &str) -> Option<&'static Region> {
    tables().regions.get(name)
}

/// The partition of a Region. A Region that is newer than the table is recognised by its name.
pub fn partition(region: &str) -> Option<&'static Partition> {
    let listed = tables().regions.get(region).map(|found| found.partition);
    let matches = |partition: &&Partition| {
        regex::Regex::new(partition.region_pattern).is_ok_and(|pattern| pattern.is_match(region))
    };
    listed.or_else(|| tables().partitions.iter().find(matches))
}

/// Every Region, in the order of their names.
pub fn list() -> impl Iterator<Item = &'static Region> {
    tables().regions.values()
}

/// The date of the table.
pub fn date() -> &'static str {
    super::date_of(TEXT)
}

const TEXT: &str = include_str!("regions.tsv");

#[derive(Debug)]
struct Tables {
    partitions: &'static [Partition],
    regions: BTreeMap<&'static str, Region>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    static PARTITIONS: OnceLock<Vec<Partition>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let partitions =
            PARTITIONS.get_or_init(|| super::rows(TEXT).filter_map(read_partition).collect());
        let regions = super::rows(TEXT).filter_map(|row| read_region(row, partitions));
        Tables {
            partitions,
            regions: regions.map(|region| (region.name, region)).collect(),
        }
    })
}

fn read_partition(row: &'static str) -> Option<Partition> {
    let mut fields = row.strip_prefix('=')?.split('\t');
    Some(Partition {
        name: fields.next()?,
        dns_suffix: fields.next()?,
        dual_stack_dns_suffix: fields.next()?,
        region_pattern: fields.next()?,
    })
}

fn read_region(row: &'static str, partitions: &'static [Partition]) -> Option<Region> {
    let mut fields = row.split('\t');
    let name = fields.next()?;
    let partition = fields.next()?;
    let opt_in = fields.next()?;
    let letters = fields.next()?;
    let ids = fields.next()?;
    let bare = letters.trim_start_matches('~');
    Some(Region {
        name,
        partition: partitions.iter().find(|found| found.name == partition)?,
        is_opt_in: match opt_in {
            "y" => Some(true),
            "n" => Some(false),
            _ => None,
        },
        zones: bare
            .chars()
            .map(|letter| format!("{name}{letter}"))
            .collect(),
        zones_are_assumed: bare != letters,
        zone_ids: ids.split(',').filter(|id| !id.is_empty()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = super::super::rows(TEXT).filter(|row| !row.starts_with('='));
        assert_eq!(rows.count(), list().count());
        assert_eq!(date(), "2026-11-22");
    }

    #[test]
    fn a_region_knows_its_zones_and_partition() {
        let ireland = region("eu-west-1").expect("it exists");
        assert_eq!(ireland.zones, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
        assert_eq!(ireland.zone_ids, ["euw1-az1", "euw1-az2", "euw1-az3"]);
        assert_eq!(
            (ireland.is_opt_in, ireland.zones_are_assumed),
            (Some(false), false)
        );
        let china = region("cn-north-1").expect("it exists");
        assert_eq!(china.partition.dns_suffix, "amazonaws.com.cn");
        assert!(region("eu-west-9").is_none());
    }
}
