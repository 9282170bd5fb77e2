//! The life of a team that adopts tfvpc on an infrastructure with old faults.

use crate::support::command::{Repository, Run};
use serde_json::Value as Json;

const SETTINGS: &str =
    "select = ['gateway_endpoint_no_route_tables', 'unused_ignore']\nbaseline = 'baseline.json'\n";

/// A VPC with a gateway endpoint that no route table has, at line 5.
const FAULT: &str = r#"resource "aws_vpc" "NAME" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "NAME" {
  vpc_id       = aws_vpc.NAME.id
  service_name = "com.amazonaws.eu-west-1.s3"
}
"#;

const CALL: &str = "module \"net\" {\n  source = \"../../modules/net\"\n}\n";

fn fault(name: &str) -> String {
    FAULT.replace("NAME", name)
}

/// Two root modules, each with a fault of its own, and one in a module that both call.
fn infrastructure(name: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("modules/net/main.tf", &fault("shared"));
    for root in ["prod", "dev"] {
        repository.write(&format!("infra/{root}/main.tf"), &fault(root));
        repository.write(&format!("infra/{root}/net.tf"), CALL);
    }
    repository
}

/// The same after all of that was parked.
fn parked(name: &str) -> Repository {
    let repository = infrastructure(name);
    repository.write("tfvpc.toml", SETTINGS);
    let written = repository.tfvpc(&["check", "--write-baseline", "baseline.json"]);
    assert_eq!(written.stdout, "wrote 4 findings to baseline.json\n");
    assert_eq!((written.status, &*written.stderr), (Some(0), ""));
    repository
}

fn json(run: &Run) -> Json {
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// The findings that count, as `root: subject at file:line`.
fn open(repository: &Repository, arguments: &[&str]) -> Vec<String> {
    let run = repository.tfvpc(&[&["check", "-f", "json"], arguments].concat());
    let json = json(&run);
    let findings = json["findings"].as_array().expect("a list").iter();
    let open = findings.filter(|finding| finding["ignored"].is_null());
    let open = open.map(|finding| {
        let (file, line) = (&finding["location"]["file"], &finding["location"]["line"]);
        let text = format!(
            "{}: {} at {file}:{line}",
            finding["root"], finding["subject"]
        );
        text.replace(['"', '\\'], "")
    });
    let open: Vec<String> = open.collect();
    assert_eq!(run.status, Some(i32::from(!open.is_empty())));
    open
}

#[test]
fn the_first_run_shows_a_fault_of_a_shared_module_once() {
    let repository = infrastructure("team_first_run");
    let select = ["check", "--select", "gateway_endpoint_no_route_tables"];
    let text = repository.tfvpc(&select);
    assert_eq!(text.status, Some(1));
    assert!(
        text.stdout
            .ends_with("3 findings (3 high) in 2 root modules\n"),
        "{}",
        text.stdout
    );
    assert!(
        text.stdout
            .contains("  in 2 root modules: infra/dev, infra/prod\n")
    );
    let counted = json(&repository.tfvpc(&[&select[..], &["-f", "json"]].concat()));
    assert_eq!(counted["findings"].as_array().map(Vec::len), Some(4));
}

#[test]
fn what_is_parked_is_out_of_the_way_in_every_format_and_from_everywhere() {
    let repository = parked("team_parked");
    for format in [
        "text", "json", "sarif", "github", "junit", "gitlab", "markdown",
    ] {
        let run = repository.tfvpc(&["check", "-f", format]);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{format}");
        match format {
            "json" => assert_eq!(run.stdout.matches("\"by\": \"baseline\"").count(), 4),
            "sarif" => assert_eq!(json(&run)["runs"][0]["results"], Json::Array(Vec::new())),
            "junit" => {
                let parked = "<skipped message=\"ignored by baseline\"/>";
                assert_eq!(run.stdout.matches(parked).count(), 4);
                assert!(run.stdout.contains("failures=\"0\""));
            }
            "gitlab" => assert_eq!(run.stdout, "[]\n"),
            _ => assert!(run.stdout.contains("no findings"), "{}", run.stdout),
        }
    }
    for (directory, path) in [("infra", "."), ("infra/prod", "main.tf"), ("modules", "..")] {
        let run = repository.tfvpc_in(directory, &["check", path]);
        assert_eq!(run.status, Some(0), "{directory}: {}", run.stdout);
    }
}

#[test]
fn a_new_fault_is_seen_in_every_format_on_its_line() {
    let repository = parked("team_new_fault");
    repository.write("infra/prod/more.tf", &format!("# new\n{}", fault("more")));
    let place = "infra/prod/more.tf:6";
    assert_eq!(
        open(&repository, &[]),
        [format!("infra/prod: aws_vpc_endpoint.more at {place}")]
    );
    let says = "aws_vpc_endpoint.more";
    for (format, at, name) in [
        ("text", "[infra/prod/more.tf:6:1]", says),
        (
            "github",
            "file=infra/prod/more.tf,line=6,endLine=6,col=1",
            says,
        ),
        (
            "junit",
            "aws_vpc_endpoint.more at infra/prod/more.tf:6",
            says,
        ),
        ("markdown", "| `infra/prod/more.tf:6` |", says),
    ] {
        let text = repository.tfvpc(&["check", "-f", format]).stdout;
        assert!(text.contains(at) && text.contains(name), "{text}");
        assert!(!text.contains("aws_vpc_endpoint.prod` "), "{text}");
    }
    let sarif = json(&repository.tfvpc(&["check", "-f", "sarif"]));
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(results.len(), 1);
    assert_eq!(place["artifactLocation"]["uri"], "infra/prod/more.tf");
    assert_eq!(place["region"]["startLine"], 6);
    let gitlab = json(&repository.tfvpc(&["check", "-f", "gitlab"]));
    assert_eq!(gitlab.as_array().map(Vec::len), Some(1));
    assert_eq!(gitlab[0]["location"]["path"], "infra/prod/more.tf");
    assert_eq!(gitlab[0]["location"]["lines"]["begin"], 6);
}

#[test]
fn an_ignore_holds_with_its_reason_until_its_day_and_is_found_when_it_is_not_needed() {
    let repository = parked("team_ignore");
    let ignored = |until: &str| {
        let comment = "# tfvpc: ignore[gateway_endpoint_no_route_tables]";
        let fault = fault("more").replace(
            "resource \"aws_vpc_endpoint\"",
            &format!("{comment} until={until} moves with the VPC\nresource \"aws_vpc_endpoint\""),
        );
        repository.write("infra/prod/more.tf", &fault);
    };
    ignored("2999-12-31");
    assert_eq!(open(&repository, &[]), [""; 0]);
    let json = json(&repository.tfvpc(&["check", "-f", "json"]));
    let findings = json["findings"].as_array().expect("a list").iter();
    let mut by = findings.map(|one| &one["ignored"]);
    let reason = by.find(|one| one["by"] == "comment").expect("one");
    assert_eq!(reason["reason"], "moves with the VPC");
    assert_eq!(open(&repository, &["--no-ignores"]).len(), 5);

    ignored("2020-01-01");
    let expired = open(&repository, &[]);
    assert_eq!(expired.len(), 2, "{expired:?}");
    let text = repository.tfvpc(&["check"]).stdout;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("has expired: it held until 2020-01-01"),
        "{text}"
    );

    ignored("2999-12-31");
    let mended = repository.read("infra/prod/more.tf");
    let mended = mended.replace(
        "  service_name",
        "  route_table_ids = [\"rtb-1\"]\n  service_name",
    );
    repository.write("infra/prod/more.tf", &mended);
    let unused = open(&repository, &[]);
    assert_eq!(unused.len(), 1, "{unused:?}");
    assert!(unused[0].ends_with("at infra/prod/more.tf:5"), "{unused:?}");
}

