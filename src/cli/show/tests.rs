use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::resource::{Attribute, Blocks, Body, Existence};
use crate::terraform::value::number::Number;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Reference, Step, Value};

fn address() -> Address {
    Address {
        module: ModuleAddress::root().child(&"vpc".into(), Key::None),
        mode: Mode::Managed,
        kind: "aws_vpc".into(),
        name: "this".into(),
        key: Key::Index(0),
    }
}

fn id() -> Value {
    Value::Reference(Arc::new(Reference {
        address: address(),
        path: [Step::Name("id".into())].into(),
        ty: Type::String,
    }))
}

fn unset() -> Value {
    Value::unknown("`var.env` has no value", Type::String)
}

fn body(attributes: &[(&str, Value)]) -> Body {
    let attribute = |value: &Value| Attribute {
        value: value.clone(),
        span: None,
    };
    let attributes = attributes.iter();
    Body {
        attributes: attributes
            .map(|(name, value)| ((*name).into(), attribute(value)))
            .collect(),
        ..Body::default()
    }
}

fn sample() -> Resource {
    let name = Value::template([Value::string("app-"), unset()]);
    let ports = Value::one_of("`var.tls` has no value", [Value::int(80), Value::int(443)]);
    let attributes = [
        ("cidr_block", Value::string("10.0.1.0/24")),
        ("vpc_id", id()),
        ("tags", Value::object([("Name", name)])),
        ("from_port", ports),
        (
            "weight",
            Value::Number(Number::parse("1.5").expect("a number")),
        ),
        ("password", Value::string("secret").sensitive()),
        ("note", Value::Null),
    ];
    let ingress = Blocks {
        bodies: vec![body(&[("to_port", Value::int(443))])],
        further: Some(unset()),
    };
    Resource {
        address: address(),
        existence: Existence::Maybe("`var.on` has no value".into()),
        region: Value::string("eu-west-1"),
        body: Body {
            blocks: BTreeMap::from([("ingress".into(), ingress)]),
            ..body(&attributes)
        },
        span: None,
        calls: Vec::new(),
        ignore_changes: Vec::new(),
        exports: Vec::new(),
        used_by: None,
        read_attributes: None,
    }
}

#[test]
fn json_says_what_each_value_is_and_why_it_is_not_known() {
    assert_eq!(
        json::body(&sample().body),
        json!({
            "cidr_block": "10.0.1.0/24",
            "vpc_id": { "$reference": "module.vpc.aws_vpc.this[0].id" },
            "tags": { "Name": { "$template": ["app-", { "$unknown": "`var.env` has no value" }] } },
            "from_port": { "$one_of": [80, 443], "$unknown": "`var.tls` has no value" },
            "weight": 1.5,
            "password": { "$sensitive": true },
            "note": null,
            "ingress": [{ "to_port": 443 }, { "$unknown": "`var.env` has no value" }],
        })
    );
}

#[test]
fn text_reads_like_the_configuration() {
    let mut out = Vec::new();
    let style = Style::new(false, 100);
    text::resource(&sample(), Some("main.tf:3:1".into()), &style, &mut out).expect("memory");
    let text = String::from_utf8(out).expect("text");
    let expected = r#"module.vpc.aws_vpc.this[0]  main.tf:3:1
  # exists or not: `var.on` has no value
  cidr_block = "10.0.1.0/24"
  from_port  = <80 or 443: `var.tls` has no value>
  note       = null
  password   = <sensitive>
  tags       = { Name = "app-${<`var.env` has no value>}" }
  vpc_id     = module.vpc.aws_vpc.this[0].id
  weight     = 1.5
  ingress {
    to_port = 443
  }
  ingress <`var.env` has no value>

"#;
    assert_eq!(text, expected);
}

#[test]
fn a_terminal_gets_long_collections_item_by_item() {
    let rule = Value::object([
        ("cidr_block", Value::string("10.0.0.0/16")),
        ("from_port", Value::int(443)),
        ("description", Value::string("from the load balancers")),
    ]);
    let resource = Resource {
        body: body(&[
            (
                "policy",
                Value::string("{\n  \"Statement\": [\"of many words, too long for a line\"]\n}"),
            ),
            ("rules", Value::Tuple(vec![rule, Value::Null].into())),
        ]),
        existence: Existence::Certain,
        ..sample()
    };
    let written = |style: Style| {
        let mut out = Vec::new();
        text::resource(&resource, None, &style, &mut out).expect("memory");
        String::from_utf8(out).expect("text")
    };
    let pipe = written(Style::new(false, 60));
    assert_eq!(pipe.lines().count(), 4, "{pipe}");
    let terminal = written(Style::new(false, 60).on_terminal());
    let expected = r#"module.vpc.aws_vpc.this[0]
  policy = <<-EOT
    {
      "Statement": ["of many words, too long for a line"]
    }
    EOT
  rules  = [
    {
      cidr_block = "10.0.0.0/16"
      description = "from the load balancers"
      from_port = 443
    },
    null,
  ]

"#;
    assert_eq!(terminal, expected);
}
