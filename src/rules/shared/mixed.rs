//! Two ways of writing the same parts of an object, which overwrite each other.

use std::collections::BTreeMap;

use crate::aws::fact::Fact;
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Declaration, Origin, Spelling};
use crate::finding::{Finding, Label};
use crate::terraform::address::Address;

use super::evidence::Evidence;
use crate::rules::Context;

/// An argument of an object whose parts may be resources of their own instead.
pub(in crate::rules) struct InlineArgument<'a> {
    /// The object.
    pub(in crate::rules) owner: &'a Origin,
    /// Its name: `route`.
    pub(in crate::rules) name: &'static str,
    /// Whether it takes away what it does not name even where it names nothing.
    pub(in crate::rules) takes_all: bool,
}

impl InlineArgument<'_> {
    /// A finding at the first resource that adds to what the argument names, if there is one; parts
    /// without source do not count.
    pub(in crate::rules) fn mixed<T>(
        &self,
        cx: &Context,
        parts: &Members<T>,
        declaration: impl Fn(&T) -> Option<&Declaration>,
    ) -> Option<Finding> {
        // What another configuration writes about it is not known, and nothing points at a fight.
        if self.owner.is_external() || self.owner.ignores_changes_of(self.name) {
            return None;
        }
        let resources = resources(parts, &declaration);
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
        let others = resources.keys().filter(|address| *address != subject);
        Some(others.fold(self.labelled(cx, finding), |finding, other| {
            let says = "this adds to it too";
            finding.label(Label::new(other, says, cx.header(other)))
        }))
    }

    /// Whether the argument has a say: it names something, or takes all away.
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

/// The resources that are parts by themselves.
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
