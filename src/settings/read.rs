//! From the keys of `tfvpc.toml` to settings, one method for each kind of value.

mod ignore;
mod links;
mod roots;
mod values;

use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::misspelt::unknown_service;
use super::table::{SettingsReader, TomlTable, TomlValue, whole};
use super::variants::name_variants;
use super::{FailOn, Settings};
use crate::finding::{Confidence, Severity};
use crate::rules;
use crate::rules::options::{Quotas, RuleOptions, ports};
use crate::rules::selection::Selector;
use crate::source::{FileId, Problem};
use crate::terraform::files::ExcludePattern;

pub(super) const KEYS: [&str; 23] = [
    "exclude",
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
    "link",
    "severity",
    "services",
    "quotas",
    "sensitive-ports",
    "private-names",
    "shared-endpoint-vpcs",
];

/// Help for `ignore = […]` together with `[[ignore]]`, which TOML refuses as one key given twice.
const BOTH_IGNORES: &str = "one list has both: `ignore = [\"rule_name\", { rule = \"other_rule\", address = \"aws_vpc.main\" }]`";

/// Reads a file of settings.
pub(super) fn settings(text: &str, file: FileId, directory: &Path) -> (Settings, Vec<Problem>) {
    let problems = Vec::new();
    let mut reader = SettingsReader { file, problems };
    // The parser goes on after an error, so that the rest of the file still counts.
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let problem = match repeated_key(text, span.clone(), document.get_ref()) {
            Some(key) => {
                let problem = Problem::error(format!("`{key}` is there twice"), reader.span(&span));
                match key {
                    "ignore" => problem.help(BOTH_IGNORES),
                    _ => problem,
                }
            }
            None => Problem::error(error.message().to_lowercase(), reader.span(&span)),
        };
        reader.problems.push(problem);
    }
    let table = reader.table(&document);
    let settings = reader.settings(table, directory);
    (settings, reader.problems)
}

/// The key at the place of an error, if it is given twice. The parser's errors carry a text but no
/// kind, so that the document itself is asked whether it already has the key. Before a `.`, a key may
/// come again if it is a table; if it is not, then that is the error.
fn repeated_key<'t>(text: &'t str, span: Range<usize>, table: &DeTable) -> Option<&'t str> {
    let behind = text.get(span.end..)?.trim_start().chars().next()?;
    let key = text.get(span)?;
    let is_repeated: fn(&DeValue) -> bool = match behind {
        '=' | ']' => |_| true,
        '.' => |value| matches!(value, DeValue::Table(_)),
        _ => return None,
    };
    let bare = key.trim_matches(['"', '\'']);
    table_has(table, bare, is_repeated).then_some(key)
}

/// Whether the table, or one below it, has a key whose value satisfies `test`.
fn table_has(table: &DeTable, key: &str, test: fn(&DeValue) -> bool) -> bool {
    let mut entries = table.iter();
    entries.any(|(name, value)| {
        let value = value.get_ref();
        (&**name.get_ref() == key && test(value)) || value_has(value, key, test)
    })
}

fn value_has(value: &DeValue, key: &str, test: fn(&DeValue) -> bool) -> bool {
    match value {
        DeValue::Table(table) => table_has(table, key, test),
        DeValue::Array(items) => {
            let mut items = items.iter();
            items.any(|item| value_has(item.get_ref(), key, test))
        }
        _ => false,
    }
}

