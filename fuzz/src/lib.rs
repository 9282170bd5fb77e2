//! What the fuzzing targets do with an input.

mod mutation;

use tfvpc::aws::provider::AwsProvider;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{self, Loaded};
use tfvpc::terraform::{EvaluateOptions, evaluate as evaluate_root};

/// As the command line gives to the threads that evaluate.
const STACK_BYTES: usize = 512 << 20;

/// Reads the files of an input.
pub fn load(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let text = text.to_owned();
    with_stack(move || {
        read(&split(&text));
    });
}

/// Reads the files of an input and evaluates the root modules among them.
pub fn evaluate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let text = text.to_owned();
    with_stack(move || {
        let texts = split(&text);
        let loaded = read(&texts);
        let files = Files::in_memory(&texts);
        let options = EvaluateOptions::default();
        for root in &loaded.roots {
            evaluate_root(&loaded.modules, root, &options, &AwsProvider, &files);
        }
    });
}

/// Changes an input along its syntax tree, or as libFuzzer changes any.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let text = std::str::from_utf8(&data[..size]).unwrap_or_default();
    let changed = (!seed.is_multiple_of(8))
        .then(|| mutation::mutate(text, seed))
        .flatten();
    match changed.filter(|changed| changed.len() <= max_size.min(data.len())) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(changed.as_bytes());
            changed.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
}

fn with_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let thread = thread.spawn(work).expect("a thread can be started");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn read(texts: &[(&str, &str)]) -> Loaded {
    load::from_text(texts)
}

/// The files of an input: each after a line `--- PATH`.
fn split(text: &str) -> Vec<(&str, &str)> {
    let mut files = Vec::new();
    let mut rest = text.strip_prefix("--- ");
    while let Some(file) = rest {
        let (file, after) = match file.split_once("\n--- ") {
            Some((file, after)) => (file, Some(after)),
            None => (file, None),
        };
        let (path, content) = file.split_once('\n').unwrap_or((file, ""));
        files.push((path, content));
        rest = after;
    }
    if files.is_empty() {
        files.push(("main.tf", text));
    }
    files
}
