"""The line of a chronology: an event in a few words, made from its frame and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts.vocabulary import Modality
from msgspec import Struct

from ..ruleset import Ruleset
from .grammar import words
from .predicates import Trigger

_LENGTH_MAX: Final = 400
_NAMES_MAX: Final = 4
_PLURALS: Final = words("police people gendarmes clergy troops cattle taliban")
_TAIL_LINKS: Final = (" of ", " in ", " from ", " living ")
"""What follows them in a name only says which ones: "miners from Peru"."""

_PREFIX: Final[dict[str, str]] = {
    "alleged": "Alleged: ",
    "scheduled": "Scheduled: ",
    "denied": "Denied: ",
    "habitual": "",
    "asserted": "",
}


class Phrase(Struct, frozen=True, kw_only=True):
    """What the line is made of: who, the word that brought the recipient of a noun, and the document's own words.

    `tail` follows the verb, `behind` what follows the one it is done to, `said` stands before "…, said X".
    """

    actors: Sequence[str] = ()
    recipients: Sequence[str] = ()
    preposition: str = ""
    tail: str = ""
    behind: str | None = None
    said: str = ""


def line(trigger: Trigger, phrase: Phrase, modality: Modality, rules: Ruleset) -> str:
    """Who by name, the act in the past tense or as to come, and the document's own words that go with it."""
    statement = _noun(trigger, phrase) if trigger.voice == "noun" else _verbal(trigger, phrase, modality, rules)
    # A verb says by its form that it lies ahead; a noun cannot.
    prefix = "" if modality == "scheduled" and trigger.voice != "noun" else _PREFIX[modality]
    return (prefix + statement)[:_LENGTH_MAX]


def _noun(trigger: Trigger, phrase: Phrase) -> str:
    parts = [_first_upper(trigger.base)]
    if phrase.recipients:
        parts.append(f"{phrase.preposition or 'of'} {_listed(phrase.recipients)}")
    if phrase.actors:
        parts.append(f"by {_listed(phrase.actors)}")
    return " ".join(parts)


def _verbal(trigger: Trigger, phrase: Phrase, modality: Modality, rules: Ruleset) -> str:
    base, *rest = trigger.base.split()
    done_to = trigger.voice == "passive" or trigger.rule.subject == "recipient"
    subject = phrase.recipients if done_to else phrase.actors
    tail = phrase.tail
    passive = trigger.voice == "passive"
    if not subject and not done_to and phrase.recipients and phrase.behind is not None and base != "be":
        # Nobody is named who did it: say it of the one it was done to.
        subject, tail, passive = phrase.recipients, phrase.behind, True
    if phrase.said:
        return f"{_listed(subject)} {'said' if base == 'tell' else rules.forms[base].past}: {phrase.said}"
    # The words of a wording with a gap stand in the tail already.
    particles = [] if "*" in rest else rest
    verb = _verb(base, passive, subject, modality, rules)
    return " ".join(part for part in (_listed(subject) or "Somebody", verb, *particles, tail) if part)


def _verb(base: str, passive: bool, subject: Sequence[str], modality: Modality, rules: Ruleset) -> str:
    plural = len(subject) > 1 or (len(subject) == 1 and _is_plural(subject[0]))
    ahead = modality == "scheduled"
    be = ("are" if plural else "is") if ahead else ("were" if plural else "was")
    if passive:
        return f"{be}{' to be' if ahead else ''} {rules.forms[base].participle}"
    if base == "be":
        return f"{be} to be" if ahead else be
    return f"{be} to {base}" if ahead else rules.forms[base].past


def _is_plural(name: str) -> bool:
    for link in _TAIL_LINKS:
        name = name.partition(link)[0]
    last = name.split()[-1].lower()
    return last in _PLURALS or (name.endswith("s") and not name[:1].isdigit() and _is_common(name))


def _is_common(name: str) -> bool:
    """A description, not a proper name: only its first word has a capital."""
    return name[1:] == name[1:].lower()


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_NAMES_MAX])
    if len(names) > _NAMES_MAX:
        return f"{', '.join(shown)} and others"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
