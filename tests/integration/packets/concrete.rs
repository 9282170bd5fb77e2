//! One packet at a time, straight from section 0 of the semantics: no sets, no unknowns but those that
//! AWS leaves open.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use tfvpc::reachability::path::Stage;
use tfvpc::reachability::verdict::Verdict;

use crate::packets::model::{
    Entry, HTTPS, Interface, Model, PEER, Packet, Peer, Rule, Statement, Subnet, Target, cidr, s3,
};

/// Where a packet goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum To<'a> {
    Address,
    /// A public address of a service without prefix list.
    Public,
    /// An address of the service's prefix list.
    S3,
    /// A network interface with its groups: of an endpoint, or of a server.
    Interface(&'a Interface, bool),
}

/// Follows packets and notes every stage.
pub(crate) struct Walk<'a> {
    model: &'a Model,
    packet: Packet,
    to: To<'a>,
    pub(crate) stages: Vec<Stage>,
    /// The subnets that the packet has left, each with the address that it was sent to from there.
    left: Vec<(usize, IpAddr)>,
    nat: Option<usize>,
    egress_path: Option<Verdict>,
    is_doubtful: bool,
}

/// What becomes of a packet.
pub(crate) fn verdict(model: &Model, packet: Packet, to: To) -> (Verdict, Vec<Stage>) {
    let mut walk = Walk {
        model,
        packet,
        to,
        stages: Vec::new(),
        left: Vec::new(),
        nat: None,
        egress_path: None,
        is_doubtful: false,
    };
    let verdict = match walk.depart() {
        Err(lost) => lost,
        Ok(()) if walk.is_doubtful => Verdict::Unknown,
        Ok(()) => walk.egress_path.unwrap_or(Verdict::Unknown),
    };
    (verdict, walk.stages)
}

/// Packets that are lost end with their verdict.
type Step = Result<(), Verdict>;

