#!/usr/bin/env bash
# Runs tfvpc once for a job of GitHub Actions: annotations to the log, SARIF to a file, the job summary.
# Everything that a pull request can set arrives in environment variables and is passed on as data.
set -euo pipefail

# A value may hold newlines: it stands between lines that it cannot know.
output() {
    local end="end-$RANDOM$RANDOM$RANDOM"
    printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >> "$GITHUB_OUTPUT"
}

fail() {
    printf '::error title=tfvpc::%s\n' "$1"
    output exit-code 2
    exit 2
}

# What others wrote may look like a command to the runner: it obeys none until it reads the token.
show_as_text() {
    local token="text-$RANDOM$RANDOM$RANDOM"
    printf '::stop-commands::%s\n' "$token"
    cat "$1"
    printf '\n::%s::\n' "$token"
}

# An input that is not given is no option, so that `tfvpc.toml` decides.
option() {
    [ -z "$2" ] || arguments+=("$1=$2")
}

# Whether a directory above a path of the workspace is a link. A pull request can make one that leads anywhere;
# a path outside is the workflow's own choice.
is_below_link() {
    local remaining="${1#"$GITHUB_WORKSPACE"/}" directory=""
    case "$remaining" in /* | [A-Za-z]:*) return 1 ;; esac
    while [[ "$remaining" == */* ]]; do
        directory+="${remaining%%/*}"
        [ ! -L "$directory" ] || return 0
        directory+=/
        remaining="${remaining#*/}"
    done
    return 1
}

# The directory is new: what lies in it afterwards was written by this run, and by nothing else.
reports="$(mktemp -d "$RUNNER_TEMP/tfvpc.XXXXXX")"
sarif="$reports/tfvpc.sarif"
json="$reports/tfvpc.json"
summary="$reports/tfvpc.md"

# What lies at the place that the workflow names may come from the pull request.
if [ -n "$TFVPC_SARIF_FILE" ]; then
    ! is_below_link "$TFVPC_SARIF_FILE" || fail "a directory of \`sarif-file\` is a link"
    rm -f -- "$TFVPC_SARIF_FILE" || fail "what lies at \`sarif-file\` cannot be removed"
fi

# What cannot be had stays hidden, which the report says. A plan holds its modules.
if [ "${TFVPC_GET:-false}" = true ] && [ -z "$TFVPC_PLAN" ]; then
    paths=()
    while IFS= read -r path; do
        [ -z "$path" ] || paths+=("$path")
    done <<< "$TFVPC_PATH"
    "$TFVPC" get -- ${paths[@]+"${paths[@]}"} > "$reports/get" 2>&1 || true
    show_as_text "$reports/get"
fi

arguments=(--format github --format "sarif=$sarif" --format "json=$json" --format "markdown=$summary")
option --fail-on "$TFVPC_FAIL_ON"
option --baseline "$TFVPC_BASELINE"
option --config "$TFVPC_CONFIG"
option --source "$TFVPC_SOURCE"
option --timeout "${TFVPC_TIMEOUT:-}"
read -r -d '' -a more <<< "$TFVPC_ARGS" || true
arguments+=(${more[@]+"${more[@]}"} --)
while IFS= read -r path; do
    [ -z "$path" ] || arguments+=("$path")
done <<< "${TFVPC_PLAN:-$TFVPC_PATH}"

status=0
"$TFVPC" check "${arguments[@]}" 2> "$reports/stderr" || status=$?
show_as_text "$reports/stderr"

if [ -f "$summary" ]; then
    cat "$summary" >> "$GITHUB_STEP_SUMMARY"
elif [ "$status" -ne 0 ]; then
    fail "nothing was checked: the log of this step says why"
fi
if [ -f "$json" ]; then
    # A quote inside a JSON string is escaped, so this is a key wherever it stands.
    output findings "$(grep -c '^ *"ignored": null' "$json" || true)"
fi
if [ -f "$sarif" ] && [ -n "$TFVPC_SARIF_FILE" ]; then
    mkdir -p -- "$(dirname -- "$TFVPC_SARIF_FILE")" || fail "the directory of \`sarif-file\` cannot be made"
    cp -- "$sarif" "$TFVPC_SARIF_FILE" || fail "\`sarif-file\` cannot be written"
    sarif="$TFVPC_SARIF_FILE"
fi
if [ -f "$sarif" ]; then
    output sarif-file "$sarif"
fi
output exit-code "$status"
exit "$status"
