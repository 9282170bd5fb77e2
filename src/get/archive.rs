//! Packages behind a URL: archives, and pages that name another address (go-getter's `X-Terraform-Get`).

use std::fs::File;
use std::io::{Read, Seek, Write};

use flate2::read::GzDecoder;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use zip::ZipArchive;

use super::credentials::Credentials;
use super::failure::GetFailure;
use super::http::{Answer, Client, Request};
use super::store::{Partial, Store, create, open};
use super::tree::TreeWriter;
use super::tree_name;
use crate::terraform::module_index::hex;
use crate::terraform::module_source::{HttpPackage, Url};

/// Bytes of the largest archive.
const LARGEST_ARCHIVE: u64 = 512 << 20;

/// What lies behind a URL.
pub(super) enum Download {
    /// A package, by the name of its tree.
    Tree(String),
    /// Another address, and the URL that named it.
    Address(String, Url),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Zip,
    Tar,
    TarGz,
}

/// Fetches an archive into the cache, or asks a page for an address.
pub(super) fn fetch(
    package: &HttpPackage,
    led_by: Option<&Url>,
    client: &Client,
    credentials: &Credentials,
    store: &Store,
) -> Result<Download, GetFailure> {
    let authorization = credentials.basic(&package.url);
    let ask = |url: &Url| {
        let answer = client.get(Request {
            url,
            from: led_by,
            authorization: authorization.as_deref(),
            headers: &[],
        })?;
        expect_success(&answer)?;
        Ok::<_, GetFailure>(answer)
    };
    let Some(format) = format_of(package)? else {
        let answer = ask(&with_question(&package.url))?;
        return address(answer);
    };
    let answer = ask(&package.url)?;
    let partial = store.partial()?;
    let checksum = package.checksum.as_deref();
    let sums = download(answer, &partial, checksum)?;
    let tree = tree_name("archive", &sums);
    store.add(&tree, |directory| {
        let mut writer = TreeWriter::new(directory);
        unpack(open(&file_in(&partial))?, format, &mut writer)?;
        writer.finish()
    })?;
    Ok(Download::Tree(tree))
}

fn expect_success(answer: &Answer) -> Result<(), GetFailure> {
    if answer.is_success() {
        return Ok(());
    }
    Err(GetFailure::Status {
        host: answer.url.authority(),
        status: answer.status,
        credential: None,
    })
}

/// The format that the source names, else that of the file's name; `None` for a page.
fn format_of(package: &HttpPackage) -> Result<Option<Format>, GetFailure> {
    let named = package.archive.as_deref();
    let path = package.url.path.to_ascii_lowercase();
    let is = |extension: &str| match named {
        Some(named) => named == extension,
        None => path.ends_with(&format!(".{extension}")),
    };
    if [
        "tar.bz2", "tbz2", "tar.xz", "txz", "tar.zst", "tzst", "bz2", "xz", "gz", "zst",
    ]
    .into_iter()
    .any(is)
        && !["tar.gz", "tgz"].into_iter().any(is)
    {
        return Err(GetFailure::Archive(
            "archives that are not zip, tar or tar.gz are not read",
        ));
    }
    Ok(match () {
        () if is("zip") => Some(Format::Zip),
        () if is("tar.gz") || is("tgz") => Some(Format::TarGz),
        () if is("tar") => Some(Format::Tar),
        () => None,
    })
}

fn with_question(url: &Url) -> Url {
    let query = url.query.as_deref().filter(|query| !query.is_empty());
    let query = query.map_or(String::new(), |query| format!("{query}&"));
    Url {
        query: Some(format!("{query}terraform-get=1")),
        ..url.clone()
    }
}

/// The address that a page names: in a header, else in `<meta name="terraform-get" content="…">`.
fn address(answer: Answer) -> Result<Download, GetFailure> {
    let url = answer.url.clone();
    if let Some(address) = answer.header("x-terraform-get") {
        return Ok(Download::Address(address.to_owned(), url));
    }
    let page = answer.text()?;
    let meta = meta_content(&page).ok_or(GetFailure::Archive(
        "it is no archive, and names no address of one",
    ))?;
    Ok(Download::Address(meta, url))
}

