//! VPC endpoints: their service, type, policies, and what their arguments attach.

use std::sync::Arc;

use super::vpc::computed;
use super::{Argument, Arguments, Builder, NetworkObject, fact};
use crate::aws::address_set::Family;
use crate::aws::data::endpoint_services::parse_service_name;
use crate::aws::fact::{Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Attachment, Origin, Spelling};
use crate::aws::prefix_list::PrefixList;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{
    DnsOptions, EndpointPolicy, EndpointService, EndpointType, IpAddressType, VpcEndpoint,
};
use crate::terraform::value::Value;

impl NetworkObject for VpcEndpoint {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_vpc_endpoint"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.vpc_endpoints.handle(id).clone();
        let origin = builder.origin(&handle);
        match builder.resource(&handle) {
            Some(resource) => builder.vpc_endpoint(Arguments::of(resource), origin),
            None => unknown(builder, origin),
        }
    }
}

/// An `aws_vpc_endpoint_security_group_association`, and whether it replaces the default group.
pub(super) struct ReplacedDefault {
    pub(super) endpoint: Fact<Option<Id<VpcEndpoint>>>,
    pub(super) replaces: Fact<bool>,
    pub(super) presence: Presence,
}

const TYPES: [(&str, EndpointType); 5] = [
    ("Gateway", EndpointType::Gateway),
    ("Interface", EndpointType::Interface),
    ("GatewayLoadBalancer", EndpointType::GatewayLoadBalancer),
    ("Resource", EndpointType::Resource),
    ("ServiceNetwork", EndpointType::ServiceNetwork),
];

const IP_ADDRESS_TYPES: [(&str, IpAddressType); 3] = [
    ("ipv4", IpAddressType::Ipv4),
    ("ipv6", IpAddressType::Ipv6),
    ("dualstack", IpAddressType::Dualstack),
];

impl Builder<'_> {
    fn vpc_endpoint(&mut self, arguments: Arguments, origin: Origin) -> VpcEndpoint {
        let service = service(arguments);
        let ip_address_type = arguments.word("ip_address_type", &IP_ADDRESS_TYPES);
        let private_dns = arguments.flag("private_dns_enabled");
        let sets_private_dns = arguments.value("private_dns_enabled").is_some();
        let mut endpoint = VpcEndpoint {
            vpc: self.vpc_of(arguments, &origin),
            kind: kind(arguments, &origin),
            sets_kind: arguments.value("vpc_endpoint_type").is_some(),
            prefix_lists: self.prefix_lists_of(&service, &ip_address_type, &origin),
            service,
            service_region: arguments
                .text("service_region")
                .map(|region| region.filter(|region| !region.is_empty())),
            route_tables: self.attached(arguments, Argument::List("route_table_ids")),
            subnets: self.endpoint_subnets(arguments),
            security_groups: self.attached(arguments, Argument::List("security_group_ids")),
            private_dns: match private_dns {
                Fact::Known(None) if origin.is_external() => Fact::Unknown(origin.made_elsewhere()),
                set => set.or(false),
            },
            private_dns_source: sets_private_dns
                .then(|| arguments.declaration("private_dns_enabled", Spelling::Inline)),
            dns_options: dns_options(arguments),
            ip_address_type,
            policies: self.policies(arguments, Spelling::Inline),
            auto_accept: arguments.flag("auto_accept").or(false),
            origin,
        };
        if endpoint.origin.is_external() {
            let cause = endpoint.origin.made_elsewhere();
            endpoint.route_tables.add_unlisted(cause.clone());
            endpoint.subnets.add_unlisted(cause.clone());
            endpoint.security_groups.add_unlisted(cause.clone());
            endpoint.policies.add_unlisted(cause);
        }
        endpoint
    }

    fn endpoint_subnets(&mut self, arguments: Arguments) -> Members<Attachment<Subnet>> {
        let mut subnets: Members<Attachment<Subnet>> =
            self.attached(arguments, Argument::List("subnet_ids"));
        let blocks = arguments.blocks("subnet_configuration");
        for cause in blocks.unlisted() {
            subnets.add_unlisted(cause.clone());
        }
        for block in &blocks {
            let inner = arguments.within(&block.value);
            let of_block: Members<Attachment<Subnet>> =
                self.attached(inner, Argument::Single("subnet_id"));
            for member in of_block {
                let is_same = |subnet: &Attachment<Subnet>| subnet.to == member.value.to;
                if !subnets.certain().any(is_same) {
                    subnets.add(member.value, member.presence.and(block.presence.clone()));
                }
            }
        }
        subnets
    }

    /// A gateway endpoint adds the list of each family that its type names; IPv4 if it names none
    /// (`PrivateLink` guide "Gateway endpoints").
    fn prefix_lists_of(
        &mut self,
        service: &EndpointService,
        ip_address_type: &Fact<Option<IpAddressType>>,
        origin: &Origin,
    ) -> Members<Link<PrefixList>> {
        let mut lists = Members::default();
        let name = service
            .aws_service
            .clone()
            .required("the service has no prefix list");
        let region = match &service.region {
            Fact::Known(Some(region)) => Fact::Known(region.clone()),
            _ => origin.region.clone(),
        };
        let families = ip_address_type.clone().or(IpAddressType::Ipv4);
        for family in [Family::V4, Family::V6] {
            let serves = families.holds(|types| match types {
                IpAddressType::Ipv4 => family == Family::V4,
                IpAddressType::Ipv6 => family == Family::V6,
                IpAddressType::Dualstack => true,
            });
            let Some(presence) = Presence::if_true(serves) else {
                continue;
            };
            let list = name
                .clone()
                .map(|name| self.aws_list(&name, &region, family));
            lists.add(list, presence);
        }
        lists
    }

    /// The policy of an endpoint or of an `aws_vpc_endpoint_policy`.
    pub(super) fn policies(
        &self,
        arguments: Arguments,
        spelling: Spelling,
    ) -> Members<EndpointPolicy> {
        let mut policies = Members::default();
        let Some(document) = arguments.value("policy") else {
            return policies;
        };
        if let Some(presence) = is_set(document) {
            let policy = EndpointPolicy {
                statements: self.statements(document),
                declaration: arguments.declaration("policy", spelling),
            };
            policies.add(policy, presence);
        }
        policies
    }
}

