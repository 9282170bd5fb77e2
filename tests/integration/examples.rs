//! The worked examples of the semantics, from their configuration to the verdict.

use std::path::PathBuf;

use tfvpc::Options;
use tfvpc::aws::address_set::{AddressSet, parse_cidr};
use tfvpc::aws::data::AwsData;
use tfvpc::aws::network::Network;
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::path::Hop;
use tfvpc::reachability::trace::trace_all;
use tfvpc::reachability::trace_end::{TraceEnd, named};
use tfvpc::reachability::verdict::{Answer, Verdict};
use tfvpc::rules::selection::{Selection, Selector};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{LoadOptions, Loaded, load};

/// An example with the prefix lists of the fixture.
struct Example {
    network: Network,
    options: Options,
}

fn read(name: &str) -> (Files, Loaded) {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/examples");
    let directory = examples.join(name);
    let files = Files::on_disk(std::slice::from_ref(&directory), &[]).expect("a directory");
    let options = LoadOptions {
        paths: vec![directory],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    (files, loaded)
}

fn options() -> Options {
    let mut aws = AwsData::default();
    let lists = include_str!("../../testdata/examples/prefix-lists.json");
    aws.read_prefix_lists(lists).expect("well formed");
    Options {
        aws,
        ..Options::default()
    }
}

impl Example {
    fn of(name: &str) -> Self {
        let ((files, loaded), options) = (read(name), options());
        let (mut networks, report) = tfvpc::networks(&files, loaded, &options);
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        let network = networks.remove(0);
        Self { network, options }
    }

    fn asks(&self, from: &str, to: &str) -> Answer {
        let (from, to) = (self.places(from), self.places(to));
        let (aws, request) = (&self.options.aws, Request::HTTPS);
        let answer = trace_all(&self.network, aws, &from, &to, request);
        answer.expect("it has a meaning")
    }

    fn places(&self, text: &str) -> Vec<TraceEnd> {
        let places = named(&self.network, text);
        assert!(!places.is_empty(), "the example has {text}");
        places
    }
}

/// Whether AWS refuses an example, by a rule that says so.
fn is_refused(example: &str, rule: &'static str) -> bool {
    let (files, loaded) = read(example);
    let selection = Selection {
        select: vec![Selector::Rule(rule)],
        ..Selection::default()
    };
    let report = tfvpc::check(&files, loaded, &options(), &selection);
    let mut entries = report.findings.iter();
    entries.any(|entry| entry.finding.category.as_str() == "rejected")
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
    let destinations = parts.fold(none, |destinations, part| {
        destinations.union(&part.packets.destinations)
    });
    destinations.to_string()
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
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaGatewayEndpoint);
    assert_eq!(answer.parts.len(), 1, "{:#?}", answer.parts);
    let path = [
        "dns resolved: s3.us-east-1.amazonaws.com stands for public addresses (aws_vpc.main)",
        "security_group_egress allowed: allows tcp 443 to 3.5.0.0/19, 16.182.0.0/16, 52.216.0.0/15, \
         54.231.0.0/16 (aws_security_group.open)",
        "network_acl_egress allowed: entry 100 allows tcp 443 to 3.5.0.0/19, 16.182.0.0/16, \
         52.216.0.0/15, 54.231.0.0/16 (the default network ACL of aws_vpc.main)",
        "route routed: com.amazonaws.us-east-1.s3 -> aws_vpc_endpoint.s3 (aws_route_table.app_a)",
        "endpoint_policy allowed: has no policy of its own, which admits every request \
         (aws_vpc_endpoint.s3)",
        "reply_network_acl_ingress allowed: entry 100 allows tcp 1024-65535 from 3.5.0.0/19, \
         16.182.0.0/16, 52.216.0.0/15, 54.231.0.0/16 (the default network ACL of aws_vpc.main)",
    ];
    assert_eq!(hops(&answer, "52.216.10.10"), path);
}

#[test]
fn e2_a_longer_static_route_takes_its_part_away_from_the_endpoint() {
    let example = Example::of("e02_longer_static_route");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Mixed);
    assert_eq!(share(&answer, Verdict::ViaNat), 242);
    assert_eq!(destinations(&answer, Verdict::ViaNat), "52.216.0.0/16");
    assert_eq!(share(&answer, Verdict::ViaGatewayEndpoint), 758);
}

