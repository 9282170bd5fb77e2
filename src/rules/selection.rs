//! Which rules run and which findings are shown: `--select`, `--extend-select`, `--ignore` and the
//! thresholds, from the command line or the settings.

use std::str::FromStr;

use super::page::Default;
use super::{Rule, UnknownName, all};
use crate::finding::{Category, Confidence, Finding, Severity};

/// Which rules run and which of their findings are shown.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Replaces the rules that are on by default, unless empty.
    pub select: Vec<Selector>,
    /// Runs these too.
    pub extend_select: Vec<Selector>,
    /// Does not run these.
    pub ignore: Vec<Selector>,
    /// Hides findings below.
    pub min_severity: Severity,
    /// Hides findings below.
    pub min_confidence: Confidence,
}

/// Names one rule or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector {
    /// Every rule.
    All,
    /// The rules that are pedantic.
    Pedantic,
    /// The rules of a category.
    Category(Category),
    /// One rule.
    Rule(&'static str),
}

impl std::default::Default for Selection {
    /// Every rule that is on by default, and what is at least likely.
    fn default() -> Self {
        Self {
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            min_severity: Severity::Info,
            min_confidence: Confidence::Likely,
        }
    }
}

impl Selection {
    /// Whether a rule runs. The most specific selector that names it decides; `ignore` wins ties.
    pub fn runs(&self, rule: &Rule) -> bool {
        let by_default = self.select.is_empty() && rule.page.default == Default::On;
        let selectors = self.select.iter().chain(&self.extend_select);
        let selecting = selectors.filter(|selector| selector.selects(rule));
        let ignoring = self.ignore.iter().filter(|selector| selector.covers(rule));
        let wanted = selecting.map(|selector| selector.specificity()).max();
        let ignored = ignoring.map(|selector| selector.specificity()).max();
        match (wanted, ignored) {
            (Some(wanted), ignored) => Some(wanted) > ignored,
            (None, ignored) => by_default && ignored.is_none(),
        }
    }

    /// Whether a finding is shown.
    pub fn shows(&self, finding: &Finding) -> bool {
        finding.severity >= self.min_severity && finding.confidence >= self.min_confidence
    }
}

impl Selector {
    /// Whether it names a rule, be it by a group.
    fn covers(self, rule: &Rule) -> bool {
        match self {
            Self::All => true,
            Self::Pedantic => rule.page.default == Default::Pedantic,
            Self::Category(category) => rule.page.category == category,
            Self::Rule(name) => rule.name == name,
        }
    }

    /// A category selects its rules that are on by default only: the others want to be named.
    fn selects(self, rule: &Rule) -> bool {
        let by_default = rule.page.default == Default::On;
        self.covers(rule) && (by_default || !matches!(self, Self::Category(_)))
    }

    /// How narrow it is: the narrowest selector of a rule decides.
    fn specificity(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Pedantic | Self::Category(_) => 1,
            Self::Rule(_) => 2,
        }
    }
}

impl FromStr for Selector {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut categories = Category::ALL.into_iter();
        let category = categories.find(|category| category.as_str() == name);
        let rule = all().iter().find(|rule| rule.name == name);
        match (name, category, rule) {
            ("all", _, _) => Ok(Self::All),
            ("pedantic", _, _) => Ok(Self::Pedantic),
            (_, Some(category), _) => Ok(Self::Category(category)),
            (_, _, Some(rule)) => Ok(Self::Rule(rule.name)),
            _ => Err(UnknownName::new("rule or category", name, names())),
        }
    }
}

/// Everything that a selector can be, for suggestions.
fn names() -> impl Iterator<Item = &'static str> {
    let groups = ["all", "pedantic"].into_iter();
    let categories = Category::ALL.into_iter().map(Category::as_str);
    let rules = all().iter().map(|rule| rule.name);
    groups.chain(categories).chain(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::shared::rule::tests::rule;

    fn selection(select: &[Selector], extend: &[Selector], ignore: &[Selector]) -> Selection {
        Selection {
            select: select.to_vec(),
            extend_select: extend.to_vec(),
            ignore: ignore.to_vec(),
            ..Selection::default()
        }
    }

    const COST: Selector = Selector::Category(Category::Cost);

    #[test]
    fn pedantic_rules_run_only_if_selected() {
        let pedantic = rule("noise", "medium", "cost", "pedantic");
        assert!(!Selection::default().runs(&pedantic));
        assert!(!selection(&[COST], &[], &[]).runs(&pedantic));
        assert!(selection(&[], &[Selector::Pedantic], &[]).runs(&pedantic));
        assert!(selection(&[Selector::All], &[], &[]).runs(&pedantic));
        assert!(selection(&[], &[Selector::Rule("noise")], &[]).runs(&pedantic));
    }

    #[test]
    fn select_replaces_the_default_and_extend_select_adds() {
        let cost = rule("waste", "medium", "cost", "on");
        let broken = rule("hole", "high", "broken", "on");
        let only_cost = selection(&[COST], &[], &[]);
        assert!(only_cost.runs(&cost) && !only_cost.runs(&broken));
        let both = selection(&[COST], &[Selector::Rule("hole")], &[]);
        assert!(both.runs(&cost) && both.runs(&broken));
    }

    #[test]
    fn the_most_specific_selector_decides_and_ignore_wins_ties() {
        let cost = rule("waste", "medium", "cost", "on");
        assert!(!selection(&[], &[], &[COST]).runs(&cost));
        assert!(!selection(&[COST], &[], &[COST]).runs(&cost));
        assert!(!selection(&[Selector::All], &[], &[COST]).runs(&cost));
        assert!(selection(&[], &[Selector::Rule("waste")], &[COST]).runs(&cost));
    }
}
