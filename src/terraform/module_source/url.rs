//! URLs of packages.

use std::fmt;

use thiserror::Error;

/// A URL whose host every reader finds at the same place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    /// In lower case.
    pub scheme: String,
    /// `user` or `user:password`.
    pub user: Option<String>,
    /// In lower case; empty for a path of this machine.
    pub host: String,
    /// The port, if it is written.
    pub port: Option<u16>,
    /// From the first `/`, or empty.
    pub path: String,
    /// What follows `?`, without it.
    pub query: Option<String>,
}

/// Why a text is no URL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidUrl {
    /// It has no scheme.
    #[error("its URL has no scheme")]
    NoScheme,
    /// Readers might find another host in it.
    #[error("its URL has no plain host")]
    Host,
    /// It has a blank, a backslash or a control character.
    #[error("its URL has a character that must be escaped")]
    Character,
}

impl Url {
    /// Takes a URL apart.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        let is_refused = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '#');
        if text.chars().any(is_refused) {
            return Err(InvalidUrl::Character);
        }
        let (scheme, rest) = text.split_once("://").ok_or(InvalidUrl::NoScheme)?;
        if !is_scheme(scheme) {
            return Err(InvalidUrl::NoScheme);
        }
        let (before_query, query) = match rest.split_once('?') {
            Some((before, query)) => (before, Some(query.to_owned())),
            None => (rest, None),
        };
        let path = before_query.find('/').unwrap_or(before_query.len());
        let (authority, path) = before_query.split_at(path);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, authority),
        };
        let (host, port) = split_port(place)?;
        let scheme = scheme.to_ascii_lowercase();
        let is_path = scheme == "file" && host.is_empty();
        if !is_path && !is_host(&host) {
            return Err(InvalidUrl::Host);
        }
        Ok(Self {
            scheme,
            user,
            host,
            port,
            path: path.to_owned(),
            query,
        })
    }

    /// The host, with the port if one is written.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// Without what may be secret: the password and the query.
    pub fn redacted(&self) -> String {
        // A name alone may be a token too; that of ssh is part of the address.
        let user = match (self.scheme.as_str(), &self.user) {
            ("ssh", Some(user)) => user.split(':').next().unwrap_or_default().to_owned() + "@",
            _ => String::new(),
        };
        format!("{}://{user}{}{}", self.scheme, self.authority(), self.path)
    }

    /// The same URL without user and password.
    #[must_use]
    pub fn without_user(&self) -> Self {
        Self {
            user: None,
            ..self.clone()
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{}://", self.scheme)?;
        if let Some(user) = &self.user {
            write!(out, "{user}@")?;
        }
        write!(out, "{}{}", self.authority(), self.path)?;
        match &self.query {
            Some(query) => write!(out, "?{query}"),
            None => Ok(()),
        }
    }
}

/// Whether a text is the scheme of a URL.
pub(super) fn is_scheme(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_part)
}

fn split_port(place: &str) -> Result<(String, Option<u16>), InvalidUrl> {
    let bracket = place.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match place[bracket..].find(':') {
        Some(at) => (&place[..bracket + at], Some(&place[bracket + at + 1..])),
        None => (place, None),
    };
    let port = port.map(str::parse).transpose();
    Ok((
        host.to_ascii_lowercase(),
        port.map_err(|_| InvalidUrl::Host)?,
    ))
}

fn is_host(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    if let Some(address) = inner {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    // A name that begins with a hyphen would be an option of ssh.
    !text.is_empty() && text.chars().all(is_part) && !text.starts_with('-')
}
