"""No event of any extractor passes unseen."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id, id_of_event
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.events import Extractor as Stamp
from chronology_ingest import extractors
from chronology_ingest.errors import ExtractionFaulty, UnknownExtractor
from msgspec.structs import replace

TEXT = "Police arrested Mirva Telen on 4 March 2019."
STAMP = Stamp(name="test")


def document() -> Document:
    id = document_id(text=TEXT, publisher="", url="", published="")
    return Document(id=id, text=TEXT, sha256="0" * 64)


def event(**changes: object) -> Event:
    plain = Event(
        id="a" * 32,
        document_id=document().id,
        extractor=STAMP,
        quote="arrested Mirva Telen",
        start=7,
        end=27,
        what="Police arrested Mirva Telen",
        type="COERCE",
        mode="arrest",
    )
    changed = replace(plain, **changes)
    return replace(changed, id=id_of_event(changed))


def extractor(*events: Event) -> extractors.Extractor:
    return extractors.Extractor(stamp=STAMP, extract=lambda _: events)


def test_an_event_that_the_text_bears_out_passes() -> None:
    assert extractors.read(document(), extractor(event())) == (event(),)


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (event(start=8, end=28), "quote-not-in-text"),
        (event(quote="arrested Mirva Tolen"), "quote-not-in-text"),
        (event(quote="released Mirva Telen", evidence="record"), "not-a-quote"),
        (event(quote="released Mirva Telen", evidence="testimony"), "not-a-quote"),
        (event(mode="visit"), "unknown-mode"),
        (event(date="2019-02-30"), "not-edtf"),
        (event(document_id="b" * 32), "other-document"),
        (event(what="x" * 2000), "malformed"),
        (event(extractor=Stamp(name="another")), "other-extractor"),
        (replace(event(), id="c" * 32), "not-its-id"),
    ],
)
def test_an_event_that_does_not_hold_is_refused(faulty: Event, code: str) -> None:
    with pytest.raises(ExtractionFaulty) as refused:
        extractors.read(document(), extractor(event(), faulty))

    assert (refused.value.number, refused.value.faults[0].code) == (1, code)


def test_an_extractor_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(UnknownExtractor) as refused:
        extractors.get("nobody")

    assert "rules" in refused.value.known
