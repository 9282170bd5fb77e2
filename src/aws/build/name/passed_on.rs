//! Ids that pass through something else: what a resource of another provider gives out is one of the things
//! that went in, or not known. It is never another object than those.

use super::{Name, Names};
use crate::aws::build::argument::elements;
use crate::aws::fact::{Cause, Fact};
use crate::aws::provider::is_aws_type;
use crate::terraform::address::{Address, Mode};
use crate::terraform::resource::{Body, Resource};
use crate::terraform::value::{Step, Value};

/// What a resource type does with its argument.
enum Passage {
    /// The attribute is the argument.
    Same,
    /// The elements of the attribute are those of the argument, in an order that is not known.
    Shuffled,
}

/// Resource types that give out what they are given: type, argument and attribute.
const PASSAGES: [(&str, &str, &str, Passage); 3] = [
    ("terraform_data", "input", "output", Passage::Same),
    ("null_data_source", "inputs", "outputs", Passage::Same),
    ("random_shuffle", "input", "result", Passage::Shuffled),
];

impl<'w> Names<'w> {
    /// What an attribute names where the resource only gives out what it is given; `None` where it names
    /// something of its own.
    pub(super) fn passed_on(
        &self,
        resource: &'w Resource,
        path: &[Step],
        left: u8,
    ) -> Option<Fact<Name<'w>>> {
        if is_aws_type(&resource.address.kind) {
            return None;
        }
        let reason = format!("what `{}` gives out is not known", resource.address);
        let unknown = Cause::new(reason);
        let mut passages = PASSAGES.iter();
        let passage = passages.find(|(kind, _, attribute, _)| {
            let is_given_out = path.first().is_some_and(|step| is_name(step, attribute));
            *kind == &*resource.address.kind && is_given_out
        });
        let Some((_, argument, _, passage)) = passage else {
            return takes_references(&resource.body).then_some(Fact::Unknown(unknown));
        };
        let given = resource.body.get(argument).filter(|_| left > 0)?;
        let names = match passage {
            Passage::Same => match at(given, path.get(1..)?) {
                Some(value) => self.follow(Some(value), left - 1),
                None => Fact::Unknown(unknown),
            },
            Passage::Shuffled => self.one_of_elements(given, &unknown, left - 1),
        };
        Some(names.required("it is not set"))
    }

    fn one_of_elements(&self, list: &Value, cause: &Cause, left: u8) -> Fact<Option<Name<'w>>> {
        let list = elements(Some(list));
        if !list.is_exact() {
            return Fact::Unknown(cause.clone());
        }
        let names = list.iter();
        Fact::one_of(
            names.map(|element| self.follow(Some(&element.value), left)),
            cause,
        )
    }
}

/// Whether some argument, at any depth, names a managed resource of AWS.
fn takes_references(body: &Body) -> bool {
    let mut attributes = body.attributes.values();
    let mut blocks = body.blocks.values().flat_map(|blocks| &blocks.bodies);
    attributes.any(|attribute| names_managed(&attribute.value)) || blocks.any(takes_references)
}

fn names_managed(value: &Value) -> bool {
    let is_managed =
        |address: &Address| address.mode == Mode::Managed && is_aws_type(&address.kind);
    match value {
        Value::Reference(reference) => is_managed(&reference.address),
        Value::Instance(instance) => is_managed(&instance.address),
        value => value.children().any(names_managed),
    }
}

fn is_name(step: &Step, name: &str) -> bool {
    matches!(step, Step::Name(step) if &**step == name)
}

/// The value at the end of a path inside a value.
fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.fields()?.get(name),
        Step::Index(index) => value.elements()?.get(usize::try_from(*index).ok()?),
        Step::Each => None,
    })
}
