//! Where an object of the network comes from, and the lines that say something about it.
//!
//! An [`Origin`] belongs to an object: who makes it, and who may know it. A [`Declaration`] belongs to
//! what an object has: the line that makes a route, a rule or an association.

use std::sync::Arc;

use super::fact::{Cause, Fact};
use super::members::Presence;
use crate::source::Span;
use crate::terraform::address::Address;
use crate::terraform::resource::Export;

/// Where an object comes from and who else knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who makes it.
    pub maker: Maker,
    /// The Terraform resource: of an implicit object its VPC's, of an external one the data source
    /// that reads it.
    pub address: Option<Address>,
    /// The header of that resource's block.
    pub span: Option<Span>,
    /// Whether it exists.
    pub presence: Presence,
    /// The Region that it lives in.
    pub region: Fact<Arc<str>>,
    /// Who else may know it.
    pub exports: Vec<Export>,
    /// Arguments that `lifecycle.ignore_changes` names; `all` for all.
    pub ignore_changes: Vec<Arc<str>>,
}

/// Who makes an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maker {
    /// A resource of this configuration.
    Configuration,
    /// AWS, together with its VPC; `adopted` if an `aws_default_…` resource manages it.
    Aws {
        /// Whether this configuration manages it.
        adopted: bool,
    },
    /// Another configuration: what this one does not say about it is not known.
    Elsewhere {
        /// What it is called here: `data.aws_vpc.main`, `var.vpc_id`, `vpc-0123456789abcdef0`.
        identity: Arc<str>,
    },
}

impl Origin {
    /// Whether it belongs to another configuration.
    pub fn is_external(&self) -> bool {
        matches!(self.maker, Maker::Elsewhere { .. })
    }

    /// Whether AWS made it and no resource of this configuration manages it.
    pub fn is_implicit(&self) -> bool {
        self.maker == Maker::Aws { adopted: false }
    }

    /// Whether AWS made it and an `aws_default_…` resource manages it.
    pub fn is_adopted(&self) -> bool {
        self.maker == Maker::Aws { adopted: true }
    }

    /// Whether `lifecycle.ignore_changes` covers an argument.
    pub fn ignores_changes_of(&self, argument: &str) -> bool {
        let covers = |name: &Arc<str>| &**name == argument || &**name == "all";
        self.ignore_changes.iter().any(covers)
    }

    /// Why what this configuration does not say about it is not known.
    pub(super) fn made_elsewhere(&self) -> Cause {
        Cause::new(format!(
            "`{}` belongs to another configuration",
            self.name()
        ))
    }

    /// What to call it: its address, or what it is called where another configuration makes it.
    pub fn name(&self) -> String {
        match (&self.maker, &self.address) {
            (Maker::Elsewhere { identity }, _) => identity.to_string(),
            (_, Some(address)) => address.to_string(),
            (_, None) => String::new(),
        }
    }
}

/// The line that makes a route, a rule or an association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The resource that says it; for what AWS adds by itself, the resource of the object.
    pub address: Option<Address>,
    /// Where.
    pub span: Option<Span>,
    /// In which form.
    pub spelling: Spelling,
}

/// The forms in which a route, a rule or an association is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    /// An argument or block of the object's own resource.
    Inline,
    /// A resource of its own: `aws_route`, `aws_security_group_rule`, `aws_…_association`.
    Standalone,
    /// Nowhere: AWS adds it.
    Implicit,
}

/// A reference from one object to another and the line that makes it.
#[derive(Debug)]
pub struct Attachment<T> {
    /// The other object.
    pub to: super::fact::Link<T>,
    /// What says so.
    pub declaration: Declaration,
}

impl<T> Clone for Attachment<T> {
    fn clone(&self) -> Self {
        Self {
            to: self.to.clone(),
            declaration: self.declaration.clone(),
        }
    }
}

impl<T> PartialEq for Attachment<T> {
    fn eq(&self, right: &Self) -> bool {
        self.to == right.to && self.declaration == right.declaration
    }
}

impl<T> Eq for Attachment<T> {}
