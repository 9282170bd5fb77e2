#!/usr/bin/env bash
# Gets tfvpc for a job of GitHub Actions: a release whose checksum is verified, or a build of the
# action's own checkout. Sets the output `tfvpc` to the binary.
set -euo pipefail

output() { printf '%s=%s\n' "$1" "$2" >> "$GITHUB_OUTPUT"; }

fail() {
    printf '::error::%s\n' "$1"
    exit 2
}

build() {
    command -v cargo > /dev/null || fail "building tfvpc needs Rust: set up a toolchain, or use a release"
    local target="${CARGO_TARGET_DIR:-$RUNNER_TEMP/tfvpc-target}"
    cargo build --release --locked --manifest-path "$GITHUB_ACTION_PATH/Cargo.toml" --target-dir "$target"
    output tfvpc "$target/release/tfvpc$suffix"
    exit 0
}

# The release of the checkout that this is, if it was asked for by a tag.
version_of_checkout() {
    if [[ "${TFVPC_REF:-}" =~ ^v[0-9]+(\.[0-9]+)*$ ]]; then
        sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1
    fi
}

checksum() {
    if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

suffix=""
case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc suffix=.exe ;;
    *) build ;;
esac

version="${TFVPC_VERSION#v}"
asked="$version"
version="${version:-$(version_of_checkout)}"
if [ -z "$version" ] || [ "$version" = source ]; then
    build
fi
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "the input \`version\` is not a version"

directory="$RUNNER_TEMP/tfvpc-$version"
archive="tfvpc-$version-$target.tar.gz"
releases="${TFVPC_RELEASES:-$GITHUB_SERVER_URL/$TFVPC_REPOSITORY/releases/download}"
mkdir -p "$directory"
for file in "$archive" "$archive.sha256"; do
    if ! curl --fail --silent --show-error --location --retry 3 --output "$directory/$file" "$releases/v$version/$file"; then
        [ -z "$asked" ] || fail "there is no release $version for $target"
        echo "there is no release $version for $target: building it"
        build
    fi
done
expected="$(cut -d ' ' -f 1 "$directory/$archive.sha256")"
[ "$(checksum "$directory/$archive")" = "$expected" ] || fail "the checksum of $archive is wrong"
tar -xzf "$directory/$archive" -C "$directory"
output tfvpc "$directory/tfvpc$suffix"
