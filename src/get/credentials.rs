//! Tokens of registries and passwords of hosts, from where Terraform and curl look for them. No program is run for them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::failure::Credential;
use super::store::{list_sorted, read_small};
use crate::source::Sources;
use crate::terraform::module_source::Url;
use crate::terraform::syntax::parse::parse;
use crate::terraform::syntax::{Block, Expression, ExpressionKind, File};

/// What the user's files and environment say about hosts.
#[derive(Default)]
pub(super) struct Credentials {
    tokens: BTreeMap<String, String>,
    /// `host "…" { services = { "modules.v1" = "…" } }`: in place of what the host would say.
    services: BTreeMap<String, String>,
    /// `machine`, `login`, `password`; `None` stands for every other machine.
    machines: Vec<(Option<String>, String, String)>,
    variables: BTreeMap<String, String>,
}

/// Secrets are not printed.
impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let hosts = (self.tokens.keys(), self.services.keys());
        write!(out, "Credentials of {hosts:?}")
    }
}

/// `credentials.tfrc.json`
#[derive(Deserialize)]
struct JsonFile {
    #[serde(default)]
    credentials: BTreeMap<String, JsonCredential>,
}

#[derive(Deserialize)]
struct JsonCredential {
    #[serde(default)]
    token: Option<String>,
}

impl Credentials {
    /// Reads what the environment of this process names.
    pub(super) fn of_user() -> Self {
        let variables = std::env::vars_os();
        let variables = variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let mut credentials = Self {
            variables: variables.filter(|(_, value)| !value.is_empty()).collect(),
            ..Self::default()
        };
        for path in configuration_files(|name| std::env::var_os(name)) {
            if let Some(text) = read_small(&path).and_then(|bytes| String::from_utf8(bytes).ok()) {
                credentials.read(&path, &text);
            }
        }
        let home = std::env::home_dir().map(|home| home.join(".netrc"));
        let netrc = credentials
            .variables
            .get("NETRC")
            .map(PathBuf::from)
            .or(home);
        let netrc = netrc.and_then(|path| read_small(&path));
        let netrc = netrc.and_then(|bytes| String::from_utf8(bytes).ok());
        credentials.machines = machines(&netrc.unwrap_or_default());
        credentials
    }

    /// The token of a registry.
    pub(super) fn token(&self, host: &str) -> Option<&str> {
        let names = [host.to_owned(), host.replace('-', "__").replace('.', "_")];
        let mut variables = names
            .iter()
            .filter_map(|name| self.variables.get(&format!("TF_TOKEN_{name}")));
        let given = variables.next().or_else(|| self.tokens.get(host));
        given.map(String::as_str)
    }

    /// What a failure says about the token of a registry.
    pub(super) fn looked_for(&self, host: &str) -> Credential {
        let name = host.replace('-', "__").replace('.', "_");
        Credential {
            is_given: self.token(host).is_some(),
            variable: format!("TF_TOKEN_{name}"),
        }
    }

    /// Where the user says that the API of a registry is.
    pub(super) fn modules_service(&self, host: &str) -> Option<&str> {
        self.services.get(host).map(String::as_str)
    }

    /// `Authorization` for a URL that is no registry's: what it says itself, else the user's `.netrc`.
    pub(super) fn basic(&self, url: &Url) -> Option<String> {
        let written = url
            .user
            .as_ref()
            .map(|user| user.split_once(':').unwrap_or((user, "")));
        let authority = url.authority();
        let mut machines = self.machines.iter();
        let found =
            machines.find(|(machine, ..)| machine.as_ref().is_none_or(|name| *name == authority));
        let found = found.map(|(_, login, password)| (login.as_str(), password.as_str()));
        let (login, password) = written.or(found)?;
        Some(format!(
            "Basic {}",
            STANDARD.encode(format!("{login}:{password}"))
        ))
    }

    fn read(&mut self, path: &Path, text: &str) {
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let file: Option<JsonFile> = serde_json::from_str(text).ok();
            for (host, credential) in file.into_iter().flat_map(|file| file.credentials) {
                self.add_token(&host, credential.token);
            }
            return;
        }
        let id = Sources::default().add(path.display().to_string(), String::new());
        let file: Option<File> = parse(text, id).ok();
        for block in file.iter().flat_map(|file| &file.body.blocks) {
            self.read_block(block);
        }
    }

    fn read_block(&mut self, block: &Block) {
        let Some(host) = block
            .labels
            .first()
            .map(|label| label.text.to_ascii_lowercase())
        else {
            return;
        };
        match &*block.kind {
            "credentials" => {
                let token = block.body.attribute("token");
                let token = token.and_then(|token| text(&token.value));
                self.add_token(&host, token);
            }
            "host" => {
                let services = block.body.attribute("services");
                let url = services.and_then(|services| property(&services.value, "modules.v1"));
                if let Some(url) = url {
                    self.services.entry(host).or_insert(url);
                }
            }
            _ => {}
        }
    }

    fn add_token(&mut self, host: &str, token: Option<String>) {
        if let Some(token) = token.filter(|token| !token.is_empty()) {
            self.tokens
                .entry(host.to_ascii_lowercase())
                .or_insert(token);
        }
    }
}

