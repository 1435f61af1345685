"""The extractor `spacy`, with a pipeline that is trained here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import extractors
from chronology_ingest.errors import ExtractorNotSetUp
from chronology_ingest.extractor_settings import ExtractorSettings
from chronology_ingest.plugins import spacy_pipeline

from tests.factories import document

spacy = pytest.importorskip("spacy", reason="needs spaCy (pip install 'chronology[spacy]')", exc_type=ImportError)


@pytest.fixture(scope="module")
def pipeline() -> Any:
    from tests.unit.ingest.small_pipeline import trained

    return trained()


@pytest.fixture(scope="module")
def installed(pipeline: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("spacy") / "en_small"
    pipeline.to_disk(folder)
    return folder


@pytest.fixture
def without_entities(pipeline: Any) -> Iterator[Any]:
    with pipeline.select_pipes(disable="ner"):
        yield pipeline


@pytest.fixture
def without_parser(pipeline: Any) -> Iterator[Any]:
    with pipeline.select_pipes(disable="parser"):
        yield pipeline


def read(pipeline: Any, text: str) -> tuple[Event, ...]:
    return extractors.read(document(text), spacy_pipeline.of_pipeline(pipeline))


def by_role(event: Event, role: str) -> list[str]:
    return [participant.name for participant in event.participants if participant.role == role]


def test_subject_and_object_of_a_verb_are_actor_and_recipient(pipeline: Any) -> None:
    (event,) = read(pipeline, "Police arrested Lina Orth in Garsk on 14 May 2023.")

    assert (event.type, event.mode, event.date, event.place) == ("COERCE", "arrest", "2023-05-14", "Garsk")
    assert (by_role(event, "actor"), by_role(event, "recipient")) == (["Police"], ["Lina Orth"])
    assert {"spacy.parse", "coerce.arrest", "place.preposition"} <= set(event.reasons)


def test_of_a_passive_they_are_the_other_way_round(pipeline: Any) -> None:
    (event,) = read(pipeline, "Lina Orth was arrested by soldiers on 14 May 2023.")

    assert (by_role(event, "actor"), by_role(event, "recipient")) == (["Soldiers"], ["Lina Orth"])


def test_what_did_not_happen_is_no_event(pipeline: Any) -> None:
    assert read(pipeline, "The ministry did not arrest Lina Orth on 14 May 2023.") == ()


def test_who_says_so_is_the_subject_of_the_verb_of_saying(pipeline: Any) -> None:
    text = "Guards beat Lina Orth on 14 May 2023, Paul Riss said."
    (event,) = read(pipeline, text)

    assert event.attributed_to == "Paul Riss"
    assert text[event.attributed_start : event.attributed_end] == "Paul Riss"
    assert event.quote == "Guards beat Lina Orth on 14 May 2023"


def test_quotes_and_triggers_stand_at_their_offsets_in_any_paragraph(pipeline: Any) -> None:
    text = "Police arrested  Lina Orth\u00a0on 14 May 2023.\n\nOrth was released by the court on 16 May 2023."
    found = read(pipeline, text)

    assert [text[event.start : event.end] for event in found] == [event.quote for event in found]
    assert [text[event.trigger_start : event.trigger_end] for event in found] == ["arrested", "released"]
    # A surname is the person of that full name.
    assert [by_role(event, "recipient") for event in found] == [["Lina Orth"], ["Lina Orth"]]


def test_the_same_text_gives_the_same_events_by_every_loading_of_a_pipeline(pipeline: Any, installed: Path) -> None:
    settings = ExtractorSettings(spacy_pipeline=str(installed))
    text = "Police arrested Lina Orth in Garsk on 14 May 2023. Guards beat Oskar Lund on 15 May 2023."
    first, second = (spacy_pipeline.spacy(settings) for _ in range(2))

    assert first.stamp == second.stamp
    assert extractors.read(document(text), first) == extractors.read(document(text), second) != ()


def test_what_no_sentence_can_be_is_passed_over(pipeline: Any) -> None:
    text = f"{'1' * 500_000}\n\nPolice arrested Lina Orth on 14 May 2023.\n\n{'x' * 500_000}."

    assert [event.date for event in read(pipeline, text)] == ["2023-05-14"]


def test_a_pipeline_without_entities_reads_with_the_rules_and_says_so(without_entities: Any) -> None:
    extractor = spacy_pipeline.of_pipeline(without_entities)
    found = extractors.report(document("Police arrested Lina Orth on 14 May 2023."), extractor)

    assert [remark.code for remark in found.remarks] == ["spacy-no-entities"]
    assert [by_role(event, "recipient") for event in found.events] == [["Lina Orth"]]


def test_a_pipeline_without_parser_is_refused_with_what_it_lacks(without_parser: Any) -> None:
    with pytest.raises(ExtractorNotSetUp, match=r"no dependency parser \(it has: tagger, ner\)"):
        spacy_pipeline.of_pipeline(without_parser)


def test_a_pipeline_of_another_language_is_refused() -> None:
    with pytest.raises(ExtractorNotSetUp, match="reads 'de'"):
        spacy_pipeline.of_pipeline(spacy.blank("de"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "CHRONOLOGY_SPACY_PIPELINE"),
        ("no_such_pipeline", "There is no pipeline 'no_such_pipeline'"),
    ],
)
def test_a_pipeline_that_is_not_there_is_named(name: str, reason: str) -> None:
    with pytest.raises(ExtractorNotSetUp, match=reason):
        extractors.get("spacy", ExtractorSettings(spacy_pipeline=name))


def test_a_text_of_another_language_gives_nothing(pipeline: Any) -> None:
    foreign: Document = document("Police arrested Lina Orth on 14 May 2023.", language="kk")

    assert extractors.read(foreign, spacy_pipeline.of_pipeline(pipeline)) == ()
