"""Stream and subject names. Names of people never stand in a subject: monitoring shows subjects."""

from __future__ import annotations

import re
from typing import Final, Literal

Lane = Literal["document", "command", "erasure"]
LANES: Final[tuple[Lane, ...]] = ("document", "command", "erasure")

COLLECTION_PATTERN: Final = "^[a-z0-9][a-z0-9-]{0,39}$"
"""Names that people may give; those that begin with `_` are the system's own."""

STATE_KEY: Final = "chronology-state"
"""A collection's state in the metadata of its ingest stream: open, halted or closed. Missing: open."""
REASON_KEY: Final = "chronology-reason"
"""Why it is so, for people."""

_COLLECTION = re.compile(COLLECTION_PATTERN)
_ANY_COLLECTION = re.compile("^_?[a-z0-9][a-z0-9-]{0,39}$")
_INGEST = "INGEST_"
_LOG = "LOG_"


def is_collection_name(name: str) -> bool:
    return _COLLECTION.fullmatch(name) is not None


def ingest_stream(collection: str) -> str:
    return _INGEST + _checked(collection)


def log_stream(collection: str) -> str:
    return _LOG + _checked(collection)


def collection_of_ingest_stream(stream: str) -> str | None:
    """The collection whose stream this is; None for a stream that is none of ours."""
    name = stream.removeprefix(_INGEST)
    return name if name != stream and _ANY_COLLECTION.fullmatch(name) else None


def lane_subject(collection: str, lane: Lane) -> str:
    return f"ingest.{_checked(collection)}.{lane}"


def lane_of(subject: str) -> Lane | None:
    last = subject.rpartition(".")[2]
    return next((lane for lane in LANES if lane == last), None)


def log_subjects(collection: str) -> str:
    """What a subscriber to all of a collection's log listens to."""
    return f"chronology.{_checked(collection)}.>"


def log_subject(collection: str, record_type: str, event_type: str = "") -> str:
    """Always four tokens: `chronology.<collection>.<record-type>.<event-type>`, `_` where there is no event type."""
    return f"chronology.{_checked(collection)}.{record_type.replace('.', '-')}.{event_type.lower() or '_'}"


def _checked(collection: str) -> str:
    if not _ANY_COLLECTION.fullmatch(collection):
        raise ValueError(f"not a collection name: {collection!r}")
    return collection
