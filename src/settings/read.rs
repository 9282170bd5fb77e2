//! From the keys of `tfvpc.toml` to settings.

mod ignore;
mod roots;
mod values;

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::table::{Reader, Table, Value, whole};
use super::{FailOn, Settings};
use crate::finding::{Confidence, Severity};
use crate::rules;
use crate::rules::options::{Quotas, RuleOptions, ports};
use crate::rules::selection::Selector;
use crate::source::{FileId, Problem};

pub(super) const KEYS: [&str; 21] = [
    "select",
    "extend-select",
    "ignore",
    "min-severity",
    "min-confidence",
    "fail-on",
    "strict",
    "baseline",
    "vars",
    "var-files",
    "workspace",
    "region",
    "prefix-lists",
    "ip-ranges",
    "root",
    "severity",
    "services",
    "quotas",
    "sensitive-ports",
    "private-names",
    "shared-endpoint-vpcs",
];

/// TOML has each key once.
const BOTH_IGNORES: &str = "one list has both: `ignore = [\"rule_name\", { rule = \"other_rule\", address = \"aws_vpc.main\" }]`";

/// Reads a file of settings.
pub(super) fn settings(text: &str, file: FileId, directory: &Path) -> (Settings, Vec<Problem>) {
    let problems = Vec::new();
    let mut reader = Reader { file, problems };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let message = match (error.message(), text.get(span.clone())) {
            ("duplicate key", Some(key)) => format!("`{key}` is there twice"),
            (message, _) => message.to_lowercase(),
        };
        let problem = Problem::error(message, reader.span(&span));
        reader.problems.push(match text.get(span) {
            Some("ignore") => problem.help(BOTH_IGNORES),
            _ => problem,
        });
    }
    let table = reader.table(&document);
    let settings = reader.settings(table, directory);
    (settings, reader.problems)
}

impl Reader {
    fn settings(&mut self, table: Table, directory: &Path) -> Settings {
        self.keys(table, &KEYS);
        let in_directory = |path: String| directory.join(path);
        let (ignore, ignores) = self.ignores(table);
        let prefix_lists = self.strings(table, "prefix-lists").into_iter();
        Settings {
            select: self.selectors(table, "select"),
            extend_select: self.selectors(table, "extend-select"),
            ignore,
            min_severity: self.severity(table, "min-severity"),
            min_confidence: self.confidence(table, "min-confidence"),
            fail_on: self.fail_on(table),
            strict: self.flag(table, "strict").unwrap_or_default(),
            baseline: self.string(table, "baseline").map(in_directory),
            values: self.values(table, directory),
            prefix_lists: prefix_lists.map(|(path, _)| in_directory(path)).collect(),
            ip_ranges: self.string(table, "ip-ranges").map(in_directory),
            roots: self.roots(table, directory),
            rules: self.rule_options(table),
            ignores,
        }
    }

    fn selectors(&mut self, table: Table, key: &str) -> Vec<Selector> {
        let names = self.list(table, key).into_iter();
        names.filter_map(|name| self.selector(name)).collect()
    }

    fn selector(&mut self, value: Value) -> Option<Selector> {
        let name = self.text(value)?;
        let selector = name.parse::<Selector>();
        selector.map_or_else(|unknown| self.refused(&unknown, value), Some)
    }

    fn refused<T>(&mut self, why: &dyn std::error::Error, value: Value) -> Option<T> {
        self.error(why.to_string(), value.span);
        None
    }

    fn severity(&mut self, table: Table, key: &str) -> Option<Severity> {
        let value = self.get(table, key)?;
        self.word(value, &Severity::ALL, Severity::as_str)
    }

    fn confidence(&mut self, table: Table, key: &str) -> Option<Confidence> {
        let value = self.get(table, key)?;
        self.word(value, &Confidence::ALL, Confidence::as_str)
    }

    fn fail_on(&mut self, table: Table) -> Option<FailOn> {
        let value = self.get(table, "fail-on")?;
        self.word(value, &FailOn::ALL, FailOn::as_str)
    }

    fn rule_options(&mut self, table: Table) -> RuleOptions {
        let mut options = RuleOptions::default();
        let services = self.strings(table, "services").into_iter();
        options.services = services.map(|(service, _)| service).collect();
        if self.get(table, "sensitive-ports").is_some() {
            let ranges = self.list(table, "sensitive-ports").into_iter();
            let ranges: Vec<_> = ranges.filter_map(|range| self.port_range(range)).collect();
            options.sensitive_ports = ports(&ranges);
        }
        if self.get(table, "private-names").is_some() {
            let names = self.strings(table, "private-names").into_iter();
            options.private_names = names.map(|(name, _)| name).collect();
        }
        if let Some(vpcs) = self.number(table, "shared-endpoint-vpcs") {
            options.shared_endpoint_vpcs = vpcs;
        }
        if let Some(quotas) = self.section(table, "quotas") {
            options.quotas = self.quotas(quotas);
        }
        if let Some(severities) = self.section(table, "severity") {
            self.severities(severities, &mut options);
        }
        options
    }

    /// `22` or `"137-139"`
    fn port_range(&mut self, value: Value) -> Option<(u16, u16)> {
        let range = match value.value {
            DeValue::String(text) => match text.split_once('-') {
                Some((first, last)) => first.trim().parse().ok().zip(last.trim().parse().ok()),
                None => text.parse().ok().map(|port| (port, port)),
            },
            other => whole(other).map(|port| (port, port)),
        };
        let range = range.filter(|(first, last)| first <= last);
        if range.is_none() {
            self.error(
                "expected a port such as 22 or a range such as \"137-139\"",
                value.span,
            );
        }
        range
    }

    fn quotas(&mut self, table: Table) -> Quotas {
        let given = Quotas::default();
        self.keys(
            table,
            &["security-group-rules", "network-acl-rules", "routes"],
        );
        let mut quota = |key, default| self.number(table, key).unwrap_or(default);
        Quotas {
            security_group_rules: quota("security-group-rules", given.security_group_rules),
            network_acl_rules: quota("network-acl-rules", given.network_acl_rules),
            routes: quota("routes", given.routes),
        }
    }

    fn severities(&mut self, table: Table, options: &mut RuleOptions) {
        for (name, span, value) in self.entries(table) {
            let severity = self.word(value, &Severity::ALL, Severity::as_str);
            match rules::find(name) {
                Ok(rule) => options
                    .severities
                    .extend(severity.map(|one| (rule.name, one))),
                Err(unknown) => self.error(unknown.to_string(), span),
            }
        }
    }
}
