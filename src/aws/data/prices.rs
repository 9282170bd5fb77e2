//! List prices of NAT gateways and interface endpoints, for Regions with a dated source. A Region without
//! one has no price: prices differ by Region, so that another Region's figure would be a guess.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// Prices of one Region in USD.
#[derive(Debug, Deserialize)]
pub struct Prices {
    /// A NAT gateway for one hour.
    pub nat_gateway_hour: Option<f64>,
    /// One GB through a NAT gateway.
    pub nat_gateway_gb: Option<f64>,
    /// An interface endpoint in one zone for one hour.
    pub interface_endpoint_az_hour: Option<f64>,
    /// One GB through an interface endpoint, in the first PB of a month.
    pub interface_endpoint_gb_first_pb: Option<f64>,
    /// When they were quoted.
    pub date: String,
    /// `A` for AWS's price list or a bill; anything else is a secondary source.
    quality: String,
}

/// The hours of a month in AWS's own monthly estimates (AWS Pricing Calculator).
pub const HOURS_PER_MONTH: f64 = 730.0;

/// The prices of a Region, if AWS's price list or a bill gives them with a date.
pub fn prices(region: &str) -> Option<&'static Prices> {
    let prices = table().regions.get(region);
    prices.filter(|prices| prices.quality == "A")
}

#[derive(Debug, Deserialize)]
struct Table {
    regions: BTreeMap<String, Prices>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let text = include_str!("prices.json");
        serde_json::from_str(text).expect("the embedded table is read by a test")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_quoted_prices_are_told() {
        let virginia = prices("us-east-1").expect("it is quoted");
        assert_eq!(virginia.nat_gateway_gb, Some(0.045));
        assert_eq!(virginia.date, "2026-09-17");
        assert!(
            prices("us-west-2").is_none(),
            "one secondary figure is no price"
        );
        assert!(prices("af-south-1").is_none());
    }
}
