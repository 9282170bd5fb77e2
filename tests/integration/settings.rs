//! `tfvpc.toml` beside the command line, as users see them work together.

use crate::support::command::Repository;
use crate::support::fault::{FAULT, RULE};

fn repository(name: &str, settings: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("net/main.tf", FAULT);
    repository.write("tfvpc.toml", settings);
    repository
}

#[test]
fn settings_decide_about_the_outcome_and_options_prevail() {
    let settings = format!("select = ['{RULE}']\nfail-on = 'never'\n");
    let repository = repository("settings_outcome", &settings);
    let status = |arguments: &[&str]| repository.tfvpc(arguments).status;
    assert_eq!(status(&["check"]), Some(0));
    assert_eq!(status(&["check", "--fail-on", "high"]), Some(1));
    assert_eq!(status(&["check", "net"]), Some(0));
    assert_eq!(repository.tfvpc_in("net", &["check"]).status, Some(0));
    repository.write("other.toml", &format!("select = ['{RULE}']\n"));
    assert_eq!(status(&["check", "--config", "other.toml"]), Some(1));
}

#[test]
fn settings_select_rules_and_options_take_their_place() {
    let repository = repository("settings_selection", "select = ['cost']\n");
    let finds = |arguments: &[&str]| repository.tfvpc(arguments).stdout.contains(RULE);
    assert!(!finds(&["check"]));
    assert!(finds(&["check", "--extend-select", RULE]));
    assert!(finds(&["check", "--select", "broken"]));
    repository.write("tfvpc.toml", "ignore = ['broken']\n");
    assert!(!finds(&["check"]));
    repository.write(
        "tfvpc.toml",
        "[severity]\ngateway_endpoint_no_route_tables = 'info'\n",
    );
    assert!(finds(&["check"]));
    assert!(!finds(&["check", "--min-severity", "low"]));
}

#[test]
fn an_unknown_setting_is_an_error_in_its_line_and_the_rest_is_checked() {
    let repository = repository(
        "settings_unknown",
        "fail-on = 'never'\nmin-severty = 'low'\n",
    );
    let run = repository.tfvpc(&["check"]);
    assert_eq!(run.status, Some(2));
    let says = "no setting is called `min-severty`, did you mean `min-severity`?";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    assert!(run.stderr.contains(" at tfvpc.toml:2:1"), "{}", run.stderr);
    assert!(run.stdout.contains(RULE), "{}", run.stdout);
}

#[test]
fn a_root_module_is_checked_once_with_each_of_its_values() {
    let settings = "[[root]]\npath = 'net'\nworkspace = 'prod'\nvars = { cidr = '10.1.0.0/16' }\n\
                    [[root]]\npath = 'net'\nworkspace = 'dev'\nvar-files = ['dev.tfvars']\n";
    let repository = Repository::new("settings_roots");
    repository.write("tfvpc.toml", settings);
    repository.write("dev.tfvars", "cidr = \"10.2.0.0/16\"\n");
    repository.write(
        "net/main.tf",
        "variable \"cidr\" {}\nresource \"aws_vpc\" \"main\" {\n  cidr_block = var.cidr\n  \
         tags = { Name = terraform.workspace }\n}\n",
    );
    let values = |arguments: &[&str]| {
        let run = repository.tfvpc(arguments);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let roots = json["roots"].as_array().expect("a list").iter();
        let values = roots.map(|root| &root["resources"][0]["values"]);
        let values = values.map(|one| format!("{} {}", one["tags"]["Name"], one["cidr_block"]));
        values.collect::<Vec<_>>().join(", ").replace('"', "")
    };
    assert_eq!(
        values(&["show", "-f", "json"]),
        "prod 10.1.0.0/16, dev 10.2.0.0/16"
    );
    assert_eq!(
        values(&[
            "show",
            "-f",
            "json",
            "--var",
            "cidr=10.3.0.0/16",
            "--workspace",
            "x"
        ]),
        "x 10.3.0.0/16, x 10.3.0.0/16"
    );
}

#[test]
fn init_writes_settings_that_change_nothing_and_keeps_what_is_there() {
    let repository = Repository::new("settings_init");
    repository.write("main.tf", FAULT);
    let before = repository.tfvpc(&["check", "--select", RULE]).stdout;
    assert_eq!(repository.tfvpc(&["init"]).status, Some(0));
    assert!(repository.read("tfvpc.toml").contains("# [[ignore]]"));
    assert_eq!(
        repository.tfvpc(&["check", "--select", RULE]).stdout,
        before
    );
    repository.write("tfvpc.toml", "strict = true\n");
    assert_eq!(repository.tfvpc(&["init"]).status, Some(2));
    assert_eq!(repository.read("tfvpc.toml"), "strict = true\n");
}

