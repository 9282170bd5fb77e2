//! The `tfvpc` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    tfvpc::cli::run()
}
