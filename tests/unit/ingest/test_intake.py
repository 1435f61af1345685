"""What callers give → documents: texts as they are, pages cleaned, faults named."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from chronology_contracts.events import Event
from chronology_ingest.api.inputs import EventInput
from chronology_ingest.intake.html import DEPTH_MAX, clean
from chronology_ingest.intake.nesting import tag_depth
from chronology_ingest.intake.text import SourceInput, faults, from_page, from_text, source_faults
from chronology_ingest.refusals import JobRefused
from msgspec.structs import replace

STORY = "The harbour of Sellin was closed on Tuesday after a crane had fallen into the basin, the town said. "
PAGE = f"""<!DOCTYPE html>
<html lang="en-GB"><head>
<title>Crane falls into the harbour of Sellin | Coast Courier</title>
<meta property="og:title" content="Crane falls into the harbour of Sellin">
<meta property="og:site_name" content="Coast Courier">
<meta property="article:published_time" content="2021-08-17T09:30:00Z">
<meta property="article:modified_time" content="2022-01-05T10:00:00Z">
</head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Crane falls into the harbour of Sellin</h1>
<p>{STORY * 3}</p><p>Nobody was hurt&#0;&#27;. {STORY * 2}</p></article>
</body></html>"""


def test_a_text_is_kept_character_by_character() -> None:
    text = "  Ann left.\r\n\tBen stayed.\n"

    document = from_text(text, SourceInput(published="2024-03"))

    assert (document.text, document.sha256) == (text, sha256(text.encode()).hexdigest())
    assert (document.published, document.published_basis) == ("2024-03", "given")


def test_a_missing_publication_date_is_never_today() -> None:
    document = from_text("Ann left.", SourceInput())

    assert (document.published, document.published_basis) == ("", "none")


def test_the_head_of_a_text_says_when_it_was_published_where_nobody_else_does() -> None:
    text = "TALVIK, March 9, 2019 (Fjord News) - Ann left on Friday."
    told, given = from_text(text, SourceInput()), from_text(text, SourceInput(published="2019-03-09"))

    assert (told.published, told.published_basis) == ("2019-03-09", "dateline")
    assert (given.published_basis, given.id) == ("given", told.id)


def test_the_head_of_a_page_says_it_where_its_markup_does_not() -> None:
    told = f"<h1>News</h1><p>By Ann Berg | 17 August 2021</p><p>{STORY * 3}</p>"
    html = f"<html><body><article>{told}</article></body></html>"
    document = from_page(html, clean(html), SourceInput())

    assert (document.published, document.published_basis) == ("2021-08-17", "head")


def test_a_page_gives_its_main_text_title_publisher_and_first_date() -> None:
    page = clean(PAGE)

    assert page.text.count("The harbour of Sellin was closed") == 5
    assert "Sport" not in page.text
    assert (page.title, page.publisher) == ("Crane falls into the harbour of Sellin", "Coast Courier")
    assert (page.published, page.language) == ("2021-08-17", "en-GB")


def test_paragraphs_of_a_page_are_parted_by_an_empty_line_and_control_characters_are_left_out() -> None:
    text = clean(PAGE).text

    assert "\n\nNobody was hurt" in text
    assert not set(text) & {"\0", "\x1b", "\r"}


def test_quotation_marks_of_an_old_page_are_kept() -> None:
    text = clean(PAGE.replace("Nobody was hurt", "It&#146;s &#x93;safe&#x94; now")).text

    assert "It’s “safe” now" in text


def test_what_the_caller_says_of_a_page_comes_before_what_the_page_says() -> None:
    document = from_page(PAGE, clean(PAGE), SourceInput(title="Crane accident", published="2021-08-18"))

    assert (document.title, document.publisher) == ("Crane accident", "Coast Courier")
    assert (document.published, document.published_basis) == ("2021-08-18", "given")
    assert document.sha256 == sha256(PAGE.encode()).hexdigest()


def test_the_date_of_a_page_is_marked_as_the_pages_own() -> None:
    document = from_page(PAGE, clean(PAGE), SourceInput())

    assert (document.published, document.published_basis) == ("2021-08-17", "html")


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(JobRefused) as raised:
        clean("<html><body><script>var a = 'text'</script></body></html>")

    assert raised.value.code == "nothing-extracted"


def test_a_page_that_nests_too_deep_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(JobRefused) as raised:
        clean("<div>" * 200_000 + STORY)

    assert raised.value.code == "too-deep"


@pytest.mark.parametrize(
    ("html", "depth"),
    [
        ("plain", 0),
        ("<div><div></div></div><div></div>", 2),
        ("<p>one<p>two<p>three<br><img>", 0),
        ("<!-- <div><div><div> --><b></b>", 1),
        ("<script>'<div><div>'</script><i></i>", 1),
        ("<script>'<div><div>'", 0),
        ("<DIV><Div></dIV></DIV>", 2),
        ("</div></div><div>", 1),
    ],
)
def test_the_depth_of_tags(html: str, depth: int) -> None:
    actual = tag_depth(html)

    assert actual == depth


def test_an_ordinary_page_is_far_from_the_limit() -> None:
    actual = tag_depth(PAGE)

    assert actual < DEPTH_MAX / 10


@pytest.mark.parametrize(
    ("text", "source", "pointer", "code"),
    [
        ("", SourceInput(), "/text", "empty"),
        ("a\x07b", SourceInput(), "/text", "control-character"),
        ("a", SourceInput(published="2023-02-30"), "/published", "not-edtf"),
        ("a", SourceInput(published="last week"), "/published", "not-edtf"),
        ("a", SourceInput(title="a\nb"), "/title", "control-character"),
        ("a", SourceInput(publisher="a\x1bb"), "/publisher", "control-character"),
        ("a", SourceInput(url="javascript:alert(1)"), "/url", "unsafe-scheme"),
    ],
)
def test_a_fault_names_its_field(text: str, source: SourceInput, pointer: str, code: str) -> None:
    found = faults(from_text(text, source), source)

    assert [(fault.pointer, fault.code) for fault in found] == [(pointer, code)]


def test_the_fault_of_a_date_says_what_would_be_right() -> None:
    found = faults(from_text("a", SourceInput(published="2023-02-30")), SourceInput())

    assert found[0].hint


def test_names_with_any_letters_are_no_fault() -> None:
    found = source_faults(SourceInput(title="Übung – «Ärger» 東京", publisher="Жаңа Газет"))

    assert found == []


def test_an_event_that_was_given_encodes_like_the_event_that_it_is() -> None:
    given = EventInput(quote="q", start=0, end=1, what="w", type="OTHER")
    plain = Event(id="", document_id="", extractor=given.extractor, quote="q", start=0, end=1, what="w", type="OTHER")

    encoded = msgspec.json.encode(replace(given, id=""))

    assert encoded == msgspec.json.encode(plain)
