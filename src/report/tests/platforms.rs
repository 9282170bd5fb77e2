//! One report in the formats of platforms.

use super::*;

fn example(write: fn(&Report, &mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut report = report();
    // The pages of real rules change.
    report.findings[0].finding.rule = "an_example";
    let ignored = report.findings[0].finding.clone();
    let ignored = ignored.about("ignored");
    report.findings.push(ReportedFinding {
        root: 0,
        finding: ignored,
        ignored: Some(Ignored {
            by: crate::finding::IgnoredBy::Config,
            reason: "until the move".into(),
        }),
    });
    written(&report, write)
}

#[test]
fn sarif_for_code_scanning() {
    let text = example(sarif::write);
    let version = format!("\"semanticVersion\": \"{}\"", env!("CARGO_PKG_VERSION"));
    insta::assert_snapshot!(text.replace(&version, "\"semanticVersion\": \"VERSION\""));
}

#[test]
fn annotations_for_github() {
    insta::assert_snapshot!(example(github::write));
}

#[test]
fn tests_for_junit() {
    insta::assert_snapshot!(example(junit::write));
}

#[test]
fn code_quality_for_gitlab() {
    insta::assert_snapshot!(example(gitlab::write));
}

#[test]
fn a_comment_in_markdown() {
    insta::assert_snapshot!(example(markdown::write));
}

#[test]
fn a_root_module_without_findings_has_passed() {
    let roots = vec![(root("net"), Vec::new(), Vec::new())];
    let report = Report::of_findings(Sources::default(), Vec::new(), roots);
    let suites = written(&report, junit::write);
    assert!(
        suites.contains("<testcase classname=\"tfvpc\" name=\"no findings\"/>"),
        "{suites}"
    );
    let comment = written(&report, markdown::write);
    assert!(
        comment.contains("### tfvpc: no findings in 1 root module\n"),
        "{comment}"
    );
    assert!(!comment.contains('|'), "{comment}");
}

#[test]
fn what_can_be_pasted_stays_a_block_of_code() {
    let mut report = report();
    report.findings[0].finding.help = Some("add it:\negress {\n  rule_no = 1\n}".into());
    let comment = written(&report, markdown::write);
    let fenced = "\nadd it:\n\n```hcl\negress {\n  rule_no = 1\n}\n```\n";
    assert!(comment.contains(fenced), "{comment}");
    let suites = written(&report, junit::write);
    let indented = "\nhelp: add it:\n      egress {\n        rule_no = 1\n      }<";
    assert!(suites.contains(indented), "{suites}");
}
