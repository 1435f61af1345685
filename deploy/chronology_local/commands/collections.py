"""`chronology collections`: list, create, close."""

from __future__ import annotations

from typing import Any

import rich_click as click
from rich.table import Table

from ..answers import Collection, Collections, Verdict
from ..client import Client, segment
from ..console import emit, results_are_for_people, say, show_table, visible
from ..errors import CommandError
from .options import checked_collection, with_service


@click.group("collections", invoke_without_command=True)
@with_service("chronology")
@click.pass_context
def command(ctx: click.Context, client: Client) -> None:
    """List collections: each has its own log, streams and rights.

    Example: chronology collections create my-dossier --title "My dossier"
    """
    if ctx.invoked_subcommand is None:
        listed(client)


def listed(client: Client) -> None:
    items = client.get("/v1/collections", Collections).items
    if not results_are_for_people():
        for item in items:
            emit(brief(item))
        return
    table = Table("Collection", "Title", "Records", "State", show_edge=False, pad_edge=False)
    for item in items:
        table.add_row(item.name, visible(item.title), str(item.position), state_of(item))
    show_table(table, as_result=True)


def brief(item: Collection) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("name", "title", "lineage", "position", "closed", "halted")}


def state_of(collection: Collection) -> str:
    if collection.halted:
        return f"halted: {visible(collection.halted)}"
    return "closed" if collection.closed else "open"


@command.command("create")
@click.argument("name", callback=checked_collection)
@click.option("--title", default="", help="What people call it.")
@with_service("chronology")
def create(client: Client, name: str, title: str) -> None:
    """Create a collection; one that is there already is left as it is.

    Example: chronology collections create my-dossier
    """
    created = create_collection(client, name, title)
    say(f"collection {created.name} is there, with {created.position} records")
    if not results_are_for_people():
        emit(brief(created))


@command.command("close")
@click.argument("name", callback=checked_collection)
@click.option("--why", default="", help="Recorded with the closing.")
@with_service("chronology")
def close(client: Client, name: str, why: str) -> None:
    """Take no further documents into a collection; it can still be read.

    Example: chronology collections close my-dossier --why "published"
    """
    verdict = client.post(f"/v1/collections/{segment(name)}/close", {"why": why}, Verdict)
    report(verdict, f"collection {name} is closed")


def create_collection(client: Client, name: str, title: str, patience_seconds: float = 10) -> Collection:
    return client.post("/v1/collections", {"name": name, "title": title}, Collection, patience_seconds=patience_seconds)


def report(verdict: Verdict, done: str) -> None:
    """Say what became of a command of administration. Raises `CommandError` where it was refused."""
    if verdict.outcome == "accepted":
        say(done)
    elif verdict.outcome == "pending":
        say(f"It is recorded and not judged yet. See {verdict.address}")
    else:
        raise CommandError(f"Refused: {verdict.reason}.")
