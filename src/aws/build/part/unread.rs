//! Resources that act on an object although what they do is not here to read: which names a forwarding
//! rule takes is written down, what it answers is not; a route server learns its routes from its peers.
//!
//! [`ACTORS`] says what each type of AWS's can act on. A type that is not listed acts on nothing, although it
//! takes the id of a VPC: a build project, a cluster.

use std::sync::Arc;

use super::Patches;
use crate::aws::build::connectivity::zone_name;
use crate::aws::build::{Arguments, Builder, Name, presence};
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Presence;
use crate::aws::origin::Spelling;
use crate::aws::route_table::RouteTable;
use crate::aws::vpc::{ForwardedNames, Vpc};

/// What a type of resource acts on.
#[derive(Clone, Copy)]
enum Effect {
    /// What the names of a VPC stand for, as far as a forwarding rule covers them.
    RuledNames,
    /// What any name of a VPC stands for.
    AnyNames,
    /// The propagated routes of a route table.
    Routes,
}

/// The types, the argument by which each names the object, and what each acts on.
const ACTORS: [(&str, &str, Effect); 3] = [
    (
        "aws_route53_resolver_rule_association",
        "vpc_id",
        Effect::RuledNames,
    ),
    (
        "aws_route53profiles_association",
        "resource_id",
        Effect::AnyNames,
    ),
    (
        "aws_vpc_route_server_propagation",
        "route_table_id",
        Effect::Routes,
    ),
];

impl Patches {
    /// Adds what a resource does to the object that it names.
    pub(super) fn unread(&mut self, builder: &mut Builder, arguments: Arguments) {
        let kind = &*arguments.resource.address.kind;
        let Some((_, argument, effect)) = ACTORS.iter().find(|(actor, ..)| *actor == kind) else {
            return;
        };
        match effect {
            Effect::RuledNames => {
                let rule = builder.names.name(arguments.value("resolver_rule_id"));
                if let Some(domain) = forwarded_domain(&rule) {
                    self.names(builder, arguments, argument, domain);
                }
            }
            Effect::AnyNames => {
                let address = &arguments.resource.address;
                let unread = format!("which names the profile of `{address}` answers is not known");
                self.names(builder, arguments, argument, Fact::unknown(unread));
            }
            Effect::Routes => self.propagated_by_others(builder, arguments, argument),
        }
    }

    fn names(
        &mut self,
        builder: &mut Builder,
        arguments: Arguments,
        argument: &str,
        domain: Fact<Arc<str>>,
    ) {
        let vpc = builder.link::<Vpc>(arguments.value(argument));
        let forwarded = ForwardedNames {
            domain,
            declaration: arguments.block_declaration(Spelling::Standalone),
        };
        self.add(vpc, presence(arguments.resource), move |vpc, presence| {
            vpc.forwarded_names.add(forwarded.clone(), presence);
        });
    }

    fn propagated_by_others(
        &mut self,
        builder: &mut Builder,
        arguments: Arguments,
        argument: &str,
    ) {
        let table = builder.link::<RouteTable>(arguments.value(argument));
        let address = &arguments.resource.address;
        let cause = Cause::new(format!("the routes that `{address}` adds are not known"));
        // Propagated routes lose against written ones to the same CIDR, whoever propagates them (VPC
        // guide "How route priority works").
        self.add(table, Presence::Certain, move |table, _| {
            table.propagation.add_unlisted(cause.clone());
        });
    }
}

/// The domain whose names a resolver rule forwards; `None` where it forwards none (Route 53 guide "Working
/// with rules": rules of type `SYSTEM` leave the answer to the Amazon resolver).
fn forwarded_domain(rule: &Fact<Option<Name>>) -> Option<Fact<Arc<str>>> {
    let resource = match rule {
        Fact::Known(Some(Name::Attribute { resource, .. })) => *resource,
        Fact::Known(_) => {
            return Some(Fact::unknown(
                "the resolver rule is not in this configuration",
            ));
        }
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => return Some(Fact::Unknown(cause.clone())),
    };
    let arguments = Arguments::of(resource);
    let is_system = arguments
        .text("rule_type")
        .holds(|kind| kind.as_deref() == Some("SYSTEM"));
    let domain = arguments
        .text("domain_name")
        .required("the resolver rule names no domain");
    (!is_system.is_true()).then(|| domain.map(|domain| zone_name(&domain)))
}
