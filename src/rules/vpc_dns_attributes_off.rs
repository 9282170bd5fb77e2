//! VPCs whose DNS attributes are off while a private zone or an endpoint needs them. Not certain where a
//! DHCP option set may name another resolver.

use crate::aws::connectivity::PrivateZone;
use crate::aws::origin::Origin;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    let managed = vpcs.filter(|(_, vpc)| !vpc.origin.is_external());
    managed
        .filter_map(|(id, vpc)| finding(cx, id, vpc))
        .collect()
}

/// An object that needs an attribute that is off.
struct Dependent<'a> {
    argument: &'static str,
    origin: &'a Origin,
    says: &'static str,
}

fn finding(cx: &Context, id: Id<Vpc>, vpc: &Vpc) -> Option<Finding> {
    let subject = vpc.origin.address.as_ref()?;
    let dependent = dependent(cx, id, vpc)?;
    let evidence = Evidence::new()
        .about(&vpc.origin.presence)
        .about(&dependent.origin.presence)
        .needs(&vpc.dhcp.amazon_resolver_only);
    let message = format!(
        "`{subject}` has `{}` off, and {}{}",
        dependent.argument,
        dependent.says,
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(&vpc.origin, dependent.argument));
    let finding = finding.involves(dependent.origin, "this needs it");
    Some(finding.help(format!("{} = true", dependent.argument)))
}

fn dependent<'a>(cx: &Context<'a>, id: Id<Vpc>, vpc: &Vpc) -> Option<Dependent<'a>> {
    let zone = private_zone(cx, id);
    if vpc.dns_support.is_false() {
        let of_zone = zone.map(|zone| Dependent {
            argument: "enable_dns_support",
            origin: &zone.origin,
            says: "no name of a private zone resolves without",
        });
        let of_endpoint = endpoint(cx, id).map(|origin| Dependent {
            argument: "enable_dns_support",
            origin,
            says: "the name of no service resolves without, so its endpoints are not found",
        });
        return of_zone.or(of_endpoint);
    }
    let off = zone.filter(|_| vpc.dns_hostnames.is_false())?;
    Some(Dependent {
        argument: "enable_dns_hostnames",
        origin: &off.origin,
        says: "private zones need both DNS attributes of their VPC",
    })
}

/// A private zone that is certainly associated with a VPC.
fn private_zone<'a>(cx: &Context<'a>, vpc: Id<Vpc>) -> Option<&'a PrivateZone> {
    let zones = cx.network.private_zones.iter().map(|(_, zone)| zone);
    let mut associated =
        zones.filter(|zone| zone.vpcs.any(|associated| associated.to.is(&vpc)).is_true());
    associated.next()
}

/// An endpoint of a VPC without private DNS. With private DNS, AWS refuses the endpoint, which is the
/// finding of `interface_endpoint_private_dns_vpc_attributes`.
fn endpoint<'a>(cx: &Context<'a>, vpc: Id<Vpc>) -> Option<&'a Origin> {
    let endpoints = cx
        .network
        .vpc_endpoints
        .iter()
        .map(|(_, endpoint)| endpoint);
    let mut of_vpc = endpoints.filter(|endpoint| {
        let without_private_dns = endpoint.private_dns.clone().map(|on| !on);
        endpoint.vpc.is(&vpc).and(without_private_dns).is_true()
    });
    of_vpc.next().map(|endpoint| &endpoint.origin)
}
