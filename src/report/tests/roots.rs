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
    assert!(text.contains("  in 2 root modules: a, b\n"), "{text}");
    assert!(
        text.contains("2 findings (2 medium) in 3 root modules"),
        "{text}"
    );
    let commands = written(&shared(), github::write);
    assert_eq!(commands.matches("::warning").count(), 2, "{commands}");
    assert!(
        commands.contains("%0Ain 2 root modules: a, b\n"),
        "{commands}"
    );
}

#[test]
fn json_and_sarif_list_it_for_every_root() {
    let json = written(&shared(), json::write);
    assert_eq!(json.matches("\"fingerprint\"").count(), 3);
    let sarif = written(&shared(), sarif::write);
    assert_eq!(sarif.matches("\"ruleId\"").count(), 3);
}

#[test]
fn findings_of_one_subject_stay_apart_by_what_they_are_about() {
    let mut report = shared();
    let finding = report.findings[0].finding.clone().about("dynamodb");
    report.findings.push(ReportedFinding {
        root: 0,
        finding,
        ignored: None,
    });
    assert_eq!(fault::faults(&report).len(), 3);
}

/// Three instances of a subnet in one root, of which the last has another message, and the first of them in
/// another root.
fn instances() -> Report {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let line = files.span("net/main.tf", ROUTES, "resource \"aws_subnet\" \"private\"");
    let found = |key: i64, lacks: &str| {
        let mut subject = address("aws_subnet", "private");
        subject.key = Key::Index(key.unsigned_abs());
        let message = format!("`{subject}` has no {lacks}");
        Finding {
            message,
            ..finding(subject).at(line)
        }
    };
    let prod = vec![found(0, "table"), found(1, "table"), found(2, "zone")];
    let mut dev = found(0, "table");
    dev.confidence = Confidence::Likely;
    let roots = vec![
        (root("dev"), vec![dev], Vec::new()),
        (root("prod"), prod, Vec::new()),
    ];
    Report::of_findings(files.sources, Vec::new(), roots)
}

#[test]
fn instances_of_one_resource_are_one_fault_that_names_them() {
    let text = text(&instances(), false);
    assert_eq!(text.matches("medium[").count(), 1, "{text}");
    for line in [
        "  also: `aws_subnet.private[1]`\n",
        "  also: `aws_subnet.private[2]` has no zone\n",
        "  in 2 root modules: prod (shown), dev (likely)\n",
        "1 finding (1 medium) in 2 root modules\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn every_format_for_people_counts_one_and_machines_keep_what_they_follow() {
    let report = instances();
    let markdown = written(&report, markdown::write);
    assert!(markdown.contains("### tfvpc: 1 finding (1 medium) in 2 root modules\n"));
    assert_eq!(markdown.matches("| **medium** |").count(), 1, "{markdown}");
    let github = written(&report, github::write);
    assert_eq!(github.matches("::warning ").count(), 1, "{github}");
    let junit = written(&report, junit::write);
    let counts = "<testsuites name=\"tfvpc\" tests=\"1\" failures=\"1\" errors=\"0\">";
    assert!(junit.contains(counts), "{junit}");
    assert!(junit.contains("<testsuite name=\"prod, dev\""), "{junit}");
    let gitlab = written(&report, gitlab::write);
    assert_eq!(gitlab.matches("\"fingerprint\"").count(), 1, "{gitlab}");
    let sarif = written(&report, sarif::write);
    assert_eq!(sarif.matches("\"ruleId\"").count(), 2, "{sarif}");
    let json = written(&report, json::write);
    assert_eq!(json.matches("\"fingerprint\"").count(), 4, "{json}");
}

#[test]
fn the_fingerprint_of_a_fault_does_not_depend_on_who_has_it() {
    let fingerprints = |report: &Report| -> Vec<String> {
        let faults = fault::faults(report);
        faults
            .iter()
            .map(|fault| fault.fingerprint(report))
            .collect()
    };
    let mut report = shared();
    let before = fingerprints(&report);
    assert_ne!(before[0], before[1]);
    report.findings.retain(|reported| reported.root != 0);
    assert_eq!(fingerprints(&report), before);
}
