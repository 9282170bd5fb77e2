//! Policies of endpoints and buckets, as far as their JSON text is known.
//!
//! What comes in is the `policy` argument, a JSON text of which pieces may be unknown; `build` reads
//! it into [`Statement`]s. What goes out are answers to "does this statement match this request?":
//! yes, no, or unknown with the cause.
//!
//! ```text
//! Statement ─► actions    s3:Get*                           [Pattern] ─┐
//!           ├► resources  arn:aws:s3:::${var.bucket}/*      [Pattern] ─┤ matching ─► Fact<bool>
//!           └► conditions aws:SourceVpce                               │
//! request   ─► s3:GetObject on arn:aws:s3:::logs/a      [RequestText] ─┘
//! ```
//!
//! Both sides may have holes. A [`Pattern`] holds pieces of the policy that are not known; a
//! [`RequestText`] may stand for any object of a bucket, or for a bucket whose name is chosen at apply.
//! They match for certain if they match for every value of the holes, possibly if for some value.
//! The name of a bucket of this configuration is no hole: it equals itself, even while unknown.
//!
//! This is not IAM. It does not combine statements into a decision, and of conditions it reads only
//! those that ask for an endpoint or a VPC; [`reachability`](crate::reachability) does the rest.
//! Begin reading with [`pattern`], then `matching`.

mod matching;
pub mod pattern;
pub mod text;

use std::sync::Arc;

use super::fact::Fact;
use super::members::Members;
use crate::terraform::address::Address;
use crate::terraform::value::{Reference, Value};
use pattern::Pattern;
use text::RequestText;

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whether it allows or denies the requests that it matches.
    pub effect: Fact<Effect>,
    /// `Principal` or `NotPrincipal`: who makes the request.
    pub principals: Clause<Principal>,
    /// `Action` or `NotAction`: `s3:GetObject`.
    pub actions: Clause<Pattern>,
    /// `Resource` or `NotResource`: ARNs.
    pub resources: Clause<Pattern>,
    /// `Condition`: what must hold besides.
    pub conditions: Members<Condition>,
}

/// The effect of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever other statements allow.
    Deny,
}

/// An element of a statement and what it names: `Action`, `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause<T> {
    /// Whether it matches everything but what it names, as `NotAction` does.
    pub is_negated: bool,
    /// What it names.
    pub named: Members<T>,
}

/// An account, role, service or user that makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `AWS`, `Service`, `Federated`; `*` for everybody.
    pub kind: Arc<str>,
    /// Its ARN, account or service name.
    pub name: Pattern,
}

/// A condition of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `StringEquals`
    pub operator: Arc<str>,
    /// The condition key in lower case, since AWS ignores case there: `aws:sourcevpce`.
    pub key: Arc<str>,
    /// The values that the key is compared with.
    pub values: Members<Value>,
    /// The endpoints or VPCs whose ids the values are, if the key asks for that; none for an object of
    /// another configuration.
    pub named: Members<Fact<Option<Address>>>,
}

/// Data sources and resources that stand for accounts and organizations of customers.
const CUSTOMERS: [&str; 4] = [
    "aws_caller_identity",
    "aws_organizations_account",
    "aws_organizations_organization",
    "aws_organizations_organizational_unit",
];

/// Whether a value is the id of a customer's account or organization, and so none of AWS's own.
pub fn names_customer(reference: &Reference) -> bool {
    CUSTOMERS.contains(&&*reference.address.kind)
}

impl Statement {
    /// Whether its effect is `Allow`.
    pub fn allows(&self) -> Fact<bool> {
        self.effect.is(&Effect::Allow)
    }

    /// Whether its effect is `Deny`.
    pub fn denies(&self) -> Fact<bool> {
        self.effect.is(&Effect::Deny)
    }

    /// Whether it names every principal. `NotPrincipal` never does.
    pub fn is_about_everybody(&self) -> Fact<bool> {
        let is_everybody = |principal: &Principal| match &*principal.kind {
            "*" | "AWS" => principal.name.is_anything(),
            _ => Fact::Known(false),
        };
        if self.principals.is_negated {
            return Fact::Known(false);
        }
        self.principals.named.any(is_everybody)
    }

    /// Whether some condition satisfies `test`.
    pub fn has_condition(&self, test: impl Fn(&Condition) -> bool) -> Fact<bool> {
        self.conditions
            .any(|condition| Fact::Known(test(condition)))
    }

    /// Whether it matches a request for an action on a resource, whoever makes it. Conditions are not
    /// asked.
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

    /// Whether it asks through which endpoint or VPC a request comes.
    pub fn asks_for_vpc(&self) -> bool {
        self.names_endpoints() || &*self.key == "aws:sourcevpc"
    }
}

impl Clause<Pattern> {
    /// Whether it matches an action or ARN.
    pub fn matches(&self, text: &str) -> Fact<bool> {
        self.matches_text(&RequestText::of(text))
    }

    /// Whether it matches a text with unknown pieces: true if it does for all of their values, false if
    /// for none, otherwise unknown.
    pub fn matches_text(&self, text: &RequestText) -> Fact<bool> {
        let is_named = self.named.any(|pattern| pattern.matches_text(text));
        is_named.map(|is_named| is_named != self.is_negated)
    }

    /// Whether a pattern that it names satisfies `test`; false if it is negated.
    pub fn any(&self, test: impl Fn(&Pattern) -> Fact<bool>) -> Fact<bool> {
        if self.is_negated {
            return Fact::Known(false);
        }
        self.named.any(test)
    }
}
