"""The examples of rules, run: each must be read by its rule, and as it says; no counterexample may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from msgspec import Struct

from . import ruleset
from .errors import RulesBroken
from .extract import dates, extract
from .ruleset import (
    Added,
    DateRule,
    Example,
    FigureRule,
    FurnitureRule,
    PlaceRule,
    PredicateRule,
    Rule,
    Ruleset,
    StatusRule,
    TopicRule,
)

TOLD_ON: Final = "2019-03-20"
"""The day that an example is told on, if it names none: a Wednesday."""
SILENT: Final = ("hypothetical", "negated")
"""What makes a happening no event leaves nothing behind that would name the rule: then no event must be read."""
PLACES_NAMED: Final = ("place.preposition", "place.of-document")
"""The place rules that events name in their reasons; other ones only bring words to them."""
_SHOWN_MAX: Final = 4


class ExampleFault(Struct, frozen=True, kw_only=True):
    """An example that does not hold. `number` counts from 1; `read` is what was read instead, in words."""

    rule: str
    file: str
    kind: Literal["example", "counterexample"]
    number: int
    text: str
    read: str

    def __str__(self) -> str:
        if self.kind == "counterexample":
            told = f"the rule reads its counterexample {self.number}, which it must not"
        else:
            told = f"the rule does not read its example {self.number} as it says"
        return f"{self.file}: {self.rule}: {told}\n    {self.text}\n    read: {self.read}"


def with_added(added: Iterable[Added]) -> Ruleset:
    """The package's rules and the added ones, whose examples hold. Raises `RulesBroken`."""
    rules = ruleset.load(ruleset.folder(), tuple(added))
    own = [(file, rule) for file, rule in rules.rules if rule.id in rules.added]
    faults = [fault for file, rule in own for fault in example_faults(rule, rules, file)]
    if faults:
        told = [str(fault).removeprefix(f"{fault.file}: ") for fault in faults]
        raise RulesBroken(faults[0].file, "\n".join(told))
    return rules


def example_faults(rule: Rule, rules: Ruleset, file: str) -> Iterator[ExampleFault]:
    """What of the rule's examples does not hold under these rules."""
    for number, told in enumerate(rule.examples, 1):
        example = told if isinstance(told, Example) else Example(text=told)
        if not holds(rule, example, rules):
            yield _fault(rule, rules, file, "example", number, example)
    for number, text in enumerate(rule.counterexamples, 1):
        example = Example(text=text, anchor=TOLD_ON)
        if not holds(rule, example, rules, counter=True):
            yield _fault(rule, rules, file, "counterexample", number, example)


def holds(rule: Rule, example: Example, rules: Ruleset, *, counter: bool = False) -> bool:
    """Whether an example is read as it says, or a counterexample is left alone."""
    try:
        if (isinstance(rule, StatusRule) and rule.effect in SILENT) or (
            isinstance(rule, PredicateRule) and rule.silent
        ):
            return (events_of(example, rules) == ()) is not counter
        return reads(rule, example, rules) is not counter
    except (LookupError, ValueError, TypeError, AttributeError):
        # A resolver that misses one of the groups which it reads.
        return False


def reads(rule: Rule, example: Example, rules: Ruleset) -> bool:
    if isinstance(rule, FurnitureRule):
        return any(each.regex.search(example.text) is not None for each in rules.furniture if each.id == rule.id)
    if isinstance(rule, DateRule):
        return any(_dated_so(found, example) for found in expressions_of(example, rules) if found.rule == rule.id)
    return any(_read_by(rule, event) and _read_so(event, example) for event in events_of(example, rules))


def events_of(example: Example, rules: Ruleset) -> tuple[Event, ...]:
    published = example.anchor or TOLD_ON
    id = document_id(text=example.text, publisher="", url="", published=published)
    document = Document(id=id, text=example.text, sha256="0" * 64, published=published, language="en")
    return extract(document, rules)


def expressions_of(example: Example, rules: Ruleset) -> list[dates.TemporalExpression]:
    return dates.tag(example.text, example.anchor, rules=rules)


def _dated_so(found: dates.TemporalExpression, example: Example) -> bool:
    return example.date in (None, found.edtf) and example.value in (None, found.value)


def _read_by(rule: Rule, event: Event) -> bool:
    if isinstance(rule, TopicRule):
        return rule.topic in event.topics
    if isinstance(rule, FigureRule):
        return bool(event.figures)
    if isinstance(rule, PlaceRule) and rule.id not in PLACES_NAMED:
        return bool(event.place)
    return rule.id in event.reasons


def _read_so(event: Event, example: Example) -> bool:
    counted = [
        figure
        for figure in event.figures
        if example.value in (None, figure.value)
        and example.qualifier in (None, figure.qualifier)
        and example.of in (None, figure.of)
    ]
    return (
        example.date in (None, event.date)
        and example.modality in (None, event.modality)
        and example.attributed_to in (None, event.attributed_to)
        and example.place in (None, event.place)
        and example.actors in (None, names(event, "actor"))
        and example.recipients in (None, names(event, "recipient"))
        and (bool(counted) or (example.value, example.qualifier, example.of) == (None, None, None))
    )


def names(event: Event, role: str) -> tuple[str, ...]:
    return tuple(participant.name for participant in event.participants if participant.role == role)


def _fault(
    rule: Rule, rules: Ruleset, file: str, kind: Literal["example", "counterexample"], number: int, example: Example
) -> ExampleFault:
    try:
        read = _told_dates(example, rules) if isinstance(rule, DateRule) else _told_events(example, rules)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        resolver = f'resolve = "{rule.resolve}"' if isinstance(rule, DateRule) else "what reads it"
        read = f"nothing: {resolver} needs another group (?P<…>) in the pattern ({type(error).__name__}: {error})"
    return ExampleFault(rule=rule.id, file=file, kind=kind, number=number, text=example.text, read=read)


def _told_events(example: Example, rules: Ruleset) -> str:
    events = events_of(example, rules)
    return "; ".join(in_words(event) for event in events[:_SHOWN_MAX]) or "no event"


def _told_dates(example: Example, rules: Ruleset) -> str:
    found = expressions_of(example, rules)
    told = (f"“{each.text}” {each.edtf or each.value or 'without a date'} by {each.rule}" for each in found)
    return "; ".join(told) or "no date"


def in_words(event: Event) -> str:
    """One event on one line: "COERCE arrest; who Police; whom Mirva Telen; date 2019-03-04; by coerce.arrest …"."""
    parts = (
        f"{event.type} {event.mode or event.kind}".strip(),
        *_named("who", ", ".join(names(event, "actor"))),
        *_named("whom", ", ".join(names(event, "recipient"))),
        *_named("date", event.date),
        *_named("place", event.place),
        *_named("attributed to", event.attributed_to),
        *(() if event.modality == "asserted" else (event.modality,)),
        *_named("topics", ", ".join(event.topics)),
        f"by {', '.join(event.reasons)}",
    )
    return "; ".join(parts)


def _named(name: str, value: str) -> tuple[str, ...]:
    return (f"{name} {value}",) if value else ()
