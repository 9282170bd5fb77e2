//! Options of the command line, each by what a user notices of it.

use crate::support::command::{Repository, Run, command, run, tfvpc};
use crate::support::fault::{FAULT, RULE};
use serde_json::Value as Json;

fn json(run: &Run) -> Json {
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn variables_and_the_workspace_come_from_options_and_the_environment() {
    let repository = Repository::new("options_values");
    repository.write(
        "main.tf",
        "variable \"cidr\" {}\nresource \"aws_vpc\" \"main\" {\n  cidr_block = var.cidr\n  \
         tags = { Name = terraform.workspace }\n}\n",
    );
    repository.write("prod.tfvars", "cidr = \"of a file\"\n");
    let shown = |arguments: &[&str]| {
        let mut command = repository.command(&[&["show", "-f", "json"], arguments].concat());
        command.env("TF_VAR_cidr", "of the environment");
        command.env("TF_WORKSPACE", "staging");
        let values = json(&run(command))["roots"][0]["resources"][0]["values"].clone();
        format!("{} {}", values["tags"]["Name"], values["cidr_block"]).replace('"', "")
    };
    assert_eq!(shown(&[]), "staging of the environment");
    assert_eq!(shown(&["--var-file", "prod.tfvars"]), "staging of a file");
    assert_eq!(
        shown(&["--var", "cidr=of an option"]),
        "staging of an option"
    );
    assert_eq!(shown(&["--workspace", "prod"]), "prod of the environment");
    let unknown = repository.tfvpc(&["show"]);
    assert!(unknown.stderr.contains("`var.cidr` has no value"));
    assert_eq!(
        repository.tfvpc(&["show", "--var", "other=1", "-q"]).stderr,
        ""
    );
}

#[test]
fn the_region_is_that_of_the_configuration_or_of_the_option_and_of_nothing_else() {
    let repository = Repository::new("options_region");
    repository.write("open/main.tf", "provider \"aws\" {}\n");
    repository.write(
        "fixed/main.tf",
        "provider \"aws\" {\n  region = \"us-east-1\"\n}\n",
    );
    let regions = |arguments: &[&str]| {
        let mut command = repository.command(&[&["check", "-f", "json"], arguments].concat());
        command.env("AWS_REGION", "ap-south-1");
        let json = json(&run(command));
        format!(
            "{} {}",
            json["roots"][0]["region"], json["roots"][1]["region"]
        )
    };
    assert_eq!(regions(&[]), "\"us-east-1\" null");
    assert_eq!(
        regions(&["--region", "eu-west-1"]),
        "\"us-east-1\" \"eu-west-1\""
    );
}

#[test]
fn the_addresses_of_services_can_be_given() {
    let repository = Repository::new("options_addresses");
    repository.write(
        "lists.json",
        r#"{"PrefixLists": [{"PrefixListId": "pl-6da54004",
            "PrefixListName": "com.amazonaws.eu-west-1.s3", "Cidrs": ["203.0.113.0/24"]}]}"#,
    );
    repository.write(
        "ranges.json",
        r#"{"syncToken": "1", "createDate": "2026-11-01-00-00-00", "ipv6_prefixes": [], "prefixes":
            [{"ip_prefix": "198.51.100.0/24", "region": "eu-west-1", "service": "S3",
              "network_border_group": "eu-west-1"}]}"#,
    );
    let path = |name: &str| repository.path(name).display().to_string();
    let says = |option, file: &str| {
        let rule = "nacl_blocks_gateway_endpoint";
        tfvpc(&["check", "demo", "--select", rule, option, &path(file)]).stdout
    };
    let listed = says("--prefix-lists", "lists.json");
    assert!(listed.contains("tcp 443 to 203.0.113.0/24"), "{listed}");
    let ranges = says("--ip-ranges", "ranges.json");
    assert!(ranges.contains("tcp 443 to 198.51.100.0/24"), "{ranges}");
}

#[test]
fn rules_are_selected_by_name_and_by_category() {
    let repository = Repository::new("options_rules");
    repository.write("main.tf", FAULT);
    let finds = |arguments: &[&str]| {
        let run = repository.tfvpc(&[&["check"], arguments].concat());
        run.stdout.contains(&format!("[{RULE}]"))
    };
    assert!(finds(&[]) && finds(&["--select", RULE]) && finds(&["--select", "broken,cost"]));
    assert!(finds(&["--select", "all"]) && finds(&["--select", "cost", "--extend-select", RULE]));
    assert!(!finds(&["--select", "cost"]) && !finds(&["--select", "pedantic"]));
    assert!(!finds(&["--ignore", RULE]) && !finds(&["--ignore", "broken"]));
    assert!(finds(&["--min-severity", "high"]));
    let comment = FAULT.replace(
        "resource \"aws_vpc_e",
        &format!("# tfvpc: ignore[{RULE}]\nresource \"aws_vpc_e"),
    );
    repository.write("main.tf", &comment);
    assert!(!finds(&[]) && finds(&["--no-ignores"]));
}

