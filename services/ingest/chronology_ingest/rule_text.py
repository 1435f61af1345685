"""A rule as people read and write it: what it does, its words, and the TOML that a file of rules has for it."""

from __future__ import annotations

import json
from typing import Any, Final

from msgspec import UNSET, Struct
from msgspec.structs import fields

from .ruleset import (
    ActorRule,
    AnchorRule,
    DateRule,
    FigureRule,
    FurnitureRule,
    ImpliedRule,
    PlaceRule,
    PredicateRule,
    Rule,
    StatusRule,
    TopicRule,
    kind_of,
)

_WIDTH: Final = 110
_FIRST: Final = ("id",)
_LAST: Final = ("examples", "counterexamples", "source")
_WORDS: Final = ("verbs", "nouns", "said", "prepositions", "phrases", "terms", "pattern")
_EFFECTS: Final = {
    "scheduled": "the act is planned, not done",
    "alleged": "the act is claimed by somebody",
    "denied": "the act is denied",
    "habitual": "the act goes on or is done again and again",
    "hypothetical": "the act may never happen, so it is no event",
    "negated": "the act did not happen, so it is no event",
    "attribution": "who stands before them says so",
    "according-to": "who stands behind them says so",
}


def reads(rule: Rule) -> str:
    """What it makes of its words, in a word or two: "COERCE arrest"."""
    if isinstance(rule, PredicateRule):
        return f"{rule.type} {rule.mode or rule.kind}".strip()
    if isinstance(rule, DateRule):
        return f"{rule.type} {rule.resolve}"
    if isinstance(rule, ActorRule):
        return f"{rule.kind} {rule.sector}".strip()
    if isinstance(rule, StatusRule):
        return rule.effect
    if isinstance(rule, AnchorRule):
        return f"{rule.relation} {rule.to}"
    if isinstance(rule, ImpliedRule):
        return f"state as {rule.role}"
    if isinstance(rule, TopicRule):
        return rule.topic
    return "nothing" if isinstance(rule, FurnitureRule) else kind_of(rule)


def words(rule: Rule) -> tuple[str, ...]:
    """By what it is found: words, or its pattern; () where code finds it."""
    found: tuple[str, ...] = ()
    for name in _WORDS:
        given = getattr(rule, name, ())
        found += (given,) if isinstance(given, str) else given
    return found


def describe(rule: Rule) -> str:
    """One or two sentences for somebody who has never seen a rule."""
    if isinstance(rule, PredicateRule):
        return (
            f"An act: these words tell an event of the type {reads(rule)}. Verbs are found in all their forms, nouns "
            f"in the plural too. Its subject is the {rule.subject}"
            + (", its object the recipient." if rule.object == "recipient" else ".")
        )
    if isinstance(rule, DateRule):
        return f"A date: what the pattern fits is read as a {rule.type} by the resolver {rule.resolve}."
    if isinstance(rule, ActorRule):
        sector = f" of the sector {rule.sector}" if rule.sector else ""
        return f"An actor: these nouns name one who acts, of the kind {rule.kind}{sector}. Plurals are found too."
    if isinstance(rule, StatusRule):
        return f"A status: these phrases beside an act say that {_EFFECTS[rule.effect]}."
    if isinstance(rule, TopicRule):
        return f"A topic: these terms in a sentence, or around it, speak for {rule.topic}."
    if isinstance(rule, AnchorRule):
        other = "the act behind them" if rule.to == "act" else "the date that was told last"
        return f"An anchor: these phrases date an act by {other} ({rule.relation})."
    if isinstance(rule, ImpliedRule):
        return f"Implied: of {', '.join(rule.acts)} the state is the {rule.role} where nobody else is named."
    if isinstance(rule, PlaceRule):
        return "A place: a name behind these prepositions is where an act happened."
    if isinstance(rule, FigureRule):
        return "A figure: numbers are found by code and by the lists `qualifiers`, [multipliers] and [words]."
    if isinstance(rule, FurnitureRule):
        return "Furniture: a line of the page that the pattern fits is passed over."
    return f"A rule of the kind {kind_of(rule)}: see the rules' README."


def as_toml(rule: Rule) -> str:
    """The rule as a file of rules has it, without what is left at its default."""
    given = {field.name: getattr(rule, field.name) for field in fields(rule)}
    defaults = {field.name: field.default for field in fields(rule)}
    names = [name for name in given if defaults[name] == UNSET or given[name] != defaults[name]]
    middle = [name for name in names if name not in (*_FIRST, *_LAST)]
    ordered = [*_FIRST, *middle, *(name for name in _LAST if name in names)]
    return "\n".join([f"[[{kind_of(rule)}]]", *(_line(name, given[name]) for name in ordered)]) + "\n"


def _line(name: str, value: Any) -> str:
    line = f"{name} = {_value(name, value)}"
    if len(line) <= _WIDTH or not isinstance(value, tuple):
        return line
    items = [f"{_value(name, item)}," for item in value]
    rows = [""]
    for item in items:
        if rows[-1] and (name in _LAST or len(rows[-1]) + len(item) + 3 > _WIDTH):
            rows.append("")
        rows[-1] += f" {item}"
    return "\n".join([f"{name} = [", *(f" {row}" for row in rows), "]"])


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # A pattern has backslashes, which single quotes leave alone.
        return f"'{value}'" if name == "pattern" and "'" not in value else json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"[{', '.join(_value('', item) for item in value)}]"
    if isinstance(value, Struct):
        told = [(field.name, getattr(value, field.name), field.default) for field in fields(value)]
        given = [f"{key} = {_value(key, item)}" for key, item, default in told if item != default]
        return f"{{ {', '.join(given)} }}"
    return str(value)
