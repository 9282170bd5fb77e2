//! What the names and identifiers of the AWS provider mean.

use super::{id_attributes, network_types};
use crate::terraform::provider::Conventions;
use crate::terraform::resource::Body;
use crate::terraform::value::Value;

/// The conventions of the AWS provider.
pub(super) struct AwsConventions;

impl Conventions for AwsConventions {
    fn local_name(&self) -> &'static str {
        "aws"
    }

    fn source_address(&self) -> &'static str {
        "registry.terraform.io/hashicorp/aws"
    }

    fn makes_network(&self, source: &str) -> bool {
        network_types::makes_network(source)
    }

    fn takes_network_id(&self, argument: &str) -> bool {
        let kinds = ["aws_vpc", "aws_subnet", "aws_route_table"];
        let mut kinds = kinds.into_iter();
        kinds.any(|kind| id_attributes::takes_id_of(argument, kind, &[]))
    }

    // These data sources had a `region` of another meaning before version 6 of the provider: the one to
    // look for ("Enhanced Region Support" in the provider's documentation).
    fn has_region_argument(&self, kind: &str) -> bool {
        kind != "aws_region" && kind != "aws_vpc_peering_connection"
    }

    fn instance_region(&self, kind: &str, body: &Body) -> Option<Value> {
        let argument = body.get("region").cloned();
        argument
            .filter(|_| self.has_region_argument(kind))
            .or_else(|| Arn::of(body)?.region())
    }

    // An ARN of another service may name another Region than the provider's (global services name
    // `us-east-1` or none); resources of EC2 live nowhere else than in their provider's.
    fn configuration_region(&self, body: &Body) -> Option<Value> {
        let arn = Arn::of(body).filter(|arn| arn.service == "ec2");
        arn?.region()
    }

    // The provider names every resource that joins two others so; a list of the types would fall
    // behind its releases.
    fn joins_resources(&self, kind: &str) -> bool {
        kind.ends_with("_association") || kind.ends_with("_attachment")
    }

    fn is_id(&self, attribute: &str) -> bool {
        matches!(attribute, "id" | "arn")
    }

    // `owner_id` is an account: every resource of the account has it.
    fn is_made_id(&self, attribute: &str) -> bool {
        let is_id = attribute.ends_with("_id") || attribute.ends_with("_arn");
        is_id && attribute != "owner_id"
    }

    fn holds_ids(&self, attribute: &str) -> bool {
        id_attributes::holds_ids(attribute)
    }

    fn takes_id_of(&self, attribute: &str, kind: &str, siblings: &[&str]) -> bool {
        id_attributes::takes_id_of(attribute, kind, siblings)
    }

    fn takes_attribute_of(
        &self,
        attribute: &str,
        kind: &str,
        from: &str,
        siblings: &[&str],
    ) -> bool {
        id_attributes::takes_attribute_of(attribute, kind, from, siblings)
    }
}

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
struct Arn<'b> {
    service: &'b str,
    region: &'b str,
}

impl<'b> Arn<'b> {
    /// The ARN of an instance. Before its version 6, the provider writes no `region` beside it.
    fn of(body: &'b Body) -> Option<Self> {
        let mut parts = body.get("arn")?.as_str()?.split(':').skip(2);
        Some(Self {
            service: parts.next()?,
            region: parts.next()?,
        })
    }

    /// Its Region; global services have none.
    fn region(&self) -> Option<Value> {
        (!self.region.is_empty()).then(|| Value::string(self.region))
    }
}
