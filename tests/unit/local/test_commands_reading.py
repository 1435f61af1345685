"""`extract`, `dates` and `code`: files in, lines of JSON out, without any service."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from chronology_contracts.events import Event
from chronology_local.__main__ import run
from chronology_local.samples_ingest import SAMPLES

ARREST = SAMPLES / "tpa-2023-05-15-arrest.txt"
PAGE = SAMPLES / "lantern-2023-05-26-detained-protesters.html"
METADATA = ["--metadata", str(SAMPLES / "metadata.jsonl")]


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def chronology(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> Ran:
    code = run(arguments)
    captured = capsysbinary.readouterr()
    return Ran(code, captured.out.decode(), captured.err.decode())


def feed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_every_quote_stands_at_its_offsets_in_the_file(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    text = ARREST.read_text("utf-8")

    ran = chronology(capsysbinary, "extract", str(ARREST), *METADATA)

    assert ran.code == 0
    assert ran.lines
    assert all(text[line["start"] : line["end"]] == line["quote"] for line in ran.lines)


def test_a_line_has_the_fields_of_an_event_and_who_takes_part_by_name(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    lines = chronology(capsysbinary, "extract", str(ARREST), *METADATA).lines
    arrest = next(line for line in lines if (line["type"], line["mode"]) == ("COERCE", "arrest"))

    assert set(arrest) == {*Event.__struct_fields__, "doc", "actors", "recipients", "mentions"}
    assert arrest["doc"] == "tpa-2023-05-15-arrest"
    assert arrest["date"] == "2023-05-15"
    assert "Javel Orsheni" in arrest["recipients"]
    assert "Orsheni" in arrest["mentions"]["Javel Orsheni"]


def test_the_same_files_give_the_same_bytes_twice(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    first = chronology(capsysbinary, "extract", str(ARREST), str(PAGE), *METADATA)
    second = chronology(capsysbinary, "extract", str(ARREST), str(PAGE), *METADATA)

    assert first.lines
    assert first.out == second.out


def test_a_page_is_cleaned_before_it_is_read(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    ran = chronology(capsysbinary, "extract", str(PAGE), *METADATA)

    assert ran.code == 0
    assert ran.lines
    assert not any("<" in line["quote"] for line in ran.lines)


def test_line_ends_of_a_text_are_kept_so_offsets_fit_the_file(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    content = "A note.\r\n\r\nPolice arrested Ann Berg on 9 March 2019 in Oslo.\r\n"
    (tmp_path / "note.txt").write_bytes(content.encode())

    ran = chronology(capsysbinary, "dates", str(tmp_path / "note.txt"), "--published", "2019-03-19")

    assert [(content[line["start"] : line["end"]], line["edtf"]) for line in ran.lines] == [
        ("9 March 2019", "2019-03-09")
    ]


def test_relative_dates_are_told_from_the_day_of_publication(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("She was released yesterday.")

    ran = chronology(capsysbinary, "dates", str(tmp_path), "--published", "2019-03-19")

    assert [(line["doc"], line["type"], line["value"], line["edtf"]) for line in ran.lines] == [
        ("note", "DATE", "2019-03-18", "2019-03-18")
    ]


def test_a_line_of_dates_has_the_attributes_of_timex3(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("In mid-2017 they met twice a week, once at 9 a.m. GMT on 4 May 2017.")

    ran = chronology(capsysbinary, "dates", str(tmp_path), "--published", "2019-03-19")
    told = [[line[name] for name in ("type", "value", "mod", "quant", "freq", "edtf")] for line in ran.lines]

    assert told == [
        ["DATE", "2017", "MID", "", "", "2017-05/2017-08"],
        ["SET", "P1W", "", "", "2X", ""],
        ["TIME", "2017-05-04T09:00Z", "", "", "", "2017-05-04T09:00Z"],
    ]


@pytest.mark.parametrize(
    ("published", "told"),
    [
        ("2019-03-20", [("2019-03-18", "2019-03-18"), ("2019-W11", "2019-03-11/2019-03-17"), ("2019-03", "2019-03")]),
        ("2019-03", [("2019-03-XX", "2019-03"), ("2019-WXX", "2019-03"), ("2019-03", "2019-03")]),
        ("2019~", [("2019-XX-XX", "2019~"), ("2019-WXX", "2019~"), ("2019-XX", "2019~")]),
        ("2018/2019", [("XXXX-XX-XX", "2018/2019"), ("XXXX-WXX", "2018/2019"), ("XXXX-XX", "2018/2019")]),
    ],
)
def test_nothing_is_told_finer_than_the_day_of_the_document_is_known(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, published: str, told: list[tuple[str, str]]
) -> None:
    (tmp_path / "note.txt").write_text(
        "She was arrested on 4 March 2008, and released on Monday, last week, this month."
    )

    ran = chronology(capsysbinary, "dates", str(tmp_path), "--published", published)

    assert [(line["value"], line["edtf"]) for line in ran.lines] == [("2008-03-04", "2008-03-04"), *told]


@pytest.mark.parametrize("published", ["../2019", "2019-03/.."])
def test_a_document_of_before_or_after_a_day_is_of_no_day(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, published: str
) -> None:
    (tmp_path / "note.txt").write_text("Police arrested Ann Berg on Monday.")

    dates = chronology(capsysbinary, "dates", str(tmp_path), "--published", published)
    (event,) = chronology(capsysbinary, "extract", str(tmp_path), "--published", published).lines

    assert [(line["value"], line["edtf"]) for line in dates.lines] == [("XXXX-WXX-1", "")]
    assert event["date"] in ("", published)


@pytest.mark.parametrize("published", ["2019-03", "../2019", "2019"])
def test_dates_and_events_are_told_from_the_day_of_the_dateline_that_a_rough_date_has_in_it(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, published: str
) -> None:
    (tmp_path / "note.txt").write_text("TALVIK, 9 March 2019 (Agency) – Police arrested Ann Berg on Monday.")

    dates = chronology(capsysbinary, "dates", str(tmp_path), "--published", published)
    (event,) = chronology(capsysbinary, "extract", str(tmp_path), "--published", published).lines

    assert [line["edtf"] for line in dates.lines] == ["2019-03-09", "2019-03-04"]
    assert event["date"] == "2019-03-04"


def test_timeml_is_one_document_of_one_file(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("They met in 2017 & left.\n")
    (tmp_path / "other.txt").write_text("They met.\n")

    one = chronology(capsysbinary, "dates", str(tmp_path / "note.txt"), "--timeml", "--published", "2019-03-19")
    two = chronology(capsysbinary, "dates", str(tmp_path), "--timeml")

    assert ">2017</TIMEX3> &amp; left." in one.out
    assert (two.code, two.out) == (1, "")
    assert "2 files" in two.err


def test_a_dateline_against_the_date_that_is_given_is_warned_of(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("TALVIK, March 9, 2019 (Fjord News) - Police arrested Ann Berg on Friday.")

    given = chronology(capsysbinary, "extract", str(tmp_path), "--published", "2019-04-02")
    read = chronology(capsysbinary, "extract", str(tmp_path))

    assert "says 2019-03-09" in given.err
    assert "the dateline of its text says 2019-03-09" in read.err
    assert [line["date"] for line in read.lines] == ["2019-03-08"]


def test_metadata_hold_before_the_option(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("She was released yesterday.")
    (tmp_path / "metadata.jsonl").write_text('{"doc": "note", "published": "2020-01-02", "more": 1}\n')

    ran = chronology(
        capsysbinary, "dates", str(tmp_path), "--metadata", str(tmp_path / "metadata.jsonl"), "--published", "2019"
    )

    assert [line["edtf"] for line in ran.lines] == ["2020-01-01"]


def test_sentences_are_coded_and_keep_their_ids(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b'{"id": "s1", "text": "Police arrested ten protesters in Paris."}\n\n{"id": 2, "text": "Hm."}\n')

    ran = chronology(capsysbinary, "code")

    assert ran.code == 0
    assert [line["id"] for line in ran.lines] == ["s1", 2]
    assert "COERCE" in {event["event_type"] for event in ran.lines[0]["events"]}
    assert all({"text", "country", "sector"} <= set(who) for event in ran.lines[0]["events"] for who in event["actors"])


def test_a_line_that_cannot_be_read_is_named_and_the_others_are_coded(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b'{"id": "s1"}\n{broken\n{"id": "s3", "text": "Hm."}\n')

    ran = chronology(capsysbinary, "code")

    assert ran.code == 1
    assert [line["id"] for line in ran.lines] == ["s3"]
    assert "line 1: object missing required field `text`" in ran.err.lower()
    assert "line 2 is not JSON" in ran.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"caf\xe9 on Monday", "a.txt is not UTF-8: byte 3 is 0xe9"),
        ("a.txt", b"a\0b", "U+0000"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"a" * (2**20 + 1), "1048577 bytes"),
        ("a.html", b"<html></html>", "No text"),
        ("a.pdf", b"x", "must end in .txt, .html or .htm"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_that_names_it(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    ran = chronology(capsysbinary, "extract", str(tmp_path / name))

    assert ran.code == 1
    assert ran.out == ""
    assert said in ran.err
    assert name in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"doc": "a", "published": "2023-02-30"}', "line 1: published: '2023-02-30' is no EDTF date"),
        ('{"doc": "a", "published": 2023}', "line 1: published: expected `str`, got `int`"),
        ("{", "line 1 is not JSON"),
        ('{"doc": "a"}\n{"doc": "a"}', "line 2: doc 'a' stands there twice"),
    ],
)
def test_faulty_metadata_are_named_by_line_and_field(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "a.txt").write_text("Hm.")
    (tmp_path / "metadata.jsonl").write_text(line)

    ran = chronology(capsysbinary, "extract", str(tmp_path / "a.txt"), "--metadata", str(tmp_path / "metadata.jsonl"))

    assert ran.code == 1
    assert said in ran.err


@pytest.mark.parametrize(
    "arguments", [["extract"], ["nonsense"], ["timeline", "--collection", "Bad_Name"], ["up", "--port", "x"]]
)
def test_a_wrong_command_line_is_exit_code_2_with_a_way_to_help(
    capsysbinary: pytest.CaptureFixture[bytes], arguments: list[str]
) -> None:
    ran = chronology(capsysbinary, *arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert "--help" in ran.err


def test_an_unknown_extractor_is_named_with_those_that_there_are(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    ran = chronology(capsysbinary, "extract", str(ARREST), "--extractor", "nope")

    assert ran.code == 1
    assert "no extractor 'nope'; there are: llm, rules, spacy" in ran.err