#[test]
fn e3a_an_equal_static_route_beats_the_prefix_list() {
    let example = Example::of("e03a_equal_static_route");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Mixed);
    assert_eq!(share(&answer, Verdict::External), 485);
}

#[test]
fn e3b_an_equal_propagated_route_loses_against_the_prefix_list() {
    let example = Example::of("e03b_equal_propagated_route");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaGatewayEndpoint);
}

#[test]
fn e3c_a_longer_propagated_route_beats_the_prefix_list() {
    let example = Example::of("e03c_longer_propagated_route");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Mixed);
    assert_eq!(share(&answer, Verdict::External), 242);
    assert_eq!(share(&answer, Verdict::ViaGatewayEndpoint), 758);
    let route = "route routed: 52.216.0.0/16 -> aws_vpn_gateway.vgw (aws_route_table.app_a)";
    assert!(hops(&answer, "52.216.10.10").contains(&route.to_owned()));
}

#[test]
fn e4a_a_deny_before_an_allow_cuts_off_a_part() {
    let example = Example::of("e04a_deny_before_allow");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Partial);
    assert_eq!(share(&answer, Verdict::ViaGatewayEndpoint), 758);
    let last = hops(&answer, "52.216.10.10").pop();
    let expected = "network_acl_egress denied nacl-deny: entry 90 denies tcp 443 to 52.216.0.0/16 \
                    (aws_network_acl.app_a)";
    assert_eq!(last.as_deref(), Some(expected));
}

#[test]
fn e4b_a_deny_after_an_allow_changes_nothing() {
    let example = Example::of("e04b_deny_after_allow");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaGatewayEndpoint);
}

#[test]
fn e5a_replies_need_a_way_back() {
    let example = Example::of("e05a_no_way_back");
    let answer = example.asks("aws_instance.app", "s3");
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
fn e5b_the_ports_of_linux_are_enough_for_an_instance_that_runs_it() {
    let example = Example::of("e05b_linux_way_back");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(
        ports(&answer, Verdict::ViaGatewayEndpoint),
        [(32768, 60999)]
    );
    assert_eq!(answer.verdict(), Verdict::Partial);
}

#[test]
fn e5c_the_ports_of_linux_are_not_enough_for_a_function() {
    let example = Example::of("e05c_lambda_way_back");
    let answer = example.asks("aws_lambda_function.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Partial);
    let blocked = [(1024, 32767), (61000, 65535)];
    assert_eq!(ports(&answer, Verdict::Blocked), blocked);
}

#[test]
fn e9_an_isolated_subnet_reaches_what_it_has_an_endpoint_for() {
    let example = Example::of("e09_isolated_subnet");
    let s3 = example.asks("aws_instance.app", "s3");
    assert_eq!(s3.verdict(), Verdict::ViaGatewayEndpoint);
    let dynamodb = example.asks("aws_instance.app", "dynamodb");
    assert_eq!(dynamodb.verdict(), Verdict::NoRoute);
}

#[test]
fn e10_copied_prefixes_that_are_not_all_make_a_part() {
    let example = Example::of("e10_partial_cidr_acl");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Partial);
    assert_eq!(share(&answer, Verdict::ViaGatewayEndpoint), 727);
    assert_eq!(
        destinations(&answer, Verdict::Blocked),
        "3.5.0.0/19, 16.182.0.0/16"
    );
}

#[test]
fn e11a_the_acl_of_the_nat_gateways_subnet_counts_both_ways() {
    let example = Example::of("e11a_nat_subnet_acl");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::Blocked);
    let to_nat = "reply_network_acl_ingress denied nacl-deny: no entry allows tcp 1024-32767";
    let to_client = "reply_network_acl_egress denied nacl-deny: no entry allows tcp 1024-65535";
    let mut last: Vec<String> = Vec::new();
    for part in &answer.parts {
        last.extend(part.hops().last().map(line));
    }
    for denial in [to_nat, to_client] {
        assert!(last.iter().any(|hop| hop.starts_with(denial)), "{last:#?}");
    }
}

#[test]
fn e11b_an_acl_with_all_ports_of_nat_lets_replies_through() {
    let repaired = Example::of("e11b_nat_subnet_acl_repaired");
    let answer = repaired.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaNat);
}

