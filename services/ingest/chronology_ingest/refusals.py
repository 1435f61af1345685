"""What the service refuses, or cannot do at the moment, and who must act.

IngestError
├─ JobRefused        a worker cannot take this input as it is: the caller
├─ MessageTooLong    a record does not fit a message: the caller sends less
├─ BadCollection     that is not a name of a collection: the caller
├─ NoCollection      it was not created yet: create it at chronology, then send again
├─ CollectionHalted  an operator must look after it; nothing is taken meanwhile
├─ CollectionClosed  it takes nothing more
├─ NotDurable        NATS might lose what it acknowledged: the operator
├─ UnknownDocument   chronology has no such document: the caller
└─ Busy              wait and send again
   ├─ TooSlow        a worker did not finish in time and was replaced
   ├─ WorkerDied     a worker ended in the middle and was replaced
   └─ Away           chronology does not answer
WorkerBroken         a bug: a worker failed on this input, or does not start
"""

from __future__ import annotations

from .errors import IngestError


class JobRefused(IngestError):
    """The input cannot be worked on; `code` says why, for programs.

    `retry_after_seconds` is not 0 where the same input may be taken later.
    """

    def __init__(self, code: str, detail: str, retry_after_seconds: int = 0) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds
        self.code = code
        self.detail = detail


class MessageTooLong(IngestError):
    """A record is longer than a message may be."""

    def __init__(self, record_type: str, size_bytes: int, size_bytes_max: int) -> None:
        super().__init__(
            f"a record {record_type} has {size_bytes} bytes as a message; at most {size_bytes_max} are taken"
        )
        self.record_type = record_type
        self.size_bytes = size_bytes
        self.size_bytes_max = size_bytes_max


class BadCollection(IngestError):
    """This is not a name of a collection."""


class NoCollection(IngestError):
    """The collection has not been created."""

    def __init__(self, collection: str) -> None:
        super().__init__(f"there is no collection {collection!r} yet")
        self.collection = collection


class CollectionHalted(IngestError):
    """The collection's log is halted until an operator has looked after it."""

    def __init__(self, collection: str, reason: str) -> None:
        super().__init__(f"the collection {collection!r} is halted: {reason or 'no reason is given'}")
        self.collection = collection
        self.reason = reason


class CollectionClosed(IngestError):
    """The collection was closed and takes nothing more."""

    def __init__(self, collection: str) -> None:
        super().__init__(f"the collection {collection!r} is closed")
        self.collection = collection


class NotDurable(IngestError):
    """Nobody knows that NATS keeps at a power loss what it has acknowledged."""


class UnknownDocument(IngestError):
    """Chronology has no such document."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"there is no document {document_id}")
        self.document_id = document_id


class Busy(IngestError):
    """There is more to do than can be done now."""


class TooSlow(Busy):
    """The work took longer than it may."""


class WorkerDied(Busy):
    """The process that did the work ended before it was done; `by_limit`: because it used too much time."""

    def __init__(self, message: str, *, by_limit: bool = False) -> None:
        super().__init__(message)
        self.by_limit = by_limit


class Away(Busy):
    """Chronology does not answer."""


class WorkerBroken(IngestError):
    """A worker failed on its input or at its start; the log has the reason."""
