"""The filters of timelines: which parameters there are, and what they mean."""

from __future__ import annotations

import re
from typing import Final, Literal

from chronology_contracts import edtf
from chronology_contracts.vocabulary import EVENT_TYPES, MODALITIES, TOPICS, modes
from chronology_runtime.problems import Problem

from ..timelines import SIZE_MAX, Filter
from .parameters import Arguments, Parameter

LIMIT_DEFAULT: Final = 100
MODES: Final = tuple(sorted({mode for type in EVENT_TYPES for mode in modes(type)}))

_ID = re.compile(r"[a-z2-7]{32}")
_UNDATED: Final = ("include", "only", "exclude")


def _of(values: tuple[str, ...]) -> dict[str, object]:
    return {"type": "string", "enum": list(values)}


FROM = Parameter(
    name="from",
    description="Only events that may have happened on this day or later: their interval meets the span. EDTF of any "
    "precision; its first day counts.",
    example="2019-03",
)
TO = Parameter(
    name="to",
    description="Only events that may have happened on this day or earlier. EDTF of any precision; its last day "
    "counts.",
    example="2019-04-15",
)
TYPE = Parameter(
    name="type", description="Event type; several mean any of them.", schema=_of(EVENT_TYPES), repeatable=True
)
MODE = Parameter(name="mode", description="Mode; several mean any of them.", schema=_of(MODES), repeatable=True)
TOPIC = Parameter(
    name="topic",
    description="Topic; several mean all of them.",
    schema=_of(TOPICS),
    repeatable=True,
    example="detention",
)
ACTOR = Parameter(name="actor", description="Id of an actor; several mean all of them.", repeatable=True)
PLACE = Parameter(name="place", description="A part of the place's name, in upper or lower case.")
MODALITY = Parameter(
    name="modality", description="Modality; several mean any of them.", schema=_of(MODALITIES), repeatable=True
)
SOURCE = Parameter(name="source", description="The publisher, in upper or lower case, or a document's id.")
UNDATED = Parameter(
    name="undated",
    description="What becomes of events without a known date. Left out: `include`; beside `from` or `to`, `exclude`.",
    schema=_of(_UNDATED),
)
WORDS = Parameter(
    name="q",
    description='Words of the event, its quote, its place or its names. "…" for a phrase, `or`, and `-` to leave out.',
)
GROUP = Parameter(
    name="group",
    description="`event`: one entry an event. `incident` is not served yet.",
    schema=_of(("event", "incident")),
)
DISPUTED = Parameter(name="disputed", description="Not served yet.")
AS_OF = Parameter(name="as_of", description="Not served yet.")
ORDER = Parameter(
    name="order",
    description="By first day, then last day, then id: `asc` (unknown dates last) or exactly the reverse, `desc`.",
    schema=_of(("asc", "desc")),
)
LIMIT = Parameter(
    name="limit",
    description=f"Entries of a page, at most. Left out: {LIMIT_DEFAULT}.",
    schema={"type": "integer", "minimum": 1, "maximum": SIZE_MAX, "default": LIMIT_DEFAULT},
)
AFTER = Parameter(name="after", description="The cursor `next` of the page before. It belongs to one query.")
AT_LEAST = Parameter(
    name="at_least",
    description="A position, or `sequence:N` of the collection's ingest stream: wait up to 5 s until the answer "
    "reflects it.",
    example="sequence:1042",
)

SPAN: Final = (FROM, TO, TOPIC, ACTOR)
PAGE: Final = (LIMIT, AFTER, AT_LEAST)
TIMELINE: Final = (
    FROM, TO, TYPE, MODE, TOPIC, ACTOR, PLACE, MODALITY, SOURCE, UNDATED, WORDS, GROUP, DISPUTED, AS_OF, ORDER, *PAGE
)  # fmt: skip


def read_filter(arguments: Arguments) -> Filter:
    """The filter of a timeline. Wrong values are noted in `arguments`; raises a 501 for what is not served yet."""
    _refuse_later(arguments)
    source = arguments.text("source")
    is_document = _ID.fullmatch(source) is not None
    from_day, to_day = read_span(arguments)
    return Filter(
        from_day=from_day,
        to_day=to_day,
        undated=_undated(arguments),
        types=arguments.choices("type", EVENT_TYPES),
        modes=arguments.choices("mode", MODES),
        modalities=arguments.choices("modality", MODALITIES),
        topics=arguments.choices("topic", TOPICS),
        actors=arguments.texts("actor"),
        place=arguments.text("place"),
        document_id=source if is_document else "",
        publisher="" if is_document else source,
        words=arguments.text("q"),
    )


def read_span(arguments: Arguments) -> tuple[int | None, int | None]:
    """First and last day of `from` and `to`; None where that end is open."""
    first, last = _day(arguments, "from")[0], _day(arguments, "to")[1]
    if first is not None and last is not None and first > last:
        arguments.fault("to", "before-from", "The span ends before it begins.")
    return first, last


def _day(arguments: Arguments, name: str) -> tuple[int | None, int | None]:
    text = arguments.text(name)
    if not text:
        return None, None
    try:
        return edtf.bounds(text)
    except edtf.EdtfError as error:
        arguments.fault(name, "not-edtf", error.reason, error.hint)
        return None, None


def _undated(arguments: Arguments) -> Literal["include", "exclude", "only"]:
    spanned = arguments.given("from") or arguments.given("to")
    match arguments.choice("undated", _UNDATED, "exclude" if spanned else "include"):
        case "exclude":
            return "exclude"
        case "only":
            return "only"
        case _:
            return "include"


def _refuse_later(arguments: Arguments) -> None:
    if arguments.choice("group", ("event", "incident"), "event") == "incident":
        raise Problem("not-served-yet", "Timelines are not grouped by incident yet; `group=event` is served.")
    for name in ("disputed", "as_of"):
        if arguments.given(name):
            raise Problem("not-served-yet", f"The filter `{name}` is not served yet; leave it out.")
