"""The sets beside the checkout, read by the default extractor and counted document by document."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from chronology_contracts import edtf
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import extractors
from chronology_ingest.extract import code, dates
from chronology_local.lines import event_line

from .measures import Counts

SHARED: Final = Path(__file__).parents[3].parent / "shared"


def scorer(path: str) -> ModuleType:
    """A scorer of the sets as a module."""
    spec = importlib.util.spec_from_file_location(f"scorer_{Path(path).stem}", SHARED / path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def document(text: str, *, published: str = "", publisher: str = "", title: str = "") -> Document:
    return Document(
        id=document_id(text=text, publisher=publisher, url="", published=published),
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        publisher=publisher,
        published=published,
        title=title,
        language="en",
    )


def events(read: Document) -> tuple[Event, ...]:
    return extractors.read(read, extractors.get())


# --- dates -----------------------------------------------------------------------------------------------------------


@cache
def timexes(*folders: str) -> Counts:
    """Of the documents of these folders of `timex-train`, whose names are different ones."""
    score = scorer("timex-train/score_timex.py")
    paths = sorted(path for folder in folders for path in (SHARED / "timex-train" / folder).glob("*.tml"))
    gold = {path.stem: score.parse_tml(path) for path in paths}
    assert len(gold) == len(paths)
    system = {}
    for name, told in gold.items():
        found = [
            {"start": each.start, "end": each.end, "type": each.type, "value": each.value, "text": each.text}
            for each in dates.tag(told["text"], told["dct"] or "")
        ]
        system[name] = {"text": told["text"], "timexes": [each for each in found if str(each["text"]).strip()]}
    _, counted = score.score(gold, system)
    return {name: Counter(found) for name, found in counted.items()}


# --- event coding records --------------------------------------------------------------------------------------------

_STOP: Final = frozenset(
    ["the", "a", "an", "of", "in", "and", "for", "to", "on", "at", "by", "with", "from", "his", "her", "their", "its"]
)
RECORDS: Final = "event-coding-dev/plover_gsr_dev.jsonl"


@cache
def records() -> Counts:
    """By the id of the first record of a text; counted as score_event_coding.py counts."""
    quad: Mapping[str, str] = scorer("event-coding-dev/score_event_coding.py").QUAD
    texts: dict[str, list[dict[str, Any]]] = {}
    for line in (SHARED / RECORDS).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        texts.setdefault(record["text"], []).append(record)
    return {gold[0]["id"]: _coded(gold, coded_events(text), quad) for text, gold in texts.items()}


def coded_events(text: str) -> list[dict[str, Any]]:
    """As lines of `chronology code` give them."""
    return [
        {
            "event_type": coded.event_type,
            "actors": [{"text": a.text, "country": a.country, "sector": a.sector} for a in coded.actors],
            "recipients": [{"text": a.text, "country": a.country, "sector": a.sector} for a in coded.recipients],
        }
        for coded in code(text)
    ]


def _coded(gold: list[dict[str, Any]], system: list[dict[str, Any]], quad: Mapping[str, str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    types = (Counter(each["event_type"] for each in gold), Counter(each["event_type"] for each in system))
    classes = tuple(Counter(quad.get(each["event_type"]) for each in told) for told in (gold, system))
    _count(counted, "type", *types)
    _count(counted, "quad", *classes)
    for role in ("actor", "recipient"):
        wanted, given = ([each for told in events for each in told.get(f"{role}s") or []] for events in (gold, system))
        left = list(given)
        for actor in wanted:
            match = next((other for other in left if content(actor["text"]) & content(other["text"])), None)
            if match is not None:
                left.remove(match)
                counted[f"{role} text right"] += 1
        counted[f"{role} text gold"] += len(wanted)
        counted[f"{role} text system"] += len(given)
        codes = tuple(Counter(each["country"] for each in told if each.get("country")) for told in (wanted, given))
        _count(counted, f"{role} country", *codes)
    return counted


def _count(counted: Counter[str], name: str, gold: Counter[Any], system: Counter[Any]) -> None:
    counted[f"{name} right"] += (gold & system).total()
    counted[f"{name} gold"] += gold.total()
    counted[f"{name} system"] += system.total()


def content(text: str | None) -> set[str]:
    return {word for word in re.findall(r"\w+", (text or "").lower()) if word not in _STOP}


# --- per-actor timelines ---------------------------------------------------------------------------------------------

TIMELINES: Final = "timeline-train/apple"


@cache
def timelines() -> Counts:
    """Counted as score_timeline.py counts `dated` and `sentence`."""
    score = scorer("timeline-train/score_timeline.py")
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    stories = {doc: list(timeline_rows(doc, published, told)) for doc, published, told in _stories()}
    for path in sorted((SHARED / TIMELINES / "TimeLines_Gold_Standard").glob("*.txt")):
        gold: dict[tuple[str, str], set[str]] = defaultdict(set)
        # A mention that stands in two rows has the date of the last.
        dates_of = {each: date for rank, date, mentions in score.read_txt(path) if rank > 0 for each in mentions}
        for mention, date in dates_of.items():
            gold[score.split(mention)[:2]].add(date)
        system: dict[tuple[str, str], set[str]] = defaultdict(set)
        name = path.read_text(encoding="utf-8", errors="replace").splitlines()[0].strip()
        for rows in stories.values():
            for doc, sentence, date, event in rows:
                if date and names(event, name):
                    system[doc, str(sentence)].add(date)
        for key in gold.keys() | system.keys():
            _count_timeline(counted[key[0]], gold.get(key, set()), system.get(key, set()))
    return {doc: counted[doc] for doc in stories.keys() | counted.keys()}


def _count_timeline(counted: Counter[str], gold: set[str], system: set[str]) -> None:
    counted["sentence right"] += bool(gold and system)
    counted["sentence gold"] += bool(gold)
    counted["sentence system"] += bool(system)
    counted["dated gold right"] += sum(any(date.startswith(day) for date in system) for day in gold)
    counted["dated gold"] += len(gold)
    counted["dated system right"] += sum(any(date.startswith(day) for day in gold) for date in system)
    counted["dated system"] += len(system)


def names(event: Event, entity: str) -> bool:
    """Whether an event is one of the entity's: it takes part or tells it, or the event's own words name it."""
    told = entity.lower()
    forms = [event.attributed_to, *(participant.name for participant in event.participants)]
    forms += [mention.text for participant in event.participants for mention in participant.mentions]
    return told in event.quote.lower() or any(told in form.lower() for form in forms)


def _stories() -> Iterator[tuple[str, str, list[tuple[int, str]]]]:
    for path in sorted((SHARED / TIMELINES / "trackA_TimeML").glob("*.tml")):
        raw = path.read_text(encoding="utf-8")
        doc = re.search(r"<DOCID>(.*?)</DOCID>", raw)
        day = re.search(r'CREATION_TIME"[^>]*value="([^"]*)"', raw)
        sentences = [
            (int(number), re.sub(r"<[^>]+>", "", told).strip())
            for number, told in re.findall(r'<s id="(\d+)">(.*?)</s>', raw, re.DOTALL)
        ]
        yield doc.group(1) if doc else "", day.group(1)[:10] if day else "", sentences


def timeline_rows(doc: str, published: str, told: list[tuple[int, str]]) -> Iterator[tuple[str, int, str, Event]]:
    """The events of a story with the number of their sentence and the first day of their date, to its precision."""
    text = ""
    starts: list[tuple[int, int]] = []
    for number, sentence in told:
        starts.append((len(text), number))
        text += sentence + "\n"
    for event in events(document(text, published=published)):
        place = next(number for start, number in reversed(starts) if start <= event.trigger_start)
        first = re.split(r"[/T]", event.date.strip("[]").split("..")[0])[0]
        yield doc, place, re.sub(r"[~?%]|-XX", "", first), event


def printed_timeline_figures() -> dict[str, float]:
    """What score_timeline.py prints for the same events, by measure."""
    rows = []
    for doc, published, told in _stories():
        events_of_story = list(timeline_rows(doc, published, told))
        for path in sorted((SHARED / TIMELINES / "TimeLines_Gold_Standard").glob("*.txt")):
            name = path.read_text(encoding="utf-8", errors="replace").splitlines()[0].strip()
            rows += [
                {"entity": path.stem, "doc": doc, "sentence": number, "trigger": str(at), "date": date}
                for at, (_, number, date, event) in enumerate(events_of_story)
                if date and names(event, name)
            ]
    return _printed("timeline-train/score_timeline.py", rows)


def printed_record_figures() -> dict[str, float]:
    """What score_event_coding.py prints, by measure."""
    rows = []
    for line in (SHARED / RECORDS).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        rows.append({"id": record["id"], "events": coded_events(record["text"])})
    return _printed("event-coding-dev/score_event_coding.py", rows)


def _printed(path: str, rows: list[dict[str, Any]]) -> dict[str, float]:
    """The F1 that a scorer prints in each of its lines, to a tenth."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as written:
        written.write("".join(json.dumps(row) + "\n" for row in rows))
        written.flush()
        command = [sys.executable, str(SHARED / path), written.name]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(\S[\w ]*?) +P +[\d.]+ +R +[\d.]+ +F1 +([\d.]+)", printed, re.MULTILINE)
    return {name: round(float(figure), 1) for name, figure in found}


