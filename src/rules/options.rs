//! What users tell rules about their infrastructure. `settings` fills it from `tfvpc.toml`; rules know no
//! file.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::interval_set::Range;
use crate::aws::traffic::PortSet;
use crate::deadline::Deadline;
use crate::finding::Severity;

/// What users tell rules about their infrastructure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOptions {
    /// After which no rule begins.
    pub deadline: Deadline,
    /// Services that are in use even if no resource shows it: `dynamodb`, `ecr.api`, ….
    pub services: BTreeSet<String>,
    /// The quotas that AWS has granted to the accounts.
    pub quotas: Quotas,
    /// Ports that the whole internet must not reach.
    pub sensitive_ports: PortSet,
    /// Words in the name of a subnet that mean: the internet cannot reach it.
    pub private_names: Vec<String>,
    /// The number of VPCs behind one transit gateway, with an interface endpoint each for one service,
    /// from which sharing one endpoint is proposed.
    pub shared_endpoint_vpcs: usize,
    /// Severities, by rule, in place of those on the rules' pages.
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

/// Ports of remote access, databases and other services that are not meant for the whole internet.
const SENSITIVE_PORTS: [(u16, u16); 22] = [
    (20, 23),       // FTP, SSH, Telnet
    (135, 135),     // RPC
    (137, 139),     // NetBIOS
    (445, 445),     // SMB
    (1433, 1433),   // SQL Server
    (1521, 1521),   // Oracle
    (2375, 2376),   // Docker
    (3306, 3306),   // MySQL
    (3389, 3389),   // RDP
    (5432, 5432),   // PostgreSQL
    (5439, 5439),   // Redshift
    (5601, 5601),   // Kibana
    (5984, 5986),   // CouchDB, WinRM
    (6379, 6379),   // Redis
    (7001, 7001),   // WebLogic, Cassandra
    (8020, 8020),   // HDFS
    (9042, 9042),   // Cassandra
    (9092, 9092),   // Kafka
    (9200, 9200),   // Elasticsearch
    (9300, 9300),   // Elasticsearch, between nodes
    (11211, 11211), // Memcached
    (27017, 27019), // MongoDB
];

/// Words that mean private in the names of subnets, unless the settings list others.
const PRIVATE_NAMES: [&str; 5] = ["private", "isolated", "internal", "db", "data"];

impl Default for RuleOptions {
    fn default() -> Self {
        Self {
            deadline: Deadline::default(),
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
    /// The defaults of every account (VPC guide "Amazon VPC quotas").
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
    let forward = ranges
        .iter()
        .filter_map(|(first, last)| Range::new(*first, *last));
    forward.fold(PortSet::empty(), |ports, range| {
        ports.union(&PortSet::of(range))
    })
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
