"""Merge inside a document: what is told twice is one event, with the better quote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chronology_contracts.events import Event
from msgspec import Struct
from msgspec.structs import replace

_GOOD_QUOTE_LENGTH: Final = 240
_HAPPENINGS: Final = frozenset(["CONSULT", "PROTEST", "RETREAT", "COERCE", "SANCTION", "ASSAULT", "OTHER", "AGREE"])

_OF_THE_NEWS: Final = frozenset(["when.lead", "when.same-day", "when.document"])


class Told(Struct, frozen=True, kw_only=True):
    """An event with the number of its sentence, and whether it is an act of speech."""

    sentence: int
    speech: bool
    event: Event


def merge(events: Iterable[Told]) -> tuple[Event, ...]:
    """Events in reading order, each happening once.

    Two tellings are one event if type, mode and kind agree, they share the one to whom it
    is done (or, where nobody is, the one who does it), and their dates are equal or one of
    them has none but the day of the news. Each event comes with the number of its sentence: acts of speech are one
    only if the same sentence tells them of the same speaker.
    """
    kept: list[Event | None] = []
    seen: dict[tuple[str, ...], int] = {}
    for told in events:
        event, key = told.event, _key(told)
        at = seen.get(key) if key is not None else None
        if at is None:
            if key is not None:
                seen[key] = len(kept)
            kept.append(event)
            continue
        known = kept[at]
        if known is None or (_dated(known) and _dated(event) and known.date != event.date):
            kept.append(event)
            seen[key or ()] = len(kept) - 1
        elif _is_better(event, known):
            kept[at] = None
            kept.append(_fuller(event, known))
            seen[key or ()] = len(kept) - 1
        else:
            kept[at] = _fuller(known, event)
    return tuple(event for event in kept if event is not None)


def _key(told: Told) -> tuple[str, ...] | None:
    event = told.event
    recipients = sorted(participant.name for participant in event.participants if participant.role == "recipient")
    actors = sorted(participant.name for participant in event.participants if participant.role == "actor")
    if told.speech or event.type not in _HAPPENINGS:
        return (event.type, str(told.sentence), *actors) if actors else None
    who = recipients or actors
    ahead = event.modality if event.modality in ("scheduled", "denied") else ""
    return (event.type, event.mode, event.kind, ahead, *who) if who else None


def _dated(event: Event) -> bool:
    """Whether the text itself says when: what is only taken to be of the day of the news may be of any before."""
    return event.date != "" and not _OF_THE_NEWS.intersection(event.reasons)


def _is_better(event: Event, known: Event) -> bool:
    return _worth(event) > _worth(known)


def _worth(event: Event) -> tuple[int, int, int]:
    """An explicit date first, then more participants, then a quote that is no longer than it must be."""
    basis = {"explicit": 2, "relative": 1, "document": 0, "none": 0}[event.date_basis] if _dated(event) else 0
    return basis, len(event.participants), int(len(event.quote) <= _GOOD_QUOTE_LENGTH)


def _fuller(event: Event, other: Event) -> Event:
    """With the other telling's participants where this one names none of their role."""
    roles = {participant.role for participant in event.participants}
    more = tuple(participant for participant in other.participants if participant.role not in roles)
    return replace(event, participants=event.participants + more) if more else event
