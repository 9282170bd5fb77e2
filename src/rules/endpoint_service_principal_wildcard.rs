//! An endpoint service that allows every AWS account as principal. Not certain where the principal is one
//! of several values.

use crate::aws::connectivity::OfferedService;
use crate::aws::origin::Spelling;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence;
use super::shared::offered_services::names_everybody;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let services = cx.network.offered_services.iter();
    services
        .filter_map(|(_, service)| finding(cx, service))
        .collect()
}

fn finding(cx: &Context, service: &OfferedService) -> Option<Finding> {
    let principals = service.allowed_principals.iter();
    let weighed = principals.map(|principal| {
        (
            &principal.value.declaration,
            names_everybody(service, principal),
        )
    });
    let surest = evidence::surest(weighed)?;
    let declaration = surest.things.first()?;
    let subject = declaration.address.as_ref()?;
    let message = format!(
        "`{subject}` lets every AWS account ask for a connection to `{}`{}",
        service.origin.name(),
        surest.evidence.depends_on()
    );
    let finding = cx.finding(subject, surest.confidence, message);
    let place = match declaration.spelling {
        Spelling::Standalone => cx.place(declaration, "principal_arn"),
        Spelling::Inline | Spelling::Implicit => declaration.span,
    };
    Some(finding.at(place).help(
        "name the accounts, roles or users of the consumers, such as\n\
         \"arn:aws:iam::111122223333:root\"",
    ))
}
