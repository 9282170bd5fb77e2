//! Endpoint services that this configuration offers to others.

use crate::aws::connectivity::{AllowedPrincipal, OfferedService};
use crate::aws::members::Member;

use super::evidence::Evidence;

/// The evidence that an allowed principal of a service is `*`, which means every AWS account. A principal
/// of which nothing is known is no evidence.
pub(in crate::rules) fn names_everybody(
    service: &OfferedService,
    member: &Member<AllowedPrincipal>,
) -> Evidence {
    let principal = &member.value.principal;
    if principal.options().is_none() {
        return Evidence::refuted();
    }
    Evidence::new()
        .about(&service.origin.presence)
        .about(&member.presence)
        .needs(&principal.is(&"*".into()))
}
