//! What is said once, and what may not look green: one cause in five root modules, a run that sees no network.

use serde_json::Value as Json;

use crate::support::command::Repository;

/// All formats, and text of a quiet run.
const FORMATS: [&[&str]; 8] = [
    &["-f", "text"],
    &["-f", "text", "-q"],
    &["-f", "json"],
    &["-f", "sarif"],
    &["-f", "github"],
    &["-f", "junit"],
    &["-f", "gitlab"],
    &["-f", "markdown"],
];

const RULE: &str = "gateway_endpoint_no_route_tables";

const MODULE: &str = r#"variable "region" {}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc_endpoint" "s3" {
  count        = 2
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.${var.region}.s3"
}
"#;

/// A module with one fault, which five root modules call, each with another Region.
fn five_roots(name: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("modules/net/main.tf", MODULE);
    for root in ["a", "b", "c", "d", "e"] {
        let region = format!("eu-{root}-1");
        let call = format!(
            "module \"net_{root}\" {{\n  source = \"../../modules/net\"\n  region = \"{region}\"\n}}\n"
        );
        repository.write(&format!("infra/{root}/main.tf"), &call);
    }
    repository
}

fn check(repository: &Repository, format: &str) -> String {
    let run = repository.tfvpc(&["check", "--select", RULE, "-f", format]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""), "{format}");
    run.stdout
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

fn length(list: &Json) -> Option<usize> {
    list.as_array().map(Vec::len)
}

#[test]
fn one_line_in_five_roots_is_one_block_that_lists_them() {
    let repository = five_roots("once_five_roots");
    let roots = "in 5 root modules: infra/a, infra/b, infra/c, infra/d, infra/e";
    let text = check(&repository, "text");
    assert_eq!(text.matches(&format!("high[{RULE}]")).count(), 1, "{text}");
    assert!(
        text.contains("  also: `module.net_a.aws_vpc_endpoint.s3[1]`\n"),
        "{text}"
    );
    assert!(text.contains(&format!("  {roots}\n")), "{text}");
    assert_eq!(
        text.matches(&format!("tfvpc explain {RULE}\n")).count(),
        1,
        "{text}"
    );
    let summary = "1 finding (1 high) in 5 root modules";
    assert!(text.ends_with(&format!("{summary}\n")), "{text}");
    let github = check(&repository, "github");
    assert_eq!(github.matches("::error ").count(), 1, "{github}");
    assert!(
        github.contains(roots) && github.contains(summary),
        "{github}"
    );
    let markdown = check(&repository, "markdown");
    assert_eq!(markdown.matches("| **high** |").count(), 1, "{markdown}");
    assert!(
        markdown.contains(roots) && markdown.contains(summary),
        "{markdown}"
    );
    let junit = check(&repository, "junit");
    assert!(
        junit.contains("tests=\"1\" failures=\"1\" errors=\"0\""),
        "{junit}"
    );
    assert!(junit.contains(roots), "{junit}");
    let gitlab = json(&check(&repository, "gitlab"));
    assert_eq!(length(&gitlab), Some(1), "{gitlab}");
}

#[test]
fn json_keeps_every_finding_and_sarif_one_a_root_and_line() {
    let repository = five_roots("once_machines");
    let findings = json(&check(&repository, "json"));
    assert_eq!(length(&findings["findings"]), Some(10));
    let sarif = json(&check(&repository, "sarif"));
    assert_eq!(length(&sarif["runs"][0]["results"]), Some(5));
}

#[test]
fn an_issue_of_gitlab_stays_the_same_when_another_root_has_the_fault() {
    let repository = five_roots("once_gitlab");
    let fingerprint = || json(&check(&repository, "gitlab"))[0]["fingerprint"].clone();
    let before = fingerprint();
    let call = "module \"net\" {\n  source = \"../../modules/net\"\n  region = \"eu-west-1\"\n}\n";
    repository.write("infra/0/main.tf", call);
    repository.write("modules/net/main.tf", &format!("# one line more\n{MODULE}"));
    assert_eq!(fingerprint(), before);
}

