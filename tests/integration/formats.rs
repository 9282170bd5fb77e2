//! Every format on a repository whose names and texts try to be more than text.

use crate::support::command::{self, Repository, Run, tfvpc};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value as Json;

const RULE: &str = "gateway_endpoint_no_route_tables";

/// Names of directories and keys of instances.
const NAMES: [&str; 8] = [
    "a\n::error file=x::injected",
    "100%0A::set-output name=x::y",
    "a`b``c | d",
    "<script>alert(1)<img src=x>",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{202e}desrever\u{2066}\u{200f}",
    "]]>&amp;\"'",
    "[click](https:example.com) @everyone #1",
];

/// What stands before the block on its line: it moves columns, each in its own way.
const LINES: [&str; 4] = [
    "\t\t",
    "/* \u{1f600}\u{1f469}\u{200d}\u{1f680} */ ",
    "/* e\u{301}o\u{308} \u{fb01} */ ",
    "/* \u{202e} */\t",
];

/// One root module a name, with one finding; every second file has CRLF and a byte order mark.
fn repository(name: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("tfvpc.toml", &format!("select = ['{RULE}']\n"));
    for (at, name) in NAMES.iter().enumerate() {
        let key = serde_json::to_string(name).expect("JSON");
        let key = key.replace("%{", "%%{").replace("${", "$${");
        let text = format!(
            "resource \"aws_vpc\" \"main\" {{\n  cidr_block = \"10.0.0.0/16\"\n}}\n\n\
             {}resource \"aws_vpc_endpoint\" \"s3\" {{\n  for_each     = toset([{key}])\n  \
             vpc_id       = aws_vpc.main.id\n  service_name = \"com.amazonaws.eu-west-1.s3\"\n}}\n",
            LINES[at % LINES.len()]
        );
        let text = match at % 2 {
            0 => text,
            _ => format!("\u{feff}{}", text.replace('\n', "\r\n")),
        };
        repository.write(&format!("{name}/main.tf"), &text);
    }
    repository
}

fn check(repository: &Repository, format: &str) -> Run {
    let run = repository.tfvpc(&["check", "-f", format]);
    assert_eq!(
        (run.status, &*run.stderr),
        (Some(1), ""),
        "{format}: {}",
        run.stdout
    );
    assert_harmless(&run.stdout);
    run
}

/// Neither steers a terminal nor turns the direction of the text.
fn assert_harmless(text: &str) {
    let is_bad = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}')
    };
    assert_eq!(text.chars().find(is_bad), None, "{text}");
}

fn json(run: &Run) -> Json {
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn text_shows_each_finding_once() {
    let run = check(&repository("formats_text"), "text");
    assert!(
        run.stdout
            .ends_with("8 findings (8 high) in 8 root modules\n"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.matches(&format!("high[{RULE}]")).count(), 8);
}

#[test]
fn json_names_files_and_instances_as_they_are() {
    let repository = repository("formats_json");
    let run = repository.tfvpc(&["check", "-f", "json"]);
    let json = json(&run);
    let findings = json["findings"].as_array().expect("a list");
    for name in NAMES {
        let key = serde_json::to_string(name).expect("JSON");
        let file = format!("{name}/main.tf");
        let found = findings.iter().find(|one| one["location"]["file"] == file);
        let found = found.unwrap_or_else(|| panic!("{file:?} in {}", run.stdout));
        let subject = found["subject"].as_str().expect("text");
        assert!(
            subject.starts_with("aws_vpc_endpoint.s3[\""),
            "{key}: {subject}"
        );
    }
}

#[test]
fn github_gets_one_command_a_finding() {
    let run = check(&repository("formats_github"), "github");
    let commands = run.stdout.lines().filter(|line| line.contains("::"));
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), 8, "{}", run.stdout);
    for command in commands {
        let (properties, _) = command
            .strip_prefix("::error ")
            .and_then(|rest| rest.split_once("::"))
            .expect("an annotation");
        let names = properties.split(',').map(|one| one.split_once('='));
        let names: Vec<&str> = names.map(|one| one.expect("name=value").0).collect();
        let expected = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert_eq!(names, expected, "{command}");
    }
}