#[test]
fn the_baseline_holds_when_lines_move_and_files_are_renamed() {
    let repository = parked("team_moves");
    let moved = format!("\n\n# moved\n{}", repository.read("infra/prod/main.tf"));
    repository.write("infra/prod/main.tf", &moved);
    repository.rename("infra/dev/main.tf", "infra/dev/endpoints.tf");
    repository.rename("modules/net/main.tf", "modules/net/vpc.tf");
    assert_eq!(open(&repository, &[]), [""; 0]);
}

#[test]
fn a_mended_fault_is_gone_and_the_baseline_hides_nothing_in_its_place() {
    let repository = parked("team_mended");
    let mended = fault("prod").replace(
        "  service_name",
        "  route_table_ids = [\"rtb-1\"]\n  service_name",
    );
    repository.write("infra/prod/main.tf", &mended);
    assert_eq!(open(&repository, &[]), [""; 0]);
    repository.write("infra/prod/main.tf", &format!("{mended}{}", fault("other")));
    assert_eq!(
        open(&repository, &[]),
        ["infra/prod: aws_vpc_endpoint.other at infra/prod/main.tf:14"]
    );
}

#[test]
fn the_baseline_hides_no_other_root_resource_or_instance() {
    let repository = parked("team_others");
    repository.write("infra/test/net.tf", CALL);
    assert_eq!(
        open(&repository, &[]),
        ["infra/test: module.net.aws_vpc_endpoint.shared at modules/net/main.tf:5"]
    );
    repository.write("infra/test/net.tf", "");
    let two = fault("dev").replace("  service_name", "  count = 2\n  service_name");
    repository.write("infra/dev/main.tf", &two);
    assert_eq!(
        open(&repository, &[]),
        [
            "infra/dev: aws_vpc_endpoint.dev[0] at infra/dev/main.tf:5",
            "infra/dev: aws_vpc_endpoint.dev[1] at infra/dev/main.tf:5"
        ]
    );
}
