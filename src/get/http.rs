//! Requests: HTTP and HTTPS, through the user's proxy, with the certificates that the user's system trusts.
//!
//! Redirects are followed here and not by the library: each is compared with what may be asked, and a credential stays
//! with the host that it is for.

use std::io::{self, Read};
use std::net::IpAddr;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::failure::GetFailure;
use super::hosts::{AllowedHosts, may_connect};
use crate::terraform::module_source::Url;

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 10;
const CONNECT: Duration = Duration::from_secs(10);
/// A server that says nothing for so long has gone away.
const SILENCE: Duration = Duration::from_mins(1);
/// Bytes of an answer that is no archive.
const LARGEST_ANSWER: u64 = 4 << 20;

/// Sends requests.
#[derive(Debug)]
pub(super) struct Client {
    /// For what the configuration names.
    agent: Agent,
    /// For where an answer leads.
    led_agent: Agent,
    pub(super) hosts: AllowedHosts,
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) url: &'a Url,
    /// Who led there, if an answer did.
    pub(super) from: Option<&'a Url>,
    /// `Authorization`, for the host of the URL alone.
    pub(super) authorization: Option<&'a str>,
    pub(super) headers: &'a [(&'static str, &'static str)],
}

/// The answer to a request, redirects followed.
#[derive(Debug)]
pub(super) struct Answer {
    /// Where it comes from in the end.
    pub(super) url: Url,
    pub(super) status: u16,
    response: ureq::http::Response<ureq::Body>,
}

impl Client {
    pub(super) fn new(hosts: AllowedHosts) -> Self {
        Self {
            agent: agent(Guard {
                is_led: false,
                is_off: hosts.is_given(),
            }),
            led_agent: agent(Guard {
                is_led: true,
                is_off: hosts.is_given(),
            }),
            hosts,
        }
    }

    /// Asks, and follows redirects.
    pub(super) fn get(&self, request: Request) -> Result<Answer, GetFailure> {
        let mut url = request.url.clone();
        let mut from = request.from.cloned();
        let mut authorization = request.authorization;
        for _ in 0..MOST_REDIRECTS {
            self.hosts.check(&url, from.as_ref())?;
            let response = self.send(&url, from.as_ref(), authorization, request.headers)?;
            let status = response.status().as_u16();
            let location = response.headers().get("location");
            let location = location.and_then(|value| value.to_str().ok());
            let (301 | 302 | 303 | 307 | 308, Some(location)) = (status, location) else {
                return Ok(Answer {
                    url,
                    status,
                    response,
                });
            };
            let next = redirect(&url, location)?;
            if next.authority() != url.authority() || next.scheme != url.scheme {
                authorization = None;
            }
            from = Some(std::mem::replace(&mut url, next));
        }
        Err(GetFailure::Redirects(request.url.authority()))
    }

    fn send(
        &self,
        url: &Url,
        from: Option<&Url>,
        authorization: Option<&str>,
        headers: &[(&'static str, &'static str)],
    ) -> Result<ureq::http::Response<ureq::Body>, GetFailure> {
        let stranger = from.filter(|from| from.host != url.host && !is_near(from));
        let agent = if stranger.is_some() {
            &self.led_agent
        } else {
            &self.agent
        };
        let mut call = agent.get(url.without_user().to_string());
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        if let Some(value) = authorization {
            call = call.header("Authorization", value);
        }
        call.call().map_err(|error| GetFailure::Connection {
            host: url.authority(),
            reason: reason(&error),
        })
    }
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let value = self.response.headers().get(name)?;
        value.to_str().ok().filter(|text| !text.is_empty())
    }

    /// The text of an answer that is no archive.
    pub(super) fn text(self) -> Result<String, GetFailure> {
        let host = self.url.authority();
        let mut text = Vec::new();
        let read = self
            .into_reader()
            .take(LARGEST_ANSWER + 1)
            .read_to_end(&mut text);
        read.map_err(|error| GetFailure::Connection {
            host,
            reason: error.to_string(),
        })?;
        if text.len() as u64 > LARGEST_ANSWER {
            return Err(GetFailure::TooLarge("4 MiB"));
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    pub(super) fn into_reader(self) -> impl Read {
        self.response.into_body().into_reader()
    }
}

/// Whether a URL is one of the local network: what such a host leads to may be there too.
fn is_near(url: &Url) -> bool {
    let host = url.host.trim_start_matches('[').trim_end_matches(']');
    let address: Option<IpAddr> = host.parse().ok();
    address.is_some_and(|address| super::hosts::is_local(&address)) || host == "localhost"
}

/// Where a redirect leads. Files are never read for a server, and nothing that was encrypted goes on in plain text.
fn redirect(url: &Url, location: &str) -> Result<Url, GetFailure> {
    let refused = || GetFailure::Redirect {
        host: url.authority(),
        target: location.split('?').next().unwrap_or_default().to_owned(),
    };
    let next = relative_to(url, location).map_err(|_| refused())?;
    match (url.scheme.as_str(), next.scheme.as_str()) {
        (_, "https") | ("http", "http") => Ok(next.without_user()),
        _ => Err(refused()),
    }
}

/// A URL that may be written relative to another one.
pub(super) fn relative_to(
    url: &Url,
    text: &str,
) -> Result<Url, crate::terraform::module_source::InvalidUrl> {
    if text.contains("://") {
        return Url::parse(text);
    }
    let top = format!("{}://{}", url.scheme, url.authority());
    if let Some(rest) = text.strip_prefix("//") {
        return Url::parse(&format!("{}://{rest}", url.scheme));
    }
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let directory = url
        .path
        .rsplit_once('/')
        .map_or("", |(directory, _)| directory);
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{directory}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    Url::parse(&format!("{top}/{}{query}", parts.join("/")))
}

fn agent(guard: Guard) -> Agent {
    let tls = TlsConfig::builder().root_certs(root_certificates()).build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("tfvpc/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .tls_config(tls);
    Agent::with_parts(config.build(), DefaultConnector::default(), guard)
}

/// The certificates of the system; in their place those of the file that curl and OpenSSL would read.
fn root_certificates() -> RootCerts {
    let variables = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].into_iter();
    let mut named = variables
        .filter_map(std::env::var_os)
        .filter(|path| !path.is_empty());
    let Some(path) = named.next() else {
        return RootCerts::PlatformVerifier;
    };
    let pem = super::store::read_small(path.as_ref()).unwrap_or_default();
    let items = parse_pem(&pem).flatten();
    let certificates = items.filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<Certificate<'static>> = certificates.collect();
    RootCerts::new_with_certs(&certificates)
}

/// Refuses addresses when a connection is made: between a question about a name and its use, its address may change.
#[derive(Debug)]
struct Guard {
    is_led: bool,
    /// Whether the user named the hosts that may be asked.
    is_off: bool,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let is_proxy = config
            .proxy()
            .is_some_and(|proxy| uri.host() == Some(proxy.host()));
        let may = |address: &std::net::SocketAddr| may_connect(&address.ip(), self.is_led);
        if self.is_off || is_proxy || found.iter().all(may) {
            return Ok(found);
        }
        let error = io::Error::other("it has an address of the local network");
        Err(Error::Io(error))
    }
}

/// What the library says, without the address, which may hold a secret.
fn reason(error: &Error) -> String {
    match error {
        Error::BadUri(_) => "its URL is not valid".to_owned(),
        Error::Timeout(_) => "it does not answer in time".to_owned(),
        error => error.to_string(),
    }
}
