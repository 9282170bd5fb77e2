//! How a report looks on a terminal: colours for severities, decisions and verdicts, and the width. One
//! `Style` without colour makes every writer plain.

use miette::GraphicalTheme;
use owo_colors::{OwoColorize, Style as Ink};

use super::wrap::wrap;
use crate::finding::Severity;
use crate::reachability::path::Decision;
use crate::reachability::verdict::Verdict;
use crate::source::ProblemSeverity;

/// Colours and width of the text report.
#[derive(Debug, Clone)]
pub struct Style {
    /// Columns of the terminal.
    pub(super) width: usize,
    pub(super) theme: GraphicalTheme,
    color: bool,
    is_terminal: bool,
}

/// Columns that a report uses: narrower terminals break its lines, wider ones stay empty at the right.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=120;

impl Style {
    /// With or without colour, for a terminal of `width` columns.
    pub fn new(color: bool, width: usize) -> Self {
        let theme = if color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
        Self {
            width,
            theme,
            color,
            is_terminal: false,
        }
    }

    /// The same for a terminal, which breaks what is wider: code and values are cut or laid out to fit. In a
    /// file or pipe they keep their lines, so that `grep` finds them whole.
    #[must_use]
    pub fn on_terminal(self) -> Self {
        Self {
            is_terminal: true,
            ..self
        }
    }

    /// The columns that lines of code and values must fit into, if they must.
    pub(crate) fn room(&self) -> Option<usize> {
        self.is_terminal.then_some(self.width)
    }

    pub(super) fn severity(&self, severity: Severity) -> Ink {
        self.ink(match severity {
            Severity::High => Ink::new().red().bold(),
            Severity::Medium => Ink::new().yellow().bold(),
            Severity::Low => Ink::new().blue().bold(),
            Severity::Info => Ink::new().cyan().bold(),
        })
    }

    pub(super) fn problem(&self, severity: ProblemSeverity) -> Ink {
        self.ink(match severity {
            ProblemSeverity::Error => Ink::new().red().bold(),
            ProblemSeverity::Warning => Ink::new().yellow().bold(),
        })
    }

    pub(super) fn decision(&self, decision: Decision) -> Ink {
        self.ink(match decision {
            Decision::Denied => Ink::new().red(),
            Decision::Unknown => Ink::new().yellow(),
            Decision::Allowed => Ink::new().green(),
            Decision::Resolved | Decision::Routed | Decision::Translated => Ink::new().cyan(),
        })
    }

    pub(super) fn verdict(&self, verdict: Verdict) -> Ink {
        self.ink(match verdict {
            Verdict::Blocked | Verdict::NoRoute => Ink::new().red().bold(),
            Verdict::Unknown | Verdict::External | Verdict::Partial | Verdict::Mixed => {
                Ink::new().yellow().bold()
            }
            Verdict::ViaGatewayEndpoint
            | Verdict::ViaInterfaceEndpoint
            | Verdict::ViaNat
            | Verdict::ViaInternetGateway
            | Verdict::ViaEgressOnlyGateway
            | Verdict::Local => Ink::new().green().bold(),
        })
    }

    /// A paragraph that fits, with an indent before its further lines.
    pub fn wrapped(&self, text: &str, indent: &str) -> String {
        wrap(text, "", indent, self.width)
    }

    /// A heading.
    pub fn heading(&self, text: &str) -> String {
        text.style(self.strong()).to_string()
    }

    /// A line of code.
    pub fn code(&self, text: &str) -> String {
        text.style(self.faint()).to_string()
    }

    pub(super) fn strong(&self) -> Ink {
        self.ink(Ink::new().bold())
    }

    pub(super) fn faint(&self) -> Ink {
        self.ink(Ink::new().dimmed())
    }

    pub(super) fn help(&self) -> Ink {
        self.ink(Ink::new().cyan())
    }

    fn ink(&self, ink: Ink) -> Ink {
        if self.color { ink } else { Ink::new() }
    }
}
