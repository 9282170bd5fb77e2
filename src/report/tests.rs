use super::*;
use crate::finding::{Category, Confidence, Label};
use crate::reachability::path::{Decision, Hop, Stage};
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};

mod coverage;
mod hostile;
mod limits;
mod places;
mod platforms;
mod roots;

const ENDPOINT: &str = "resource \"aws_vpc_endpoint\" \"s3\" {
  vpc_id          = aws_vpc.main.id
  service_name    = \"com.amazonaws.eu-west-1.s3\"
  route_table_ids = [aws_route_table.public.id]
}
";

const ROUTES: &str = "resource \"aws_route_table\" \"private\" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = \"0.0.0.0/0\"
    nat_gateway_id = aws_nat_gateway.a.id
  }
}

resource \"aws_subnet\" \"private\" {
  vpc_id     = aws_vpc.main.id
  cidr_block = \"10.0.1.0/24\"
}
";

fn address(kind: &str, name: &str) -> Address {
    Address {
        module: ModuleAddress::root(),
        mode: Mode::Managed,
        kind: kind.into(),
        name: name.into(),
        key: Key::None,
    }
}

struct TestFiles {
    sources: Sources,
}

impl TestFiles {
    fn span(&mut self, path: &str, text: &str, part: &str) -> Span {
        let start = text.find(part).expect("the part is in the text");
        let file = self.sources.add(path.into(), text.into());
        Span::new(file, start, start + part.len())
    }
}

impl Report {
    /// A report of findings that all count: each root with its findings and problems.
    fn of_findings(
        sources: Sources,
        problems: Vec<Problem>,
        roots: Vec<(ReportRoot, Vec<Finding>, Vec<Problem>)>,
    ) -> Self {
        let mut reported = Vec::new();
        let mut described = Vec::new();
        for (root, (description, findings, root_problems)) in roots.into_iter().enumerate() {
            reported.extend(findings.into_iter().map(|finding| ReportedFinding {
                root,
                finding,
                ignored: None,
            }));
            described.push((description, root_problems));
        }
        Self::new(sources, problems, described, reported)
    }
}

/// A route to the NAT gateway, which no line makes if there is no span.
fn route_hop(span: Option<Span>) -> Hop {
    Hop {
        at: "aws_route_table.private".into(),
        stage: Stage::Route,
        decision: Decision::Routed,
        code: None,
        reason: "0.0.0.0/0 -> aws_nat_gateway.a".into(),
        span,
    }
}

fn finding(subject: Address) -> Finding {
    Finding {
        rule: "gateway_endpoint_subnet_not_covered",
        severity: Severity::Medium,
        category: Category::Cost,
        confidence: Confidence::Certain,
        subject,
        message: "`aws_vpc_endpoint.s3` is not in the route table of `aws_subnet.private`, whose \
                  traffic to S3 leaves through `aws_nat_gateway.a`"
            .into(),
        span: None,
        labels: Vec::new(),
        path: Vec::new(),
        help: Some("add `aws_route_table.private.id` to `route_table_ids`".into()),
        help_is_inside: false,
        discriminators: vec!["s3".into()],
    }
}

fn root(path: &str) -> ReportRoot {
    ReportRoot {
        path: path.into(),
        identity: path.into(),
        variant: None,
        input: Input::Configuration,
        region: Some("eu-west-1".into()),
        resources: 5,
        coverage: RootCoverage {
            coverage: Coverage::Seen,
            hidden_by: Vec::new(),
        },
        remedy: None,
    }
}

fn report() -> Report {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let tables = files.span(
        "net/endpoint.tf",
        ENDPOINT,
        "route_table_ids = [aws_route_table.public.id]",
    );
    let table = files.span(
        "net/routes.tf",
        ROUTES,
        "resource \"aws_route_table\" \"private\"",
    );
    let place = |part: &str| {
        let start = ROUTES.find(part).expect("the part is in the text");
        Span::new(table.file, start, start + part.len())
    };
    let subnet = place("resource \"aws_subnet\" \"private\"");
    let route = place("route {");
    let hop = route_hop(Some(route));
    let out = Hop {
        at: "aws_nat_gateway.a".into(),
        stage: Stage::Nat,
        decision: Decision::Translated,
        code: None,
        reason: "the source becomes the gateway's address".into(),
        span: None,
    };
    let label = |address, text: &str, span| Label::new(&address, text, Some(span));
    let finding = finding(address("aws_vpc_endpoint", "s3"))
        .at(tables)
        .label(label(
            address("aws_subnet", "private"),
            "this subnet pays for NAT",
            subnet,
        ))
        .label(label(
            address("aws_route_table", "private"),
            "the table that it uses",
            table,
        ))
        .path(vec![hop, out]);
    let problem = Problem::warning("`var.env` has no value", subnet).help("give `--var env=…`");
    Report::of_findings(
        files.sources,
        vec![problem],
        vec![(root("net"), vec![finding], Vec::new())],
    )
}

fn text(report: &Report, color: bool) -> String {
    let style = style::Style::new(color, 100);
    let mut out = Vec::new();
    text::findings(report, &style, &mut out).expect("writes to memory");
    text::problems(report, text::Warnings::All, &style, &mut out).expect("writes to memory");
    text::summary(report, &style, &mut out).expect("writes to memory");
    String::from_utf8(out).expect("text")
}

/// What a writer writes.
fn written(
    report: &Report,
    write: fn(&Report, &mut dyn std::io::Write) -> std::io::Result<()>,
) -> String {
    let mut out = Vec::new();
    write(report, &mut out).expect("writes to memory");
    String::from_utf8(out).expect("text")
}

