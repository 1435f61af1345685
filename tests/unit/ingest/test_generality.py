"""How things are is no event: rules, manuals, descriptions; and what is told all the same among them."""

from __future__ import annotations

import pytest

from .test_extract_reading import events_of, named

MANUAL = (
    "Fill the tank and close the lid. The pump starts when the lever is down. Never force the valve. If the lamp "
    "turns red, the fuse has blown; replace it with one of the same size. Clean the filter every month, and oil the "
    "hinge in spring. The display shows the time. Children must not use the machine. The cover is held by two screws."
)


@pytest.mark.parametrize(
    "text",
    [
        "Swedish gardeners demand peat, and Danish ones mostly reject it.",
        "The browser shows “Permission denied”: ask the owner of the file.",
        "The attack must be blocked, or the attacker captured.",
        "Two bishops often beat a rook and a knight.",
        "My aunt always accused the oven of cheating.",
        "The Azores high fights the Iceland low for control over the weather.",
        "The script launches three workers. The supervisor watches the workers and kills any worker that sleeps.",
    ],
)
def test_how_things_are_is_no_event(text: str) -> None:
    assert events_of(text) == ()


@pytest.mark.parametrize("text", ["Denmark attacks Norway.", "Mirva Telen kills Saro Velten."])
def test_the_present_of_a_text_without_past_tells_nothing(text: str) -> None:
    assert events_of(text) != ()
    assert events_of(f"{MANUAL} {text}") == ()


@pytest.mark.parametrize(
    "text",
    [
        "On 3 May 2023, police arrested the owner of the factory.",
        "Mirva Telen sued the maker.",
        "Foreign Minister Mirva Telen will visit Lima on 14 June.",
    ],
)
def test_what_is_told_of_a_day_or_of_somebody_by_name_is_an_event_even_there(text: str) -> None:
    assert len(events_of(f"{MANUAL} {text}")) == 1


def test_a_statement_in_the_present_alone_is_one() -> None:
    found = events_of(f"Peru condemns the attack on the port of Velmora. {MANUAL}")

    assert [named(event, "actor") for event in found] == [["Government of Peru"]]
