//! Rules of security groups and entries of network ACLs.

use super::{Patches, add_attachment};
use crate::aws::build::{Arguments, Builder, Name, elements, network_acl, presence};
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::{Members, Presence};
use crate::aws::network_acl::{AclEntry, NetworkAcl};
use crate::aws::origin::{Attachment, Spelling};
use crate::aws::security_group::{Direction, SecurityGroup, SecurityGroupRule};
use crate::aws::subnet::Subnet;
use crate::terraform::address::Address;
use crate::terraform::value::Value;

impl Patches {
    pub(super) fn rules(&mut self, builder: &mut Builder, arguments: Arguments) {
        let rules = builder.standalone_rules(arguments);
        match arguments.text("type") {
            Fact::Known(Some(kind)) if &*kind == "egress" => {
                self.group_rules(builder, arguments, &rules, Direction::Egress);
            }
            Fact::Known(Some(kind)) if &*kind == "ingress" => {
                self.group_rules(builder, arguments, &rules, Direction::Ingress);
            }
            kind => {
                let cause = kind.cause().cloned();
                let cause = cause.unwrap_or_else(|| Cause::new("the rule has no direction"));
                let rules = rules.and(&Presence::Maybe(cause));
                self.group_rules(builder, arguments, &rules, Direction::Ingress);
                self.group_rules(builder, arguments, &rules, Direction::Egress);
            }
        }
    }

    pub(super) fn single_rule(
        &mut self,
        builder: &mut Builder,
        arguments: Arguments,
        direction: Direction,
    ) {
        let rules = builder.single_rule(arguments);
        self.group_rules(builder, arguments, &rules, direction);
    }

    fn group_rules(
        &mut self,
        builder: &mut Builder,
        arguments: Arguments,
        rules: &Members<SecurityGroupRule>,
        direction: Direction,
    ) {
        let repeats = self.arguments_repeat;
        let exists = presence(arguments.resource);
        for rule in rules {
            let group = builder.link::<SecurityGroup>(arguments.value("security_group_id"));
            let value = rule.value.clone();
            let presence = exists.clone().and(rule.presence.clone());
            self.add(group, presence, move |group, presence| {
                let group_rules = group.rules_mut(direction);
                if repeats {
                    group_rules.retain(|inline| !repeats_rule(inline, &value));
                }
                group_rules.add(value.clone(), presence);
            });
        }
    }

    /// Terraform removes every rule that is not listed at apply (Terraform,
    /// `aws_vpc_security_group_rules_exclusive`).
    pub(super) fn exclusive_rules(&mut self, builder: &mut Builder, arguments: Arguments) {
        for (name, direction) in [
            ("ingress_rule_ids", Direction::Ingress),
            ("egress_rule_ids", Direction::Egress),
        ] {
            let group = builder.link::<SecurityGroup>(arguments.value("security_group_id"));
            let (listed, doubt) = builder.listed(&elements(arguments.value(name)));
            self.add(
                group,
                presence(arguments.resource),
                move |group, presence| {
                    let rules = group.rules_mut(direction);
                    let is_listed = |rule: &SecurityGroupRule| {
                        let address = rule.declaration.address.as_ref();
                        address.is_some_and(|address| listed.contains(address))
                    };
                    match doubt.clone().or_else(|| presence.cause().cloned()) {
                        None => rules.retain(is_listed),
                        Some(cause) => rules.weaken_unless(is_listed, &cause),
                    }
                },
            );
        }
    }

    pub(super) fn acl_rule(&mut self, builder: &mut Builder, arguments: Arguments) {
        let is_egress = arguments.flag("egress").or(false);
        let entries = network_acl::standalone_entries(arguments);
        for (direction, wanted) in [
            (Direction::Egress, is_egress.clone()),
            (Direction::Ingress, is_egress.map(|flag| !flag)),
        ] {
            let Some(doubt) = Presence::if_true(wanted) else {
                continue;
            };
            for entry in &entries {
                let presence = doubt.clone().and(entry.presence.clone());
                self.acl_entry(builder, arguments, entry.value.clone(), presence, direction);
            }
        }
    }

    fn acl_entry(
        &mut self,
        builder: &mut Builder,
        arguments: Arguments,
        entry: AclEntry,
        doubt: Presence,
        direction: Direction,
    ) {
        let acl = builder.link::<NetworkAcl>(arguments.value("network_acl_id"));
        let repeats = self.arguments_repeat;
        let presence = presence(arguments.resource).and(doubt);
        self.add(acl, presence, move |acl, presence| {
            let entries = acl.entries_mut(direction);
            if repeats {
                let repeats_it = |inline: &AclEntry| {
                    inline.declaration.spelling == Spelling::Inline
                        && inline.number == entry.number
                        && inline.cidr == entry.cidr
                };
                entries.retain(|known| !repeats_it(known));
            }
            entries.add(entry.clone(), presence);
        });
    }

    pub(super) fn acl_subnet(&mut self, builder: &mut Builder, arguments: Arguments) {
        let repeats = self.arguments_repeat;
        let add = move |acl: &mut NetworkAcl, subnet: Attachment<Subnet>, presence| {
            add_attachment(&mut acl.subnets, subnet, presence, repeats);
        };
        self.attach(builder, arguments, ["network_acl_id", "subnet_id"], add);
    }
}

impl Builder<'_> {
    /// The resources that the elements of a list name, and why there may be others.
    fn listed(&self, values: &Members<Value>) -> (Vec<Address>, Option<Cause>) {
        let mut listed = Vec::new();
        let mut doubt = values.unlisted().first().cloned();
        for member in values {
            match self.names.name(Some(&member.value)) {
                Fact::Known(Some(Name::Attribute { resource, .. })) => {
                    listed.push(resource.address.clone());
                }
                Fact::Known(_) => {}
                Fact::OneOf(_, cause) | Fact::Unknown(cause) => doubt = Some(cause),
            }
        }
        (listed, doubt)
    }
}

/// Whether an inline rule says the same as a standalone one.
fn repeats_rule(inline: &SecurityGroupRule, rule: &SecurityGroupRule) -> bool {
    let is_inline = inline.declaration.spelling == Spelling::Inline;
    is_inline && inline.traffic == rule.traffic && inline.peer == rule.peer
}
