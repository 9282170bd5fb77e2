//! Random networks and packets from a seed, the same on every machine.

use ipnet::IpNet;

use crate::packets::model::{
    Acl, Endpoint, Entry, Group, Interface, Model, Nat, Peer, PeerVpc, Route, Rule, Statement,
    Subnet, Target, cidr,
};

/// `SplitMix64`: small, and good enough to choose with.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).expect("a count");
        usize::try_from(self.next() % count).expect("it is less than a count")
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }
}

/// CIDRs that meet each other: inside and around the VPC, S3 and the internet.
const CIDRS: [&str; 22] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.0.0/28",
    "10.0.0.16/28",
    "10.0.0.8/29",
    "10.0.1.0/28",
    "10.64.0.0/16",
    "10.64.0.0/28",
    "100.64.0.0/16",
    "52.216.0.0/15",
    "52.216.0.0/16",
    "52.0.0.0/8",
    "3.5.0.0/19",
    "3.5.16.0/20",
    "8.8.8.0/24",
    "128.0.0.0/1",
    "::/0",
    "2600:1f00::/56",
    "2600:1f00::/64",
    "2000::/3",
    "64:ff9b::/96",
];

const PORTS: [(u16, u16); 8] = [
    (0, 65535),
    (0, 65535),
    (0, 65535),
    (443, 443),
    (1024, 65535),
    (1024, 65535),
    (32768, 60999),
    (80, 80),
];

/// A network.
pub(crate) fn network(random: &mut Random) -> Model {
    let mut model = Model {
        cidrs: vec![cidr("10.0.0.0/16"), cidr("2600:1f00::/56")],
        resolves_names: !random.one_in(20),
        has_internet_gateway: !random.one_in(8),
        ..Model::default()
    };
    if random.one_in(2) {
        model.cidrs.push(cidr("100.64.0.0/16"));
    }
    let tables = 1 + random.below(3);
    let acls = 1 + random.below(3);
    model.acls = (0..acls).map(|_| acl(random)).collect();
    model.subnets = subnets(random, tables, acls);
    let subnets = model.subnets.len();
    model.peer = (!random.one_in(3)).then(|| peer(random, acls));
    model.nats = (0..random.below(3)).map(|_| nat(random, subnets)).collect();
    model.tables = (0..tables).map(|_| table(random, &model)).collect();
    let groups = 1 + random.below(3);
    model.groups = (0..groups).map(|_| group(random, groups)).collect();
    model.s3 = (0..tables).filter(|_| random.one_in(2)).collect();
    model.s3_policy = policy(random);
    if random.one_in(2) {
        model.ssm = endpoint(random, &model);
    }
    model.vpn = (0..random.below(3))
        .map(|_| cidr(random.pick(&CIDRS)))
        .collect();
    model.propagates = (0..tables).filter(|_| random.one_in(4)).collect();
    model.client = interface(random, subnets, groups);
    model.server = interface(random, subnets, groups);
    if random.one_in(3) {
        straighten(&mut model);
    }
    model
}

/// The way out that most networks have: NAT for IPv4, an egress-only gateway for IPv6.
fn straighten(model: &mut Model) {
    let out = (model.client.subnet + 1) % model.subnets.len();
    let (inner, outer) = (model.tables.len(), model.tables.len() + 1);
    model.has_internet_gateway = true;
    model.nats.push(Nat {
        subnet: Some(out),
        is_public: true,
    });
    let nat = Target::Nat(model.nats.len() - 1);
    let route = |(to, target)| Route {
        to: cidr(to),
        target,
    };
    let inwards = [
        ("0.0.0.0/0", nat),
        ("::/0", Target::EgressOnly),
        ("64:ff9b::/96", nat),
    ];
    model.tables.push(inwards.map(route).to_vec());
    model
        .tables
        .push(vec![route(("0.0.0.0/0", Target::InternetGateway))]);
    model.subnets[model.client.subnet].table = inner;
    model.subnets[out].table = outer;
}

fn subnets(random: &mut Random, tables: usize, acls: usize) -> Vec<Subnet> {
    let attachments = [
        ("10.0.0.0/28", "2600:1f00::/64"),
        ("10.0.0.16/28", "2600:1f00:0:1::/64"),
        ("10.0.1.0/28", "2600:1f00:0:2::/64"),
        ("10.0.2.0/28", "2600:1f00:0:3::/64"),
    ];
    let count = 2 + random.below(3);
    let subnets = attachments.iter().take(count).map(|(v4, v6)| {
        let cidrs = match random.below(6) {
            0 => vec![cidr(v6)],
            1 | 2 => vec![cidr(v4)],
            _ => vec![cidr(v4), cidr(v6)],
        };
        Subnet {
            cidrs,
            table: random.below(tables),
            acl: random.below(acls),
            dns64: random.one_in(2),
        }
    });
    subnets.collect()
}

fn nat(random: &mut Random, subnets: usize) -> Nat {
    let is_regional = random.one_in(4);
    Nat {
        subnet: (!is_regional).then(|| random.below(subnets)),
        is_public: is_regional || !random.one_in(4),
    }
}

