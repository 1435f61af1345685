"""`chronology rebuild`: a projection anew, beside the one that is read."""

from __future__ import annotations

import time
from typing import Final

import rich_click as click

from ..answers import Build, BuildAnswer
from ..client import Client
from ..console import Bar, emit, progress_bar, results_are_for_people, say
from ..errors import CommandError
from .options import with_service
from .projections import builds, operate

LOOK_SECONDS: Final = 0.5
TELL_SECONDS: Final = 5.0
"""How often it is said how far the build is, where no bar can show it."""


@click.command("rebuild")
@click.argument("name", default="timelines")
@click.option("--no-wait", is_flag=True, help="Begin it and return; `projections` shows how far it is.")
@with_service("chronology")
def command(client: Client, name: str, no_wait: bool) -> None:
    """Build the projection NAME (timelines, where none is named) anew from the log, beside the one that is read.

    Readers keep the old one until you switch; subscribers notice nothing.

    Example: chronology rebuild
    """
    begun = operate(client, name, "rebuild", {}, BuildAnswer)
    say(f"build {begun.build} of {name} has begun")
    if not results_are_for_people():
        emit(begun)
    if no_wait:
        return
    with progress_bar(f"{name} build {begun.build}") as bar:
        built = follow(client, begun, bar)
    records = sum(item.head for item in built.collections)
    say(f"build {built.build} of {name} has caught up with the log: {records} records")
    say(f"Compare it:        chronology projections verify {name}")
    say(f"Let readers see it: chronology projections switch {name} --build {built.build}")
    say(f"Or drop it:         chronology projections drop {name} --build {built.build}")


def follow(client: Client, begun: BuildAnswer, bar: Bar) -> Build:
    """Wait until the build has read all that there is. Raises `CommandError` where it stops or is dropped."""
    told = time.monotonic()
    while True:
        build = next((b for b in builds(client, begun.projection) if b.build == begun.build), None)
        if build is None:
            raise CommandError(f"Build {begun.build} of {begun.projection} was dropped meanwhile.")
        if build.error or build.state == "stopped":
            raise CommandError(f"Build {build.build} stopped: {build.error or 'it does not say why'}.")
        total = sum(item.head for item in build.collections)
        bar.move(total - build.lag, total)
        # A build of which nothing is read yet has no collections, and so no lag.
        if build.collections and build.lag == 0:
            return build
        if not bar.is_shown and time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            left = "" if build.eta_seconds is None else f", {build.eta_seconds:.0f} s left"
            say(f"{total - build.lag} of {total} records{left}")
        time.sleep(LOOK_SECONDS)
