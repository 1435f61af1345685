"""The projection group `timelines`: documents, events, actors, and the timelines of actors and topics.

Nothing of a document is shown before its extraction is completed. Of the readings of
one document the first is shown; additions are always shown. An event that a shown
completion lists and that comes later is shown when it comes. All this is the same
whichever records fall into one batch.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.records import ExtractionCompleted

from ..database import Connection
from ..sql import script, statements
from .items import EventRow, brief, event_row
from .projection import Entry, Projection

_SQL = statements(__name__)

Shown = tuple[str, int]
"""An event that is newly shown, and from which position on."""


async def apply(connection: Connection, collection: str, entries: Sequence[Entry]) -> None:
    await _add_documents(connection, collection, [e for e in entries if isinstance(e.body, Document)])
    rows = [event_row(entry) for entry in entries if isinstance(entry.body, Event)]
    await _add_events(connection, collection, rows)
    completions = [entry for entry in entries if isinstance(entry.body, ExtractionCompleted)]
    shown = await _show_awaited(connection, collection, rows)
    shown += await _complete(connection, collection, completions)
    if shown:
        await _add_to_timelines(connection, collection, shown)


async def _add_documents(connection: Connection, collection: str, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    documents: list[Document] = [entry.body for entry in entries]
    await connection.execute(
        _SQL["insert_documents"],
        collection,
        [document.id for document in documents],
        [entry.position for entry in entries],
        [document.title for document in documents],
        [document.publisher for document in documents],
        [document.url for document in documents],
        [document.published for document in documents],
        [document.language for document in documents],
        [brief(document) for document in documents],
    )


async def _add_events(connection: Connection, collection: str, rows: Sequence[EventRow]) -> None:
    if not rows:
        return
    await connection.execute(
        _SQL["insert_events"],
        collection,
        [row.event.id for row in rows],
        [row.position for row in rows],
        [row.event.document_id for row in rows],
        [row.event.type for row in rows],
        [row.event.mode for row in rows],
        [row.event.kind for row in rows],
        [row.event.modality for row in rows],
        [row.event.place for row in rows],
        [",".join(dict.fromkeys(row.event.topics)) for row in rows],
        [",".join(row.actor_ids) for row in rows],
        [row.event.date for row in rows],
        [row.precision for row in rows],
        [row.first_day for row in rows],
        [row.last_day for row in rows],
        [row.sort_first for row in rows],
        [row.sort_last for row in rows],
        [row.words for row in rows],
        [row.item for row in rows],
    )
    participants = [
        (collection, row.event.id, number, p.actor_id, p.name, p.role, p.kind, p.country, p.sector, p.office,
         p.aliases, p.alias_keys)
        for row in rows
        for number, p in enumerate(row.participants)
    ]  # fmt: skip
    if participants:
        await connection.copy_records_to_table(
            "event_participant",
            columns=(
                "collection", "event_id", "number", "actor_id", "name", "role", "kind", "country", "sector", "office",
                "aliases", "alias_keys",
            ),
            records=participants,
        )  # fmt: skip


async def _show_awaited(connection: Connection, collection: str, rows: Sequence[EventRow]) -> list[Shown]:
    if not rows:
        return []
    awaited = await connection.fetch(_SQL["stop_awaiting"], collection, [row.event.id for row in rows])
    ids = [row["event_id"] for row in awaited]
    return await _show(connection, collection, ids, [0] * len(ids))


async def _complete(connection: Connection, collection: str, entries: Sequence[Entry]) -> list[Shown]:
    """Note the completions and show what they show."""
    if not entries:
        return []
    documents = list({entry.body.document_id for entry in entries})
    read = {row["document_id"] for row in await connection.fetch(_SQL["read_documents"], collection, documents)}
    rows: list[tuple[object, ...]] = []
    ids: list[str] = []
    positions: list[int] = []
    readings: dict[str, int] = {}
    for entry in entries:
        completion: ExtractionCompleted = entry.body
        shown = completion.role == "addition" or completion.document_id not in read
        if completion.role == "reading" and shown:
            read.add(completion.document_id)
            readings[completion.document_id] = entry.position
        if shown:
            ids += completion.event_ids
            positions += [entry.position] * len(completion.event_ids)
        rows.append(
            (collection, completion.id, completion.document_id, entry.position, completion.role, shown,
             msgspec.json.encode(completion.extractor), completion.event_ids)
        )  # fmt: skip
    await connection.copy_records_to_table(
        "completion",
        columns=(
            "collection", "completion_id", "document_id", "position", "role", "shown", "extractor", "event_ids",
        ),
        records=rows,
    )  # fmt: skip
    await connection.execute(_SQL["note_reading"], collection, list(readings), list(readings.values()))
    await connection.execute(_SQL["await_events"], collection, ids)
    return await _show(connection, collection, ids, positions)


async def _show(connection: Connection, collection: str, ids: Sequence[str], positions: Sequence[int]) -> list[Shown]:
    """Show those of the events that are not shown yet, and return these."""
    if not ids:
        return []
    rows = await connection.fetch(_SQL["show_events"], collection, ids, positions)
    return [(row["event_id"], row["shown_from"]) for row in rows]


async def _add_to_timelines(connection: Connection, collection: str, shown: Sequence[Shown]) -> None:
    ids, shown_from = [id for id, _ in shown], [position for _, position in shown]
    for name in ("add_actors", "add_to_actor_timelines", "add_to_topic_timelines"):
        await connection.execute(_SQL[name], collection, ids, shown_from)
    for name in ("count_documents_events", "add_names", "count_topics"):
        await connection.execute(_SQL[name], collection, ids)


TIMELINES = Projection(
    name="timelines",
    version=1,
    types=frozenset({"document.received", "event.extracted", "extraction.completed"}),
    tables=(
        "document", "completion", "event", "timeline", "awaited_event", "event_participant", "actor", "actor_name",
        "actor_timeline", "topic", "topic_timeline",
    ),
    create=script("chronology.projections", "create_timelines.sql"),
    apply=apply,
)  # fmt: skip