#[test]
fn settings_name_files_inside_the_repository_only() {
    let repository = repository("settings_outside", "ip-ranges = '/etc/hostname'\n");
    let run = repository.tfvpc(&["check"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let says = "it lies outside the tree that is checked";
    assert!(run.stderr.contains(says), "{}", run.stderr);
}

#[test]
fn entries_of_the_settings_ignore_findings_until_they_are_not_wanted() {
    let entry = format!(
        "[[ignore]]\nrule = '{RULE}'\naddress = 'aws_vpc_endpoint.*'\nreason = 'moves in May'\n"
    );
    let repository = repository("settings_ignores", &entry);
    let rules = format!("{RULE},unused_ignore");
    let check = |more: &[&str]| {
        let arguments = [&["check", "--select", &rules, "-f", "json"], more].concat();
        let run = repository.tfvpc(&arguments);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        (run.status, json["findings"][0]["ignored"].clone())
    };
    let (status, ignored) = check(&[]);
    assert_eq!(status, Some(0));
    assert_eq!(ignored["by"], "config");
    assert_eq!(ignored["reason"], "moves in May");
    assert_eq!(check(&["--no-ignores"]), (Some(1), serde_json::Value::Null));
    repository.write("tfvpc.toml", &entry.replace("endpoint.*", "endpoint.t*"));
    let run = repository.tfvpc(&["check", "--select", &rules]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stdout
            .contains(&format!("no finding of `{RULE}` is ignored here"))
    );
    assert!(run.stdout.contains("[tfvpc.toml:2:8]"), "{}", run.stdout);
}

#[test]
fn a_baseline_parks_what_is_there_and_shows_what_is_new() {
    let repository = repository("settings_baseline", "");
    let select = ["check", "--select", RULE];
    let check = |more: &[&str]| repository.tfvpc(&[&select, more].concat());
    let written = check(&["--write-baseline", "baseline.json"]);
    assert_eq!(
        (written.status, &*written.stdout),
        (Some(0), "wrote 1 finding to baseline.json\n")
    );
    let parked = check(&["--baseline", "baseline.json"]);
    assert_eq!(parked.status, Some(0));
    assert_eq!(parked.stdout, "no findings in 1 root module, 1 ignored\n");
    repository.write("tfvpc.toml", "baseline = 'baseline.json'\n");
    assert_eq!(check(&[]).status, Some(0));
    assert_eq!(repository.tfvpc_in("net", &select).status, Some(0));
    assert_eq!(check(&["--no-ignores"]).status, Some(1));
    repository.write(
        "net/more.tf",
        &FAULT.replace("main", "more").replace("\"s3\"", "\"new\""),
    );
    let new = check(&[]);
    assert_eq!(new.status, Some(1));
    assert!(
        new.stdout.contains("`aws_vpc_endpoint.new`"),
        "{}",
        new.stdout
    );
    assert!(
        !new.stdout.contains("`aws_vpc_endpoint.s3`"),
        "{}",
        new.stdout
    );
    assert_eq!(
        check(&["--write-baseline", "baseline.json"]).status,
        Some(0)
    );
    assert_eq!(check(&[]).status, Some(0));
    assert_eq!(check(&["--baseline", "tfvpc.toml"]).status, Some(2));
}

#[test]
fn of_variables_and_variable_files_the_last_prevails() {
    let repository = Repository::new("settings_order");
    repository.write(
        "main.tf",
        "variable \"cidr\" {}\nresource \"aws_vpc\" \"main\" {\n  cidr_block = var.cidr\n}\n",
    );
    repository.write("a.tfvars", "cidr = \"file\"\n");
    let shows = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let text = repository.tfvpc(&arguments).stdout;
        let values = ["file", "one", "two", "settings"].into_iter();
        let found = values.filter(|value| text.contains(&format!("\"{value}\"")));
        found.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shows("show --var cidr=one --var-file a.tfvars"), "file");
    assert_eq!(shows("show --var-file a.tfvars --var cidr=one"), "one");
    assert_eq!(
        shows("show --var cidr=one --var-file a.tfvars --var cidr=two"),
        "two"
    );
    repository.write("tfvpc.toml", "vars = { cidr = 'settings' }\n");
    assert_eq!(shows("show"), "settings");
    assert_eq!(shows("show --var-file a.tfvars"), "file");
    repository.write(
        "tfvpc.toml",
        "var-files = ['a.tfvars']\nvars = { cidr = 'settings' }\n",
    );
    assert_eq!(shows("show"), "settings");
    repository.write(
        "tfvpc.toml",
        "vars = { cidr = 'settings' }\n[[root]]\npath = '.'\nvar-files = ['a.tfvars']\n",
    );
    assert_eq!(shows("show"), "file");
    assert_eq!(shows("show --var cidr=one"), "one");
}

#[test]
fn a_fault_of_one_environment_is_not_that_of_another() {
    let of = |broken: &str| {
        format!(
            "[[root]]\npath = 'net'\nworkspace = 'prod'\nvars.tables = {}\n\
             [[root]]\npath = 'net'\nworkspace = 'dev'\nvars.tables = {}\n",
            if broken.contains("prod") {
                "[]"
            } else {
                "['rtb-1']"
            },
            if broken.contains("dev") {
                "[]"
            } else {
                "['rtb-1']"
            },
        )
    };
    let repository = Repository::new("settings_variants");
    repository.write(
        "net/main.tf",
        &FAULT.replace(
            "  service_name",
            "  route_table_ids = var.tables\n  service_name",
        ),
    );
    repository.write(
        "net/variables.tf",
        "variable \"tables\" {\n  type = list(string)\n}\n",
    );
    let check = |broken: &str, more: &[&str]| {
        repository.write("tfvpc.toml", &of(broken));
        repository.tfvpc(&[&["check", "--select", RULE], more].concat())
    };
    let both = check("prod dev", &[]).stdout;
    assert!(
        both.contains("1 finding (1 high) in 2 root modules"),
        "{both}"
    );
    assert!(
        both.contains("  in 2 root modules: net (dev), net (prod)\n"),
        "{both}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&check("prod dev", &["-f", "json"]).stdout).expect("JSON");
    let fingerprint = |at: usize| {
        json["findings"][at]["fingerprint"]
            .as_str()
            .map(str::to_owned)
    };
    assert_ne!(fingerprint(0), fingerprint(1));
    let written = check("prod", &["--write-baseline", "baseline.json"]);
    assert_eq!(written.stdout, "wrote 1 finding to baseline.json\n");
    let status = |broken| check(broken, &["--baseline", "baseline.json"]).status;
    assert_eq!(status("prod"), Some(0));
    assert_eq!(status("dev"), Some(1));
    assert_eq!(status("prod dev"), Some(1));
}

#[test]
fn values_for_what_is_no_root_module_are_not_dropped_in_silence() {
    let repository = repository("settings_no_root", "[[root]]\npath = 'nett'\n");
    let run = repository.tfvpc(&["check"]);
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr.contains("there is no directory `nett`"),
        "{}",
        run.stderr
    );
    assert!(!repository.tfvpc(&["check", "net"]).stderr.contains("nett"));
    repository.write("tfvpc.toml", "[[root]]\npath = 'net'\n");
    repository.write("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n");
    let run = repository.tfvpc(&["check"]);
    assert!(
        run.stderr.contains("`net` is not checked as a root module"),
        "{}",
        run.stderr
    );
    assert_eq!(repository.tfvpc(&["check", "net"]).stderr, "");
}

#[test]
fn settings_that_lie_elsewhere_name_no_files_there() {
    let shared = Repository::new("settings_shared");
    shared.write("ci/tfvpc.toml", "var-files = ['common.tfvars']\n");
    shared.write("ci/common.tfvars", "cidr = \"10.9.0.0/16\"\n");
    let repository = Repository::new("settings_elsewhere");
    repository.write(
        "main.tf",
        "variable \"cidr\" {}\nresource \"aws_vpc\" \"main\" {\n  cidr_block = var.cidr\n}\n",
    );
    let run = repository.tfvpc(&["show", "--config", "../settings_shared/ci/tfvpc.toml"]);
    assert_eq!(run.status, Some(2));
    let says = "it lies outside the tree that is checked";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    assert!(!run.stdout.contains("10.9.0.0/16"), "{}", run.stdout);
}
