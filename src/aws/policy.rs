//! Policies of endpoints and buckets, as far as their JSON text is known.

mod matching;
pub mod pattern;
pub mod text;

use std::sync::Arc;

use super::fact::Fact;
use super::members::Members;
use crate::terraform::address::Address;
use crate::terraform::value::Value;
use pattern::Pattern;
use text::Text;

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it does to requests that it matches.
    pub effect: Fact<Effect>,
    /// Who asks.
    pub principals: Clause<Principal>,
    /// What is asked for: `s3:GetObject`.
    pub actions: Clause<Pattern>,
    /// On what: ARNs.
    pub resources: Clause<Pattern>,
    /// What else must hold.
    pub conditions: Members<Condition>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever others allow.
    Deny,
}

/// What one element of a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause<T> {
    /// Whether all others are meant: `NotAction`.
    pub is_negated: bool,
    /// What is named.
    pub named: Members<T>,
}

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `AWS`, `Service`, `Federated`; `*` for anybody.
    pub kind: Arc<str>,
    /// Who.
    pub name: Pattern,
}

/// A condition of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `StringEquals`
    pub operator: Arc<str>,
    /// The key in lower case: `aws:sourcevpce`.
    pub key: Arc<str>,
    /// What it is compared with.
    pub values: Members<Value>,
    /// The endpoints or VPCs that its values are, if it asks for that; none for one of another
    /// configuration.
    pub named: Members<Fact<Option<Address>>>,
}

impl Statement {
    /// Whether it allows.
    pub fn allows(&self) -> Fact<bool> {
        self.effect.is(&Effect::Allow)
    }

    /// Whether it denies.
    pub fn denies(&self) -> Fact<bool> {
        self.effect.is(&Effect::Deny)
    }

    /// Whether it is about everybody.
    pub fn is_about_everybody(&self) -> Fact<bool> {
        let everybody = |one: &Principal| match &*one.kind {
            "*" | "AWS" => one.name.is_anything(),
            _ => Fact::Known(false),
        };
        if self.principals.is_negated {
            return Fact::Known(false);
        }
        self.principals.named.any(everybody)
    }

    /// Whether some condition satisfies `test`.
    pub fn has_condition(&self, test: impl Fn(&Condition) -> bool) -> Fact<bool> {
        self.conditions
            .any(|condition| Fact::Known(test(condition)))
    }

    /// Whether it matches a request for an action on a resource, whoever asks.
    pub fn matches(&self, action: &str, resource: &str) -> Fact<bool> {
        let actions = self.actions.matches(&action.to_ascii_lowercase());
        actions.and(self.resources.matches(resource))
    }
}

impl Condition {
    /// Whether its values are ids of endpoints.
    pub fn names_endpoints(&self) -> bool {
        &*self.key == "aws:sourcevpce"
    }

    /// Whether it asks by which endpoint or VPC a request comes.
    pub fn asks_for_vpc(&self) -> bool {
        self.names_endpoints() || &*self.key == "aws:sourcevpc"
    }
}

impl Clause<Pattern> {
    /// Whether a text is meant.
    pub fn matches(&self, text: &str) -> Fact<bool> {
        self.matches_text(&Text::of(text))
    }

    /// Whether a text of which pieces may not be known is meant: all, nothing, or some of what they may
    /// be.
    pub fn matches_text(&self, text: &Text) -> Fact<bool> {
        let named = self.named.any(|pattern| pattern.matches_text(text));
        named.map(|named| named != self.is_negated)
    }

    /// Whether some pattern that is meant satisfies `test`.
    pub fn any(&self, test: impl Fn(&Pattern) -> Fact<bool>) -> Fact<bool> {
        if self.is_negated {
            return Fact::Known(false);
        }
        self.named.any(test)
    }
}
