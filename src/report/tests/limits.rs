//! Platforms show only so much: nothing is lost, and the rest is counted.

use super::*;

fn many(count: usize, rules: usize) -> Report {
    let names = [
        "rule_a", "rule_b", "rule_c", "rule_d", "rule_e", "rule_f", "rule_g", "rule_h", "rule_i",
        "rule_j", "rule_k", "rule_l",
    ];
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let span = files.span("a.tf", ROUTES, "route {");
    let found = |n: usize| Finding {
        rule: names[n % rules],
        ..finding(address("aws_subnet", &format!("s{n}"))).at(span)
    };
    let findings = (0..count).map(found).collect();
    Report::of_findings(
        files.sources,
        Vec::new(),
        vec![(root("net"), findings, Vec::new())],
    )
}

fn commands(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    github::write(report, &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    let lines = text.lines().filter(|line| line.starts_with("::"));
    lines.map(str::to_owned).collect()
}

#[test]
fn ten_annotations_are_shown_one_by_one() {
    assert_eq!(commands(&many(10, 1)).len(), 10);
}

#[test]
fn more_annotations_than_github_shows_are_joined_by_rule_and_counted() {
    let joined = commands(&many(11, 2));
    assert_eq!(joined.len(), 2);
    assert!(
        joined[0].contains("title=rule_a (6 findings)::"),
        "{}",
        joined[0]
    );
    assert_eq!(joined[0].matches("%0A").count(), 5);
    assert!(
        joined[1].contains("title=rule_b (5 findings)::"),
        "{}",
        joined[1]
    );
}

#[test]
fn more_rules_than_annotations_share_the_last_one() {
    let joined = commands(&many(36, 12));
    assert_eq!(joined.len(), 10);
    assert!(
        joined[9].contains("title=several rules (9 findings)::"),
        "{}",
        joined[9]
    );
    for rule in ["rule_j", "rule_k", "rule_l"] {
        assert!(joined[9].contains(rule));
    }
}

#[test]
fn findings_keep_their_annotations_where_problems_would_take_them() {
    let mut report = many(8, 1);
    for entry in &mut report.findings {
        entry.finding.severity = Severity::Medium;
    }
    let of_root = |n: usize| Problem::warning(format!("`var.v{n}` has no value"), None);
    report.problems = (0..5).map(of_root).collect();
    let shown = commands(&report);
    let titles = shown.iter().map(|line| line.split("title=").nth(1));
    let mut expected = vec!["rule_a"; 8];
    expected.push("warning (5 problems)");
    let titles = titles.map(|title| title.and_then(|title| title.split("::").next()));
    assert_eq!(titles.flatten().collect::<Vec<_>>(), expected);
    assert_eq!(shown[8].matches("has no value").count(), 5);
}

#[test]
fn what_is_too_long_for_one_annotation_is_counted() {
    let joined = commands(&many(500, 1));
    assert_eq!(joined.len(), 1);
    assert!(joined[0].contains("(500 findings)"));
    assert!(joined[0].len() < 4096 + 400);
    let listed = joined[0].matches("%0A").count();
    assert!(
        joined[0].ends_with(&format!("and {} more", 500 - listed)),
        "{}",
        joined[0]
    );
}

#[test]
fn a_comment_stays_below_what_github_takes_and_says_what_is_missing() {
    let mut out = Vec::new();
    markdown::write(&many(2000, 1), &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    assert!(text.len() < 65_536);
    assert!(text.contains("2000 findings (2000 medium)"));
    let rows = text.lines().filter(|line| line.starts_with("| **")).count();
    assert!(
        text.contains(&format!("\n{} findings left out here", 2000 - rows)),
        "{rows}"
    );
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
}
