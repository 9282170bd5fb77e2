//! Which root modules the paths of the command line ask for.

use super::*;

const CALL: &str = "module \"net\" {\n  source = \"../../modules/net\"\n}\n";

const REPOSITORY: [(&str, &str); 7] = [
    ("README.md", ""),
    ("live/prod/main.tf", CALL),
    ("live/test/main.tf", CALL),
    ("live/test/.hidden/main.tf", ""),
    ("live/test/.terraform/modules/x/main.tf", ""),
    ("modules/net/main.tf", ""),
    ("modules/unused/main.tofu", ""),
];

#[test]
fn a_directory_means_the_roots_in_it() {
    let loaded = load_paths(&REPOSITORY, &["."]);
    assert_eq!(
        requested(&loaded),
        ["live/prod", "live/test", "modules/unused"]
    );
    assert_eq!(messages(&loaded), [] as [&str; 0]);
}

#[test]
fn a_module_that_is_named_is_a_root() {
    let loaded = load_paths(&REPOSITORY, &["modules/net", "live"]);
    assert_eq!(
        requested(&loaded),
        ["live/prod", "live/test", "modules/net"]
    );
}

#[test]
fn the_working_directory_is_not_named_if_nobody_gave_a_path() {
    let texts = [
        ("main.tf", ""),
        (
            "examples/simple/main.tf",
            "module \"this\" {\n  source = \"../..\"\n}\n",
        ),
    ];
    let roots = |is_default_path: bool| {
        let options = LoadOptions {
            paths: vec![PathBuf::from(".")],
            is_default_path,
            ..LoadOptions::default()
        };
        let loaded = load(&options, &Files::in_memory(&texts));
        loaded
            .roots
            .iter()
            .map(|root| root.path.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(roots(true), ["examples/simple"]);
    assert_eq!(roots(false), [".", "examples/simple"]);
}

#[test]
fn a_file_means_the_roots_that_read_it() {
    assert_eq!(
        requested(&load_paths(&REPOSITORY, &["modules/net/main.tf"])),
        ["live/prod", "live/test"]
    );
    assert_eq!(
        requested(&load_paths(&REPOSITORY, &["live/test/main.tf"])),
        ["live/test"]
    );
    assert_eq!(
        requested(&load_paths(&REPOSITORY, &["modules/unused/main.tofu"])),
        ["modules/unused"]
    );
}

#[test]
fn a_variable_file_means_the_roots_that_read_it() {
    let texts = [
        ("live/main.tf", ""),
        ("live/terraform.tfvars", ""),
        ("live/env/prod.tfvars", ""),
        ("other/main.tf", ""),
    ];
    assert_eq!(
        requested(&load_paths(&texts, &["live/terraform.tfvars"])),
        ["live"]
    );
    let loaded = load_paths(&texts, &["live/env/prod.tfvars"]);
    assert_eq!(requested(&loaded), [] as [&str; 0]);
    assert_eq!(
        messages(&loaded),
        ["no root module reads `live/env/prod.tfvars`"]
    );
    let options = LoadOptions {
        paths: vec![PathBuf::from("live/env/prod.tfvars")],
        roots: vec![RootSettings {
            directory: PathBuf::from("live"),
            variable_files: vec![PathBuf::from("live/env/prod.tfvars")],
            variant: None,
        }],
        ..LoadOptions::default()
    };
    assert_eq!(
        requested(&load(&options, &Files::in_memory(&texts))),
        ["live"]
    );
}

#[test]
fn what_is_wrong_with_files_of_other_roots_can_be_forgotten() {
    let mut texts = REPOSITORY.to_vec();
    texts[1].1 = "a = 1 # comment\n";
    texts[6].1 = "{";
    let counts = |keep: fn(&RootModule) -> bool| {
        let mut loaded = load_paths(&texts, &["live/test/main.tf"]);
        let roots = loaded.roots.iter().enumerate();
        let (kept, modules): (BTreeSet<usize>, Vec<ModuleId>) = roots
            .filter(|(_, root)| keep(root))
            .map(|(at, root)| (at, root.module))
            .unzip();
        for module in modules {
            loaded.modules.get(module);
        }
        loaded.keep_files_of(&kept);
        (loaded.problems.len(), loaded.comments.len())
    };
    assert_eq!(counts(|_| true), (2, 1));
    assert_eq!(counts(|root| root.is_requested), (0, 0));
}

#[test]
fn files_around_a_file_are_parsed_when_they_may_matter() {
    let call = "module \"net\" {\n  source = \"../net\"\n}\n";
    let net = ("net/main.tf", "resource \"aws_vpc\" \"a\" {}\n");
    let broken = "resource \"aws_vpc\" \"a\" {\n  cidr_block =\n}\n";
    for (caller, text) in [
        ("a/main.tf", call.to_owned()),
        ("a/main.tf", call.replace("module ", "module /* net */ ")),
        (
            "a/main.tf.json",
            "{\"\\u006dodule\": {\"net\": {\"source\": \"../net\"}}}".to_owned(),
        ),
        ("a/net_override.tf", call.to_owned()),
    ] {
        let texts = [
            net,
            (caller, &text),
            ("a/other.tf", broken),
            ("b/main.tf", broken),
        ];
        let texts = if caller.contains("override") {
            vec![
                texts[0],
                texts[1],
                texts[2],
                texts[3],
                ("a/base.tf", "module \"net\" {\n  source = \"./x\"\n}\n"),
            ]
        } else {
            texts.to_vec()
        };
        let mut loaded = load_paths(&texts, &["net/main.tf"]);
        assert_eq!(requested(&loaded), ["a"], "{caller}: {text}");
        loaded.keep_files_of(&BTreeSet::from([0]));
        let places: Vec<String> = messages(&loaded);
        assert!(
            places
                .iter()
                .any(|place| place.starts_with("a/other.tf:2:")),
            "{places:?}"
        );
        assert!(
            !places.iter().any(|place| place.starts_with("b/")),
            "{places:?}"
        );
    }
}

#[test]
fn modules_that_call_each_other_are_not_lost() {
    let texts = [
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ];
    assert_eq!(requested(&load_paths(&texts, &["."])), ["a"]);
}

#[test]
fn other_files_are_left_to_other_readers_with_the_configuration_beside_them() {
    let texts = [("plan.json", "{}"), ("main.tf", "")];
    let loaded = load_paths(&texts, &["-", "plan.json"]);
    assert_eq!(
        loaded.documents,
        [
            DocumentPath::StandardInput,
            DocumentPath::File(PathBuf::from("/plan.json"))
        ]
    );
    assert!(requested(&loaded).is_empty());
    assert_eq!(loaded.roots[0].path, ".");
}

#[test]
fn a_path_without_configuration_is_an_error() {
    let texts = [("docs/a.md", ""), ("main.tf", "")];
    let loaded = load_paths(&texts, &["docs", "none"]);
    assert_eq!(
        messages(&loaded),
        [
            "`docs` has no Terraform configuration",
            "`none` cannot be read: there is no such file or directory"
        ]
    );
    assert!(
        loaded
            .problems
            .iter()
            .all(|p| p.severity == crate::source::ProblemSeverity::Error)
    );
}

#[test]
fn terragrunt_is_a_warning() {
    let texts = [
        ("a/terragrunt.hcl", ""),
        ("b/terragrunt.hcl", ""),
        ("main.tf", ""),
    ];
    let loaded = load_paths(&texts, &["."]);
    assert_eq!(
        messages(&loaded),
        ["2 Terragrunt files are not read, the first is `a/terragrunt.hcl`"]
    );
}

#[test]
fn backup_files_are_not_read_and_tofu_files_replace() {
    let texts = [
        ("a.tf", "x"),
        ("a.tofu", ""),
        (".b.tf", "x"),
        ("b.tf~", "x"),
        ("#b.tf#", "x"),
        ("b.tfx", "x"),
    ];
    assert_eq!(messages(&load_paths(&texts, &["."])), [] as [&str; 0]);
}

#[test]
fn a_directory_that_is_called_like_a_file_is_passed_over() {
    let texts = [("a/main.tf", ""), ("a/old.tf/readme.md", "")];
    for path in [".", "a/main.tf"] {
        let loaded = load_paths(&texts, &[path]);
        assert_eq!(requested(&loaded), ["a"]);
        assert_eq!(messages(&loaded), [] as [&str; 0]);
    }
}
