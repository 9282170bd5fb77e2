//! Security groups that let the whole internet in on every port of a protocol. Not certain where the
//! sources are not known.

use crate::finding::Finding;

use super::Context;
use super::shared::exposed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    exposed::findings(cx, exposed::whole_protocols)
}
