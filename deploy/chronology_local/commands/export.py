"""`chronology export`: every shown event of a collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from ..answers import TimelineEvent
from ..client import Client, segment
from ..console import count, emit, progress_bar, say
from ..document_names import folders_of, read_names
from ..inputs import Metadata, read_metadata
from ..lines import event_line
from .options import collection_option, given, metadata_option, with_service
from .timeline import decode_event, pages


@click.command("export")
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@collection_option
@metadata_option
@with_service("chronology", and_state=True)
def command(client: Client, state: Path | None, collection: str, form: str, metadata: str | None) -> None:
    """Write every shown event as a line of JSON, by when it happened.

    The fields are those of `extract`, with `position`, `actor_ids` and `incident`. The log keeps no file names: `doc`
    is the name in the metadata, if you give them; else the one by which `ingest` brought the document in from this
    machine; else the document's id.

    Example: chronology export --collection sample > sample.jsonl
    """
    kept = read_names(folders_of(state, given().environment), collection)
    names = DocumentNames(read_metadata(metadata), kept)
    written = 0
    with progress_bar("events") as bar:
        for entry in pages(client, f"/v1/collections/{segment(collection)}/timeline"):
            event = decode_event(entry)
            emit(export_line(event, names.of(event)))
            bar.advance()
            written += 1
    say(count(written, "event"))


def export_line(event: TimelineEvent, doc: str) -> dict[str, Any]:
    line = event_line(event, doc)
    line |= {"position": event.position, "actor_ids": event.actor_ids}
    return line | {"incident": event.incident} if event.incident else line


class DocumentNames:
    """The names of documents' files: by what their source says of itself, where that is certain; else as `kept`."""

    def __init__(self, metadata: dict[str, Metadata], kept: dict[str, str]) -> None:
        self._kept = kept
        self._names: dict[tuple[str, ...], str | None] = {}
        for item in metadata.values():
            for key in keys(item.url, item.title, item.publisher, item.published):
                # Two documents under one key: neither is meant for certain.
                self._names[key] = None if key in self._names else item.doc

    def of(self, event: TimelineEvent) -> str:
        document = event.document
        if document:
            for key in keys(document.url, document.title, document.publisher, document.published):
                found = self._names.get(key)
                if found:
                    return found
        return self._kept.get(event.document_id, event.document_id)


def keys(url: str, title: str, publisher: str, published: str) -> list[tuple[str, ...]]:
    return [("url", url)] * bool(url) + [("title", title, publisher, published)] * bool(title)
