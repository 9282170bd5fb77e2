//! Services that a client needs together, such as `ecr.api`, `ecr.dkr` and S3: VPCs that have endpoints for
//! some of them only.

use crate::aws::data::endpoint_services;
use crate::aws::fact::Cause;
use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::{Category, Confidence, Finding, Severity};
use crate::reachability::{coverage, dns, gateway_endpoint, interface_endpoint, subnet_type};
use crate::terraform::address::{Address, ModuleAddress};

use super::evidence::Evidence;
use super::phrases;
use super::subnets::{self, ConcernedSubnets};
use crate::rules::Context;

/// Services that a client needs together.
pub(in crate::rules) struct ServiceSet {
    /// What needs all of them, as the subject of a sentence: `image pulls from ECR`.
    pub(in crate::rules) purpose: &'static str,
    /// Services of which an endpoint shows that the VPC is meant to have the set.
    pub(in crate::rules) signs: &'static [&'static str],
    /// The services of the set.
    pub(in crate::rules) services: &'static [&'static str],
}

/// A VPC that has endpoints for a part of a set.
struct Incomplete<'a> {
    id: Id<Vpc>,
    vpc: &'a Vpc,
    set: &'a ServiceSet,
    present: Vec<&'static str>,
    missing: Vec<&'static str>,
    concerned: ConcernedSubnets,
    is_isolated: bool,
}

/// A finding about a VPC that has endpoints for a part of a set.
pub(in crate::rules) fn finding(cx: &Context, id: Id<Vpc>, set: &ServiceSet) -> Option<Finding> {
    let signs = set.signs.iter().copied();
    let present: Vec<_> = signs
        .filter(|service| exists(cx.network, id, service))
        .collect();
    if present.is_empty() {
        return None;
    }
    // Isolated clients fail, clients behind NAT only pay: the worse finding takes the place of the other.
    let of_isolated = incomplete(cx, id, set, present.clone(), true);
    let found = of_isolated.or_else(|| incomplete(cx, id, set, present.clone(), false));
    found?.finding(cx)
}

/// Whether a VPC certainly has an interface endpoint for a service.
pub(in crate::rules) fn exists(network: &Network, vpc: Id<Vpc>, service: &str) -> bool {
    interface_endpoint::exists(network, vpc, service).is_true()
}

/// Whether this configuration certainly brings a service into a VPC by no endpoint and no private zone.
pub(in crate::rules) fn is_absent(cx: &Context, vpc: Id<Vpc>, service: &str) -> bool {
    let region = &cx.network.vpcs[vpc].origin.region;
    let has_zone = dns::may_be_answered_elsewhere(cx.network, vpc, service, region).is_some();
    let has_endpoint = if service == "s3" {
        let by_gateway = gateway_endpoint::exists(cx.network, vpc, service);
        by_gateway.either(dns::is_captured(cx.network, vpc, service))
    } else {
        interface_endpoint::exists(cx.network, vpc, service)
    };
    has_endpoint.is_false() && !has_zone
}

/// A VPC with a part of a set whose missing services matter to isolated clients, or to clients behind NAT.
fn incomplete<'a>(
    cx: &Context<'a>,
    id: Id<Vpc>,
    set: &'a ServiceSet,
    present: Vec<&'static str>,
    is_isolated: bool,
) -> Option<Incomplete<'a>> {
    // S3 through NAT is the finding of `s3_via_nat_only`.
    let counts = |service: &&str| is_isolated || *service != "s3";
    let services = set.services.iter().copied().filter(counts);
    let missing: Vec<_> = services
        .filter(|service| is_absent(cx, id, service))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let vpc = &cx.network.vpcs[id];
    let guess = Cause::new(format!("these endpoints are meant for {}", set.purpose));
    let evidence = Evidence::new()
        .about(&vpc.origin.presence)
        .missing_at(&vpc.origin)
        .assumes(&[guess]);
    let concerned = if is_isolated {
        isolated_clients(cx, id, &evidence)
    } else {
        nat_clients(cx, id, &missing, &evidence)
    };
    Some(Incomplete {
        id,
        vpc,
        set,
        present,
        missing,
        concerned: concerned?,
        is_isolated,
    })
}

/// The isolated client subnets of a VPC, or all of its isolated subnets if it has no client subnet. A VPC
/// with merely possible ones gets no finding: the set itself is a guess already.
fn isolated_clients(cx: &Context, vpc: Id<Vpc>, evidence: &Evidence) -> Option<ConcernedSubnets> {
    let subnets = cx.network.subnets_of(vpc);
    let is_client = |id| coverage::is_client_subnet(cx.network, id);
    let has_clients = subnets.any(|id| is_client(*id));
    let isolated = subnets.iter().map(|subnet| {
        let id = subnet.value;
        if coverage::holds_no_client(cx.network, id) {
            return (id, Evidence::refuted());
        }
        let evidence = evidence.clone().about(&subnet.presence);
        let evidence = evidence.needs(&subnet_type::is_isolated(cx.network, id));
        let counts = is_client(id).either(has_clients.clone().map(|has| !has));
        (id, evidence.needs(&counts))
    });
    let concerned = subnets::surest(isolated)?;
    (concerned.confidence > Confidence::Possible).then_some(concerned)
}

