//! Addresses as they are read: in plans, states and on the command line.

use std::sync::Arc;

use super::{Address, Key, Mode, ModuleAddress};

impl Key {
    /// Reads the key after an opening bracket, up to its closing one, and returns what follows.
    pub(in crate::terraform) fn parse(text: &str) -> Option<(Self, &str)> {
        let mut reader = AddressReader(text);
        let key = reader.bracketed()?;
        Some((key, reader.0))
    }
}

impl ModuleAddress {
    /// Reads `module.a["k"].module.b[0]`; the empty text is the root module.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = AddressReader(text);
        let steps = reader.modules()?;
        reader.0.is_empty().then(|| Self(steps.into()))
    }
}

impl Address {
    /// Reads `module.a["k"].data.aws_subnet.private[0]`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = AddressReader(text);
        let module = ModuleAddress(reader.modules()?.into());
        let mode = reader.mode();
        let kind = reader.name()?.into();
        reader.eat(".").then_some(())?;
        let name = reader.name()?.into();
        let key = reader.key()?;
        let address = Self {
            module,
            mode,
            kind,
            name,
            key,
        };
        reader.0.is_empty().then_some(address)
    }
}

/// Reads an address from left to right; holds what is left of it.
struct AddressReader<'t>(&'t str);

impl<'t> AddressReader<'t> {
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// `module.a[0].module.b`, and the dot behind it.
    fn modules(&mut self) -> Option<Vec<(Arc<str>, Key)>> {
        let mut steps = Vec::new();
        while self.eat("module.") {
            steps.push((self.name()?.into(), self.key()?));
            if !self.0.is_empty() {
                self.eat(".").then_some(())?;
            }
        }
        Some(steps)
    }

    fn mode(&mut self) -> Mode {
        if self.eat("data.") {
            Mode::Data
        } else if self.eat("ephemeral.") {
            Mode::Ephemeral
        } else {
            Mode::Managed
        }
    }

    fn name(&mut self) -> Option<&'t str> {
        let end = self.0.find(['.', '[']).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        self.0 = rest;
        (!name.is_empty()).then_some(name)
    }

    fn key(&mut self) -> Option<Key> {
        if self.eat("[") {
            self.bracketed()
        } else {
            Some(Key::None)
        }
    }

    /// `0]`, `"name"]` or `*]`.
    fn bracketed(&mut self) -> Option<Key> {
        if self.eat("*]") {
            return Some(Key::Each);
        }
        if self.0.starts_with('"') {
            return self.quoted();
        }
        let (digits, rest) = self.0.split_once(']')?;
        self.0 = rest;
        digits.parse().ok().map(Key::Index)
    }

    /// `"name"]` with the escapes of a template without interpolations.
    fn quoted(&mut self) -> Option<Key> {
        let mut inner = self.0[1..].char_indices();
        let mut text = String::new();
        while let Some((at, c)) = inner.next() {
            match c {
                '"' => {
                    self.0 = self.0[at + 2..].strip_prefix(']')?;
                    let text = text.replace("$${", "${").replace("%%{", "%{");
                    return Some(Key::Name(text.into()));
                }
                '\\' => text.push(unescaped(inner.next()?.1)),
                c => text.push(c),
            }
        }
        None
    }
}

fn unescaped(c: char) -> char {
    match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        for text in [
            "aws_vpc.main",
            "aws_subnet.private[12]",
            "data.aws_vpc.main[\"a\"]",
            "module.a[\"x.y[\\\"]\"].module.b[0].ephemeral.random_password.main",
            "module.a.aws_vpc.main[\"$${a}\\n%%{b}\\\\\"]",
            "module.a[*].aws_vpc.main[*]",
        ] {
            let address = Address::parse(text).expect(text);
            assert_eq!(address.to_string(), text);
        }
        assert_eq!(ModuleAddress::parse(""), Some(ModuleAddress::root()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "a",
            "a.",
            "a.b.c",
            "module.a",
            "a.b[",
            "a.b[]",
            "a.b[\"",
            "a.b[\"x\"",
            "a.b[-1]",
            "a.b[1]x",
            "module..a.b",
            "a.b[\"\\",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
