"""Every example and counterexample of every rule, one test each: what a rule claims about itself holds."""

from __future__ import annotations

import pytest
from _pytest.mark import ParameterSet
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import ruleset
from chronology_ingest.extract import dates, extract
from chronology_ingest.ruleset import DateRule, Example, FigureRule, FurnitureRule, Rule, StatusRule, TopicRule

RULES = ruleset.default()
PUBLISHED = "2019-03-20"


def events_of(text: str, published: str = PUBLISHED) -> tuple[Event, ...]:
    id = document_id(text=text, publisher="", url="", published=published)
    return extract(Document(id=id, text=text, sha256="0" * 64, published=published, language="en"), RULES)


def examples(*, counter: bool = False) -> list[ParameterSet]:
    found = []
    for _, rule in RULES.rules:
        texts = rule.counterexamples if counter else rule.examples
        for number, told in enumerate(texts, 1):
            example = told if isinstance(told, Example) else Example(text=told)
            found.append(pytest.param(rule, example, id=f"{rule.id}-{number}"))
    return found


def fires(rule: Rule, example: Example) -> bool:
    """Whether the rule reads the example, and reads it as the example says."""
    if isinstance(rule, FurnitureRule):
        pattern = next(pattern for pattern in RULES.furniture if pattern.id == rule.id)
        return pattern.regex.search(example.text) is not None
    if isinstance(rule, DateRule):
        return any(
            holds_date(found, example) for found in dates.tag(example.text, example.anchor) if found.rule == rule.id
        )
    return any(reads(event, rule) and holds(event, example) for event in events_of(example.text))


def holds_date(found: dates.TemporalExpression, example: Example) -> bool:
    return example.date in (None, found.edtf) and example.value in (None, found.value)


def reads(event: Event, rule: Rule) -> bool:
    if isinstance(rule, TopicRule):
        return rule.topic in event.topics
    if isinstance(rule, FigureRule):
        return bool(event.figures)
    return rule.id in event.reasons


def holds(event: Event, example: Example) -> bool:
    actors = tuple(participant.name for participant in event.participants if participant.role == "actor")
    recipients = tuple(participant.name for participant in event.participants if participant.role == "recipient")
    figures = [(figure.value, figure.qualifier, figure.of) for figure in event.figures]
    counted = [
        (value, qualifier, of)
        for value, qualifier, of in figures
        if example.value in (None, value) and example.qualifier in (None, qualifier) and example.of in (None, of)
    ]
    return (
        example.modality in (None, event.modality)
        and example.attributed_to in (None, event.attributed_to)
        and example.place in (None, event.place)
        and example.actors in (None, actors)
        and example.recipients in (None, recipients)
        and (example.value is None or bool(counted))
    )


# What makes a happening no event leaves nothing behind to carry its id.
SILENT = ("hypothetical", "negated")


@pytest.mark.parametrize(("rule", "example"), examples())
def test_a_rule_reads_its_example(rule: Rule, example: Example) -> None:
    if isinstance(rule, StatusRule) and rule.effect in SILENT:
        assert events_of(example.text) == ()
    else:
        assert fires(rule, example)


@pytest.mark.parametrize(("rule", "example"), examples(counter=True))
def test_a_rule_leaves_its_counterexample_alone(rule: Rule, example: Example) -> None:
    if isinstance(rule, StatusRule) and rule.effect in SILENT:
        assert events_of(example.text) != ()
    else:
        assert not fires(rule, Example(text=example.text, anchor=PUBLISHED))
