#!/usr/bin/env bash
# Builds the archive of a release: the binary, completions, the manual, the licences, and a checksum.
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
mkdir "$tree/completions" "$tree/man"
"$binary" completions bash > "$tree/completions/tfvpc.bash"
"$binary" completions elvish > "$tree/completions/tfvpc.elv"
"$binary" completions fish > "$tree/completions/tfvpc.fish"
"$binary" completions powershell > "$tree/completions/tfvpc.ps1"
"$binary" completions zsh > "$tree/completions/_tfvpc"
"$binary" man > "$tree/man/tfvpc.1"
# Every page that the first one refers to.
sed -n 's/^tfvpc\\-\([a-z]*\)(1)$/\1/p' "$tree/man/tfvpc.1" | while read -r command; do
    "$binary" man "$command" > "$tree/man/tfvpc-$command.1"
done
# By name: an entry for `.` would change the directory that the archive is unpacked into.
(cd "$tree" && tar -czf "$out/$archive" -- *)
cd "$out"
if command -v sha256sum > /dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi > "$archive.sha256"
