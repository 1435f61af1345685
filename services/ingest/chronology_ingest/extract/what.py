"""The line of a chronology: an event in a few words, made from its frame and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts.vocabulary import Modality

from ..ruleset import Ruleset
from .predicates import Trigger

_LENGTH_MAX: Final = 400
_NAMES_MAX: Final = 4
_PREFIX: Final[dict[str, str]] = {
    "alleged": "Alleged: ",
    "scheduled": "Scheduled: ",
    "denied": "Denied: ",
    "habitual": "",
    "asserted": "",
}


def line(
    trigger: Trigger,
    actors: Sequence[str],
    recipients: Sequence[str],
    preposition: str,
    tail: str,
    modality: Modality,
    rules: Ruleset,
) -> str:
    """Who by name, the act in the past tense or as to come, and `tail`, the document's own words that follow it."""
    statement = _statement(trigger, actors, recipients, preposition, tail, modality, rules)
    # A verb says by its form that it lies ahead; a noun cannot.
    prefix = "" if modality == "scheduled" and trigger.voice != "noun" else _PREFIX[modality]
    return (prefix + statement)[:_LENGTH_MAX]


def _statement(
    trigger: Trigger,
    actors: Sequence[str],
    recipients: Sequence[str],
    preposition: str,
    tail: str,
    modality: Modality,
    rules: Ruleset,
) -> str:
    if trigger.voice == "noun":
        parts = [_first_upper(trigger.base)]
        if recipients:
            parts.append(f"{preposition or 'of'} {_listed(recipients)}")
        if actors:
            parts.append(f"by {_listed(actors)}")
        return " ".join(parts)
    base, *rest = trigger.base.split()
    subject = recipients if trigger.voice == "passive" or trigger.rule.subject == "recipient" else actors
    verb = _verb(trigger, base, subject, modality, rules)
    # The words of a wording with a gap stand in the tail already.
    particles = [] if "*" in rest else rest
    return " ".join(part for part in (_listed(subject) or "Somebody", verb, *particles, tail) if part)


def _verb(trigger: Trigger, base: str, subject: Sequence[str], modality: Modality, rules: Ruleset) -> str:
    plural = len(subject) > 1 or (len(subject) == 1 and subject[0].endswith("s") and " of " not in subject[0])
    be = "is to be" if modality == "scheduled" and not plural else "are to be" if modality == "scheduled" else ""
    be = be or ("were" if plural else "was")
    if trigger.voice == "passive":
        return f"{be} {rules.forms[base].participle}"
    if base == "be":
        return be
    return f"{be.removesuffix(' be')} {base}" if modality == "scheduled" else rules.forms[base].past


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_NAMES_MAX])
    if len(names) > _NAMES_MAX:
        return f"{', '.join(shown)} and others"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
