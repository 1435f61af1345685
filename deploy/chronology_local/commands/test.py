"""`chronology test`: all tests of the project's folder, by its own pytest."""

from __future__ import annotations

import importlib.util
import os
import sys

import rich_click as click

from ..addresses import CHECKOUT, is_checkout
from ..errors import CommandError


@click.command("test", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST ARGUMENTS]…")
def command(arguments: tuple[str, ...]) -> None:
    """Run all tests; further arguments are pytest's, with paths as seen from the project's folder.

    Example: chronology test tests/unit -q
    """
    if not is_checkout():
        raise CommandError(
            "The tests are in the project's folder, not in the installed package. Run ./chronology test there."
        )
    if importlib.util.find_spec("pytest") is None:
        raise CommandError(f"pytest is not installed here. Run {CHECKOUT / 'chronology'} test: it sets that up first.")
    os.chdir(CHECKOUT)
    # pytest takes this process over: its last line and its exit code are ours, and Ctrl-C reaches it alone.
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606  A shell would only be in the way.
