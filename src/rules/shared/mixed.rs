//! Objects whose parts are written both in an argument and as resources of their own, which overwrite
//! each other at every apply.

use std::collections::BTreeMap;

use crate::aws::fact::Fact;
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Declaration, Origin, Spelling};
use crate::finding::{Finding, Label};
use crate::terraform::address::Address;

use super::evidence::Evidence;
use crate::rules::Context;

/// An argument that lists parts of an object, such as the `route` blocks of a route table.
pub(in crate::rules) struct InlineArgument<'a> {
    /// The object.
    pub(in crate::rules) owner: &'a Origin,
    /// The name of the argument: `route`.
    pub(in crate::rules) name: &'static str,
    /// Whether the provider deletes every other part even where the argument lists none.
    pub(in crate::rules) takes_all: bool,
}

impl InlineArgument<'_> {
    /// A finding at the first resource that adds a part to the object, if there is one. `declaration`
    /// gives the line of a part; parts without one do not count.
    pub(in crate::rules) fn mixed<T>(
        &self,
        cx: &Context,
        parts: &Members<T>,
        declaration: impl Fn(&T) -> Option<&Declaration>,
    ) -> Option<Finding> {
        // The arguments of an object of another configuration are not known, so nothing shows a conflict.
        if self.owner.is_external() || self.owner.ignores_changes_of(self.name) {
            return None;
        }
        let resources = resources(parts, &declaration);
        // A resource that certainly exists makes a surer finding than the first by address.
        let is_certain = |presence: &Presence| *presence == Presence::Certain;
        let mut certain = resources
            .iter()
            .filter(|(_, presence)| is_certain(presence));
        let (subject, presence) = certain.next().or(resources.first_key_value())?;
        let evidence = Evidence::new()
            .about(&self.owner.presence)
            .about(presence)
            .needs(&self.names_parts(parts, declaration));
        let message = format!(
            "`{subject}` and `{}` of `{}` overwrite each other{}",
            self.name,
            self.owner.name(),
            evidence.depends_on()
        );
        let finding = cx.finding(subject, evidence.confidence()?, message);
        let finding = finding.at(cx.header(subject)).help(self.help());
        let further = resources.keys().filter(|address| *address != subject);
        Some(
            further.fold(self.labelled(cx, finding), |finding, address| {
                let says = "this adds to it too";
                finding.label(Label::new(address, says, cx.header(address)))
            }),
        )
    }

    /// Whether the argument conflicts with resources: it lists parts, or deletes what it does not list.
    fn names_parts<T>(
        &self,
        parts: &Members<T>,
        declaration: impl Fn(&T) -> Option<&Declaration>,
    ) -> Fact<bool> {
        let named = parts.any(|part| {
            let declaration = declaration(part);
            Fact::Known(
                declaration.is_some_and(|declaration| declaration.spelling == Spelling::Inline),
            )
        });
        match named {
            Fact::Known(false) => Fact::Known(self.takes_all),
            named => named,
        }
    }

    fn labelled(&self, cx: &Context, finding: Finding) -> Finding {
        let says = format!("`{}` takes away what it does not name", self.name);
        let place = cx.place(self.owner, self.name);
        let address = self.owner.address.as_ref();
        finding.labels(address.map(|address| Label::new(address, says, place)))
    }

    fn help(&self) -> String {
        format!(
            "keep one of the two: move this into `{name}` of `{owner}`, or make resources of all that \
             `{name}` names and leave it out",
            name = self.name,
            owner = self.owner.name()
        )
    }
}

/// The parts that are resources of their own.
fn resources<T>(
    parts: &Members<T>,
    declaration: impl Fn(&T) -> Option<&Declaration>,
) -> BTreeMap<&Address, &Presence> {
    let resources = parts.iter().filter_map(|part| {
        let declaration = declaration(&part.value)?;
        let address = declaration.address.as_ref()?;
        (declaration.spelling == Spelling::Standalone).then_some((address, &part.presence))
    });
    resources.collect()
}
