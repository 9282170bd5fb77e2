//! Packets that belong to a question, and what must become of them: the name first, then one packet at
//! a time for all that the question leaves open.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use tfvpc::aws::address_set::Family;
use tfvpc::aws::fact::Fact;
use tfvpc::reachability::destination::{public_addresses, service};
use tfvpc::reachability::path::Stage;
use tfvpc::reachability::verdict::Verdict;

use crate::packets::aws;
use crate::packets::build::REGION;
use crate::packets::concrete::{To, synthesized, verdict};
use crate::packets::generate::{Random, boundaries, port};
use crate::packets::model::{Interface, Model, Packet, Question, s3};

/// A question about one model.
pub(crate) struct Asked<'a> {
    model: &'a Model,
    question: Question,
    boundaries: Vec<IpNet>,
    /// The network interfaces that are asked for, if it is some.
    interfaces: Vec<Interface>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(model: &'a Model, question: Question) -> Self {
        let captured = model.ssm.as_ref().filter(|ssm| ssm.private_dns);
        let interfaces = match (question, captured) {
            (Question::Server, _) => vec![model.server.clone()],
            (Question::Ssm, Some(ssm)) => {
                let interface = |subnet: &usize| Interface {
                    subnet: *subnet,
                    groups: ssm.groups.clone(),
                    has_public_ip: false,
                };
                ssm.subnets.iter().map(interface).collect()
            }
            _ => Vec::new(),
        };
        Self {
            model,
            question,
            boundaries: boundaries(model),
            interfaces,
        }
    }

    /// A packet that the client may send.
    pub(crate) fn packet(&self, random: &mut Random) -> Packet {
        let destination = self.destination(random);
        let client = &self.model.subnets[self.model.client.subnet].cidrs;
        let same_family = |cidr: &&IpNet| cidr.addr().is_ipv4() == destination.is_ipv4();
        let of_the_family = client.iter().find(same_family).unwrap_or(&client[0]);
        Packet {
            source: within(random, *of_the_family),
            destination,
            ports: [(); 4].map(|()| port(random)),
        }
    }

    fn destination(&self, random: &mut Random) -> IpAddr {
        match self.question {
            Question::Address if random.one_in(3) => {
                within(random, "2000::/3".parse().expect("a CIDR"))
            }
            Question::Address => {
                let cidr = random.pick(&self.boundaries);
                within(random, cidr)
            }
            Question::S3 => {
                let cidr = random.pick(&s3());
                let address = within(random, cidr);
                self.resolved(random, address)
            }
            Question::Ssm if self.interfaces.is_empty() => {
                let public = self.public();
                let address = random.pick(&public);
                self.resolved(random, address)
            }
            Question::Ssm | Question::Server => {
                let interface = random.pick(&self.interfaces);
                let cidr = random.pick(&self.families(&interface));
                within(random, cidr)
            }
        }
    }

    /// The CIDRs of an interface's subnet that the client can address; the others if there is none.
    fn families(&self, interface: &Interface) -> Vec<IpNet> {
        let mut cidrs = self.model.subnets[interface.subnet].cidrs.clone();
        // An endpoint has IPv4 addresses only unless it says otherwise.
        let is_dualstack = self.model.ssm.as_ref().is_some_and(|ssm| ssm.is_dualstack);
        let has_ipv6 = is_dualstack || self.question == Question::Server;
        cidrs.retain(|cidr| cidr.addr().is_ipv4() || has_ipv6);
        let client = &self.model.subnets[self.model.client.subnet].cidrs;
        let is_spoken = |cidr: &&IpNet| {
            let mut families = client.iter().map(|cidr| cidr.addr().is_ipv4());
            families.any(|is_v4| is_v4 == cidr.addr().is_ipv4())
        };
        let shared: Vec<IpNet> = cidrs.iter().filter(is_spoken).copied().collect();
        if shared.is_empty() { cidrs } else { shared }
    }

    /// What the client takes for an IPv4 address of a name: with DNS64, there are two.
    fn resolved(&self, random: &mut Random, address: IpAddr) -> IpAddr {
        let client = &self.model.subnets[self.model.client.subnet];
        let speaks = |v4: bool| client.cidrs.iter().any(|cidr| cidr.addr().is_ipv4() == v4);
        match (speaks(true), speaks(false) && client.dns64) {
            (_, false) => address,
            (false, true) => synthesized(address),
            (true, true) => random.pick(&[address, synthesized(address)]),
        }
    }

    /// What becomes of a packet whatever is not known about it, and the stages on its way.
    pub(crate) fn expected(&self, packet: Packet) -> (Verdict, Vec<Stage>) {
        let is_name = matches!(self.question, Question::S3 | Question::Ssm);
        let (candidates, to) = self.possible(packet);
        let ends: Vec<_> = candidates
            .into_iter()
            .map(|packet| verdict(self.model, packet, to))
            .collect();
        let (first, mut stages) = ends[0].clone();
        let agree = ends.iter().all(|(verdict, _)| *verdict == first);
        if is_name {
            stages.push(Stage::Dns);
        }
        if (is_name && !self.model.resolves_names) || !agree {
            return (Verdict::Unknown, stages);
        }
        (first, stages)
    }

    /// All packets that the question does not tell apart from one.
    fn possible(&self, packet: Packet) -> (Vec<Packet>, To<'_>) {
        let to = |destination| Packet {
            destination,
            ..packet
        };
        let holds = |interface: &&Interface| {
            let subnet = &self.model.subnets[interface.subnet];
            subnet
                .cidrs
                .iter()
                .any(|cidr| cidr.contains(&packet.destination))
        };
        if let Some(interface) = self.interfaces.iter().find(holds) {
            let is_endpoint = self.question == Question::Ssm;
            let addresses = self.addresses_beside(packet.destination, interface);
            let packets = addresses.into_iter().map(to).collect();
            return (packets, To::Interface(interface, is_endpoint));
        }
        match self.question {
            Question::Ssm => {
                let is_v6 = packet.destination.is_ipv6();
                let as_sent = |address| if is_v6 { synthesized(address) } else { address };
                let packets = self.public().into_iter().map(as_sent).map(to);
                (packets.collect(), To::Public)
            }
            Question::S3 => (vec![packet], To::S3),
            _ => (vec![packet], To::Address),
        }
    }

    /// Every address that the network interface may have, or of each kind one.
    fn addresses_beside(&self, address: IpAddr, interface: &Interface) -> Vec<IpAddr> {
        let cidrs = &self.model.subnets[interface.subnet].cidrs;
        let block = cidrs.iter().find(|cidr| cidr.contains(&address));
        match block.expect("it lies in one of them") {
            IpNet::V4(cidr) => addresses(*cidr),
            cidr @ IpNet::V6(_) => {
                let inside = self.boundaries.iter().map(IpNet::network);
                let inside = inside.filter(|address| cidr.contains(address));
                inside.chain([cidr.network(), address]).collect()
            }
        }
    }

    /// One public IPv4 address that no prefix list of a gateway endpoint holds, for each set of them that
    /// the network treats alike.
    fn public(&self) -> Vec<IpAddr> {
        let region = Fact::Known(REGION.into());
        let listed = ["s3", "dynamodb"].map(|name| service(aws(), name, &region).confirmed);
        let public = listed
            .iter()
            .fold(public_addresses(Family::V4), |remaining, addresses| {
                remaining.difference(addresses)
            });
        let starts = public.prefixes().map(|cidr| cidr.network());
        let edges = self
            .boundaries
            .iter()
            .flat_map(|cidr| [cidr.network(), after(*cidr)]);
        let addresses = starts
            .chain(edges)
            .filter(|address| public.contains(*address));
        let mut addresses: Vec<IpAddr> = addresses.collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses
    }
}

