//! Changes of a configuration along its syntax tree.

use tfvpc::source::{Sources, Span};
use tfvpc::terraform::syntax::parse::parse;
use tfvpc::terraform::syntax::{Block, Body, Expression, ExpressionKind, TemplatePart};

/// What an expression `@` may turn into.
const WRAPPERS: [&str; 44] = [
    "[@, @]",
    "{ a = @, b = @ }",
    "\"${@}${@}\"",
    "toset(@)",
    "tolist(@)",
    "tomap(@)",
    "tostring(@)",
    "tonumber(@)",
    "keys(@)",
    "values(@)",
    "length(@)",
    "flatten([@, [@]])",
    "concat(@, @)",
    "merge(@, { x = @ })",
    "try(@, null)",
    "can(@)",
    "coalesce(null, @)",
    "jsonencode(@)",
    "jsondecode(@)",
    "yamlencode(@)",
    "yamldecode(@)",
    "format(\"%s %v %q\", @, @, @)",
    "join(\",\", @)",
    "split(\"a\", @)",
    "replace(@, \"/a*/\", @)",
    "regexall(\"(a|b)*\", @)",
    "sort(@)",
    "distinct(@)",
    "element(@, @)",
    "slice(@, 0, @)",
    "range(@)",
    "setproduct(@, @)",
    "zipmap(@, @)",
    "cidrsubnet(@, 8, @)",
    "sensitive(@)",
    "templatestring(\"%{ for x in v }$${x}%{ endfor }\", { v = @ })",
    "(@ == @)",
    "(@ ? @ : @)",
    "(!@)",
    "(@ + @)",
    "@[*]",
    "@[0]",
    "[for x in @ : x if x != null]",
    "{ for k, v in @ : k => v... }",
];

/// What any expression may turn into.
const ATOMS: [&str; 24] = [
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e30",
    "\"\"",
    "\"é\"",
    "\"10.0.0.0/8\"",
    "[]",
    "{}",
    "[null]",
    "each.key",
    "each.value",
    "count.index",
    "var.a",
    "local.a",
    "self",
    "path.module",
    "terraform.workspace",
    "data.aws_availability_zones.available.names",
    "data.aws_iam_policy_document.a.json",
    "uuid()",
    "file(\"main.tf\")",
];

/// What blocks may gain.
const ARGUMENTS: [&str; 8] = [
    "\n  count = @\n",
    "\n  for_each = @\n",
    "\n  provider = aws.a\n",
    "\n  depends_on = [@]\n",
    "\n  dynamic \"ingress\" {\n    for_each = @\n    content {\n      from_port = ingress.value\n    }\n  }\n",
    "\n  lifecycle {\n    precondition {\n      condition = @\n      error_message = \"x\"\n    }\n  }\n",
    "\n  tags = @\n",
    "\n  default = @\n",
];

/// The most changes at once.
const MAX_CHANGES: u64 = 4;

/// The text with some changes; `None` if it has no syntax tree.
pub(crate) fn mutate(text: &str, seed: u32) -> Option<String> {
    let mut random = Random(u64::from(seed) | 1);
    let mut text = text.to_owned();
    for _ in 0..=random.below(MAX_CHANGES) {
        text = change(&text, &mut random)?;
    }
    Some(text)
}

