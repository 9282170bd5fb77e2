#!/usr/bin/env bash
# Lays out what the container image is built from: the static binaries out of the archives of a release,
# where the Dockerfile looks for them.
# usage: image.sh ARCHIVES DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."

archives="$1"
mkdir -p "$2"
for pair in x86_64:amd64 aarch64:arm64; do
    archive="$(find "$archives" -name "tfvpc-*-${pair%%:*}-unknown-linux-musl.tar.gz")"
    [ -n "$archive" ] || continue
    mkdir -p "$2/${pair##*:}"
    tar -xzf "$archive" -C "$2/${pair##*:}" tfvpc
done
cp Dockerfile "$2"
