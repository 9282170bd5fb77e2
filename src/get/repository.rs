//! Git repositories, fetched by the `git` command with the user's credentials. A tree is read from the repository's
//! objects: nothing is checked out, so that no hook, filter or submodule of anybody runs.

use std::path::Path;
use std::process::Command;

use super::failure::GetFailure;
use super::store::Store;
use super::tree::TreeWriter;
use crate::git::{self, GitFailure, Repository, TreeEntry};
use crate::terraform::module_index::digest;
use crate::terraform::module_source::{GitPackage, Url};

/// The transports that git may use, unless `GIT_ALLOW_PROTOCOL` says otherwise.
const TRANSPORTS: &str = "https:ssh:http";
/// Bytes of the longest list of references.
const LARGEST_LIST: u64 = 64 << 20;
/// Bytes of the largest file of a module.
const LARGEST_FILE: u64 = 256 << 20;

/// Which transports sources may use.
#[derive(Debug, Clone)]
pub(super) struct Transports(String);

impl Transports {
    /// What the user's environment says. Programs as transports never count.
    pub(super) fn of_user() -> Self {
        let given = std::env::var("GIT_ALLOW_PROTOCOL").ok();
        let given = given.unwrap_or_else(|| TRANSPORTS.to_owned());
        let names = given
            .split(':')
            .filter(|name| !name.is_empty() && *name != "ext");
        Self(names.collect::<Vec<_>>().join(":"))
    }

    pub(super) fn check(&self, name: &str) -> Result<(), GetFailure> {
        if self.0.split(':').any(|allowed| allowed == name) {
            Ok(())
        } else {
            Err(GetFailure::Transport(name.to_owned()))
        }
    }
}

/// A commit that was found and its package in the cache.
pub(super) struct FetchedCommit {
    pub(super) commit: String,
    pub(super) tree: String,
}

/// Fetches a revision into the cache, unless it is there.
pub(super) fn fetch(
    package: &GitPackage,
    transports: &Transports,
    store: &Store,
) -> Result<FetchedCommit, GetFailure> {
    if package.has_key {
        return Err(GetFailure::KeyInSource);
    }
    transports.check(&package.url.scheme)?;
    let remote = Remote {
        url: &package.url,
        transports,
    };
    let reference = package.reference.as_deref();
    let commit = match reference {
        Some(name) if is_commit(name) => Some(name.to_ascii_lowercase()),
        _ => remote.resolve(reference)?,
    };
    let partial = store.partial()?;
    let commit = match (commit, reference) {
        (Some(commit), _) => commit,
        // The short name of a commit, or `main~1`: only the history can tell.
        (None, Some(name)) => remote.search(name, &partial.path)?,
        (None, None) => return Err(GetFailure::NoReference("HEAD".to_owned())),
    };
    let identity = format!("git\n{}\n{commit}", package.url.without_user());
    let tree = digest(identity.as_bytes());
    store.add(&tree, |directory| {
        remote.fetch(&commit, &partial.path)?;
        write(&partial.path, &commit, directory)
    })?;
    Ok(FetchedCommit { commit, tree })
}

/// A repository behind a URL.
struct Remote<'a> {
    url: &'a Url,
    transports: &'a Transports,
}

