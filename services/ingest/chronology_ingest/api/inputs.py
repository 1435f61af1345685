"""Request bodies. Every struct forbids fields that it does not know, so that a misspelt one is an error."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from chronology_contracts.documents import Id
from chronology_contracts.events import (
    FIGURES_MAX,
    MENTIONS_MAX,
    PARTICIPANTS_MAX,
    Event,
    Extractor,
    Figure,
    Mention,
    Participant,
)
from chronology_contracts.records import COMPLETION_EVENTS_MAX
from chronology_contracts.vocabulary import ReadingRole
from msgspec import UNSET, Meta, Struct, UnsetType

from ..intake.text import SourceInput


class DocumentInput(SourceInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document to be read: exactly one of `text` and `html`."""

    text: Annotated[str, Meta(description="At most 1 MiB of UTF-8; kept as it is.")] | UnsetType = UNSET
    html: Annotated[str, Meta(description="A page; its main text is kept.")] | UnsetType = UNSET
    extractor: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=64,
                description="Who reads it: `rules`, `spacy`, `llm`, or several, joined by `+`; by default what the "
                "service is set to.",
            ),
        ]
        | UnsetType
    ) = UNSET


class TextInput(SourceInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that comes with its events: their offsets count code points of `text`."""

    text: str


class ExtractorInput(Extractor, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Who read the events."""


class MentionInput(Mention, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    pass


class FigureInput(Figure, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    pass


class ParticipantInput(Participant, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    mentions: Annotated[tuple[MentionInput, ...], Meta(max_length=MENTIONS_MAX)] = ()


NOT_GIVEN: Final = ExtractorInput(name="given")
"""Who read events of which nobody says who read them."""


class EventInput(Event, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Event v1; `id` is worked out and `document_id` known, so both may be left out, `extractor` too.

    Testimony is no evidence here: curators enter it, at chronology.

    An instance encodes as the Event that it is: the fields and their order are the same.
    """

    id: Id = ""
    document_id: Id = ""
    extractor: ExtractorInput = NOT_GIVEN
    evidence: Literal["quote", "record"] = "quote"
    participants: Annotated[tuple[ParticipantInput, ...], Meta(max_length=PARTICIPANTS_MAX)] = ()
    figures: Annotated[tuple[FigureInput, ...], Meta(max_length=FIGURES_MAX)] = ()


class EventsInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events of one document: the document itself, or the id of one that chronology has."""

    events: Annotated[tuple[EventInput, ...], Meta(max_length=COMPLETION_EVENTS_MAX)]
    document: TextInput | UnsetType = UNSET
    document_id: Id | UnsetType = UNSET
    extractor: ExtractorInput | UnsetType = UNSET
    role: ReadingRole = "addition"
