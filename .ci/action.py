#!/usr/bin/env python3
"""Runs the steps of action.yml as the runner of GitHub Actions would, with a binary at hand as a release.

usage: action.py BINARY
"""
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parent.parent
TARGETS = {"x86_64": ("X64", "x86_64-unknown-linux-musl"), "aarch64": ("ARM64", "aarch64-unknown-linux-musl")}
ARCHITECTURE, TARGET = TARGETS[platform.machine()]
VERSION = re.search(r'^version = "(.*)"$', (PROJECT / "Cargo.toml").read_text(), re.MULTILINE)[1]

NETWORK = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "main" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "%s"
}
"""

INVISIBLE = """
module "vpc" {
  source = "terraform-aws-modules/vpc/aws"
  cidr   = "10.0.0.0/16"
}
"""

UNDECLARED = """
resource "aws_vpc" "main" {
  cidr_block = var.absent
}
"""


def expanded(text, context):
    """The text with its `${{ a.b.c }}` replaced."""
    return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", lambda name: context.get(name[1], ""), text)


def read_outputs(path):
    """What a step wrote to GITHUB_OUTPUT, in both of its forms."""
    outputs, lines = {}, iter(path.read_text().splitlines())
    for line in lines:
        name, heredoc, end = line.partition("<<")
        if heredoc and "=" not in name:
            value = []
            while (following := next(lines)) != end:
                value.append(following)
            outputs[name] = "\n".join(value)
        else:
            name, _, value = line.partition("=")
            outputs[name] = value
    return outputs


def obeyed(log):
    """The lines of a log that the runner takes for commands."""
    commands, token = [], None
    for line in map(str.lstrip, log.splitlines()):
        if token:
            token = None if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            commands.append(line)
    assert not token, "commands are stopped for good"
    return commands


class Runner:
    """A job on a machine of its own."""

    def __init__(self, directory, releases, ref="v1"):
        self.directory = Path(directory)
        self.workspace = self.directory / "workspace"
        self.temporary = self.directory / "temp"
        self.workspace.mkdir()
        self.temporary.mkdir()
        self.releases = releases
        self.ref = ref
        self.summary = self.directory / "summary"
        self.log = ""

    def run(self, **given):
        """Runs all steps; returns the outputs of the action and the last exit status."""
        action = yaml.safe_load((PROJECT / "action.yml").read_text())
        unknown = {name.replace("_", "-") for name in given} - set(action["inputs"])
        assert not unknown, unknown
        context = {"github.action_ref": self.ref, "github.action_repository": "tfvpc/tfvpc"}
        for name, about in action["inputs"].items():
            context[f"inputs.{name}"] = given.get(name.replace("-", "_"), about.get("default", ""))
        status = 0
        for step in action["runs"]["steps"]:
            assert "${{" not in step["run"], "nothing that others set may reach the shell's text"
            status = self.step(step, context)
            if status:
                break
        outputs = {name: expanded(about["value"], context) for name, about in action["outputs"].items()}
        return outputs, status

    def step(self, step, context):
        output = self.directory / "output"
        output.write_text("")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "GITHUB_ACTION_PATH": str(PROJECT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": ARCHITECTURE,
            "RUNNER_TEMP": str(self.temporary),
            "TFVPC_RELEASES": self.releases.as_uri(),
        }
        environment |= {name: expanded(text, context) for name, text in step.get("env", {}).items()}
        assert step["shell"] == "bash"
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(command, env=environment, cwd=self.workspace, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.log += done.stdout
        for name, value in read_outputs(output).items():
            context[f"steps.{step['id']}.outputs.{name}"] = value
        return done.returncode


def release(binary, directory, checksum=None):
    """A release as scripts/package.sh makes it."""
    place = directory / f"v{VERSION}"
    place.mkdir(parents=True)
    archive = place / f"tfvpc-{VERSION}-{TARGET}.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(binary, "tfvpc")
    checksum = checksum or hashlib.sha256(archive.read_bytes()).hexdigest()
    Path(f"{archive}.sha256").write_text(f"{checksum}  {archive.name}\n")
    return directory


def runner(name, scratch, releases, cidr="10.1.0.0/24", file="main.tf", **options):
    directory = scratch / name
    directory.mkdir()
    job = Runner(directory, releases, **options)
    (job.workspace / file).parent.mkdir(parents=True, exist_ok=True)
    (job.workspace / file).write_text(NETWORK % cidr)
    return job


def write(job, **files):
    for name, text in files.items():
        (job.workspace / name.replace("_", ".")).write_text(text)


def a_fault_fails_the_job(scratch, releases):
    job = runner("fault", scratch, releases)
    outputs, status = job.run()
    assert (status, outputs["exit-code"], outputs["findings"]) == (1, "1", "1"), (status, outputs, job.log)
    assert "::error file=main.tf,line=8" in job.log, job.log
    sarif = json.loads(Path(outputs["sarif-file"]).read_text())
    assert sarif["runs"][0]["results"][0]["ruleId"] == "subnet_outside_vpc_cidr"
    assert "subnet_outside_vpc_cidr" in job.summary.read_text()


def what_is_fine_passes(scratch, releases):
    job = runner("fine", scratch, releases, cidr="10.0.1.0/24")
    outputs, status = job.run()
    assert (status, outputs["findings"], outputs["exit-code"]) == (0, "0", "0"), (status, outputs, job.log)


def inputs_reach_the_command(scratch, releases):
    job = runner("inputs", scratch, releases, file="infra/a b/main.tf")
    outputs, status = job.run(path="infra/a b\n", fail_on="never", sarif_file="out.sarif", args="--min-severity  high")
    assert (status, outputs["findings"], outputs["sarif-file"]) == (0, "1", "out.sarif"), (status, outputs, job.log)
    assert (job.workspace / "out.sarif").is_file()
    outputs, status = job.run(args="--ignore subnet_outside_vpc_cidr")
    assert (status, outputs["findings"]) == (0, "0"), (status, outputs, job.log)


def hostile_inputs_stay_data(scratch, releases):
    job = runner("hostile", scratch, releases)
    marker = job.directory / "owned"
    for text in (f"$(touch {marker})", f"`touch {marker}`", f"'; touch {marker}; '", f"x\ny=$(touch {marker})"):
        outputs, status = job.run(path=text, sarif_file=f"{text}.sarif".replace("/", "_"), baseline=text, args=text)
        assert status == 2, (status, job.log)
        outputs, status = job.run(sarif_file="a\nfindings=99\nb")
        assert outputs.get("findings") != "99", outputs
    assert not marker.exists()


def a_wrong_checksum_stops_the_job(scratch, binary):
    releases = release(binary, scratch / "tampered", checksum="0" * 64)
    job = runner("checksum", scratch, releases)
    outputs, status = job.run()
    assert status == 2 and "checksum" in job.log and not outputs["exit-code"], (status, job.log)


def a_version_that_is_none_stops_the_job(scratch, releases):
    job = runner("version", scratch, releases)
    for version in ("1.0.0/../../evil", "9.9.9"):
        _, status = job.run(version=version)
        assert status == 2, (version, status, job.log)


def settings_decide_where_no_input_does(scratch, releases):
    job = runner("settings", scratch, releases)
    write(job, tfvpc_toml='fail-on = "never"\n')
    outputs, status = job.run()
    assert (status, outputs["findings"]) == (0, "1"), (status, outputs, job.log)
    outputs, status = job.run(fail_on="high")
    assert (status, outputs["findings"]) == (1, "1"), (status, outputs, job.log)

    job.run(args="--write-baseline known.json")
    write(job, tfvpc_toml='baseline = "known.json"\n')
    outputs, status = job.run()
    assert (status, outputs["findings"]) == (0, "0"), (status, outputs, job.log)
    write(job, none_json='{ "version": 1, "findings": [] }', other_toml='fail-on = "never"\n')
    outputs, status = job.run(baseline="none.json")
    assert (status, outputs["findings"]) == (1, "1"), (status, outputs, job.log)
    outputs, status = job.run(config="other.toml")
    assert (status, outputs["findings"]) == (0, "1"), (status, outputs, job.log)


def what_was_not_seen_is_said(scratch, releases):
    job = runner("unseen", scratch, releases)
    write(job, main_tf=INVISIBLE)
    _, status = job.run()
    advice = "run `tfvpc get`"
    assert status == 0, (status, job.log)
    assert f"network: 1 not seen; {advice}" in job.summary.read_text(), job.summary.read_text()
    warnings = [line for line in obeyed(job.log) if "title=network not seen" in line]
    assert len(warnings) == 1 and advice in warnings[0], job.log
    _, status = job.run(args="--strict")
    assert status == 2, (status, job.log)


def a_run_that_fails_leaves_no_report(scratch, releases):
    job = runner("failing", scratch, releases)
    first, _ = job.run()
    for place in ("", "out.sarif", "deep/out.sarif"):
        if place:
            (job.workspace / place).parent.mkdir(exist_ok=True)
            (job.workspace / place).write_text("forged")
        outputs, status = job.run(sarif_file=place, args="--no-such-option")
        assert (status, outputs["sarif-file"], outputs["findings"], outputs["exit-code"]) == (2, "", "", "2"), outputs
        assert not place or not (job.workspace / place).exists(), place
        assert any("nothing was checked" in line for line in obeyed(job.log)), job.log
    assert Path(first["sarif-file"]).is_file(), "another run's report is not this run's to remove"
    second, _ = job.run()
    assert first["sarif-file"] != second["sarif-file"]


def links_of_the_pull_request_lead_nowhere(scratch, releases):
    job = runner("links", scratch, releases)
    outside = job.directory / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    report = job.workspace / "out.sarif"
    report.symlink_to(outside / "precious")
    outputs, status = job.run(sarif_file="out.sarif")
    assert (status, outputs["sarif-file"]) == (1, "out.sarif"), (status, outputs, job.log)
    assert not report.is_symlink() and json.loads(report.read_text())["runs"]

    (job.workspace / "reports").symlink_to(outside)
    for place in ("reports/precious", f"{job.workspace}/reports/precious", "reports/deep/out.sarif"):
        outputs, status = job.run(sarif_file=place)
        assert (status, outputs["sarif-file"]) == (2, ""), (place, status, outputs, job.log)
    assert [path.name for path in outside.iterdir()] == ["precious"]
    assert (outside / "precious").read_text() == "precious"


def findings_are_annotated_before_problems(scratch, releases):
    job = runner("order", scratch, releases)
    for number in range(12):
        directory = job.workspace / f"broken{number}"
        directory.mkdir()
        (directory / "main.tf").write_text(UNDECLARED)
    job.run()
    errors = [line for line in obeyed(job.log) if line.startswith("::error ")]
    assert len(errors) == 2, job.log
    assert "title=subnet_outside_vpc_cidr::" in errors[0] and "title=error (12 problems)::" in errors[1], errors


def names_of_files_are_no_commands(scratch, releases):
    hostile = "x" * 97 + " ::error title=forged::nothing to see"
    job = runner("names", scratch, releases, file=f"{hostile}/main.tf")
    write(job, main_tf=UNDECLARED)
    (job.workspace / hostile / "main.tf").write_text(UNDECLARED)
    job.run()
    assert "\n  ::error title=forged" in job.log, "the name no longer wraps so that this test means something"
    assert not any(line.startswith("::error title=forged") for line in obeyed(job.log)), job.log


def main():
    binary = Path(sys.argv[1]).resolve()
    scratch = Path(tempfile.mkdtemp())
    try:
        releases = release(binary, scratch / "releases")
        a_fault_fails_the_job(scratch, releases)
        what_is_fine_passes(scratch, releases)
        inputs_reach_the_command(scratch, releases)
        settings_decide_where_no_input_does(scratch, releases)
        what_was_not_seen_is_said(scratch, releases)
        findings_are_annotated_before_problems(scratch, releases)
        a_run_that_fails_leaves_no_report(scratch, releases)
        links_of_the_pull_request_lead_nowhere(scratch, releases)
        names_of_files_are_no_commands(scratch, releases)
        hostile_inputs_stay_data(scratch, releases)
        a_wrong_checksum_stops_the_job(scratch, binary)
        a_version_that_is_none_stops_the_job(scratch, releases)
    finally:
        shutil.rmtree(scratch)
    print("the action reports, passes, and takes no orders from its inputs")


main()
