use std::path::PathBuf;

use super::*;
use crate::settings::{Settings, proposed_settings};
use crate::source::Sources;
use crate::terraform::load::{LoadOptions, load};

const ROOT: &str = "variable \"cidr\" {}\nvariable \"name\" {}\nvariable \"owner\" {}\n";

fn proposal(texts: &[(&str, &str)]) -> Proposal {
    let files = Files::in_memory(texts);
    let options = LoadOptions {
        paths: vec![PathBuf::from(".")],
        ..LoadOptions::default()
    };
    propose(&load(&options, &files), &files)
}

/// The entries as `path: files (workspace)`.
fn entries(texts: &[(&str, &str)]) -> Vec<String> {
    let roots = proposal(texts).roots.into_iter();
    let lines = roots.map(|root| {
        let workspace = root
            .workspace
            .map_or(String::new(), |name| format!(" ({name})"));
        format!(
            "{}: {}{workspace}",
            root.path,
            root.variable_files.join(" ")
        )
    });
    lines.collect()
}

#[test]
fn files_that_set_the_same_variables_are_environments() {
    let found = entries(&[
        ("net/main.tf", ROOT),
        ("net/terraform.tfvars", "cidr = 0\n"),
        ("net/envs/common.tfvars", "owner = \"a\"\n"),
        ("net/envs/dev.tfvars", "cidr = 1\nname = 1\n"),
        ("net/envs/prod.tfvars", "cidr = 2\nname = 2\n"),
        (
            "net/envs/prod.backend.tfvars",
            "bucket = 1\nkey = 2\nname = 3\n",
        ),
        ("net/example.tfvars", "cidr = 3\nname = 3\n"),
    ]);
    let expected = [
        "net: net/envs/common.tfvars net/envs/dev.tfvars",
        "net: net/envs/common.tfvars net/envs/prod.tfvars",
    ];
    assert_eq!(found, expected);
}

#[test]
fn files_of_one_name_in_several_directories_are_environments() {
    let found = entries(&[
        ("net/main.tf", ROOT),
        ("vars/prod/net.tfvars", "cidr = 1\n"),
        ("vars/test/net.tfvars", "name = 1\n"),
        ("vars/backends/net.tfvars", "owner = 1\n"),
    ]);
    let expected = ["net: vars/prod/net.tfvars", "net: vars/test/net.tfvars"];
    assert_eq!(found, expected);
}

#[test]
fn a_directory_of_files_that_set_different_variables_is_an_environment() {
    let branch = "locals {\n  is_prod = terraform.workspace == \"prod\"\n}\n";
    let found = entries(&[
        ("main.tf", &format!("{ROOT}{branch}")),
        ("env/dev/a.tfvars", "cidr = 1\n"),
        ("env/dev/b.tfvars", "name = 1\n"),
        ("env/prod/a.tfvars", "cidr = 2\n"),
        ("env/prod/b.tfvars", "name = 2\n"),
    ]);
    let expected = [
        ".: env/dev/a.tfvars env/dev/b.tfvars",
        ".: env/prod/a.tfvars env/prod/b.tfvars (prod)",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_file_elsewhere_belongs_to_the_root_module_that_it_fits() {
    let other = "variable \"zone\" {}\n";
    let texts = [
        ("infra/net/main.tf", ROOT),
        ("infra/app/main.tf", ROOT),
        ("infra/dns/main.tf", other),
        ("vars/net/prod.tfvars", "cidr = 1\n"),
        ("vars/app.tfvars", "cidr = 1\n"),
        ("vars/zones.tfvars", "zone = 1\n"),
        ("vars/all.tfvars", "owner = 1\n"),
        ("vars/none.tfvars", "nothing = 1\n"),
    ];
    let expected = [
        "infra/app: vars/app.tfvars",
        "infra/dns: vars/zones.tfvars",
        "infra/net: vars/net/prod.tfvars",
    ];
    assert_eq!(entries(&texts), expected);
    let unclear = UnclearFile {
        path: "vars/all.tfvars".to_owned(),
        roots: 2,
    };
    assert_eq!(proposal(&texts).unclear, [unclear]);
}

#[test]
fn directories_without_infrastructure_may_be_left_out() {
    let found = proposal(&[
        ("main.tf", ""),
        ("examples/a/main.tf", ROOT),
        ("examples/a/b.tfvars", "cidr = 1\n"),
        ("modules/x/test/fixtures/main.tf", ""),
        ("modules/y/test/main.tf", ""),
        ("app/node_modules/x/main.tf", ""),
        ("envs/prod/main.tf", ""),
        ("envs/test/main.tf", ""),
    ]);
    let excluded = found.excluded.iter();
    let excluded =
        excluded.map(|exclusion| (&*exclusion.pattern, exclusion.is_generated, exclusion.roots));
    let expected = [
        ("/app/node_modules", true, 1),
        ("/examples", false, 1),
        ("test", false, 2),
    ];
    assert_eq!(excluded.collect::<Vec<_>>(), expected);
    assert_eq!(found.roots, []);
}

#[test]
fn what_is_proposed_are_valid_settings() {
    let mut found = proposal(&[
        ("net/main.tf", ROOT),
        ("net/dev.tfvars", "cidr = 1\n"),
        ("net/prod.tfvars", "cidr = 2\n"),
        ("examples/a/main.tf", ""),
    ]);
    found.unclear.push(UnclearFile {
        path: "all.tfvars".to_owned(),
        roots: 2,
    });
    let read = |proposal: &Proposal| {
        let text = proposed_settings(proposal);
        let file = Sources::default().add("tfvpc.toml".to_owned(), text.clone());
        let (settings, problems) = Settings::parse(&text, file, Path::new("/"));
        assert_eq!(problems, [], "{text}");
        (settings, text)
    };
    let (settings, text) = read(&found);
    assert_eq!((settings.roots.len(), settings.exclude.len()), (2, 0));
    assert!(
        text.contains("# exclude = [\n#   \"/examples\",  # 1 root module\n# ]\n"),
        "{text}"
    );
    found.excluded[0].is_generated = true;
    assert_eq!(read(&found).0.exclude.len(), 1);
    assert_eq!(
        proposed_settings(&Proposal::default()),
        crate::settings::TEMPLATE
    );
}
