"""`chronology resume`: the way out of a halt that an operator chooses."""

from __future__ import annotations

import rich_click as click

from ..answers import Verdict
from ..client import Client, segment
from .collections import report
from .options import checked_collection, with_service

WAYS = ("reread", "new-stream", "new-lineage")


@click.command("resume")
@click.argument("collection", callback=checked_collection)
@click.option(
    "--reread", "how", flag_value="reread", help="Read the stream from its first message; the log drops what it has."
)
@click.option(
    "--new-stream", "how", flag_value="new-stream", help="Take another, empty stream for the one that was lost."
)
@click.option(
    "--new-lineage",
    "how",
    flag_value="new-lineage",
    help="Begin another history: what was published beyond the log is void.",
)
@click.option("--why", required=True, help="Recorded in the log, with your name.")
@with_service("chronology")
def command(client: Client, collection: str, how: str | None, why: str) -> None:
    """Let the halted appender of COLLECTION go on. `doctor` says why it halted and which way fits.

    Example: chronology resume main --reread --why "restored the backup of Monday"
    """
    if how is None:
        raise click.UsageError("One of --reread, --new-stream and --new-lineage must be given.")
    verdict = client.post(f"/v1/collections/{segment(collection)}/resume", {"how": how, "why": why}, Verdict)
    report(verdict, f"the collection {collection} goes on")