fn meta_content(page: &str) -> Option<String> {
    let mut tags = page.split("<meta").skip(1);
    tags.find_map(|tag| {
        let tag = tag.split('>').next()?;
        let attribute = |name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            rest.split('"').next()
        };
        (attribute("name") == Some("terraform-get"))
            .then(|| attribute("content").map(str::to_owned))
            .flatten()
    })
}

fn file_in(partial: &Partial) -> std::path::PathBuf {
    partial.path.join("archive")
}

/// Writes an answer to a file, and returns the digest of its bytes.
fn download(
    answer: Answer,
    partial: &Partial,
    checksum: Option<&str>,
) -> Result<String, GetFailure> {
    let host = answer.url.authority();
    let mut file = create(&file_in(partial))?;
    let mut digests = Digests::default();
    let mut reader = answer.into_reader().take(LARGEST_ARCHIVE + 1);
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let read = reader.read(&mut buffer);
        let read = read.map_err(|error| GetFailure::Connection {
            host: host.clone(),
            reason: error.to_string(),
        })?;
        if read == 0 {
            break;
        }
        length += read as u64;
        if length > LARGEST_ARCHIVE {
            return Err(GetFailure::TooLarge("512 MiB"));
        }
        digests.update(&buffer[..read]);
        file.write_all(&buffer[..read])?;
    }
    file.sync_data()?;
    digests.check(checksum)
}

/// The digests that a `checksum` may be about.
#[derive(Default)]
struct Digests {
    md5: Md5,
    sha1: Sha1,
    sha256: Sha256,
    sha512: Sha512,
}

impl Digests {
    fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sha1.update(bytes);
        self.sha256.update(bytes);
        self.sha512.update(bytes);
    }

    /// Compares with `checksum=[TYPE:]HEX`, and returns the SHA-256.
    fn check(self, checksum: Option<&str>) -> Result<String, GetFailure> {
        let sha256 = hex(&self.sha256.finalize());
        let Some(checksum) = checksum else {
            return Ok(sha256);
        };
        let (kind, expected) = checksum.rsplit_once(':').unwrap_or(("", checksum));
        let found = match (kind, expected.len()) {
            ("file", _) => return Err(GetFailure::Archive("files of checksums are not read")),
            ("md5" | "", 32) => hex(&self.md5.finalize()),
            ("sha1" | "", 40) => hex(&self.sha1.finalize()),
            ("sha256" | "", 64) => sha256.clone(),
            ("sha512" | "", 128) => hex(&self.sha512.finalize()),
            _ => return Err(GetFailure::Checksum),
        };
        if found.eq_ignore_ascii_case(expected) {
            Ok(sha256)
        } else {
            Err(GetFailure::Checksum)
        }
    }
}

fn unpack(file: File, format: Format, writer: &mut TreeWriter) -> Result<(), GetFailure> {
    match format {
        Format::Zip => unpack_zip(file, writer),
        Format::Tar => unpack_tar(file, writer),
        Format::TarGz => unpack_tar(GzDecoder::new(file), writer),
    }
}

fn broken(_: impl std::error::Error) -> GetFailure {
    GetFailure::Archive("it is no archive of the kind that it is said to be")
}

fn unpack_zip(file: impl Read + Seek, writer: &mut TreeWriter) -> Result<(), GetFailure> {
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    for position in 0..archive.len() {
        let mut entry = archive.by_index(position).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        if entry.is_dir() {
            writer.folder(&name)?;
        } else if entry.is_symlink() {
            let mut target = String::new();
            entry
                .by_ref()
                .take(4096)
                .read_to_string(&mut target)
                .map_err(broken)?;
            writer.link(&name, &target)?;
        } else {
            writer.file(&name, &mut entry)?;
        }
    }
    Ok(())
}

