//! The options about rules: which of them run, and which of their findings are shown.

use clap::Args;

use crate::cli::words::word_parser;
use crate::finding::{Confidence, Severity};
use crate::rules::selection::{Selection, Selector};
use crate::settings::Settings;

#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(super) struct SelectionArguments {
    /// Run these rules instead of the default set: rules, categories, `pedantic` or `all`.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<Selector>,

    /// Run these rules too.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    extend_select: Vec<Selector>,

    /// Do not run these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<Selector>,

    /// Hide findings below this severity [default: info].
    #[arg(long, value_name = "SEVERITY", value_parser = word_parser(Severity::ALL, Severity::as_str))]
    min_severity: Option<Severity>,

    /// Hide findings that are less sure [default: likely].
    #[arg(long, value_name = "CONFIDENCE", alias = "confidence",
          value_parser = word_parser(Confidence::ALL, Confidence::as_str))]
    min_confidence: Option<Confidence>,
}

impl SelectionArguments {
    /// What the command line and the settings select. `--select` takes the place of all lists of the
    /// settings, the other lists add to them.
    pub(super) fn beside(self, settings: &Settings) -> Selection {
        let common = if self.select.is_empty() {
            settings.clone()
        } else {
            Settings::default()
        };
        let Selection {
            min_severity,
            min_confidence,
            ..
        } = Selection::default();
        let severity = self.min_severity.or(settings.min_severity);
        let confidence = self.min_confidence.or(settings.min_confidence);
        Selection {
            select: [common.select, self.select].concat(),
            extend_select: [common.extend_select, self.extend_select].concat(),
            ignore: [common.ignore, self.ignore].concat(),
            min_severity: severity.unwrap_or(min_severity),
            min_confidence: confidence.unwrap_or(min_confidence),
        }
    }
}