impl SettingsReader {
    fn settings(&mut self, table: TomlTable, directory: &Path) -> Settings {
        self.refuse_unknown_keys(table, &KEYS);
        let in_directory = |path: String| directory.join(path);
        let (ignore, ignores) = self.ignores(table);
        let (mut roots, root_patterns) = self.roots(table, directory);
        name_variants(&mut roots, directory);
        self.check_region(table);
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
            variable_places: self.variable_places(table),
            exclude: self.exclude(table, directory),
            prefix_lists: prefix_lists.map(|(path, _)| in_directory(path)).collect(),
            ip_ranges: self.string(table, "ip-ranges").map(in_directory),
            roots,
            links: self.links(table, directory),
            root_patterns,
            rules: self.rule_options(table),
            ignores,
        }
    }

    fn exclude(&mut self, table: TomlTable, directory: &Path) -> Vec<ExcludePattern> {
        let mut patterns = Vec::new();
        for (text, span) in self.strings(table, "exclude") {
            match ExcludePattern::new(&text, directory) {
                Ok(pattern) => patterns.push(pattern),
                Err(invalid) => self.error(invalid.to_string(), span),
            }
        }
        patterns
    }

    fn selectors(&mut self, table: TomlTable, key: &str) -> Vec<Selector> {
        let names = self.list(table, key).into_iter();
        names.filter_map(|name| self.selector(name)).collect()
    }

    fn selector(&mut self, value: TomlValue) -> Option<Selector> {
        let name = self.text(value)?;
        let selector = name.parse::<Selector>();
        selector.map_or_else(|unknown| self.refused(&unknown, value), Some)
    }

    fn refused<T>(&mut self, why: &dyn std::error::Error, value: TomlValue) -> Option<T> {
        self.error(why.to_string(), value.span);
        None
    }

    fn severity(&mut self, table: TomlTable, key: &str) -> Option<Severity> {
        let value = self.get(table, key)?;
        self.word(value, &Severity::ALL, Severity::as_str)
    }

    fn confidence(&mut self, table: TomlTable, key: &str) -> Option<Confidence> {
        let value = self.get(table, key)?;
        self.word(value, &Confidence::ALL, Confidence::as_str)
    }

    fn fail_on(&mut self, table: TomlTable) -> Option<FailOn> {
        let value = self.get(table, "fail-on")?;
        self.word(value, &FailOn::ALL, FailOn::as_str)
    }

    fn rule_options(&mut self, table: TomlTable) -> RuleOptions {
        let mut options = RuleOptions::default();
        let services = self.strings(table, "services").into_iter();
        for (service, span) in services {
            let unknown = unknown_service(&service);
            let problem = unknown.map(|message| Problem::warning(message, span));
            self.problems.extend(problem);
            options.services.insert(service);
        }
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
    fn port_range(&mut self, value: TomlValue) -> Option<(u16, u16)> {
        let range = match value.value {
            DeValue::String(text) => match text.split_once('-') {
                Some((first, last)) => first.trim().parse().ok().zip(last.trim().parse().ok()),
                None => text.parse().ok().map(|port| (port, port)),
            },
            number => whole(number).map(|port| (port, port)),
        };
        let ascending = range.filter(|(first, last)| first <= last);
        if ascending.is_none() {
            self.error(
                "expected a port such as 22 or a range such as \"137-139\"",
                value.span,
            );
        }
        ascending
    }

    fn quotas(&mut self, table: TomlTable) -> Quotas {
        let defaults = Quotas::default();
        self.refuse_unknown_keys(
            table,
            &["security-group-rules", "network-acl-rules", "routes"],
        );
        let mut quota = |key, default| self.number(table, key).unwrap_or(default);
        Quotas {
            security_group_rules: quota("security-group-rules", defaults.security_group_rules),
            network_acl_rules: quota("network-acl-rules", defaults.network_acl_rules),
            routes: quota("routes", defaults.routes),
        }
    }

    fn severities(&mut self, table: TomlTable, options: &mut RuleOptions) {
        for (name, span, value) in self.entries(table) {
            let severity = self.word(value, &Severity::ALL, Severity::as_str);
            match rules::find(name) {
                Ok(rule) => options
                    .severities
                    .extend(severity.map(|severity| (rule.name, severity))),
                Err(unknown) => self.error(unknown.to_string(), span),
            }
        }
    }
}
