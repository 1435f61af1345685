"""The default extractor against the gold chronology, where that lies beside the checkout: its figures never fall."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from chronology_contracts import edtf
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_ingest import extractors
from chronology_local.lines import event_line

SHARED = Path(__file__).parents[2].parent / "shared"
GOLD, CORPUS = SHARED / "gold", SHARED / "corpus"
FLOORS = {"detection_f1": 0.60, "strict_f1": 0.25}

pytestmark = pytest.mark.skipif(
    not (GOLD / "score_events.py").exists() or not (CORPUS / "metadata.jsonl").exists(),
    reason="the gold chronology is not beside the checkout (../shared/gold, ../shared/corpus)",
)


def documents() -> Iterator[tuple[str, Document]]:
    for line in (CORPUS / "metadata.jsonl").read_text().splitlines():
        known = json.loads(line)
        raw = (CORPUS / f"{known['doc']}.txt").read_bytes()
        text, published = raw.decode(), edtf.canonical(known["published"])
        yield (
            known["doc"],
            Document(
                id=document_id(text=text, publisher=known["publisher"], url="", published=published),
                text=text,
                sha256=sha256(raw).hexdigest(),
                publisher=known["publisher"],
                published=published,
                language=known["language"],
            ),
        )


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    extractor = extractors.get()
    return [event_line(event, doc) for doc, document in documents() for event in extractors.read(document, extractor)]


def test_the_gold_chronology_is_found_at_least_this_well(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    predictions, scores = tmp_path / "predictions.jsonl", tmp_path / "scores.json"
    predictions.write_text("".join(json.dumps(line) + "\n" for line in lines))
    folders = ["--gold", str(GOLD), "--corpus", str(CORPUS)]
    scorer = [sys.executable, str(GOLD / "score_events.py"), *folders, str(predictions), "--json", str(scores)]
    subprocess.run(scorer, check=True, capture_output=True)
    found = json.loads(scores.read_text())["all"]

    assert {name: found[name] for name in FLOORS if found[name] < FLOORS[name]} == {}


def test_the_arrest_the_release_and_the_house_arrest_of_one_man_are_found(lines: list[dict[str, Any]]) -> None:
    about_him = [line for line in lines if any(name.endswith("Bilash") for name in line["actors"] + line["recipients"])]
    told = {(line["type"], line["mode"], line["date"]) for line in about_him if "detention" in line["topics"]}

    assert {
        ("COERCE", "arrest", "2019-03-09"),
        ("COERCE", "arrest", "2019-03-10"),
        ("RETREAT", "release", "2019-03-11"),
    } <= told
    assert any("house arrest" in line["quote"] for line in about_him if line["type"] == "COERCE")
