"""What a rule file may hold: a key that is not here is an error."""

from __future__ import annotations

from typing import Literal

from chronology_contracts.vocabulary import EventType, Kind, ParticipantKind, Role, Sector, Topic
from msgspec import Struct

Resolver = Literal[
    "calendar-day", "slashed-day", "day-of-month-in-focus", "month", "month-or-day", "season",
    "season-in-narrative", "quarter", "half", "period", "fiscal-year", "year", "short-year", "ancient-year",
    "unit-of-year", "decade", "decade-bc", "century", "which-unit", "part-of-unit", "weekend", "weekday",
    "deictic-day", "day-in-focus", "distance", "moment", "present", "past", "past-in-narrative", "future",
    "future-in-narrative", "clock", "part-of-some-day", "named-day", "duration", "part-duration", "age",
    "anniversary", "century-part", "twice-away", "week-from-day", "nth-weekday", "duration-one", "unit-alone",
    "short-unit", "vague-while", "set",
]  # fmt: skip
"""What `resolve` may name; extract/resolvers.py has a function for each."""


class Example(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text and what must come out of it; fields that are not given are not compared."""

    text: str
    anchor: str = ""
    date: str | None = None
    value: str | None = None
    modality: str | None = None
    attributed_to: str | None = None
    place: str | None = None
    qualifier: str | None = None
    of: str | None = None
    actors: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every rule has. `source` says where it came from, if it came from somewhere."""

    id: str
    examples: tuple[str | Example, ...]
    counterexamples: tuple[str, ...] = ()
    source: str = ""


class FurnitureRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pattern: str


class DateRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pattern: str
    resolve: Resolver
    type: Literal["DATE", "TIME", "DURATION", "SET"] = "DATE"


class PredicateRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    type: EventType
    mode: str = ""
    kind: Kind = ""
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    subject: Literal["actor", "recipient"] = "actor"
    object: Literal["recipient", "none"] = "recipient"
    of: Literal["actor", "recipient", "none"] = "recipient"
    owner: Literal["actor", "recipient"] = "recipient"
    after: tuple[str, ...] = ()
    speech: bool = False
    governs: bool = False
    habitual: bool = False
    transitive: bool = False
    intransitive: bool = False
    needs_subject: bool = False
    needs_recipient: bool = False
    needs_name: bool = False
    outranked: bool = False
    said: tuple[str, ...] = ()
    needs_adverse: bool = False
    intent: Literal["", "agree", "threaten", "accuse"] = ""
    silent: bool = False


class ActorRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    nouns: tuple[str, ...]
    kind: ParticipantKind
    sector: Sector


class ImpliedRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Acts whose one side goes without saying: only a state arrests, and a protest is at a state.

    `acts` are wordings or ids of rules of predicates.toml, `role` is the part that the state takes in them; one of
    `beside` must stand in the sentence, if any are given, and none of `unless` may.
    """

    role: Role = "actor"
    acts: tuple[str, ...]
    beside: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class PlaceRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`acts` are "TYPE", "TYPE mode" or a verb: the only ones whose place the prepositions bring; none means all."""

    prepositions: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()


class StatusRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    effect: Literal[
        "scheduled", "alleged", "denied", "habitual", "hypothetical", "negated", "attribution", "according-to"
    ]
    phrases: tuple[str, ...]


class AnchorRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that date an act by another: by the act behind them, or by the date that was told last."""

    relation: Literal["after", "soon-after", "before", "eve", "during", "same", "since"]
    to: Literal["act", "told"]
    phrases: tuple[str, ...]


class TopicRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`terms` count 2 in the event's own sentence and 1 around it; `acts` are "TYPE" or "TYPE mode"."""

    topic: Topic
    terms: tuple[str, ...]
    acts: tuple[str, ...] = ()


class FigureRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class SentencesFile(Struct, frozen=True, forbid_unknown_fields=True):
    abbreviations: tuple[str, ...]
    furniture: tuple[FurnitureRule, ...]


class DatesFile(Struct, frozen=True, forbid_unknown_fields=True):
    values: dict[str, dict[str, int | str]]
    classes: dict[str, str]
    rule: tuple[DateRule, ...]


class PredicatesFile(Struct, frozen=True, forbid_unknown_fields=True):
    irregular: dict[str, tuple[str, str]]
    rule: tuple[PredicateRule, ...]


class ActorsFile(Struct, frozen=True, forbid_unknown_fields=True):
    titles: tuple[str, ...]
    organisation_words: tuple[str, ...]
    name_links: tuple[str, ...]
    person_links: tuple[str, ...]
    acronyms: tuple[tuple[str, str, str], ...]
    rule: tuple[ActorRule, ...]
    implied: tuple[ImpliedRule, ...] = ()
    bodies: dict[str, str] = {}


class PlacesFile(Struct, frozen=True, forbid_unknown_fields=True):
    countries: tuple[tuple[str, str, str, str], ...]
    cities: tuple[tuple[str, str, str, str], ...]
    peoples: tuple[tuple[str, str], ...]
    rule: tuple[PlaceRule, ...]


class ModalityFile(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[StatusRule, ...]


class AnchorsFile(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[AnchorRule, ...]


class TopicsFile(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[TopicRule, ...]


class FiguresFile(Struct, frozen=True, forbid_unknown_fields=True):
    qualifiers: tuple[str, ...]
    multipliers: dict[str, int]
    words: dict[str, int]
    rule: tuple[FigureRule, ...]
