"""Extractors are plug-ins; no event of any of them passes unseen.

An extractor is a function `(Document) -> events` with a name and a version, found by
the entry-point group `chronology.extractors`; the entry point names a function that
makes it from the settings of extractors. Names that are joined by `+` are a union:
`rules+spacy`. `report` runs one and checks what it gives: every quote must stand in the
text at its offsets, and every event must be one that may be published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

import msgspec
from chronology_contracts.content_id import id_of_event
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.events import Extractor as Stamp
from chronology_contracts.validation import Fault, event_faults
from msgspec import Struct
from msgspec.structs import replace

from . import ruleset
from .errors import ExtractionFaulty, ExtractorUnusable, UnknownExtractor
from .extract import extract as extract_by_rules
from .extract import extractor as rules_stamp
from .extractor_settings import NOTHING_SET, ExtractorSettings
from .remarks import Remark
from .union import SEPARATOR, Found, stamp_of, union

GROUP: Final = "chronology.extractors"
DEFAULT: Final = "rules"
MEMBERS_MAX: Final = 8


class Report(Struct, frozen=True, kw_only=True):
    """Events with remarks. `stamp` is what the events carry, where that is not the stamp of the extractor asked."""

    events: tuple[Event, ...]
    remarks: tuple[Remark, ...] = ()
    stamp: Stamp | None = None

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)


class Extractor(Struct, frozen=True, kw_only=True):
    """`stamp` goes into every event; `extract` must give the same events for the same document, in reading order.

    It gives a `Report` where it has remarks to make. It raises `ExtractorUnusable` where it cannot read the document.
    """

    stamp: Stamp
    extract: Callable[[Document], Iterable[Event]]


def rules(_: ExtractorSettings = NOTHING_SET) -> Extractor:
    """The default extractor: the rules that come with this package."""
    loaded = ruleset.default()
    return Extractor(stamp=rules_stamp(loaded), extract=lambda document: extract_by_rules(document, loaded))


def names() -> tuple[str, ...]:
    return tuple(sorted({DEFAULT, *_installed()}))


def get(name: str = DEFAULT, settings: ExtractorSettings = NOTHING_SET) -> Extractor:
    """The extractor of this name, or the union of those whose names it joins.

    Raises `UnknownExtractor`, and `ExtractorUnusable` where it is known but cannot be made. Of a union that is so only
    where it is so of all.
    """
    return _get(name, settings, ruleset.default().rules_hash)


@cache
def _get(name: str, settings: ExtractorSettings, _: str) -> Extractor:
    """By other default rules it is another one: so their hash is part of what it is found by."""
    members = name.split(SEPARATOR)
    if len(members) > 1:
        return _union(name, members, settings)
    if name == DEFAULT:
        return rules()
    found = _installed().get(name)
    if found is None:
        raise UnknownExtractor(name, names())
    made = found.load()(settings)
    if not isinstance(made, Extractor):
        raise UnknownExtractor(name, names())
    return made


def read(document: Document, extractor: Extractor) -> tuple[Event, ...]:
    """The events of a document by any extractor, each checked. Raises as `report` does."""
    return report(document, extractor).events


def report(document: Document, extractor: Extractor) -> Report:
    """What an extractor reads in a document, each event checked; `stamp` is always given.

    Raises `ExtractionFaulty`, and what the extractor itself raises.
    """
    found = extractor.extract(document)
    given = found if isinstance(found, Report) else Report(events=tuple(found))
    stamp = given.stamp or extractor.stamp
    for number, event in enumerate(given.events):
        faults = (*faults_of(event, document), *_stamp_faults(event, stamp))
        if faults:
            raise ExtractionFaulty(extractor.stamp.name, number, faults)
    return replace(given, stamp=stamp)


def faults_of(event: Event, document: Document) -> tuple[Fault, ...]:
    """What keeps an event from being published as one of this document."""
    faults = list(event_faults(event, document.text))
    if event.document_id != document.id:
        faults.append(Fault(pointer="/document_id", code="other-document", detail="The event is of another document."))
    if event.evidence != "quote":
        # Of other evidence nobody could tell whether the document bears it out.
        detail = f"What is read in a document has the evidence `quote`, not `{event.evidence}`."
        faults.append(Fault(pointer="/evidence", code="not-a-quote", detail=detail))
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


def _stamp_faults(event: Event, stamp: Stamp) -> tuple[Fault, ...]:
    if event.extractor == stamp:
        return ()
    return (
        Fault(pointer="/extractor", code="other-extractor", detail="The event does not carry its extractor's stamp."),
    )


def _union(name: str, members: list[str], settings: ExtractorSettings) -> Extractor:
    if len(set(members)) < len(members) or len(members) > MEMBERS_MAX or not all(members):
        raise UnknownExtractor(name, names())
    made: list[Extractor] = []
    missing: list[ExtractorUnusable] = []
    for member in members:
        try:
            made.append(get(member, settings))
        except ExtractorUnusable as error:
            missing.append(error)
    if not made:
        raise missing[0]

    def extract(document: Document) -> Report:
        return _together(document, made, missing)

    return Extractor(stamp=stamp_of([each.stamp for each in made]), extract=extract)


def _together(document: Document, members: Iterable[Extractor], missing: Iterable[ExtractorUnusable]) -> Report:
    """The union of those that can read the document; where one alone can, it is its own reading, stamp and all."""
    found: list[Found] = []
    left_out = list(missing)
    remarks: list[Remark] = []
    for member in members:
        try:
            given = report(document, member)
        except ExtractorUnusable as error:
            left_out.append(error)
            continue
        found.append(Found(stamp=given.stamp or member.stamp, events=given.events))
        remarks += given.remarks
    if not found:
        raise left_out[0]
    without = [
        Remark(code="extractor-left-out", detail=f"{error} The others were read without it.") for error in left_out
    ]
    return Report(events=union(found), remarks=(*without, *remarks), stamp=stamp_of([each.stamp for each in found]))


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
