//! The protocol of module registries ("Module Registry Protocol", "Remote Service Discovery").

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::Deserialize;

use super::credentials::Credentials;
use super::failure::GetFailure;
use super::http::{Answer, Client, Request, relative_to};
use crate::terraform::module_source::{
    Constraint, ModuleSource, PackageSource, RegistryPackage, Url, Version,
};

const DISCOVERY: &str = "/.well-known/terraform.json";
const SERVICE: &str = "modules.v1";
/// Registries of `HashiCorp` look at the version of Terraform that asks; this is the newest grammar that is read here.
const TERRAFORM_VERSION: (&str, &str) = ("X-Terraform-Version", "1.15.0");
const JSON: (&str, &str) = ("Accept", "application/json");

/// Asks registries, each question once.
#[derive(Debug)]
pub(super) struct Registries<'a> {
    pub(super) client: &'a Client,
    pub(super) credentials: &'a Credentials,
    services: Once<String, Result<Url, GetFailure>>,
    versions: Once<String, Result<Vec<Version>, GetFailure>>,
}

/// Answers that several threads ask for: the first one finds it, the others wait.
#[derive(Debug)]
struct Once<K, V>(Mutex<HashMap<K, Arc<OnceLock<V>>>>);

impl<K: std::hash::Hash + Eq + Clone, V: Clone> Once<K, V> {
    fn get(&self, key: &K, find: impl FnOnce() -> V) -> V {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = known.entry(key.clone()).or_default().clone();
        drop(known);
        cell.get_or_init(find).clone()
    }
}

#[derive(Deserialize)]
struct VersionsAnswer {
    modules: Vec<ListedModule>,
}

#[derive(Deserialize)]
struct ListedModule {
    #[serde(default)]
    versions: Vec<ListedVersion>,
}

#[derive(Deserialize)]
struct ListedVersion {
    version: String,
}

#[derive(Deserialize)]
struct DownloadAnswer {
    location: String,
}

impl<'a> Registries<'a> {
    pub(super) fn new(client: &'a Client, credentials: &'a Credentials) -> Self {
        Self {
            client,
            credentials,
            services: Once(Mutex::default()),
            versions: Once(Mutex::default()),
        }
    }

    /// The version that a call gets.
    pub(super) fn version(
        &self,
        package: &RegistryPackage,
        constraint: &str,
    ) -> Result<Version, GetFailure> {
        let wanted = match constraint {
            "" => Constraint::any(),
            text => Constraint::parse(text)?,
        };
        let listed = self
            .versions
            .get(&package.to_string(), || self.list(package))?;
        wanted
            .choose(&listed)
            .cloned()
            .ok_or_else(|| GetFailure::NoVersion {
                constraint: constraint.to_owned(),
                newest: Constraint::any().choose(&listed).map(ToString::to_string),
            })
    }

    /// Where a version is, and the URL that said so.
    pub(super) fn download(
        &self,
        package: &RegistryPackage,
        version: &Version,
    ) -> Result<(PackageSource, Url), GetFailure> {
        let url = self.api(package, &format!("{version}/download"))?;
        let answer = self.ask(&package.host, &url)?;
        if answer.status == 404 {
            return Err(no_module(package));
        }
        self.expect_success(&package.host, &answer)?;
        let (host, led_by) = (package.host.clone(), answer.url.clone());
        let location = match answer.header("x-terraform-get") {
            Some(location) => location.to_owned(),
            None => serde_json::from_str::<DownloadAnswer>(&answer.text()?)
                .map(|download| download.location)
                .map_err(|_| GetFailure::Answer {
                    host: host.clone(),
                    what: "without an address",
                })?,
        };
        let is_relative = ["/", "./", "../"]
            .iter()
            .any(|start| location.starts_with(start));
        let location = if is_relative {
            let joined = relative_to(&led_by, &location);
            joined
                .map_err(|error| GetFailure::Source(error.into()))?
                .to_string()
        } else {
            location
        };
        match ModuleSource::parse(&location, &package.host)? {
            ModuleSource::Package(source) => Ok((source, led_by)),
            ModuleSource::Local(_) => Err(GetFailure::Answer {
                host,
                what: "a local path",
            }),
        }
    }

