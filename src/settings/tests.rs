use super::*;
use crate::source::Sources;

const DIRECTORY: &str = "/code";

/// The settings, and every problem as `line:column text: message`.
fn read(text: &str) -> (Settings, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add(FILE_NAME.into(), text.into());
    let (settings, problems) = Settings::parse(text, file, Path::new(DIRECTORY));
    let lines = problems.iter().map(|problem| {
        let span = problem.span.expect("a place");
        let place = sources.location(span);
        let (line, column) = (place.line, place.column);
        format!(
            "{line}:{column} {}: {}",
            sources.text(span),
            problem.message
        )
    });
    (settings, lines.collect())
}

fn settings(text: &str) -> Settings {
    let (settings, problems) = read(text);
    assert_eq!(problems, [""; 0]);
    settings
}

fn problems(text: &str) -> Vec<String> {
    read(text).1
}

#[test]
fn nothing_is_said_by_an_empty_file() {
    let empty = settings("");
    assert_eq!(empty.rules, RuleOptions::default());
    assert!(empty.select.is_empty() && empty.roots.is_empty() && !empty.strict);
}

#[test]
fn the_file_sets_what_the_command_line_sets() {
    let settings = settings(
        "select = ['cost', 'unused_ignore']\nignore = ['pedantic']\nmin-severity = 'medium'\n\
         min-confidence = 'possible'\nfail-on = 'never'\nstrict = true\nbaseline = 'ci/base.json'\n\
         workspace = 'prod'\nregion = 'eu-west-1'\nvar-files = ['a.tfvars']\nprefix-lists = ['b.json']\n\
         ip-ranges = '/c.json'\n",
    );
    let cost = Selector::Category(crate::finding::Category::Cost);
    assert_eq!(settings.select, [cost, Selector::Rule("unused_ignore")]);
    assert_eq!(settings.ignore, [Selector::Pedantic]);
    assert_eq!(settings.min_severity, Some(Severity::Medium));
    assert_eq!(settings.min_confidence, Some(Confidence::Possible));
    assert_eq!(settings.fail_on, Some(FailOn::Never));
    assert!(settings.strict);
    assert_eq!(
        settings.baseline.as_deref(),
        Some(Path::new("/code/ci/base.json"))
    );
    assert_eq!(settings.values.workspace.as_deref(), Some("prod"));
    assert_eq!(settings.values.region.as_deref(), Some("eu-west-1"));
    assert_eq!(
        settings.values.variable_files,
        [Path::new("/code/a.tfvars")]
    );
    assert_eq!(settings.prefix_lists, [Path::new("/code/b.json")]);
    assert_eq!(settings.ip_ranges.as_deref(), Some(Path::new("/c.json")));
}

#[test]
fn rules_are_told_about_services_quotas_ports_and_names() {
    let rules = settings(
        "services = ['dynamodb']\nsensitive-ports = [22, '137-139']\nprivate-names = ['intern']\n\
         shared-endpoint-vpcs = 5\n[quotas]\nroutes = 1_000\n[severity]\nunused_ignore = 'high'\n",
    )
    .rules;
    assert!(rules.services.contains("dynamodb"));
    assert!(rules.sensitive_ports.contains(138) && !rules.sensitive_ports.contains(3389));
    assert_eq!(
        (rules.private_names, rules.shared_endpoint_vpcs),
        (vec!["intern".to_owned()], 5)
    );
    assert_eq!(
        (rules.quotas.routes, rules.quotas.network_acl_rules),
        (1000, 20)
    );
    assert_eq!(rules.severities.get("unused_ignore"), Some(&Severity::High));
}

#[test]
fn a_root_module_has_values_of_every_type() {
    let settings = settings(
        "[[root]]\npath = 'net'\nworkspace = 'prod'\nvars.name = 'a'\nvars.count = 3\nvars.on = true\n\
         vars.ratio = 0.5\nvars.zones = ['a', '${b}']\nvars.tags = { Name = 'x' }\n\n\
         [[root]]\npath = 'net'\nvar-files = ['net/dev.tfvars']\n",
    );
    let [prod, dev] = &settings.roots[..] else {
        panic!("two roots");
    };
    assert_eq!(prod.directory, Path::new("/code/net"));
    let variables: Vec<String> = prod
        .values
        .variables
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let expected = [
        "count: 3",
        "name: a",
        "on: true",
        "ratio: 0.5",
        "tags: { \"Name\" = \"x\" }",
        "zones: [\"a\", \"$${b}\"]",
    ];
    let mut sorted = variables.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    assert_eq!(
        dev.values.variable_files,
        [Path::new("/code/net/dev.tfvars")]
    );
}

