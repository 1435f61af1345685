"""The worker's side of extraction: the one process in which extractors are loaded and run."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from chronology_contracts.records import COMPLETION_EVENTS_MAX
from msgspec.structs import replace

from . import extractors
from .errors import UnknownExtractor
from .extract import language
from .extraction import Extraction, ExtractionJob
from .refusals import JobRefused


def reader() -> Callable[[bytes], Extraction]:
    """What a worker does; the default extractor's rules are loaded and compiled once, here."""
    extractors.get()
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
        document = replace(document, language=language.detect(document.text))
    events = tuple({event.id: event for event in extractors.read(document, extractor)}.values())
    if len(events) > COMPLETION_EVENTS_MAX:
        detail = f"The document gives {len(events)} events; at most {COMPLETION_EVENTS_MAX} are taken."
        raise JobRefused("too-many-events", detail)
    return Extraction(extractor=extractor.stamp, events=events, language=document.language)
