#!/usr/bin/env python3
"""Compares `tfvpc show --format json` of a configuration with a plan of it, attribute by attribute.

usage: compare_show.py PLAN.json SHOW.json [-v]

Prints one line: resource addresses that are missing or extra, attributes on which both are known and
differ (contradictions), and attributes that Terraform knows and tfvpc does not (lost). Only attributes
that the configuration sets count. With -v, each of them follows on a line of its own. Exits with 1 if
there is a missing or extra address or a contradiction.
"""
import json
import re
import sys

MARKS = ("$one_of", "$reference", "$template", "$sensitive", "$unknown")


def mark(value):
    """The mark of a value that is not known, if it is one."""
    if not isinstance(value, dict):
        return None
    return next((word for word in MARKS if word in value), None)


def wholly_known(unknown):
    if isinstance(unknown, dict):
        return all(wholly_known(item) for item in unknown.values())
    if isinstance(unknown, list):
        return all(wholly_known(item) for item in unknown)
    return not unknown


def fits(template, text):
    """Whether a string can be an instance of a template."""
    pieces = [re.escape(piece) if isinstance(piece, str) else ".*" for piece in template]
    return re.fullmatch("".join(pieces), text, re.DOTALL) is not None


class Comparison:
    def __init__(self):
        self.contradictions, self.lost, self.same = [], [], 0

    def compare(self, path, ours, theirs, unknown):
        kind = mark(ours)
        if unknown is True or (ours is None and theirs is not None):
            return
        if kind == "$sensitive":
            self.same += 1
        elif kind == "$one_of":
            trials = [self.trial(option, theirs, unknown) for option in ours[kind]]
            self.note(path, ours, theirs, not all(trial.contradictions for trial in trials))
        elif kind == "$template":
            fitting = not isinstance(theirs, str) or fits(ours[kind], theirs)
            self.note(path, ours, theirs, fitting)
        elif kind:
            if wholly_known(unknown):
                self.lost.append((path, ours, theirs))
        elif isinstance(ours, list):
            self.lists(path, ours, theirs, unknown)
        elif isinstance(ours, dict) and isinstance(theirs, dict):
            for key, value in ours.items():
                inner = unknown.get(key) if isinstance(unknown, dict) else None
                self.compare(f"{path}.{key}", value, theirs.get(key), inner)
        elif ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool):
            self.same += 1
        else:
            self.contradictions.append((path, ours, theirs))

    def note(self, path, ours, theirs, is_possible):
        (self.lost if is_possible else self.contradictions).append((path, ours, theirs))

    def trial(self, ours, theirs, unknown):
        trial = Comparison()
        trial.compare("", ours, theirs, unknown)
        return trial

    def lists(self, path, ours, theirs, unknown):
        if isinstance(theirs, dict) and len(ours) == 1:
            return self.compare(path, ours[0], theirs, unknown)
        theirs = theirs or []
        unknowns = unknown if isinstance(unknown, list) else [None] * len(theirs)
        unknowns += [None] * (len(theirs) - len(unknowns))
        if not isinstance(theirs, list) or len(ours) != len(theirs):
            # A set of unknowns may hold fewer members than will exist.
            known = [item for item in ours if not mark(item)]
            if wholly_known(unknown) or (isinstance(theirs, list) and len(known) > len(theirs)):
                self.contradictions.append((path, ours, theirs))
            return
        rest = list(zip(theirs, unknowns))
        for n, item in enumerate(ours):
            trials = [(self.trial(item, *other), other) for other in rest]
            best = min(trials, key=lambda pair: (len(pair[0].contradictions), len(pair[0].lost)))
            rest.remove(best[1])
            self.compare(f"{path}[{n}]", item, *best[1])


def planned(plan):
    """Managed instances of a plan by address: (after, after_unknown)."""
    found = {}
    for change in plan["resource_changes"]:
        actions = change["change"]["actions"]
        if change["mode"] == "managed" and actions not in (["delete"], ["forget"]):
            found[change["address"]] = (change["change"].get("after") or {}, change["change"].get("after_unknown") or {})
    return found


def main():
    verbose = "-v" in sys.argv
    plan_file, show_file = [argument for argument in sys.argv[1:] if argument != "-v"]
    plan = planned(json.load(open(plan_file)))
    shown = {}
    for root in json.load(open(show_file))["roots"]:
        for resource in root["resources"]:
            if resource["mode"] == "managed":
                shown[resource["address"]] = resource["values"]
    comparison = Comparison()
    for address in plan.keys() & shown.keys():
        after, unknown = plan[address]
        for name, value in shown[address].items():
            comparison.compare(f"{address}.{name}", value, after.get(name), unknown.get(name))
    missing, extra = sorted(plan.keys() - shown.keys()), sorted(shown.keys() - plan.keys())
    print(
        f"{len(plan)} planned, {len(missing)} missing, {len(extra)} extra; {comparison.same} attributes the same, "
        f"{len(comparison.contradictions)} contradictions, {len(comparison.lost)} lost"
    )
    if verbose:
        for address in missing:
            print(f"missing {address}")
        for address in extra:
            print(f"extra {address}")
        for word, rows in (("contradiction", comparison.contradictions), ("lost", comparison.lost)):
            for path, ours, theirs in sorted(rows, key=lambda row: row[0]):
                print(f"{word} {path}: {json.dumps(ours)} / {json.dumps(theirs)}")
    sys.exit(1 if missing or extra or comparison.contradictions else 0)


if __name__ == "__main__":
    main()
