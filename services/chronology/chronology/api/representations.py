"""What answers look like, for the documentation and for whoever decodes them.

Items are sent as the bytes that a projection or the log holds; these structs say what
stands in them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor
from msgspec import Meta, Struct


class DocumentBrief(Struct, frozen=True, kw_only=True):
    """A document without its text."""

    id: str
    title: str
    publisher: str
    credit: str
    url: str
    published: str
    published_basis: str
    language: str
    sha256: str
    raw: str | None


class TimelineEvent(Event, frozen=True, kw_only=True):
    """An event with what is derived from it.

    `position` and `recorded_at` are of its record. `earliest` and `latest` are ISO 8601
    days, null where open or unknown; `display` is the date in words, no more precise than
    `date`. `actor_ids` maps each participant's name to its actor.
    """

    position: int
    recorded_at: str
    earliest: str | None
    latest: str | None
    precision: str
    display: str
    actor_ids: dict[str, str]
    document: DocumentBrief | None


class TimelinePage(Struct, frozen=True, kw_only=True):
    """One page of a timeline, as it was at `position`; `next` is null on the last."""

    items: list[TimelineEvent]
    next: str | None
    position: int


class NameCount(Struct, frozen=True, kw_only=True):
    name: str
    event_count: int


class ActorItem(Struct, frozen=True, kw_only=True):
    """A person, organisation or government under all its names."""

    id: str
    name: str
    kind: str
    country: str
    sector: str
    office: str
    event_count: int
    names: list[NameCount]


class ActorPage(Struct, frozen=True, kw_only=True):
    items: list[ActorItem]
    next: str | None
    position: int


class ActorAnswer(Struct, frozen=True, kw_only=True):
    position: int
    actor: ActorItem


class TopicItem(Struct, frozen=True, kw_only=True):
    slug: str
    event_count: int


class TopicPage(Struct, frozen=True, kw_only=True):
    items: list[TopicItem]
    next: str | None
    position: int


class Bucket(Struct, frozen=True, kw_only=True):
    """`date` is EDTF of the histogram's unit."""

    date: str
    event_count: int


class Histogram(Struct, frozen=True, kw_only=True):
    """How many events certainly fell into each day, month or year.

    An event whose date leaves open which one is counted in `coarser`, one without a
    known date in `undated`. Buckets without events are left out.
    """

    position: int
    unit: Literal["day", "month", "year"]
    buckets: list[Bucket]
    coarser: int
    undated: int


class Context(Struct, frozen=True, kw_only=True):
    """The quote as it stands in its document, with some of the text on both sides."""

    before: str
    quote: str
    after: str


class HistoryItem(Struct, frozen=True, kw_only=True):
    """A record that concerns the resource."""

    position: int
    type: str
    id: str


class Completion(Struct, frozen=True, kw_only=True):
    """A reading of the document, or an addition to it. `shown`: its events stand on timelines."""

    id: str
    position: int
    role: str
    shown: bool
    extractor: Extractor


class DocumentCompletion(Completion, frozen=True, kw_only=True):
    event_count: int


class EventAnswer(Struct, frozen=True, kw_only=True):
    """An event with its provenance. `context` is null for what has no quote."""

    position: int
    event: TimelineEvent
    shown: bool
    context: Context | None
    history: list[HistoryItem]
    completions: list[Completion]


class DocumentAnswer(Struct, frozen=True, kw_only=True):
    """A document; with `text=true` it has its text. `recorded_position` is of its own record."""

    position: int
    document: Document
    recorded_position: int
    reading_position: int | None
    event_count: int
    event_ids: list[str]
    completions: list[DocumentCompletion]


class Collection(Struct, frozen=True, kw_only=True):
    """A collection and how far its log is. `halted` is "" while its appender runs."""

    name: str
    title: str
    lineage: str
    position: int
    stream_sequence: int
    recorded_at: str
    closed: bool
    halted: str


class CollectionCounts(Struct, frozen=True, kw_only=True):
    """What the current projection holds, up to its own position.

    `documents_incomplete` are those whose extraction was never completed: they are not shown.
    """

    position: int
    documents: int
    documents_incomplete: int
    events: int
    actors: int


class CollectionAnswer(Collection, frozen=True, kw_only=True):
    counts: CollectionCounts | None
    dead_letters: int
    id_conflicts: int


