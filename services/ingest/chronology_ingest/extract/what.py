"""The line of a chronology: an event in a few words, made from its frame and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts.vocabulary import Modality

from ..ruleset import Ruleset
from .predicates import Trigger

_LENGTH_MAX: Final = 400
_NAMES_MAX: Final = 4
_PREFIX: Final[dict[str, str]] = {"alleged": "Alleged: ", "scheduled": "Scheduled: ", "denied": "Denied: ", "habitual": "", "asserted": ""}


def line(trigger: Trigger, actors: Sequence[str], recipients: Sequence[str], preposition: str, modality: Modality, rules: Ruleset) -> str:
    """Past tense, active where somebody acts, passive where only somebody suffers."""
    return (_PREFIX[modality] + _statement(trigger, _listed(actors), _listed(recipients), preposition, rules))[:_LENGTH_MAX]


def _statement(trigger: Trigger, actors: str, recipients: str, preposition: str, rules: Ruleset) -> str:
    if trigger.voice == "noun":
        parts = [_first_upper(trigger.base)]
        if recipients:
            parts.append(f"{preposition or 'of'} {recipients}")
        if actors:
            parts.append(f"by {actors}")
        return " ".join(parts)
    base, *rest = trigger.base.split()
    forms = rules.forms[base]
    words = [word for word in rest if word != "*"]
    before = rest[: rest.index("*")] if "*" in rest else rest
    behind = rest[rest.index("*") + 1 :] if "*" in rest else []
    if trigger.rule.subject == "recipient" or not recipients:
        past = "was" if base == "be" else forms.past
        return " ".join(part for part in (actors or recipients or "Somebody", past, *words) if part)
    if not actors and trigger.voice == "passive":
        return " ".join([recipients, "was" if "," not in recipients and " and " not in recipients else "were", forms.participle, *words])
    link = [preposition] if preposition and preposition not in words else []
    return " ".join([actors or "Somebody", forms.past, *before, *link, recipients, *behind])


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_NAMES_MAX])
    if len(names) > _NAMES_MAX:
        return f"{', '.join(shown)} and others"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
