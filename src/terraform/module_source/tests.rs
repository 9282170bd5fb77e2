use super::*;

/// The source in Terraform's long form, with the folder behind `//`; or the reason.
fn long(text: &str) -> String {
    match ModuleSource::parse(text, TERRAFORM_REGISTRY) {
        Ok(ModuleSource::Local(path)) => path,
        Ok(ModuleSource::Package(PackageSource { package, subfolder })) => {
            if subfolder.is_empty() {
                package.to_string()
            } else {
                format!("{package} // {subfolder}")
            }
        }
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn a_local_source_is_a_clean_path() {
    assert_eq!(long("./a//b/../c"), "./a/c");
    assert_eq!(long(".\\a\\b"), "./a/b");
    assert_eq!(long("..\\..\\net"), "../../net");
    assert_eq!(long("../a/../../b"), "../../b");
}

#[test]
fn an_address_of_a_registry_has_three_or_four_parts() {
    let vpc = "registry.terraform.io/terraform-aws-modules/vpc/aws";
    assert_eq!(long("terraform-aws-modules/vpc/aws"), vpc);
    assert_eq!(
        long("terraform-aws-modules/vpc/aws//modules/x/"),
        format!("{vpc} // modules/x")
    );
    assert_eq!(
        long("App.Terraform.io/Acme/Net/aws"),
        "app.terraform.io/Acme/Net/aws"
    );
    assert_eq!(long("localhost.dev:8443/a/b/c"), "localhost.dev:8443/a/b/c");
    assert_eq!(long("gitlab.com/o/r/aws"), "gitlab.com/o/r/aws");
    assert_eq!(
        long("git.example.com/o/r/s//x"),
        "git.example.com/o/r/s // x"
    );
    let tofu = ModuleSource::parse("a/b/c", OPENTOFU_REGISTRY);
    assert!(matches!(
        tofu,
        Ok(ModuleSource::Package(PackageSource { package: Package::Registry(package), .. }))
            if package.host == OPENTOFU_REGISTRY
    ));
    for text in [
        "gitlab.com/o/r",
        "a/b/c-d",
        "a/b",
        "-a/b/c",
        "a/b/c?x=1",
        "xn--a.com/a/b/c",
        "a//b",
    ] {
        assert_eq!(long(text), "error: it is no address of a module", "{text}");
    }
    assert_eq!(
        long("a/b/c//../x"),
        "error: its folder leads out of the package"
    );
}

#[test]
fn a_shorthand_names_a_git_repository() {
    assert_eq!(long("github.com/o/r"), "git::https://github.com/o/r.git");
    assert_eq!(
        long("github.com/o/r.git//m?ref=v1"),
        "git::https://github.com/o/r.git?ref=v1 // m"
    );
    assert_eq!(
        long("github.com/o/r/m/n//x?ref=v1"),
        "git::https://github.com/o/r.git?ref=v1 // m/n/x"
    );
    assert_eq!(
        long("git::github.com/o/r"),
        "git::https://github.com/o/r.git"
    );
    assert_eq!(
        long("bitbucket.org/o/r"),
        "git::https://bitbucket.org/o/r.git"
    );
    assert_eq!(
        long("git@h:p.git//m?ref=feature/x"),
        "git::ssh://git@h/p.git?ref=feature/x // m"
    );
    assert_eq!(long("git::git@h:p.git"), "git::ssh://git@h/p.git");
    assert_eq!(
        long("git::https://h/o/r.git//m?ref=a%2Fb&depth=1"),
        "git::https://h/o/r.git?ref=a/b // m"
    );
    assert_eq!(
        long("git::ssh://git@h:2222/p.git?ref="),
        "git::ssh://git@h:2222/p.git"
    );
    assert_eq!(long("git::/abs/p.git"), "git::file:///abs/p.git");
}

#[test]
fn what_is_not_fetched_is_named() {
    assert_eq!(
        long("s3::https://s3.amazonaws.com/b/x.zip?sig=1"),
        "s3::https://s3.amazonaws.com/b/x.zip"
    );
    assert_eq!(
        long("b.s3.amazonaws.com/x.zip"),
        "s3::https://b.s3.amazonaws.com/x.zip"
    );
    assert_eq!(
        long("www.googleapis.com/storage/v1/b/x"),
        "gcs::https://www.googleapis.com/storage/v1/b/x"
    );
    assert_eq!(long("hg::https://h/r"), "hg::https://h/r");
    for text in ["ssh://git@h/p", "git+ssh://h/p", "oci://h/r"] {
        let getter = text.split("://").next().unwrap_or_default();
        assert_eq!(long(text), format!("{getter}::{text}"));
    }
}

#[test]
fn a_url_is_an_archive_or_a_page() {
    assert_eq!(long("https://h/x.tar.gz//m"), "https://h/x.tar.gz // m");
    assert_eq!(
        long("https://u:p@h/x.zip?token=s&archive=zip"),
        "https://h/x.zip"
    );
    assert_eq!(
        long("https://github.com/o/r.git"),
        "https://github.com/o/r.git"
    );
    let source = ModuleSource::parse("https://h/x?archive=tgz&a=1", TERRAFORM_REGISTRY);
    let Ok(ModuleSource::Package(PackageSource {
        package: Package::Http(package),
        ..
    })) = source
    else {
        panic!("an archive");
    };
    assert_eq!(package.archive.as_deref(), Some("tgz"));
    assert_eq!(package.url.to_string(), "https://h/x?a=1");
}

#[test]
fn an_absolute_path_is_a_directory_of_the_machine() {
    for (text, path) in [
        ("/abs/pkg//m", "/abs/pkg // m"),
        ("file:///abs/pkg", "/abs/pkg"),
        ("C:\\mods\\net", "C:/mods/net"),
        ("C:/mods/net", "C:/mods/net"),
        ("file:///C:/mods/net", "C:/mods/net"),
        ("\\\\server\\share", "//server/share"),
    ] {
        assert_eq!(long(text), path);
    }
}

#[test]
fn a_source_that_would_run_a_program_is_none() {
    assert_eq!(
        long("git::ext::sh -c touch% /tmp/x"),
        "error: git would run the program `git-remote-ext` for it"
    );
    assert_eq!(
        long("git::ssh://-oProxyCommand=x/y"),
        "error: its URL has no plain host"
    );
    assert_eq!(
        long("git@-oProxyCommand=x:y"),
        "error: its URL has no plain host"
    );
    assert_eq!(
        long("git::https://a b/c"),
        "error: its URL has a character that must be escaped"
    );
    assert_eq!(
        long("git::https://good.com\\@evil.com/x"),
        "error: its URL has a character that must be escaped"
    );
    assert_eq!(
        long("git::ssh://git@h:p.git"),
        "error: its URL has no plain host"
    );
}

#[test]
fn registries_of_terraform_and_opentofu_serve_the_same_modules() {
    let package = |host: &str| RegistryPackage {
        host: host.to_owned(),
        namespace: "a".to_owned(),
        name: "b".to_owned(),
        system: "c".to_owned(),
    };
    assert!(package(TERRAFORM_REGISTRY).is_same_module(&package(OPENTOFU_REGISTRY)));
    assert!(!package(TERRAFORM_REGISTRY).is_same_module(&package("app.terraform.io")));
}

const LISTED: &str =
    "0.9.0 1.0.0 1.0.1 1.1.0 1.2.0 1.2.9 1.2.3.4 v1.5.0 1.10.0 2.0.0 2.1.0 2.2.0-alpha 3.0.0-beta1";

/// The version that a constraint picks, as real `terraform get` did.
fn pick(text: &str) -> Option<String> {
    let listed = LISTED
        .split(' ')
        .map(|version| Version::parse(version).expect("a version"));
    let listed: Vec<Version> = listed.collect();
    let constraint = Constraint::parse(text).expect("a constraint");
    constraint.choose(&listed).map(ToString::to_string)
}

#[test]
fn a_constraint_picks_the_version_that_terraform_picks() {
    for (text, version) in [
        ("~> 1", "2.1.0"),
        ("~> 0", "2.1.0"),
        ("~> 2", "2.1.0"),
        ("~> 1.0", "1.10.0"),
        ("~> 1.2", "1.10.0"),
        ("~> v1.5", "1.10.0"),
        ("~> 1.2.0", "1.2.9"),
        ("~>1.1,<1.10", "1.5.0"),
        ("~> 1.2.3.4", "1.2.3.4"),
        ("1.2.3.4", "1.2.3.4"),
        ("1", "1.0.0"),
        ("1.0", "1.0.0"),
        ("v1.0.0", "1.0.0"),
        ("=v1.0.0", "1.0.0"),
        ("3.0.0-beta1", "3.0.0-beta1"),
        ("!= 2.1.0", "2.0.0"),
        ("< 1.0.1 , >0.9", "1.0.0"),
        ("<= 1.1", "1.1.0"),
    ] {
        assert_eq!(pick(text).as_deref(), Some(version), "{text}");
    }
    for text in [
        "= 3.0.0-beta1",
        "v3.0.0-beta1",
        ">= 3.0.0-beta1",
        "~> 3.0.0-beta1",
        ">=1, 3.0.0-beta1",
        "> 9",
    ] {
        assert_eq!(pick(text), None, "{text}");
    }
    let listed: Vec<Version> = LISTED.split(' ').filter_map(Version::parse).collect();
    let newest = Constraint::any().choose(&listed).map(ToString::to_string);
    assert_eq!(newest.as_deref(), Some("2.1.0"));
}

#[test]
fn what_terraform_takes_for_no_constraint_is_none() {
    for text in [
        "", "1.0,", "^1", "~1", "1.x", "*", "== 1", "=> 1", ">= 1 < 2", "1 || 2", "latest",
    ] {
        assert!(Constraint::parse(text).is_err(), "{text}");
    }
}

#[test]
fn versions_are_ordered_as_go_version_orders_them() {
    let ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0",
        "1.0.0.1",
        "1.2",
        "1.10",
    ];
    let versions: Vec<Version> = ordered
        .iter()
        .filter_map(|text| Version::parse(text))
        .collect();
    assert!(versions.is_sorted_by(|first, second| first.order(second).is_lt()));
    assert_eq!(
        Version::parse("v1.5.0+b").expect("a version").to_string(),
        "1.5.0+b"
    );
}