fn shown(path: &str, source: &str, part: &str, message: &str) -> String {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let span = files.span(path, source, part);
    let problem = Problem::error(message, span);
    text(
        &Report::of_findings(files.sources, vec![problem], Vec::new()),
        false,
    )
}

#[test]
fn a_finding_shows_its_lines_its_path_and_what_to_write() {
    insta::assert_snapshot!(text(&report(), false));
}

#[test]
fn colour_is_the_only_difference_on_a_terminal() {
    let colored = text(&report(), true);
    assert!(colored.contains("\u{1b}[33;1mmedium"));
    let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    assert_eq!(codes.replace_all(&colored, ""), text(&report(), false));
}

#[test]
fn what_a_file_says_cannot_steer_the_terminal() {
    let text = shown(
        "a\u{1b}]0;b.tf",
        "x = \"\u{202e}evil\u{1b}[2J\"\rhidden\n",
        "x = ",
        "bad \u{7}",
    );
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\r', '\u{7}']));
    assert!(text.contains("[a\\u{1b}]0;b.tf:1:1]"));
    assert!(text.contains("x = \"\u{fffd}evil?[2J\"?hidden"));
}

#[test]
fn of_a_long_line_only_the_part_around_the_mark_is_shown() {
    let source = format!(
        "{{\"a\": [{}\"here\"{}]}}",
        "1, ".repeat(5000),
        ", 2".repeat(5000)
    );
    let text = shown("a.tf.json", &source, "\"here\"", "wrong");
    assert!(text.contains("1, \"here\", 2"), "{text}");
    assert!(text.contains("[a.tf.json:1:15008]"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() < 150));
}

#[test]
fn a_terminal_gets_lines_that_fit_and_marks_that_end_with_them() {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let source = format!(
        "a {{\n  b = [{}]\n  c = 1 # {}\n}}\n",
        "1, ".repeat(40),
        "é".repeat(90)
    );
    let span = files.span("a.tf", &source, source[4..].lines().next().expect("a line"));
    let report = Report::of_findings(
        files.sources,
        vec![Problem::error("wrong", span)],
        Vec::new(),
    );
    let drawn = |style: style::Style| {
        let mut out = Vec::new();
        text::problems(&report, text::Warnings::All, &style, &mut out).expect("writes to memory");
        String::from_utf8(out).expect("text")
    };
    let width = |text: &str| text.lines().map(|line| line.chars().count()).max();
    let terminal = drawn(style::Style::new(false, 80).on_terminal());
    assert_eq!(width(&terminal), Some(80), "{terminal}");
    assert_eq!(terminal.matches('…').count(), 2, "{terminal}");
    let pipe = drawn(style::Style::new(false, 80));
    assert!(pipe.contains(&"1, ".repeat(40)), "{pipe}");
}

#[test]
fn a_mark_at_the_end_of_a_file_or_in_an_empty_one_is_drawn() {
    assert!(shown("a.tf", "a = 1\n", "", "empty").contains("1 │ a = 1"));
    assert!(shown("a.tf", "", "", "empty").starts_with("error: empty"));
    let past = shown("a.tf", "é {\nb\n", "é {\nb\n", "the first line counts");
    assert!(past.contains("· ───"), "{past}");
}

#[test]
fn every_place_beyond_the_sixth_is_only_counted() {
    let mut report = report();
    let labels = &mut report.findings[0].finding.labels;
    for n in 0..6 {
        let mut label = labels[0].clone();
        label.span = label.span.map(|span| Span {
            end: span.end - n - 1,
            ..span
        });
        labels.push(label);
    }
    assert!(text(&report, false).contains("and 3 more places, all in the JSON report"));
}

#[test]
fn findings_are_sorted_by_place_rule_subject_and_root() {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let late = files.span("b.tf", ROUTES, "route {");
    let early = files.span("a.tf", ROUTES, "route {");
    let found = |name, span| finding(address("aws_subnet", name)).at(span);
    let roots = vec![
        (
            root("one"),
            vec![found("x", late), found("z", early)],
            Vec::new(),
        ),
        (
            root("two"),
            vec![found("y", early), found("x", late)],
            Vec::new(),
        ),
    ];
    let report = Report::of_findings(files.sources, Vec::new(), roots);
    let names = report.findings.iter();
    let names = names.map(|e| format!("{}{}", e.finding.subject.name, e.root));
    assert_eq!(names.collect::<Vec<_>>(), ["y1", "z0", "x0", "x1"]);
}

#[test]
fn json_version_1() {
    let mut out = Vec::new();
    json::write(&report(), &mut out).expect("writes to memory");
    let text = String::from_utf8(out).expect("text");
    insta::assert_snapshot!(text);
}

#[test]
fn a_fingerprint_depends_on_rule_root_subject_and_discriminators_only() {
    let plain = finding(address("aws_vpc_endpoint", "s3"));
    let mut reworded = plain.clone().at_most(Severity::Low).about("a");
    reworded.message = "another text".into();
    let reordered = Finding {
        discriminators: vec!["a".into(), "s3".into()],
        ..plain.clone()
    };
    assert_eq!(reworded.fingerprint("net"), reordered.fingerprint("net"));
    assert_eq!(plain.fingerprint("net"), "5a620b13496bb26965c1f3047c9bc649");
    assert_ne!(plain.fingerprint("net"), reordered.fingerprint("net"));
    assert_ne!(plain.fingerprint("net"), plain.fingerprint("other"));
}
