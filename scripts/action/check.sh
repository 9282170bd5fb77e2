#!/usr/bin/env bash
# Runs tfvpc once for a job of GitHub Actions: annotations to the log, SARIF to a file, the job summary.
# Everything that a pull request can set arrives in environment variables and is passed on as data.
set -euo pipefail

# A value may hold newlines: it stands between lines that it cannot know.
output() {
    local end="end-$RANDOM$RANDOM$RANDOM"
    printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >> "$GITHUB_OUTPUT"
}

sarif="${TFVPC_SARIF_FILE:-$RUNNER_TEMP/tfvpc.sarif}"
json="$RUNNER_TEMP/tfvpc.json"
summary="$RUNNER_TEMP/tfvpc.md"

arguments=(--fail-on "$TFVPC_FAIL_ON" --format github --format "sarif=$sarif" --format "json=$json" --format "markdown=$summary")
[ -z "$TFVPC_BASELINE" ] || arguments+=(--baseline "$TFVPC_BASELINE")
[ -z "$TFVPC_CONFIG" ] || arguments+=(--config "$TFVPC_CONFIG")
[ -z "$TFVPC_SOURCE" ] || arguments+=(--source "$TFVPC_SOURCE")
read -r -d '' -a more <<< "$TFVPC_ARGS" || true
arguments+=(${more[@]+"${more[@]}"} --)
while IFS= read -r path; do
    [ -z "$path" ] || arguments+=("$path")
done <<< "${TFVPC_PLAN:-$TFVPC_PATH}"

rm -f "$json" "$summary"
status=0
"$TFVPC" check "${arguments[@]}" || status=$?

if [ -f "$summary" ]; then
    cat "$summary" >> "$GITHUB_STEP_SUMMARY"
fi
findings=0
if [ -f "$json" ]; then
    # A quote inside a JSON string is escaped, so this is a key wherever it stands.
    findings="$(grep -c '^ *"ignored": null' "$json" || true)"
fi
output findings "$findings"
output sarif-file "$sarif"
output exit-code "$status"
exit "$status"