#[test]
fn e12_an_endpoint_in_the_main_table_does_not_serve_a_subnet_with_another_one() {
    let example = Example::of("e12_wrong_association");
    let answer = example.asks("aws_instance.app", "s3");
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
    let elsewhere = example.asks("aws_instance.app", "3.5.64.10");
    assert_eq!(elsewhere.verdict(), Verdict::Blocked);
    let last = hops_of(&elsewhere).pop().expect("a hop");
    assert!(
        last.starts_with("security_group_egress denied sg-egress"),
        "{last}"
    );
}

#[test]
fn e8a_without_private_dns_the_name_stays_public() {
    let example = Example::of("e08a_private_dns_off");
    let answer = example.asks("aws_instance.app", "ssm");
    assert_eq!(answer.verdict(), Verdict::ViaNat);
}

#[test]
fn e8b_without_private_dns_an_isolated_subnet_has_no_route() {
    let example = Example::of("e08b_private_dns_off_isolated");
    let answer = example.asks("aws_instance.app", "ssm");
    assert_eq!(answer.verdict(), Verdict::NoRoute);
}

#[test]
fn e8c_with_private_dns_the_name_stands_for_the_endpoint() {
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
        "endpoint_policy",
        "reply_network_acl_egress",
        "reply_network_acl_ingress",
    ];
    assert_eq!(stages, expected);
}

#[test]
fn e13a_the_default_group_admits_itself_only() {
    let last = last_hop_of_blocked("e13a_default_group");
    let denial = "security_group_ingress denied sg-ingress";
    assert!(last.starts_with(denial), "{last}");
}

#[test]
fn e13b_an_emptied_default_group_lets_not_even_its_members_out() {
    let last = last_hop_of_blocked("e13b_default_group_emptied");
    let denial = "security_group_egress denied sg-egress";
    assert!(last.starts_with(denial), "{last}");
}

fn last_hop_of_blocked(example: &str) -> String {
    let answer = Example::of(example).asks("aws_instance.app", "ssm");
    assert_eq!(answer.verdict(), Verdict::Blocked, "{example}");
    hops_of(&answer).pop().expect("a hop")
}

#[test]
fn e14a_private_dns_of_s3_without_a_gateway_endpoint_is_refused() {
    let example = "e14a_s3_interface_alone";
    assert!(is_refused(
        example,
        "s3_interface_private_dns_needs_gateway"
    ));
    let answer = Example::of(example).asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::NoRoute);
}

#[test]
fn e14b_private_dns_of_s3_for_all_leads_past_its_gateway_endpoint() {
    let example = Example::of("e14b_s3_interface_captures");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaInterfaceEndpoint);
}

#[test]
fn e14c_private_dns_of_s3_for_inbound_resolvers_leaves_the_gateway_endpoint() {
    let example = Example::of("e14c_s3_interface_inbound_only");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::ViaGatewayEndpoint);
}

#[test]
fn e16_an_endpoint_of_the_hub_does_not_serve_a_spoke() {
    let example = Example::of("e16_hub_endpoint");
    let answer = example.asks("aws_instance.app", "s3");
    assert_eq!(answer.verdict(), Verdict::External);
}

#[test]
fn e17a_inside_the_vpc_only_a_route_to_a_whole_subnet_beats_local() {
    let example = Example::of("e17a_route_to_a_subnet");
    assert_eq!(
        example.asks("aws_instance.app", "10.0.1.5").verdict(),
        Verdict::Local
    );
    assert_eq!(
        example.asks("aws_instance.app", "10.1.1.5").verdict(),
        Verdict::External
    );
    let firewall = example.asks("aws_instance.app", "10.0.5.9");
    assert_eq!(firewall.verdict(), Verdict::External);
    let hop = "route routed: 10.0.5.0/24 -> aws_vpc_endpoint.firewall (aws_route_table.app_a)";
    assert!(
        hops_of(&firewall).contains(&hop.to_owned()),
        "{:?}",
        hops_of(&firewall)
    );
}

#[test]
fn e17b_a_route_to_a_part_of_a_subnet_is_refused() {
    let example = "e17b_route_into_a_subnet";
    assert!(is_refused(example, "route_inside_vpc_not_a_subnet"));
    let example = Example::of(example);
    for (to, verdict) in [
        ("10.0.5.9", Verdict::External),
        ("10.0.1.5", Verdict::Local),
    ] {
        assert_eq!(
            example.asks("aws_instance.app", to).verdict(),
            verdict,
            "{to}"
        );
    }
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
