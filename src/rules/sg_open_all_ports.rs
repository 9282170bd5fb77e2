//! Security groups that let the whole internet in on every port.

use crate::finding::Finding;

use super::Context;
use super::shared::exposed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    exposed::findings(cx, exposed::whole_protocols)
}
