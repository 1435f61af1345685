"""What a document's sentences tell by one set of rules and by another: to look at a rule before it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Figure
from msgspec import Struct

from .extract import dates, extract
from .extract.dates import Mode, TemporalExpression
from .extract.sentences import Sentence, split
from .rule_examples import names
from .ruleset import Pattern, Ruleset

Change = Literal["new", "changed", "gone"]


class Changed(Struct, frozen=True, kw_only=True):
    """One event or date that is told otherwise; `before` and `after` have only what differs, all of it for one that is
    new or gone."""

    what: Literal["event", "date"]
    change: Change
    words: str
    before: dict[str, str] = {}
    after: dict[str, str] = {}


class SentenceChange(Struct, frozen=True, kw_only=True):
    """`line` counts from 1 in the document's text; `start` and `end` are its code points."""

    line: int
    start: int
    end: int
    sentence: str
    changes: tuple[Changed, ...]


class Comparison:
    """Compares two sets of rules, document by document."""

    def __init__(self, before: Ruleset, after: Ruleset) -> None:
        self._before = before
        self._after = after
        self._probes = probes(before, after)
        self._dates_differ = any(_differ(before, after, name) for name in ("dates", "date_values"))

    def is_same(self, document: Document) -> bool:
        """Whether both must read the same, because no word that they differ in stands in the text."""
        if self._probes is None:
            return False
        text = document.text.lower()
        return not any(word in text for word in self._probes)

    def changes(self, document: Document, mode: Mode = "auto") -> tuple[SentenceChange, ...]:
        """The sentences that are read differently, in reading order."""
        if self.is_same(document):
            return ()
        found: list[tuple[int, Changed]] = list(
            _event_changes(extract(document, self._before), extract(document, self._after))
        )
        if self._dates_differ:
            before, after = (
                dates.tag(document.text, document.published, mode, rules=rules) for rules in (self._before, self._after)
            )
            told = {(at, changed.words) for at, changed in found}
            found += [each for each in _date_changes(before, after) if (each[0], each[1].words) not in told]
        if not found:
            return ()
        return _by_sentence(document.text, found, [split(document.text, each) for each in (self._after, self._before)])


def probes(before: Ruleset, after: Ruleset) -> frozenset[str] | None:
    """Words of which a text must have one to be read differently; None where no such words can be named.

    They can where the rules differ in the words of acts alone: these are found by their first word, a token in small
    letters. What else differs is looked up in other ways (plurals, phrases, names), so such texts are all read.
    """
    same = not any(
        _differ(before, after, name)
        for name in Ruleset.__struct_fields__
        if name not in ("rules_hash", "rules", "added", "verbal", "wordings", "forms", "date_filter")
    )
    known = all(after.forms.get(base) == forms for base, forms in before.forms.items())
    words = {
        word
        for word in before.wordings.keys() | after.wordings.keys()
        if before.wordings.get(word) != after.wordings.get(word)
    } | (before.verbal ^ after.verbal)
    # Only of plain letters is it sure that the text in small letters has what its tokens have in small letters.
    if not same or not known or not all(word.isascii() and word.isalpha() for word in words):
        return None
    return frozenset(words)


def _differ(before: Ruleset, after: Ruleset, name: str) -> bool:
    return bool(_written(getattr(before, name)) != _written(getattr(after, name)))


def _written(value: Any) -> Any:
    """Compiled patterns are equal where what they were compiled from is."""
    if isinstance(value, tuple) and value and isinstance(value[0], Pattern):
        return [(pattern.id, pattern.regex.pattern, pattern.resolve, pattern.type) for pattern in value]
    return value


def _event_changes(before: Iterable[Event], after: Iterable[Event]) -> Iterable[tuple[int, Changed]]:
    old, new = _by_trigger(before), _by_trigger(after)
    for at in old.keys() | new.keys():
        left, right = list(old.get(at, ())), list(new.get(at, ()))
        while left or right:
            was, is_now = (left.pop(0) if left else None), (right.pop(0) if right else None)
            fields = [_fields(each) if each is not None else {} for each in (was, is_now)]
            event = is_now or was
            assert event is not None
            if fields[0] != fields[1]:
                yield at[0], _changed("event", event.quote, fields[0], fields[1])


def _by_trigger(events: Iterable[Event]) -> Mapping[tuple[int, int], list[Event]]:
    found: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in events:
        found[event.trigger_start, event.trigger_end].append(event)
    return found


def _fields(event: Event) -> dict[str, str]:
    told = {
        "type": f"{event.type} {event.mode}".strip(),
        "kind": event.kind,
        "who": ", ".join(names(event, "actor")),
        "whom": ", ".join(names(event, "recipient")),
        "date": event.date,
        "place": event.place,
        "attributed to": event.attributed_to,
        "modality": event.modality,
        "figures": ", ".join(_figure(figure) for figure in event.figures),
        "topics": ", ".join(event.topics),
        "confidence": event.confidence,
        "line": event.what,
        "quote": event.quote,
    }
    return {name: value for name, value in told.items() if value}


def _figure(figure: Figure) -> str:
    return " ".join(part for part in (figure.qualifier, figure.value, figure.of) if part)


def _date_changes(
    before: Iterable[TemporalExpression], after: Iterable[TemporalExpression]
) -> Iterable[tuple[int, Changed]]:
    old = {(each.start, each.end): each for each in before}
    new = {(each.start, each.end): each for each in after}
    for place in sorted(old.keys() | new.keys()):
        was, is_now = old.get(place), new.get(place)
        fields = [
            {"date": each.edtf, "value": each.value, "type": each.type} if each is not None else {}
            for each in (was, is_now)
        ]
        expression = is_now or was
        assert expression is not None
        if fields[0] != fields[1]:
            yield place[0], _changed("date", expression.text, fields[0], fields[1])


def _changed(what: Literal["event", "date"], words: str, before: dict[str, str], after: dict[str, str]) -> Changed:
    change: Change = "changed" if before and after else "new" if after else "gone"
    if change == "changed":
        differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        # The line and the quote follow from what was found; they are shown where nothing else differs.
        differing = [name for name in differing if name not in ("line", "quote")] or differing
        before, after = ({name: side.get(name, "") for name in differing} for side in (before, after))
    else:
        before, after = ({name: value for name, value in side.items() if name != "quote"} for side in (before, after))
    return Changed(what=what, change=change, words=words, before=before, after=after)


def _by_sentence(
    text: str, found: Iterable[tuple[int, Changed]], splits: Iterable[tuple[Sentence, ...]]
) -> tuple[SentenceChange, ...]:
    spans = [[(sentence.start, sentence.end) for sentence in sentences] for sentences in splits]
    grouped: dict[tuple[int, int], list[Changed]] = defaultdict(list)
    for at, changed in sorted(found, key=lambda each: (each[0], each[1].what != "event")):
        grouped[_around(text, at, spans)].append(changed)
    return tuple(
        SentenceChange(
            line=text.count("\n", 0, start) + 1,
            start=start,
            end=end,
            sentence=" ".join(text[start:end].split()),
            changes=tuple(changes),
        )
        for (start, end), changes in sorted(grouped.items())
    )


def _around(text: str, at: int, spans: Iterable[list[tuple[int, int]]]) -> tuple[int, int]:
    """The sentence around a place by the first set of rules that has one there, else the line."""
    for every in spans:
        for start, end in every:
            if start <= at < end:
                return start, end
    line_end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, line_end if line_end >= 0 else len(text)