impl Walk<'_> {
    fn depart(&mut self) -> Step {
        let client = &self.model.client;
        if !self.model.subnets[client.subnet].contains(self.packet.source)
            || self.packet.source.is_ipv4() != self.packet.destination.is_ipv4()
        {
            return Err(Verdict::NoRoute);
        }
        self.groups(Stage::SecurityGroupEgress)?;
        let is_own_subnet = match self.to {
            To::Interface(to, _) => to.subnet == client.subnet,
            _ => self.model.subnets[client.subnet].contains(self.packet.destination),
        };
        if is_own_subnet {
            return self.deliver();
        }
        self.leave(client.subnet)
    }

    fn leave(&mut self, subnet: usize) -> Step {
        let to = self.packet.destination;
        self.left.push((subnet, to));
        self.acl(Stage::NetworkAclEgress, subnet, to, HTTPS)?;
        self.stages.push(Stage::Route);
        let table = self.model.subnets[subnet].table;
        let target = self.model.route(table, to, true);
        if self.nat.is_some() && target == Some(Target::S3) {
            return self.behind_nat(table, to);
        }
        self.follow(target)
    }

    /// Nobody says whether a NAT gateway uses the endpoint's route: known is what both come to.
    fn behind_nat(&mut self, table: usize, to: IpAddr) -> Step {
        let before = (
            self.packet,
            self.left.clone(),
            self.nat,
            self.egress_path,
            self.is_doubtful,
        );
        let ends = [true, false].map(|with_endpoint| {
            (
                self.packet,
                self.left,
                self.nat,
                self.egress_path,
                self.is_doubtful,
            ) = before.clone();
            let end = self.follow(self.model.route(table, to, with_endpoint));
            (end, self.is_doubtful)
        });
        self.is_doubtful = ends[0].1 || ends[1].1 || ends[0].0 != ends[1].0;
        if ends[0].0 == ends[1].0 {
            ends[0].0
        } else {
            Ok(())
        }
    }

    fn follow(&mut self, target: Option<Target>) -> Step {
        match target {
            None | Some(Target::Nowhere) => Err(Verdict::NoRoute),
            Some(Target::Local) => self.local(),
            Some(Target::S3) => {
                self.egress_path.get_or_insert(Verdict::ViaGatewayEndpoint);
                if !matches!(self.to, To::Address) {
                    self.policy(&self.model.s3_policy)?;
                }
                self.replies()
            }
            Some(Target::Peering) => self.peer(),
            Some(Target::CoreNetwork | Target::Vpn) => {
                self.egress_path.get_or_insert(Verdict::External);
                self.replies()
            }
            Some(Target::InternetGateway) => {
                self.egress_path.get_or_insert(Verdict::ViaInternetGateway);
                if !self.model.has_internet_gateway {
                    return Err(Verdict::NoRoute);
                }
                self.internet()
            }
            Some(Target::EgressOnly) => {
                self.egress_path
                    .get_or_insert(Verdict::ViaEgressOnlyGateway);
                if self.packet.destination.is_ipv4() {
                    self.stages.push(Stage::Gateway);
                    return Err(Verdict::Blocked);
                }
                self.internet()
            }
            Some(Target::Nat(nat)) => self.translate(nat),
        }
    }

    /// What a policy says of requests that meet some of its conditions and not the others. Without
    /// policy, all are admitted.
    fn policy(&mut self, statements: &[Statement]) -> Step {
        self.stages.push(Stage::EndpointPolicy);
        let requests = 0..1 << statements.len();
        let admitted = requests.map(|met: usize| {
            let about =
                |at: usize, statement: &Statement| !statement.is_conditional || met >> at & 1 == 1;
            let speaks = |allows: bool| {
                let mut numbered = statements.iter().enumerate();
                numbered.any(|(at, statement)| statement.allows == allows && about(at, statement))
            };
            statements.is_empty() || (speaks(true) && !speaks(false))
        });
        let admitted: Vec<bool> = admitted.collect();
        if !admitted.contains(&true) {
            return Err(Verdict::Blocked);
        }
        self.is_doubtful |= admitted.contains(&false);
        Ok(())
    }

    /// Into the other VPC's subnet and back by its table, and no further.
    fn peer(&mut self) -> Step {
        let Some(peer) = self.model.peer.clone() else {
            return Err(Verdict::NoRoute);
        };
        self.is_doubtful |= !peer.is_accepted;
        let [vpc, subnet] = PEER.map(|text| cidr(text).contains(&self.packet.destination));
        if !vpc {
            self.stages.push(Stage::Gateway);
            return Err(Verdict::Blocked);
        }
        if self.nat.is_some() {
            return self.replies();
        }
        if !subnet {
            self.egress_path.get_or_insert(Verdict::External);
            return self.replies();
        }
        let (client, port) = (self.packet.source, self.packet.ports[0]);
        self.acl_by(Stage::NetworkAclIngress, peer.acl, client, HTTPS)?;
        self.egress_path.get_or_insert(Verdict::Local);
        self.acl_by(Stage::ReplyNetworkAclEgress, peer.acl, client, port)?;
        if peer.back.is_some_and(|back| back.contains(&client)) {
            self.replies()
        } else {
            Err(Verdict::NoRoute)
        }
    }

    fn internet(&mut self) -> Step {
        let has_address = match self.nat {
            Some(nat) => self.model.nats[nat].is_public,
            None => self.model.client.has_public_ip,
        };
        let to = self.packet.destination;
        if is_private(to) || (to.is_ipv4() && !has_address) {
            self.stages.push(Stage::Gateway);
            return Err(Verdict::Blocked);
        }
        self.replies()
    }

    fn translate(&mut self, nat: usize) -> Step {
        self.egress_path.get_or_insert(Verdict::ViaNat);
        if self.packet.destination.is_ipv6() && embedded(self.packet.destination).is_none() {
            self.stages.push(Stage::Nat);
            return Err(Verdict::Blocked);
        }
        let subnet = self.model.nats[nat].subnet;
        let is_loop = |(left, _): &(usize, IpAddr)| Some(*left) == subnet;
        if self.left.iter().any(is_loop) {
            self.stages.push(Stage::Nat);
            return Err(Verdict::NoRoute);
        }
        if self.nat.is_some() {
            self.is_doubtful = true;
            return self.replies();
        }
        let Some(subnet) = subnet else {
            self.rewrite(nat);
            return if self.model.has_internet_gateway {
                self.internet()
            } else {
                self.stages.push(Stage::Gateway);
                Err(Verdict::Blocked)
            };
        };
        self.acl(Stage::NetworkAclIngress, subnet, self.packet.source, HTTPS)?;
        self.rewrite(nat);
        self.leave(subnet)
    }

    fn rewrite(&mut self, nat: usize) {
        self.stages.push(Stage::Nat);
        self.nat = Some(nat);
        if let Some(address) = embedded(self.packet.destination) {
            self.packet.destination = address;
        }
    }

    /// Inside the VPC: into the subnet that holds the destination.
    fn local(&mut self) -> Step {
        self.egress_path.get_or_insert(Verdict::Local);
        if self.nat.is_some() {
            self.is_doubtful = true;
            return self.replies();
        }
        let to = self.packet.destination;
        let subnet = match self.to {
            To::Interface(to, _) => Some(to.subnet),
            _ => self
                .model
                .subnets
                .iter()
                .position(|subnet| subnet.contains(to)),
        };
        // The model has every subnet of the VPC, and nobody else makes one.
        let Some(subnet) = subnet else {
            return Err(Verdict::NoRoute);
        };
        self.acl(Stage::NetworkAclIngress, subnet, self.packet.source, HTTPS)?;
        self.arrive_at_interface()?;
        let port = self.packet.ports[0];
        self.acl(
            Stage::ReplyNetworkAclEgress,
            subnet,
            self.packet.source,
            port,
        )?;
        let back = self
            .model
            .route(self.model.subnets[subnet].table, self.packet.source, true);
        self.is_doubtful |= back != Some(Target::Local);
        self.replies()
    }

    fn deliver(&mut self) -> Step {
        self.egress_path.get_or_insert(Verdict::Local);
        self.arrive_at_interface()
    }

    fn arrive_at_interface(&mut self) -> Step {
        if let To::Interface(_, is_endpoint) = self.to {
            if is_endpoint {
                self.egress_path = Some(Verdict::ViaInterfaceEndpoint);
            }
            self.groups(Stage::SecurityGroupIngress)?;
            if let Some(ssm) = self.model.ssm.as_ref().filter(|_| is_endpoint) {
                return self.policy(&ssm.policy);
            }
        }
        Ok(())
    }

    /// Back through every subnet that the packet has left, the last one first.
    fn replies(&mut self) -> Step {
        let left = self.left.clone();
        for (leg, (subnet, to)) in left.iter().enumerate().rev() {
            let port = self.packet.ports[leg];
            self.acl(Stage::ReplyNetworkAclIngress, *subnet, *to, port)?;
            if leg > 0 {
                let port = self.packet.ports[leg - 1];
                let stage = Stage::ReplyNetworkAclEgress;
                self.acl(stage, *subnet, self.packet.source, port)?;
            }
        }
        Ok(())
    }

    fn groups(&mut self, stage: Stage) -> Step {
        self.stages.push(stage);
        let client = &self.model.client.groups;
        let (groups, peer_groups, address): (&[usize], &[usize], IpAddr) = match (stage, self.to) {
            (Stage::SecurityGroupEgress, To::Interface(to, _)) => {
                (client, &to.groups, self.packet.destination)
            }
            (Stage::SecurityGroupEgress, _) => (client, &[], self.packet.destination),
            (_, To::Interface(to, _)) => (&to.groups, client, self.packet.source),
            _ => return Ok(()),
        };
        let is_s3 = matches!(self.to, To::S3);
        let allows = |rule: &Rule| {
            let peer = match rule.peer {
                Peer::Cidr(cidr) => cidr.contains(&address),
                Peer::Group(group) => peer_groups.contains(&group),
                Peer::S3 => is_s3 && address.is_ipv4() || in_s3(address),
            };
            peer && within(HTTPS, rule.ports)
        };
        let passes = groups.iter().any(|group| {
            let group = &self.model.groups[*group];
            let rules = match stage {
                Stage::SecurityGroupEgress => &group.egress,
                _ => &group.ingress,
            };
            rules.iter().any(allows)
        });
        if passes {
            Ok(())
        } else {
            Err(Verdict::Blocked)
        }
    }

    fn acl(&mut self, stage: Stage, subnet: usize, peer: IpAddr, port: u16) -> Step {
        self.acl_by(stage, self.model.subnets[subnet].acl, peer, port)
    }

    fn acl_by(&mut self, stage: Stage, acl: usize, peer: IpAddr, port: u16) -> Step {
        self.stages.push(stage);
        let acl = &self.model.acls[acl];
        let entries = match stage {
            Stage::NetworkAclEgress | Stage::ReplyNetworkAclEgress => &acl.egress,
            _ => &acl.ingress,
        };
        let matches = |entry: &&Entry| entry.cidr.contains(&peer) && within(port, entry.ports);
        let first = entries
            .iter()
            .filter(matches)
            .min_by_key(|entry| entry.number);
        match first {
            Some(entry) if entry.allows => Ok(()),
            _ => Err(Verdict::Blocked),
        }
    }
}

