"""A document's events, read in a worker: what is asked of it, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor
from chronology_contracts.records import COMPLETION_EVENTS_MAX
from msgspec import Struct
from msgspec.structs import replace

from . import extractors
from .errors import UnknownExtractor
from .refusals import JobRefused
from .workers import Spec

DEFAULT_EXTRACTOR: Final = "rules"
WORKER: Final = Spec(name="extraction", factory=f"{__name__}:reader")


class ExtractionJob(Struct, frozen=True, kw_only=True):
    document: Document
    extractor: str


class Extraction(Struct, frozen=True, kw_only=True):
    """`language` is the document's where it names one, else what was detected, "" where nothing was."""

    extractor: Extractor
    events: tuple[Event, ...]
    language: str


def reader() -> Callable[[bytes], Extraction]:
    """What a worker does; the default extractor's rules are loaded and compiled once, here."""
    extractors.get(DEFAULT_EXTRACTOR)
    decode = msgspec.msgpack.Decoder(ExtractionJob).decode

    def read(frame: bytes) -> Extraction:
        return extract(decode(frame))

    return read


def extract(job: ExtractionJob) -> Extraction:
    """Raises `JobRefused` for an extractor that is not there and for more events than one reading may have."""
    try:
        extractor = extractors.get(job.extractor)
    except UnknownExtractor as error:
        raise JobRefused("unknown-extractor", f"There is {error}.") from error
    document = job.document
    if not document.language:
        detect = getattr(extractor, "detect_language", None)
        document = replace(document, language=detect(document.text) if detect else "")
    events = tuple({event.id: event for event in extractor.extract(document)}.values())
    if len(events) > COMPLETION_EVENTS_MAX:
        detail = f"The document gives {len(events)} events; at most {COMPLETION_EVENTS_MAX} are taken."
        raise JobRefused("too-many-events", detail)
    return Extraction(extractor=extractor.identity, events=events, language=document.language)
