//! How long 10,000 findings take to write, in each format that shows all of them.

use std::fmt::Write as _;
use std::io::{self, Write};

use divan::{Bencher, black_box};
use tfvpc::Options;
use tfvpc::report::style::Style;
use tfvpc::report::{Report, json, junit, sarif, text};
use tfvpc::rules::selection::Selection;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{self, LoadOptions};

const FINDINGS: usize = 10_000;
const FILES: usize = 10;

fn main() {
    divan::main();
}

#[divan::bench]
fn as_text(bencher: Bencher) {
    let style = Style::new(true, 100);
    measure(bencher, |report, out| text::findings(report, &style, out));
}

#[divan::bench]
fn as_json(bencher: Bencher) {
    measure(bencher, json::write);
}

#[divan::bench]
fn as_sarif(bencher: Bencher) {
    measure(bencher, sarif::write);
}

#[divan::bench]
fn as_junit(bencher: Bencher) {
    measure(bencher, junit::write);
}

fn measure(bencher: Bencher, write: impl Fn(&Report, &mut dyn Write) -> io::Result<()>) {
    let report = report();
    assert_eq!(report.findings.len(), FINDINGS);
    bencher.bench_local(|| {
        let mut out = Vec::new();
        write(black_box(&report), &mut out).expect("writes to memory");
        out
    });
}

fn report() -> Report {
    let texts: Vec<(String, String)> = (0..FILES).map(file).collect();
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let files = Files::in_memory(&texts);
    let options = LoadOptions {
        paths: vec![".".into()],
        ..LoadOptions::default()
    };
    let rule = "gateway_endpoint_no_route_tables";
    let selection = Selection {
        select: vec![rule.parse().expect("a rule")],
        ..Selection::default()
    };
    let loaded = load::load(&options, &files);
    tfvpc::check(&files, loaded, &Options::default(), &selection)
}

/// A network with as many endpoints that no route table has.
fn file(number: usize) -> (String, String) {
    let mut text = format!(
        "resource \"aws_vpc\" \"net{number}\" {{\n  cidr_block = \"10.{number}.0.0/16\"\n}}\n"
    );
    for endpoint in 0..FINDINGS / FILES {
        write!(
            text,
            "\nresource \"aws_vpc_endpoint\" \"s3_{number}_{endpoint}\" {{\n  \
             vpc_id       = aws_vpc.net{number}.id\n  \
             service_name = \"com.amazonaws.eu-west-1.s3\"\n}}\n"
        )
        .expect("a string takes all text");
    }
    (format!("network{number}.tf"), text)
}
