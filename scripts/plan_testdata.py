#!/usr/bin/env python3
"""Writes testdata/plans: the plan and the applied state of each of our own configurations.

    scripts/plan_testdata.py COMMAND [CASE...]

COMMAND DIR prints `terraform show -json` of a plan of DIR from nothing, COMMAND --state DIR that of
the state after apply. It may plan against AWS or against a stand-in for the provider; the ids differ,
the tests do not look at them. Parts that tfvpc does not read are left out to keep the files small.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "testdata" / "plans"


def cases():
    yield "demo", ROOT / "testdata" / "demo"
    for directory in sorted((ROOT / "testdata" / "examples").iterdir()):
        if directory.is_dir():
            yield directory.name, directory


def shown(command, *arguments):
    output = subprocess.run([command, *arguments], check=True, stdout=subprocess.PIPE)
    return json.loads(output.stdout)


def has_true(mask):
    if isinstance(mask, dict):
        return any(map(has_true, mask.values()))
    if isinstance(mask, list):
        return any(map(has_true, mask))
    return mask is True


def small_change(change):
    change = {k: v for k, v in change.items() if k != "provider_name"}
    values = change["change"]
    kept = ["actions", "before", "after", "after_unknown"]
    change["change"] = {k: values[k] for k in kept}
    if has_true(values.get("after_sensitive")):
        change["change"]["after_sensitive"] = values["after_sensitive"]
    return change


def small_module(module):
    kept = ["address", "mode", "type", "name", "index", "values", "sensitive_values"]
    small = {k: module[k] for k in ["address"] if k in module}
    resources = sorted(module.get("resources", []), key=lambda found: found["address"])
    small["resources"] = [{k: r[k] for k in kept if k in r} for r in resources]
    for resource in small["resources"]:
        if not has_true(resource.get("sensitive_values")):
            resource.pop("sensitive_values", None)
    children = sorted(module.get("child_modules", []), key=lambda found: found["address"])
    small["child_modules"] = [small_module(child) for child in children]
    return small


def small_plan(plan):
    kept = ["format_version", "terraform_version", "variables", "configuration"]
    small = {k: plan[k] for k in kept if k in plan}
    small["planned_values"] = {}
    small["resource_changes"] = [small_change(c) for c in plan.get("resource_changes", [])]
    if "prior_state" in plan:
        small["prior_state"] = small_state(plan["prior_state"])
    return small


def small_state(state):
    small = {k: state[k] for k in ["format_version", "terraform_version"] if k in state}
    if "values" in state:
        small["values"] = {"root_module": small_module(state["values"].get("root_module", {}))}
    return small


def write(path, document):
    """One line for each instance, so that changes read well."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for start in ['{"address":', '"resource_changes":[', '"root_module":']:
        text = text.replace(start, "\n" + start)
    path.write_text(text.lstrip("\n") + "\n")


def main():
    command, *wanted = sys.argv[1:]
    TARGET.mkdir(exist_ok=True)
    for name, directory in cases():
        if not wanted or name in wanted:
            write(TARGET / f"{name}.plan.json", small_plan(shown(command, str(directory))))
            write(TARGET / f"{name}.state.json", small_state(shown(command, "--state", str(directory))))


if __name__ == "__main__":
    main()
