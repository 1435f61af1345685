"""`chronology tail`: the log as it grows."""

from __future__ import annotations

import time
from typing import Final

import msgspec
import rich_click as click

from ..answers import LogPage, LogPlace
from ..client import BUSY, Client, segment
from ..console import emit_line, say, warn
from ..errors import CommandError, Refused, Unreachable
from .options import collection_option, with_service

WAIT_SECONDS: Final = 20
PAGE_SIZE: Final = 1000
SHOWN_AT_FIRST: Final = 10
PAUSE_SECONDS: Final = (0.2, 0.5, 1.0, 2.0, 5.0)

_decode_place = msgspec.json.Decoder(LogPlace).decode


@click.command("tail")
@click.option(
    "--after",
    type=click.IntRange(min=0),
    help=f"Begin after this position; 0: all. Left out: the last {SHOWN_AT_FIRST}.",
)
@click.option("--no-follow", is_flag=True, help="End at the head instead of waiting for more.")
@collection_option
@with_service("chronology")
def command(client: Client, collection: str, after: int | None, no_follow: bool) -> None:
    """Write records of the log as lines of JSON, each once and in order, and go on with new ones until Ctrl-C.

    When the service goes away, it is waited for, and goes on where it was.

    Example: chronology tail --collection sample --after 0 --no-follow
    """
    path = f"/v1/collections/{segment(collection)}/log"
    first = client.get(path, LogPage, after=after or 0, limit=1)
    position = max(0, first.head - SHOWN_AT_FIRST) if after is None else after
    if position > first.head:
        warn(f"The log ends at {first.head}; waiting for position {position + 1}.")
    follow(client, path, position, lineage=first.lineage, upto=first.head if no_follow else None)


def follow(client: Client, path: str, position: int, *, lineage: str, upto: int | None) -> None:
    """Write what comes after `position`, up to the position `upto` or for ever."""
    failures = 0
    while upto is None or position < upto:
        try:
            page = client.get(path, LogPage, after=position, limit=PAGE_SIZE, wait=None if upto else WAIT_SECONDS)
        except CommandError as error:
            pause_or_raise(error, failures)
            failures += 1
            continue
        if failures:
            say(f"connected again; going on after position {position}", style="dim")
        failures = 0
        if page.lineage != lineage:
            raise CommandError(
                f"The log has another history since position {position}: lineage {page.lineage} instead of {lineage}. "
                "Read it again from the last position that both share."
            )
        for record in page.items:
            place = _decode_place(record).position
            # A page after `position` holds nothing at or before it; should one, it is not written twice.
            if place > position and (upto is None or place <= upto):
                emit_line(bytes(record))
                position = place
        if upto is not None and not page.items:
            return


def pause_or_raise(error: CommandError, failures: int) -> None:
    """Wait a little where the service is away; raise what waiting does not mend."""
    away = isinstance(error, Unreachable) or (isinstance(error, Refused) and error.status in BUSY)
    if not away:
        raise error
    if failures == 0:
        warn(f"{error} Waiting for it.")
    time.sleep(PAUSE_SECONDS[min(failures, len(PAUSE_SECONDS) - 1)])
