//! The command as users run it.
#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "tests write and read files, and not every one that shares this file needs all of it"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a run of the command leaves behind.
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: Option<i32>,
}

/// Runs the command in `testdata` with the environment that the tests need and no more.
pub(crate) fn tfvpc(arguments: &[&str]) -> Run {
    run(command(arguments))
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    command_in(&testdata, arguments)
}

pub(crate) fn run(mut command: Command) -> Run {
    Run::of(command.output().expect("it runs"))
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self {
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            status: output.status.code(),
        }
    }
}

fn command_in(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tfvpc"));
    command.current_dir(directory).args(arguments).env_clear();
    command
}

/// The text of a file.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).expect("readable")
}

/// A repository of its own that a test may change.
pub(crate) struct Repository {
    directory: PathBuf,
}

impl Repository {
    /// An empty one; `name` is that of no other test.
    pub(crate) fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(directory.join(".git")).expect("writable");
        Self { directory }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    pub(crate) fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.directory.join(path);
        let parent = path.parent().expect("a directory");
        std::fs::create_dir_all(parent).expect("writable");
        std::fs::write(path, bytes).expect("writable");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        read(self.directory.join(path))
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.directory.join(to);
        let parent = to.parent().expect("a directory");
        std::fs::create_dir_all(parent).expect("writable");
        std::fs::rename(self.directory.join(from), to).expect("it exists");
    }

    /// Runs the command at the top of the repository.
    pub(crate) fn tfvpc(&self, arguments: &[&str]) -> Run {
        run(self.command(arguments))
    }

    /// Runs the command in a directory of the repository.
    pub(crate) fn tfvpc_in(&self, directory: &str, arguments: &[&str]) -> Run {
        run(command_in(&self.directory.join(directory), arguments))
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command_in(&self.directory, arguments)
    }
}
