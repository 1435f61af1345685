"""Who a word of a parsed sentence calls: its noun phrase, the entity in it, and what the rules know of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from chronology_contracts.events import Mention, Participant
from chronology_contracts.vocabulary import ParticipantKind, Role, Sector
from msgspec import Struct

from ..extract.grammar import words
from ..ruleset import Ruleset

NAME_LENGTH_MAX: Final = 200
_KINDS: Final[dict[str, ParticipantKind]] = {
    "PERSON": "person", "PER": "person", "ORG": "organisation", "NORP": "group", "GPE": "government",
}  # fmt: skip
_PLACES: Final = frozenset(["GPE", "LOC", "FAC"])
_NO_NAMES: Final = frozenset(["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL", "CARDINAL"])
_INSIDE: Final = frozenset(
    ["amod", "compound", "nummod", "quantmod", "nmod", "flat", "poss", "det", "nn", "number", "advmod",
     "predet", "nmod:poss", "flat:name", "fixed"]
)  # fmt: skip
"""Dependents that belong to a noun's own name; clauses and appositions do not."""
_OF: Final = frozenset(["prep", "nmod"])
_LEFT_OUT: Final = frozenset(["the", "a", "an", "this", "that", "these", "those", "some", "all", "both"])
_PRONOUNS: Final = frozenset(["PRON"])
_PRONOUN_WORDS: Final = words(
    """
    i you he she it we they me him her us them who whom which that this these those what one himself herself itself
    themselves there
    """
)


class Called(Struct, frozen=True, kw_only=True):
    """Somebody in one place of a text; offsets are the document's, `first` and `last` tokens of the sentence."""

    name: str
    text: str
    start: int
    end: int
    first: int
    last: int
    kind: ParticipantKind
    country: str = ""
    sector: Sector = ""


class Names:
    """Full names of a document, learnt from the entities of all its sentences: surnames find theirs."""

    def __init__(self, sentences: Iterable[Any]) -> None:
        self._full: dict[str, str] = {}
        ambiguous: set[str] = set()
        for sentence in sentences:
            for entity in sentence.ents:
                words = entity.text.split()
                if _KINDS.get(entity.label_) != "person" or len(words) < 2:
                    continue
                known = self._full.setdefault(words[-1], " ".join(words))
                if known != " ".join(words):
                    ambiguous.add(words[-1])
        for word in ambiguous:
            del self._full[word]

    def full(self, name: str) -> str:
        return self._full.get(name, name)


class Folded:
    """A part of a text as a parser wants it, every run of white space one blank; its tokens find their way back."""

    def __init__(self, text: str, start: int, end: int) -> None:
        places = [at for at in range(start, end) if not (text[at].isspace() and at > start and text[at - 1].isspace())]
        self.text = "".join(" " if text[at].isspace() else text[at] for at in places)
        self._places = places

    def start(self, token: Any) -> int:
        at: int = token.idx
        return self._places[at]

    def end(self, token: Any) -> int:
        last: int = token.idx + len(token) - 1
        return self._places[last] + 1


class Caller:
    """Reads who is called in one parsed sentence."""

    def __init__(self, text: str, folded: Folded, parsed: Any, names: Names, rules: Ruleset) -> None:
        self._text = text
        self._folded = folded
        self._parsed = parsed
        self._names = names
        self._rules = rules
        self._entities = {token.i: entity for entity in parsed.ents for token in entity}

    def called(self, head: Any) -> tuple[Called, ...]:
        """Those whom a noun and what is joined to it by "and" call; nobody for a pronoun."""
        found = [self._one(each) for each in (head, *_joined(head))]
        return tuple(each for each in found if each is not None)

    def place(self, head: Any) -> str:
        """The name of a place, "" for any other noun."""
        entity = self._entities.get(head.i)
        known = self._rules.names.get(entity.text if entity is not None else head.text)
        if entity is None and known is None:
            return ""
        if entity is not None and entity.label_ not in _PLACES and known is None:
            return ""
        name = " ".join((entity.text if entity is not None else head.text).split())
        return f"{name}, {known.country}" if known is not None and not known.is_country else name

    def _one(self, head: Any) -> Called | None:
        if head.pos_ in _PRONOUNS or head.lower_ in _PRONOUN_WORDS:
            return None
        entity = self._entities.get(head.i)
        if entity is not None and entity.label_ in _NO_NAMES:
            return None
        kind: ParticipantKind = _KINDS.get(entity.label_, "unknown") if entity is not None else "unknown"
        first, last = _within(entity, head) if kind != "unknown" else _phrase(head)
        while first < last - 1 and (self._parsed[first].lower_ in _LEFT_OUT or self._parsed[first].is_punct):
            first += 1
        while last - 1 > first and (self._parsed[last - 1].is_punct or self._parsed[last - 1].is_space):
            last -= 1
        if not any(char.isalpha() for char in self._parsed[first:last].text):
            return None
        return self._as_called(first, last, kind, head)

    def _as_called(self, first: int, last: int, kind: ParticipantKind, head: Any) -> Called | None:
        start, end = self._folded.start(self._parsed[first]), self._folded.end(self._parsed[last - 1])
        text = self._text[start:end]
        if len(text) > NAME_LENGTH_MAX:
            return None
        name = " ".join(text.split())
        place = self._rules.names.get(name) or self._rules.demonyms.get(name)
        described = self._rules.heads.get(head.lower_) if kind == "unknown" else None
        if described is not None:
            name = name[:1].upper() + name[1:]
        return Called(
            name=self._names.full(name) if kind == "person" else name,
            text=text, start=start, end=end, first=first, last=last,
            kind=described.kind if described is not None else "government" if kind == "unknown" and place else kind,
            country=place.code if place is not None else "",
            sector=described.sector if described is not None else "",
        )  # fmt: skip


def participants(actors: Sequence[Called], recipients: Sequence[Called]) -> tuple[Participant, ...]:
    """Each once in each role; nobody does to himself what he does."""
    acting = {each.name for each in actors}
    roles: tuple[tuple[Role, Sequence[Called]], ...] = (
        ("actor", actors),
        ("recipient", [each for each in recipients if each.name not in acting]),
    )
    found: dict[tuple[str, str], Participant] = {}
    for role, called in roles:
        for each in called:
            mention = Mention(text=each.text, start=each.start, end=each.end)
            found.setdefault(
                (role, each.name),
                Participant(
                    name=each.name, role=role, mentions=(mention,), kind=each.kind, country=each.country,
                    sector=each.sector,
                ),
            )  # fmt: skip
    return tuple(found.values())


def _joined(head: Any) -> list[Any]:
    found: list[Any] = []
    for child in head.children:
        if child.dep_ == "conj" and child.i > head.i:
            found += [child, *_joined(child)]
    return found


def _within(entity: Any, head: Any) -> tuple[int, int]:
    """The entity as far as the parse has it as one noun phrase: the two were found apart and may differ."""
    below = {token.i for token in head.subtree}
    first = last = head.i
    while first > entity.start and first - 1 in below:
        first -= 1
    while last + 1 < entity.end and last + 1 in below:
        last += 1
    return first, last + 1


def _phrase(head: Any) -> tuple[int, int]:
    """A noun with what belongs to its name: "the head of the union", "about 60 dock workers"."""
    first, last = head.i, head.i + 1
    for child in head.children:
        if child.dep_ in _INSIDE or (child.dep_ in _OF and child.lower_ == "of"):
            parts = [token.i for token in child.subtree]
            first, last = min(first, *parts), max(last, max(parts) + 1)
    return first, last
