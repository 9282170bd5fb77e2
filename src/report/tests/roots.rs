//! Faults of a module that serves several root modules.

use super::*;

/// Two root modules that call one local module by different names, and one with its own fault.
fn shared() -> Report {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let span = files.span("modules/net/main.tf", ENDPOINT, "route_table_ids");
    let unshared = files.span("c/main.tf", ENDPOINT, "route_table_ids");
    let found = |call: &str, span| {
        let mut subject = address("aws_vpc_endpoint", "s3");
        subject.module = ModuleAddress::root().child(&call.into(), Key::None);
        let message = format!("`{subject}` serves nobody");
        Finding {
            message,
            ..finding(subject).at(span)
        }
    };
    let roots = vec![
        (root("a"), vec![found("net", span)], Vec::new()),
        (root("b"), vec![found("network", span)], Vec::new()),
        (root("c"), vec![found("net", unshared)], Vec::new()),
    ];
    Report::of_findings(files.sources, Vec::new(), roots)
}

#[test]
fn a_fault_of_a_shared_module_is_shown_once_with_its_roots() {
    let text = text(&shared(), false);
    assert_eq!(text.matches("serves nobody").count(), 2, "{text}");
    assert!(text.contains("  roots: a, b\n"), "{text}");
    assert!(
        text.contains("2 findings (2 medium) in 3 root modules"),
        "{text}"
    );
    let mut out = Vec::new();
    github::write(&shared(), &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    assert_eq!(text.matches("::warning").count(), 2, "{text}");
    assert!(text.contains("%0Ain a, b\n"), "{text}");
}

#[test]
fn json_and_sarif_list_it_for_every_root() {
    let mut out = Vec::new();
    json::write(&shared(), &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    assert_eq!(text.matches("\"fingerprint\"").count(), 3);
    let mut out = Vec::new();
    sarif::write(&shared(), &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    assert_eq!(text.matches("\"ruleId\"").count(), 3);
}

#[test]
fn two_findings_of_one_root_stay_two() {
    let mut report = shared();
    for (root, faults) in [(0, 3), (1, 3), (1, 4)] {
        let finding = report.findings[1].finding.clone();
        let ignored = None;
        report.findings.push(ReportedFinding {
            root,
            finding,
            ignored,
        });
        assert_eq!(fault::faults(&report).len(), faults);
    }
}
