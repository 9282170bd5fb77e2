//! One report in the formats of platforms.

use super::*;

fn written(write: fn(&Report, &mut dyn std::io::Write) -> std::io::Result<()>) -> String {
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
    let mut out = Vec::new();
    write(&report, &mut out).expect("writes to memory");
    String::from_utf8(out).expect("text")
}

#[test]
fn sarif_for_code_scanning() {
    let text = written(sarif::write);
    let version = format!("\"semanticVersion\": \"{}\"", env!("CARGO_PKG_VERSION"));
    insta::assert_snapshot!(text.replace(&version, "\"semanticVersion\": \"VERSION\""));
}

#[test]
fn annotations_for_github() {
    insta::assert_snapshot!(written(github::write));
}

#[test]
fn tests_for_junit() {
    insta::assert_snapshot!(written(junit::write));
}

#[test]
fn code_quality_for_gitlab() {
    insta::assert_snapshot!(written(gitlab::write));
}

#[test]
fn a_comment_in_markdown() {
    insta::assert_snapshot!(written(markdown::write));
}

#[test]
fn a_root_module_without_findings_has_passed() {
    let roots = vec![(root("net"), Vec::new(), Vec::new())];
    let report = Report::of_findings(Sources::default(), Vec::new(), roots);
    let mut out = Vec::new();
    junit::write(&report, &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    assert!(
        text.contains("<testcase classname=\"tfvpc\" name=\"no findings\"/>"),
        "{text}"
    );
    let mut out = Vec::new();
    markdown::write(&report, &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    assert!(
        text.contains("### tfvpc: no findings in 1 root module\n"),
        "{text}"
    );
    assert!(!text.contains('|'), "{text}");
}

#[test]
fn what_can_be_pasted_stays_a_block_of_code() {
    let mut report = report();
    report.findings[0].finding.help = Some("add it:\negress {\n  rule_no = 1\n}".into());
    let said = |write: fn(&Report, &mut dyn std::io::Write) -> std::io::Result<()>| {
        let mut out = Vec::new();
        write(&report, &mut out).expect("writes to memory");
        String::from_utf8(out).expect("text")
    };
    let markdown = said(markdown::write);
    let block = "\nadd it:\n\n```hcl\negress {\n  rule_no = 1\n}\n```\n";
    assert!(markdown.contains(block), "{markdown}");
    let junit = said(junit::write);
    let block = "\nhelp: add it:\n      egress {\n        rule_no = 1\n      }<";
    assert!(junit.contains(block), "{junit}");
}
