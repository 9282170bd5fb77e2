//! Conditions of policies: by which endpoint or VPC a request comes, and whether it is encrypted.

use crate::aws::fact::Fact;
use crate::aws::policy::Condition;
use crate::reachability::packets::Request;
use crate::terraform::address::Address;

use super::Arrival;
use super::ruling::RequestContext;

/// How an operator compares (IAM guide "Condition operators").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    /// Whether it holds where nothing is equal.
    pub(super) is_negated: bool,
    /// Whether it holds where the request has no such key.
    pub(super) if_exists: bool,
}

/// Whether a condition holds for a request.
pub(super) fn holds(condition: &Condition, context: &RequestContext) -> Fact<bool> {
    let not_understood = || Fact::unknown(format!("whether `{}` holds", condition.key));
    let Some(operator) = operator(&condition.operator) else {
        return not_understood();
    };
    let is_equal = match &*condition.key {
        "aws:sourcevpce" => by_endpoint(condition, context),
        "aws:sourcevpc" => by_vpc(condition, context),
        "aws:securetransport" => Some(is_encrypted(condition, context.call.request)),
        _ => return not_understood(),
    };
    match is_equal {
        Some(equal) => equal.map(|equal| equal != operator.is_negated),
        // The request has no such key, as it comes by no endpoint (IAM guide "Condition operators").
        None => Fact::Known(operator.is_negated || operator.if_exists),
    }
}

/// The operators that are understood, as IAM spells them: a quantifier before, `IfExists` after the
/// comparison.
pub(super) fn operator(name: &str) -> Option<Operator> {
    let spelled = name.to_ascii_lowercase();
    let quantified = spelled.strip_prefix("foranyvalue:").unwrap_or(&spelled);
    let (comparison, if_exists) = match quantified.strip_suffix("ifexists") {
        Some(comparison) => (comparison, true),
        None => (quantified, false),
    };
    let is_negated = match comparison {
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
fn by_endpoint(condition: &Condition, context: &RequestContext) -> Option<Fact<bool>> {
    match context.arrival {
        Arrival::Public => None,
        Arrival::Unseen => Some(unseen()),
        Arrival::Endpoint(id) => {
            let endpoint = &context.network.vpc_endpoints[id].origin.address;
            Some(names(condition, endpoint.as_ref()))
        }
    }
}

/// Whether the VPC that the request comes from is named; `None` if it comes by no endpoint.
fn by_vpc(condition: &Condition, context: &RequestContext) -> Option<Fact<bool>> {
    match context.arrival {
        Arrival::Public => None,
        Arrival::Unseen => Some(unseen()),
        Arrival::Endpoint(id) => {
            let vpc = context.network.vpc_endpoints[id].vpc.known();
            let address = vpc.and_then(|vpc| context.network.vpcs[*vpc].origin.address.as_ref());
            Some(names(condition, address))
        }
    }
}

fn unseen() -> Fact<bool> {
    Fact::unknown("by what the request comes in the end is not known")
}

/// Whether the values of a condition name an endpoint or VPC. A value that is an id of another
/// configuration, or that a data source reads, may be the same object under another name.
fn names(condition: &Condition, address: Option<&Address>) -> Fact<bool> {
    let unresolved = || Fact::unknown("which endpoints and VPCs are meant is not known");
    condition.named.any(|named| match (named, address) {
        (Fact::Known(Some(named)), Some(address)) if named == address => Fact::Known(true),
        (Fact::Known(Some(named)), Some(address)) if named.mode == address.mode => {
            Fact::Known(false)
        }
        (Fact::OneOf(_, cause) | Fact::Unknown(cause), _) => Fact::Unknown(cause.clone()),
        _ => unresolved(),
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
