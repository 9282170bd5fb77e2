//! The attribute types of the AWS provider, from an embedded table.
//!
//! A line of the table is one resource type, in a compact notation that this file reads by recursive
//! descent: `id=oc:s tags=o:{s} ingress=set:0-(from_port=o:n)`. A run uses few of the types, so that a
//! line is read when its type is first asked for.

mod defaults;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use crate::terraform::value::schema::{AttributeSchema, BlockSchema, NestedSchema, Nesting};
use crate::terraform::value::types::Type;

/// Written by `scripts/provider_types.py`, which documents the format in the first line.
static TABLE: &str = include_str!("data/provider_types.tsv");

/// The lines of the table, in the order of their types.
static LINES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = TABLE.lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// The name and the items of a type.
fn line(name: &str) -> Option<(&'static str, &'static str)> {
    let at = LINES.partition_point(|line| name_of(line) < name);
    let (found, items) = LINES.get(at)?.split_once('\t')?;
    (found == name).then_some((found, items))
}

fn name_of(line: &str) -> &str {
    line.split('\t').next().unwrap_or_default()
}

/// The lines that were read so far.
static PARSED: Mutex<BTreeMap<&str, Arc<BlockSchema>>> = Mutex::new(BTreeMap::new());

/// The schema of a resource type, or of a data source as `data.aws_region`.
pub(super) fn schema(name: &str) -> Option<Arc<BlockSchema>> {
    let (name, items) = line(name)?;
    // The map is whole even if the lock is poisoned: an entry is inserted after its line was read.
    let mut parsed = PARSED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let schema = parsed
        .entry(name)
        .or_insert_with(|| Arc::new(with_defaults(block(&mut SchemaReader(items)), name)));
    Some(schema.clone())
}

fn with_defaults(mut schema: BlockSchema, kind: &str) -> BlockSchema {
    for (name, default) in defaults::of(kind) {
        if let Some(attribute) = schema.attributes.get_mut(name) {
            attribute.default = Some(default);
        }
    }
    schema
}

/// What remains of a line.
struct SchemaReader<'t>(&'t str);

impl<'t> SchemaReader<'t> {
    fn eat(&mut self, c: char) -> bool {
        match self.0.strip_prefix(c) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, stops: &[char]) -> &'t str {
        let end = self.0.find(stops).unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(end);
        self.0 = rest;
        text
    }
}

/// Items up to the end or a closing parenthesis.
fn block(reader: &mut SchemaReader) -> BlockSchema {
    let mut schema = BlockSchema::default();
    while !reader.0.is_empty() && !reader.0.starts_with(')') {
        let name: Arc<str> = reader.until(&['=']).into();
        reader.eat('=');
        let kind = reader.until(&[':']);
        reader.eat(':');
        match nesting(kind) {
            Some(nesting) => {
                reader.until(&['(']);
                reader.eat('(');
                let block = Arc::new(block(reader));
                reader.eat(')');
                schema.blocks.insert(name, NestedSchema { nesting, block });
            }
            None => {
                let attribute = AttributeSchema {
                    ty: ty(reader),
                    settable: kind != "c",
                    computed: kind.contains('c'),
                    default: None,
                };
                schema.attributes.insert(name, attribute);
            }
        }
        reader.eat(' ');
    }
    schema
}

fn nesting(word: &str) -> Option<Nesting> {
    match word {
        "single" => Some(Nesting::Single),
        "list" => Some(Nesting::List),
        "set" => Some(Nesting::Set),
        "map" => Some(Nesting::Map),
        _ => None,
    }
}

/// A type: `s`, `n`, `b`, `[…]` list, `<…>` set, `{…}` map, `(…)` object; any other character is dynamic.
fn ty(reader: &mut SchemaReader) -> Type {
    let first = reader.0.chars().next();
    reader.0 = reader.0.get(1..).unwrap_or_default();
    match first {
        Some('s') => Type::String,
        Some('n') => Type::Number,
        Some('b') => Type::Bool,
        Some('[') => Type::list(element(reader, ']')),
        Some('<') => Type::set(element(reader, '>')),
        Some('{') => Type::map(element(reader, '}')),
        Some('(') => object(reader),
        _ => Type::Dynamic,
    }
}

fn element(reader: &mut SchemaReader, close: char) -> Type {
    let element = ty(reader);
    reader.eat(close);
    element
}

fn object(reader: &mut SchemaReader) -> Type {
    let mut attributes = BTreeMap::new();
    while !reader.0.is_empty() && !reader.eat(')') {
        let name = reader.until(&[':']);
        reader.eat(':');
        attributes.insert(name.into(), ty(reader));
        reader.eat(',');
    }
    Type::object(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_to_its_end() {
        for name in LINES.iter().map(|line| name_of(line)) {
            let (_, items) = line(name).expect("the lines are sorted");
            let mut reader = SchemaReader(items);
            let schema = block(&mut reader);
            assert_eq!(reader.0, "", "{name}");
            assert!(!schema.attributes.is_empty(), "{name}");
        }
        assert!(LINES.len() > 400);
    }

    #[test]
    fn types_and_flags_are_those_of_the_provider() {
        let group = schema("aws_security_group").expect("in the table");
        let ingress = &group.attributes["ingress"];
        assert!(ingress.computed && ingress.settable);
        let Type::Set(rule) = &ingress.ty else {
            panic!("{}", ingress.ty)
        };
        assert!(
            rule.to_string().contains("cidr_blocks = list(string)"),
            "{rule}"
        );
        let function = schema("aws_lambda_function").expect("in the table");
        let vpc = &function.blocks["vpc_config"];
        assert_eq!(vpc.nesting, Nesting::List);
        assert_eq!(
            vpc.block.attributes["subnet_ids"].ty,
            Type::set(Type::String)
        );
        assert!(!function.attributes["arn"].settable);
    }
}
