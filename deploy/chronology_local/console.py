"""What people see: messages, tables and progress bars on standard error; results are JSON Lines on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

WIDTH_WITHOUT_TERMINAL: Final = 120
"""Columns of a table that is written to a file or a pipe."""

_encode = msgspec.json.Encoder().encode


def say(message: str, style: str = "") -> None:
    """One message to people. Nothing in it is read as markup, and it is never wrapped: lines can be searched."""
    _console(sys.stderr).print(Text(visible(message), style=style), soft_wrap=True)


def warn(message: str) -> None:
    say(message, style="yellow")


def emit(value: Any) -> None:
    """One line of result: JSON in UTF-8 whatever the locale is."""
    emit_line(_encode(value))


def emit_line(line: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def results_are_for_people() -> bool:
    return sys.stdout.isatty()


def show_table(table: Table, *, as_result: bool = False) -> None:
    """Print a table: beside the messages, or as the result itself."""
    _console(sys.stdout if as_result else sys.stderr).print(table)


def show_text(text: Text) -> None:
    """A result for people, never wrapped."""
    _console(sys.stdout).print(text, soft_wrap=True)


def visible(text: str) -> str:
    """Control characters would command the terminal: documents are other people's. Tabs and line ends stay."""
    return "".join(c if c in "\n\t" or (ord(c) >= 32 and not 127 <= ord(c) <= 159) else "\ufffd" for c in text)


def count(number: int, what: str) -> str:
    """ "1 fault", "2 faults"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


class Bar:
    """A progress bar that may be moved from any thread; silent where standard error is no terminal."""

    def __init__(self, progress: Progress, label: str, total: int | None) -> None:
        self._progress = progress
        self.is_shown = not progress.disable
        self._task = progress.add_task(visible(label), total=total)

    def advance(self, steps: int = 1) -> None:
        self._progress.advance(self._task, steps)

    def move(self, completed: int, total: int) -> None:
        self._progress.update(self._task, completed=completed, total=total)


@contextmanager
def progress_bar(label: str, total: int | None = None) -> Iterator[Bar]:
    console = _console(sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, label, total)


def _console(file: Any) -> Console:
    # Made anew each time: the streams are replaced in tests, and a terminal may be resized.
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    return (
        console
        if console.is_terminal
        else Console(file=file, highlight=False, markup=False, emoji=False, width=WIDTH_WITHOUT_TERMINAL)
    )
