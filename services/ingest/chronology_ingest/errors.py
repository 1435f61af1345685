"""What can go wrong in ingest, and who must act.

IngestError
├─ RulesBroken         a rule file is wrong: whoever edited it must mend it; nothing starts
├─ UnknownExtractor    no such extractor is installed: whoever asked must choose another
├─ ExtractionFaulty    an extractor gave an event that does not hold: its author must mend it
└─ ExtractorUnusable   an extractor cannot read this document; another may
   ├─ ExtractorNotSetUp     a package or a setting is missing: the operator
   ├─ ExtractorUnavailable  what it asks does not answer: wait and send again
   └─ DocumentTooLong       more text than it may read: send it in parts
"""

from __future__ import annotations

from chronology_contracts.validation import Fault


class IngestError(Exception):
    """Ingest cannot go on with this."""


class RulesBroken(IngestError):
    """A rule file does not hold together, so nothing is read by it."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class UnknownExtractor(IngestError):
    """No extractor of this name is installed."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no extractor {name!r}; there are: {', '.join(known) or 'none'}")
        self.name = name
        self.known = known


class ExtractionFaulty(IngestError):
    """An extractor gave an event that the document does not bear out."""

    def __init__(self, extractor: str, number: int, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{extractor}, event {number}: {faults[0].pointer}: {faults[0].detail}")
        self.extractor = extractor
        self.number = number
        self.faults = faults


class ExtractorUnusable(IngestError):
    """An extractor cannot read a document. In a union the others go on without it."""

    def __init__(self, extractor: str, reason: str) -> None:
        super().__init__(f"The extractor `{extractor}` {reason}")
        self.extractor = extractor
        self.reason = reason


class ExtractorNotSetUp(ExtractorUnusable):
    """An extractor lacks a package or a setting."""


class ExtractorUnavailable(ExtractorUnusable):
    """What an extractor asks over the network does not answer, or answers nothing that can be used."""

    def __init__(self, extractor: str, reason: str, *, retry_after_seconds: float = 30.0) -> None:
        super().__init__(extractor, reason)
        self.retry_after_seconds = retry_after_seconds


class DocumentTooLong(ExtractorUnusable):
    """The document is longer than an extractor may read, because of what it would cost."""