fn unpack_tar(file: impl Read, writer: &mut TreeWriter) -> Result<(), GetFailure> {
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let target = entry
            .link_name_bytes()
            .map(|target| String::from_utf8_lossy(&target).into_owned());
        match entry.header().entry_type() {
            kind if kind.is_file() || kind.is_contiguous() => writer.file(&name, &mut entry)?,
            kind if kind.is_dir() => writer.folder(&name)?,
            kind if kind.is_symlink() => writer.link(&name, &target.unwrap_or_default())?,
            // A second name for a file: its content would have to be looked up among what was written.
            kind if kind.is_hard_link() => {
                return Err(GetFailure::Archive("archives with hard links are not read"));
            }
            // Devices and pipes are no modules, and what describes other entries was read with them.
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn package(url: &str, archive: Option<&str>) -> HttpPackage {
        HttpPackage {
            url: Url::parse(url).expect("a URL"),
            archive: archive.map(str::to_owned),
            checksum: None,
        }
    }

    #[test]
    fn the_format_is_what_the_source_says_else_what_the_name_says() {
        let format = |url, archive| format_of(&package(url, archive)).ok();
        assert_eq!(format("https://h/a.zip", None), Some(Some(Format::Zip)));
        assert_eq!(
            format("https://h/a.tar.gz", None),
            Some(Some(Format::TarGz))
        );
        assert_eq!(format("https://h/a.TGZ", None), Some(Some(Format::TarGz)));
        assert_eq!(
            format("https://h/a", Some("tar.gz")),
            Some(Some(Format::TarGz))
        );
        assert_eq!(format("https://h/a.zip", Some("false")), Some(None));
        assert_eq!(format("https://h/a", None), Some(None));
        assert_eq!(format("https://h/a.tar.xz", None), None);
    }

    #[test]
    fn a_page_may_name_an_address() {
        let page = r#"<html><head><meta charset="utf-8"><meta name="terraform-get" content="git::https://h/r"></head>"#;
        assert_eq!(meta_content(page).as_deref(), Some("git::https://h/r"));
        assert_eq!(meta_content("<meta name=\"other\" content=\"x\">"), None);
    }

    #[test]
    fn a_checksum_is_compared() {
        let check = |checksum| {
            let mut digests = Digests::default();
            digests.update(b"abc");
            digests.check(checksum).is_ok()
        };
        assert!(check(None));
        assert!(check(Some("md5:900150983cd24fb0d6963f7d28e17f72")));
        assert!(check(Some("a9993e364706816aba3e25717850c26c9cd0d89d")));
        assert!(!check(Some("md5:900150983cd24fb0d6963f7d28e17f73")));
        assert!(!check(Some("sha9:abc")));
    }

    #[test]
    fn names_in_archives_lead_nowhere_else() {
        let directory = tempfile::tempdir().expect("a directory");
        let tar = |name: &str, kind: tar::EntryType| {
            let mut header = tar::Header::new_gnu();
            let bytes = name.as_bytes();
            header.as_gnu_mut().expect("gnu").name[..bytes.len()].copy_from_slice(bytes);
            header.set_entry_type(kind);
            header.set_size(0);
            header.set_link_name("/etc/passwd").expect("short");
            header.set_cksum();
            let mut builder = tar::Builder::new(Vec::new());
            builder.append(&header, io::empty()).expect("written");
            builder.into_inner().expect("written")
        };
        let unpacked = |bytes: Vec<u8>| {
            let mut writer = TreeWriter::new(directory.path());
            unpack_tar(bytes.as_slice(), &mut writer).and_then(|()| writer.finish())
        };
        let file = tar::EntryType::Regular;
        for name in ["../x", "/tmp/x", "a/../../x", "C:/x"] {
            assert!(unpacked(tar(name, file)).is_err(), "{name}");
        }
        assert!(unpacked(tar("a", tar::EntryType::Link)).is_err());
        assert_eq!(unpacked(tar("a", tar::EntryType::Symlink)), Ok(()));
        assert!(open(&directory.path().join("a")).is_err());
        assert_eq!(unpacked(tar("b", tar::EntryType::Char)), Ok(()));
        assert_eq!(unpacked(tar("c", file)), Ok(()));
        assert!(open(&directory.path().join("c")).is_ok());
        assert!(
            unpack_zip(
                io::Cursor::new(b"no zip"),
                &mut TreeWriter::new(directory.path())
            )
            .is_err()
        );
    }
}
