//! What users tell rules about their infrastructure.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::interval_set::Range;
use crate::aws::traffic::PortSet;
use crate::finding::Severity;

/// What users tell rules about their infrastructure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOptions {
    /// The services that are in use whatever the configuration shows: `dynamodb`, `ecr.api`, ….
    pub services: BTreeSet<String>,
    /// What AWS has granted to the accounts.
    pub quotas: Quotas,
    /// Ports that the world must not reach.
    pub sensitive_ports: PortSet,
    /// Words in the name of a subnet that say that the internet cannot reach it.
    pub private_names: Vec<String>,
    /// As many VPCs that are joined and have an interface endpoint for one service could share one.
    pub shared_endpoint_vpcs: usize,
    /// Severities that take the place of the one on the rule's page.
    pub severities: BTreeMap<&'static str, Severity>,
}

/// What AWS has granted to the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Rules of a security group in one direction and address family.
    pub security_group_rules: usize,
    /// Rules of a network ACL in one direction.
    pub network_acl_rules: usize,
    /// Routes of a route table in one address family.
    pub routes: usize,
}

/// Ports of remote access, data bases and other services that are not meant for the world.
const SENSITIVE_PORTS: [(u16, u16); 22] = [
    (20, 23),
    (135, 135),
    (137, 139),
    (445, 445),
    (1433, 1433),
    (1521, 1521),
    (2375, 2376),
    (3306, 3306),
    (3389, 3389),
    (5432, 5432),
    (5439, 5439),
    (5601, 5601),
    (5984, 5986),
    (6379, 6379),
    (7001, 7001),
    (8020, 8020),
    (9042, 9042),
    (9092, 9092),
    (9200, 9200),
    (9300, 9300),
    (11211, 11211),
    (27017, 27019),
];

const PRIVATE_NAMES: [&str; 5] = ["private", "isolated", "internal", "db", "data"];

impl Default for RuleOptions {
    fn default() -> Self {
        Self {
            services: BTreeSet::new(),
            quotas: Quotas::default(),
            sensitive_ports: ports(&SENSITIVE_PORTS),
            private_names: PRIVATE_NAMES.map(str::to_owned).to_vec(),
            shared_endpoint_vpcs: 3,
            severities: BTreeMap::new(),
        }
    }
}

impl Default for Quotas {
    /// What every account has: "Amazon VPC quotas".
    fn default() -> Self {
        Self {
            security_group_rules: 60,
            network_acl_rules: 20,
            routes: 500,
        }
    }
}

/// The ports of all ranges, their ends included; backward ranges hold none.
pub fn ports(ranges: &[(u16, u16)]) -> PortSet {
    let ranges = ranges.iter();
    let ranges = ranges.filter_map(|(first, last)| Range::new(*first, *last));
    ranges.fold(PortSet::empty(), |all, one| all.union(&PortSet::of(one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_and_remote_access_are_sensitive_and_web_servers_are_not() {
        let ports = RuleOptions::default().sensitive_ports;
        for port in [22, 3389, 5432, 27018] {
            assert!(ports.contains(port), "{port}");
        }
        for port in [24, 80, 443, 8443] {
            assert!(!ports.contains(port), "{port}");
        }
    }
}
