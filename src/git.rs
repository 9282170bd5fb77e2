//! The `git` command, told to run nothing that a repository names, and the files of a revision.
//!
//! What comes in: the top of a repository and the name of a revision. What goes out: a [`Tree`], the files of that
//! revision by path, read from the repository's objects.
//!
//! ```text
//! let repository = Repository::at(Path::new("infra"));
//! let tree = repository.tree(&repository.commit("origin/main")?)?;
//! tree.read(Path::new("tfvpc.toml"), 1 << 20)?     // its bytes as of that revision
//! ```
//!
//! The ideas:
//!
//! - A repository may come from a stranger. [`command`] turns off what could run a program of theirs: hooks, file-system
//!   monitors, a bare repository inside the tree with a configuration of its own. Objects are never converted by filters.
//! - Nothing is checked out and nothing is fetched: of an object that a partial clone lacks, git says so.
//! - What git prints is read up to a limit, since a tree may hold itself many times over.
//!
//! The command is used rather than a library: whoever has a repository has it, it reads every form of objects and
//! references that git will ever write, and it leaves a hundred crates out of the program.
//!
//! What it does not do: write, or know what the files mean. Begin reading at [`Repository::tree`].

mod tree;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use thiserror::Error;

pub use tree::{Tree, TreeEntry};

/// Settings that outweigh those of the repository and of the user.
const SETTINGS: [&str; 6] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=false",
    // A directory of a checked tree may look like a repository, with a configuration that names programs.
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
];

/// Variables that name another repository than the one that is asked for; git sets them for its hooks.
const VARIABLES: [&str; 11] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Bytes of the longest list of files, and of the longest message of git.
const LARGEST_LIST: u64 = 256 << 20;
const LARGEST_MESSAGE: u64 = 4096;

/// Why git gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GitFailure {
    /// The command is not there or cannot be started.
    #[error("the command `git` cannot be started: {0}")]
    NotStarted(String),
    /// The repository has no such commit.
    #[error("the repository has no revision `{0}`")]
    UnknownRevision(String),
    /// The tree has no such file.
    #[error("there is no such file")]
    Missing,
    /// The object is none, or not of this repository.
    #[error("the repository lacks the object {0}")]
    MissingObject(String),
    /// What git would print is longer than the reader takes.
    #[error("it is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// What git says.
    #[error("git: {0}")]
    Refused(String),
    /// git ended before it had answered.
    #[error("git does not answer: {0}")]
    Silent(String),
}

/// The command `git` without its arguments: it asks nobody for a password, converts nothing, and runs nothing that the
/// repository names. Transports are the caller's.
pub fn command() -> Command {
    let mut command = Command::new("git");
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command
        .args(["--no-pager", "--no-replace-objects", "--literal-pathspecs"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command
}

/// Runs a command and returns what it prints, up to `largest` bytes.
pub fn output(command: &mut Command, largest: u64) -> Result<Vec<u8>, GitFailure> {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().map_err(|error| not_started(&error))?;
    let messages = child.stderr.take();
    // Whichever of its two streams is not read could fill up, and git would wait for ever.
    let messages = thread::spawn(move || messages.map(first_line).unwrap_or_default());
    let mut printed = Vec::new();
    let read = match child.stdout.take() {
        Some(stdout) => stdout.take(largest + 1).read_to_end(&mut printed),
        None => Ok(0),
    };
    if printed.len() as u64 > largest {
        end(&mut child);
        return Err(GitFailure::TooLarge(largest));
    }
    read.map_err(|error| silent(&error))?;
    let status = child.wait().map_err(|error| silent(&error))?;
    let message = messages.join().unwrap_or_default();
    if !status.success() {
        return Err(GitFailure::Refused(message));
    }
    Ok(printed)
}

/// A repository on the disk.
#[derive(Debug, Clone)]
pub struct Repository {
    top: PathBuf,
}

impl Repository {
    /// The repository whose working copy is `top`.
    pub fn at(top: &Path) -> Self {
        Self {
            top: top.to_owned(),
        }
    }

    /// The command, with this repository; nothing of it opens a connection.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command();
        command.args(["-c", "protocol.allow=never"]);
        command.arg("-C").arg(&self.top).args(arguments);
        command
    }

    /// The full name of the commit that a revision means: a branch, a tag, `HEAD~2`, the beginning of a hash.
    pub fn commit(&self, revision: &str) -> Result<String, GitFailure> {
        let unknown = || GitFailure::UnknownRevision(revision.to_owned());
        // What begins with a hyphen would be an option.
        if revision.starts_with('-') || revision.is_empty() {
            return Err(unknown());
        }
        let name = format!("{revision}^{{commit}}");
        let mut command = self.command(&["rev-parse", "--verify", "--quiet", &name]);
        match output(&mut command, LARGEST_MESSAGE) {
            Ok(commit) => Ok(String::from_utf8_lossy(&commit).trim().to_owned()),
            // Asked to be quiet, git says nothing about a revision that it does not know.
            Err(GitFailure::Refused(message)) if message.is_empty() => Err(unknown()),
            Err(failure) => Err(failure),
        }
    }

    /// The files of a commit.
    pub fn tree(&self, commit: &str) -> Result<Tree, GitFailure> {
        let mut list = self.command(&["ls-tree", "-r", "-z", "--full-tree", commit]);
        let listed = output(&mut list, LARGEST_LIST)?;
        Ok(Tree::new(self.clone(), &listed))
    }
}

/// The first line of a message, without the word that git begins it with.
fn first_line(messages: impl Read) -> String {
    let mut text = Vec::new();
    // A message that cannot be read is one less; git's status still says that it failed.
    let _ = messages.take(LARGEST_MESSAGE).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("fatal: ").to_owned()
}

fn end(child: &mut Child) {
    // It may have ended by itself, and then nothing is left to do.
    let _ = child.kill();
    let _ = child.wait();
}

fn not_started(error: &io::Error) -> GitFailure {
    GitFailure::NotStarted(error.to_string())
}

fn silent(error: &io::Error) -> GitFailure {
    GitFailure::Silent(error.to_string())
}

#[cfg(test)]
mod tests;
