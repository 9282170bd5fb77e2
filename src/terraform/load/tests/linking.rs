//! Which module each call names.

use super::*;

#[test]
fn calls_lead_to_modules_in_other_directories() {
    let loaded = from_text(&[
        ("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n"),
        (
            "net/main.tf",
            "module \"inner\" {\n  source = \"../inner\"\n}\n",
        ),
        ("inner/main.tf", "resource \"aws_vpc\" \"this\" {}\n"),
    ]);
    assert_eq!(messages(&loaded), [] as [&str; 0]);
    let net = loaded
        .modules
        .callee(loaded.roots[0].module, "net")
        .expect("it is there");
    let inner = loaded.modules.callee(net, "inner").expect("it is there");
    assert!(
        loaded
            .modules
            .get(inner)
            .resources
            .contains_key(&managed("aws_vpc", "this"))
    );
    assert_eq!(loaded.roots[0].path, ".");
}

#[test]
fn a_module_that_calls_itself_is_a_problem() {
    let loaded = from_text(&[("main.tf", "module \"self\" {\n  source = \"./\"\n}\n")]);
    assert_eq!(
        messages(&loaded),
        ["main.tf:1:1 module `self` calls itself"]
    );
}

#[test]
fn a_missing_directory_is_an_error() {
    let loaded = from_text(&[("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n")]);
    assert_eq!(
        messages(&loaded),
        ["main.tf:1:1 the directory `net` of module `net` does not exist"]
    );
}

/// A module in `.terraform` for each of the two roots that use it through a shared module.
const TWO_ROOTS: [(&str, &str); 7] = [
    (
        "one/main.tf",
        "module \"net\" {\n  source = \"../net\"\n}\n",
    ),
    (
        "two/main.tf",
        "module \"net\" {\n  source = \"../net\"\n}\n",
    ),
    (
        "net/main.tf",
        "module \"label\" {\n  source = \"cloudposse/label/null\"\n}\n",
    ),
    (
        "one/.terraform/modules/modules.json",
        r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"net.label","Source":"registry.terraform.io/cloudposse/label/null","Version":"0.25.0","Dir":".terraform/modules/net.label"}]}"#,
    ),
    (
        "one/.terraform/modules/net.label/main.tf",
        "locals {\n  root = 1\n}\n",
    ),
    (
        "two/.terraform/modules/modules.json",
        r#"{"Modules":[{"Key":"net.label","Source":"registry.terraform.io/cloudposse/label/null","Dir":".terraform/modules/net.label"}]}"#,
    ),
    (
        "two/.terraform/modules/net.label/main.tf",
        "locals {\n  root = 2\n}\n",
    ),
];

#[test]
fn each_root_has_its_own_installed_modules() {
    let loaded = load_paths(&TWO_ROOTS, &["."]);
    assert_eq!(messages(&loaded), [] as [&str; 0]);
    let roots = loaded.roots.iter();
    let label = |root: &RootModule| {
        let net = loaded.modules.callee(root.module, "net")?;
        loaded.modules.callee(net, "label")
    };
    let local = |root: &RootModule| {
        let module = loaded.modules.get(label(root).expect("it is installed"));
        loaded.sources.text(module.locals["root"].span).to_owned()
    };
    assert_eq!(
        roots.map(local).collect::<Vec<_>>(),
        ["root = 1", "root = 2"]
    );
}

#[test]
fn what_is_not_installed_is_a_warning() {
    let loaded = load_paths(&TWO_ROOTS[..3], &["."]);
    assert_eq!(
        messages(&loaded),
        [
            "net/main.tf:1:1 module `label` is not on the disk: what it creates and returns is unknown"
        ]
    );
    assert_eq!(
        loaded.problems[0].severity,
        crate::source::ProblemSeverity::Warning
    );
}

#[test]
fn what_was_installed_from_another_source_is_not_used() {
    let mut texts = TWO_ROOTS.to_vec();
    texts[2].1 = "module \"label\" {\n  source = \"other/label/null//modules/x\"\n}\n";
    let loaded = load_paths(&texts[..5], &["one"]);
    assert_eq!(
        messages(&loaded),
        [
            "net/main.tf:1:1 module `label` is installed from another source or version: \
             what it creates and returns is unknown"
        ]
    );
}

#[test]
fn the_data_directory_can_be_elsewhere() {
    let texts = [
        (
            "main.tf",
            "module \"net\" {\n  source = \"git::https://example.com/net\"\n}\n",
        ),
        (
            "data/modules/modules.json",
            r#"{"Modules":[{"Key":"net","Source":"git::https://example.com/net","Dir":"data/modules/net"}]}"#,
        ),
        ("data/modules/net/main.tf", ""),
    ];
    let options = LoadOptions {
        further_directories: vec![PathBuf::from(".")],
        data_directory: Some(PathBuf::from("data")),
        ..LoadOptions::default()
    };
    let loaded = load(&options, &Files::in_memory(&texts));
    assert!(
        loaded
            .modules
            .callee(loaded.roots[0].module, "net")
            .is_some()
    );
}

#[test]
fn a_directory_that_is_called_twice_is_one_module() {
    let loaded = from_text(&[
        (
            "main.tf",
            "module \"a\" {\n  source = \"./net\"\n}\nmodule \"b\" {\n  source = \"./net/\"\n}\n",
        ),
        ("net/main.tf", "locals {\n"),
    ]);
    let root = loaded.roots[0].module;
    assert_eq!(
        loaded.modules.callee(root, "a"),
        loaded.modules.callee(root, "b")
    );
    assert_eq!(
        messages(&loaded),
        ["net/main.tf:1:8 the block is never closed"]
    );
}

#[test]
fn a_circle_of_calls_is_a_problem() {
    let loaded = from_text(&[
        ("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"),
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ]);
    assert_eq!(messages(&loaded), ["b/main.tf:1:1 module `a` calls itself"]);
}
