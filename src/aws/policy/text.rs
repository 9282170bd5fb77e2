//! What requests say of themselves, as far as it is known: the texts that patterns are matched with.

use std::sync::Arc;

use crate::aws::fact::Fact;
use crate::terraform::address::Address;

/// An action or the ARN of a resource.
#[derive(Clone, Debug, Default)]
pub struct Text {
    pub(super) items: Vec<Item>,
    /// The bucket that it names, and its name if that is known.
    pub(super) bucket: Option<(Address, Option<Arc<str>>)>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Char(char),
    /// The name of a bucket, which is not known.
    Bucket(Address),
    /// Any text.
    Anything,
}

impl Text {
    /// A text that is known.
    pub fn of(text: &str) -> Self {
        Self::default().then(text)
    }

    /// The same with more behind it.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.items.extend(text.chars().map(Item::Char));
        self
    }

    /// The same with any text behind it.
    #[must_use]
    pub fn then_anything(mut self) -> Self {
        self.items.push(Item::Anything);
        self
    }

    /// The same with the name of a bucket behind it.
    #[must_use]
    pub fn then_bucket(mut self, bucket: &Address, name: &Fact<Arc<str>>) -> Self {
        self.bucket = Some((bucket.clone(), name.known().cloned()));
        match name.known() {
            Some(name) => self.then(name),
            None => {
                self.items.push(Item::Bucket(bucket.clone()));
                self
            }
        }
    }
}
