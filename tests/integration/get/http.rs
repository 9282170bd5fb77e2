//! Archives and registries, served on the loopback.

use std::collections::BTreeMap;

use super::server::{Answer, Server, tar_gz};
use super::{addresses, root};
use crate::support::command::{Repository, Run, run};

const VPC: &str = "resource \"aws_vpc\" \"fetched\" { cidr_block = \"10.0.0.0/16\" }\n";

fn get(root: &Repository, variables: &[(&str, String)]) -> Run {
    let mut command = root.command(&["get"]);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env(
        "TFVPC_CACHE_DIR",
        root.path(".git").join("cache-of-the-test"),
    );
    for (name, value) in variables {
        command.env(name, value);
    }
    run(command)
}

fn archives(port: u16) -> BTreeMap<String, Answer> {
    let led = |target: String| (302, vec![("Location", target)], Vec::new());
    [
        ("/net.tar.gz", (200, vec![], tar_gz("inner/main.tf", VPC))),
        (
            "/evil.tar.gz",
            (200, vec![], tar_gz("../../escaped.tf", VPC)),
        ),
        ("/text.tar.gz", (200, vec![], b"no archive".to_vec())),
        ("/moved.tar.gz", led("/net.tar.gz".to_owned())),
        ("/file.tar.gz", led("file:///etc/passwd".to_owned())),
        (
            "/loop.tar.gz",
            led(format!("http://127.0.0.1:{port}/loop.tar.gz")),
        ),
        (
            "/page?terraform-get=1",
            (
                200,
                vec![(
                    "X-Terraform-Get",
                    format!("http://127.0.0.1:{port}/net.tar.gz//inner"),
                )],
                vec![],
            ),
        ),
        (
            "/glob?terraform-get=1",
            (
                200,
                vec![(
                    "X-Terraform-Get",
                    format!("http://127.0.0.1:{port}/net.tar.gz//*"),
                )],
                vec![],
            ),
        ),
        (
            "/steps?terraform-get=1",
            (
                200,
                vec![("X-Terraform-Get", format!("http://127.0.0.1:{port}/steps"))],
                vec![],
            ),
        ),
        (
            "/exec?terraform-get=1",
            (
                200,
                vec![("X-Terraform-Get", "git::ext::sh -c 'touch x'".to_owned())],
                vec![],
            ),
        ),
    ]
    .map(|(path, answer)| (path.to_owned(), answer))
    .into()
}

#[test]
fn archives_are_fetched_and_checked() {
    let server = Server::start(archives);
    let url = |path: &str| format!("http://127.0.0.1:{}/{path}", server.port);
    for (number, path) in ["net.tar.gz//inner", "moved.tar.gz//inner", "page", "glob"]
        .iter()
        .enumerate()
    {
        let root = root(&format!("get_http_{number}"), &url(path));
        let fetched = get(&root, &[]);
        assert_eq!(fetched.status, Some(0), "{path}: {}", fetched.stderr);
        assert!(
            fetched.stderr.contains("is fetched without encryption"),
            "{}",
            fetched.stderr
        );
        assert!(
            addresses(&root).contains("module.net.aws_vpc.fetched"),
            "{path}"
        );
    }
}

#[test]
fn hostile_answers_are_refused() {
    let server = Server::start(archives);
    let url = |path: &str| format!("http://127.0.0.1:{}/{path}", server.port);
    let wrong = "0000000000000000000000000000000000000000000000000000000000000000";
    let cases = [
        ("evil.tar.gz".to_owned(), "leads out of the package"),
        ("text.tar.gz".to_owned(), "it is no archive"),
        (
            "file.tar.gz".to_owned(),
            "redirects to `file:///etc/passwd`",
        ),
        ("loop.tar.gz".to_owned(), "redirects without end"),
        ("steps".to_owned(), "redirects without end"),
        ("exec".to_owned(), "git would run the program"),
        ("missing.tar.gz".to_owned(), "answered 404"),
        (
            format!("net.tar.gz//inner?checksum=sha256:{wrong}"),
            "its checksum is not that of the source",
        ),
        (
            "net.tar.xz".to_owned(),
            "archives that are not zip, tar or tar.gz",
        ),
    ];
    for (path, why) in cases {
        let root = root("get_http_hostile", &url(&path));
        let refused = get(&root, &[]);
        assert_eq!(refused.status, Some(2), "{path}: {}", refused.stdout);
        assert!(refused.stderr.contains(why), "{path}: {}", refused.stderr);
    }
    let root = root("get_http_host", &url("net.tar.gz//inner"));
    let mut command = root.command(&["get", "--allow-host", "registry.terraform.io"]);
    command.env(
        "TFVPC_CACHE_DIR",
        root.path(".git").join("cache-of-the-test"),
    );
    let refused = run(command);
    assert!(
        refused.stderr.contains("not one that `--allow-host` names"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_registry_gives_the_newest_version_and_a_token_stays_with_its_host() {
    let archive = Server::start(archives);
    let location = format!("http://127.0.0.1:{}/net.tar.gz//inner", archive.port);
    let registry = Server::start(|_| {
        let versions = ["1.0.0", "1.2.0", "1.10.1", "2.0.0", "1.11.0-rc1"];
        let versions = versions
            .map(|version| format!("{{\"version\": \"{version}\"}}"))
            .join(",");
        let listed = format!("{{\"modules\": [{{\"versions\": [{versions}]}}]}}");
        let download: Answer = (204, vec![("X-Terraform-Get", location.clone())], Vec::new());
        [
            (
                "/v1/acme/net/aws/versions".to_owned(),
                (
                    200,
                    vec![("Content-Type", "application/json".to_owned())],
                    listed.into_bytes(),
                ),
            ),
            ("/v1/acme/net/aws/1.10.1/download".to_owned(), download),
        ]
        .into()
    });
    let root = Repository::new("get_registry");
    root.write(
        "main.tf",
        "module \"net\" {\n  source  = \"registry.test/acme/net/aws\"\n  version = \"~> 1.2\"\n}\n",
    );
    let services = format!(
        "host \"registry.test\" {{\n  services = {{ \"modules.v1\" = \"http://127.0.0.1:{}/v1/\" }}\n}}\n",
        registry.port
    );
    root.write(".git/terraform.rc", &services);
    let variables = [
        (
            "TF_CLI_CONFIG_FILE",
            root.path(".git/terraform.rc").display().to_string(),
        ),
        ("TF_TOKEN_registry_test", "hunter2".to_owned()),
    ];
    let fetched = get(&root, &variables);
    assert_eq!(fetched.status, Some(0), "{}", fetched.stderr);
    assert!(
        fetched.stdout.contains("registry.test/acme/net/aws@1.10.1"),
        "{}",
        fetched.stdout
    );
    assert!(addresses(&root).contains("module.net.aws_vpc.fetched"));
    let asked = registry.requests();
    assert!(
        asked.iter().all(|request| request
            .to_ascii_lowercase()
            .contains("authorization: bearer hunter2")),
        "{asked:?}"
    );
    assert!(!archive.requests().concat().contains("hunter2"));
    let before = (asked.len(), archive.requests().len());
    assert_eq!(get(&root, &variables).status, Some(0));
    assert_eq!(
        (registry.requests().len(), archive.requests().len()),
        before,
        "a second run asks nobody"
    );
}
