"""Anchors: acts that are dated by another act of the document, told before them or behind.

"Following his arrest", "during the strike", "shortly after that": the rules in
rules/anchors.toml say which words relate an act to another, or to the date that was
told last, and how. What comes out is no finer than the words are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Final

from chronology_contracts import edtf
from msgspec import Struct

from ..ruleset import AnchorRule, Ruleset
from .calendar import of_month, on_day, shifted
from .dated import Dated, Located
from .draft import Act, Draft
from .frame import Scene
from .number_words import number_of
from .predicates import Trigger
from .roles import assign
from .sentences import Token
from .spans import later

KNOWN_MAX: Final = 400
"""What is told further down is no anchor: each "after his arrest" is compared with all."""
_ACT_REACH: Final = 7
_OPENING_MAX: Final = 2
_TRAILING_MAX: Final = 16
_LATE_IN_MONTH: Final = 25
_STEM: Final = 5
_LENGTH_GAP_MAX: Final = 1
_WEEK: Final = 7
_DISTANCE: Final = re.compile(r"(?:just |only |about |some )?([\w -]+?)[ -](day|week)s? (later|after|earlier|before)")
_CLOSERS: Final = frozenset(",;:()—–")


class Connective(Struct, frozen=True, kw_only=True, gc=False):
    """Tokens `first` up to `last` relate an act to the act `to`, or to the date told last where that is None."""

    rule: AnchorRule
    first: int
    last: int
    to: Trigger | None = None
    length: str = ""


class Known(Struct, frozen=True, kw_only=True, gc=False):
    """An act whose date the text itself gives; `order` is that of telling."""

    order: int
    type: str
    mode: str
    base: str
    names: frozenset[str]
    date: str


def connectives(draft: Draft, rules: Ruleset) -> tuple[Connective, ...]:
    """Those of the draft's sentence that lead somewhere."""
    tokens = draft.scene.sentence.tokens
    # "Days later" is told as a time, but names none.
    placed_in_time = frozenset(
        at for each in draft.scene.located if each.expression.edtf for at in range(each.first, each.last)
    )
    found = []
    at = 0
    while at < len(tokens):
        match = _match(tokens, at, placed_in_time, rules) if tokens[at].lower in rules.anchors else None
        if match is None:
            at += 1
            continue
        rule, last = match
        to = _act_behind(draft, last) if rule.to == "act" else None
        if rule.to == "told" or to is not None:
            found.append(
                Connective(rule=rule, first=at, last=last, to=to, length=_length_before(draft.scene.located, at))
            )
        at = last
    return tuple(found)


def _match(tokens: Sequence[Token], at: int, dated: frozenset[int], rules: Ruleset) -> tuple[AnchorRule, int] | None:
    best: tuple[AnchorRule, int] | None = None
    for said, rule in rules.anchors.get(tokens[at].lower, ()):
        last = at + len(said)
        if (
            last <= len(tokens)
            and (best is None or last > best[1])
            and all(tokens[at + step].lower == word for step, word in enumerate(said))
            and not any(place in dated for place in range(at, last))
        ):
            best = rule, last
    return best


def _act_behind(draft: Draft, last: int) -> Trigger | None:
    """The act that the words behind a connective name: "his arrest", "the end of the strike", "he was arrested"."""
    tokens = draft.scene.sentence.tokens
    for trigger in draft.triggers:
        if trigger.first < last:
            continue
        between = tokens[last : trigger.first]
        if len(between) > _ACT_REACH or any(token.text in _CLOSERS for token in between):
            return None
        return trigger
    return None


def _length_before(located: Sequence[Located], at: int) -> str:
    """ "Two weeks after …"."""
    return next(
        (
            found.expression.value
            for found in located
            if found.expression.type == "DURATION" and 0 <= at - found.last < _LENGTH_GAP_MAX
        ),
        "",
    )


def bears_on(scene: Scene, connective: Connective, draft: Draft) -> bool:
    """Whether the act is what the words relate: the clause that they open, or the act right before them."""
    trigger, to = draft.trigger, connective.to
    if to is not None and to.first == trigger.first:
        return False
    number = scene.clause_at(connective.first)
    opens = connective.first - scene.clauses[number].first <= _OPENING_MAX
    end = to.last if to is not None else connective.last
    if trigger.first >= end:
        clause = scene.clauses[scene.clause_at(trigger.first)]
        return opens and trigger.voice != "noun" and clause.kind not in ("relative", "aside") and not trigger.reduced
    if connective.first < trigger.last or connective.first - trigger.last > _TRAILING_MAX:
        return False
    return not any(
        each.voice != "noun" and trigger.last <= each.first < connective.first for each in draft.triggers
    ) and (trigger.voice != "noun" or connective.first - trigger.last <= _OPENING_MAX)


def known(acts: Sequence[Act], dates: Sequence[Dated | None]) -> tuple[Known, ...]:
    """The acts that others can be anchored to: those with a date of their own words, at most `KNOWN_MAX`."""
    found = (
        Known(
            order=order,
            type=act.draft.trigger.rule.type,
            mode=act.draft.trigger.rule.mode,
            base=act.draft.trigger.base,
            names=act.names,
            date=dated.date,
        )
        for order, (act, dated) in enumerate(zip(acts, dates, strict=True))
        if dated is not None and dated.date and not _is_part(act.draft)
    )
    return tuple(itertools.islice(found, KNOWN_MAX))


