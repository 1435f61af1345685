"""The document's own words for an event: its quote, and what the line of the chronology takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .cast import Reference
from .dated import Dated
from .frame import Frame, Scene
from .grammar import ARTICLES, AUXILIARIES, CONJUNCTIONS, PREPOSITIONS, looks_verbal
from .predicates import Trigger
from .sentences import Token
from .what import Phrase

_TAIL_TOKENS_MAX: Final = 20
_SAID_TOKENS_MAX: Final = 40
_CLOSING_QUOTES: Final = frozenset('"”»')
_QUOTE_MARKS: Final = frozenset('"“”«»‘')


def phrase(text: str, scene: Scene, trigger: Trigger, frame: Frame) -> Phrase:
    return Phrase(
        actors=_names(frame.actors),
        recipients=_names(frame.recipients),
        preposition=_preposition(scene, trigger, frame),
        tail="" if _is_inverted(trigger, frame) else _tail(text, scene, trigger, trigger.last),
        behind=_behind(text, scene, trigger, frame),
        said=_said(text, scene, trigger, frame),
    )


def _names(references: Sequence[Reference]) -> list[str]:
    return list(dict.fromkeys(reference.actor.name for reference in references if reference.actor is not None))


def quote(scene: Scene, trigger: Trigger, frame: Frame, dated: Dated) -> tuple[int, int]:
    """The tokens of the clause, widened to the participants and the date of the same sentence, trimmed of marks."""
    clause = scene.clauses[scene.clause_at(trigger.first)]
    tokens = scene.sentence.tokens
    if trigger.rule.outranked or trigger.stated:
        # What was said is the statement.
        return 0, len(tokens)
    first, last = min(clause.first, trigger.group), max(clause.last, trigger.last)
    for reference in (*frame.actors, *frame.recipients):
        mention = reference.mention
        if scene.sentence.start <= mention.start < scene.sentence.end and reference in scene.references:
            first, last = min(first, mention.first), max(last, mention.last)
    for at, token in enumerate(tokens):
        if dated.start <= token.start < dated.end and clause.first - at < 12:
            first, last = min(first, at), max(last, at + 1)
    while last - 1 > first and (
        (tokens[last - 1].kind == "mark" and tokens[last - 1].text not in ")%")
        or tokens[last - 1].lower in ("and", "but", "or", "that")
    ):
        last -= 1
    while first < last - 1 and (
        (tokens[first].kind == "mark" and tokens[first].text not in "($€£")
        or tokens[first].lower in ("and", "but", "or", "that")
    ):
        first += 1
    return first, last


def _preposition(scene: Scene, trigger: Trigger, frame: Frame) -> str:
    """The word that brought the recipient, so that the line can say it again."""
    if not frame.recipients or trigger.voice != "noun":
        return ""
    mention = frame.recipients[0].mention
    tokens = scene.sentence.tokens
    if mention.first < trigger.last or mention.start < tokens[0].start or mention.last > len(tokens):
        return ""
    for token in reversed(tokens[trigger.last - 1 : mention.first]):
        if token.lower in trigger.rule.after or token.lower == "of":
            return token.lower
    return ""


def _is_inverted(trigger: Trigger, frame: Frame) -> bool:
    """ "…," said X."""
    beside = any(0 <= reference.mention.first - trigger.last <= 1 for reference in frame.actors)
    return beside and trigger.rule.speech and trigger.voice == "active"


def _said(text: str, scene: Scene, trigger: Trigger, frame: Frame) -> str:
    """What stands before a verb of saying that closes its sentence: "…," X said."""
    if not trigger.rule.outranked and not trigger.stated:
        return ""
    tokens = scene.sentence.tokens
    marks = [at for at in range(trigger.group) if tokens[at].text in _CLOSING_QUOTES]
    beside = any(each.mention.last == trigger.group for each in frame.actors) or _is_inverted(trigger, frame)
    if marks:
        last = marks[-1]
    elif beside:
        last = min([trigger.group, *(each.mention.first for each in frame.actors if each in scene.references)])
        while last and tokens[last - 1].lower in ARTICLES:
            last -= 1
        if not last or tokens[last - 1].text != ",":
            return ""
    else:
        return ""
    while last and tokens[last - 1].kind == "mark":
        last -= 1
    first = next((at for at in range(last) if tokens[at].kind != "mark"), last)
    shown = min(last, first + _SAID_TOKENS_MAX)
    told = any(looks_verbal(token.lower) for token in tokens[first:shown])
    return " ".join(text[tokens[first].start : tokens[shown - 1].end].split()) if told else ""


def _behind(text: str, scene: Scene, trigger: Trigger, frame: Frame) -> str | None:
    """What follows the one it is done to, where that one stands right behind the verb."""
    last = next((each.mention.last for each in frame.recipients if each.mention.first == trigger.last), None)
    return None if last is None or "*" in trigger.base else _tail(text, scene, trigger, last)


def _tail(text: str, scene: Scene, trigger: Trigger, first: int) -> str:
    """The document's own words from token `first` to the end of the clause or nearly so; what is said goes on."""
    tokens = scene.sentence.tokens
    number = scene.clause_at(trigger.last - 1)
    if trigger.rule.speech and number + 1 < len(scene.clauses) and scene.clauses[number + 1].opener == "that":
        end = len(tokens)
    else:
        end = max(scene.clauses[number].last, first)
    last = min(end, first + _TAIL_TOKENS_MAX)
    opened = False
    relative = scene.clauses[number].kind == "relative"
    for at in range(first, last):
        opened = opened or tokens[at].text in "“«" or (tokens[at].text == '"' and tokens[at].start > tokens[at - 1].end)
        if relative and at > first + 1 and tokens[at].lower in AUXILIARIES:
            # The clause that this one is put in goes on here.
            last = at
            break
        if not opened and tokens[at].text in _QUOTE_MARKS:
            # The quotation that the words stand in ends here.
            last = at
            break
    if last == first + _TAIL_TOKENS_MAX:
        while last > first and tokens[last - 1].kind == "word" and _is_small(tokens[last - 1]):
            last -= 1
    while last > first and (
        (
            tokens[last - 1].kind == "mark"
            and tokens[last - 1].text not in ")%”»"
            and not (opened and tokens[last - 1].text == '"')
        )
        or tokens[last - 1].lower in CONJUNCTIONS
    ):
        last -= 1
    return " ".join(text[tokens[first].start : tokens[last - 1].end].split()) if last > first else ""


def _is_small(token: Token) -> bool:
    return token.lower in PREPOSITIONS | ARTICLES | CONJUNCTIONS
