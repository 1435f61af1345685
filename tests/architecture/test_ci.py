"""`.ci/run` fails when anything does, and when a test was skipped for want of something."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.deployment import ROOT

WELL = "3 passed in 0.10s"
SCRIPT = '#!/bin/sh\necho "$0 $*" >> {calls}\n{body}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project in which every step succeeds: each program notes its call and says nothing but what pytest would."""
    folder = tmp_path / "a project"
    (folder / ".ci").mkdir(parents=True)
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
    for program in (".venv/bin/ruff", ".venv/bin/mypy"):
        behave(folder, program, "exit 0")
    behave(folder, "chronology", f"echo '{WELL}'")
    return folder


def behave(folder: Path, program: str, body: str) -> None:
    path = folder / program
    path.write_text(SCRIPT.format(calls="calls", body=body))
    path.chmod(0o755)


def run(folder: Path) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder)}
    done = subprocess.run(
        [folder / ".ci" / "run"], cwd="/", env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, done.stdout


def test_it_is_a_program() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_it_runs_every_check_and_ends_with_the_line_of_pytest(folder: Path) -> None:
    code, output = run(folder)
    calls = [line.replace(".venv/bin/", "") for line in (folder / "calls").read_text().splitlines()]

    assert code == 0
    assert output.splitlines()[-1] == WELL
    assert calls == [
        "./chronology test --version",
        "ruff format --check .",
        "ruff check .",
        "mypy ",
        "./chronology test -p no:cacheprovider",
    ]


@pytest.mark.parametrize("program", ["chronology", ".venv/bin/ruff", ".venv/bin/mypy"])
def test_it_fails_where_a_step_fails(folder: Path, program: str) -> None:
    behave(folder, program, "exit 3")

    assert run(folder)[0] == 3


@pytest.mark.parametrize(
    ("reason", "code"),
    [("needs root", 1), ("needs Chromium", 1), ("could not import 'playwright'", 1), ("looks into /proc", 0)],
)
def test_a_test_skipped_for_want_of_something_fails_it(folder: Path, reason: str, code: int) -> None:
    behave(folder, "chronology", f'echo "SKIPPED [1] tests/integration/test_embedded.py:279: {reason}"; echo "{WELL}"')

    assert run(folder)[0] == code
