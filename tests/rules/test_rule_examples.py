"""Every example and counterexample of every rule, one test each: what a rule claims about itself holds."""

from __future__ import annotations

import pytest
from _pytest.mark import ParameterSet
from chronology_ingest import ruleset
from chronology_ingest.rule_examples import TOLD_ON, holds
from chronology_ingest.ruleset import Example, Rule

RULES = ruleset.installed()


def examples(*, counter: bool = False) -> list[ParameterSet]:
    found = []
    for _, rule in RULES.rules:
        texts = rule.counterexamples if counter else rule.examples
        for number, told in enumerate(texts, 1):
            example = told if isinstance(told, Example) else Example(text=told, anchor=TOLD_ON if counter else "")
            found.append(pytest.param(rule, example, id=f"{rule.id}-{number}"))
    return found


@pytest.mark.parametrize(("rule", "example"), examples())
def test_a_rule_reads_its_example(rule: Rule, example: Example) -> None:
    assert holds(rule, example, RULES)


@pytest.mark.parametrize(("rule", "example"), examples(counter=True))
def test_a_rule_leaves_its_counterexample_alone(rule: Rule, example: Example) -> None:
    assert holds(rule, example, RULES, counter=True)
