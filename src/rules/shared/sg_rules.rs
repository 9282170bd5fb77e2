//! The rules of security groups that some line of the configuration writes, for checks of single rules.

use std::collections::BTreeSet;

use crate::aws::members::Presence;
use crate::aws::origin::Spelling;
use crate::aws::security_group::{Direction, SecurityGroupRule};
use crate::finding::{Confidence, Finding};

use super::phrases;
use crate::rules::Context;

/// A rule that some line of the configuration writes. A block with several peers makes several rules of the
/// network, of which the first stands for the block.
pub(in crate::rules) struct WrittenRule<'a> {
    /// Its direction.
    pub(in crate::rules) direction: Direction,
    /// The rule.
    pub(in crate::rules) rule: &'a SecurityGroupRule,
    /// Whether it exists, its group included.
    pub(in crate::rules) presence: Presence,
}

/// The findings about single rules, at most one for each block or resource.
pub(in crate::rules) fn findings(
    cx: &Context,
    finding: impl Fn(&WrittenRule) -> Option<Finding>,
) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let first_of_block = written(cx).filter(|written| {
        let rule = written.rule;
        seen.insert((written.direction, &rule.declaration.address, &rule.written))
    });
    first_of_block
        .filter_map(|written| finding(&written))
        .collect()
}

fn written<'a>(cx: &Context<'a>) -> impl Iterator<Item = WrittenRule<'a>> {
    let groups = cx.network.security_groups.iter();
    groups.flat_map(|(_, group)| {
        let directions = [Direction::Ingress, Direction::Egress].into_iter();
        directions.flat_map(move |direction| {
            let rules = group.rules(direction).iter();
            let rules = rules.filter(|rule| rule.value.declaration.spelling != Spelling::Implicit);
            rules.map(move |rule| WrittenRule {
                direction,
                rule: &rule.value,
                presence: rule.presence.clone().and(group.origin.presence.clone()),
            })
        })
    })
}

impl WrittenRule<'_> {
    /// What to call it: `` `aws_security_group_rule.https` ``, or the block of its group.
    pub(in crate::rules) fn name(&self) -> String {
        let declaration = &self.rule.declaration;
        let address = declaration.address.as_ref();
        let address = address.map_or_else(String::new, ToString::to_string);
        match declaration.spelling {
            Spelling::Standalone => format!("`{address}`"),
            Spelling::Inline | Spelling::Implicit => {
                format!(
                    "an {} rule of `{address}`",
                    phrases::direction(self.direction)
                )
            }
        }
    }

    /// A finding about it, at its ports.
    pub(in crate::rules) fn finding(
        &self,
        cx: &Context,
        confidence: Confidence,
        message: impl Into<String>,
    ) -> Option<Finding> {
        let declaration = &self.rule.declaration;
        let written = &self.rule.written;
        let finding = cx.finding(declaration.address.as_ref()?, confidence, message);
        let finding = finding.at(written.place.or(declaration.span));
        if declaration.spelling == Spelling::Standalone {
            return Some(finding);
        }
        // All blocks of a group have one address: protocol and ports tell their findings apart.
        let number = |number: Option<&Option<i64>>| number.copied().flatten().unwrap_or(-1);
        let protocol = written.protocol.known().cloned().flatten();
        let name = format!(
            "{} {} {} {}",
            phrases::direction(self.direction),
            protocol.unwrap_or_default(),
            number(written.from.known()),
            number(written.to.known())
        );
        Some(finding.about(name))
    }
}
