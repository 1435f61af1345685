"""A document's events, read in a worker (`reader`): what is asked of it, and what it answers."""

from __future__ import annotations

from typing import Final

from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor
from msgspec import Struct

from .extractor_settings import NOTHING_SET, ExtractorSettings
from .remarks import Remark
from .ruleset import Added
from .workers import Spec

DEFAULT_EXTRACTOR: Final = "rules"
# By name, so that no rules are loaded in the process that answers requests.
WORKER: Final = Spec(name="extraction", factory="chronology_ingest.reader:reader")


class RulesSetup(Struct, frozen=True, kw_only=True):
    """The files of rules that the operator adds to the package's, as they were when the service started."""

    added: tuple[Added, ...]


class ExtractionJob(Struct, frozen=True, kw_only=True):
    document: Document
    extractor: str
    settings: ExtractorSettings = NOTHING_SET


class Extraction(Struct, frozen=True, kw_only=True):
    """`language` is the document's where it names one, else what was detected: `en`, `und` for another, "" unknown."""

    extractor: Extractor
    events: tuple[Event, ...]
    language: str
    remarks: tuple[Remark, ...] = ()
