"""Timelines: of an actor, of a topic, of a collection; and how events spread over time."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import msgspec
from chronology_contracts import edtf
from chronology_contracts.vocabulary import TOPICS
from chronology_runtime.access import require
from chronology_runtime.problems import Problem
from litestar import Request, Response, get
from litestar.params import FromPath

from ..timelines import Filter, Key, Page, Spread
from . import answers, filters, representations
from .documentation import route
from .paging import Paging
from .parameters import Arguments, Parameter
from .problems import no_collection, not_found
from .state import api_of
from .waiting import read_at_least, wait_for_timelines

BUCKETS_MAX: Final = 10_000

_UNIT: Final = Parameter(
    name="unit",
    description="What a bucket is. Left out: `year`.",
    schema={"type": "string", "enum": ["day", "month", "year"]},
)
_HISTOGRAM: Final = (_UNIT, *filters.SPAN, filters.AT_LEAST)
_TIMELINE: Final = route(
    summary="Timeline of a collection",
    tag="timelines",
    answer=representations.TimelinePage,
    query=filters.TIMELINE,
    problems=("not-served-yet",),
)


@get("/{collection:str}/timeline", guards=[require("read")], **_TIMELINE)
async def collection_timeline(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """All events that are shown, by when they happened."""
    return await _timeline(request, collection)


@get(
    "/{collection:str}/actors/{actor_id:str}/timeline",
    guards=[require("read")],
    **{**_TIMELINE, "summary": "Timeline of an actor"},
)
async def actor_timeline(
    request: Request[Any, Any, Any], collection: FromPath[str], actor_id: FromPath[str]
) -> Response[bytes]:
    """The events in which an actor takes part, by when they happened."""
    return await _timeline(request, collection, actor=actor_id)


@get(
    "/{collection:str}/topics/{slug:str}/timeline",
    guards=[require("read")],
    **{**_TIMELINE, "summary": "Timeline of a topic"},
)
async def topic_timeline(
    request: Request[Any, Any, Any], collection: FromPath[str], slug: FromPath[str]
) -> Response[bytes]:
    """The events of a topic, by when they happened."""
    return await _timeline(request, collection, topic=slug)


@get(
    "/{collection:str}/documents/{document_id:str}/events",
    guards=[require("read")],
    **{**_TIMELINE, "summary": "Events of a document"},
)
async def document_events(
    request: Request[Any, Any, Any], collection: FromPath[str], document_id: FromPath[str]
) -> Response[bytes]:
    """The events that one document tells, by when they happened."""
    return await _timeline(request, collection, document=document_id)


@get(
    "/{collection:str}/histogram",
    guards=[require("read")],
    **route(
        summary="Events by day, month or year",
        tag="timelines",
        answer=representations.Histogram,
        query=_HISTOGRAM,
        problems=("not-served-yet",),
    ),
)
async def histogram(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """How many events fell into each bucket. What a date leaves open is counted apart, never guessed."""
    api, arguments = api_of(request), Arguments(request, _HISTOGRAM)
    unit = arguments.choice("unit", ("day", "month", "year"), "year")
    first, last = filters.read_span(arguments)
    filter = Filter(
        from_day=first,
        to_day=last,
        topics=arguments.choices("topic", TOPICS),
        actors=arguments.texts("actor"),
    )
    at_least = read_at_least(arguments)
    arguments.check()
    unchanged, _ = await wait_for_timelines(request, api, collection, at_least)
    if unchanged:
        return unchanged
    spread = await api.timelines.spread(collection, filter)
    if spread is None:
        no_collection(collection)
    return answers.answer(request, spread.standing, answers.encode(_histogram(spread, unit)))


async def _timeline(
    request: Request[Any, Any, Any], collection: str, *, actor: str = "", topic: str = "", document: str = ""
) -> Response[bytes]:
    api, arguments = api_of(request), Arguments(request, filters.TIMELINE)
    filter = filters.read_filter(arguments)
    if document:
        filter = _of_document(arguments, filter, document)
    at_least = read_at_least(arguments)
    backwards = arguments.choice("order", ("asc", "desc"), "asc") == "desc"
    paging = Paging(await api.cursor_secret.read(), arguments)
    arguments.check()
    unchanged, standing = await wait_for_timelines(request, api, collection, at_least, versioned=bool(paging.cursor))
    if unchanged:
        return unchanged
    after = paging.after(standing, Key)
    page = await api.timelines.timeline(
        collection, filter, actor=actor, topic=topic, after=after, backwards=backwards, size=paging.size
    )
    if page is None:
        no_collection(collection)
    if not page.known:
        _refuse_unknown(page, actor, topic)
    if document and not page.entries and not after:
        await _check_document(request, collection, document)
    next = paging.next(page.standing, page.entries[-1].key) if page.more else None
    body = answers.page((entry.item for entry in page.entries), next, page.standing.position)
    return answers.answer(request, page.standing, body, next=next)


def _of_document(arguments: Arguments, filter: Filter, document: str) -> Filter:
    if filter.document_id not in ("", document):
        arguments.fault("source", "other-document", "The address names another document.")
    return msgspec.structs.replace(filter, document_id=document)


async def _check_document(request: Request[Any, Any, Any], collection: str, document: str) -> None:
    found = await api_of(request).timelines.document(collection, document)
    if found is not None and found[1] is None:
        not_found(f"There is no document {document[:100]!r}.", position=found[0].position)


def _refuse_unknown(page: Page, actor: str, topic: str) -> None:
    if topic in TOPICS:
        return
    what = f"There is no actor {actor[:100]!r}." if actor else f"There is no topic {topic[:100]!r}."
    not_found(what, position=page.standing.position)


def _histogram(spread: Spread, unit: str) -> representations.Histogram:
    counts: Counter[tuple[int, ...]] = Counter()
    coarser = undated = 0
    for first, last, count in spread.days:
        if first is None and last is None:
            undated += count
            continue
        bucket = _bucket(first, unit)
        # An event is in a bucket for certain only if all the days of its date are.
        if bucket is not None and bucket == _bucket(last, unit):
            counts[bucket] += count
        else:
            coarser += count
    if len(counts) > BUCKETS_MAX:
        raise Problem("bad-request", f"There are {len(counts)} buckets; ask for a coarser unit or a shorter span.")
    return representations.Histogram(
        position=spread.standing.position,
        unit=unit,  # type: ignore[arg-type]  # The parameter's choices are these.
        buckets=[representations.Bucket(date=_written(key), event_count=counts[key]) for key in sorted(counts)],
        coarser=coarser,
        undated=undated,
    )


def _bucket(day: int | None, unit: str) -> tuple[int, ...] | None:
    if day is None:
        return None
    return edtf.from_day_number(day)[: {"year": 1, "month": 2, "day": 3}[unit]]


def _written(bucket: tuple[int, ...]) -> str:
    """EDTF of a year, month or day; years beyond four digits take a Y."""
    year, rest = bucket[0], bucket[1:]
    sign = "-" if year < 0 else ""
    written = f"{sign}{abs(year):04d}" if abs(year) <= 9999 else f"Y{year}"
    return "-".join([written, *(f"{part:02d}" for part in rest)])
