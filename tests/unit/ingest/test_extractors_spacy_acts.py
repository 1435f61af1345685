"""Who does what in sentences that were parsed by hand, in both schemes of labels."""

from __future__ import annotations

from typing import Any

import pytest
from chronology_ingest import ruleset
from chronology_ingest.plugins.spacy_acts import acts, arguments, own_tokens
from chronology_ingest.plugins.spacy_standing import standing

spacy = pytest.importorskip("spacy", reason="needs spaCy (its extra `spacy`)", exc_type=ImportError)

RULES = ruleset.default()
VOCABULARY = spacy.blank("en").vocab


def parsed(rows: str) -> Any:
    """A sentence from lines of a word, its part of speech, its relation, and the word that it hangs on ("-": none).

    A word that stands there twice is told apart by a number: `of`, `of#2`.
    """
    lines = [row.split() for row in rows.strip().splitlines()]
    seen: dict[str, int] = {}
    places: dict[str, int] = {}
    for at, line in enumerate(lines):
        seen[line[0]] = seen.get(line[0], 0) + 1
        places[line[0] if seen[line[0]] == 1 else f"{line[0]}#{seen[line[0]]}"] = at
    return spacy.tokens.Doc(
        VOCABULARY,
        words=[line[0] for line in lines],
        pos=[line[1] for line in lines],
        deps=["ROOT" if line[3] == "-" else line[2] for line in lines],
        heads=[at if line[3] == "-" else places[line[3]] for at, line in enumerate(lines)],
    )


def told(rows: str) -> list[tuple[str, list[str], list[str], str | None, str]]:
    """Of each act its words, actors, recipients, modality and speaker."""
    found: list[tuple[str, list[str], list[str], str | None, str]] = []
    for act in acts(parsed(rows), RULES):
        roles, status = arguments(act), standing(act, own_tokens(act), RULES)
        found.append(
            (
                act.head.text,
                [token.text for token in roles.actors],
                [token.text for token in roles.recipients],
                status.modality,
                status.speaker.text if status.speaker is not None else "",
            )
        )
    return found


ACTIVE = """
Police NOUN nsubj arrested
arrested VERB ROOT -
Telen PROPN {object} arrested
"""


@pytest.mark.parametrize("label", ["dobj", "obj"])
def test_subject_and_object(label: str) -> None:
    assert told(ACTIVE.format(object=label)) == [("arrested", ["Police"], ["Telen"], "asserted", "")]


@pytest.mark.parametrize(
    "rows",
    [
        """
        Telen PROPN nsubjpass arrested
        was AUX auxpass arrested
        arrested VERB ROOT -
        by ADP agent arrested
        police NOUN pobj by
        """,
        """
        Telen PROPN nsubj:pass arrested
        was AUX aux:pass arrested
        arrested VERB ROOT -
        by ADP case police
        police NOUN obl:agent arrested
        """,
        """
        Telen PROPN nsubj:pass arrested
        was AUX aux:pass arrested
        arrested VERB ROOT -
        by ADP case police
        police NOUN obl arrested
        """,
    ],
    ids=["spaCy's labels", "universal labels", "universal labels, plain"],
)
def test_a_passive_in_both_schemes(rows: str) -> None:
    assert told(rows) == [("arrested", ["police"], ["Telen"], "asserted", "")]


def test_a_subject_far_away_behind_a_clause() -> None:
    rows = """
    Soldiers NOUN nsubj arrested
    who PRON nsubj came
    came VERB relcl Soldiers
    at ADP prep came
    dawn NOUN pobj at
    arrested VERB ROOT -
    Telen PROPN dobj arrested
    """

    assert told(rows) == [("arrested", ["Soldiers"], ["Telen"], "asserted", "")]


def test_a_relative_pronoun_stands_for_its_noun() -> None:
    rows = """
    Telen PROPN nsubj resigned
    whom PRON dobj arrested
    police NOUN nsubj arrested
    arrested VERB relcl Telen
    resigned VERB ROOT -
    """

    assert ("arrested", ["police"], ["Telen"], "asserted", "") in told(rows)


def test_a_participle_behind_its_noun_is_done_to_it() -> None:
    rows = """
    Lawyers NOUN nsubj left
    arrested VERB acl Lawyers
    by ADP agent arrested
    police NOUN pobj by
    left VERB ROOT -
    """

    assert ("arrested", ["police"], ["Lawyers"], "asserted", "") in told(rows)


