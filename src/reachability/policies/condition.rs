//! Conditions of policies: by which endpoint or VPC a request comes, and whether it is encrypted.

use crate::aws::fact::Fact;
use crate::aws::policy::Condition;
use crate::reachability::packets::Request;
use crate::terraform::address::Address;

use super::Arrival;
use super::ruling::RequestContext;

/// How an operator compares (IAM guide "Condition operators").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Operator {
    /// Whether it holds where nothing is equal.
    is_negated: bool,
    /// Whether it holds where the request has no such key.
    if_exists: bool,
}

/// Whether a condition holds for a request.
pub(super) fn holds(condition: &Condition, case: &RequestContext) -> Fact<bool> {
    let not_understood = || Fact::unknown(format!("whether `{}` holds", condition.key));
    let Some(operator) = operator(&condition.operator) else {
        return not_understood();
    };
    let is_equal = match &*condition.key {
        "aws:sourcevpce" => by_endpoint(condition, case),
        "aws:sourcevpc" => by_vpc(condition, case),
        "aws:securetransport" => Some(is_encrypted(condition, case.call.request)),
        _ => return not_understood(),
    };
    match is_equal {
        Some(equal) => equal.map(|equal| equal != operator.is_negated),
        None => Fact::Known(operator.is_negated || operator.if_exists),
    }
}

fn operator(name: &str) -> Option<Operator> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("foranyvalue:").unwrap_or(&name);
    let (name, if_exists) = match name.strip_suffix("ifexists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let is_negated = match name {
        "stringequals" | "stringequalsignorecase" | "stringlike" | "bool" => false,
        "stringnotequals" | "stringnotequalsignorecase" | "stringnotlike" => true,
        _ => return None,
    };
    Some(Operator {
        is_negated,
        if_exists,
    })
}

/// Whether the endpoint that the request comes by is named; `None` if it comes by none.
fn by_endpoint(condition: &Condition, case: &RequestContext) -> Option<Fact<bool>> {
    match case.arrival {
        Arrival::Public => None,
        Arrival::Unseen => Some(unseen()),
        Arrival::Endpoint(id) => {
            let own = &case.network.vpc_endpoints[id].origin.address;
            Some(names(condition, own.as_ref()))
        }
    }
}

/// Whether the VPC that the request comes from is named; `None` if it comes by no endpoint.
fn by_vpc(condition: &Condition, case: &RequestContext) -> Option<Fact<bool>> {
    match case.arrival {
        Arrival::Public => None,
        Arrival::Unseen => Some(unseen()),
        Arrival::Endpoint(id) => {
            let vpc = case.network.vpc_endpoints[id].vpc.known();
            let own = vpc.and_then(|vpc| case.network.vpcs[*vpc].origin.address.as_ref());
            Some(names(condition, own))
        }
    }
}

fn unseen() -> Fact<bool> {
    Fact::unknown("by what the request comes in the end is not known")
}

/// Whether the values of a condition name something: ids of other configurations, and what data sources
/// read, may be it.
fn names(condition: &Condition, own: Option<&Address>) -> Fact<bool> {
    let elsewhere = || Fact::unknown("which endpoints and VPCs are meant is not known");
    condition.named.any(|named| match (named, own) {
        (Fact::Known(Some(named)), Some(own)) if named == own => Fact::Known(true),
        (Fact::Known(Some(named)), Some(own)) if named.mode == own.mode => Fact::Known(false),
        (Fact::OneOf(_, cause) | Fact::Unknown(cause), _) => Fact::Unknown(cause.clone()),
        _ => elsewhere(),
    })
}

/// Whether a condition on encryption has the value that a request has by its port.
fn is_encrypted(condition: &Condition, request: Request) -> Fact<bool> {
    let encrypted = match request.port {
        443 => "true",
        80 => "false",
        _ => return Fact::unknown("whether the request is encrypted"),
    };
    condition.values.any(|value| match value.as_str() {
        Some(text) => Fact::Known(text == encrypted),
        None => Fact::unknown("whether it must be encrypted"),
    })
}
