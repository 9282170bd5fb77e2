//! The `tfvpc` command.
fn main() {}
