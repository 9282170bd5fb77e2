//! VPCs whose own resolver is off, or knows no private names.

use crate::aws::connectivity::PrivateZone;
use crate::aws::origin::Origin;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    let own = vpcs.filter(|(_, vpc)| !vpc.origin.is_external());
    own.filter_map(|(id, vpc)| finding(cx, id, vpc)).collect()
}

/// What needs an attribute that is off.
struct Loss<'a> {
    argument: &'static str,
    of: &'a Origin,
    says: &'static str,
}

fn finding(cx: &Context, id: Id<Vpc>, vpc: &Vpc) -> Option<Finding> {
    let subject = vpc.origin.address.as_ref()?;
    let loss = loss(cx, id, vpc)?;
    let evidence = Evidence::new()
        .about(&vpc.origin.presence)
        .about(&loss.of.presence)
        .needs(&vpc.dhcp.amazon_resolver_only);
    let message = format!(
        "`{subject}` has `{}` off, and {}{}",
        loss.argument,
        loss.says,
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(cx.place(&vpc.origin, loss.argument));
    let finding = finding.involves(loss.of, "this needs it");
    Some(finding.help(format!("{} = true", loss.argument)))
}

fn loss<'a>(cx: &Context<'a>, id: Id<Vpc>, vpc: &Vpc) -> Option<Loss<'a>> {
    let zone = private_zone(cx, id);
    if vpc.dns_support.is_false() {
        let of_zone = zone.map(|zone| Loss {
            argument: "enable_dns_support",
            of: &zone.origin,
            says: "no name of a private zone resolves without",
        });
        let of_endpoint = endpoint(cx, id).map(|origin| Loss {
            argument: "enable_dns_support",
            of: origin,
            says: "the name of no service resolves without, so its endpoints are not found",
        });
        return of_zone.or(of_endpoint);
    }
    let off = zone.filter(|_| vpc.dns_hostnames.is_false())?;
    Some(Loss {
        argument: "enable_dns_hostnames",
        of: &off.origin,
        says: "private zones need both DNS attributes of their VPC",
    })
}

/// A private zone that is certainly associated with a VPC.
fn private_zone<'a>(cx: &Context<'a>, vpc: Id<Vpc>) -> Option<&'a PrivateZone> {
    let zones = cx.network.private_zones.iter().map(|(_, zone)| zone);
    let mut associated = zones.filter(|zone| zone.vpcs.any(|one| one.to.is(&vpc)).is_true());
    associated.next()
}

/// An endpoint of a VPC. With private DNS, AWS refuses it there, which is another rule's business.
fn endpoint<'a>(cx: &Context<'a>, vpc: Id<Vpc>) -> Option<&'a Origin> {
    let endpoints = cx
        .network
        .vpc_endpoints
        .iter()
        .map(|(_, endpoint)| endpoint);
    let mut here = endpoints.filter(|endpoint| {
        let without_private_dns = endpoint.private_dns.clone().map(|on| !on);
        endpoint.vpc.is(&vpc).and(without_private_dns).is_true()
    });
    here.next().map(|endpoint| &endpoint.origin)
}
