#!/usr/bin/env python3
"""Records what Terraform makes of the expressions in testdata/expressions.

Each line of a `*.jsonl` file there is an object with the expression in `expr`. This script asks the
`terraform` on PATH for its value and writes back `json` (what `jsonencode` gives) and `type` (as in
the plan's JSON), or `error`. To add an expression, append a line with `expr` alone and run it.

    scripts/record_expressions.py [FILE...]
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "expressions"


def main():
    files = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(DATA.glob("*.jsonl"))
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        expressions = [json.loads(line)["expr"] for line in lines if line]
        results = record(expressions)
        text = "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
        file.write_text(text, encoding="utf-8")
        refused = sum("error" in result for result in results)
        print(f"{file.name}: {len(results)} expressions, {refused} refused")


def record(expressions):
    """The results of all expressions, asked in as few runs as the errors among them allow."""
    results = [None] * len(expressions)
    with tempfile.TemporaryDirectory() as directory:
        for file in (DATA / "files").iterdir():
            shutil.copy(file, directory)
        pending = set(range(len(expressions)))
        while True:
            errors = plan(directory, expressions, pending)
            if not errors:
                break
            for index, error in errors.items():
                results[index] = {"expr": expressions[index], "error": error}
            pending -= errors.keys()
        for index, result in outputs(directory).items():
            results[index] = {"expr": expressions[index], **result}
    return results


def plan(directory, expressions, pending):
    """Plans the pending expressions and returns the errors by expression."""
    config = pathlib.Path(directory, "expressions.tf.json")
    config.unlink(missing_ok=True)
    for old in pathlib.Path(directory).glob("e*.tf"):
        old.unlink()
    for index in pending:
        text = f'output "v{index}" {{\n  value = {expressions[index]}\n}}\n'
        text += f'output "j{index}" {{\n  value = jsonencode({expressions[index]})\n}}\n'
        pathlib.Path(directory, f"e{index}.tf").write_text(text, encoding="utf-8")
    run = terraform(directory, "plan", "-out=plan", "-json", "-input=false", "-lock=false")
    errors = {}
    for line in run.stdout.splitlines():
        message = json.loads(line)
        diagnostic = message.get("diagnostic", {})
        if diagnostic.get("severity") != "error":
            continue
        name = diagnostic.get("range", {}).get("filename", "")
        found = re.fullmatch(r"e(\d+)\.tf", name)
        if not found:
            sys.exit(f"terraform failed: {diagnostic}")
        text = f'{diagnostic["summary"]}: {diagnostic["detail"]}'
        errors.setdefault(int(found[1]), text.split("\n\ngoroutine")[0].splitlines()[0])
    if run.returncode != 0 and not errors:
        sys.exit(run.stdout + run.stderr)
    return errors


def outputs(directory):
    """The values and types that the plan holds."""
    shown = json.loads(terraform(directory, "show", "-json", "plan").stdout)
    found = shown["planned_values"].get("outputs", {})
    changes = shown.get("output_changes", {})
    results = {}
    for name in changes:
        if not name.startswith("v"):
            continue
        index = int(name[1:])
        value, text = found.get(name, {}), found.get(f"j{index}", {})
        if "value" in text:
            results[index] = {"json": text["value"], "type": value.get("type", "dynamic")}
        else:
            results[index] = {"unknown": True}
    return results


def terraform(directory, *arguments):
    command = ["terraform", f"-chdir={directory}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
