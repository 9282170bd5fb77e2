//! Where a thing is written: its line and the resource that the line belongs to.

use crate::aws::origin::{Declaration, Origin};
use crate::finding::Label;
use crate::source::Span;
use crate::terraform::address::Address;

/// A thing that a resource writes somewhere.
pub(in crate::rules) trait Placed {
    /// The line that makes it, and the resource to which the line belongs.
    fn place(&self) -> (Option<Span>, Option<&Address>);

    /// The thing as a label of a finding.
    fn label(&self, says: impl Into<String>) -> Option<Label> {
        let (span, address) = self.place();
        address.map(|address| Label::new(address, says, span))
    }
}

impl Placed for Origin {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        (self.span, self.address.as_ref())
    }
}

impl Placed for Declaration {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        (self.span, self.address.as_ref())
    }
}

impl<T: Placed> Placed for &T {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        (**self).place()
    }
}
