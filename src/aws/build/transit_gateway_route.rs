//! Static routes of transit gateways.

use super::{Arguments, Builder, presence};
use crate::aws::connectivity::TransitGatewayRoute;
use crate::aws::fact::Fact;
use crate::aws::members::Members;
use crate::aws::origin::Spelling;

/// Every `aws_ec2_transit_gateway_route` that hands packets to an attachment.
pub(super) fn routes(builder: &mut Builder) -> Members<TransitGatewayRoute> {
    let mut routes = Members::default();
    for resource in builder.resources(&["aws_ec2_transit_gateway_route"]) {
        let arguments = Arguments::of(resource);
        let destination = arguments.cidr("destination_cidr_block");
        let attachment = builder.link(arguments.value("transit_gateway_attachment_id"));
        if attachment == Fact::Known(None) {
            continue;
        }
        let route = TransitGatewayRoute {
            destination: destination.required("the route has no destination"),
            attachment: attachment.required("the attachment may be null"),
            declaration: arguments.block_declaration(Spelling::Standalone),
        };
        routes.add(route, presence(resource));
    }
    routes
}
