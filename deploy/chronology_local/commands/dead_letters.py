"""`chronology dead-letters`: messages that could not be read; a person mends them and sends them again."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import msgspec
import rich_click as click
from chronology_contracts.codec import CONTENT_TYPE
from rich.table import Table

from ..answers import DeadLetter, Resent
from ..client import Client, segment
from ..console import emit, results_are_for_people, say, show_table, visible
from ..errors import BadInput
from ..inputs import status
from .options import collection_option, with_service
from .timeline import pages

LETTER_BYTES_MAX = 8 * 1024 * 1024


@click.group("dead-letters", invoke_without_command=True)
@collection_option
@with_service("chronology")
@click.pass_context
def command(ctx: click.Context, client: Client, collection: str) -> None:
    """List messages of a collection's stream that have no readable envelope.

    Example: chronology dead-letters --collection main
    """
    if ctx.invoked_subcommand is None:
        listed(client, collection)


def listed(client: Client, collection: str) -> None:
    found = [msgspec.json.decode(item, type=DeadLetter) for item in pages(client, path_of(collection))]
    if not results_are_for_people():
        for letter in found:
            emit(letter)
        return
    if not found:
        say("No dead letters.")
        return
    table = Table("Sequence", "Bytes", "Reason", "Sent again as", show_edge=False, pad_edge=False)
    for letter in found:
        table.add_row(
            str(letter.sequence), str(letter.size_bytes), visible(letter.reason), ", ".join(map(str, letter.resent_as))
        )
    show_table(table, as_result=True)


@command.command("show")
@click.argument("sequence", type=int)
@collection_option
@with_service("chronology")
def show(client: Client, sequence: int, collection: str) -> None:
    """Write the bytes of one message, as they came, to standard output.

    Example: chronology dead-letters show 42 > letter.json
    """
    letter = client.get(f"{path_of(collection)}/{sequence}", DeadLetter)
    say(f"{letter.subject}: {letter.reason}", style="dim")
    sys.stdout.flush()
    sys.stdout.buffer.write(base64.b64decode(letter.raw or ""))
    sys.stdout.buffer.flush()


@command.command("resend")
@click.argument("sequence", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@collection_option
@with_service("chronology")
def resend(client: Client, sequence: int, file: Path, collection: str) -> None:
    """Send a message again, mended: FILE holds the whole of it as it should have been.

    Example: chronology dead-letters resend 42 letter.json
    """
    if status(file).st_size > LETTER_BYTES_MAX:
        raise BadInput(f"{file} is longer than {LETTER_BYTES_MAX} bytes, more than any message.")
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from None
    response = client.send(
        "POST", f"{path_of(collection)}/{sequence}/resend", raw, headers={"content-type": CONTENT_TYPE}
    )
    say(f"sent again as {msgspec.json.decode(response.content, type=Resent).sequence}")


def path_of(collection: str) -> str:
    return f"/v1/collections/{segment(collection)}/dead-letters"
