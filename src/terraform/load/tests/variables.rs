//! Which variable files apply.

use super::*;

fn files(root: &RootModule, loaded: &Loaded) -> Vec<String> {
    let files = root.variable_files.iter();
    files
        .map(|file| loaded.sources.file(file.file).path().to_owned())
        .collect()
}

#[test]
fn variable_files_apply_in_the_order_of_terraform() {
    let texts = [
        ("main.tf", ""),
        ("b.auto.tfvars", "x = 2\n"),
        ("a.auto.tfvars", "x = 1\n"),
        ("terraform.tfvars", "x = 0\n"),
        ("other.tfvars", "x = 9\n"),
    ];
    let options = LoadOptions {
        paths: vec![PathBuf::from(".")],
        variable_files: vec![PathBuf::from("other.tfvars")],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &Files::in_memory(&texts));
    assert_eq!(
        files(&loaded.roots[0], &loaded),
        [
            "terraform.tfvars",
            "a.auto.tfvars",
            "b.auto.tfvars",
            "other.tfvars"
        ]
    );
    assert_eq!(&*loaded.roots[0].variable_files[3].values[0].name, "x");
}

#[test]
fn a_root_with_several_settings_is_loaded_for_each() {
    let texts = [("main.tf", ""), ("prod.tfvars", ""), ("test.tfvars", "")];
    let settings = |file: &str| RootSettings {
        directory: PathBuf::from("."),
        variable_files: vec![PathBuf::from(file)],
        variant: None,
    };
    let options = LoadOptions {
        paths: vec![PathBuf::from(".")],
        roots: vec![settings("prod.tfvars"), settings("test.tfvars")],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &Files::in_memory(&texts));
    let roots: Vec<_> = loaded
        .roots
        .iter()
        .map(|root| (root.settings, files(root, &loaded)))
        .collect();
    assert_eq!(
        roots,
        [
            (Some(0), vec!["prod.tfvars".to_owned()]),
            (Some(1), vec!["test.tfvars".to_owned()])
        ]
    );
}

#[test]
fn a_block_in_a_variable_file_is_an_error() {
    let loaded = load_paths(
        &[("main.tf", ""), ("terraform.tfvars", "tags {\n}\n")],
        &["."],
    );
    assert_eq!(
        messages(&loaded),
        ["terraform.tfvars:1:1 a variable file cannot hold a block such as `tags`"]
    );
}

#[test]
fn a_variable_file_that_cannot_be_read_is_marked() {
    let texts = [("main.tf", ""), ("terraform.tfvars", "a = 1\nb = \n")];
    let loaded = load_paths(&texts, &["."]);
    let file = &loaded.roots[0].variable_files[0];
    assert!(file.is_unreadable && file.values.is_empty());
    assert_eq!(
        messages(&loaded),
        ["terraform.tfvars:2:5 unexpected end of the line"]
    );
}
