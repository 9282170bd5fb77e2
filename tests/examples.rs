//! The worked examples of the semantics, from their configuration to the verdict.

use std::path::PathBuf;

use tfvpc::aws::address_set::{AddressSet, parse_cidr};
use tfvpc::aws::data::AwsData;
use tfvpc::aws::fact::Fact;
use tfvpc::aws::network::{self, Network};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::aws::subnet::Subnet;
use tfvpc::aws::table::Id;
use tfvpc::aws::workload::Workload;
use tfvpc::reachability::destination::{self, Destination};
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::path::Hop;
use tfvpc::reachability::question::workload_to_service;
use tfvpc::reachability::verdict::{Answer, Verdict};
use tfvpc::reachability::walk::{Client, walk};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{LoadOptions, load};
use tfvpc::terraform::{self, EvaluateOptions};

/// An example with the prefix lists of the fixture.
struct Example {
    network: Network,
    aws: AwsData,
}

impl Example {
    fn of(name: &str) -> Self {
        let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/examples");
        let directory = examples.join(name);
        let mut aws = AwsData::default();
        let lists = include_str!("../testdata/examples/prefix-lists.json");
        aws.read_prefix_lists(lists).expect("well formed");
        let files = Files::on_disk(std::slice::from_ref(&directory), &[]).expect("a directory");
        let options = LoadOptions {
            paths: vec![directory],
            ..LoadOptions::default()
        };
        let loaded = load(&options, &files);
        let root = &loaded.roots[0];
        let options = EvaluateOptions::default();
        let (world, problems) =
            terraform::evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
        assert_eq!((loaded.problems, problems), (Vec::new(), Vec::new()));
        let network = network::build(&world, &aws);
        Self { network, aws }
    }

    fn subnet(&self, name: &str) -> Id<Subnet> {
        let mut subnets = self.network.subnets.iter();
        let found = subnets.find(|(_, subnet)| subnet.origin.name() == name);
        found.expect("the example has this subnet").0
    }

    fn service(&self, name: &str) -> Destination {
        let region = Fact::Known("us-east-1".into());
        destination::service(&self.aws, name, &region)
    }

    /// From the instance of the example to a service by its name.
    fn asks(&self, instance: &str, service: &str) -> Answer {
        let workload = self.workload(instance);
        workload_to_service(&self.network, &self.aws, workload, service, Request::HTTPS)
    }

    fn workload(&self, name: &str) -> &Workload {
        let mut workloads = self.network.workloads.iter();
        let found = workloads.find(|(_, workload)| workload.origin.name() == name);
        found.expect("the example has this workload").1
    }

    /// From the instance of the example to an address.
    fn address(&self, address: &str) -> Answer {
        let workload = self.workload("aws_instance.app");
        let client = Client::of_workload(workload, self.subnet("aws_subnet.app_a"));
        let cidr = parse_cidr(&format!("{address}/32")).expect("an address");
        let to = Destination::known(cidr.into());
        walk(&self.network, &client, Request::HTTPS, &to)
    }

    /// From a workload in `aws_subnet.app_a`.
    fn workload_to(&self, name: &str, service: &str) -> Answer {
        let workload = self.workload(name);
        let client = Client::of_workload(workload, self.subnet("aws_subnet.app_a"));
        let service = self.service(service);
        walk(&self.network, &client, Request::HTTPS, &service)
    }
}

/// The share of S3 that ends so, in thousandths.
#[expect(
    clippy::cast_possible_truncation,
    reason = "shares lie between 0 and 1"
)]
fn share(answer: &Answer, verdict: Verdict) -> i32 {
    let parts = answer.parts.iter().filter(|part| part.verdict() == verdict);
    let share: f64 = parts.map(|part| part.share).sum();
    (share * 1000.0).round() as i32
}

/// Where packets end that way.
fn destinations(answer: &Answer, verdict: Verdict) -> String {
    let parts = answer.parts.iter().filter(|part| part.verdict() == verdict);
    let none = AddressSet::empty();
    let all = parts.fold(none, |all, part| all.union(&part.packets.destinations));
    all.to_string()
}

/// `stage decision code: reason` of every hop on the way to an address.
fn hops(answer: &Answer, destination: &str) -> Vec<String> {
    let address = parse_cidr(&format!("{destination}/32")).expect("an address");
    let mut parts = answer.parts.iter();
    let part = parts.find(|part| part.packets.destinations.contains(address.addr()));
    let hops = part.expect("it was asked for").hops().iter();
    hops.map(line).collect()
}

/// The hops of an answer in one part.
fn hops_of(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.parts.len(), 1, "{:#?}", answer.parts);
    answer.parts[0].hops().iter().map(line).collect()
}

fn line(hop: &Hop) -> String {
    let code = hop.code.map_or_else(String::new, |code| format!(" {code}"));
    let (stage, decision) = (hop.stage.as_str(), hop.decision.as_str());
    format!("{stage} {decision}{code}: {} ({})", hop.reason, hop.at)
}

