"""What a document has told so far of who spoke: acts of speech told twice, and those whose word is an accusation."""

from __future__ import annotations

from typing import Final

from chronology_contracts.events import QUOTE_LENGTH_MAX, Event
from msgspec.structs import replace

from .attribution import beside
from .draft import Draft
from .statements import ADVERSE

_APPOSED_MAX: Final = 10
_NEAR: Final = 2
_CHARGED: Final = frozenset(["PROTEST"])
_MASS_TYPES: Final = ADVERSE | {"OTHER", "PROTEST", "RETREAT"}
_MASS_MIN: Final = 5_000
_MASS_SO_FAR_MIN: Final = 100
_SIGNED: Final = "signatures"
_THOUSANDS: Final = frozenset(["thousands", "million", "millions"])
_SO_FAR: Final = frozenset(["hundreds", "dozens", "scores", "numerous", "countless"])
_WORDING_TOKENS: Final = 8


class Heard:
    """What the document has told so far: who spoke to what end, and whom the sentence at hand has accusing others."""

    def __init__(self) -> None:
        self._acts: set[tuple[str, str]] = set()
        self._wordings: set[tuple[str, ...]] = set()
        self._last: dict[tuple[str, str], tuple[int, frozenset[str]]] = {}
        self._accused = (-1, "")

    def is_repeated(self, draft: Draft, event: Event) -> bool:
        """Whether an act of speech only goes on with one that was told before: of the same speaker, or
        right after by one who speaks for them, as the head of a group; or whether a caption told it in its words."""
        tokens, trigger = draft.scene.sentence.tokens, draft.trigger
        wording = (event.type, *(token.lower for token in tokens[trigger.group : trigger.last + _WORDING_TOKENS]))
        if trigger.rule.speech and len(wording) > _WORDING_TOKENS and wording in self._wordings:
            return True
        self._wordings.add(wording)
        if not trigger.stated:
            return False
        number, names = self._last.get((event.type, event.date), (-_APPOSED_MAX, frozenset()))
        named = {each.actor.name for each in draft.scene.references if each.actor is not None}
        goes_on = draft.number - number <= _NEAR and (not names or not names.isdisjoint(named))
        return goes_on or all((name, event.type) in self._acts for name in _actors(event))

    def told(self, draft: Draft, event: Event) -> Event:
        """The event as it stands after all before it: what somebody tells whom he accuses is alleged."""
        if draft.trigger.rule.speech:
            self._acts |= {(name, event.type) for name in _actors(event)}
            self._last[event.type, event.date] = (draft.number, frozenset(_actors(event)))
        if event.type == "ACCUSE" and draft.trigger.stated:
            speaker = beside(draft.scene, draft.trigger.first)
            if speaker is not None and speaker.actor is not None:
                self._accused = (draft.number, speaker.actor.name)
        if event.modality == "asserted" and _is_mass(event, perfect=draft.trigger.tense == "perfect"):
            return replace(event, modality="habitual")
        adverse = event.type in ADVERSE | _CHARGED or (event.type == "ACCUSE" and not _actors(event))
        if not adverse or (draft.number, event.attributed_to) != self._accused:
            # A witness who says what was done elsewhere is believed: only what the charge itself says is none but that.
            return event
        if event.modality == "asserted" or (event.modality == "habitual" and _is_plain(event.date)):
            return replace(event, modality="alleged")
        return event


def opened(draft: Draft, event: Event, text: str) -> Event:
    """With the sentences of its quotation that stand around its own, where these say what the act is."""
    start = draft.trigger.opening if draft.trigger.opening >= 0 else event.start
    end = max(draft.trigger.closing, event.end)
    if end - start > QUOTE_LENGTH_MAX:
        return event
    return replace(event, start=start, end=end, quote=text[start:end])


def _actors(event: Event) -> list[str]:
    return [each.name for each in event.participants if each.role == "actor"]


def _is_mass(event: Event, *, perfect: bool) -> bool:
    """Whether it was done to, or by, thousands at no one time, or has been to hundreds: that takes a span."""
    told_when = _is_plain(event.date) and (event.date_text != "" or not perfect)
    if told_when or event.type not in _MASS_TYPES:
        return False
    words_told = event.quote.lower().split()
    if _SIGNED in words_told:
        return False
    masses = _THOUSANDS | _SO_FAR if perfect else _THOUSANDS
    many = any(word.strip(".,") in masses for word in words_told)
    return many or any(
        figure.value.isdigit() and int(figure.value) >= (_MASS_SO_FAR_MIN if perfect else _MASS_MIN)
        for figure in event.figures
    )


def _is_plain(date: str) -> bool:
    return date != "" and "/" not in date