/// The type; `Gateway` if the argument is not set.
fn kind(arguments: Arguments, origin: &Origin) -> Fact<EndpointType> {
    match arguments.word("vpc_endpoint_type", &TYPES) {
        Fact::Known(None) if origin.is_external() => Fact::Unknown(origin.made_elsewhere()),
        written => written.or(EndpointType::Gateway),
    }
}

/// What the service name of an endpoint says, also where its Region is not known.
pub(super) fn service(arguments: Arguments) -> EndpointService {
    let value = arguments.value("service_name");
    let name = arguments.text("service_name");
    let parsed = |text: &Option<Arc<str>>| {
        let parsed = text.as_deref().and_then(parse_service_name);
        let region = parsed.and_then(|parsed| parsed.region).map(Arc::from);
        (parsed.map(|parsed| Arc::from(parsed.service)), region)
    };
    if let Some(service) = value.and_then(service_of_template) {
        let cause = super::argument::cause(value.unwrap_or(&Value::Null));
        return EndpointService {
            name,
            aws_service: Fact::Known(Some(service)),
            region: Fact::Unknown(cause),
        };
    }
    EndpointService {
        aws_service: name.clone().map(|name| parsed(&name).0),
        region: name.clone().map(|name| parsed(&name).1),
        name,
    }
}

/// The service of `com.amazonaws.${var.region}.s3`.
fn service_of_template(value: &Value) -> Option<Arc<str>> {
    let Value::Template(pieces) = value.unmarked() else {
        return None;
    };
    let [first, _, last] = &pieces[..] else {
        return None;
    };
    let service = last.as_str()?.strip_prefix('.')?;
    let filled = format!("{}region.{service}", first.as_str()?);
    let parsed = parse_service_name(&filled)?;
    (parsed.region == Some("region")).then(|| parsed.service.into())
}

fn dns_options(arguments: Arguments) -> Fact<Option<DnsOptions>> {
    let blocks = arguments.blocks("dns_options");
    if let Some(cause) = blocks.unlisted().first() {
        return Fact::Unknown(cause.clone());
    }
    let Some(block) = blocks.iter().next() else {
        return Fact::Known(None);
    };
    let inner = arguments.within(&block.value);
    let options = DnsOptions {
        inbound_resolver_only: inner.flag("private_dns_only_for_inbound_resolver_endpoint"),
        record_ip_type: inner.text("dns_record_ip_type"),
        declaration: inner.block_declaration(Spelling::Inline),
    };
    match block.presence.cause() {
        None => Fact::Known(Some(options)),
        Some(cause) => Fact::OneOf(vec![Some(options), None], cause.clone()),
    }
}

/// Whether a text is set. A template is, even where one of its pieces is not known.
fn is_set(text: &Value) -> Option<Presence> {
    match text.unmarked() {
        Value::Template(_) => Some(Presence::Certain),
        text => {
            let (_, presence) = fact(Some(text), |value| Ok(super::text(value))).set()?;
            Some(presence)
        }
    }
}

/// An endpoint of which only the name is known.
fn unknown(builder: &mut Builder, origin: Origin) -> VpcEndpoint {
    let cause = origin.made_elsewhere();
    VpcEndpoint {
        vpc: builder.vpc_elsewhere(&origin),
        kind: Fact::Unknown(cause.clone()),
        sets_kind: false,
        service: EndpointService {
            name: computed(&origin, "service_name"),
            aws_service: Fact::Unknown(cause.clone()),
            region: Fact::Unknown(cause.clone()),
        },
        service_region: Fact::Unknown(cause.clone()),
        route_tables: Members::unknown(cause.clone()),
        subnets: Members::unknown(cause.clone()),
        security_groups: Members::unknown(cause.clone()),
        private_dns: Fact::Unknown(cause.clone()),
        private_dns_source: None,
        dns_options: Fact::Unknown(cause.clone()),
        ip_address_type: Fact::Unknown(cause.clone()),
        prefix_lists: Members::unknown(cause.clone()),
        policies: Members::unknown(cause.clone()),
        auto_accept: Fact::Unknown(cause),
        origin,
    }
}
