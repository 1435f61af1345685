"""The worker's side of extraction: the one process in which extractors are loaded and run."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
from chronology_contracts.documents import Document
from chronology_contracts.records import COMPLETION_EVENTS_MAX
from msgspec.structs import replace

from . import extractors, ruleset
from .errors import DocumentTooLong, ExtractorNotSetUp, ExtractorUnavailable, UnknownExtractor
from .extract import language
from .extraction import Extraction, ExtractionJob, RulesSetup
from .extractors import Report
from .refusals import JobRefused
from .rule_examples import with_added


def reader(setup: bytes = b"") -> Callable[[bytes], Extraction]:
    """What a worker does; the default extractor's rules are loaded and compiled once, here.

    `setup` has the rules that the operator adds to them. Raises `RulesBroken`.
    """
    if setup:
        ruleset.choose(with_added(msgspec.msgpack.decode(setup, type=RulesSetup).added))
    extractors.get()
    decode = msgspec.msgpack.Decoder(ExtractionJob).decode

    def read(frame: bytes) -> Extraction:
        return extract(decode(frame))

    return read


def extract(job: ExtractionJob) -> Extraction:
    """Raises `JobRefused` for an extractor that is not there or cannot read, and for more events than are taken."""
    document = job.document
    if not document.language:
        document = replace(document, language=language.detect(document.text))
    report = _report(job, document)
    events = tuple({event.id: event for event in report.events}.values())
    if len(events) > COMPLETION_EVENTS_MAX:
        detail = f"The document gives {len(events)} events; at most {COMPLETION_EVENTS_MAX} are taken."
        raise JobRefused("too-many-events", detail)
    assert report.stamp is not None
    return Extraction(extractor=report.stamp, events=events, language=document.language, remarks=report.remarks)


def _report(job: ExtractionJob, document: Document) -> Report:
    try:
        return extractors.report(document, extractors.get(job.extractor, job.settings))
    except UnknownExtractor as error:
        raise JobRefused("unknown-extractor", f"There is {error}.") from error
    except ExtractorNotSetUp as error:
        raise JobRefused("extractor-not-set-up", str(error)) from error
    except ExtractorUnavailable as error:
        seconds = math.ceil(error.retry_after_seconds)
        raise JobRefused("extractor-unavailable", str(error), retry_after_seconds=seconds) from error
    except DocumentTooLong as error:
        raise JobRefused("too-long-for-extractor", str(error)) from error
