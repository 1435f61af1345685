"""Logs: one line an entry, whatever stands in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from chronology_runtime import logs

HOSTILE = "a\x1b[31m\nforged \u202e\x9b\u2028 \x7f"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_json_lines_hold_one_entry_each_and_escape_controls(stream: io.StringIO) -> None:
    logs.configure("info", stream=stream)

    structlog.get_logger("x").info("named", name=HOSTILE, position=3)
    line = stream.getvalue()

    assert line.count("\n") == 1
    assert not any(char in line for char in "\x1b\u202e\x9b\u2028\x7f")
    assert json.loads(line)["name"] == HOSTILE
    assert json.loads(line)["position"] == 3


def test_lines_for_people_escape_controls(stream: io.StringIO) -> None:
    logs.configure("info", json=False, stream=stream)

    structlog.get_logger("x").info("named", name=HOSTILE)
    line = stream.getvalue()

    assert line.count("\n") == 1
    assert not any(char in line for char in "\x1b\u202e\x9b\u2028\x7f")


def test_other_libraries_come_out_the_same_way(stream: io.StringIO) -> None:
    logs.configure("info", stream=stream)

    logging.getLogger("other").warning("from %s", "elsewhere")
    entry = json.loads(stream.getvalue())

    assert (entry["event"], entry["level"], entry["logger"]) == ("from elsewhere", "warning", "other")


def test_what_cannot_be_encoded_is_logged_all_the_same(stream: io.StringIO) -> None:
    logs.configure("info", stream=stream)

    structlog.get_logger("x").info("odd", name="\ud800", value=object())

    assert json.loads(stream.getvalue())["name"] == "'\\ud800'"


def test_an_exception_is_part_of_its_line(stream: io.StringIO) -> None:
    logs.configure("info", stream=stream)

    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("x").exception("failed")
    line = stream.getvalue()

    assert line.count("\n") == 1
    assert "ValueError: broken" in json.loads(line)["exception"]


def test_entries_below_the_level_are_left_out(stream: io.StringIO) -> None:
    logs.configure("warning", stream=stream)

    structlog.get_logger("x").info("quiet")

    assert stream.getvalue() == ""
