#!/usr/bin/env bash
# Builds the archive of a release: the binary, completions, the man page, the licences, and a checksum.
# usage: package.sh TARGET DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."

target="$1"
mkdir -p "$2"
out="$(cd "$2" && pwd)"
version="$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)"
archive="tfvpc-$version-$target.tar.gz"
suffix=""
case "$target" in *windows*) suffix=.exe ;; esac

cargo build --release --locked --target "$target"
binary="${CARGO_TARGET_DIR:-target}/$target/release/tfvpc$suffix"
tree="$(mktemp -d)"
trap 'rm -rf "$tree"' EXIT
cp "$binary" README.md LICENSE-MIT LICENSE-APACHE NOTICE "$tree"
mkdir "$tree/completions"
for shell in bash elvish fish powershell zsh; do
    "$binary" completions "$shell" > "$tree/completions/tfvpc.$shell"
done
"$binary" man > "$tree/tfvpc.1"
tar -czf "$out/$archive" -C "$tree" .
cd "$out"
if command -v sha256sum > /dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi > "$archive.sha256"
