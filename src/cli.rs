//! The command line: arguments, output and exit status.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory, Parser, Subcommand};
use thiserror::Error;

mod check;
mod explain;
mod given;
mod input;
mod output;
mod rules;
mod show;
mod trace;
mod words;

use crate::settings;
use input::Input;
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
    display: Display,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Trace(trace::Trace),
    Show(show::Show),
    Explain(explain::Explain),
    Rules(rules::Rules),
    /// Write a `tfvpc.toml` that shows every setting.
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
struct Display {
    /// When to use colour; `NO_COLOR` turns it off too.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    color: Color,

    /// Print findings and errors only: no warnings, no summary.
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
    /// Two reports go to one place.
    #[error("two reports cannot both go to `{0}`")]
    SameTarget(String),
    /// Paths have different settings.
    #[error(transparent)]
    Settings(#[from] settings::Ambiguous),
    /// A file of the command line cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Read { path: PathBuf, reason: String },
    /// A question is not about anything that is there.
    #[error("{0}")]
    Question(String),
    /// A question is about something that nobody knows.
    #[error(
        "`{name}` is neither a subnet nor a resource with network interfaces, a service or an address"
    )]
    Place { name: String, help: String },
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
            Self::Place { help, .. } => Some(help),
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
        Command::Init => init(&output),
        Command::Completions { shell } => completions(shell, &output),
        Command::Man { command } => man(command.as_deref(), &output),
    };
    status.unwrap_or_else(|failure| {
        output.failure(&failure);
        ExitCode::from(ERROR)
    })
}

fn completions(shell: clap_complete::Shell, output: &Output) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tfvpc", &mut script);
    output.write(Stream::Out, |out, _| out.write_all(&script))
}

fn init(output: &Output) -> Result<ExitCode, Failure> {
    let path = Path::new(settings::FILE_NAME);
    output.write_new_file(path, settings::TEMPLATE)?;
    Ok(ExitCode::SUCCESS)
}

fn man(name: Option<&str>, output: &Output) -> Result<ExitCode, Failure> {
    let mut command = Cli::command();
    command.build();
    if let Some(name) = name {
        let found = command.find_subcommand(name).cloned();
        command =
            found.ok_or_else(|| Failure::Question(format!("no command is called `{name}`")))?;
    }
    let page = clap_mangen::Man::new(command).source(concat!("tfvpc ", env!("CARGO_PKG_VERSION")));
    output.write(Stream::Out, |mut out, _| page.render(&mut out))
}
