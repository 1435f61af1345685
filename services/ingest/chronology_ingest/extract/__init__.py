"""The default extractor: a document and the rules in, its events out. Pure and deterministic.

    clean and split → dates → actors → triggers → roles → status → place → date of the event
    → figures → topics → merge inside the document

Every stage is a module and works on what the stages before it found; none looks at the
text again but through offsets, so each event's quote is the document's own words. There
is no parser and no model: rules/*.toml say what is read, and each event names the rules
that read it. Documents that are not in English give no events.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from chronology_contracts.content_id import document_id, id_of_event
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor
from msgspec.structs import replace

from .. import ruleset
from ..ruleset import Ruleset
from . import dates, language, merge, places, sentences
from .assemble import Draft, Reading, assemble
from .coding import Coded, CodedActor, coded
from .scenes import drafts, mentions_by_actor, scenes

__all__ = ["EVENTS_MAX", "NAME", "VERSION", "Coded", "CodedActor", "code", "extract", "extractor"]

NAME: Final = "rules"
VERSION: Final = "1"
EVENTS_MAX: Final = 5_000
"""At most so many events of one document."""


def extractor(rules: Ruleset) -> Extractor:
    """The stamp that events of this extractor carry."""
    return Extractor(name=NAME, version=VERSION, rules_hash=rules.rules_hash)


def extract(document: Document, rules: Ruleset) -> tuple[Event, ...]:
    """The events that the document tells, in reading order."""
    if not language.is_english(document.text, document.language):
        return ()
    split = sentences.split(document.text, rules)
    expressions = dates.tag(document.text, document.published, rules=rules)
    read = scenes(split, expressions, rules)
    dateline, dateline_sentence = places.dateline(split, rules)
    reading = Reading(
        document=document,
        rules=rules,
        extractor=extractor(rules),
        dateline=dateline,
        dateline_sentence=dateline_sentence,
        mentions=mentions_by_actor(read, document.text),
    )
    events = merge.merge(_assembled(drafts(read, expressions, document.published, rules), reading))
    # A merged event has more participants than the reading that its id was made of.
    return tuple(replace(event, id=id_of_event(event)) for event in events[:EVENTS_MAX])


def code(text: str, rules: Ruleset | None = None) -> list[Coded]:
    """The events of a sentence or a few, without a document around them."""
    blank = Document(
        id=document_id(text=text, publisher="", url="", published=""), text=text, sha256="0" * 64, language="en"
    )
    events = extract(blank, rules if rules is not None else ruleset.default())
    # PLOVER has no OTHER: an event coder gives what has a code.
    return [coded(event) for event in events if event.type != "OTHER"]


def _assembled(found: Iterator[Draft], reading: Reading) -> Iterator[merge.Told]:
    """The events with the numbers of their sentences; a bare statement only where its sentence tells nothing else."""
    count = 0
    for number, told in itertools.groupby(found, key=lambda draft: draft.number):
        made = [(draft.trigger.rule, event) for draft in told if (event := assemble(draft, reading)) is not None]
        plain = [(rule, event) for rule, event in made if not rule.outranked]
        for rule, event in plain or made[:1]:
            count += 1
            yield merge.Told(sentence=number, speech=rule.speech, event=event)
        if count >= EVENTS_MAX:
            return