#[test]
fn a_hidden_network_is_not_green_in_any_format() {
    let repository = Repository::new("once_hidden");
    let call = "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n";
    repository.write("infra/prod/main.tf", call);
    for (format, says) in FORMATS.iter().zip([
        "no network seen in 1 root module, 1 warning\nnetwork: 1 not seen",
        "network: 1 not seen",
        "\"coverage\": \"not_seen\"",
        "the network of `infra/prod` is not seen",
        "::warning file=infra/prod/main.tf,line=1,",
        "<skipped message=\"the network of `infra/prod` is not seen",
        "the network of `infra/prod` is not seen",
        "### tfvpc: no network seen in 1 root module",
    ]) {
        let run = repository.tfvpc(&[&["check"], *format].concat());
        assert_eq!(run.status, Some(0), "{format:?}: {}", run.stderr);
        assert!(run.stdout.contains(says), "{format:?}: {}", run.stdout);
        assert!(
            !run.stdout.contains("no findings"),
            "{format:?}: {}",
            run.stdout
        );
    }
    let strict = repository.tfvpc(&["check", "--strict", "-q"]);
    assert_eq!(strict.status, Some(2));
}

#[test]
fn a_tree_without_network_is_not_green_in_any_format() {
    let repository = Repository::new("once_none");
    repository.write("iam/main.tf", "resource \"aws_iam_role\" \"a\" {}\n");
    repository.write("dns/main.tf", "resource \"aws_iam_role\" \"b\" {}\n");
    for format in FORMATS {
        let run = repository.tfvpc(&[&["check"], format].concat());
        let says = match format[1] {
            "json" => "\"coverage\": \"none\"",
            "junit" => "<skipped message=\"there is no AWS network in `dns`\"/>",
            _ => "there is no AWS network in 2 root modules",
        };
        assert!(run.stdout.contains(says), "{format:?}: {}", run.stdout);
        assert!(
            !run.stdout.contains("no findings"),
            "{format:?}: {}",
            run.stdout
        );
    }
}

#[test]
fn an_empty_tree_is_an_error_in_every_format() {
    let repository = Repository::new("once_empty");
    repository.write("README.md", "nothing here\n");
    for format in FORMATS {
        let run = repository.tfvpc(&[&["check"], format].concat());
        assert_eq!(run.status, Some(2), "{format:?}");
        let printed = format!("{}{}", run.stdout, run.stderr);
        assert!(
            printed.contains("has no Terraform configuration"),
            "{format:?}: {printed}"
        );
        assert!(!printed.contains("no findings"), "{format:?}: {printed}");
    }
}

/// What a run over Terragrunt units says in a format.
fn said_of_units(arguments: &[&str]) -> String {
    let repository = Repository::new("once_terragrunt");
    let unit = "include \"root\" {\n  path = find_in_parent_folders()\n}\nterraform {\n  source = \"../../modules/net\"\n}\n";
    repository.write("terragrunt.hcl", "remote_state {\n  backend = \"s3\"\n}\n");
    repository.write("live/a/terragrunt.hcl", unit);
    repository.write("live/b/terragrunt.hcl", unit);
    repository.write(
        "live/c/terragrunt.hcl",
        "include \"root\" {\n  path = find_in_parent_folders()\n}\n",
    );
    repository.write(
        "live/c/main.tf",
        "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n",
    );
    let run = repository.tfvpc(&[&["check", "."], arguments].concat());
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    run.stdout + &run.stderr
}

#[test]
fn terragrunt_units_are_networks_that_nobody_sees() {
    for arguments in [&[][..], &["-q"], &["-f", "markdown"], &["-f", "github"]] {
        let text = said_of_units(arguments);
        assert!(text.contains("2 not seen"), "{arguments:?}: {text}");
        assert!(!text.contains("no findings"), "{arguments:?}: {text}");
    }
    let json: Json = serde_json::from_str(
        said_of_units(&["-q", "-f", "json"])
            .split("\nwarning")
            .next()
            .expect("text"),
    )
    .expect("JSON");
    let roots = json["roots"].as_array().expect("an array");
    let coverage = roots
        .iter()
        .map(|root| (root["path"].as_str(), root["coverage"].as_str()));
    let expected = [
        ("live/c", "none"),
        ("live/a", "not_seen"),
        ("live/b", "not_seen"),
    ];
    assert_eq!(
        coverage.collect::<Vec<_>>(),
        expected.map(|(path, coverage)| (Some(path), Some(coverage)))
    );
}
