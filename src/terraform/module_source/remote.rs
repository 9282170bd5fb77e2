//! Addresses that no registry has: URLs, getters such as `git::`, and the shorthands of go-getter.

use super::url::is_scheme;
use super::{GitPackage, HttpPackage, InvalidSource, Package, PackageSource, Url, split_subfolder};

/// What follows the getters and shorthands.
struct Address {
    getter: Option<String>,
    /// A URL, mostly.
    text: String,
    subfolder: String,
}

pub(super) fn parse(text: &str) -> Result<PackageSource, InvalidSource> {
    let address = address(text)?;
    let scheme = address.text.split_once("://").map(|(scheme, _)| scheme);
    let scheme = scheme.unwrap_or_default().to_ascii_lowercase();
    let getter = address.getter.unwrap_or_else(|| scheme.clone());
    let package = match getter.as_str() {
        "git" => git(&address.text)?,
        "http" | "https" => http(&address.text)?,
        "file" => Package::Directory(directory(&address.text)?),
        "" => return Err(InvalidSource::Unknown),
        _ => Package::Unsupported {
            getter,
            address: address.text,
        },
    };
    Ok(PackageSource {
        package,
        subfolder: address.subfolder,
    })
}

fn address(text: &str) -> Result<Address, InvalidSource> {
    let (getter, rest) = split_getter(text);
    let (rest, subfolder) = split_subfolder(rest)?;
    let written = |url: String, folder: String| Address {
        getter: getter.map(str::to_owned),
        text: url,
        subfolder: folder,
    };
    let scheme = rest.split_once("://").map(|(scheme, _)| scheme);
    if scheme.is_some_and(is_scheme) {
        return Ok(written(rest, subfolder));
    }
    if getter == Some("git")
        && let Some((helper, _)) = rest.split_once("::")
    {
        return Err(InvalidSource::RemoteHelper(helper.to_owned()));
    }
    if is_absolute_path(&rest) {
        let url = format!("file://{}", rest.replace('\\', "/"));
        return Ok(written(url, subfolder));
    }
    let Some(expanded) = shorthand(&rest) else {
        return Err(InvalidSource::Unknown);
    };
    let (own_getter, long) = split_getter(&expanded);
    let (url, outer) = split_subfolder(long)?;
    let folders = [outer, subfolder].into_iter();
    let folders: Vec<String> = folders.filter(|folder| !folder.is_empty()).collect();
    Ok(Address {
        getter: getter.or(own_getter).map(str::to_owned),
        text: url,
        subfolder: folders.join("/"),
    })
}

/// `git::https://…` without the getter.
fn split_getter(text: &str) -> (Option<&str>, &str) {
    match text.split_once("::") {
        Some((getter, rest))
            if !getter.is_empty() && getter.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            (Some(getter), rest)
        }
        _ => (None, text),
    }
}

/// The long form of a shorthand, in the order in which go-getter tries them.
fn shorthand(text: &str) -> Option<String> {
    if text.starts_with("github.com/") || text.starts_with("bitbucket.org/") {
        return repository(text);
    }
    if let Some(rest) = text.strip_prefix("git@") {
        return scp(rest);
    }
    let host = text.split('/').next().unwrap_or(text);
    if host.ends_with("googleapis.com") {
        return Some(format!("gcs::https://{text}"));
    }
    if host.ends_with(".amazonaws.com") {
        return Some(format!("s3::https://{text}"));
    }
    None
}

/// `github.com/OWNER/NAME[/FOLDER]`
fn repository(text: &str) -> Option<String> {
    let (place, query) = text.split_once('?').unwrap_or((text, ""));
    let mut parts = place.splitn(4, '/');
    let (host, owner, name) = (parts.next()?, parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    if owner.is_empty() || name.is_empty() {
        return None;
    }
    let folder = parts
        .next()
        .map_or(String::new(), |folder| format!("//{folder}"));
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    Some(format!(
        "git::https://{host}/{owner}/{name}.git{folder}{query}"
    ))
}

/// `git@HOST:PATH`
fn scp(rest: &str) -> Option<String> {
    let (host, path) = rest.split_once(':')?;
    Some(format!(
        "git::ssh://git@{host}/{}",
        path.trim_start_matches('/')
    ))
}

fn is_absolute_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_drive = bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes[2], b'\\' | b'/');
    text.starts_with('/') || text.starts_with('\\') || has_drive
}

fn git(text: &str) -> Result<Package, InvalidSource> {
    let mut url = Url::parse(text)?;
    let mut package = GitPackage {
        reference: None,
        has_key: false,
        url: url.clone(),
    };
    let mut kept = Vec::new();
    for (name, value) in arguments(&url) {
        match name.as_str() {
            "ref" => {
                package.reference = Some(decoded(&value)).filter(|reference| !reference.is_empty());
            }
            "sshkey" => package.has_key = true,
            // How much history is fetched changes nothing in the tree.
            "depth" => {}
            _ => kept.push(format!("{name}={value}")),
        }
    }
    url.query = (!kept.is_empty()).then(|| kept.join("&"));
    Ok(Package::Git(GitPackage { url, ..package }))
}

fn http(text: &str) -> Result<Package, InvalidSource> {
    let mut url = Url::parse(text)?;
    if !matches!(url.scheme.as_str(), "http" | "https") {
        return Err(InvalidSource::Unknown);
    }
    let (mut archive, mut checksum) = (None, None);
    let mut kept = Vec::new();
    for (name, value) in arguments(&url) {
        match name.as_str() {
            "archive" => archive = Some(decoded(&value)),
            "checksum" => checksum = Some(decoded(&value)),
            _ => kept.push(format!("{name}={value}")),
        }
    }
    url.query = (!kept.is_empty()).then(|| kept.join("&"));
    Ok(Package::Http(HttpPackage {
        url,
        archive,
        checksum,
    }))
}

/// The path of a `file` URL; on Windows a drive may follow its first `/`.
fn directory(text: &str) -> Result<String, InvalidSource> {
    let path = text.strip_prefix("file://").unwrap_or(text);
    let path = path.split('?').next().unwrap_or(path);
    let has_drive = path.as_bytes().get(2) == Some(&b':') && path.starts_with('/');
    let path = if has_drive { &path[1..] } else { path };
    is_absolute_path(path)
        .then(|| path.to_owned())
        .ok_or(InvalidSource::Unknown)
}

fn arguments(url: &Url) -> impl Iterator<Item = (String, String)> {
    let query = url.query.as_deref().unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_owned(), value.to_owned())
    })
}

/// A value of a query without its escapes.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.get(..2).filter(|_| *first == b'%');
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
