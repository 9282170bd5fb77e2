//! What tests share.

pub(crate) mod checked;
pub(crate) mod command;
pub(crate) mod current;
pub(crate) mod fault;
