//! The AWS services that a workload cannot do without.

use super::{Arguments, Builder};
use crate::aws::build::argument::cause;
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::{Members, Presence};
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

/// What a pull from ECR needs (ECR guide "Interface VPC endpoints"); S3 holds the layers.
const IMAGES: [&str; 3] = ["ecr.api", "ecr.dkr", "s3"];

/// What Session Manager needs (Systems Manager guide "VPC endpoints for Systems Manager").
const SESSIONS: [&str; 2] = ["ssm", "ssmmessages"];

/// The managed policy that lets Systems Manager manage an instance.
const MANAGED_INSTANCE: &str = "AmazonSSMManagedInstanceCore";

impl<'w> Builder<'w> {
    /// What a workload needs, as far as its kind and its role say so.
    pub(super) fn needs_of(&self, resource: &'w Resource) -> Members<&'static str> {
        let arguments = Arguments::of(resource);
        match &*resource.address.kind {
            "aws_ecs_service" | "aws_ecs_task_set" => self.needs_of_tasks(arguments),
            "aws_eks_fargate_profile" => Members::known(IMAGES),
            "aws_eks_node_group" => Members::known(["ec2"].into_iter().chain(IMAGES)),
            "aws_instance" if self.is_managed(arguments) => Members::known(SESSIONS),
            _ => Members::default(),
        }
    }

    /// Tasks on Fargate pull their images and write their logs from their own network interfaces.
    fn needs_of_tasks(&self, arguments: Arguments) -> Members<&'static str> {
        let mut needs = Members::default();
        let containers = self.containers(arguments);
        let containers = containers.as_ref().map(Value::unmarked);
        let is_fargate = is_fargate(arguments);
        let pulls = mentions(containers, ".dkr.ecr.", "aws_ecr_repository");
        if let Some(presence) = Presence::if_true(is_fargate.clone().and(pulls)) {
            for service in IMAGES {
                needs.add(service, presence.clone());
            }
        }
        let logs = mentions(containers, "\"awslogs\"", "");
        if is_fargate.and(logs).is_true() {
            needs.add("logs", Presence::Certain);
        }
        needs
    }

    /// The containers of the task definition that a service runs.
    fn containers(&self, arguments: Arguments) -> Option<Value> {
        let definition = arguments.value("task_definition")?;
        let definition =
            self.named_resource(arguments.resource, definition, "aws_ecs_task_definition")?;
        Arguments::of(definition)
            .value("container_definitions")
            .cloned()
    }

    /// Whether the role of an instance lets Systems Manager manage it.
    fn is_managed(&self, instance: Arguments) -> bool {
        let role = || {
            let profile = instance.value("iam_instance_profile")?;
            let profile =
                self.named_resource(instance.resource, profile, "aws_iam_instance_profile")?;
            let role = Arguments::of(profile).value("role")?;
            self.named_resource(profile, role, "aws_iam_role")
        };
        role().is_some_and(|role| self.is_managing(role))
    }

    fn is_managing(&self, role: &Resource) -> bool {
        let is_policy = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str);
            text.is_some_and(|policy| policy.ends_with(MANAGED_INSTANCE))
        };
        let managed = Arguments::of(role).list("managed_policy_arns");
        let mut attachments = self.resource_set.resources.iter().filter(|attachment| {
            &*attachment.address.kind == "aws_iam_role_policy_attachment"
                && is_policy(Arguments::of(attachment).value("policy_arn"))
        });
        managed.certain().any(|policy| is_policy(Some(policy)))
            || attachments.any(|attachment| {
                let attached = Arguments::of(attachment).value("role");
                let attached =
                    attached.and_then(|to| self.named_resource(attachment, to, "aws_iam_role"));
                attached.is_some_and(|attached| attached.address == role.address)
            })
    }
}

fn is_fargate(arguments: Arguments) -> Fact<bool> {
    let is_fargate = |name: &str| name.starts_with("FARGATE");
    match arguments.text("launch_type") {
        Fact::Known(None) => {
            let strategies = arguments.bodies_at("capacity_provider_strategy");
            let names = strategies
                .iter()
                .map(|strategy| strategy.get("capacity_provider"));
            let mut names = names.filter_map(|name| name.and_then(Value::as_str));
            Fact::Known(names.any(is_fargate))
        }
        launch_type => launch_type.holds(|name| name.as_deref().is_some_and(is_fargate)),
    }
}

/// Whether a text contains a part, or refers to a resource of a type.
fn mentions(value: Option<&Value>, part: &str, kind: &str) -> Fact<bool> {
    match value {
        None => Fact::unknown("the task definition is not known"),
        Some(Value::String(text)) => Fact::Known(text.contains(part)),
        Some(Value::Template(pieces)) => {
            let pieces = pieces.iter().map(|piece| mentions(Some(piece), part, kind));
            pieces.fold(Fact::Known(false), Fact::either)
        }
        Some(Value::Reference(reference)) if &*reference.address.kind == kind => Fact::Known(true),
        Some(Value::OneOf(one_of)) => {
            let options = one_of.options.iter();
            let options = options.map(|option| mentions(Some(option), part, kind));
            Fact::one_of(options, &Cause::new(one_of.reason.clone())).is(&true)
        }
        Some(unknown) => Fact::Unknown(cause(unknown)),
    }
}
