"""Unions: one happening once, and who found it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from chronology_contracts.content_id import id_of_event
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Participant
from chronology_contracts.events import Extractor as Stamp
from chronology_ingest import extractors
from chronology_ingest.errors import ExtractionFaulty, ExtractorNotSetUp, ExtractorUnavailable, UnknownExtractor
from chronology_ingest.extraction import ExtractionJob
from chronology_ingest.extractor_settings import ExtractorSettings
from chronology_ingest.reader import extract
from chronology_ingest.refusals import JobRefused
from chronology_ingest.union import Found, is_same, stamp_of, union
from chronology_local.errors import CommandError
from chronology_local.reading import Reader
from msgspec.structs import replace

from tests.factories import document

TEXT = "Police arrested Mirva Telen on 4 March 2019 in Tarsk and beat Oskar Lund, his lawyer said."
RULES, OTHER = Stamp(name="rules", version="1"), Stamp(name="other", version="1")


def event(words: str, trigger: str, stamp: Stamp = RULES, **fields: object) -> Event:
    start, first = TEXT.index(words), TEXT.index(trigger)
    plain = Event(
        id="a" * 32, document_id=document(TEXT).id, extractor=stamp, quote=words, start=start, end=start + len(words),
        trigger_start=first, trigger_end=first + len(trigger), what=words, type="COERCE", mode="arrest",
    )  # fmt: skip
    made = replace(plain, **fields)
    return replace(made, id=id_of_event(made))


ARREST = event("Police arrested Mirva Telen", "arrested")
BEATING = event("beat Oskar Lund", "beat", type="ASSAULT", mode="beat")


def together(*found: Event) -> tuple[Event, ...]:
    """The first by the rules, the others by the other one."""
    first, *others = found
    return union([Found(stamp=RULES, events=(first,)), Found(stamp=OTHER, events=tuple(others))])


def test_what_two_tell_is_one_event_with_both_marks() -> None:
    other = event("arrested Mirva Telen on 4 March 2019", "arrested", OTHER, mode="")
    (found,) = together(ARREST, other)

    assert (found.quote, found.reasons) == (ARREST.quote, ("extractor.rules", "extractor.other"))


def test_what_the_first_reads_keeps_its_id_in_a_union() -> None:
    (found,) = together(ARREST, event("arrested Mirva Telen", "arrested", OTHER))

    assert (found.id, found.extractor.name) == (ARREST.id, "rules+other")


def test_the_first_gets_from_the_other_what_it_lacks_and_the_marks_say_what() -> None:
    who = (Participant(name="Mirva Telen", role="recipient"),)
    when = {
        "date": "2019-03-04",
        "date_text": "4 March 2019",
        "date_start": 31,
        "date_end": 43,
        "date_basis": "explicit",
    }
    other = event("arrested Mirva Telen", "arrested", OTHER, participants=who, place="Tarsk", **when)
    (found,) = together(ARREST, other)

    assert (found.date, found.participants, found.place, found.quote) == ("2019-03-04", who, "Tarsk", ARREST.quote)
    assert found.reasons[2:] == ("extractor.other.date", "extractor.other.recipient", "extractor.other.place")


def test_what_only_one_tells_stays_with_its_mark_in_the_order_of_the_text() -> None:
    found = union(
        [Found(stamp=RULES, events=(BEATING,)), Found(stamp=OTHER, events=(replace(ARREST, extractor=OTHER),))]
    )

    assert [(each.quote, each.reasons) for each in found] == [
        (ARREST.quote, ("extractor.other",)),
        (BEATING.quote, ("extractor.rules",)),
    ]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"type": "ASSAULT", "mode": ""}, False),
        ({"mode": "seize"}, False),
        ({"mode": ""}, True),
        ({"date": "2019-03-04"}, True),
        ({"date": "2019-03"}, True),
        ({"date": "2019-03-05"}, False),
        ({"modality": "denied"}, False),
        ({"modality": "alleged"}, True),
        ({"trigger_start": 60, "trigger_end": 64}, False),
        ({"trigger_start": 0, "trigger_end": 0}, True),
    ],
)
def test_two_are_the_same_if_nothing_of_them_contradicts(changes: dict[str, object], same: bool) -> None:
    dated = replace(ARREST, date="2019-03-04")

    assert is_same(dated, replace(replace(ARREST, **changes), extractor=OTHER)) is same


def test_two_events_of_one_extractor_stay_two() -> None:
    twice = event("arrested Mirva Telen", "arrested", OTHER), event("Mirva Telen on 4 March 2019", "arrested", OTHER)
    found = together(ARREST, *twice)

    assert len(found) == 2


def test_what_stands_alike_all_over_a_long_document_finds_its_own() -> None:
    at = range(0, 400_000, 200)
    first, other = (
        tuple(
            replace(ARREST, extractor=stamp, start=start, end=start + 100, trigger_start=start + 50 + more,
                    trigger_end=start + 60, what=f"{start}")
            for start in at
        )
        for stamp, more in ((RULES, 0), (OTHER, 1))
    )  # fmt: skip
    found = union([Found(stamp=RULES, events=first), Found(stamp=OTHER, events=tuple(reversed(other)))])

    assert [each.what for each in found] == [str(start) for start in at]
    assert {each.reasons for each in found} == {("extractor.rules", "extractor.other")}


def test_the_stamp_of_one_is_its_own_and_that_of_more_covers_them_all() -> None:
    assert stamp_of([RULES]) == RULES
    assert stamp_of([RULES, OTHER]).name == "rules+other"
    assert stamp_of([RULES, OTHER]) != stamp_of([RULES, replace(OTHER, version="2")])


Install = Callable[[str, Callable[[Document], object]], None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Have an extractor as though it were an installed plug-in."""
    made: dict[str, object] = {}

    class Point:
        def __init__(self, factory: object) -> None:
            self._factory = factory

        def load(self) -> object:
            return self._factory

    def put(name: str, read: Callable[[Document], object]) -> None:
        made[name] = Point(lambda _: extractors.Extractor(stamp=Stamp(name=name), extract=read))  # type: ignore[arg-type]

    monkeypatch.setattr(extractors, "_installed", lambda: made)
    extractors._get.cache_clear()
    yield put
    extractors._get.cache_clear()


