//! Actions and ARNs of requests, the texts that the patterns of a policy are matched with. A question
//! may be about many requests ("any object of this bucket"), so that pieces may be open.

use std::sync::Arc;

use crate::aws::fact::Fact;
use crate::terraform::address::Address;

/// An action or the ARN of a resource.
#[derive(Clone, Debug, Default)]
pub struct RequestText {
    pub(super) pieces: Vec<TextPiece>,
    /// The bucket that the ARN names, and the bucket's name if that is known.
    pub(super) bucket: Option<(Address, Option<Arc<str>>)>,
}

/// A piece of a request's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TextPiece {
    Char(char),
    /// The name of a bucket, which is not known. It equals itself and no other.
    Bucket(Address),
    /// Any text, the empty one included.
    Anything,
}

impl RequestText {
    /// A text that is wholly known.
    pub fn of(text: &str) -> Self {
        Self::default().then(text)
    }

    /// Adds a known text at the end.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.pieces.extend(text.chars().map(TextPiece::Char));
        self
    }

    /// Lets any text follow.
    #[must_use]
    pub fn then_anything(mut self) -> Self {
        self.pieces.push(TextPiece::Anything);
        self
    }

    /// Adds the name of a bucket at the end.
    #[must_use]
    pub fn then_bucket(mut self, bucket: &Address, name: &Fact<Arc<str>>) -> Self {
        self.bucket = Some((bucket.clone(), name.known().cloned()));
        match name.known() {
            Some(name) => self.then(name),
            None => {
                self.pieces.push(TextPiece::Bucket(bucket.clone()));
                self
            }
        }
    }
}
