//! Tests of routes of transit gateways.

use super::network;

#[test]
fn a_route_to_an_attachment_of_another_kind_leads_elsewhere() {
    let network = network(
        r#"
        resource "aws_vpn_connection" "office" {
          transit_gateway_id = "tgw-0123456789abcdef0"
        }
        resource "aws_ec2_transit_gateway_route" "office" {
          destination_cidr_block         = "0.0.0.0/0"
          transit_gateway_attachment_id  = aws_vpn_connection.office.transit_gateway_attachment_id
          transit_gateway_route_table_id = "tgw-rtb-0123456789abcdef0"
        }
        "#,
    );
    let route = network.transit_gateway_routes.certain().next();
    let attachment = route.and_then(|route| route.attachment.known());
    let attachment = &network.transit_gateway_attachments[*attachment.expect("it is known")];
    assert!(attachment.origin.is_external());
}
