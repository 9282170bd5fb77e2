//! Random networks of the packet walk, with what rules need besides: zones, workloads that AWS starts, subnets
//! that hold a firewall, subnets without a table of their own.

use crate::packets::generate::{Random, network};
use crate::packets::model::{Model, Peer, Rule, cidr};

/// A network and what the packet walk has no use for.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn for itself")]
pub(crate) struct Estate {
    pub(crate) model: Model,
    /// Whether there is a gateway endpoint for S3, be it without tables.
    pub(crate) has_s3: bool,
    /// Whether the interface endpoint names its groups, and does not get the default one.
    pub(crate) names_groups: bool,
    /// The zone of each subnet.
    pub(crate) zones: Vec<char>,
    /// The subnet that uses the main table, for lack of an association.
    pub(crate) unassociated: Option<usize>,
    /// The subnet that a Gateway Load Balancer endpoint is in.
    pub(crate) inspected: Option<usize>,
    /// Whether the client has IPv6 addresses.
    pub(crate) takes_ipv6: bool,
    pub(crate) client: Kind,
    /// Whether there is a server too.
    pub(crate) has_server: bool,
    /// The table that is made the main one.
    pub(crate) main_table: Option<usize>,
}

/// What opens the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Function,
    Instance,
    /// Nothing: subnets are all that there is.
    None,
}

/// The network of a seed.
pub(crate) fn estate(seed: u64) -> Estate {
    let mut model = network(&mut Random::new(seed));
    let mut random = Random::new(seed ^ 0xA9EE);
    let subnets = model.subnets.len();
    let zones = (0..subnets).map(|_| random.pick(&['a', 'b'])).collect();
    let mut some_subnet = |share| random.one_in(share).then(|| random.below(subnets));
    let (unassociated, inspected) = (some_subnet(4), some_subnet(4));
    if random.one_in(4) {
        in_secondary_cidr(&mut model);
    }
    Estate {
        main_table: random.one_in(4).then(|| random.below(model.tables.len())),
        has_s3: !model.s3.is_empty() || random.one_in(4),
        names_groups: !random.one_in(6),
        zones,
        unassociated,
        inspected,
        takes_ipv6: random.one_in(2),
        client: random.pick(&[Kind::Function, Kind::Instance, Kind::None]),
        has_server: random.one_in(2),
        model,
    }
}

/// The last subnet with IPv4 lies in the secondary CIDR, and the first group admits the primary one only.
fn in_secondary_cidr(model: &mut Model) {
    let secondary = cidr("100.64.0.0/28");
    if !model.cidrs.contains(&cidr("100.64.0.0/16")) {
        return;
    }
    let cidrs = model
        .subnets
        .iter_mut()
        .flat_map(|subnet| &mut subnet.cidrs);
    if let Some(last) = cidrs.filter(|cidr| cidr.addr().is_ipv4()).last() {
        *last = secondary;
    }
    let (peer, ports) = (Peer::Cidr(cidr("10.0.0.0/16")), (0, 65535));
    model.groups[0].ingress = vec![Rule { peer, ports }];
}
