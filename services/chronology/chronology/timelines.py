"""Reading timelines, actors, events and documents from the build that is current.

Every answer names the position that it reflects, read in the same statement as its
rows. None, from any of these, means that there is no such collection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from asyncpg import Record as Row
from msgspec import Struct

from .builds import BuildPools
from .sql import statements

SIZE_MAX: Final = 1000
"""Entries of a page."""

_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
_LAST_ID: Final = "~"

_SQL = statements(__name__)


class Standing(Struct, frozen=True, kw_only=True, gc=False):
    """What an answer reflects: the log's lineage, the build that was read and the position that it had reached."""

    lineage: str
    build: int
    position: int


class Progress(Struct, frozen=True, kw_only=True, gc=False):
    """How far the current build is, beside the log's head."""

    standing: Standing
    version: int
    head_position: int
    stream_sequence: int
    stopped: bool
    error: str


class Key(Struct, frozen=True, kw_only=True, gc=False):
    """The place of an entry in a timeline; entries with equal dates stand in the order of their ids."""

    first: int
    last: int
    id: str


class Filter(Struct, frozen=True, kw_only=True):
    """Which events of a timeline. Days are day numbers, both ends count; () and "" leave a filter out.

    Of `topics` and `actors` an event must have all, of `types`, `modes` and `modalities` one.
    """

    from_day: int | None = None
    to_day: int | None = None
    undated: Literal["include", "exclude", "only"] = "include"
    types: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    place: str = ""
    document_id: str = ""
    publisher: str = ""
    words: str = ""


_NO_FILTER: Final = Filter()


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """`item` is JSON: the event as the projection wrote it, with its document's brief."""

    key: Key
    item: bytes


class Page(Struct, frozen=True, kw_only=True):
    """`known` is false where there is no such actor or topic; `more` says that the timeline goes on."""

    standing: Standing
    known: bool
    entries: list[Entry]
    more: bool


class Actor(Struct, frozen=True, kw_only=True, gc=False):
    """`names` is JSON: the names found in documents, each with its number of events."""

    id: str
    name: str
    kind: str
    country: str
    sector: str
    office: str
    event_count: int
    names: bytes


class Actors(Struct, frozen=True, kw_only=True):
    standing: Standing
    actors: list[Actor]
    more: bool


class Topics(Struct, frozen=True, kw_only=True):
    """`topics` are slugs with their numbers of events."""

    standing: Standing
    topics: list[tuple[str, int]]
    more: bool


class FoundEvent(Struct, frozen=True, kw_only=True):
    """`item` and `completions` are JSON; the positions are those of the event's and its document's records,
    None where the document has not come yet."""

    position: int
    document_position: int | None
    shown: bool
    item: bytes
    completions: bytes


class FoundDocument(Struct, frozen=True, kw_only=True):
    """`brief` and `completions` are JSON; `event_ids` the events that are shown, by when they happened."""

    position: int
    reading_position: int | None
    event_count: int
    brief: bytes
    completions: bytes
    event_ids: list[str]


class Spread(Struct, frozen=True, kw_only=True):
    """`days` are (first day, last day, number of events), the days None where open or unknown."""

    standing: Standing
    days: list[tuple[int | None, int | None, int]]


class Counts(Struct, frozen=True, kw_only=True):
    documents: int
    documents_incomplete: int
    events: int
    actors: int


