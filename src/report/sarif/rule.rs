//! The rules of a SARIF run, with their pages.

use serde_json::{Value as Json, json};

use super::level;
use crate::finding::{Category, Severity};
use crate::rules::page::Page;
use crate::rules::{self};

/// The rule of that name, as SARIF describes it. Tests report names that are no rules.
pub(super) fn descriptor(name: &str) -> Json {
    let Ok(rule) = rules::find(name) else {
        return json!({ "id": name });
    };
    let page = &rule.page;
    let pages = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/rules/");
    json!({
        "id": name,
        "shortDescription": { "text": page.title },
        "fullDescription": { "text": page.lead },
        "help": { "text": page.text, "markdown": page.text },
        "helpUri": format!("{pages}{name}.md"),
        "defaultConfiguration": { "level": level(page.severity) },
        "properties": {
            "tags": tags(page),
            "security-severity": security_severity(page.severity),
        },
    })
}

fn tags(page: &Page) -> Vec<&'static str> {
    match page.category {
        Category::Exposure => vec!["exposure", "security"],
        category => vec![category.as_str()],
    }
}

/// A number in GitHub's range for the severity of that name: over 7.0 high, from 4.0 medium, from 0.1
/// low. 0.0 is in none of the ranges ("SARIF support for code scanning", `security-severity`).
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}