impl Model {
    /// The longest prefix wins; of equal ones a written route beats a prefix list, and that a propagated
    /// route, which never leads inside the VPC.
    fn route(&self, table: usize, to: IpAddr, with_endpoint: bool) -> Option<Target> {
        let local = self.cidrs.iter().map(|cidr| (*cidr, 3, Target::Local));
        let written = self.tables[table]
            .iter()
            .map(|route| (route.to, 2, route.target));
        let has_endpoint = with_endpoint && self.s3.contains(&table);
        let lists = s3().into_iter().filter(|_| has_endpoint);
        let lists = lists.map(|cidr| (cidr, 1, Target::S3));
        let is_outside = !self.cidrs.iter().any(|cidr| cidr.contains(&to));
        let is_propagated = is_outside && self.propagates.contains(&table);
        let propagated = self.vpn.iter().filter(|_| is_propagated);
        let propagated = propagated.map(|cidr| (*cidr, 0, Target::Vpn));
        let routes = local.chain(written).chain(lists).chain(propagated);
        let leading = routes.filter(|(cidr, ..)| cidr.contains(&to));
        let best = leading.max_by_key(|(cidr, class, _)| (cidr.prefix_len(), *class));
        best.map(|(_, _, target)| target)
    }
}

impl Subnet {
    fn contains(&self, address: IpAddr) -> bool {
        self.cidrs.iter().any(|cidr| cidr.contains(&address))
    }
}

