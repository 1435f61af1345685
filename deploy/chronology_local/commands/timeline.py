"""`chronology timeline`: what happened, when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
import rich_click as click
from rich.table import Table

from ..answers import Actor, Actors, Page, TimelineEvent
from ..client import Client, segment
from ..console import count, emit_line, results_are_for_people, say, show_table, visible
from ..errors import BadInput, CommandError
from .options import collection_option, with_service

PAGE_SIZE: Final = 1000
CANDIDATES_MAX: Final = 10

decode_event = msgspec.json.Decoder(TimelineEvent).decode


@click.command("timeline")
@click.argument("actor", required=False, default="")
@click.option("--topic", multiple=True, help="Only of this topic, such as detention. Several: all of them.")
@click.option("--type", "types", multiple=True, help="Only of this type, such as COERCE. Several: any of them.")
@click.option("--from", "from_", metavar="EDTF", help="Only what may have happened then or later: 2019-03.")
@click.option("--to", metavar="EDTF", help="Only what may have happened then or earlier.")
@click.option("--search", metavar="WORDS", help="Only with these words.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many entries.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, also on a terminal.")
@collection_option
@with_service("chronology")
def command(
    client: Client, collection: str, actor: str, topic: tuple[str, ...], types: tuple[str, ...], from_: str | None,
    to: str | None, search: str | None, limit: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Show the timeline of ACTOR (a name or an id), of a topic, or of everything.

    A table on a terminal, else JSON Lines.

    Example: chronology timeline "Javel Orsheni" --collection sample
    """
    path = f"/v1/collections/{segment(collection)}/timeline"
    if actor:
        found = find_actor(client, collection, actor)
        path = f"/v1/collections/{segment(collection)}/actors/{segment(found.id)}/timeline"
    filters = {"topic": list(topic) or None, "type": list(types) or None, "from_": from_, "to": to, "q": search}
    entries = pages(client, path, limit=limit, **filters)
    if as_json or not results_are_for_people():
        for entry in entries:
            emit_line(bytes(entry))
        return
    events = [decode_event(entry) for entry in entries]
    if not events:
        say("No events. Fewer filters show more.")
        return
    show_table(timeline_table(events), as_result=True)


def find_actor(client: Client, collection: str, asked: str) -> Actor:
    """The one actor that is meant, by id, by its whole name, or by the only one that is found.

    Raises `CommandError` with the candidates where there are several.
    """
    page = client.get(f"/v1/collections/{segment(collection)}/actors", Actors, q=asked, limit=CANDIDATES_MAX + 1)
    if not page.items:
        return actor_of_id(client, collection, asked)
    folded = asked.casefold()
    exact = [
        actor for actor in page.items if folded in {actor.name.casefold(), *(n.name.casefold() for n in actor.names)}
    ]
    by_name = [actor for actor in exact if actor.name.casefold() == folded]
    for candidates in (by_name, exact, page.items):
        if len(candidates) == 1:
            return candidates[0]
    more = "\n  and more" if len(page.items) > CANDIDATES_MAX else ""
    listed = "\n".join(f"  {line_of(actor)}" for actor in page.items[:CANDIDATES_MAX])
    raise CommandError(f"{asked!r} may be any of these; give a longer name or an id:\n{listed}{more}")


def line_of(actor: Actor) -> str:
    others = [name.name for name in actor.names if name.name != actor.name][:3]
    also = f", also {', '.join(others)}" if others else ""
    return f"{actor.id}  {actor.name}{also} ({count(actor.event_count, 'event')})"


def actor_of_id(client: Client, collection: str, asked: str) -> Actor:
    missing = BadInput(f"Nobody in the collection {collection} has a name with {asked!r} in it.")
    if len(asked) != 32:
        raise missing
    try:
        found = client.get(f"/v1/collections/{segment(collection)}/actors/{segment(asked)}", OneActor)
    except CommandError as error:
        raise missing from error
    return found.actor


class OneActor(msgspec.Struct, frozen=True, kw_only=True):
    actor: Actor


def pages(client: Client, path: str, *, limit: int | None = None, **filters: Any) -> Iterator[msgspec.Raw]:
    """All entries of a list, page by page; the filters of every page are the same."""
    left, after = limit, None
    while left is None or left > 0:
        size = PAGE_SIZE if left is None else min(PAGE_SIZE, left)
        page = client.get(path, Page, patience_seconds=30, after=after, limit=size, **filters)
        yield from page.items
        left = None if left is None else left - len(page.items)
        after = page.next
        if not after:
            return


def timeline_table(events: list[TimelineEvent], title: str = "") -> Table:
    """Dates in words, no more precise than they are known; who says so is the publisher."""
    table = Table(title=visible(title) if title else None, title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("When", ratio=3)
    table.add_column("What happened", ratio=8)
    table.add_column("Source", ratio=3)
    for event in events:
        told = event.modality == "asserted" or event.modality in event.what.casefold()
        status = "" if told else f" ({event.modality})"
        source = event.document.publisher or event.document.title if event.document else ""
        table.add_row(visible(event.display), visible(event.what + status), visible(source))
    return table
