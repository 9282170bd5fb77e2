//! Values of another root module. Two unknowns are equal if they have one identity; `var.name` of another
//! root module is not that of this one, so identities get the path of their root module.

use std::collections::BTreeMap;

use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Instance, Unknown, Value};

/// The outputs of a root module as another root module sees them.
pub(super) fn fields(outputs: &Fields, root: &str) -> Fields {
    let outputs = outputs.iter();
    outputs
        .map(|(name, output)| (name.clone(), value(output, root)))
        .collect()
}

fn value(output: &Value, root: &str) -> Value {
    match output {
        Value::Reference(reference) => {
            let identity = format!("{root}: {reference}");
            let reason = format!("{} in `{root}`", reference.reason());
            Value::named_unknown(identity, reason, reference.ty.clone())
        }
        Value::Unknown(unknown) => {
            let identity = unknown.identity.as_ref();
            Unknown {
                reason: format!("{} in `{root}`", unknown.reason).into(),
                identity: identity.map(|identity| format!("{root}: {identity}").into()),
                element: unknown.element.as_ref().map(|element| value(element, root)),
                members: fields(&unknown.members, root),
                ..Unknown::clone(unknown)
            }
            .into()
        }
        Value::Instance(instance) => object(instance, root),
        parent => parent.map_children(&mut |child| value(child, root)),
    }
}

/// An instance as the object that its provider makes of it.
fn object(instance: &Instance, root: &str) -> Value {
    let open = |path: &str, ty: Type| {
        let identity = format!("{root}: {instance}{path}");
        let reason = format!("`{}` is known after apply in `{root}`", instance.address);
        Value::named_unknown(identity, reason, ty)
    };
    let Some(schema) = &instance.schema.0 else {
        return open("", Type::Dynamic);
    };
    let mut fields: BTreeMap<_, _> = fields(&instance.attributes, root);
    for (name, attribute) in &schema.attributes {
        let is_open = fields.get(name).is_none_or(|value| *value == Value::Null);
        if is_open && attribute.computed {
            let value = open(&format!(".{name}"), attribute.ty.clone());
            fields.insert(name.clone(), value);
        }
    }
    Value::object(fields)
}
