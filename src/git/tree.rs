//! The files of a commit, whose texts one `git cat-file --batch` hands out.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::{GitFailure, LARGEST_MESSAGE, Repository, end, not_started, silent};

/// The files of a commit by their path from the top of the repository.
#[derive(Debug)]
pub struct Tree {
    repository: Repository,
    entries: BTreeMap<PathBuf, TreeEntry>,
    /// Started by the first file that is read, and again after a failure.
    reader: Mutex<Option<ObjectReader>>,
}

/// What lies at a path of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeEntry {
    /// A file, by the name of its object.
    File(String),
    /// A link, by the name of the object that holds its target.
    Link(String),
    /// A commit of another repository: a submodule.
    Commit,
}

impl Tree {
    /// Reads `MODE TYPE OBJECT\tPATH` for each file, each ended by a zero byte.
    pub(super) fn new(repository: Repository, list: &[u8]) -> Self {
        let lines = list
            .split(|byte| *byte == 0)
            .filter(|line| !line.is_empty());
        Self {
            repository,
            entries: lines.filter_map(entry).collect(),
            reader: Mutex::default(),
        }
    }

    /// Every file, link and submodule, sorted by path.
    pub fn entries(&self) -> &BTreeMap<PathBuf, TreeEntry> {
        &self.entries
    }

    /// The bytes of a file, if it has at most `largest`; of a link, its target.
    pub fn read(&self, path: &Path, largest: u64) -> Result<Vec<u8>, GitFailure> {
        let (TreeEntry::File(object) | TreeEntry::Link(object)) =
            self.entries.get(path).ok_or(GitFailure::Missing)?
        else {
            return Err(GitFailure::Missing);
        };
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ready = match reader.take() {
            Some(ready) => ready,
            None => ObjectReader::start(&self.repository)?,
        };
        let bytes = ready.read(object, largest);
        // After a failure, what it prints next would belong to another question.
        if matches!(bytes, Ok(_) | Err(GitFailure::MissingObject(_))) {
            *reader = Some(ready);
        }
        bytes
    }
}

fn entry(line: &[u8]) -> Option<(PathBuf, TreeEntry)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
    let entry = match mode {
        "160000" => TreeEntry::Commit,
        "120000" => TreeEntry::Link(object.to_owned()),
        _ => TreeEntry::File(object.to_owned()),
    };
    Some((path(&line[tab + 1..]), entry))
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A process that is told names of objects and answers with their content.
#[derive(Debug)]
struct ObjectReader {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl ObjectReader {
    fn start(repository: &Repository) -> Result<Self, GitFailure> {
        let mut command = repository.command(&["cat-file", "--batch"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let child = command.stderr(Stdio::null()).spawn();
        let mut child = child.map_err(|error| not_started(&error))?;
        let (questions, answers) = (child.stdin.take(), child.stdout.take());
        Ok(Self {
            child,
            questions: questions.expect("it is piped"),
            answers: BufReader::new(answers.expect("it is piped")),
        })
    }

    /// Asks for one object: the answer is `OBJECT TYPE SIZE`, its bytes and a line feed, or `OBJECT missing`.
    fn read(&mut self, object: &str, largest: u64) -> Result<Vec<u8>, GitFailure> {
        let asked = writeln!(self.questions, "{object}").and_then(|()| self.questions.flush());
        asked.map_err(|error| silent(&error))?;
        let mut header = String::new();
        let mut limited = (&mut self.answers).take(LARGEST_MESSAGE);
        let line = limited.read_line(&mut header);
        line.map_err(|error| silent(&error))?;
        let words: Vec<&str> = header.split_whitespace().collect();
        let &[_, "blob", size] = words.as_slice() else {
            return Err(GitFailure::MissingObject(object.to_owned()));
        };
        let size: u64 = size
            .parse()
            .map_err(|_| GitFailure::Silent(header.clone()))?;
        if size > largest {
            return Err(GitFailure::TooLarge(largest));
        }
        let mut bytes = Vec::new();
        let mut content = (&mut self.answers).take(size + 1);
        let read = content.read_to_end(&mut bytes);
        match read.map_err(|error| silent(&error))? as u64 {
            length if length == size + 1 => bytes.pop(),
            _ => return Err(GitFailure::Silent("it ended early".to_owned())),
        };
        Ok(bytes)
    }
}

impl Drop for ObjectReader {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