#[test]
fn entries_for_one_directory_are_told_apart_by_their_environment() {
    let variants = |text: &str| {
        let roots = settings(text).roots.into_iter();
        let variants = roots.map(|root| root.variant.unwrap_or_default());
        variants.collect::<Vec<_>>()
    };
    let separate = "[[root]]\npath = 'a'\nworkspace = 'x'\n[[root]]\npath = 'b'\nworkspace = 'x'\n";
    assert_eq!(variants(separate), ["", ""]);
    let workspaces =
        "[[root]]\npath = 'a'\nworkspace = 'x'\n[[root]]\npath = './a/'\nworkspace = 'y'\n";
    assert_eq!(variants(workspaces), ["x", "y"]);
    let files = "[[root]]\npath = 'a'\nvar-files = ['a/x.tfvars']\n[[root]]\npath = 'a'\n";
    assert_eq!(variants(files), ["a/x.tfvars", ""]);
    let mixed = "[[root]]\npath = 'a'\nworkspace = 'x'\nregion = 'eu-west-1'\n\
                 [[root]]\npath = 'a'\nworkspace = 'x'\nvars.n = 1\n\
                 [[root]]\npath = 'a'\nworkspace = 'x'\nvars.n = 2\n";
    assert_eq!(variants(mixed), ["", "n=1", "n=2"]);
    let same = "[[root]]\npath = 'a'\n[[root]]\npath = 'a'\n";
    assert_eq!(problems(same), ["4:8 'a': an entry before it is the same"]);
}

#[test]
fn a_value_may_name_the_pieces_of_its_own_path_only() {
    let text = "[[root]]\npath = 'envs/{env}'\nvar-files = ['vars/{evn}.tfvars']\n\
                vars = { name = '${env}-{env}', list = ['{x}'] }\n\
                [[root]]\npath = 'net'\nvar-files = ['{env}.tfvars']\nvars = { name = '{env}' }\n\
                [[root]]\npath = 'envs/[a'\n";
    let expected = [
        "3:14 'vars/{evn}.tfvars': `{evn}` is no piece of `path`, did you mean `env`?",
        "4:41 '{x}': `{x}` is no piece of `path`",
        "7:14 '{env}.tfvars': `{env}` is no piece of `path`",
        "10:8 'envs/[a': `envs/[a` is not a glob: unclosed character class; missing ']'",
    ];
    assert_eq!(problems(text), expected);
}

#[test]
fn ignores_name_rules_addresses_a_last_day_and_a_reason() {
    let settings = settings(
        "[[ignore]]\nrule = 'unused_ignore'\naddress = 'module.vpc.*'\nuntil = 2027-01-31\nreason = 'old'\n\
         [[ignore]]\nrule = ['unused_ignore']\nuntil = '2027-01-31'\n",
    );
    let [first, second] = &settings.ignores[..] else {
        panic!("two entries");
    };
    assert_eq!(
        (&*first.rules, first.address.as_deref()),
        (&["unused_ignore"][..], Some("module.vpc.*"))
    );
    assert_eq!((first.until, first.reason.as_str()), (second.until, "old"));
    assert!(first.until.is_some());
}

#[test]
fn an_unknown_key_is_an_error_at_its_place_with_the_nearest_known_one() {
    let text = "strct = true\nzzz = 1\n[quotas]\nroute = 1\n[[root]]\npath = 'a'\nvar-file = []\n\
                [[ignore]]\nrule = 'unused_ignore'\nadress = 'b'\n";
    let expected = [
        "1:1 strct: no setting is called `strct`, did you mean `strict`?",
        "2:1 zzz: no setting is called `zzz`",
        "10:1 adress: no setting is called `adress`, did you mean `address`?",
        "7:1 var-file: no setting is called `var-file`, did you mean `var-files`?",
        "4:1 route: no setting is called `route`, did you mean `routes`?",
    ];
    assert_eq!(problems(text), expected);
}

#[test]
fn a_wrong_value_is_an_error_at_its_place() {
    for (text, expected) in [
        (
            "fail-on = 'high!'",
            "1:11 'high!': `high!` is none of `info`, `low`, `medium`, `high`, `never`",
        ),
        (
            "strict = 'yes'",
            "1:10 'yes': expected true or false, found string",
        ),
        (
            "select = 'all'",
            "1:10 'all': expected a list, found string",
        ),
        (
            "select = ['unused_ignores']",
            "1:11 'unused_ignores': no rule or category is called `unused_ignores`, did you mean `unused_ignore`?",
        ),
        (
            "sensitive-ports = ['9-1']",
            "1:20 '9-1': expected a port such as 22 or a range such as \"137-139\"",
        ),
        (
            "sensitive-ports = [70000]",
            "1:20 70000: expected a port such as 22 or a range such as \"137-139\"",
        ),
        (
            "[quotas]\nroutes = -1",
            "2:10 -1: expected a whole number, found integer",
        ),
        (
            "[severity]\nno_rule = 'low'",
            "2:1 no_rule: no rule is called `no_rule`",
        ),
        (
            "[[ignore]]\nrule = 'unused_ignore'\nuntil = 'soon'",
            "3:9 'soon': `soon` is not a date: write `2027-01-31`",
        ),
        (
            "vars = { a = 2027-01-31 }",
            "1:14 2027-01-31: expected a value that Terraform has too, found datetime",
        ),
    ] {
        assert_eq!(problems(text), [expected]);
    }
    assert!(
        problems("[[ignore]]\nreason = 'x'")[0].ends_with("the entry names no `rule` to ignore")
    );
    assert!(problems("[[root]]\nregion = 'x'")[0].ends_with("the root module has no `path`"));
}

