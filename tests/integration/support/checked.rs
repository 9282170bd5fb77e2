//! What `tfvpc` reports of configurations that tests write.

use std::path::PathBuf;

use tfvpc::Options;
use tfvpc::report::Report;
use tfvpc::rules::selection::Selection;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{LoadOptions, load};

/// The report about files, each a path and its text.
pub(crate) fn report(files: &[(&str, &str)], options: &Options, selection: &Selection) -> Report {
    let files = Files::in_memory(files);
    let paths = LoadOptions {
        paths: vec![PathBuf::from(".")],
        ..LoadOptions::default()
    };
    let loaded = load(&paths, &files);
    tfvpc::check(&files, loaded, options, selection)
}