/// The subnets of a VPC from which services are reached through NAT.
fn nat_clients(
    cx: &Context,
    vpc: Id<Vpc>,
    services: &[&str],
    evidence: &Evidence,
) -> Option<ConcernedSubnets> {
    let subnets = cx.network.subnets_of(vpc);
    let of_nat = subnets.iter().map(|subnet| {
        let evidence = evidence.clone().about(&subnet.presence);
        let evidence = services.iter().fold(evidence, |evidence, service| {
            subnets::leaves_through_nat(cx, subnet.value, service, evidence)
        });
        (subnet.value, evidence)
    });
    subnets::surest(of_nat)
}

impl Incomplete<'_> {
    fn finding(&self, cx: &Context) -> Option<Finding> {
        let subject = self.vpc.origin.address.as_ref()?;
        let finding = cx.finding(
            subject,
            self.concerned.confidence,
            self.message(cx, subject),
        );
        let finding = finding.at(self.vpc.origin.span).about(self.set.purpose);
        let finding = if self.is_isolated {
            finding
        } else {
            finding.at_most(Severity::Low).category(Category::Cost)
        };
        let vpc = Fact::Known(self.id);
        let signs = cx.network.endpoints_near(&vpc).filter(|(_, endpoint)| {
            let of_set = |name: &Option<_>| name.as_deref().is_some_and(|name| self.has(name));
            let is_sign = endpoint.service.aws_service.holds(of_set);
            is_sign
                .and(cx.network.same_vpc(&endpoint.vpc, &vpc))
                .is_true()
        });
        let finding = signs.fold(finding, |finding, (_, endpoint)| {
            finding.involves(&endpoint.origin, "this endpoint is part of the set")
        });
        let finding = self.concerned.label(cx, finding);
        Some(finding.help(self.help(cx, subject)))
    }

    fn has(&self, service: &str) -> bool {
        self.present.contains(&service)
    }

    fn message(&self, cx: &Context, subject: &Address) -> String {
        let subnets = self.concerned.names(cx);
        let consequence = if self.is_isolated {
            format!("so {} fail in {subnets}", self.set.purpose)
        } else {
            format!("which {subnets} can only reach through NAT")
        };
        format!(
            "`{subject}` has endpoints for {} but none for {}, {consequence}{}",
            phrases::services(&self.present),
            phrases::services(&self.missing),
            self.concerned.evidence.depends_on()
        )
    }

    fn help(&self, cx: &Context, subject: &Address) -> String {
        let missing = self.missing.iter();
        let endpoints: Vec<_> = missing
            .map(|service| endpoint(cx, self.id, &cx.scope_of(subject), service, &self.concerned))
            .collect();
        format!("complete the set:\n{}", endpoints.join("\n"))
    }
}

/// A snippet to paste into a module: an endpoint that brings a service into subnets; words, if the module does not know
/// the VPC.
pub(in crate::rules) fn endpoint(
    cx: &Context,
    id: Id<Vpc>,
    scope: &ModuleAddress,
    service: &str,
    to: &ConcernedSubnets,
) -> String {
    let vpc = &cx.network.vpcs[id].origin;
    let Some(vpc_id) = phrases::id(cx, vpc, scope) else {
        let service = phrases::service(service);
        return format!("add an endpoint for {service} for {}", to.names(cx));
    };
    let name = phrases::service_name(service, &vpc.region);
    let label = service.replace(['.', '-'], "_");
    if endpoint_services::has_gateway(service) {
        let tables = phrases::table_ids(cx, &to.tables(cx), scope);
        let tables = tables.unwrap_or_else(|| "[] # the tables of these subnets".to_owned());
        return format!(
            "resource \"aws_vpc_endpoint\" \"{label}\" {{\n  \
               vpc_id          = {vpc_id}\n  \
               service_name    = \"{name}\"\n  \
               route_table_ids = {tables}\n\
             }}"
        );
    }
    let subnets = cx.network.one_of_each_zone(to.subnets.iter().copied());
    let subnets = phrases::subnet_ids(cx, &subnets, scope);
    let subnets = subnets.unwrap_or_else(|| "[] # one subnet of each zone".to_owned());
    format!(
        "resource \"aws_vpc_endpoint\" \"{label}\" {{\n  \
           vpc_id              = {vpc_id}\n  \
           service_name        = \"{name}\"\n  \
           vpc_endpoint_type   = \"Interface\"\n  \
           subnet_ids          = {subnets}\n  \
           security_group_ids  = [] # a group that admits the clients\n  \
           private_dns_enabled = true\n\
         }}"
    )
}
