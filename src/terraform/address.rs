//! Addresses of module and resource instances, as Terraform writes them.
//!
//! ```
//! use tfvpc::terraform::address::{Address, Key, Mode};
//!
//! let address = Address::parse("module.vpc[\"eu\"].aws_subnet.private[0]").unwrap();
//! assert_eq!(address.mode, Mode::Managed);
//! assert_eq!(address.key, Key::Index(0));
//! assert_eq!(address.module.to_string(), "module.vpc[\"eu\"]");
//! ```
//!
//! An address names one instance: the module calls on the way to it, each with its key, then the resource and its key. An
//! address whose key is [`Key::None`] names the block too, and [`Address::holds`] takes it for all its instances, as
//! `terraform plan -target` does.
//!
//! Terraform has three kinds of keys; here is a fourth. Where `count` or `for_each` is not known, one instance with
//! [`Key::Each`] stands for an unknown number of them and is written `[*]`.
//!
//! What is parsed and printed is the text of plans, states and the command line (`parse.rs`), where `*` may stand for a
//! part of it (`pattern.rs`). Nothing is looked up: an
//! address may name what does not exist.

mod parse;
pub mod pattern;

use std::fmt;
use std::sync::Arc;

/// Which instance of a resource or module call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Key {
    /// Neither `count` nor `for_each`.
    #[default]
    None,
    /// `[0]`
    Index(u64),
    /// `["name"]`
    Name(Arc<str>),
    /// `[*]`: any of an unknown number of instances.
    Each,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => write!(f, "[\"{}\"]", escape(name)),
            Self::Each => f.write_str("[*]"),
        }
    }
}

/// The text as it stands between the quotes of a string of the configuration.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.replace("${", "$${").replace("%{", "%%{")
}

/// The address of a module instance; the root module has no steps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ModuleAddress(pub Arc<[(Arc<str>, Key)]>);

impl ModuleAddress {
    /// The root module.
    pub fn root() -> Self {
        Self::default()
    }

    /// The instance `key` of the call `name` in this module.
    #[must_use]
    pub fn child(&self, name: &Arc<str>, key: Key) -> Self {
        let step = (name.clone(), key);
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// Whether it is the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ModuleAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (name, key)) in self.0.iter().enumerate() {
            write!(f, "{}module.{name}{key}", if n == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

/// What a block declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
}

impl Mode {
    /// The word of the plan JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Data => "data",
            Self::Ephemeral => "ephemeral",
        }
    }
}

/// The address of a resource instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The module instance that holds it.
    pub module: ModuleAddress,
    /// What declares it.
    pub mode: Mode,
    /// `aws_subnet`
    pub kind: Arc<str>,
    /// `private`
    pub name: Arc<str>,
    /// `[0]`
    pub key: Key,
}

impl Address {
    /// The same resource without its key, `module.vpc.aws_subnet.private`.
    #[must_use]
    pub fn resource(&self) -> Self {
        Self {
            key: Key::None,
            ..self.clone()
        }
    }

    /// Whether an instance is at this address. An address without keys holds every instance of the resource and of the
    /// modules around it, as with `terraform plan -target`.
    pub fn holds(&self, instance: &Self) -> bool {
        let covers = |wanted: &Key, key: &Key| *wanted == Key::None || wanted == key;
        let (wanted_calls, calls) = (&self.module.0, &instance.module.0);
        let mut pairs = wanted_calls.iter().zip(calls.iter());
        (self.mode, &self.kind, &self.name) == (instance.mode, &instance.kind, &instance.name)
            && wanted_calls.len() == calls.len()
            && pairs.all(|((wanted_name, wanted), (name, key))| {
                wanted_name == name && covers(wanted, key)
            })
            && covers(&self.key, &instance.key)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        match self.mode {
            Mode::Managed => {}
            Mode::Data => f.write_str("data.")?,
            Mode::Ephemeral => f.write_str("ephemeral.")?,
        }
        write!(f, "{}.{}{}", self.kind, self.name, self.key)
    }
}