fn change(text: &str, random: &mut Random) -> Option<String> {
    let (start, end) = file(text, random);
    let mut sources = Sources::default();
    let id = sources.add("file".to_owned(), text[start..end].to_owned());
    let tree = parse(&text[start..end], id).ok()?;
    let mut parts = Parts::default();
    parts.body(&tree.body);
    let range = |span: Span| start + span.start as usize..start + span.end as usize;
    let mut out = text.to_owned();
    match random.below(8) {
        0 if !parts.blocks.is_empty() => {
            let block = random.one_of(&parts.blocks);
            let copy = text.get(range(block))?.to_owned();
            out.insert_str(range(block).end, &format!("\n{copy}"));
        }
        1 if !parts.blocks.is_empty() => {
            out.replace_range(range(random.one_of(&parts.blocks)), "");
        }
        2 if !parts.blocks.is_empty() && !parts.expressions.is_empty() => {
            let end = range(random.one_of(&parts.blocks)).end.checked_sub(1)?;
            let expression = text.get(range(random.one_of(&parts.expressions)))?;
            let argument = random.one_of(&ARGUMENTS).replace('@', expression);
            out.is_char_boundary(end)
                .then(|| out.insert_str(end, &argument))?;
        }
        3 if !parts.names.is_empty() => {
            let name = text.get(range(random.one_of(&parts.names)))?.to_owned();
            out.replace_range(range(random.one_of(&parts.names)), &name);
        }
        _ if parts.expressions.is_empty() => return None,
        4 => out.replace_range(
            range(random.one_of(&parts.expressions)),
            random.one_of(&ATOMS),
        ),
        5 => {
            let other = text
                .get(range(random.one_of(&parts.expressions)))?
                .to_owned();
            out.replace_range(range(random.one_of(&parts.expressions)), &other);
        }
        _ => {
            let place = range(random.one_of(&parts.expressions));
            let wrapped = random
                .one_of(&WRAPPERS)
                .replace('@', text.get(place.clone())?);
            out.replace_range(place, &wrapped);
        }
    }
    Some(out)
}

/// One of the files of an input.
fn file(text: &str, random: &mut Random) -> (usize, usize) {
    let marks = text.match_indices("--- ").map(|(at, _)| at);
    let marks: Vec<usize> = marks
        .filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n')
        .collect();
    if marks.is_empty() {
        return (0, text.len());
    }
    let chosen = random.below(marks.len() as u64) as usize;
    let end = marks.get(chosen + 1).map_or(text.len(), |next| *next);
    let line = text[marks[chosen]..end]
        .find('\n')
        .map_or(end, |at| marks[chosen] + at + 1);
    (line, end)
}

/// The places that can be changed.
#[derive(Default)]
struct Parts {
    blocks: Vec<Span>,
    expressions: Vec<Span>,
    /// Whole references.
    names: Vec<Span>,
}

impl Parts {
    fn body(&mut self, body: &Body) {
        for attribute in &body.attributes {
            self.expression(&attribute.value);
        }
        for block in &body.blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        self.blocks.push(block.span);
        self.body(&block.body);
    }

    fn expression(&mut self, expression: &Expression) {
        self.expressions.push(expression.span);
        match &expression.kind {
            ExpressionKind::Template(parts) => self.template(parts),
            ExpressionKind::Tuple(items) => items.iter().for_each(|item| self.expression(item)),
            ExpressionKind::Object(items) => {
                items.iter().for_each(|item| self.expression(&item.value));
            }
            ExpressionKind::Attribute(source, _) => {
                self.names.push(expression.span);
                if !is_name(source) {
                    self.expression(source);
                }
            }
            ExpressionKind::Index(source, key) => {
                self.expression(source);
                self.expression(key);
            }
            ExpressionKind::Splat { source, .. } => self.expression(source),
            ExpressionKind::Call { arguments, .. } => {
                arguments.iter().for_each(|one| self.expression(one));
            }
            ExpressionKind::Unary(_, operand) => self.expression(operand),
            ExpressionKind::Binary(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Conditional {
                condition,
                then,
                otherwise,
            } => {
                [condition, then, otherwise]
                    .into_iter()
                    .for_each(|one| self.expression(one));
            }
            ExpressionKind::For(inner) => {
                self.expression(&inner.collection);
                self.expression(&inner.value);
                inner.key.iter().for_each(|one| self.expression(one));
                inner.condition.iter().for_each(|one| self.expression(one));
            }
            _ => {}
        }
    }

    fn template(&mut self, parts: &[TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(_) => {}
                TemplatePart::Interpolation(inner) => self.expression(inner),
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    self.expression(condition);
                    self.template(then);
                    self.template(otherwise);
                }
                TemplatePart::For {
                    collection, parts, ..
                } => {
                    self.expression(collection);
                    self.template(parts);
                }
            }
        }
    }
}

fn is_name(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Variable(_) => true,
        ExpressionKind::Attribute(source, _) => is_name(source),
        _ => false,
    }
}

/// A sequence that depends on its seed only.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}