#[test]
fn what_is_less_sure_is_shown_to_those_who_ask() {
    let repository = Repository::new("options_confidence");
    let exports = "output \"endpoint\" {\n  value = aws_vpc_endpoint.s3.id\n}\n";
    repository.write("main.tf", &format!("{FAULT}{exports}"));
    let count = |arguments: &[&str]| {
        let select = ["check", "-f", "json", "--select", RULE];
        let run = repository.tfvpc(&[&select, arguments].concat());
        json(&run)["findings"].as_array().map(Vec::len)
    };
    assert_eq!(count(&[]), Some(0));
    assert_eq!(count(&["--min-confidence", "possible"]), Some(1));
    assert_eq!(count(&["--confidence", "possible"]), Some(1));
    assert_eq!(count(&["--confidence", "certain"]), Some(0));
}

#[test]
fn warnings_are_errors_for_the_strict() {
    let repository = Repository::new("options_strict");
    repository.write(
        "main.tf",
        "variable \"name\" {}\nresource \"aws_vpc_dhcp_options\" \"t\" {\n  domain_name = var.name\n}\n",
    );
    let check = |arguments: &[&str]| repository.tfvpc(&[&["check"], arguments].concat());
    let lenient = check(&[]);
    assert_eq!(lenient.status, Some(0));
    assert!(
        lenient
            .stderr
            .starts_with("warning: `var.name` has no value")
    );
    let strict = check(&["--strict"]);
    assert_eq!(strict.status, Some(2));
    assert!(strict.stderr.starts_with("error: `var.name` has no value"));
    assert_eq!(check(&["--strict", "--fail-on", "never"]).status, Some(2));
    assert_eq!(check(&["--strict", "--var", "name=x"]).status, Some(0));
}

#[test]
fn the_quiet_see_findings_and_errors_only_and_the_curious_what_was_read() {
    let repository = Repository::new("options_quiet");
    repository.write("main.tf", &format!("{FAULT}variable \"name\" {{}}\n"));
    let quiet = repository.tfvpc(&["check", "-q", "--select", RULE]);
    assert_eq!((quiet.status, &*quiet.stderr), (Some(1), ""));
    assert!(quiet.stdout.starts_with("high[") && !quiet.stdout.contains("1 finding"));
    let verbose = repository
        .tfvpc(&["check", "-v", "--select", "cost"])
        .stdout;
    assert!(
        verbose.contains(".: configuration, Region unknown, 2 resources\n"),
        "{verbose}"
    );
    let both = repository.tfvpc(&["check", "-q", "-v"]);
    assert_eq!(both.status, Some(2));
}

#[test]
fn many_warnings_of_a_kind_are_counted_and_shown_on_demand() {
    let repository = Repository::new("options_alike");
    let variables: Vec<String> = (0..9)
        .map(|n| {
            let table = format!(
                "resource \"aws_vpc_dhcp_options\" \"t{n}\" {{\n  domain_name = var.v{n}\n}}\n"
            );
            format!("variable \"v{n}\" {{}}\n{table}")
        })
        .collect();
    repository.write("main.tf", &variables.concat());
    let few = repository.tfvpc(&["check"]);
    assert_eq!(few.stderr.matches("has no value").count(), 1);
    assert!(few.stderr.contains(", and 8 more like it"));
    assert!(few.stdout.contains("9 warnings"), "{}", few.stdout);
    let all = repository.tfvpc(&["check", "-v"]).stderr;
    assert_eq!(all.matches("has no value").count(), 9);
    assert!(!all.contains("more like it"), "{all}");
}