class CollectionPage(Struct, frozen=True, kw_only=True):
    items: list[Collection]
    next: None = None


class NewCollection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name`: lower-case letters, digits and dashes, at most 40, beginning with a letter or digit."""

    name: str
    title: str = ""


class CloseRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    why: str = ""


class ResumeRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reread` from the stream's first message; `new-stream` takes an empty one for its successor;
    `new-lineage` declares that the log's history begins anew."""

    how: Literal["reread", "new-stream", "new-lineage"]
    why: str = ""


class VerdictAnswer(Struct, frozen=True, kw_only=True):
    """What became of a command; `pending` has its `address` to look again."""

    command_id: str
    outcome: Literal["accepted", "refused", "pending"]
    reason: str
    position: int | None
    address: str


class LogRecord(Struct, frozen=True, kw_only=True):
    """A record of the log: CloudEvents 1.0 with the extensions collection, lineage and position."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    datacontenttype: str
    collection: str
    lineage: str
    position: int
    data: Any


class LogPage(Struct, frozen=True, kw_only=True):
    """Records in order. `head` is the last position; `next` is what to give as `after` to go on, null at the head."""

    items: list[LogRecord]
    next: str | None
    head: int
    position: int
    lineage: str
    generation: int


class Checkpoint(Struct, frozen=True, kw_only=True):
    """A signed head of the tree. `edge`: the leaf hashes behind the last full tile, in hex, one after the other."""

    size: int
    note: str
    edge: str
    made_at: str


class CheckpointPage(Struct, frozen=True, kw_only=True):
    """The smallest first; `next` is what to give as `after` to go on.

    `key` is the public key they are signed with, "" where this process knows none. Compare it with what the operator
    has published elsewhere: a log that lies about itself names a key that fits.
    """

    items: list[Checkpoint]
    next: str | None
    position: int
    key: str


class Proof(Struct, frozen=True, kw_only=True):
    """That a record is in the log's first `size` records. Hashes and salt are base64.

    `header` is the leaf: its last two lines are SHA-256 of salt and id, and of salt and body. Header, id and salt are
    null where the record was erased. `path` leads from the leaf up to the root (RFC 6962, 2.1.1); `checkpoint` is the
    signed root of that size, null where another size was asked for.
    """

    position: int
    size: int
    leaf_hash: str
    header: str | None
    id: str | None
    salt: str | None
    path: list[str]
    checkpoint: str | None


class Consistency(Struct, frozen=True, kw_only=True):
    """That the tree of `old_size` is the beginning of the tree of `size` (RFC 6962, 2.1.2); hashes are base64."""

    old_size: int
    size: int
    path: list[str]


class Salt(Struct, frozen=True, kw_only=True):
    """The salt (base64) of a record, null where it was erased, and the hash of its leaf."""

    position: int
    salt: str | None
    leaf_hash: str


class SaltPage(Struct, frozen=True, kw_only=True):
    items: list[Salt]
    position: int


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A message that could not be read. `raw` (base64) only where one is asked for by itself."""

    sequence: int
    stream_created: str
    subject: str
    reason: str
    size_bytes: int
    resent_as: list[int]
    raw: str | None = None


class DeadLetterPage(Struct, frozen=True, kw_only=True):
    items: list[DeadLetter]
    next: str | None
    position: int


class Resent(Struct, frozen=True, kw_only=True):
    """`sequence` is the new message's, to be given to `at_least`."""

    sequence: int


class CollectionProgress(Struct, frozen=True, kw_only=True):
    """How far a build is in one collection; `lag` counts records, `error` says why it stands still there."""

    collection: str
    position: int
    head: int
    error: str
    lag: int


class BuildItem(Struct, frozen=True, kw_only=True):
    """A build of a projection. `eta_seconds` is null where nobody knows."""

    projection: str
    build: int
    version: int
    state: str
    error: str
    current: bool
    previous: bool
    requested_by: str
    requested_at: str
    lag: int
    records_per_second: float | None
    eta_seconds: float | None
    collections: list[CollectionProgress]


class BuildPage(Struct, frozen=True, kw_only=True):
    items: list[BuildItem]
    next: None = None


BuildNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""As far as Postgres has integers."""


class BuildChoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`build` null: the newest."""

    build: BuildNumber | None = None


class BuildDrop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    build: BuildNumber


class BuildAnswer(Struct, frozen=True, kw_only=True):
    projection: str
    build: int
