//! Tests of what virtual private gateways propagate.

use super::network;
use crate::aws::gateway::VpnGateway;
use crate::aws::route_table::Route;

/// The only gateway, with a connection and other resources.
fn gateway(connection: &str, resources: &str) -> VpnGateway {
    let network = network(&format!(
        r#"
resource "aws_vpn_gateway" "main" {{}}
resource "aws_vpn_connection" "office" {{
  vpn_gateway_id      = aws_vpn_gateway.main.id
  customer_gateway_id = "cgw-1"
  type                = "ipsec.1"
  {connection}
}}
resource "aws_vpn_connection_route" "office" {{
  vpn_connection_id      = aws_vpn_connection.office.id
  destination_cidr_block = "192.168.0.0/24"
}}
{resources}"#
    ));
    let mut gateways = network.vpn_gateways.iter();
    gateways.next().expect("a gateway").1.clone()
}

const STATIC: &str = "static_routes_only = true";

#[test]
fn static_routes_of_its_connections_are_all_that_a_gateway_propagates() {
    let routes = gateway(STATIC, "").propagated;
    assert!(routes.is_exact());
    let cidrs: Vec<_> = routes.certain().filter_map(Route::cidr).collect();
    assert_eq!(cidrs, ["192.168.0.0/24".parse().expect("a CIDR")]);
}

#[test]
fn what_the_other_side_announces_is_not_known() {
    let direct = "resource \"aws_dx_gateway_association\" \"main\" {\n  dx_gateway_id = \"dx-1\"\n  \
                  associated_gateway_id = aws_vpn_gateway.main.id\n}";
    let dynamic = "resource \"aws_vpn_connection\" \"dynamic\" {\n  \
                   vpn_gateway_id = aws_vpn_gateway.main.id\n  customer_gateway_id = \"cgw-2\"\n  \
                   type = \"ipsec.1\"\n}";
    let exports = "output \"gateway\" {\n  value = aws_vpn_gateway.main.id\n}";
    assert!(!gateway("", "").propagated.unlisted().is_empty());
    for more in [direct, dynamic, exports] {
        let routes = gateway(STATIC, more).propagated;
        assert!(!routes.unlisted().is_empty(), "{more}");
    }
}