#[test]
fn one_run_writes_every_format() {
    let repository = Repository::new("options_formats");
    let formats = [
        "text", "json", "sarif", "github", "junit", "gitlab", "markdown",
    ];
    let targets: Vec<String> = formats
        .iter()
        .map(|format| format!("{format}={}", repository.path(format).display()))
        .collect();
    let mut arguments = vec!["check", "demo"];
    arguments.extend(targets.iter().flat_map(|target| ["-f", target]));
    let all = tfvpc(&arguments);
    assert_eq!((all.status, &*all.stdout, &*all.stderr), (Some(1), "", ""));
    for format in formats {
        let alone = tfvpc(&["check", "demo", "-f", format]);
        assert!(repository.read(format) == alone.stdout, "{format}");
    }
    let target = targets[0].as_str();
    let twice = tfvpc(&["check", "demo", "-f", target, "-f", target]);
    assert_eq!(twice.status, Some(2));
    let nowhere = tfvpc(&["check", "demo", "-f", "json=no/such/directory/report.json"]);
    assert_eq!(nowhere.status, Some(2));
    assert!(
        nowhere.stderr.contains("cannot write"),
        "{}",
        nowhere.stderr
    );
}

#[test]
fn colour_is_left_out_where_the_environment_says_so() {
    let colored = |variable: &str, value: &str, when: &str| {
        let mut command = command(&["check", "demo", "--color", when]);
        command.env(variable, value);
        run(command).stdout.contains('\u{1b}')
    };
    assert!(!colored("NO_COLOR", "1", "auto") && !colored("TERM", "dumb", "auto"));
    assert!(colored("NO_COLOR", "1", "always") && !colored("TERM", "xterm", "never"));
}

#[test]
fn a_network_that_an_unknown_count_hides_is_said_and_fails_a_strict_run() {
    let repository = Repository::new("options_coverage");
    repository.write(
        "main.tf",
        "variable \"names\" {}\n\nresource \"aws_vpc\" \"a\" {\n  count      = length(var.names)\n  \
         cidr_block = \"10.0.0.0/16\"\n}\n",
    );
    repository.write("prod.tfvars", "names = [\"a\"]\n");
    let line =
        "network: 1 not seen; name a variable file: `prod.tfvars` sets 1 variable without value";
    let run = repository.tfvpc(&["check"]);
    assert!(
        run.stdout.starts_with("no network seen in 1 root module"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with(&format!("{line}\n")), "{}", run.stdout);
    assert_eq!(
        repository.tfvpc(&["check", "-q"]).stdout,
        format!("{line}\n")
    );
    assert_eq!(
        (run.status, repository.tfvpc(&["check", "--strict"]).status),
        (Some(0), Some(2))
    );
    let given = repository
        .tfvpc(&["check", "--var-file", "prod.tfvars"])
        .stdout;
    assert!(!given.contains("network:"), "{given}");
}

#[test]
fn a_network_that_passes_between_modules_that_are_not_installed_is_not_seen() {
    let repository = Repository::new("options_handed_network");
    repository.write(
        "net/main.tf",
        "module \"net\" {\n  source = \"git::https://example.com/net.git\"\n}\n",
    );
    let bastion = "variable \"vpc\" {}\nmodule \"bastion\" {\n  source = \"acme/bastion/aws\"\n  \
                   vpc_id = var.vpc\n}\n";
    repository.write("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n");
    repository.write("bastion/main.tf", bastion);
    let run = repository.tfvpc(&["check"]);
    assert!(
        run.stdout
            .contains("there is no AWS network in 2 root modules"),
        "{}",
        run.stdout
    );
    repository.write(
        "net/outputs.tf",
        "output \"vpc_id\" {\n  value = module.net.vpc_id\n}\n",
    );
    repository.write(
        "bastion.tf",
        "module \"bastion\" {\n  source = \"./bastion\"\n  vpc    = module.net.vpc_id\n}\n",
    );
    let run = repository.tfvpc(&["check"]);
    let line = "network: 1 not seen; run `tfvpc get`\n";
    assert!(run.stdout.starts_with("no network seen in 1 root module"));
    assert!(run.stdout.ends_with(line), "{}", run.stdout);
}

#[test]
fn a_network_in_a_module_that_is_not_installed_is_not_seen() {
    let repository = Repository::new("options_missing_module");
    repository.write(
        "net/main.tf",
        "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n",
    );
    repository.write("roles/main.tf", "resource \"aws_iam_role\" \"a\" {}\n");
    let run = repository.tfvpc(&["check"]);
    let line = "network: 1 not seen, 1 without network; run `tfvpc get`\n";
    assert!(
        run.stdout.starts_with("no network seen in 2 root modules"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with(line), "{}", run.stdout);
    let roles = repository.tfvpc(&["check", "roles"]).stdout;
    assert!(
        roles.ends_with("there is no AWS network in 1 root module\n"),
        "{roles}"
    );
}
