//! A packet at a time and sets of packets come to the same verdict, on random networks.

mod asked;
pub(crate) mod build;
mod concrete;
pub(crate) mod generate;
pub(crate) mod model;
mod shrink;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;
use tfvpc::aws::address_set::AddressSet;
use tfvpc::aws::data::AwsData;
use tfvpc::aws::network::Network;
use tfvpc::reachability::destination::Destination;
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::path::Stage;
use tfvpc::reachability::policies::{Call, judged};
use tfvpc::reachability::question::client_to_service;
use tfvpc::reachability::verdict::{Answer, AnswerPart, Verdict};
use tfvpc::reachability::walk::{Client, Receiver, walk, walk_to};

use asked::Asked;
use generate::Random;
use model::{Model, Packet, Question};

/// Networks in every run; more if `PACKET_NETWORKS` says so.
const NETWORKS: u64 = 20_000;

/// Packets in each network.
const PACKETS: usize = 8;

#[test]
fn sets_of_packets_end_as_each_packet_does() {
    let count = std::env::var("PACKET_NETWORKS").ok();
    let count = count
        .and_then(|count| count.parse().ok())
        .unwrap_or(NETWORKS);
    let tally = (0..count)
        .into_par_iter()
        .map(compare)
        .reduce(Tally::default, Tally::add);
    for verdict in VERDICTS {
        tally.assert_common(&format!("{verdict:?}"));
    }
    for stage in STAGES {
        tally.assert_common(&format!("{stage:?}"));
    }
}

const VERDICTS: [Verdict; 10] = [
    Verdict::ViaGatewayEndpoint,
    Verdict::ViaInterfaceEndpoint,
    Verdict::ViaNat,
    Verdict::ViaInternetGateway,
    Verdict::ViaEgressOnlyGateway,
    Verdict::Local,
    Verdict::External,
    Verdict::Blocked,
    Verdict::NoRoute,
    Verdict::Unknown,
];

const STAGES: [Stage; 11] = [
    Stage::Dns,
    Stage::SecurityGroupEgress,
    Stage::NetworkAclEgress,
    Stage::Route,
    Stage::NetworkAclIngress,
    Stage::SecurityGroupIngress,
    Stage::EndpointPolicy,
    Stage::Nat,
    Stage::Gateway,
    Stage::ReplyNetworkAclEgress,
    Stage::ReplyNetworkAclIngress,
];

/// How many packets there were, and how many with each verdict and stage.
#[derive(Default)]
struct Tally {
    packets: usize,
    seen: BTreeMap<String, usize>,
}

impl Tally {
    fn add(mut self, right: Self) -> Self {
        self.packets += right.packets;
        for (what, count) in right.seen {
            *self.seen.entry(what).or_default() += count;
        }
        self
    }

    fn note(&mut self, verdict: Verdict, stages: &[Stage]) {
        self.packets += 1;
        let mut seen: Vec<String> = stages.iter().map(|stage| format!("{stage:?}")).collect();
        seen.sort();
        seen.dedup();
        for what in seen.into_iter().chain([format!("{verdict:?}")]) {
            *self.seen.entry(what).or_default() += 1;
        }
    }

    fn assert_common(&self, what: &str) {
        let count = self.seen.get(what).copied().unwrap_or(0);
        let packets = self.packets;
        assert!(
            count * 100 >= packets,
            "{what}: {count} of {packets} packets: {:#?}",
            self.seen
        );
    }
}

/// The packets of one network; a disagreement is shown in the smallest network that has it.
fn compare(seed: u64) -> Tally {
    let model = generate::network(&mut Random::new(seed));
    check(&model, seed).unwrap_or_else(|_| {
        let (model, wrong) = shrink::smallest(model, &|model| check(model, seed).err());
        panic!("seed {seed}: {wrong}\n{model:#?}");
    })
}

fn check(model: &Model, seed: u64) -> Result<Tally, String> {
    let mut random = Random::new(!seed);
    let network = build::network(model);
    let mut tally = Tally::default();
    let questions = [
        Question::Address,
        Question::S3,
        Question::Ssm,
        Question::Server,
    ];
    let question = random.pick(&questions);
    let asked = Asked::new(model, question);
    let answer = ask(&network, question);
    for _ in 0..PACKETS {
        let packet = asked.packet(&mut random);
        let (expected, stages) = asked.expected(packet);
        let found = verdict_of(&answer, packet);
        if found != Some(expected) {
            return Err(format!(
                "{question:?} {packet:?}: {found:?}, expected {expected:?}"
            ));
        }
        tally.note(expected, &stages);
    }
    Ok(tally)
}

/// The answer about sets.
fn ask(network: &Network, question: Question) -> Answer {
    let mut workloads = network.workloads.iter().map(|(_, workload)| workload);
    let mut next = || workloads.next().expect("a client and a server");
    let (client, server) = (next(), next());
    let subnet = |workload: &tfvpc::aws::workload::Workload| {
        let mut subnets = workload.subnets.certain();
        let subnet = subnets.find_map(|attachment| attachment.to.known().copied());
        subnet.expect("it is in a subnet")
    };
    let client = Client::of_workload(client, subnet(client));
    let service = |name| {
        let request = Request::HTTPS;
        let call = Call {
            service: Some(name),
            bucket: None,
            request,
        };
        let answer = client_to_service(network, aws(), &client, name, request);
        judged(network, answer, &call)
    };
    match question {
        Question::Address => {
            let everywhere = Destination::known(AddressSet::everything());
            walk(network, &client, Request::HTTPS, &everywhere)
        }
        Question::S3 => service("s3"),
        Question::Ssm => service("ssm"),
        Question::Server => {
            let receiver = Receiver {
                subnet: subnet(server),
                groups: Some(&server.security_groups),
                endpoint: None,
            };
            walk_to(network, &client, Request::HTTPS, &receiver)
        }
    }
}

/// AWS as these networks know it.
pub(crate) fn aws() -> &'static AwsData {
    static AWS: OnceLock<AwsData> = OnceLock::new();
    AWS.get_or_init(|| {
        let cidrs = model::S3.map(|cidr| format!("\"{cidr}\"")).join(", ");
        let lists = format!(
            r#"{{"PrefixLists": [{{"PrefixListId": "pl-63a5400a",
                "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": [{cidrs}]}}]}}"#
        );
        let mut aws = AwsData::default();
        aws.read_prefix_lists(&lists).expect("well formed");
        aws
    })
}

/// The verdict that an answer has for a packet; `None` if its parts do not agree or leave it out.
fn verdict_of(answer: &Answer, packet: Packet) -> Option<Verdict> {
    let holds = |part: &&AnswerPart| {
        let packets = &part.packets;
        let mut ports = packets.ports.iter().zip(packet.ports);
        // Without an address of the family there is no packet, which is an answer too.
        let admits =
            |addresses: &AddressSet, address| addresses.is_empty() || addresses.contains(address);
        admits(&packets.sources, packet.source)
            && admits(&packets.destinations, packet.destination)
            && ports.all(|(ports, port)| ports.contains(port))
    };
    let mut verdicts = answer.parts.iter().filter(holds).map(AnswerPart::verdict);
    let first = verdicts.next()?;
    verdicts.all(|verdict| verdict == first).then_some(first)
}
