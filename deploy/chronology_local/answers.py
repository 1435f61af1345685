"""What the services answer, as far as the commands read it. Keys that are not named here are passed over."""

from __future__ import annotations

from chronology_contracts.events import Event
from msgspec import Raw, Struct, field


class Named(Struct, frozen=True, kw_only=True):
    name: str
    event_count: int = 0


class Actor(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    kind: str = ""
    event_count: int = 0
    names: list[Named] = []


class Actors(Struct, frozen=True, kw_only=True):
    items: list[Actor]
    next: str | None = None


class Brief(Struct, frozen=True, kw_only=True):
    """A document without its text."""

    id: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: str = ""


class TimelineEvent(Event, frozen=True, kw_only=True):
    """An event as a timeline shows it; `display` is its date in words."""

    position: int = 0
    display: str = ""
    actor_ids: dict[str, str] = field(default_factory=dict)
    incident: str | None = None
    document: Brief | None = None


class Page(Struct, frozen=True, kw_only=True):
    """A page of anything; items are kept as they came."""

    items: list[Raw]
    next: str | None = None


class LogPage(Struct, frozen=True, kw_only=True):
    """`head` is the last position; `lineage` is the identity of the log's history."""

    items: list[Raw]
    head: int
    lineage: str = ""


class LogPlace(Struct, frozen=True, kw_only=True):
    """Where a record stands."""

    position: int


class LogRecord(Struct, frozen=True, kw_only=True):
    """One record with its envelope; `data` is its body."""

    position: int
    type: str
    data: Raw


class Counts(Struct, frozen=True, kw_only=True):
    position: int = 0
    documents: int = 0
    documents_incomplete: int = 0
    events: int = 0
    actors: int = 0


class Collection(Struct, frozen=True, kw_only=True):
    """`halted` is "" while the log is written; counts come only where one collection is asked for."""

    name: str
    title: str = ""
    lineage: str = ""
    position: int = 0
    stream_sequence: int = 0
    recorded_at: str = ""
    closed: bool = False
    halted: str = ""
    counts: Counts | None = None
    dead_letters: int = 0
    id_conflicts: int = 0


class Collections(Struct, frozen=True, kw_only=True):
    items: list[Collection]


class Verdict(Struct, frozen=True, kw_only=True):
    """What became of a command; `pending`: the log has not come to it yet."""

    command_id: str
    outcome: str
    reason: str = ""
    position: int | None = None
    address: str = ""


class DeadLetter(Struct, frozen=True, kw_only=True):
    sequence: int
    stream_created: str
    subject: str = ""
    reason: str = ""
    size_bytes: int = 0
    resent_as: list[int] = []
    raw: str | None = None


class DeadLetters(Struct, frozen=True, kw_only=True):
    items: list[DeadLetter]
    next: str | None = None


class Resent(Struct, frozen=True, kw_only=True):
    sequence: int


class Read(Struct, frozen=True, kw_only=True):
    """How far a build is in one collection."""

    collection: str
    position: int
    head: int
    lag: int


class Build(Struct, frozen=True, kw_only=True):
    projection: str
    build: int
    version: int = 0
    state: str = ""
    error: str = ""
    current: bool = False
    previous: bool = False
    requested_by: str = ""
    requested_at: str = ""
    lag: int = 0
    records_per_second: float | None = None
    eta_seconds: float | None = None
    collections: list[Read] = []


class Builds(Struct, frozen=True, kw_only=True):
    items: list[Build]


class BuildAnswer(Struct, frozen=True, kw_only=True):
    projection: str
    build: int