fn addresses(cidr: Ipv4Net) -> Vec<IpAddr> {
    let first = u32::from(cidr.network());
    let last = u32::from(cidr.broadcast());
    (first..=last)
        .map(|address| IpAddr::V4(address.into()))
        .collect()
}

fn after(cidr: IpNet) -> IpAddr {
    match cidr {
        IpNet::V4(cidr) => IpAddr::V4(u32::from(cidr.broadcast()).wrapping_add(1).into()),
        IpNet::V6(cidr) => IpAddr::V6(u128::from(cidr.broadcast()).wrapping_add(1).into()),
    }
}

/// An address of a CIDR, near its start as often as not.
fn within(random: &mut Random, cidr: IpNet) -> IpAddr {
    let offset = if random.one_in(2) {
        random.next() % 16
    } else {
        random.next()
    };
    match cidr {
        IpNet::V4(cidr) => {
            let offset = u32::try_from(offset & u64::from(u32::MAX)).expect("32 bits");
            let host = offset & u32::from(cidr.hostmask());
            IpAddr::V4((u32::from(cidr.network()) | host).into())
        }
        IpNet::V6(cidr) => {
            let host = u128::from(offset) & u128::from(cidr.hostmask());
            IpAddr::V6((u128::from(cidr.network()) | host).into())
        }
    }
}
