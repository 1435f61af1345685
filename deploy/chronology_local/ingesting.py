"""Documents on their way to the ingest service: several requests at once, each repeated while the service is busy.

A document that the service refuses is one refusal among the others. What would befall every document alike (no such
collection, no right, no service) ends the whole.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Final

import msgspec
from msgspec import Struct

from .client import Client, segment
from .errors import BadInput, CommandError, Refused, Unreachable
from .inputs import Input, Metadata, decode_text, read_bytes
from .own_events import OwnEvent, event_of
from .own_rules import read_here
from .reading import read_document, source_fields

UNDER_WAY_MAX: Final = 4
PATIENCE_SECONDS: Final = 120.0
CONCERNS_ALL_STATUSES: Final = frozenset({401, 403, 404, 405})
CONCERNS_ALL_SLUGS: Final = frozenset(
    {"no-such-collection-yet", "collection-halted", "collection-closed", "not-durable"}
)


class Note(Struct, frozen=True, kw_only=True):
    code: str
    detail: str = ""


class Receipt(Struct, frozen=True, kw_only=True):
    """What the service says once a document is stored; `chronology` is where it can be read."""

    document_id: str
    event_ids: tuple[str, ...] = ()
    duplicate: bool = False
    sequence: int = 0
    chronology: str = ""
    warnings: tuple[Note, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one file: a receipt, or why there is none. `doc` is its name as metadata have it."""

    name: str
    doc: str
    receipt: Receipt | None = None
    refusal: str = ""


class Job(Struct, frozen=True, kw_only=True):
    """What is known about the documents besides their files.

    `own_events` None: the service extracts, or we do where `reads_here`, by the rules that are in use here.
    """

    collection: str
    metadata: dict[str, Metadata]
    published: str = ""
    extractor: str = ""
    own_events: dict[str, list[OwnEvent]] | None = None
    reads_here: bool = False


def ingest(client: Client, job: Job, items: Sequence[Input]) -> Iterator[Outcome]:
    """What became of each file, in the order in which that is known.

    Raises `CommandError` for what concerns all of them. After the client's `stop` is set nothing more is begun.
    """
    given_up = threading.Event()
    waiting = iter(items)
    with ThreadPoolExecutor(UNDER_WAY_MAX, thread_name_prefix="ingest") as pool:
        under_way: set[Future[Outcome]] = set()
        try:
            while not client.stop.is_set():
                for item in waiting:
                    under_way.add(pool.submit(ingest_one, client, job, item, given_up))
                    if len(under_way) == UNDER_WAY_MAX:
                        break
                if not under_way:
                    return
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            given_up.set()


def ingest_one(client: Client, job: Job, item: Input, given_up: threading.Event) -> Outcome:
    try:
        route, body = request_of(job, item)
        response = client.send(
            "POST",
            f"/v1/collections/{segment(job.collection)}/{route}",
            body,
            patience_seconds=PATIENCE_SECONDS,
            given_up=given_up,
        )
        return Outcome(name=item.name, doc=item.doc, receipt=msgspec.json.decode(response.content, type=Receipt))
    except BadInput as error:
        return Outcome(name=item.name, doc=item.doc, refusal=str(error))
    except msgspec.DecodeError as error:
        raise CommandError(
            f"{client.url} answers something else than a receipt ({error}). Is it the ingest service?"
        ) from None
    except Unreachable:
        raise
    except Refused as error:
        if error.status in CONCERNS_ALL_STATUSES or error.slug in CONCERNS_ALL_SLUGS:
            raise
        return Outcome(name=item.name, doc=item.doc, refusal=str(error))


def request_of(job: Job, item: Input) -> tuple[str, bytes]:
    """The route and the body that bring one file in. Raises `BadInput`."""
    known = job.metadata.get(item.doc)
    if job.reads_here:
        return "events", encode(read_here(read_document(item, known, job.published), item.name), item.name)
    if job.own_events is None:
        fields: dict[str, Any] = source_fields(item, known, job.published)
        fields[item.form] = decode_text(read_bytes(item), item.name)
        if job.extractor:
            fields["extractor"] = job.extractor
        return "documents", encode(fields, item.name)
    document = read_document(item, known, job.published)
    source = {
        name: getattr(document, name) for name in ("url", "title", "publisher", "credit", "published", "language")
    }
    if document.published_basis in ("dateline", "head"):
        # The service reads it from the same text, and says so.
        source["published"] = ""
    events = [event_of(line, document.text) for line in job.own_events.get(item.doc, ())]
    return "events", encode({"document": {"text": document.text, **source}, "events": events}, item.name)


def encode(body: dict[str, Any], name: str) -> bytes:
    try:
        return msgspec.json.encode(body)
    except (UnicodeEncodeError, msgspec.MsgspecError) as error:
        raise BadInput(f"{name}: what is known of it cannot be written as JSON: {error}.") from None
