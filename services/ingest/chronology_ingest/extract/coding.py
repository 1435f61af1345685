"""Events as an event coder gives them: type, mode, who, to whom, with country and sector."""

from __future__ import annotations

from chronology_contracts.events import Event, Participant
from msgspec import Struct


class CodedActor(Struct, frozen=True, kw_only=True):
    text: str
    country: str = ""
    sector: str = ""


class Coded(Struct, frozen=True, kw_only=True):
    event_type: str
    mode: str
    actors: tuple[CodedActor, ...]
    recipients: tuple[CodedActor, ...]


def coded(event: Event) -> Coded:
    return Coded(
        event_type=event.type,
        mode=event.mode,
        actors=tuple(_actor(participant) for participant in event.participants if participant.role == "actor"),
        recipients=tuple(_actor(participant) for participant in event.participants if participant.role == "recipient"),
    )


def _actor(participant: Participant) -> CodedActor:
    text = participant.mentions[0].text if participant.mentions else participant.name
    return CodedActor(text=text, country=participant.country, sector=participant.sector)
