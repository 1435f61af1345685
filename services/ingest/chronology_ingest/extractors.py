"""Extractors are plug-ins; no event of any of them passes unseen.

An extractor is a function `(Document) -> events` with a name and a version, found by
the entry-point group `chronology.extractors`; the entry point names a function without
arguments that makes it. `read` runs one and checks what it gives: every quote must
stand in the text at its offsets, and every event must be one that may be published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import msgspec
from chronology_contracts.content_id import id_of_event
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.events import Extractor as Stamp
from chronology_contracts.validation import Fault, event_faults
from msgspec import Struct

from . import ruleset
from .errors import ExtractionFaulty, UnknownExtractor
from .extract import extract as extract_by_rules
from .extract import extractor as rules_stamp

GROUP: Final = "chronology.extractors"
DEFAULT: Final = "rules"


class Extractor(Struct, frozen=True, kw_only=True):
    """`stamp` goes into every event; `extract` must give the same events for the same document, in reading order."""

    stamp: Stamp
    extract: Callable[[Document], Iterable[Event]]


def rules() -> Extractor:
    """The default extractor: the rules that come with this package."""
    loaded = ruleset.default()
    return Extractor(stamp=rules_stamp(loaded), extract=lambda document: extract_by_rules(document, loaded))


def names() -> tuple[str, ...]:
    return tuple(sorted({DEFAULT, *_installed()}))


@cache
def get(name: str = DEFAULT) -> Extractor:
    """The extractor of this name. Raises `UnknownExtractor`."""
    if name == DEFAULT:
        return rules()
    found = _installed().get(name)
    if found is None:
        raise UnknownExtractor(name, names())
    made = found.load()()
    if not isinstance(made, Extractor):
        raise UnknownExtractor(name, names())
    return made


def read(document: Document, extractor: Extractor) -> tuple[Event, ...]:
    """The events of a document by any extractor, each checked. Raises `ExtractionFaulty`."""
    events = tuple(extractor.extract(document))
    for number, event in enumerate(events):
        faults = (*faults_of(event, document), *_stamp_faults(event, extractor))
        if faults:
            raise ExtractionFaulty(extractor.stamp.name, number, faults)
    return events


def faults_of(event: Event, document: Document) -> tuple[Fault, ...]:
    """What keeps an event from being published as one of this document."""
    faults = list(event_faults(event, document.text))
    if event.document_id != document.id:
        faults.append(Fault(pointer="/document_id", code="other-document", detail="The event is of another document."))
    if event.id != id_of_event(event):
        faults.append(
            Fault(
                pointer="/id",
                code="not-its-id",
                detail="The id does not follow from the content.",
                hint=id_of_event(event),
            )
        )
    try:
        # A struct made in Python has not been checked against its own limits.
        msgspec.convert(msgspec.to_builtins(event), Event)
    except msgspec.ValidationError as error:
        faults.append(Fault(pointer="", code="malformed", detail=str(error)))
    return tuple(faults)


def predictions(document: Document, events: Iterable[Event], doc: str = "") -> list[dict[str, Any]]:
    """Events as lines of `chronology extract`: the fields of Event v1, and those that scorers read."""
    return [_line(event, doc or document.id) for event in events]


def _line(event: Event, doc: str) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(event)
    return fields | {
        "doc": doc,
        "actors": [participant.name for participant in event.participants if participant.role == "actor"],
        "recipients": [participant.name for participant in event.participants if participant.role == "recipient"],
        "mentions": {
            participant.name: [mention.text for mention in participant.mentions] for participant in event.participants
        },
    }


def _stamp_faults(event: Event, extractor: Extractor) -> tuple[Fault, ...]:
    if event.extractor == extractor.stamp:
        return ()
    return (
        Fault(pointer="/extractor", code="other-extractor", detail="The event does not carry its extractor's stamp."),
    )


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
