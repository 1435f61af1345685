"""What a rule changes: which sentences, and of each only what differs; and no text is passed over that it changes."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_ingest import ruleset
from chronology_ingest.extract import extract
from chronology_ingest.rule_changes import Comparison, SentenceChange, probes
from chronology_ingest.ruleset import Added, Ruleset

PADLOCK = """[[act]]
id = "coerce.padlock"
type = "COERCE"
mode = "seize"
verbs = ["padlock", "nail * shut"]
examples = ["x"]
"""
ARREST = '[[act]]\nid = "coerce.arrest"\ntype = "COERCE"\nmode = "deport"\nverbs = ["detain"]\nexamples = ["x"]\n'
HOLIDAY = (
    '[[date]]\nid = "date.wednesday-word"\npattern = \'\\b(?P<weekday>Midweekday)\\b\'\nresolve = "weekday"\n'
    'examples = ["x"]\n'
)


def by(*texts: str) -> Ruleset:
    return ruleset.load(ruleset.folder(), [Added(name="mine.toml", content=text.encode()) for text in texts])


def document(text: str) -> Document:
    id = document_id(text=text, publisher="", url="", published="2023-06-14")
    return Document(id=id, text=text, sha256="0" * 64, published="2023-06-14", language="en")


def changes(text: str, *rules: str) -> tuple[SentenceChange, ...]:
    return Comparison(ruleset.installed(), by(*rules)).changes(document(text))


def test_a_sentence_that_told_nothing_is_shown_with_all_that_is_new() -> None:
    text = "Nobody was hurt.\n\nInspectors  padlocked the Ilvarin Courier on 9 June 2023. The editor wept."
    (found,) = changes(text, PADLOCK)
    (change,) = found.changes

    assert (found.line, found.sentence) == (3, "Inspectors padlocked the Ilvarin Courier on 9 June 2023.")
    assert text[found.start : found.end].startswith("Inspectors")
    assert (change.change, change.before) == ("new", {})
    assert change.after["type"] == "COERCE seize"
    assert (change.after["whom"], change.after["date"]) == ("Ilvarin Courier", "2023-06-09")


def test_of_an_event_that_is_read_otherwise_only_what_differs_is_shown() -> None:
    (found,) = changes("Police detained Mirva Telen on 9 June 2023.", ARREST)
    (change,) = found.changes

    assert change.change == "changed"
    assert change.before["type"] == "COERCE arrest"
    assert change.after["type"] == "COERCE deport"
    assert not change.before.keys() & {"who", "whom", "date"}


def test_an_event_that_is_no_longer_read_is_shown() -> None:
    (found,) = changes("Police jailed Mirva Telen on 9 June 2023.", ARREST)

    assert [(change.change, change.before["type"]) for change in found.changes] == [("gone", "COERCE arrest")]


def test_a_line_that_becomes_furniture_takes_its_event_away() -> None:
    rule = '[[furniture]]\nid = "furniture.mine"\npattern = \'^OUR ARCHIVE.*\'\nexamples = ["OUR ARCHIVE"]\n'
    (found,) = changes("OUR ARCHIVE: Police jailed Mirva Telen on 9 June 2023.", rule)

    assert found.sentence.startswith("OUR ARCHIVE")
    assert [change.change for change in found.changes] == ["gone"]


def test_a_date_is_shown_though_it_is_the_date_of_no_event() -> None:
    table = "[values.weekday]\nMidweekday = 3\n"
    (found,) = changes("The shop is shut on Midweekday.", table + HOLIDAY)
    (change,) = found.changes

    assert (change.what, change.change, change.words) == ("date", "new", "Midweekday")


def test_a_text_is_passed_over_only_if_no_word_that_matters_is_in_it() -> None:
    comparison = Comparison(ruleset.installed(), by(PADLOCK))

    assert comparison.is_same(document("Police jailed Mirva Telen on 9 June 2023."))
    assert not comparison.is_same(document("PADLOCKING IS AN OLD TRADE"))
    assert not comparison.is_same(document("They nailed the doors of the Courier shut."))


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (PADLOCK, {"padlock", "padlocks", "padlocked", "padlocking", "nail", "nails", "nailed", "nailing"}),
        (PADLOCK.replace('"padlock"', '"shut-down"'), None),
        ('[[actor]]\nid = "actor.x"\nnouns = ["docker"]\nkind = "person"\nsector = "LAB"\nexamples = ["x"]\n', None),
        ('titles = ["warden"]', None),
        ('[irregular]\narrest = ["arrost", "arrost"]', None),
        ("[values.weekday]\nwashday = 1", None),
    ],
)
def test_the_words_that_matter_are_known_for_rules_of_acts_alone(rules: str, words: set[str] | None) -> None:
    assert probes(ruleset.installed(), by(rules)) == words


def test_what_is_passed_over_is_read_the_same() -> None:
    before, after = ruleset.installed(), by(PADLOCK)
    comparison = Comparison(before, after)
    texts = [
        example if isinstance(example, str) else example.text for _, rule in before.rules for example in rule.examples
    ]
    skipped = [found for text in texts if comparison.is_same(found := document(text))]

    assert len(skipped) > 100
    for found in skipped[::3]:
        old, new = extract(found, before), extract(found, after)
        assert [event.id for event in old] == [event.id for event in new]