    fn list(&self, package: &RegistryPackage) -> Result<Vec<Version>, GetFailure> {
        let url = self.api(package, "versions")?;
        let answer = self.ask(&package.host, &url)?;
        if answer.status == 404 {
            return Err(no_module(package));
        }
        self.expect_success(&package.host, &answer)?;
        let parsed: Option<VersionsAnswer> = serde_json::from_str(&answer.text()?).ok();
        let module = parsed.and_then(|listed| listed.modules.into_iter().next());
        let module = module.ok_or_else(|| GetFailure::Answer {
            host: package.host.clone(),
            what: "without versions",
        })?;
        let versions = module.versions.iter();
        Ok(versions
            .filter_map(|listed| Version::parse(&listed.version))
            .collect())
    }

    fn api(&self, package: &RegistryPackage, question: &str) -> Result<Url, GetFailure> {
        let host = &package.host;
        let service = self.services.get(host, || self.discover(host))?;
        let path = format!("{}{}/{question}", service.path, package.path());
        Ok(Url { path, ..service })
    }

    /// The URL of the API, with a final `/`.
    fn discover(&self, host: &str) -> Result<Url, GetFailure> {
        let invalid =
            |error| GetFailure::Source(crate::terraform::module_source::InvalidSource::Url(error));
        let mut service = match self.credentials.modules_service(host) {
            Some(url) => Url::parse(url).map_err(invalid)?,
            None => {
                let asked = Url::parse(&format!("https://{host}{DISCOVERY}")).map_err(invalid)?;
                self.discovered(host, &asked)?
            }
        };
        if !service.path.ends_with('/') {
            service.path.push('/');
        }
        Ok(service)
    }

    fn discovered(&self, host: &str, asked: &Url) -> Result<Url, GetFailure> {
        let answer = self.ask(host, asked)?;
        let none = |what| GetFailure::Answer {
            host: host.to_owned(),
            what,
        };
        if answer.status == 404 {
            return Err(none("that it is no registry"));
        }
        self.expect_success(host, &answer)?;
        let kind = answer.header("content-type").unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some("application/json") {
            return Err(none("something that is no JSON"));
        }
        let url = answer.url.clone();
        let services: serde_json::Value = serde_json::from_str(&answer.text()?).unwrap_or_default();
        let service = services.get(SERVICE).and_then(|service| service.as_str());
        let service = service.ok_or_else(|| none("that it has no modules"))?;
        let service =
            relative_to(&url, service).map_err(|error| GetFailure::Source(error.into()))?;
        match service.scheme.as_str() {
            // Tokens follow.
            "https" => Ok(service),
            _ => Err(none("an address without encryption")),
        }
    }

    fn ask(&self, host: &str, url: &Url) -> Result<Answer, GetFailure> {
        let token = self
            .credentials
            .token(host)
            .map(|token| format!("Bearer {token}"));
        let request = Request {
            url,
            from: None,
            authorization: token.as_deref(),
            headers: &[JSON, TERRAFORM_VERSION],
        };
        match self.client.get(request) {
            // Once more: registries are busy at times.
            Err(GetFailure::Connection { .. }) => self.client.get(request),
            Ok(answer) if answer.status >= 500 => self.client.get(request),
            answer => answer,
        }
    }

    fn expect_success(&self, host: &str, answer: &Answer) -> Result<(), GetFailure> {
        if answer.is_success() {
            Ok(())
        } else {
            Err(GetFailure::Status {
                host: host.to_owned(),
                status: answer.status,
                credential: Some(self.credentials.looked_for(host)),
            })
        }
    }
}

fn no_module(package: &RegistryPackage) -> GetFailure {
    GetFailure::NoModule {
        host: package.host.clone(),
        module: package.path(),
    }
}
