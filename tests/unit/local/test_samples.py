"""The sample documents are complete, and their dates agree with the calendar."""

import json
import re
from datetime import date
from pathlib import Path

import chronology_local
import pytest

SAMPLES = Path(chronology_local.__file__).parent / "samples"
FILES = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".txt", ".html"})
METADATA: list[dict[str, str]] = [
    json.loads(line) for line in (SAMPLES / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
]
BY_DOC = {line["doc"]: line for line in METADATA}

EDTF = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?[~?%]?")

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
GERMAN_MONTHS = {"mär": "mar", "mai": "may", "okt": "oct", "dez": "dec"}
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
GERMAN_WEEKDAYS = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]

WEEKDAY = r"(?P<weekday>" + "|".join(WEEKDAYS + GERMAN_WEEKDAYS) + r"),?\s+"
MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)\b"
)
YEAR = r"(?:,?\s+(?P<year>\d{4})\b)?"
DAY_FIRST = re.compile(WEEKDAY + r"(?P<day>\d{1,2})\.?\s+" + MONTH + YEAR)
MONTH_FIRST = re.compile(WEEKDAY + MONTH + r"\s+(?P<day>\d{1,2})\b" + YEAR)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("&nbsp;", " ")


def month_number(name: str) -> int:
    start = name[:3].lower()
    return MONTHS.index(GERMAN_MONTHS.get(start, start)) + 1


def weekday_pairs(text: str, published_year: int) -> list[tuple[str, int, date]]:
    """Give each weekday that stands beside a full date: the phrase, the weekday (Monday is 0), the date."""
    pairs = []
    for pattern in (DAY_FIRST, MONTH_FIRST):
        for match in pattern.finditer(text):
            name = match["weekday"]
            weekday = (WEEKDAYS if name in WEEKDAYS else GERMAN_WEEKDAYS).index(name)
            year = int(match["year"] or published_year)
            pairs.append((match[0], weekday, date(year, month_number(match["month"]), int(match["day"]))))
    return pairs


def test_there_are_at_least_twelve_documents() -> None:
    assert len(FILES) >= 12


def test_four_outlets_tell_the_story() -> None:
    assert len({line["publisher"] for line in METADATA}) == 4


def test_every_document_has_one_line_of_metadata_and_every_line_a_document() -> None:
    assert sorted(line["doc"] for line in METADATA) == sorted(path.stem for path in FILES)


@pytest.mark.parametrize("line", METADATA, ids=lambda line: line["doc"])
def test_metadata_is_complete(line: dict[str, str]) -> None:
    assert list(line) == ["doc", "title", "publisher", "url", "published", "language"]
    assert all(line.values())
    assert EDTF.fullmatch(line["published"])
    assert re.fullmatch(r"https://[a-z]+\.example\.org/\S+", line["url"])


def test_no_two_documents_share_an_address() -> None:
    assert len({line["url"] for line in METADATA}) == len(METADATA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_document_is_clean_text_of_a_short_article(path: Path) -> None:
    text = read(path)

    assert 100 <= len(text.split()) <= 350
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffd]", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_document_bears_the_title_of_its_metadata(path: Path) -> None:
    title = BY_DOC[path.stem]["title"]
    expected = f"<h1>{title}</h1>" if path.suffix == ".html" else f"{title}\n\n"

    assert expected in read(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_weekdays_agree_with_the_calendar(path: Path) -> None:
    pairs = weekday_pairs(read(path), int(BY_DOC[path.stem]["published"][:4]))

    assert [phrase for phrase, weekday, day in pairs if day.weekday() != weekday] == []


def test_the_calendar_check_sees_weekdays_in_both_orders_and_languages() -> None:
    phrases = {phrase for path in FILES for phrase, _, _ in weekday_pairs(read(path), 2023)}

    assert {"Monday, 15 May 2023", "Friday, January 12, 2024", "Tuesday, June 20"} <= phrases
    assert "Montag, 18. September 2023" in phrases


def test_the_calendar_check_sees_a_wrong_weekday() -> None:
    [(_, weekday, day)] = weekday_pairs("He came on Tuesday, 15 May 2023.", 2023)

    assert day.weekday() != weekday