#[test]
fn e1_all_of_s3_goes_via_the_gateway_endpoint() {
    let example = Example::of("e01_baseline");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaGatewayEndpoint);
    assert_eq!(answer.parts.len(), 1, "{:#?}", answer.parts);
    let path = [
        "security_group_egress allowed: allows tcp 443 to 3.5.0.0/19, 16.182.0.0/16, 52.216.0.0/15, \
         54.231.0.0/16 (aws_security_group.open)",
        "network_acl_egress allowed: entry 100 allows tcp 443 to 3.5.0.0/19, 16.182.0.0/16, \
         52.216.0.0/15, 54.231.0.0/16 (the default network ACL of aws_vpc.main)",
        "route routed: com.amazonaws.us-east-1.s3 -> aws_vpc_endpoint.s3 (aws_route_table.app_a)",
        "reply_network_acl_ingress allowed: entry 100 allows tcp 1024-65535 from 3.5.0.0/19, \
         16.182.0.0/16, 52.216.0.0/15, 54.231.0.0/16 (the default network ACL of aws_vpc.main)",
    ];
    assert_eq!(hops(&answer, "52.216.10.10"), path);
}

#[test]
fn e2_a_longer_static_route_takes_its_part_away_from_the_endpoint() {
    let example = Example::of("e02_longer_static_route");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Mixed);
    assert_eq!(share(&answer, Verdict::ViaNat), 242);
    assert_eq!(destinations(&answer, Verdict::ViaNat), "52.216.0.0/16");
    assert_eq!(share(&answer, Verdict::ViaGatewayEndpoint), 758);
}

#[test]
fn e3_an_equal_static_route_beats_the_prefix_list() {
    let example = Example::of("e03a_equal_static_route");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Mixed);
    assert_eq!(share(&answer, Verdict::External), 485);
}

#[test]
fn e4_a_deny_before_an_allow_cuts_off_a_part() {
    let example = Example::of("e04a_deny_before_allow");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Partial);
    assert_eq!(share(&answer, Verdict::ViaGatewayEndpoint), 758);
    let last = hops(&answer, "52.216.10.10").pop();
    let expected = "network_acl_egress denied nacl-deny: entry 90 denies tcp 443 to 52.216.0.0/16 \
                    (aws_network_acl.app_a)";
    assert_eq!(last.as_deref(), Some(expected));
}

#[test]
fn e4_a_deny_after_an_allow_changes_nothing() {
    let example = Example::of("e04b_deny_after_allow");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaGatewayEndpoint);
}

#[test]
fn e5_replies_need_a_way_back() {
    let example = Example::of("e05a_no_way_back");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Blocked);
    let last = hops(&answer, "52.216.10.10").pop().expect("a hop");
    assert!(
        last.starts_with("reply_network_acl_ingress denied nacl-deny: no entry allows tcp"),
        "{last}"
    );
}

/// The ports of a client that end so.
fn ports(answer: &Answer, verdict: Verdict) -> Vec<(u16, u16)> {
    let parts = answer.parts.iter().filter(|part| part.verdict() == verdict);
    let ranges = parts.flat_map(|part| part.packets.ports[0].ranges());
    ranges.map(|range| (range.first, range.last)).collect()
}

#[test]
fn e5_the_ports_of_linux_are_enough_for_an_instance_that_runs_it() {
    let example = Example::of("e05b_linux_way_back");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(
        ports(&answer, Verdict::ViaGatewayEndpoint),
        [(32768, 60999)]
    );
    assert_eq!(answer.verdict(), Verdict::Partial);
}

#[test]
fn e5_the_ports_of_linux_are_not_enough_for_a_function() {
    let example = Example::of("e05c_lambda_way_back");
    let answer = example.workload_to("aws_lambda_function.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Partial);
    let blocked = [(1024, 32767), (61000, 65535)];
    assert_eq!(ports(&answer, Verdict::Blocked), blocked);
}

#[test]
fn e9_an_isolated_subnet_reaches_what_it_has_an_endpoint_for() {
    let example = Example::of("e09_isolated_subnet");
    let s3 = example.workload_to("aws_instance.app", "s3");
    assert_eq!(s3.verdict(), Verdict::ViaGatewayEndpoint);
    let dynamodb = example.workload_to("aws_instance.app", "dynamodb");
    assert_eq!(dynamodb.verdict(), Verdict::NoRoute);
}

#[test]
fn e10_copied_prefixes_that_are_not_all_make_a_part() {
    let example = Example::of("e10_partial_cidr_acl");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Partial);
    assert_eq!(share(&answer, Verdict::ViaGatewayEndpoint), 727);
    assert_eq!(
        destinations(&answer, Verdict::Blocked),
        "3.5.0.0/19, 16.182.0.0/16"
    );
}

#[test]
fn e11_the_acl_of_the_nat_gateways_subnet_counts_both_ways() {
    let example = Example::of("e11a_nat_subnet_acl");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Blocked);
    let repaired = Example::of("e11b_nat_subnet_acl_repaired");
    let answer = repaired.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaNat);
}

