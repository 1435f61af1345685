"""Builders of valid things; a test spells only what it is about."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from chronology_contracts import codec, content_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor, Participant
from chronology_contracts.records import CollectionCreated, ExtractionCompleted
from chronology_contracts.subjects import Lane, lane_subject
from chronology_runtime.jetstream import Message
from msgspec.structs import replace

EXTRACTOR = Extractor(name="test", version="1")
_numbers = itertools.count(1)


def document(text: str = "", **fields: Any) -> Document:
    """A document; without a text it is one of its own."""
    text = text or f"Ann met Ben on 9 March 2019, says page {next(_numbers)}."
    fields = {"published": "2019-03-20", "publisher": "The Lamp", "title": "A page", "language": "en", **fields}
    made = Document(id="a" * 32, text=text, sha256=sha256(text.encode()).hexdigest(), **fields)
    return replace(made, id=content_id.id_of_document(made))


def event(of: Document, actors: Sequence[str] = ("Ann",), recipients: Sequence[str] = (), **fields: Any) -> Event:
    """An event of a document; its quote is the document's whole text, up to the longest quote."""
    quote = of.text[:4096]
    fields = {
        "what": "Ann meets Ben", "date": "2019-03-09", "date_basis": "explicit", "type": "CONSULT", "mode": "visit",
        "topics": ("diplomacy",), "confidence": "sure", **fields,
    }  # fmt: skip
    people = [Participant(name=name, role="actor", kind="person") for name in actors]
    people += [Participant(name=name, role="recipient", kind="person") for name in recipients]
    made = Event(
        id="a" * 32,
        document_id=of.id,
        extractor=EXTRACTOR,
        quote=quote,
        start=0,
        end=len(quote),
        participants=tuple(people),
        **fields,
    )
    return replace(made, id=content_id.id_of_event(made))


def completion(of: Document, events: Sequence[Event], role: str = "reading", **fields: Any) -> ExtractionCompleted:
    extractor = fields.pop("extractor", EXTRACTOR)
    ids = tuple(event.id for event in events)
    return ExtractionCompleted(
        id=content_id.completion_id(document_id=of.id, extractor=extractor, event_ids=ids, role=role),
        document_id=of.id,
        extractor=extractor,
        event_ids=ids,
        role=role,  # type: ignore[arg-type]  # a test may pass what is none
    )


def story(text: str = "", events: int = 1, **fields: Any) -> list[Any]:
    """The bodies of a document with its events, in the order in which they are published."""
    made = document(text)
    told = [event(made, what=f"Ann meets Ben, {number}", **fields) for number in range(events)]
    return [made, *told, completion(made, told)]


def message(collection: str, body: Any, /, *, lane: Lane = "document", salt: bytes = b"", **changes: Any) -> Message:
    """The message that carries a body; `changes` to what the envelope says make it another."""
    types: dict[Any, str] = {
        Document: "document.received",
        Event: "event.extracted",
        ExtractionCompleted: "extraction.completed",
    }
    envelope = {
        "id": getattr(body, "id", "a" * 32),
        "type": types.get(type(body), "collection.created"),
        "body": msgspec.json.encode(body),
        "salt": salt or os.urandom(codec.SALT_BYTES),
        "source": "urn:test",
        "time": "2026-01-01T00:00:00Z",
        **changes,
    }
    return Message(subject=lane_subject(collection, lane), data=codec.encode_message(**envelope))


def created(collection: str, lineage: str = "l" * 32) -> Message:
    """The first message of every collection."""
    body = CollectionCreated(by="test", at="2026-01-01T00:00:00Z", collection=collection, lineage=lineage)
    id = content_id.command_id(principal="test", idempotency_key=f"create {collection}")
    return message(collection, body, lane="command", id=id, type="collection.created")


def now() -> datetime:
    return datetime.now(UTC)
