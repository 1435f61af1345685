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
from . import (
    bodies,
    coarse,
    datelines,
    dates,
    document_date,
    furniture,
    heard,
    implied,
    language,
    manner,
    merge,
    occurrence,
    sentences,
)
from .assemble import Reading, assemble, told
from .coding import Coded, CodedActor, coded
from .dated import Dated
from .draft import Act
from .scenes import drafts, mentions_by_actor, scenes

__all__ = ["EVENTS_MAX", "NAME", "VERSION", "Coded", "CodedActor", "code", "extract", "extractor"]

NAME: Final = "rules"
VERSION: Final = "1"
EVENTS_MAX: Final = 5_000
"""At most so many events of one document."""
DRAFTS_MAX: Final = 4 * EVENTS_MAX
"""Acts that are looked at in one document."""


def extractor(rules: Ruleset) -> Extractor:
    """The stamp that events of this extractor carry."""
    return Extractor(name=NAME, version=VERSION, rules_hash=rules.rules_hash)


def extract(document: Document, rules: Ruleset) -> tuple[Event, ...]:
    """The events that the document tells, in reading order."""
    if not language.is_english(document.text, document.language):
        return ()
    cleaned = furniture.clean(document.text, rules)
    split = sentences.split(document.text, rules, cleaned)
    # A day of its own that only the head of a page tells is furniture by now.
    published = coarse.refined(document.published, document_date.document_date(document.text).date)
    told_from = coarse.counted_from(published)
    expressions = coarse.no_finer(dates.tag(cleaned.text, told_from, rules=rules), published)
    read = scenes(split, expressions, rules)
    dateline, dateline_sentence = datelines.dateline(split, rules)
    reading = Reading(
        document=document,
        rules=rules,
        extractor=extractor(rules),
        dateline=dateline,
        dateline_sentence=dateline_sentence,
        mentions=mentions_by_actor(read, document.text),
        countries=implied.told_of(read),
        officers=bodies.officers(read),
        timeless=manner.is_timeless(split),
    )
    acts = told(itertools.islice(drafts(read, rules), DRAFTS_MAX))
    setting = occurrence.Setting(published=document.published, publisher=document.publisher, text=document.text)
    placed = zip(acts, occurrence.dates(read, acts, setting, rules), strict=True)
    events = merge.merge(_assembled(placed, reading))
    # A merged event has more participants than the reading that its id was made of.
    return tuple(replace(event, id=id_of_event(event)) for event in events[:EVENTS_MAX])


def code(text: str, rules: Ruleset | None = None) -> list[Coded]:
    """The events of a sentence or a few, without a document around them."""
    blank = Document(
        id=document_id(text=text, publisher="", url="", published=""), text=text, sha256="0" * 64, language="en"
    )
    rules = rules if rules is not None else ruleset.default()
    events = extract(blank, rules)
    # PLOVER has no OTHER: an event coder gives what has a code.
    return [coded(event, rules) for event in events if event.type != "OTHER"]


def _assembled(found: Iterator[tuple[Act, Dated]], reading: Reading) -> Iterator[merge.Told]:
    """The events with the numbers of their sentences; a bare statement only where its sentence tells nothing else."""
    count = 0
    before = heard.Heard()
    for number, acts in itertools.groupby(found, key=lambda each: each[0].draft.number):
        made = [(act, event) for act, dated in acts if (event := assemble(act, dated, reading)) is not None]
        plain = [(act, event) for act, event in made if not act.draft.trigger.rule.outranked]
        for act, event in plain or made[:1]:
            if before.is_repeated(act.draft, event):
                continue
            count += 1
            event = heard.opened(act.draft, before.told(act.draft, event), reading.document.text)
            yield merge.Told(sentence=number, speech=act.draft.trigger.rule.speech, event=event)
        if count >= EVENTS_MAX:
            return
