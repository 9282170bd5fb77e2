//! Reads and evaluates configurations.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| tfvpc_fuzz::evaluate(data));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    tfvpc_fuzz::mutate(data, size, max_size, seed)
});