def _is_part(draft: Draft) -> bool:
    """ "Arrest" in "house arrest"."""
    trigger = draft.trigger
    return any(
        each.first <= trigger.first < each.last and each.last - each.first > trigger.last - trigger.first
        for each in draft.triggers
    )


def date_of(scene: Scene, trigger: Trigger, order: int, told: Iterable[Known]) -> str:
    """When the document says that an act happened which is only named here, "" where it does not."""
    rule = trigger.rule
    alike = [
        each
        for each in told
        if each.type == rule.type
        and (
            each.base == trigger.base or (rule.mode != "" and each.mode == rule.mode) or _akin(each.base, trigger.base)
        )
        and each.order != order
    ]
    if not alike:
        # "The shooting", where all that was told of such acts before is of one day.
        days = {each.date for each in told if each.type == rule.type and each.order < order}
        return days.pop() if len(days) == 1 and trigger.voice == "noun" and rule.type == "ASSAULT" else ""
    frame = assign(scene, trigger)
    references = [each for each in (*frame.actors, *frame.recipients) if each.actor is not None]
    names = {each.actor.name for each in references if each.actor is not None}
    pool = [each for each in alike if names & each.names]
    if not pool and any(each.mention.shape != "pronoun" for each in references) and any(each.names for each in alike):
        # It happened to somebody else.
        return ""
    pool = pool or [each for each in alike if each.base == trigger.base] or alike
    if len({each.date for each in pool}) > 1 and not names:
        return ""
    # The same word says it best; of two, the one told last before this place.
    best = max(pool, key=lambda each: (each.base == trigger.base, each.order < order, -abs(order - each.order)))
    return best.date


def _akin(one: str, other: str) -> bool:
    """ "Resign" and "resignation"."""
    return one[:_STEM] == other[:_STEM]


def placed(connective: Connective, date: str, until: str) -> str:
    """The EDTF of an act so related to another of that date, "" for none; `until` is the day of the telling."""
    relation = connective.rule.relation
    if not date:
        return ""
    if connective.length.startswith("PT") and relation in ("after", "before"):
        # "An hour before": on the same day, mostly.
        return date
    if connective.length and relation in ("after", "soon-after", "before"):
        return later(date, connective.length, -1 if relation == "before" else 1)
    first, last = edtf.bounds(date)
    if relation == "same":
        return date
    if first is None or (last is None and relation != "during"):
        return ""
    if relation == "since":
        return f"{date.partition('/')[0]}/.."
    if relation == "during":
        return _during(date, first, last, until)
    if relation == "eve":
        return on_day(first - 1, "relative").edtf
    return _about(date, first if relation == "before" else _after(date, first, last), relation)


def moved(date: str, said: str) -> str:
    """So many days or weeks from a month or year, no finer than that is; "" where the day is known, or nothing is."""
    told = _DISTANCE.search(said.lower())
    first, last = edtf.bounds(date) if date else (None, None)
    count = number_of(told.group(1)) if told is not None else None
    if told is None or count is None or first is None or last is None or first == last:
        return ""
    by = int(count) * (_WEEK if told.group(2) == "week" else 1) * (-1 if told.group(3) in ("earlier", "before") else 1)
    precision = edtf.parse(date).precision
    if "/" in date or precision not in ("month", "year") or abs(by) <= _WEEK or precision == "year":
        return date if "/" not in date else ""
    ends = [edtf.from_day_number(end + by) for end in (first, last)]
    months = [of_month(year, month, "relative").edtf for year, month, _ in ends]
    return months[0] if months[0] == months[1] else "/".join(months)


def before(date: str) -> str:
    """Some time before a date that is known to the day, or less finely."""
    first = edtf.bounds(date)[0]
    return "" if first is None else _about(date, first, "before")


def _after(date: str, first: int, last: int | None) -> int:
    """What follows a span follows its beginning where that is all that is told of it."""
    return first if "/" in date or last is None else last


def _during(date: str, first: int, last: int | None, until: str) -> str:
    """An act within a span that may still go on when it is told."""
    if "/" not in date:
        return date
    told = edtf.bounds(until)[1] if until else None
    if told is not None and (last is None or last > told) and told >= first:
        begin = date.partition("/")[0]
        return f"{begin}/{until}" if begin != until else begin
    return date if last is not None else ""


def _about(date: str, day: int, relation: str) -> str:
    """Some time after, or before, what is known to the day is known to the month, and so on."""
    year, month, of_the_month = edtf.from_day_number(day)
    precision = edtf.parse(date).precision
    if precision == "day" or "/" in date:
        near = of_month(year, month, "relative").edtf
        close = of_the_month < _LATE_IN_MONTH if relation != "before" else of_the_month > 31 - _LATE_IN_MONTH
        return near if close else f"{near}~"
    if precision == "month" and relation == "soon-after":
        return f"{of_month(*shifted(year, month, 1), 'relative').edtf}~"
    return date if date.endswith("~") else f"{date}~"
