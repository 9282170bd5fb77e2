//! Modules that are not on the disk: whether a network depends on them decides what they mean.

use tfvpc::Options;
use tfvpc::rules::selection::Selection;
use tfvpc::source::ProblemSeverity::{self, Error, Warning};

use crate::support::checked::report;

/// How bad it is that the module of a call in a root module is not there.
fn severity(root: &str) -> Vec<ProblemSeverity> {
    let report = report(
        &[("main.tf", root)],
        &Options::default(),
        &Selection::default(),
    );
    let missing = report
        .problems
        .iter()
        .filter(|problem| problem.message.contains("module"));
    missing.map(|problem| problem.severity).collect()
}

#[test]
fn a_missing_local_module_fails_a_run_if_the_network_depends_on_it() {
    let vpc = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let reads = "resource \"aws_subnet\" \"a\" {\n  vpc_id = module.x.vpc_id\n}\n";
    let call = "module \"x\" {\n  source = \"./x\"\n}\n";
    let hands = "module \"x\" {\n  source = \"./x\"\n  vpc_id = aws_vpc.main.id\n}\n";
    assert_eq!(severity(&[vpc, call].concat()), [Warning]);
    assert_eq!(severity(&[vpc, hands].concat()), [Error]);
    assert_eq!(severity(&[reads, call].concat()), [Error]);
    // It may hold all of the network.
    assert_eq!(severity(call), [Error]);
}
