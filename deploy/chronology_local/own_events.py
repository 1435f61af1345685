"""Events that somebody brings for documents, a line of JSON each.

They are as `extract` writes them, or as annotators do: by words alone (`quote`, `date_text`, names with their
`mentions`), which are then looked up in the text.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from chronology_contracts.events import MENTIONS_MAX, Figure, Mention, Participant
from chronology_contracts.vocabulary import Confidence, DateBasis, EventType, Evidence, Kind, Modality, Role, Topic
from msgspec import Struct

from .errors import BadInput
from .inputs import check_date, decode_line, lines_of

SHOWN_LENGTH_MAX: Final = 60
KEPT: Final = (
    "quote", "date", "date_text", "date_basis", "type", "mode", "kind", "place", "topics", "attributed_to", "modality",
    "figures", "confidence", "reasons", "trigger_start", "trigger_end", "attributed_start", "attributed_end",
)  # fmt: skip


class OwnEvent(Struct, frozen=True, kw_only=True):
    """One line; other keys are passed over. `where` names it to people. `end` 0: the quote is to be looked up."""

    doc: str
    type: EventType
    where: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0
    what: str = ""
    date: str = ""
    date_text: str = ""
    date_start: int = 0
    date_end: int = 0
    date_basis: DateBasis = "none"
    trigger_start: int = 0
    trigger_end: int = 0
    mode: str = ""
    kind: Kind = ""
    evidence: Evidence | None = None
    actors: list[str] = []
    recipients: list[str] = []
    mentions: dict[str, list[str]] = {}
    participants: list[Participant] | None = None
    place: str = ""
    topics: list[Topic] = []
    attributed_to: str = ""
    attributed_start: int = 0
    attributed_end: int = 0
    modality: Modality = "asserted"
    figures: list[Figure] = []
    confidence: Confidence = "sure"
    reasons: list[str] = []


def read_own_events(path: str) -> dict[str, list[OwnEvent]]:
    """The lines of a file by document. Raises `BadInput` naming line and field."""
    found: dict[str, list[OwnEvent]] = {}
    for number, line in lines_of(path):
        where = f"{path} line {number}"
        event = decode_line(line, OwnEvent, where)
        date = check_date(event.date, f"{where}: date")
        found.setdefault(event.doc, []).append(msgspec.structs.replace(event, where=where, date=date))
    return found


def event_of(line: OwnEvent, text: str) -> dict[str, Any]:
    """The event as the service takes it, its words found in the text. Raises `BadInput` if the quote is not there."""
    start, end = (line.start, line.end) if line.end else find_quote(line, text)
    date_start, date_end = (
        (line.date_start, line.date_end) if line.date_end else nearest(line.date_text, text, start, end)
    )
    fields = {name: getattr(line, name) for name in KEPT}
    return fields | {
        "evidence": line.evidence or ("quote" if line.quote else "record"),
        "what": line.what or line.quote[:1024],
        "start": start,
        "end": end,
        "date_start": date_start,
        "date_end": date_end,
        "participants": line.participants if line.participants is not None else participants(line, text, start, end),
    }


def find_quote(line: OwnEvent, text: str) -> tuple[int, int]:
    if not line.quote:
        return 0, 0
    start = text.find(line.quote)
    if start < 0:
        shown = line.quote[:SHOWN_LENGTH_MAX]
        raise BadInput(
            f"{line.where}: the quote {shown!r} does not stand in the document {line.doc!r}, letter by letter."
        )
    return start, start + len(line.quote)


def nearest(words: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Where words stand: inside the quote, else last before it, else first in the text; 0, 0 where they do not."""
    if not words:
        return 0, 0
    for at in (text.find(words, start, end), text.rfind(words, 0, start), text.find(words)):
        if at >= 0:
            return at, at + len(words)
    return 0, 0


def participants(line: OwnEvent, text: str, start: int, end: int) -> list[Participant]:
    roles: list[tuple[Role, list[str]]] = [("actor", line.actors), ("recipient", line.recipients)]
    return [
        Participant(name=name, role=role, mentions=tuple(mentions(line, name, text, start, end)))
        for role, names in roles
        for name in dict.fromkeys(names)
    ]


def mentions(line: OwnEvent, name: str, text: str, start: int, end: int) -> list[Mention]:
    """The place of each form of a name that is nearest to the quote; forms that do not stand in the text have none."""
    found = []
    for form in dict.fromkeys(line.mentions.get(name, ())):
        places = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text)] if form else []
        if places:
            at = min(places, key=lambda place: (not start <= place < end, abs(place - start)))
            found.append(Mention(text=form, start=at, end=at + len(form)))
    return found[:MENTIONS_MAX]