#[test]
fn e12_an_endpoint_in_the_main_table_does_not_serve_a_subnet_with_another_one() {
    let example = Example::of("e12_wrong_association");
    let answer = example.workload_to("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaNat);
}

#[test]
fn e6_a_group_that_admits_the_primary_cidr_blocks_the_secondary_one() {
    let example = Example::of("e06_secondary_cidr");
    let pod = example.asks("aws_instance.pod", "ssm");
    assert_eq!(pod.verdict(), Verdict::Blocked);
    let last = hops_of(&pod).pop().expect("a hop");
    assert!(
        last.starts_with("security_group_ingress denied sg-ingress"),
        "{last}"
    );
    let app = example.asks("aws_instance.app", "ssm");
    assert_eq!(app.verdict(), Verdict::ViaInterfaceEndpoint);
}

#[test]
fn e7_egress_to_a_prefix_list_admits_nothing_else() {
    let example = Example::of("e07_egress_by_prefix_list");
    let s3 = example.asks("aws_instance.app", "s3");
    assert_eq!(s3.verdict(), Verdict::ViaGatewayEndpoint);
    let ssm = example.asks("aws_instance.app", "ssm");
    assert_eq!(ssm.verdict(), Verdict::Blocked);
    let elsewhere = example.address("3.5.64.10");
    assert_eq!(elsewhere.verdict(), Verdict::Blocked);
    let last = hops_of(&elsewhere).pop().expect("a hop");
    assert!(
        last.starts_with("security_group_egress denied sg-egress"),
        "{last}"
    );
}

#[test]
fn e8_without_private_dns_the_name_stays_public() {
    let example = Example::of("e08a_private_dns_off");
    assert_eq!(
        example.asks("aws_instance.app", "ssm").verdict(),
        Verdict::ViaNat
    );
    let isolated = Example::of("e08b_private_dns_off_isolated");
    assert_eq!(
        isolated.asks("aws_instance.app", "ssm").verdict(),
        Verdict::NoRoute
    );
}

#[test]
fn e8_with_private_dns_the_name_stands_for_the_endpoint() {
    let example = Example::of("e08c_private_dns_on");
    let answer = example.asks("aws_instance.app", "ssm");
    assert_eq!(answer.verdict(), Verdict::ViaInterfaceEndpoint);
    let path = hops_of(&answer);
    let first = "dns resolved: ssm.us-east-1.amazonaws.com stands for the network interfaces of \
                 aws_vpc_endpoint.ssm (aws_vpc.main)";
    assert_eq!(path[0], first);
    let stages: Vec<_> = path
        .iter()
        .filter_map(|hop| hop.split(' ').next())
        .collect();
    let expected = [
        "dns",
        "security_group_egress",
        "network_acl_egress",
        "route",
        "network_acl_ingress",
        "security_group_ingress",
        "reply_network_acl_egress",
        "reply_network_acl_ingress",
    ];
    assert_eq!(stages, expected);
}

#[test]
fn e13_the_default_group_admits_itself_only() {
    for name in ["e13a_default_group", "e13b_default_group_emptied"] {
        let answer = Example::of(name).asks("aws_instance.app", "ssm");
        assert_eq!(answer.verdict(), Verdict::Blocked, "{name}");
    }
}

#[test]
fn e14_private_dns_of_s3_decides_between_its_endpoints() {
    let captures = Example::of("e14b_s3_interface_captures");
    let answer = captures.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaInterfaceEndpoint);
    let inbound_only = Example::of("e14c_s3_interface_inbound_only");
    let answer = inbound_only.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaGatewayEndpoint);
}

#[test]
fn e16_an_endpoint_of_the_hub_does_not_serve_a_spoke() {
    let example = Example::of("e16_hub_endpoint");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::External);
}

#[test]
fn e17_inside_the_vpc_only_a_route_to_a_whole_subnet_beats_local() {
    let example = Example::of("e17a_route_to_a_subnet");
    assert_eq!(example.address("10.0.1.5").verdict(), Verdict::Local);
    assert_eq!(example.address("10.1.1.5").verdict(), Verdict::External);
    let firewall = example.address("10.0.5.9");
    assert_eq!(firewall.verdict(), Verdict::External);
    let hop = "route routed: 10.0.5.0/24 -> aws_vpc_endpoint.firewall (aws_route_table.app_a)";
    assert!(
        hops_of(&firewall).contains(&hop.to_owned()),
        "{:?}",
        hops_of(&firewall)
    );
}

#[test]
fn e15_dns64_leads_past_an_ipv4_endpoint() {
    let example = Example::of("e15_dns64");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaNat);
    let path = hops_of(&answer);
    let dns = "dns resolved: s3.us-east-1.amazonaws.com stands for public addresses, which DNS64 puts \
               into 64:ff9b::/96 (aws_vpc.main)";
    assert_eq!(path[0], dns);
    let route = "route routed: 64:ff9b::/96 -> aws_nat_gateway.nat (aws_route_table.app_a)";
    assert!(path.contains(&route.to_owned()), "{path:#?}");
}