#[test]
fn junit_has_one_failure_a_finding() {
    let run = check(&repository("formats_junit"), "junit");
    let document = roxmltree::Document::parse(&run.stdout).expect("XML");
    let named = |name: &str| {
        let elements = document.descendants();
        elements.filter(|one| one.has_tag_name(name)).count()
    };
    assert_eq!((named("testsuite"), named("failure")), (8, 8));
    assert_eq!(
        document
            .descendants()
            .filter(roxmltree::Node::is_element)
            .count(),
        1 + 3 * 8
    );
}

/// "Code Quality report format" of GitLab.
#[test]
fn gitlab_gets_what_it_asks_for() {
    let json = json(&check(&repository("formats_gitlab"), "gitlab"));
    let issues = json.as_array().expect("a list");
    let mut fingerprints = std::collections::BTreeSet::new();
    for issue in issues {
        for name in ["description", "check_name", "fingerprint"] {
            assert!(!issue[name].as_str().expect("text").is_empty());
        }
        fingerprints.insert(issue["fingerprint"].as_str());
        let severity = issue["severity"].as_str().expect("text");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        let path = issue["location"]["path"].as_str().expect("text");
        assert!(!path.starts_with(['/', '.']), "{path}");
        assert_eq!(issue["location"]["lines"]["begin"], 5);
    }
    assert_eq!((issues.len(), fingerprints.len()), (8, 8));
}

#[test]
fn markdown_is_one_table_and_no_more() {
    let run = check(&repository("formats_markdown"), "markdown");
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut rows = 0;
    for event in Parser::new_ext(&run.stdout, options) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("{}", run.stdout),
            Event::Html(html) | Event::InlineHtml(html) => {
                assert!(
                    !html.contains("<script") && !html.contains("<img"),
                    "{html}"
                );
            }
            _ => {}
        }
    }
    assert_eq!(rows, 8, "{}", run.stdout);
}

#[test]
fn every_region_of_sarif_is_the_text_of_its_file_that_it_claims() {
    let repository = repository("formats_sarif");
    let run = check(&repository, "sarif");
    let regions = regions(&json(&run));
    assert_eq!(regions.len(), 8);
    for (uri, region) in &regions {
        let found = read_region(&repository.read(uri), region);
        assert_eq!(found, "resource \"aws_vpc_endpoint\" \"s3\"");
        assert_eq!(region["snippet"]["text"], found);
    }
    let run = tfvpc(&["check", "demo", "-f", "sarif"]);
    let regions = self::regions(&json(&run));
    assert!(regions.len() > 12, "labels and paths too");
    for (uri, region) in &regions {
        let path = format!("{}/{uri}", env!("CARGO_MANIFEST_DIR"));
        let text = command::read(&path);
        assert_eq!(
            region["snippet"]["text"],
            read_region(&text, region),
            "{uri}"
        );
    }
}

/// Every place in a log, its path decoded.
fn regions(log: &Json) -> Vec<(String, Json)> {
    let mut found = Vec::new();
    match log {
        Json::Object(fields) => {
            if let Some(region) = fields.get("region") {
                let uri = fields["artifactLocation"]["uri"].as_str().expect("text");
                found.push((decoded(uri), region.clone()));
            }
            found.extend(fields.values().flat_map(regions));
        }
        Json::Array(items) => found.extend(items.iter().flat_map(regions)),
        _ => {}
    }
    found
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [byte, following @ ..] = rest {
        rest = following;
        if *byte == b'%' {
            let digits = std::str::from_utf8(&following[..2]).expect("hex digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("hex digits"));
            rest = &following[2..];
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).expect("text")
}

/// Lines end with a line feed, columns count UTF-16 code units, a byte order mark counts nothing.
fn read_region(text: &str, region: &Json) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<Vec<u16>> = text
        .split_inclusive('\n')
        .map(|line| line.encode_utf16().collect())
        .collect();
    let number = |name: &str| {
        let number = region[name].as_u64().expect("a number");
        usize::try_from(number).expect("small") - 1
    };
    let (first, last) = (number("startLine"), number("endLine"));
    let mut units: Vec<u16> = lines[first..last].concat();
    units.extend(&lines[last][..number("endColumn")]);
    String::from_utf16(&units[number("startColumn")..]).expect("whole characters")
}