fn within(port: u16, ports: (u16, u16)) -> bool {
    ports.0 <= port && port <= ports.1
}

fn in_s3(address: IpAddr) -> bool {
    s3().iter().any(|cidr| cidr.contains(&address))
}

fn is_private(address: IpAddr) -> bool {
    let private = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
    ];
    private
        .iter()
        .any(|private_cidr| cidr(private_cidr).contains(&address))
}

/// `64:ff9b::/96`
fn prefix() -> IpNet {
    cidr("64:ff9b::/96")
}

/// The IPv4 address inside an IPv6 one, if NAT64 translates it.
pub(crate) fn embedded(address: IpAddr) -> Option<IpAddr> {
    let IpAddr::V6(v6) = address else { return None };
    let last = u32::from_be_bytes(v6.octets()[12..].try_into().expect("four bytes"));
    prefix()
        .contains(&address)
        .then(|| Ipv4Addr::from(last).into())
}

/// The IPv6 address that DNS64 makes of an IPv4 one.
pub(crate) fn synthesized(address: IpAddr) -> IpAddr {
    let IpAddr::V4(v4) = address else {
        return address;
    };
    let IpAddr::V6(base) = prefix().addr() else {
        return address;
    };
    Ipv6Addr::from(u128::from(base) | u128::from(u32::from(v4))).into()
}