#[test]
fn what_is_no_toml_is_an_error_and_the_rest_is_read() {
    let (settings, problems) = read("strict = true\nregion = \nfail-on = 'high'\n");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("2:"), "{problems:?}");
    assert_eq!(
        (settings.strict, settings.fail_on),
        (true, Some(FailOn::Severity(Severity::High)))
    );
}

#[test]
fn rules_and_entries_stand_in_one_list_because_toml_has_each_key_once() {
    let both =
        settings("ignore = ['hygiene', { rule = 'unused_ignore', address = 'aws_vpc.main' }]");
    assert_eq!((both.ignore.len(), both.ignores.len()), (1, 1));
    let twice = "ignore = ['hygiene']\n[[ignore]]\nrule = 'unused_ignore'\n";
    let mut sources = Sources::default();
    let file = sources.add(FILE_NAME.into(), twice.into());
    let (_, problems) = Settings::parse(twice, file, Path::new(DIRECTORY));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].message, "`ignore` is there twice");
    let help = problems[0].help.as_deref().unwrap_or_default();
    assert!(help.starts_with("one list has both"), "{help}");
}

#[test]
fn a_key_that_is_there_twice_is_named() {
    for (text, key) in [
        ("strict = true\nstrict = false", "strict"),
        ("[vars]\na = 1\na = 2", "a"),
        ("[vars]\na = 1\n[vars]\nb = 2", "vars"),
        ("[[root]]\npath = 'x'\npath = 'y'", "path"),
        ("'strict' = true\n'strict' = false", "'strict'"),
    ] {
        let problems = problems(text);
        let message = format!(" {key}: `{key}` is there twice");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].ends_with(&message), "{problems:?}");
    }
    let extended = problems("strict = true\nstrict.a = 1");
    assert!(extended[0].contains("cannot extend"), "{extended:?}");
    let value = problems("strict = true\nregion = strict");
    assert!(!value[0].contains("twice"), "{value:?}");
}

#[test]
fn the_template_says_nothing_until_its_comments_are_removed() {
    assert_eq!(settings(TEMPLATE).rules, RuleOptions::default());
    assert!(
        TEMPLATE
            .lines()
            .all(|line| line.is_empty() || line.starts_with('#'))
    );
    let is_setting = |line: &str| {
        line.starts_with('[')
            || line
                .split_once(" = ")
                .is_some_and(|(key, _)| !key.contains(' '))
    };
    let comments = TEMPLATE.lines().filter_map(|line| line.strip_prefix("# "));
    let examples: Vec<&str> = comments.filter(|line| is_setting(line)).collect();
    // TOML has the key `ignore` once: the template shows it in both forms.
    let is_ignore_list = |line: &&str| line.starts_with("ignore =");
    let (ignore_list, rest): (Vec<&str>, Vec<&str>) =
        examples.iter().copied().partition(is_ignore_list);
    assert_eq!(settings(&ignore_list.join("\n")).ignore.len(), 1);
    let rest = settings(&rest.join("\n"));
    assert_eq!(rest.rules.quotas, crate::rules::options::Quotas::default());
    assert_eq!((rest.roots.len(), rest.ignores.len()), (1, 1));
    assert_eq!((rest.root_patterns.len(), rest.links.len()), (1, 1));
    for key in super::read::KEYS {
        let is_shown = |line: &&str| {
            line.starts_with(&format!("{key} =")) || line.trim_matches(['[', ']']) == key
        };
        assert!(
            examples.iter().any(is_shown),
            "{key} is not in the template"
        );
    }
}

#[test]
fn settings_are_found_in_the_directory_or_above_it() {
    let files = Files::in_memory(&[
        ("tfvpc.toml", ""),
        ("a/tfvpc.toml", ""),
        ("a/b/main.tf", ""),
        ("c/main.tf", ""),
        ("c/plan.json", "{}"),
    ]);
    let found = |paths: &[&str]| {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let found = find(&paths, &files).map_err(|error| error.to_string())?;
        Ok::<_, String>(found.map(|path| files.display(&path)))
    };
    assert_eq!(found(&["a/b"]), Ok(Some("a/tfvpc.toml".into())));
    assert_eq!(found(&["a/b/main.tf"]), Ok(Some("a/tfvpc.toml".into())));
    assert_eq!(
        found(&["c", "c/plan.json", "-"]),
        Ok(Some("tfvpc.toml".into()))
    );
    let both = found(&["a", "c"]).expect_err("two apply");
    assert!(
        both.starts_with("`a/tfvpc.toml` and `tfvpc.toml` both apply"),
        "{both}"
    );
}
