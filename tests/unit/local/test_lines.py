"""An event as a line of JSON: what scorers and programs read."""

from __future__ import annotations

from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Mention, Participant
from chronology_ingest import extractors
from chronology_local.lines import event_line
from msgspec.structs import replace

TEXT = "Police arrested Mirva Telen on 4 March 2019."
DOCUMENT = Document(
    id=document_id(text=TEXT, publisher="", url="", published=""), text=TEXT, sha256="0" * 64, language="en"
)


def test_a_line_holds_the_event_and_what_follows_from_it() -> None:
    (event,) = extractors.read(DOCUMENT, extractors.get())
    line = event_line(event, "press-1")

    assert (line["doc"], line["actors"], line["recipients"]) == ("press-1", ["Police"], ["Mirva Telen"])
    assert line["mentions"] == {"Police": ["Police"], "Mirva Telen": ["Mirva Telen"]}
    assert TEXT[line["start"] : line["end"]] == line["quote"]


def test_who_takes_part_in_both_roles_keeps_all_that_the_document_calls_them() -> None:
    (event,) = extractors.read(DOCUMENT, extractors.get())
    both = (
        Participant(name="Telen", role="actor", mentions=(Mention(text="Mirva", start=16, end=21),)),
        Participant(name="Telen", role="recipient", mentions=(Mention(text="Telen", start=22, end=27),)),
    )
    line = event_line(replace(event, participants=both), "press-1")

    assert (line["actors"], line["recipients"]) == (["Telen"], ["Telen"])
    assert line["mentions"] == {"Telen": ["Mirva", "Telen"]}