def test_a_second_verb_has_the_subject_of_the_first() -> None:
    rows = """
    Police NOUN nsubj detained
    detained VERB ROOT -
    Telen PROPN dobj detained
    and CCONJ cc detained
    beat VERB conj detained
    Orth PROPN dobj beat
    """

    assert told(rows) == [
        ("detained", ["Police"], ["Telen"], "asserted", ""),
        ("beat", ["Police"], ["Orth"], "asserted", ""),
    ]


def test_a_noun_of_an_act_with_its_prepositions() -> None:
    rows = """
    the DET det arrest
    arrest NOUN nsubj shocked
    of ADP prep arrest
    Telen PROPN pobj of
    by ADP prep arrest
    police NOUN pobj by
    shocked VERB ROOT -
    everybody PRON dobj shocked
    """

    assert told(rows) == [("arrest", ["police"], ["Telen"], "asserted", "")]


def test_what_is_demanded_is_no_event_of_its_own() -> None:
    rows = """
    Telen PROPN nsubj urged
    urged VERB ROOT -
    police NOUN dobj urged
    to PART aux release
    release VERB xcomp urged
    Orth PROPN dobj release
    """

    assert told(rows) == [("urged", ["Telen"], ["police"], "asserted", "")]


@pytest.mark.parametrize(
    ("word", "part", "relation", "modality"),
    [
        ("may", "AUX", "aux", None),
        ("not", "PART", "neg", None),
        ("never", "ADV", "neg", None),
        ("if", "SCONJ", "mark", None),
        ("will", "AUX", "aux", "scheduled"),
        ("allegedly", "ADV", "advmod", "alleged"),
        ("regularly", "ADV", "advmod", "habitual"),
    ],
)
def test_words_at_the_verb_change_how_it_stands(word: str, part: str, relation: str, modality: str | None) -> None:
    rows = f"""
    Police NOUN nsubj arrested
    {word} {part} {relation} arrested
    arrested VERB ROOT -
    Telen PROPN dobj arrested
    """

    assert [each[3] for each in told(rows)] == [modality]


def test_what_for_is_not_what_happened() -> None:
    rows = """
    Soldiers NOUN nsubj came
    came VERB ROOT -
    to PART aux arrest
    arrest VERB advcl came
    Telen PROPN dobj arrest
    """

    assert [(each[0], each[3]) for each in told(rows) if each[0] == "arrest"] == [("arrest", None)]


def test_the_speaker_is_the_subject_of_the_verb_of_saying() -> None:
    rows = """
    Orth PROPN nsubj said
    said VERB ROOT -
    that SCONJ mark arrested
    police NOUN nsubj arrested
    had AUX aux arrested
    arrested VERB ccomp said
    Telen PROPN dobj arrested
    """

    assert ("arrested", ["police"], ["Telen"], "asserted", "Orth") in told(rows)


def test_what_is_denied_is_a_denied_event() -> None:
    rows = """
    Orth PROPN nsubj denied
    denied VERB ROOT -
    that SCONJ mark beat
    guards NOUN nsubj beat
    beat VERB ccomp denied
    Telen PROPN dobj beat
    """

    assert ("beat", ["guards"], ["Telen"], "denied", "") in told(rows)


def test_the_speaker_behind_according_to() -> None:
    rows = """
    Police NOUN nsubj arrested
    arrested VERB ROOT -
    Telen PROPN dobj arrested
    , PUNCT punct arrested
    according VERB prep arrested
    to ADP prep according
    Orth PROPN pobj to
    """

    assert told(rows) == [("arrested", ["Police"], ["Telen"], "asserted", "Orth")]


def test_a_noun_that_is_part_of_another_tells_no_act() -> None:
    rows = """
    The DET det warrant
    arrest NOUN compound warrant
    warrant NOUN nsubj lay
    lay VERB ROOT -
    there ADV advmod lay
    """

    assert told(rows) == []


def test_a_clause_of_its_own_ends_where_another_begins() -> None:
    rows = """
    Police NOUN nsubj arrested
    arrested VERB ROOT -
    Telen PROPN dobj arrested
    after SCONJ mark beat
    guards NOUN nsubj beat
    beat VERB advcl arrested
    Orth PROPN dobj beat
    """
    first, second = acts(parsed(rows), RULES)

    assert sorted(own_tokens(first)) == [0, 1, 2]
    assert sorted(own_tokens(second)) == [3, 4, 5, 6]