# --- the gold chronology ---------------------------------------------------------------------------------------------

GOLD, CORPUS = SHARED / "gold", SHARED / "corpus"
ANNOTATED: Final = Path(__file__).parents[1] / "annotated"
"""Documents of our own, for development."""


def documents_of(folder: Path) -> Iterator[tuple[str, Document]]:
    for line in (folder / "metadata.jsonl").read_text().splitlines():
        known = json.loads(line)
        text = (folder / f"{known['doc']}.txt").read_bytes().decode()
        yield (
            known["doc"],
            document(text, published=edtf.canonical(known["published"]), publisher=known["publisher"]),
        )


@cache
def gold_lines(corpus: Path = CORPUS) -> tuple[dict[str, Any], ...]:
    return tuple(event_line(event, doc) for doc, read in documents_of(corpus) for event in events(read))


@cache
def gold(gold: Path = GOLD, corpus: Path = CORPUS) -> Counts:
    score = scorer("gold/score_events.py")
    known = score.read_gold(str(gold), str(corpus))
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as written:
        written.write("".join(json.dumps(line) + "\n" for line in gold_lines(corpus)))
        written.flush()
        scores = score.score(known, score.read_predictions(written.name, known.documents))
    return {doc: Counter(scored.counts) for doc, scored in scores.documents.items()}


def annotated() -> Counts:
    return gold(ANNOTATED / "gold", ANNOTATED / "documents")
