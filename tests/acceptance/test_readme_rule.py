"""The README's example of a rule: every step is done as it is printed, and gives what is printed.

python -m tests.acceptance.test_readme_rule      writes what comes out into the README anew, after rules have changed
"""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from chronology_ingest.rule_examples import with_added
from chronology_ingest.rule_files import read_rule_files

from tests.acceptance.stack import stack
from tests.acceptance.test_readme import INGEST, between

BLOCK: Final = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
SECONDS_MAX: Final = 60
SHOWN: Final = ("quote", "type", "mode", "date", "actors", "recipients", "reasons")
"""Of the event: the others would say nothing new here."""


def steps(text: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Do what the text says, block by block; yields what is printed below commands, and what came out."""
    came_out = ""
    for form, content in BLOCK.findall(text):
        if form == "text":
            (folder / "press").mkdir(exist_ok=True)
            (folder / "press" / "report.txt").write_text(content, "utf-8")
        elif form == "toml":
            with (folder / "padlock.toml").open("a", encoding="utf-8") as file:
                file.write(content)
        elif form == "sh":
            came_out = "\n".join(in_terminal(line, folder) for line in content.splitlines())
        else:
            yield content, came_out + "\n"


def in_terminal(line: str, folder: Path, **environ: str) -> str:
    """What a person sees who types the line: the same streams, a terminal of a fixed width, no colours."""
    program, *arguments = shlex.split(line)
    assert program == "./chronology"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "chronology_local", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "TERM": "dumb", "COLUMNS": "110", "XDG_STATE_HOME": str(folder), **environ},
    )
    os.close(theirs)
    seen = b""
    try:
        # A terminal whose other side is gone is an error on Linux, and an end elsewhere.
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:
        pass
    finally:
        os.close(ours)
        process.wait(SECONDS_MAX)
    lines = seen.decode().replace("\r\n", "\n").split("\n")
    return "\n".join(each.rstrip() for each in lines).strip("\n")


def event(text: str, folder: Path) -> str:
    """The event of the last step, some fields of it, a line each."""
    ((_, content), _) = BLOCK.findall(text)
    _, *arguments = shlex.split(content)
    command = [sys.executable, "-P", "-m", "chronology_local", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=SECONDS_MAX)
    (line,) = done.stdout.splitlines()
    told: dict[str, Any] = json.loads(line)
    return "".join(f"{json.dumps(name)}: {json.dumps(told[name])}\n" for name in SHOWN)


def test_every_step_of_the_example_gives_what_is_printed(tmp_path: Path) -> None:
    found = list(steps(between(INGEST, "rule-example"), tmp_path))

    assert len(found) == 4
    assert [came_out for _, came_out in found] == [printed for printed, _ in found], (
        "run: python -m tests.acceptance.test_readme_rule"
    )


def test_the_rule_of_the_example_holds_in_the_service_and_reads_the_event(tmp_path: Path) -> None:
    list(steps(between(INGEST, "rule-example"), tmp_path))
    text = between(INGEST, "rule-event")
    rules = with_added(read_rule_files(tmp_path / "padlock.toml"))

    assert "coerce.padlock" in [rule.id for _, rule in rules.rules]
    assert [content for form, content in BLOCK.findall(text) if not form] == [event(text, tmp_path)]


async def timeline(text: str, folder: Path) -> str:
    """What the last of the commands shows, of a service that reads by the rule."""
    ((_, content), _) = BLOCK.findall(text)
    async with stack(folder, CHRONOLOGY_INGEST_RULES=str(folder / "padlock.toml")) as running:
        addresses = {"CHRONOLOGY_URL": running.chronology.url, "CHRONOLOGY_INGEST_URL": running.ingest.url}
        came_out = [await asyncio.to_thread(in_terminal, line, folder, **addresses) for line in content.splitlines()]
    return came_out[-1] + "\n"


@pytest.mark.anyio
async def test_the_timeline_of_the_example_has_what_the_rule_reads(tmp_path: Path) -> None:
    list(steps(between(INGEST, "rule-example"), tmp_path))
    text = between(INGEST, "rule-service")

    assert [content for form, content in BLOCK.findall(text) if not form] == [await timeline(text, tmp_path)]


def outputs(folder: Path) -> Iterator[tuple[str, str]]:
    """What is printed in the README below commands, and what comes out of them now."""
    yield from steps(between(INGEST, "rule-example"), folder)
    served, shown = between(INGEST, "rule-service"), between(INGEST, "rule-event")
    for part, came_out in ((served, asyncio.run(timeline(served, folder))), (shown, event(shown, folder))):
        yield next(content for form, content in BLOCK.findall(part) if not form), came_out


def write_anew() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        found = list(outputs(Path(scratch)))
    text = INGEST.read_text("utf-8")
    for printed, came_out in found:
        text = text.replace(f"```\n{printed}```", f"```\n{came_out}```")
    INGEST.write_text(text, "utf-8")


if __name__ == "__main__":
    write_anew()
