//! The command as users run it: arguments in; standard output, standard error and exit status out.

#![expect(
    clippy::disallowed_methods,
    reason = "tests read what the command has written"
)]

mod documents;

use std::path::Path;

use crate::support::command::{Repository, command, run, tfvpc};

/// Compares a text with `testdata/<case>/<name>.snap`.
fn assert_snapshot(case: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../../testdata/{case}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_demo_has_findings() {
    let run = tfvpc(&["check", "demo"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert_eq!(run.stderr, "");
    assert_snapshot("demo", "check", &run.stdout);
}

#[test]
fn the_json_report_of_the_demo() {
    let rule = "gateway_endpoint_subnet_not_covered";
    let run = tfvpc(&["check", "demo", "--format", "json", "--select", rule]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert_snapshot("demo", "check.json", &run.stdout);
}

#[test]
fn what_is_not_known_is_shown_with_its_reason() {
    let text = tfvpc(&["show", "unknown_values"]);
    assert_eq!(text.status, Some(0));
    assert!(
        text.stderr
            .contains("warning: `var.environment` has no value")
    );
    assert_snapshot("unknown_values", "show", &text.stdout);
    let json = tfvpc(&["show", "unknown_values", "--format", "json", "--quiet"]);
    assert_eq!((json.status, json.stderr.as_str()), (Some(0), ""));
    assert_snapshot("unknown_values", "show.json", &json.stdout);
}

#[test]
fn a_file_that_does_not_parse_is_an_error_and_the_rest_is_checked() {
    let run = tfvpc(&["check", "broken_file", "--fail-on", "never"]);
    assert_eq!(run.status, Some(2));
    assert_snapshot(
        "broken_file",
        "check",
        &format!("{}{}", run.stdout, run.stderr),
    );
}

#[test]
fn the_output_is_the_same_for_one_thread_and_for_many() {
    let check = |threads| {
        let mut command = command(&["check", ".", "-f", "json", "--min-confidence", "possible"]);
        command.env("RAYON_NUM_THREADS", threads);
        run(command).stdout
    };
    let one = check("1");
    assert!(one.matches("\"path\": \"").count() > 20, "many roots");
    assert!(one == check("8"));
}

#[test]
fn wrong_usage_exits_with_2_and_says_what_would_be_right() {
    for (arguments, says) in [
        (["check", "--format", "xml"], "`text`, `json`, `sarif`"),
        (
            ["check", "--select", "s3_via_nat"],
            "did you mean `s3_via_nat_only`?",
        ),
        (
            ["explain", "s3_via_nat_onyl", "-q"],
            "did you mean `s3_via_nat_only`?",
        ),
        (["check", "--var", "region"], "NAME=VALUE"),
        (
            ["check", "-fjson", "-ftext"],
            "cannot both go to `standard output`",
        ),
        (
            ["check", "--ip-ranges", "nowhere.json"],
            "cannot read `nowhere.json`",
        ),
    ] {
        let run = tfvpc(&arguments);
        assert_eq!(
            (run.status, run.stdout.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn one_run_writes_several_reports() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.json");
    let format = format!("json={}", file.display());
    let run = tfvpc(&["check", "demo", "-f", "text", "-f", &format]);
    let json = std::fs::read_to_string(file).expect("it was written");
    assert_eq!(run.stdout, tfvpc(&["check", "demo"]).stdout);
    assert_eq!(json, tfvpc(&["check", "demo", "-f", "json"]).stdout);
}

#[test]
fn fail_on_decides_about_the_exit_status() {
    let status = |fail_on| tfvpc(&["check", "demo", "-q", "--fail-on", fail_on]).status;
    assert_eq!(status("low"), Some(1));
    assert_eq!(status("high"), Some(1));
    assert_eq!(status("never"), Some(0));
    let cost = |fail_on| {
        let arguments = [
            "check",
            "demo",
            "--select",
            "s3_via_nat_only",
            "--fail-on",
            fail_on,
        ];
        tfvpc(&arguments).status
    };
    assert_eq!(cost("medium"), Some(1));
    assert_eq!(cost("high"), Some(0));
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let is_colored = |arguments: &[&str]| tfvpc(arguments).stdout.contains('\u{1b}');
    assert!(!is_colored(&["check", "demo"]));
    assert!(is_colored(&["check", "demo", "--color", "always"]));
}

#[test]
fn a_rule_is_explained_by_its_page() {
    let run = tfvpc(&["explain", "gateway_endpoint_no_route_tables"]);
    assert_eq!(run.status, Some(0));
    assert!(
        run.stdout
            .starts_with("gateway_endpoint_no_route_tables\nhigh, broken, since 0.1.0\n")
    );
    assert!(run.stdout.contains("\nHow to fix\n"));
    assert!(!run.stdout.contains("```") && !run.stdout.contains("\n#"));
}

#[test]
fn rules_are_listed_for_people_and_for_scripts() {
    let text = tfvpc(&["rules"]).stdout;
    let mut lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let first = lines.clone().next().expect("there are rules");
    let nat = lines
        .find(|line| line[0] == "s3_via_nat_only")
        .expect("it is listed");
    assert_eq!(nat[..5], ["s3_via_nat_only", "medium", "cost", "All", "S3"]);
    let json = tfvpc(&["rules", "-f", "json"]).stdout;
    let rules: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(rules[0]["name"], first[0]);
    assert_eq!(rules.as_array().map(Vec::len), Some(text.lines().count()));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut command = command(&["check", "demo"]);
    command.stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn completions_and_the_manual_know_the_commands() {
    for arguments in [
        &["completions", "bash"][..],
        &["completions", "zsh"],
        &["man"],
    ] {
        let run = tfvpc(arguments);
        assert_eq!(run.status, Some(0));
        assert!(run.stdout.contains("explain"), "{arguments:?}");
    }
}

#[test]
fn every_page_that_the_manual_refers_to_exists() {
    let manual = tfvpc(&["man"]).stdout;
    let named = |line: &str| {
        Some(
            line.strip_prefix("tfvpc\\-")?
                .strip_suffix("(1)")?
                .to_owned(),
        )
    };
    let commands: Vec<String> = manual.lines().filter_map(named).collect();
    assert!(commands.len() > 5, "{commands:?}");
    for command in commands {
        let page = tfvpc(&["man", &command]);
        assert_eq!(page.status, Some(0), "{command}");
        let title = format!(".TH tfvpc-{command} 1");
        assert!(page.stdout.contains(&title), "{}", page.stdout);
    }
    let run = tfvpc(&["man", "nothing"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("`nothing`"), "{}", run.stderr);
}

#[test]
fn a_path_without_configuration_is_an_error() {
    let run = tfvpc(&["show", "nowhere"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("nowhere"), "{}", run.stderr);
}

#[test]
fn what_is_wrong_with_root_modules_that_nothing_asks_for_is_not_reported() {
    let repository = Repository::new("cli_unrelated");
    repository.write(
        "good/main.tf",
        "module \"a\" {\n  source = \"../shared\"\n}\n",
    );
    repository.write("shared/main.tf", "output \"one\" { value = 1 }\n");
    repository.write("broken/main.tf", "resource {\n");
    repository.write("broken/terragrunt.hcl", "inputs = {}\n");
    repository.write("broken/.terraform/modules/modules.json", "{");
    for path in ["good", "good/main.tf", "shared/main.tf"] {
        let run = repository.tfvpc(&["check", path]);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{path}");
        assert_eq!(repository.tfvpc(&["show", path]).status, Some(0), "{path}");
    }
    for path in [".", "broken", "broken/main.tf"] {
        let run = repository.tfvpc(&["check", path]);
        assert_eq!(run.status, Some(2), "{path}");
        assert!(run.stderr.contains("broken/main.tf:1:"), "{}", run.stderr);
        assert!(run.stderr.contains("terragrunt.hcl"), "{}", run.stderr);
        assert!(run.stderr.contains("modules.json"), "{}", run.stderr);
    }
}

#[test]
fn what_is_wrong_with_a_root_module_whose_state_is_read_is_reported() {
    let repository = Repository::new("cli_related");
    let backend = "terraform {\n  backend \"local\" {\n    path = \"state\"\n  }\n}\n";
    repository.write("base/main.tf", backend);
    repository.write("base/more.tf", "resource {\n");
    repository.write(
        "app/main.tf",
        "data \"terraform_remote_state\" \"base\" {\n  backend = \"local\"\n  \
         config = { path = \"../base/state\" }\n}\n",
    );
    let run = repository.tfvpc(&["check", "app/main.tf"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("base/more.tf:1:"), "{}", run.stderr);
}

#[test]
fn what_has_nothing_to_do_with_the_network_is_a_matter_of_show() {
    let repository = Repository::new("cli_on_demand");
    repository.write(
        "main.tf",
        "variable \"secret\" {}\n\
         locals {\n  secret = var.secret\n}\n\
         resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
         resource \"aws_cloudwatch_metric_alarm\" \"cpu\" {\n  alarm_name = local.undeclared\n}\n\
         module \"alarms\" {\n  source = \"./alarms\"\n  for_each = local.undeclared_too\n}\n\
         output \"nothing\" {\n  value = nofunction(1)\n}\n",
    );
    repository.write("alarms/main.tf", "resource \"aws_sns_topic\" \"t\" {}\n");
    let check = repository.tfvpc(&["check"]);
    assert_eq!(check.status, Some(0), "{}", check.stderr);
    assert_eq!(check.stderr, "");
    let show = repository.tfvpc(&["show", "-v"]);
    assert_eq!(show.status, Some(2));
    for part in [
        "local.undeclared`",
        "undeclared_too",
        "nofunction",
        "var.secret",
    ] {
        assert!(show.stderr.contains(part), "{part}: {}", show.stderr);
    }
}

#[test]
fn what_the_network_depends_on_is_a_matter_of_check() {
    let repository = Repository::new("cli_depends_on");
    repository.write(
        "main.tf",
        "locals {\n  cidr = aws_ssm_parameter.cidr.value\n}\n\
         resource \"aws_ssm_parameter\" \"cidr\" {\n  value = local.undeclared\n}\n\
         resource \"aws_vpc\" \"main\" {\n  cidr_block = local.cidr\n}\n",
    );
    let check = repository.tfvpc(&["check"]);
    assert_eq!(check.status, Some(2), "{}", check.stderr);
    assert!(
        check.stderr.contains("local.undeclared"),
        "{}",
        check.stderr
    );
}

#[test]
fn a_missing_module_that_only_an_alarm_reads_hides_no_network() {
    let repository = Repository::new("cli_missing_flags");
    repository.write(
        "main.tf",
        "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
         module \"alarms\" {\n  source = \"./alarms\"\n  count  = module.flags.alarms\n}\n\
         module \"flags\" {\n  source = \"acme/flags/aws\"\n}\n",
    );
    repository.write("alarms/main.tf", "resource \"aws_sns_topic\" \"t\" {}\n");
    let run = repository.tfvpc(&["check", "-f", "json"]);
    assert!(
        run.stdout.contains("\"coverage\": \"seen\""),
        "{}",
        run.stdout
    );
}

#[test]
fn show_prints_only_what_the_globs_mean_and_names_what_is_near() {
    let repository = Repository::new("cli_show_address");
    repository.write(
        "main.tf",
        "module \"vpc\" {\n  source = \"./vpc\"\n}\nresource \"aws_eip\" \"a\" {\n  domain = module.vpc.id\n}\n",
    );
    repository.write(
        "vpc/main.tf",
        "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
         resource \"aws_subnet\" \"a\" {\n  count  = 2\n  vpc_id = aws_vpc.main.id\n}\n\
         output \"id\" {\n  value = aws_vpc.main.id\n}\n",
    );
    let shown = |globs: &[&str]| {
        let globs = globs.iter().flat_map(|glob| ["--address", glob]);
        let arguments: Vec<&str> = ["show", "-f", "json"].into_iter().chain(globs).collect();
        let run = repository.tfvpc(&arguments);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let resources = json["roots"][0]["resources"].as_array().expect("a list");
        let addresses = resources.iter().map(|found| found["address"].as_str());
        let addresses: Vec<String> = addresses.flatten().map(str::to_owned).collect();
        (addresses, run.status, run.stderr)
    };
    let subnets = ["module.vpc.aws_subnet.a[0]", "module.vpc.aws_subnet.a[1]"];
    assert_eq!(shown(&[]).0.len(), 4);
    assert_eq!(shown(&["module.vpc.*"]).0.len(), 3);
    for glob in [
        "*aws_subnet*",
        "module.vpc.aws_subnet.a",
        "module.vpc.aws_subnet.a[*]",
    ] {
        assert_eq!(
            shown(&[glob]),
            (subnets.map(str::to_owned).to_vec(), Some(0), String::new())
        );
    }
    assert_eq!(shown(&["aws_eip.*", "*[1]"]).0, ["aws_eip.a", subnets[1]]);
    for (glob, nearest) in [
        ("aws_subnet.*", "module.vpc.aws_subnet"),
        ("module.vcp.*", "module.vpc"),
        ("aws_eip.b", "aws_eip.a"),
    ] {
        let (addresses, status, errors) = shown(&[glob, "aws_eip.a"]);
        assert_eq!((addresses, status), (vec!["aws_eip.a".to_owned()], Some(2)));
        let expected =
            format!("error: no resource is called `{glob}`\n  help: the nearest is `{nearest}`\n");
        assert_eq!(errors, expected);
    }
    let text = repository.tfvpc(&["show", "--address", "aws_eip.*"]);
    assert_eq!(
        text.stdout
            .matches("domain = module.vpc.aws_vpc.main.id")
            .count(),
        1
    );
    assert!(!text.stdout.contains("aws_subnet"), "{}", text.stdout);
}
