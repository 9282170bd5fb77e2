//! Launch templates and launch configurations: what they add to the workloads that are started from
//! them.

use super::kinds;
use super::{flag_at, value_at};
use crate::aws::build::argument::cause;
use crate::aws::build::{Argument, Arguments, Builder};
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Members;
use crate::aws::origin::Attachment;
use crate::aws::security_group::SecurityGroup;
use crate::aws::subnet::Subnet;
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

/// Blocks that name the launch template of a workload.
const TEMPLATES: [&str; 3] = [
    "launch_template",
    "mixed_instances_policy.launch_template.launch_template_specification",
    "compute_resources.launch_template",
];

/// The block that names another launch template for some instance types.
const OVERRIDES: &str =
    "mixed_instances_policy.launch_template.override.launch_template_specification";

/// Arguments of these blocks that name the template.
const TEMPLATE_NAMES: [&str; 4] = ["id", "launch_template_id", "name", "launch_template_name"];

/// The arguments of a launch template and of a launch configuration that say whether a network interface
/// gets a public address.
const PUBLIC_IP_FLAGS: [&str; 2] = [
    "network_interfaces.associate_public_ip_address",
    "associate_public_ip_address",
];

/// A launch template or configuration; why it is not known, if it is not.
type Template<'w> = Result<&'w Resource, Cause>;

impl<'w> Builder<'w> {
    /// What the launch template or configuration of a workload adds.
    pub(super) fn add_templates(
        &mut self,
        arguments: Arguments,
        subnets: &mut Members<Attachment<Subnet>>,
        groups: &mut Members<Attachment<SecurityGroup>>,
    ) {
        for template in self.templates(arguments) {
            match template {
                Ok(template) => self.add_template(Arguments::of(template), subnets, groups),
                Err(cause) => groups.add_unlisted(cause),
            }
        }
    }

    fn add_template(
        &mut self,
        template: Arguments,
        subnets: &mut Members<Attachment<Subnet>>,
        groups: &mut Members<Attachment<SecurityGroup>>,
    ) {
        if value_at(template, "network_interfaces.network_interface_id").is_some() {
            groups.add_unlisted(Cause::new("the launch template names a network interface"));
        }
        groups.append(self.groups_of(template, kinds::TEMPLATE_GROUPS));
        if subnets.is_empty().is_true() {
            subnets.append(
                self.attached_at(template, Argument::Single("network_interfaces.subnet_id")),
            );
        }
    }

    /// What the launch templates of a workload say about public addresses.
    pub(super) fn public_ip_flag_of_templates(&self, arguments: Arguments) -> Fact<Option<bool>> {
        let flags = self
            .templates(arguments)
            .into_iter()
            .map(|template| match template {
                Ok(template) => flag_of(Arguments::of(template)),
                Err(cause) => Fact::Unknown(cause),
            });
        let flags: Vec<Fact<Option<bool>>> = flags.collect();
        match flags.as_slice() {
            [] => Fact::Known(None),
            [flag] => flag.clone(),
            _ => Fact::one_of(flags, &Cause::new("its launch templates do not agree")),
        }
    }

    fn templates(&self, arguments: Arguments) -> Vec<Template<'w>> {
        let blocks = TEMPLATES
            .into_iter()
            .flat_map(|path| arguments.bodies_at(path));
        let named = blocks.filter_map(|block| {
            let value = TEMPLATE_NAMES.iter().find_map(|name| block.get(name));
            value.map(|value| self.template(arguments.resource, value, "aws_launch_template"))
        });
        let configuration = arguments.value("launch_configuration");
        let configuration = configuration
            .map(|value| self.template(arguments.resource, value, "aws_launch_configuration"));
        let has_overrides = !arguments.bodies_at(OVERRIDES).is_empty();
        let overriding = has_overrides.then(|| {
            let reason = "some of its instances start from another launch template";
            Err(Cause::new(reason))
        });
        named.chain(configuration).chain(overriding).collect()
    }

    fn template(&self, user: &Resource, value: &Value, kind: &str) -> Template<'w> {
        self.named_resource(user, value, kind)
            .ok_or_else(|| cause(value))
    }
}

fn flag_of(template: Arguments) -> Fact<Option<bool>> {
    let flags = PUBLIC_IP_FLAGS.iter().map(|path| flag_at(template, path));
    let mut set = flags.filter(|flag| *flag != Fact::Known(None));
    set.next().unwrap_or(Fact::Known(None))
}
