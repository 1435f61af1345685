"""How often an event is right, by the band of confidence that it carries.

Right is: of the gold chronology, an event that is aligned with one of the same type and a compatible date; of the
event coding records, which have no dates, one whose type is among those of its record and that has an actor of it.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from functools import cache
from typing import Any

from . import sets
from .measures import Counts


@cache
def bands() -> Counts:
    """`<band>` and `<band> right`, by document or record."""
    return {**_of_gold(), **_of_records()}


def _of_gold() -> Counts:
    score = sets.scorer("gold/score_events.py")
    known = score.read_gold(str(sets.GOLD), str(sets.CORPUS))
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for doc, read in sets.documents_of(sets.CORPUS):
        lines = [line for line in sets.gold_lines() if line["doc"] == doc]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as written:
            written.write("".join(json.dumps(line) + "\n" for line in lines))
            written.flush()
            predicted = score.read_predictions(written.name, known.documents)
        right = {
            place
            for gold, place in score.align(known.events[doc], predicted)
            if known.events[doc][gold].type == predicted[place].type
            and score.compatible(known.events[doc][gold].date, predicted[place].date)
        }
        for place, line in enumerate(lines):
            _count(counted[doc], line["confidence"], place in right)
        assert len(lines) == len(predicted) == len(sets.events(read))
    return counted


def _of_records() -> Counts:
    texts: dict[str, list[dict[str, Any]]] = {}
    for line in (sets.SHARED / sets.RECORDS).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        texts.setdefault(record["text"], []).append(record)
    counted: dict[str, Counter[str]] = {}
    for text, gold in texts.items():
        found = counted.setdefault(gold[0]["id"], Counter())
        for event in sets.events(sets.document(text)):
            told = {word for each in event.participants if each.role == "actor" for word in sets.content(each.name)}
            told |= {
                word
                for each in event.participants
                if each.role == "actor"
                for mention in each.mentions
                for word in sets.content(mention.text)
            }
            right = any(
                record["event_type"] == event.type
                and any(told & sets.content(actor["text"]) for actor in record.get("actors") or [])
                for record in gold
            )
            _count(found, event.confidence, right)
    return counted


def _count(counted: Counter[str], band: str, right: bool) -> None:
    counted[band] += 1
    counted[f"{band} right"] += right