def away(_: Document) -> object:
    raise ExtractorUnavailable("away", "does not answer.", retry_after_seconds=17)


def test_of_a_union_with_one_that_is_away_the_others_reading_comes_as_their_own(install: Install) -> None:
    install("away", away)
    told = document(TEXT)
    found = extractors.report(told, extractors.get("rules+away"))
    alone = extractors.report(told, extractors.get("rules"))

    assert (found.events, found.stamp) == (alone.events, alone.stamp)
    assert [remark.code for remark in found.remarks] == ["extractor-left-out"]
    assert "`away` does not answer." in found.remarks[0].detail


def test_a_member_that_is_not_set_up_is_left_out_as_well() -> None:
    found = extractors.report(document(TEXT), extractors.get("rules+llm", ExtractorSettings()))

    assert found.stamp is not None
    assert found.stamp.name == "rules"
    assert "CHRONOLOGY_LLM_URL" in found.remarks[0].detail


def test_of_a_union_of_none_the_reason_is_the_first_ones(install: Install) -> None:
    install("away", away)
    install("gone", away)

    with pytest.raises(ExtractorUnavailable):
        extractors.report(document(TEXT), extractors.get("away+gone"))


def test_alone_what_is_away_is_refused_with_the_time_after_which_to_try_again(install: Install) -> None:
    install("away", away)

    with pytest.raises(JobRefused) as refused:
        extract(ExtractionJob(document=document(TEXT), extractor="away"))
    assert (refused.value.code, refused.value.retry_after_seconds) == ("extractor-unavailable", 17)


def test_alone_what_is_not_set_up_is_refused_for_good() -> None:
    with pytest.raises(ExtractorNotSetUp):
        extractors.get("llm", ExtractorSettings())
    with pytest.raises(JobRefused) as refused:
        extract(ExtractionJob(document=document(TEXT), extractor="llm"))
    assert (refused.value.code, refused.value.retry_after_seconds) == ("extractor-not-set-up", 0)


@pytest.mark.parametrize("name", ["rules+nobody", "rules+", "+rules", "rules+rules", "rules + llm"])
def test_a_union_of_what_there_is_not_is_unknown(name: str) -> None:
    with pytest.raises(UnknownExtractor):
        extractors.get(name)


def test_a_faulty_event_of_a_member_passes_in_no_union(install: Install) -> None:
    install(
        "liar",
        lambda read: (replace(ARREST, document_id=read.id, quote="something else", extractor=Stamp(name="liar")),),
    )

    with pytest.raises(ExtractionFaulty, match="liar"):
        extractors.report(document(TEXT), extractors.get("rules+liar"))


def test_the_command_reads_by_the_same_settings_as_the_service() -> None:
    found = Reader("rules+llm", {"CHRONOLOGY_LLM_URL": "file:///nowhere", "CHRONOLOGY_LLM_MODEL": "small"})

    assert "no http or https address" in found.read(document(TEXT), "a.txt").remarks[0].detail


def test_a_misspelt_setting_of_an_extractor_stops_the_command() -> None:
    with pytest.raises(CommandError, match="Did you mean CHRONOLOGY_LLM_MODEL"):
        Reader("llm", {"CHRONOLOGY_LLM_MODLE": "small"})
