//! Files with a part of the configuration of a backend, which `terraform init -backend-config` takes
//! (Terraform's documentation, "Partial configuration"). They lie beside the root module, often one for
//! each environment; which of them was used is not known, so each is a place where the state may be.

use std::path::Path;

use super::backend::{Arguments, literals};
use crate::source::Sources;
use crate::terraform::files::Files;
use crate::terraform::load::RootModule;
use crate::terraform::load::module::Module;
use crate::terraform::syntax::parse::parse;

/// The most files that are read for one root module.
const MAX_FILES: usize = 32;

/// What the files beside a root module may add to its backend; nothing once if there are none.
pub(super) fn beside(root: &RootModule, module: &Module, files: &Files) -> Vec<Arguments> {
    let mut given = Vec::new();
    if has_backend(module) {
        let names = files.list(&root.directory).unwrap_or_default();
        let names = names.into_iter().filter(|name| is_backend_file(name));
        for name in names.take(MAX_FILES) {
            given.extend(read(&root.directory.join(name), files));
        }
    }
    if given.is_empty() {
        given.push(Arguments::new());
    }
    given
}

fn has_backend(module: &Module) -> bool {
    let blocks = module.other_blocks.iter();
    let mut settings = blocks.filter(|block| &*block.kind == "terraform");
    settings.any(|block| block.body.blocks("backend").next().is_some())
}

/// `prod.s3.tfbackend`, as Terraform's documentation names them, and the names that are usual beside it:
/// `prod.backend`, `backend-prod.hcl`, `prod_backend.conf`.
fn is_backend_file(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    match extension {
        "tfbackend" | "backend" => true,
        "hcl" | "conf" | "config" | "tfvars" => stem.contains("backend"),
        _ => false,
    }
}

/// The arguments in a file; `None` if it is no such file. Then nothing is known of the backend, and whoever reads
/// its state is told so.
fn read(path: &Path, files: &Files) -> Option<Arguments> {
    let text = files.read_text(path).ok()?;
    let id = Sources::default().add(files.display(path), text.clone());
    literals(&parse(&text, id).ok()?.body)
}
