"""The default extractor: a document and the rules in, its events out. Pure and deterministic.

    clean and split → dates → actors → triggers → roles → status → place → date of the event
    → figures → topics → merge inside the document

Every stage is a module and works on what the stages before it found; none looks at the
text again but through offsets, so each event's quote is the document's own words. There
is no parser and no model: rules/*.toml say what is read, and each event names the rules
that read it. Documents that are not in English give no events.
"""

from __future__ import annotations

from typing import Final

from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor

from .. import ruleset
from ..ruleset import Ruleset
from . import actors, clauses, dates, language, merge, occurrence, places, predicates, sentences
from .assemble import Draft, Reading, assemble
from .cast import Reference, cast
from .coding import Coded, CodedActor, coded
from .roles import Scene

__all__ = ["EVENTS_MAX", "NAME", "VERSION", "Coded", "CodedActor", "code", "extract", "extractor"]

NAME: Final = "rules"
VERSION: Final = "1"
EVENTS_MAX: Final = 5_000
"""At most so many events of one document; a document of prose that fills 1 MiB stays below."""


def extractor(rules: Ruleset) -> Extractor:
    """The stamp that events of this extractor carry."""
    return Extractor(name=NAME, version=VERSION, rules_hash=rules.rules_hash)


def extract(document: Document, rules: Ruleset) -> tuple[Event, ...]:
    """The events that the document tells, in reading order."""
    if not language.is_english(document.text, document.language):
        return ()
    split = sentences.split(document.text, rules)
    expressions = dates.tag(document.text, document.published, rules=rules)
    scenes = _scenes(split, expressions, rules)
    reading = Reading(document=document, rules=rules, extractor=extractor(rules), dateline=places.dateline(split, rules))
    drafts: list[Event] = []
    for draft in _drafts(scenes):
        drafts += assemble(draft, reading)
        if len(drafts) >= EVENTS_MAX:
            break
    return merge.merge(drafts)[:EVENTS_MAX]
