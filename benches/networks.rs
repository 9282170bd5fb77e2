//! How the cost of a large network grows: with subnets, with services and with rules.
//!
//! `cargo bench --bench networks` prints the time for each size; the times of a size and of its double are
//! as 1 to 2 if it grows linearly.

use divan::{Bencher, black_box};
use tfvpc::Options;
use tfvpc::aws::network::{self, Network};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::reachability::subnet_matrix;
use tfvpc::rules::selection::Selection;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::{evaluate, load};

fn main() {
    divan::main();
}

/// A configuration whose size is in `local.size`.
const NETWORK: &str = include_str!("networks/main.tf");

/// What a configuration has. The names of an endpoint's services are those of the first ones that exist.
#[derive(Clone, Copy)]
struct Size {
    subnets: usize,
    route_tables: usize,
    rules: usize,
    services: usize,
}

/// The network that a large company might have in one root module.
const LARGE: Size = Size {
    subnets: 2_000,
    route_tables: 200,
    rules: 10_000,
    services: 8,
};

/// Everything that `tfvpc check` does.
#[divan::bench(args = [1, 2, 4], sample_count = 3)]
fn check(bencher: Bencher, part: usize) {
    let text = configuration(LARGE.divided(4 / part));
    bencher.bench_local(|| checked(black_box(&text)));
}

/// Every subnet against every service, in a network that was built.
#[divan::bench(args = [1, 2, 4], sample_count = 3)]
fn survey_by_size(bencher: Bencher, part: usize) {
    let network = built(LARGE.divided(4 / part));
    bencher.bench_local(|| surveyed(black_box(&network)));
}

/// The same with more subnets only.
#[divan::bench(args = [500, 1_000, 2_000], sample_count = 3)]
fn survey_by_subnets(bencher: Bencher, subnets: usize) {
    let network = built(Size { subnets, ..LARGE });
    bencher.bench_local(|| surveyed(black_box(&network)));
}

/// The same with more services only.
#[divan::bench(args = [4, 8, 16], sample_count = 3)]
fn survey_by_services(bencher: Bencher, services: usize) {
    let subnets = 500;
    let network = built(Size {
        subnets,
        services,
        ..LARGE
    });
    bencher.bench_local(|| surveyed(black_box(&network)));
}

/// The same with more rules only: of the security group of the endpoints and of the network ACLs.
#[divan::bench(args = [2_500, 5_000, 10_000], sample_count = 3)]
fn survey_by_rules(bencher: Bencher, rules: usize) {
    let subnets = 500;
    let network = built(Size {
        subnets,
        rules,
        ..LARGE
    });
    bencher.bench_local(|| surveyed(black_box(&network)));
}

impl Size {
    fn divided(self, by: usize) -> Self {
        Self {
            subnets: self.subnets / by,
            route_tables: self.route_tables / by,
            rules: self.rules / by,
            services: self.services,
        }
    }
}

/// One VPC for 250 subnets. Each subnet has a Lambda function with a group of its own; the rules are those
/// of these groups, and of one network ACL for each route table.
fn configuration(size: Size) -> String {
    let vpcs = size.subnets.div_ceil(250);
    let thousands = size.subnets.div_ceil(1000);
    let rules_of_group = (size.rules * 8 / 10 / size.subnets).max(1);
    let entries_of_acl = (size.rules * 2 / 10 / size.route_tables).max(1);
    let (subnets, route_tables, services) = (size.subnets, size.route_tables, size.services);
    format!(
        "locals {{ size = {{ subnets = {subnets}, thousands = {thousands}, vpcs = {vpcs}, \
         route_tables = {route_tables}, services = {services}, rules_of_group = {rules_of_group}, \
         entries_of_acl = {entries_of_acl} }} }}\n{NETWORK}"
    )
}

fn checked(text: &str) -> usize {
    let texts = [("main.tf", text)];
    let (files, loaded) = (Files::in_memory(&texts), load::from_text(&texts));
    let report = tfvpc::check(&files, loaded, &Options::default(), &Selection::default());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report.findings.len()
}

fn built(size: Size) -> Network {
    let text = configuration(size);
    let texts = [("main.tf", text.as_str())];
    let (files, loaded) = (Files::in_memory(&texts), load::from_text(&texts));
    let (options, root) = (Options::default(), &loaded.roots[0]);
    let (resource_set, problems) = evaluate(
        &loaded.modules,
        root,
        &options.evaluation,
        &AwsProvider,
        &files,
    );
    assert!(problems.is_empty(), "{problems:?}");
    let network = network::build(&resource_set, &options.aws);
    assert_eq!(network.subnets.iter().count(), size.subnets);
    network
}

/// Asks for every subnet, all of which reach everything.
fn surveyed(network: &Network) -> usize {
    let destinations = subnet_matrix::destinations(network, []);
    let rows = subnet_matrix::subnet_matrix(network, &Options::default().aws, &destinations);
    let cells = rows.iter().flat_map(|row| &row.cells);
    assert!(cells.clone().all(|cell| cell.verdict.arrives()));
    cells.count()
}
