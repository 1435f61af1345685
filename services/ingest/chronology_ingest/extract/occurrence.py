"""The date of an event: which of the dates around an act says when it happened."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf
from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct

from .dates import TemporalExpression
from .predicates import Trigger
from .roles import Scene
from .sentences import Token

_BEHIND_NOUN_MAX: Final = 3
_QUOTE_MARKS: Final = frozenset('“”"«»')


class Dated(Struct, frozen=True, kw_only=True):
    """A place in time, the words it was read from (none where it is the document's own), and the reason.

    `speech` marks the date of a sentence that tells an act of speech: such acts go on from such dates only.
    """

    date: str = ""
    text: str = ""
    start: int = 0
    end: int = 0
    basis: DateBasis = "none"
    rule: str = ""
    speech: bool = False


class Located(Struct, frozen=True, kw_only=True):
    """A temporal expression with the tokens of its sentence that it covers."""

    expression: TemporalExpression
    first: int
    last: int


def locate(tokens: Sequence[Token], expressions: Sequence[TemporalExpression]) -> tuple[Located, ...]:
    found = []
    for expression in expressions:
        covered = [
            at for at, token in enumerate(tokens) if token.start < expression.end and token.end > expression.start
        ]
        if covered:
            found.append(Located(expression=expression, first=covered[0], last=covered[-1] + 1))
    return tuple(found)


def when(scene: Scene, trigger: Trigger, located: Sequence[Located], running: Dated | None, published: str) -> Dated:
    """The governing date: of the words of the clause first, then of the sentence, then what the paragraph is about,
    then, for what is told as news, the document's own."""
    usable = [
        found
        for found in located
        if found.expression.edtf
        and found.expression.type in ("DATE", "TIME")
        and not _belongs_elsewhere(scene, trigger, found)
    ]
    if trigger.rule.speech:
        # What is quoted has dates of its own; the saying of it is not dated by them.
        usable = [found for found in usable if not _quoted_apart(scene.sentence.tokens, trigger, found)]
    chosen = _nearest(scene, trigger, usable) or _only_one(scene, trigger, usable)
    if chosen is not None:
        return _composed(scene, chosen, located)
    speech = (
        trigger.rule.speech
        and trigger.tense in ("past", "present", "progressive", "perfect", "participle")
        and trigger.voice != "noun"
    )
    if running is not None and trigger.tense in ("past", "participle") and (running.speech or not trigger.rule.speech):
        return Dated(
            date=running.date,
            text=running.text,
            start=running.start,
            end=running.end,
            basis="relative",
            rule="when.paragraph",
        )
    if published and (speech or _is_now(located)):
        return Dated(date=published, basis="document", rule="when.document")
    return Dated()


def _quoted_apart(tokens: Sequence[Token], trigger: Trigger, found: Located) -> bool:
    first, last = sorted((trigger.first, found.first))
    return any(token.text in _QUOTE_MARKS for token in tokens[first:last])


def _is_now(located: Sequence[Located]) -> bool:
    return any(found.expression.value == "PRESENT_REF" for found in located)


def _belongs_elsewhere(scene: Scene, trigger: Trigger, found: Located) -> bool:
    """A date in brackets is a source's; a date right before another noun ("his March arrest") is that noun's."""
    clause = scene.clauses[scene.clause_at(found.first)]
    if (
        clause.kind == "aside"
        and clause.opener == "("
        and scene.clause_at(trigger.first) != scene.clause_at(found.first)
    ):
        return True
    tokens = scene.sentence.tokens
    owned = (
        found.last < len(tokens)
        and tokens[found.last].kind == "word"
        and found.first
        and tokens[found.first - 1].text in ("'s", "’s")
    )
    return bool(owned) and trigger.first != found.last


def _nearest(scene: Scene, trigger: Trigger, usable: Sequence[Located]) -> Located | None:
    own = scene.clause_at(trigger.first)
    best: tuple[tuple[int, int], Located] | None = None
    for found in usable:
        reach = _reach(scene, own, scene.clause_at(found.first))
        if reach is None:
            continue
        distance = found.first - trigger.last if found.first >= trigger.last else trigger.first - found.last
        if trigger.voice == "noun" and reach > 0 and distance > _BEHIND_NOUN_MAX and not _follows(scene, trigger):
            continue
        score = (reach, max(0, distance))
        if best is None or score < best[0]:
            best = (score, found)
    return best[1] if best is not None else None


def _only_one(scene: Scene, trigger: Trigger, usable: Sequence[Located]) -> Located | None:
    """The one date of the sentence, where it stands before the act: "At talks held in June, the two sides agreed"."""
    ahead = [found for found in usable if found.last <= trigger.first]
    if len(usable) != 1 or not ahead or trigger.voice == "noun":
        return None
    kinds = {scene.clauses[scene.clause_at(at)].kind for at in (trigger.first, ahead[0].first)}
    return None if kinds & {"relative", "aside"} else ahead[0]


def _follows(scene: Scene, trigger: Trigger) -> bool:
    """ "… on 4 May, followed by a strike"."""
    return any(token.lower == "followed" for token in scene.sentence.tokens[max(0, trigger.first - 6) : trigger.first])


def _reach(scene: Scene, own: int, other: int) -> int | None:
    """How far a date's clause is from the act's, None where it cannot govern it."""
    if own == other:
        return 0
    act, date = scene.clauses[own], scene.clauses[other]
    if other == 0 and date.kind == "main" and own > 0 and date.last - date.first <= 8:
        return 1
    if date.kind in ("relative", "aside", "participle"):
        return None
    if act.parent == other or date.parent == own:
        return 2
    if act.kind == "participle" and own - other == 1:
        return 2
    if act.kind == "subordinate" and act.opener == "that":
        return None
    return (
        3
        if act.kind in ("coordinate", "main")
        and other < own
        and date.kind in ("main", "coordinate")
        and own - other == 1
        else None
    )


def _composed(scene: Scene, found: Located, located: Sequence[Located]) -> Dated:
    """The date with the words before it that make an interval of it: since, until, from … to, between … and."""
    tokens, expression = scene.sentence.tokens, found.expression
    before = tokens[found.first - 1].lower if found.first else ""
    date, start, end, rule = expression.edtf, expression.start, expression.end, expression.rule
    plain = "/" not in date
    if before == "since" and plain:
        date, start, rule = f"{date}/..", tokens[found.first - 1].start, "when.since"
    elif before in ("until", "till") and plain:
        date, start, rule = f"../{date}", tokens[found.first - 1].start, "when.until"
    elif plain and (before in ("from", "between", "and", "to", "through", "-", "–", "—") or _goes_on(tokens, found)):
        pair = _pair(tokens, found, located)
        if pair is not None:
            first, last = pair
            date, start, end, rule = (
                f"{first.expression.edtf}/{last.expression.edtf}",
                first.expression.start,
                last.expression.end,
                "when.between",
            )
    try:
        date = edtf.canonical(date)
    except edtf.EdtfError:
        # Two ends that are no interval, such as a later one first: the date itself still holds.
        date, start, end, rule = expression.edtf, expression.start, expression.end, expression.rule
    text = _slice(scene, start, end)
    return Dated(
        date=date,
        text=text,
        start=start,
        end=end,
        basis=expression.basis if expression.basis != "none" else "relative",
        rule=rule,
    )


def _goes_on(tokens: Sequence[Token], found: Located) -> bool:
    """ "2-5 June" and "3 May to 7 May": what follows may be the other end."""
    return found.last < len(tokens) and tokens[found.last].lower in ("-", "–", "—", "to", "through")


def _pair(tokens: Sequence[Token], found: Located, located: Sequence[Located]) -> tuple[Located, Located] | None:
    for first, last in itertools.pairwise(located):
        if (
            found not in (first, last)
            or "/" in first.expression.edtf
            or "/" in last.expression.edtf
            or not first.expression.edtf
            or not last.expression.edtf
        ):
            continue
        opener = tokens[first.first - 1].lower if first.first else ""
        middle = [token.lower for token in tokens[first.last : last.first]]
        if (opener == "between" and middle == ["and"]) or (
            opener == "from" and middle in (["to"], ["until"], ["through"])
        ):
            return first, last
        if middle in (["-"], ["–"], ["—"], ["to"], ["through"]) and first.expression.rule == last.expression.rule:
            return first, last
    return None


def _slice(scene: Scene, start: int, end: int) -> str:
    """The words from `start` to `end` as the document has them; the sentence's tokens hold no white space of it."""
    parts: list[str] = []
    at = start
    for token in scene.sentence.tokens:
        if token.start >= start and token.end <= end:
            parts.append(" " * (token.start - at) + token.text)
            at = token.end
    return "".join(parts)