impl Remote<'_> {
    /// The command with everything that a connection needs.
    fn command(&self) -> Command {
        let mut command = git::command();
        for setting in [
            "http.lowSpeedLimit=1",
            "http.lowSpeedTime=60",
            "fetch.recurseSubmodules=false",
            "transfer.credentialsInUrl=allow",
            "init.templateDir=",
            "maintenance.auto=false",
            "gc.auto=0",
        ] {
            command.args(["-c", setting]);
        }
        command
            .env("GIT_ALLOW_PROTOCOL", &self.transports.0)
            .env("GIT_LFS_SKIP_SMUDGE", "1");
        let is_set = |name| std::env::var_os(name).is_some();
        if self.url.scheme == "ssh"
            && !is_set("GIT_SSH_COMMAND")
            && !is_set("GIT_SSH")
            && !has_ssh_command()
        {
            // Nobody sits there to be asked for a pass phrase.
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
        command
    }

    fn run(&self, command: &mut Command) -> Result<Vec<u8>, GetFailure> {
        git::output(command, LARGEST_LIST).map_err(|failure| match (failure, &self.url.user) {
            // git may name the URL, with the secret that stands in it.
            (GitFailure::Refused(message), Some(user)) => {
                GetFailure::Git(GitFailure::Refused(message.replace(user.as_str(), "***")))
            }
            (failure, _) => GetFailure::Git(failure),
        })
    }

    /// The commit of a tag, a branch or the default branch; `None` if the repository lists no such name.
    fn resolve(&self, reference: Option<&str>) -> Result<Option<String>, GetFailure> {
        let names = match reference {
            None => vec!["HEAD".to_owned()],
            Some(name) => names_of(name)?,
        };
        let mut command = self.command();
        command.args(["ls-remote", "--", &self.url.to_string()]);
        command.args(&names);
        let listed = self.run(&mut command)?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let commit_of = |name: &String| {
            let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
            lines
                .find(|(_, full)| full == name)
                .map(|(commit, _)| commit.to_owned())
        };
        Ok(names
            .iter()
            .find_map(commit_of)
            .filter(|commit| is_commit(commit)))
    }

    /// The commit that a name means in the whole history.
    fn search(&self, name: &str, directory: &Path) -> Result<String, GetFailure> {
        self.init(directory)?;
        let mut fetch = self.command();
        fetch.arg("-C").arg(directory);
        fetch.args([
            "fetch",
            "-q",
            "--filter=tree:0",
            "--no-recurse-submodules",
            "--",
            &self.url.to_string(),
        ]);
        fetch.args(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
        self.run(&mut fetch)?;
        let found = Repository::at(directory).commit(name);
        found.map_err(|_| GetFailure::NoReference(name.to_owned()))
    }

    fn fetch(&self, commit: &str, directory: &Path) -> Result<(), GetFailure> {
        self.init(directory)?;
        let attempt = |arguments: &[&str]| {
            let mut fetch = self.command();
            fetch.arg("-C").arg(directory);
            fetch.args(["fetch", "-q", "--no-tags", "--no-recurse-submodules"]);
            fetch.args(arguments);
            self.run(&mut fetch)
        };
        let url = self.url.to_string();
        if attempt(&["--depth=1", "--", &url, commit]).is_ok() {
            return Ok(());
        }
        // Some servers hand out what a name leads to, and no other commit.
        attempt(&[
            "--",
            &url,
            "+refs/heads/*:refs/heads/*",
            "+refs/tags/*:refs/tags/*",
        ])?;
        let found = Repository::at(directory).commit(commit);
        found.map_err(|_| GetFailure::NoReference(commit.to_owned()))?;
        Ok(())
    }

    fn init(&self, directory: &Path) -> Result<(), GetFailure> {
        let mut init = self.command();
        init.args(["init", "-q", "--"]).arg(directory);
        self.run(&mut init).map(drop)
    }
}

/// Writes the files of a commit into a directory.
fn write(repository: &Path, commit: &str, directory: &Path) -> Result<(), GetFailure> {
    let tree = Repository::at(repository).tree(commit)?;
    let mut writer = TreeWriter::new(directory);
    for (path, entry) in tree.entries() {
        let name = path.to_string_lossy();
        match entry {
            TreeEntry::File(_) => {
                let bytes = tree.read(path, LARGEST_FILE)?;
                writer.file(&name, &mut bytes.as_slice())?;
            }
            TreeEntry::Link(_) => {
                let target = tree.read(path, LARGEST_FILE)?;
                writer.link(&name, &String::from_utf8_lossy(&target))?;
            }
            // A submodule is another repository, which nobody asked for.
            TreeEntry::Commit => {}
        }
    }
    writer.finish()
}

/// The references that a name may mean, the one that prevails first; `^{}` is the commit behind a tag.
fn names_of(name: &str) -> Result<Vec<String>, GetFailure> {
    let is_unsafe =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '*' | '?' | '[' | '\\');
    if name.starts_with('-') || name.chars().any(is_unsafe) {
        return Err(GetFailure::NoReference(name.to_owned()));
    }
    if name == "HEAD" {
        return Ok(vec![name.to_owned()]);
    }
    let mut names = Vec::new();
    for full in [
        format!("refs/tags/{name}"),
        format!("refs/heads/{name}"),
        format!("refs/{}", name.strip_prefix("refs/").unwrap_or(name)),
    ] {
        names.push(format!("{full}^{{}}"));
        names.push(full);
    }
    names.extend(
        name.strip_prefix("origin/")
            .map(|branch| format!("refs/heads/{branch}")),
    );
    Ok(names)
}

fn is_commit(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.chars().all(|c| c.is_ascii_hexdigit())
}

/// Whether the user's git has a command of its own for ssh.
fn has_ssh_command() -> bool {
    let mut command = git::command();
    command.args(["config", "--get", "core.sshCommand"]);
    git::output(&mut command, LARGEST_LIST).is_ok()
}
