"""The record types of the log: what each body holds, and by which lane it may enter.

A record's body is the exact bytes of the envelope's `data`. Curation names facts (a
name as a document has it, the id of an event), never an id that a projection made up,
so that decisions outlive rebuilds and better rules. Every command says who and why;
`at` is the instant its author gave it, RFC 3339 in UTC.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from .documents import Document, Id, ShortText
from .events import Event, Extractor
from .subjects import COLLECTION_PATTERN, Lane
from .vocabulary import ReadingRole

COMPLETION_EVENTS_MAX: Final = 20_000
FACTS_MAX: Final = 1_000

CollectionName = Annotated[str, Meta(pattern=COLLECTION_PATTERN, max_length=40)]
Lineage = Annotated[
    str, Meta(pattern="^[a-z2-7]{32}$", max_length=32, description="The identity of one log's history.")
]
Position = Annotated[int, Meta(ge=1)]
EventIds = Annotated[tuple[Id, ...], Meta(max_length=COMPLETION_EVENTS_MAX)]
Why = Annotated[str, Meta(max_length=4096)]


class ExtractionCompleted(Struct, frozen=True, kw_only=True, gc=False):
    """Closes a document's batches: before it, nothing of the document is shown.

    Of the readings of one document one is shown; additions are always shown.
    """

    id: Id
    document_id: Id
    extractor: Extractor
    event_ids: EventIds
    role: ReadingRole


class NameFound(Struct, frozen=True, kw_only=True, gc=False):
    """A name as found: in one document, or in all where `document_id` is ""."""

    name: Annotated[str, Meta(min_length=1, max_length=512)]
    document_id: str = ""


Names = Annotated[tuple[NameFound, ...], Meta(min_length=2, max_length=FACTS_MAX)]
Events = Annotated[tuple[Id, ...], Meta(min_length=2, max_length=FACTS_MAX)]


class Command(Struct, frozen=True, kw_only=True, gc=False):
    """What every command says of itself."""

    by: ShortText
    at: Annotated[str, Meta(max_length=40)]
    why: Why = ""


class ExtractionAccepted(Command, frozen=True, kw_only=True, gc=False):
    """Another reading of the document is shown from now on; `supersedes` maps an old event to the new one."""

    document_id: Id
    extraction_id: Id
    supersedes: dict[str, str] = {}


class ActorJoined(Command, frozen=True, kw_only=True, gc=False):
    names: Names


class ActorParted(Command, frozen=True, kw_only=True, gc=False):
    names: Names


class ActorRenamed(Command, frozen=True, kw_only=True, gc=False):
    name: NameFound
    to: Annotated[str, Meta(min_length=1, max_length=512)]


class ProposalRefused(Command, frozen=True, kw_only=True, gc=False):
    """`names` or `event_ids` are the facts that the refused proposal would have joined."""

    names: tuple[NameFound, ...] = ()
    event_ids: tuple[Id, ...] = ()


class IncidentJoined(Command, frozen=True, kw_only=True, gc=False):
    event_ids: Events


class IncidentParted(Command, frozen=True, kw_only=True, gc=False):
    event_ids: Events


class IncidentDatePreferred(Command, frozen=True, kw_only=True, gc=False):
    event_ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=FACTS_MAX)]
    date: Annotated[str, Meta(min_length=1, max_length=256)]


class EventAdded(Command, frozen=True, kw_only=True, gc=False):
    event: Event


class EventCorrected(Command, frozen=True, kw_only=True, gc=False):
    event_id: Id
    event: Event


class EventRetracted(Command, frozen=True, kw_only=True, gc=False):
    event_id: Id


class DocumentSuperseded(Command, frozen=True, kw_only=True, gc=False):
    document_id: Id
    superseded_by: Id


class DocumentRetracted(Command, frozen=True, kw_only=True, gc=False):
    document_id: Id


class DecisionReverted(Command, frozen=True, kw_only=True, gc=False):
    position: Position


class Tombstone(Struct, frozen=True, kw_only=True, gc=False):
    """What stood at an erased stream sequence; position 0 and no hash where nothing had been appended."""

    sequence: Annotated[int, Meta(ge=1)]
    position: Annotated[int, Meta(ge=0)] = 0
    header_hash: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$", max_length=64)] = ""


class ErasureProposed(Command, frozen=True, kw_only=True, gc=False):
    positions: Annotated[tuple[Position, ...], Meta(min_length=1, max_length=FACTS_MAX)]


class Erased(Command, frozen=True, kw_only=True, gc=False):
    """Carries, before anything is deleted, what a refill needs to fill the holes."""

    proposal: Position
    tombstones: Annotated[tuple[Tombstone, ...], Meta(max_length=FACTS_MAX)]


class RulesAdopted(Command, frozen=True, kw_only=True, gc=False):
    """From here on commands are judged by the rules of this number."""

    number: Annotated[int, Meta(ge=1)]


class CollectionCreated(Command, frozen=True, kw_only=True, gc=False):
    """The first record of every log; it names the log's lineage, so that a refill gets the same one."""

    collection: Annotated[str, Meta(max_length=41)]
    lineage: Lineage
    title: ShortText = ""


class CollectionClosed(Command, frozen=True, kw_only=True, gc=False):
    pass


class StreamResumed(Command, frozen=True, kw_only=True, gc=False):
    """An operator let the appender go on after a halt; `how` names the way, `reason` the alarm."""

    how: Annotated[str, Meta(max_length=32)]
    reason: Why = ""


class RecordType(Struct, frozen=True, kw_only=True):
    name: str
    version: int
    lane: Lane
    body: Any
    """The struct of the body."""


def _types(lane: Lane, bodies: dict[str, Any]) -> dict[str, RecordType]:
    return {name: RecordType(name=name, version=1, lane=lane, body=body) for name, body in bodies.items()}


RECORD_TYPES: Final[dict[str, RecordType]] = {
    **_types(
        "document",
        {
            "document.received": Document,
            "event.extracted": Event,
            "extraction.completed": ExtractionCompleted,
        },
    ),
    **_types(
        "command",
        {
            "extraction.accepted": ExtractionAccepted,
            "actor.joined": ActorJoined,
            "actor.parted": ActorParted,
            "actor.renamed": ActorRenamed,
            "proposal.refused": ProposalRefused,
            "incident.joined": IncidentJoined,
            "incident.parted": IncidentParted,
            "incident.date_preferred": IncidentDatePreferred,
            "event.added": EventAdded,
            "event.corrected": EventCorrected,
            "event.retracted": EventRetracted,
            "document.superseded": DocumentSuperseded,
            "document.retracted": DocumentRetracted,
            "decision.reverted": DecisionReverted,
            "rules.adopted": RulesAdopted,
            "collection.created": CollectionCreated,
            "collection.closed": CollectionClosed,
            "stream.resumed": StreamResumed,
        },
    ),
    **_types("erasure", {"erasure.proposed": ErasureProposed, "erased": Erased}),
}
ADMINISTRATION: Final = frozenset({"rules.adopted", "collection.created", "collection.closed", "stream.resumed"})
"""The commands that are about the log itself, not about what documents say."""
