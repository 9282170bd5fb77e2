//! An endpoint service that accepts every connection while every AWS account may ask for one. Not certain
//! where the principals or `acceptance_required` are one of several values.

use crate::aws::connectivity::OfferedService;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence;
use super::shared::offered_services::names_everybody;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let services = cx.network.offered_services.iter();
    services
        .filter_map(|(_, service)| finding(cx, service))
        .collect()
}

fn finding(cx: &Context, service: &OfferedService) -> Option<Finding> {
    let subject = service.origin.address.as_ref()?;
    let required = &service.acceptance_required;
    required.options()?;
    let principals = service.allowed_principals.iter();
    let weighed = principals.map(|principal| {
        let evidence = names_everybody(service, principal).excludes(required.clone());
        (&principal.value.declaration, evidence)
    });
    let surest = evidence::surest(weighed)?;
    let message = format!(
        "`{subject}` accepts every connection, and every AWS account may open one{}",
        surest.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, surest.confidence, message)
        .at(cx.place(&service.origin, "acceptance_required"))
        .help_inside("acceptance_required = true");
    let declaration = surest.things.first()?;
    Some(finding.labels(declaration.label("this names everybody")))
}
