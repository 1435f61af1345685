"""Events as an event coder gives them: type, mode, who, to whom, with country and sector."""

from __future__ import annotations

from chronology_contracts.events import Event, Participant
from msgspec import Struct

from ..ruleset import Ruleset


class CodedActor(Struct, frozen=True, kw_only=True):
    text: str
    country: str = ""
    sector: str = ""


class Coded(Struct, frozen=True, kw_only=True):
    event_type: str
    mode: str
    actors: tuple[CodedActor, ...]
    recipients: tuple[CodedActor, ...]


def coded(event: Event, rules: Ruleset) -> Coded:
    """Without those whom the text calls nothing: they only go without saying."""
    told = [participant for participant in event.participants if participant.mentions]
    return Coded(
        event_type=event.type,
        mode=event.mode,
        actors=tuple(_actor(each, rules) for each in told if each.role == "actor"),
        recipients=tuple(_actor(each, rules) for each in told if each.role == "recipient"),
    )


def _actor(participant: Participant, rules: Ruleset) -> CodedActor:
    """A body of many states has "IGO" for its country, as event coders write it, one of none "NGO"."""
    text = participant.mentions[0].text
    if participant.kind == "person":
        # What names him goes before what describes him.
        last = participant.name.split()[-1]
        text = next((each.text for each in participant.mentions if last in each.text), text)
    if participant.name.lower().startswith(f"{text.lower()} "):
        # "Observers of the Tarin Society": the name has what stands behind the noun.
        text = participant.name
    country = participant.country or _of_organisation(participant.name, text, rules)
    return CodedActor(text=text, country=country, sector=participant.sector)


def _of_organisation(name: str, text: str, rules: Ruleset) -> str:
    """ "The U.N. envoy", "Hamas fighters": whoever has the name of a body in his own is its."""
    known = (rules.organisations.get(said) for said in (name, *text.split()))
    return next((whose for found in known if found is not None for whose in found[1:] if whose), "")