fn table(random: &mut Random, model: &Model) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for to in ["0.0.0.0/0", "::/0", "64:ff9b::/96"] {
        if !random.one_in(3) {
            let (to, target) = (cidr(to), target(random, model));
            routes.push(Route { to, target });
        }
    }
    for _ in 0..random.below(3) {
        let to = cidr(random.pick(&CIDRS));
        if model.cidrs.contains(&to) || routes.iter().any(|route| route.to == to) {
            continue;
        }
        let target = target(random, model);
        routes.push(Route { to, target });
    }
    routes
}

fn target(random: &mut Random, model: &Model) -> Target {
    match random.below(12) {
        10 | 11 if model.peer.is_some() => Target::Peering,
        0 | 1 => Target::InternetGateway,
        2 | 3 => Target::EgressOnly,
        4 | 5 => Target::CoreNetwork,
        6 => Target::Nowhere,
        _ if model.nats.is_empty() => Target::InternetGateway,
        _ => Target::Nat(random.below(model.nats.len())),
    }
}

/// None as often as not.
fn policy(random: &mut Random) -> Vec<Statement> {
    let mut statements = Vec::new();
    if random.one_in(2) {
        return statements;
    }
    for _ in 0..=random.below(2) {
        statements.push(Statement {
            allows: !random.one_in(4),
            is_conditional: random.one_in(3),
        });
    }
    statements
}

fn peer(random: &mut Random, acls: usize) -> PeerVpc {
    let back = ["0.0.0.0/0", "10.0.0.0/16", "10.0.0.0/28"].map(cidr);
    PeerVpc {
        acl: random.below(acls),
        back: (!random.one_in(4)).then(|| random.pick(&back)),
        is_accepted: !random.one_in(6),
    }
}

/// Mostly open, with holes.
fn acl(random: &mut Random) -> Acl {
    Acl {
        ingress: entries(random),
        egress: entries(random),
    }
}

fn entries(random: &mut Random) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for number in [10, 20] {
        if random.one_in(4) {
            entries.push(Entry {
                number,
                allows: random.one_in(2),
                cidr: cidr(random.pick(&CIDRS)),
                ports: random.pick(&PORTS),
            });
        }
    }
    for (number, everywhere) in [(100, "0.0.0.0/0"), (101, "::/0")] {
        if !random.one_in(20) {
            entries.push(Entry {
                number,
                allows: true,
                cidr: cidr(everywhere),
                ports: (0, 65535),
            });
        }
    }
    entries
}

fn group(random: &mut Random, groups: usize) -> Group {
    Group {
        ingress: rules(random, groups),
        egress: rules(random, groups),
    }
}

fn rules(random: &mut Random, groups: usize) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for everywhere in ["0.0.0.0/0", "::/0"] {
        if !random.one_in(6) {
            let (peer, ports) = (Peer::Cidr(cidr(everywhere)), (0, 65535));
            rules.push(Rule { peer, ports });
        }
    }
    for _ in 0..random.below(3) {
        let peer = match random.below(3) {
            0 => Peer::Group(random.below(groups)),
            1 => Peer::S3,
            _ => Peer::Cidr(cidr(random.pick(&CIDRS))),
        };
        let ports = random.pick(&PORTS);
        rules.push(Rule { peer, ports });
    }
    rules
}

/// In one or two subnets that have IPv4 addresses.
fn endpoint(random: &mut Random, model: &Model) -> Option<Endpoint> {
    let has_ipv4 = |subnet: &usize| {
        let mut cidrs = model.subnets[*subnet].cidrs.iter();
        cidrs.any(|cidr| cidr.addr().is_ipv4())
    };
    let mut subnets: Vec<usize> = (0..model.subnets.len()).filter(has_ipv4).collect();
    if subnets.is_empty() {
        return None;
    }
    let first = random.below(subnets.len());
    subnets.rotate_left(first);
    subnets.truncate(1 + random.below(2));
    let has_both = |subnet: &usize| model.subnets[*subnet].cidrs.len() > 1;
    let may_be_dualstack = subnets.iter().all(has_both);
    Some(Endpoint {
        subnets,
        groups: vec![random.below(model.groups.len())],
        private_dns: !random.one_in(4),
        is_dualstack: may_be_dualstack && random.one_in(2),
        policy: policy(random),
    })
}

fn interface(random: &mut Random, subnets: usize, groups: usize) -> Interface {
    let mut members = vec![random.below(groups)];
    if random.one_in(3) {
        members.push(random.below(groups));
    }
    Interface {
        subnet: random.below(subnets),
        groups: members,
        has_public_ip: random.one_in(2),
    }
}

/// A port that the network tells apart from others.
pub(crate) fn port(random: &mut Random) -> u16 {
    random.pick(&[1024, 30000, 32767, 32768, 45000, 60999, 61000, 65535])
}

/// Every CIDR that something in a network looks at.
pub(crate) fn boundaries(model: &Model) -> Vec<IpNet> {
    let mut boundaries: Vec<IpNet> = CIDRS.iter().map(|text| cidr(text)).collect();
    boundaries.extend(crate::packets::model::s3());
    boundaries.extend(model.cidrs.iter().copied());
    boundaries.extend(model.subnets.iter().flat_map(|subnet| subnet.cidrs.clone()));
    boundaries.sort_unstable();
    boundaries.dedup();
    boundaries
}
