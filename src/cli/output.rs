//! Where output goes: standard output, standard error or a file, each behind one buffered writer, with
//! the style that suits it.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use super::{Color, DisplayArguments, Failure};
use crate::report::Report;
use crate::report::style::Style;
use crate::report::text::{self, Warnings};

/// The streams of the process and how they look.
#[derive(Debug)]
pub(super) struct Output {
    color: Color,
    /// Whether warnings and the summary are left out.
    pub(super) quiet: bool,
    /// Whether to say what was read.
    pub(super) verbose: bool,
}

/// A stream of the process.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    /// Reports.
    Out,
    /// Problems.
    Err,
}

/// Columns of what does not go to a terminal, the same on every machine.
const WIDTH: usize = 100;

impl Output {
    pub(super) fn new(display: &DisplayArguments) -> Self {
        Self {
            color: display.color,
            quiet: display.quiet,
            verbose: display.verbose,
        }
    }

    /// Which warnings are shown.
    fn warnings(&self) -> Warnings {
        match (self.quiet, self.verbose) {
            (true, _) => Warnings::Hidden,
            (false, true) => Warnings::All,
            (false, false) => Warnings::Folded,
        }
    }

    /// Writes the problems of a run to standard error.
    pub(super) fn problems(&self, report: &Report) -> Result<(), Failure> {
        self.write(Stream::Err, |out, style| {
            text::problems(report, self.warnings(), style, out)
        })?;
        Ok(())
    }

    /// Writes to a stream. A reader that has gone away, as in `tfvpc check | head`, is no failure.
    pub(super) fn write(
        &self,
        stream: Stream,
        write: impl FnOnce(&mut dyn Write, &Style) -> io::Result<()>,
    ) -> Result<ExitCode, Failure> {
        let style = self.style(stream);
        let (name, written) = match stream {
            Stream::Out => (
                "standard output",
                buffered(io::stdout().lock(), &style, write),
            ),
            Stream::Err => (
                "standard error",
                buffered(io::stderr().lock(), &style, write),
            ),
        };
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Write {
                path: name.into(),
                error,
            }),
            _ => Ok(ExitCode::SUCCESS),
        }
    }

    /// Writes a file, without colour.
    pub(super) fn write_file(
        &self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write, &Style) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let style = Style::new(self.color == Color::Always, WIDTH);
        let written = std::fs::File::create(path).and_then(|file| buffered(file, &style, write));
        written.map_err(|error| Failure::Write {
            path: path.to_owned(),
            error,
        })
    }

    /// Writes a file that must not exist yet.
    pub(super) fn write_new_file(&self, path: &Path, text: &str) -> Result<(), Failure> {
        let file = std::fs::File::create_new(path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| Failure::Write {
            path: path.to_owned(),
            error,
        })?;
        let message = format!("wrote {}", path.display());
        self.write(Stream::Err, |out, _| writeln!(out, "{message}"))?;
        Ok(())
    }

    /// Says why the run ends.
    pub(super) fn failure(&self, failure: &Failure) {
        // When standard error cannot be written to either, the exit status must do.
        let _ = self.write(Stream::Err, |out, style| {
            text::failure(&failure.to_string(), failure.help(), style, out)
        });
    }

    fn style(&self, stream: Stream) -> Style {
        let is_terminal = match stream {
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        };
        let color = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !wants_plain(),
        };
        let columns = is_terminal.then(terminal_size::terminal_size).flatten();
        match columns {
            Some((width, _)) => Style::new(color, width.0.into()).on_terminal(),
            None => Style::new(color, WIDTH),
        }
    }
}

/// Whether the user wants no colours (no-color.org) or the terminal has none.
fn wants_plain() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

fn buffered<W: Write>(
    stream: W,
    style: &Style,
    write: impl FnOnce(&mut dyn Write, &Style) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(stream);
    write(&mut out, style)?;
    out.flush()
}
