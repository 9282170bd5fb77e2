//! A rule and the findings that it makes.

use crate::finding::{Confidence, Finding};
use crate::terraform::address::Address;

use super::context::Context;
use crate::rules::page::Page;

/// A page and a check.
#[derive(Debug)]
pub struct Rule {
    /// Its name: the bad state that it looks for.
    pub name: &'static str,
    /// Its page, for users.
    pub page: Page,
    /// Who makes its findings.
    pub(in crate::rules) check: Check,
}

/// Who makes the findings of a rule.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) enum Check {
    /// A function that looks at one root module.
    OfNetwork(fn(&Context) -> Vec<Finding>),
    /// `ignore`: which ignores match nothing is known only when every rule has run for every root module.
    ByIgnores,
}

impl Rule {
    pub(in crate::rules) fn new(name: &'static str, page: &'static str, check: Check) -> Self {
        let page = Page::parse(page).expect("a test reads the page of every rule");
        Self { name, page, check }
    }

    /// A finding of this rule with the severity of its page.
    pub(crate) fn finding(
        &self,
        subject: &Address,
        confidence: Confidence,
        message: String,
    ) -> Finding {
        Finding {
            rule: self.name,
            severity: self.page.severity,
            category: self.page.category,
            confidence,
            subject: subject.clone(),
            message,
            span: None,
            labels: Vec::new(),
            path: Vec::new(),
            help: None,
            help_is_inside: false,
            discriminators: Vec::new(),
        }
    }
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use super::*;

    /// A rule that finds nothing.
    pub(in crate::rules) fn rule(
        name: &'static str,
        severity: &str,
        category: &str,
        default: &str,
    ) -> Rule {
        let front = format!("severity: {severity}\ncategory: {category}\ndefault: {default}");
        let page = format!(
            "---\n{front}\nsince: 0.1.0\n---\n# Title\n\nLead.\n\n## Why it matters\n\n\
             ## Fails\n\n## Passes\n\n## How to fix\n\n## References\n"
        );
        Rule::new(name, page.leak(), Check::OfNetwork(|_| Vec::new()))
    }
}
