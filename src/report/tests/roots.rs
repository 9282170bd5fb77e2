//! Faults of a module that serves several root modules.

use super::*;

/// Two root modules that call one local module by different names, and one with its own fault.
fn shared() -> Report {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let shared = files.span("modules/net/main.tf", ENDPOINT, "route_table_ids");
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
        (root("a"), vec![found("net", shared)], Vec::new()),
        (root("b"), vec![found("network", shared)], Vec::new()),
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
    let commands = written(&shared(), github::write);
    assert_eq!(commands.matches("::warning").count(), 2, "{commands}");
    assert!(commands.contains("%0Ain a, b\n"), "{commands}");
}

#[test]
fn json_and_sarif_list_it_for_every_root() {
    let json = written(&shared(), json::write);
    assert_eq!(json.matches("\"fingerprint\"").count(), 3);
    let sarif = written(&shared(), sarif::write);
    assert_eq!(sarif.matches("\"ruleId\"").count(), 3);
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
