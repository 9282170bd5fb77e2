#!/bin/sh
# Builds a target with the coverage that libFuzzer wants, which a stable compiler can do too, and runs it.
# usage: run.sh TARGET SECONDS
set -eu
cd "$(dirname "$0")"
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
coverage="$coverage -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
coverage="$coverage -Cllvm-args=-sanitizer-coverage-pc-table"
coverage="$coverage -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTFLAGS="--cfg fuzzing $coverage" \
    cargo build --release --quiet --bin "$1" --target "$(rustc --print host-tuple)"
mkdir -p "corpus/$1" "artifacts/$1"
exec "target/$(rustc --print host-tuple)/release/$1" "corpus/$1" \
    -artifact_prefix="artifacts/$1/" -max_total_time="$2" -timeout=1 -rss_limit_mb=512 \
    -max_len=20000 -print_final_stats=1
