//! Peering connections between VPCs whose addresses overlap, which AWS refuses. Not certain where the
//! connection or a VPC may not exist.

use crate::aws::connectivity::PeeringConnection;
use crate::finding::Finding;

use super::Context;
use super::shared::vpc_overlap;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let connections = cx.network.peering_connections.iter();
    let managed = connections.filter(|(_, connection)| !connection.origin.is_external());
    managed
        .filter_map(|(_, connection)| finding(cx, connection))
        .collect()
}

fn finding(cx: &Context, connection: &PeeringConnection) -> Option<Finding> {
    let subject = connection.origin.address.as_ref()?;
    let overlap = vpc_overlap::of(cx, &connection.requester, &connection.accepter)?;
    let evidence = overlap.evidence(cx).about(&connection.origin.presence);
    let message = format!(
        "`{subject}` joins {}{}",
        overlap.named(cx),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = overlap.labelled(cx, finding.at(connection.origin.span));
    Some(finding.help(
        "VPCs that are peered need CIDRs of their own; where one cannot be renumbered, offer what it \
         serves by an endpoint service, or through a private NAT gateway",
    ))
}
