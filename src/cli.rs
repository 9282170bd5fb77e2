//! The command line: arguments, output and exit status.
//!
//! Arguments come in; a call of `lib.rs`, output and an exit status go out. clap derives the parser,
//! `--help`, the manual pages and the completions from the types of this room, so the text of an option
//! is the doc comment of its field, for users to read.
//!
//! ```text
//! check.rs    -> crate::check     -> report::{text, json, sarif, …}
//! trace.rs    -> crate::networks  -> report::trace
//! show.rs     -> crate::show      -> show/{text, json}.rs
//! explain.rs, rules.rs            -> the pages of rules/
//! ```
//!
//! To add a command:
//!
//! 1. A file with a struct of its arguments (`#[derive(Args)]`), whose doc comment is the help, and
//!    `pub(super) fn run(self, output: &Output) -> Result<ExitCode, Failure>`.
//! 2. A variant of `Command` and its line in [`run`].
//! 3. `InputArguments`, if it reads Terraform: every command takes paths, variables and settings alike, and
//!    `InputArguments::read` gives what `lib.rs` asks for.
//!
//! Three conventions hold everywhere. Reports go to standard output, problems to standard error, both
//! through `Output`. What ends a run early is a `Failure`; what is wrong in a user's files is a
//! problem of the report. The exit status is 0 for nothing found, 1 for something, 2 for an
//! error, which outweighs findings: `exit_status` says so once.
//!
//! Only this room touches the terminal, the environment and files that the user names. It does not
//! decide anything about Terraform or AWS. Begin with `check.rs`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory, Parser, Subcommand};
use thiserror::Error;

mod base;
mod cache;
mod check;
mod explain;
mod get;
mod given;
mod init;
mod input;
mod output;
mod rules;
mod show;
mod trace;
mod words;

use crate::report::Report;
use crate::settings;
use crate::spelling::did_you_mean;
use input::InputArguments;
use output::{Output, Stream};

/// Finds faults in the AWS network that Terraform describes, before it is applied.
///
/// tfvpc evaluates Terraform from the disk, builds the AWS network that it describes and works out
/// how traffic travels through it. It needs no credentials, no network and no `terraform init`.
#[derive(Debug, Parser)]
#[command(name = "tfvpc", version, styles = STYLES, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    display: DisplayArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Trace(trace::Trace),
    Show(show::Show),
    Explain(explain::Explain),
    Rules(rules::Rules),
    Get(get::Get),
    /// Write a `tfvpc.toml` that shows every setting.
    ///
    /// It has an entry for each environment that the variable files show, and names directories that may hold no
    /// infrastructure. A file that is there already stays as it is.
    #[command(after_help = "Example:\n  tfvpc init && $EDITOR tfvpc.toml")]
    Init,
    /// Print a script that completes commands and options in a shell.
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    #[command(after_help = "Examples:\n  tfvpc man | man -l -\n  tfvpc man check | man -l -")]
    Man {
        /// A command that has a page of its own.
        command: Option<String>,
    },
}

/// What every command knows about its output.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct DisplayArguments {
    /// When to use colour; `NO_COLOR` turns it off too.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    color: Color,

    /// Print findings and errors only: no warnings, and of the summary what could not be seen.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Say what was read, and show every warning.
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    /// On a terminal only.
    Auto,
    Always,
    Never,
}

/// What ends a run before it is done.
#[derive(Debug, Error)]
enum Failure {
    /// The working directory is gone.
    #[error("cannot find the working directory: {0}")]
    WorkingDirectory(std::io::Error),
    /// Two reports would be written to one file or stream.
    #[error("two reports cannot both go to `{0}`")]
    SameTarget(String),
    /// The paths have different `tfvpc.toml` files.
    #[error(transparent)]
    Settings(#[from] settings::Ambiguous),
    /// A file that the command line or the settings name cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Read { path: PathBuf, reason: String },
    /// The arguments ask for something that does not exist.
    #[error("{0}")]
    Question(String),
    /// FROM or TO of a question names nothing that traffic can come from or go to.
    #[error(
        "`{name}` is neither a subnet nor a resource with network interfaces, a service or an address"
    )]
    UnknownEnd { name: String, help: String },
    /// The repository has no such revision.
    #[error("cannot read the settings of `{revision}`: {reason}")]
    Revision { revision: String, reason: String },
    /// Nobody says where caches go.
    #[error("there is no directory for caches: name one with `--cache-dir`")]
    NoCache,
    /// The cache cannot be used.
    #[error("cannot use the cache `{}`: {error}", path.display())]
    Cache {
        path: PathBuf,
        error: std::io::Error,
    },
    /// A report cannot be written.
    #[error("cannot write `{}`: {error}", path.display())]
    Write {
        path: PathBuf,
        error: std::io::Error,
    },
}

impl Failure {
    /// What to do about it.
    fn help(&self) -> Option<&str> {
        match self {
            Self::UnknownEnd { help, .. } => Some(help),
            _ => None,
        }
    }
}

/// The exit status of wrong usage and of errors.
const ERROR: u8 = 2;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  tfvpc check                        check every root module under the working directory
  tfvpc trace aws_subnet.app s3      how its packets get there, hop by hop
  tfvpc show infra/prod              what the configuration evaluates to, unknowns included
  tfvpc explain s3_via_nat_only      what a rule looks for, and how to fix what it finds

Exit status:
  0  nothing was found
  1  something was found
  2  wrong usage, or something could not be read";

const COMPLETIONS: &str = "\
Examples:
  tfvpc completions bash > ~/.local/share/bash-completion/completions/tfvpc
  tfvpc completions zsh > \"${fpath[1]}/_tfvpc\"
  tfvpc completions fish > ~/.config/fish/completions/tfvpc.fish";

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(&cli.display);
    let status = match cli.command {
        Command::Check(check) => check.run(&output),
        Command::Trace(trace) => trace.run(&output),
        Command::Show(show) => show.run(&output),
        Command::Explain(explain) => explain.run(&output),
        Command::Rules(rules) => rules.run(&output),
        Command::Get(get) => get.run(&output),
        Command::Init => init::run(&output),
        Command::Completions { shell } => completions(shell, &output),
        Command::Man { command } => man(command.as_deref(), &output),
    };
    status.unwrap_or_else(|failure| {
        output.failure(&failure);
        ExitCode::from(ERROR)
    })
}

/// Errors outweigh findings: what could not be read may hide some.
fn exit_status(report: &Report, has_findings: bool) -> ExitCode {
    match (report.has_errors(), has_findings) {
        (true, _) => ExitCode::from(ERROR),
        (false, true) => ExitCode::FAILURE,
        (false, false) => ExitCode::SUCCESS,
    }
}

fn completions(shell: clap_complete::Shell, output: &Output) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tfvpc", &mut script);
    output.write(Stream::Out, |out, _| out.write_all(&script))
}

fn man(name: Option<&str>, output: &Output) -> Result<ExitCode, Failure> {
    let mut command = Cli::command();
    // Without it, subcommands lack what they inherit, such as `--color`.
    command.build();
    if let Some(name) = name {
        let Some(found) = command.find_subcommand(name).cloned() else {
            let names = command.get_subcommands().map(clap::Command::get_name);
            let hint = did_you_mean(name, names);
            return Err(Failure::Question(format!(
                "no command is called `{name}`{hint}"
            )));
        };
        command = found;
    }
    let page = clap_mangen::Man::new(command).source(concat!("tfvpc ", env!("CARGO_PKG_VERSION")));
    output.write(Stream::Out, |mut out, _| page.render(&mut out))
}