/// The files of Terraform's and OpenTofu's command line; an earlier one prevails.
fn configuration_files(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let given = variable("TF_CLI_CONFIG_FILE").or_else(|| variable("TERRAFORM_CONFIG"));
    if let Some(path) = given.filter(|path| !path.is_empty()) {
        return vec![PathBuf::from(path)];
    }
    let (directory, names, folder) = if cfg!(windows) {
        (
            variable("APPDATA"),
            ["tofu.rc", "terraform.rc"],
            "terraform.d",
        )
    } else {
        (
            variable("HOME"),
            [".tofurc", ".terraformrc"],
            ".terraform.d",
        )
    };
    let Some(directory) = directory.map(PathBuf::from) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = names.iter().map(|name| directory.join(name)).collect();
    let is_settings = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".tfrc") || name.ends_with(".tfrc.json")
    };
    files.extend(
        list_sorted(&directory.join(folder))
            .into_iter()
            .filter(is_settings),
    );
    files
}

fn text(value: &Expression) -> Option<String> {
    match &value.kind {
        ExpressionKind::String(text) => Some(text.to_string()),
        _ => None,
    }
}

fn property(object: &Expression, name: &str) -> Option<String> {
    let ExpressionKind::Object(items) = &object.kind else {
        return None;
    };
    let mut items = items.iter();
    let found = items.find(|item| text(&item.key).as_deref() == Some(name))?;
    text(&found.value)
}

/// The machines of a `.netrc`, in its order. Macros are passed over with the rest of what is unknown.
fn machines(netrc: &str) -> Vec<(Option<String>, String, String)> {
    let mut machines: Vec<(Option<String>, String, String)> = Vec::new();
    let mut words = netrc.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "machine" => {
                let name = words.next().map(str::to_ascii_lowercase);
                machines.push((name, String::new(), String::new()));
            }
            "default" => machines.push((None, String::new(), String::new())),
            "login" | "password" => {
                let value = words.next().unwrap_or_default().to_owned();
                match (machines.last_mut(), word) {
                    (Some(machine), "login") => machine.1 = value,
                    (Some(machine), _) => machine.2 = value,
                    (None, _) => {}
                }
            }
            _ => {}
        }
    }
    machines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(path: &str, text: &str, variables: &[(&str, &str)]) -> Credentials {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut credentials = Credentials {
            variables: variables.collect(),
            ..Credentials::default()
        };
        credentials.read(Path::new(path), text);
        credentials
    }

    #[test]
    fn a_token_comes_from_the_environment_then_from_files() {
        let text = "credentials \"App.example.com\" {\n  token = \"file\"\n}\n";
        let from_file = credentials("a.tfrc", text, &[]);
        assert_eq!(from_file.token("app.example.com"), Some("file"));
        assert_eq!(from_file.token("example.com"), None);
        let both = credentials("a.tfrc", text, &[("TF_TOKEN_app_example_com", "env")]);
        assert_eq!(both.token("app.example.com"), Some("env"));
        let hyphen = credentials("a.tfrc", "", &[("TF_TOKEN_my__app_example_com", "env")]);
        assert_eq!(hyphen.token("my-app.example.com"), Some("env"));
        assert_eq!(
            hyphen.looked_for("my-app.example.com").variable,
            "TF_TOKEN_my__app_example_com"
        );
        let json = r#"{"credentials": {"app.example.com": {"token": "json"}}}"#;
        let from_json = credentials("credentials.tfrc.json", json, &[]);
        assert_eq!(from_json.token("app.example.com"), Some("json"));
        assert!(!format!("{from_json:?}").contains("json\""));
    }

    #[test]
    fn a_host_block_says_where_a_registry_is() {
        let text = "host \"a.example\" {\n  services = { \"modules.v1\" = \"http://127.0.0.1:1/v1/\" }\n}\n";
        let read = credentials("a.tfrc", text, &[]);
        assert_eq!(
            read.modules_service("a.example"),
            Some("http://127.0.0.1:1/v1/")
        );
    }

    #[test]
    fn a_password_of_netrc_goes_to_its_machine_alone() {
        let read = Credentials {
            machines: machines(
                "machine a.example:8443 login u password p\nmachine b.example\n login v password q",
            ),
            ..Credentials::default()
        };
        let basic = |url: &str| read.basic(&Url::parse(url).expect("a URL"));
        assert_eq!(
            basic("https://a.example:8443/x"),
            Some("Basic dTpw".to_owned())
        );
        assert_eq!(basic("https://a.example/x"), None);
        assert_eq!(basic("https://b.example/x"), Some("Basic djpx".to_owned()));
        assert_eq!(
            basic("https://w:r@b.example/x"),
            Some("Basic dzpy".to_owned())
        );
    }
}