class Timelines:
    def __init__(self, pools: BuildPools) -> None:
        self._pools = pools

    async def timeline(
        self, collection: str, filter: Filter, *, actor: str = "", topic: str = "", after: Key | None = None,
        backwards: bool = False, size: int
    ) -> Page | None:  # fmt: skip
        """One page after the key `after`, at most `size` entries, of an actor, of a topic, or of everything."""
        name = _statement(filter, actor, topic) + ("_backwards" if backwards else "")
        start = after or (
            Key(first=_LAST, last=_LAST, id=_LAST_ID) if backwards else Key(first=_FIRST, last=_FIRST, id="")
        )
        filters = () if filter == _NO_FILTER else _arguments(filter)
        rows = await self._pools.read(
            _SQL[name], collection, actor or topic, start.first, start.last, start.id, size + 1, *filters,
            plan_anew=bool(filters),
        )  # fmt: skip
        if not rows:
            return None
        known = rows[0]["subject"] is not None
        entries = [_entry(row) for row in rows if row["event_id"] is not None]
        return Page(standing=_standing(rows), known=known, entries=entries[:size], more=len(entries) > size)

    async def search_actors(
        self, collection: str, words: Sequence[str], *, after: tuple[int, str] | None, size: int
    ) -> Actors | None:
        """Actors with a name that holds every one of `words` (folded), those with most events first."""
        count, id = after or (2**31 - 1, _LAST_ID)
        rows = await self._read("search_actors", collection, list(words), count, id, size + 1)
        if not rows:
            return None
        actors = [_actor(row) for row in rows if row["actor_id"] is not None]
        return Actors(standing=_standing(rows), actors=actors[:size], more=len(actors) > size)

    async def actor(self, collection: str, id: str) -> tuple[Standing, Actor | None] | None:
        rows = await self._read("find_actor", collection, id)
        return (_standing(rows), _actor(rows[0]) if rows[0]["actor_id"] else None) if rows else None

    async def topics(self, collection: str, *, after: str, size: int) -> Topics | None:
        """The topics that have events, in the order of their slugs."""
        rows = await self._read("list_topics", collection, after, size + 1)
        if not rows:
            return None
        topics = [(row["topic"], row["event_count"]) for row in rows if row["topic"] is not None]
        return Topics(standing=_standing(rows), topics=topics[:size], more=len(topics) > size)

    async def event(self, collection: str, id: str) -> tuple[Standing, FoundEvent | None] | None:
        rows = await self._read("find_event", collection, id)
        if not rows:
            return None
        row = rows[0]
        if row["item"] is None:
            return _standing(rows), None
        return _standing(rows), FoundEvent(
            position=row["recorded_position"],
            document_position=row["document_position"],
            shown=row["shown"],
            item=_with_document(row["item"], row["brief"]),
            completions=row["completions"].encode(),
        )

    async def document(self, collection: str, id: str) -> tuple[Standing, FoundDocument | None] | None:
        rows = await self._read("find_document", collection, id)
        if not rows:
            return None
        row = rows[0]
        if row["brief"] is None:
            return _standing(rows), None
        return _standing(rows), FoundDocument(
            position=row["recorded_position"],
            reading_position=row["reading_position"],
            event_count=row["event_count"],
            brief=row["brief"],
            completions=row["completions"].encode(),
            event_ids=row["event_ids"],
        )

    async def spread(self, collection: str, filter: Filter) -> Spread | None:
        """How many events have each pair of first and last day; of the filter, days, topics and actors are read."""
        first, others = filter.actors[:1], filter.actors[1:]
        rows = await self._read(
            "histogram", collection, first[0] if first else None, list(filter.topics) or None, list(others) or None,
            filter.from_day, filter.to_day
        )  # fmt: skip
        if not rows:
            return None
        days = [
            (row["first_day"], row["last_day"], row["event_count"]) for row in rows if row["event_count"] is not None
        ]
        return Spread(standing=_standing(rows), days=days)

    async def counts(self, collection: str) -> tuple[Standing, Counts] | None:
        rows = await self._read("count_collection", collection)
        if not rows:
            return None
        row = rows[0]
        return _standing(rows), Counts(
            documents=row["documents"],
            documents_incomplete=row["documents_incomplete"],
            events=row["events"],
            actors=row["actors"],
        )

    async def progress(self, collection: str) -> Progress | None:
        rows = await self._read("stand", collection)
        if not rows:
            return None
        row = rows[0]
        return Progress(
            standing=_standing(rows),
            version=row["version"],
            head_position=row["head_position"],
            stream_sequence=row["stream_sequence"],
            stopped=row["error"] != "",
            error=row["error"],
        )

    async def _read(self, name: str, *arguments: Any) -> list[Row]:
        return await self._pools.read(_SQL[name], *arguments)


def _statement(filter: Filter, actor: str, topic: str) -> str:
    """The statement whose way through the indexes fits what is asked for."""
    if not (actor or topic) and (filter.words or filter.document_id):
        return "timeline_found"
    name = "timeline_of_actor" if actor else "timeline_of_topic" if topic else "timeline_all"
    return name if filter == _NO_FILTER else f"{name}_filtered"


def _arguments(filter: Filter) -> tuple[Any, ...]:
    """A filter as the statements take it; they leave out what is None."""
    return (
        filter.from_day,
        filter.to_day,
        {"include": None, "exclude": False, "only": True}[filter.undated],
        filter.types or None,
        filter.modes or None,
        filter.modalities or None,
        filter.topics or None,
        filter.actors or None,
        filter.place or None,
        filter.document_id or None,
        filter.publisher or None,
        filter.words or None,
    )


def _standing(rows: Sequence[Row]) -> Standing:
    row = rows[0]
    return Standing(lineage=row["lineage"], build=row["build"], position=row["position"])


def _entry(row: Row) -> Entry:
    key = Key(first=row["sort_first"], last=row["sort_last"], id=row["event_id"])
    return Entry(key=key, item=_with_document(row["item"], row["brief"]))


def _with_document(item: bytes, brief: bytes | None) -> bytes:
    # Both were encoded once, by the projection; to put one into the other takes no decoding.
    return b'%b,"document":%b}' % (item[:-1], brief or b"null")


def _actor(row: Row) -> Actor:
    return Actor(
        id=row["actor_id"],
        name=row["name"],
        kind=row["kind"],
        country=row["country"],
        sector=row["sector"],
        office=row["office"],
        event_count=row["event_count"],
        names=row["names"].encode(),
    )
