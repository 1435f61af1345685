"""The closed lists of the contract.

Event types and modes are those of PLOVER (manual of 2021); the modes in `OWN_MODES`
are this project's. `Kind` names what PLOVER has no type for: the type is then OTHER.
Topics are slugs of this project.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

EventType = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE",
    "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "OTHER",
]  # fmt: skip
Kind = Literal["", "died", "elected", "appointed", "enacted", "published", "disaster"]
Modality = Literal["asserted", "alleged", "scheduled", "denied", "habitual"]
DateBasis = Literal["explicit", "relative", "document", "none"]
Evidence = Literal["quote", "record", "testimony"]
Role = Literal["actor", "recipient"]
ParticipantKind = Literal["person", "organisation", "government", "group", "unknown"]
Confidence = Literal["sure", "likely", "check"]
ReadingRole = Literal["reading", "addition"]
Topic = Literal[
    "human-rights", "detention", "legal", "protest", "diplomacy", "executive", "legislature", "civil-society",
    "media", "migration", "religion", "economy", "terrorism", "international-organisations", "security",
    "surveillance", "land", "elections", "environment", "health", "corruption",
]  # fmt: skip
Sector = Literal[
    "", "COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "UNK", "AGR", "BUS", "CRM", "CVL",
    "EDU", "ELI", "JRN", "LAB", "MED", "REF", "OPP", "PRE", "REL", "SOC",
]  # fmt: skip

EVENT_TYPES: Final[tuple[str, ...]] = get_args(EventType)
TOPICS: Final[tuple[str, ...]] = get_args(Topic)
MODALITIES: Final[tuple[str, ...]] = get_args(Modality)
KINDS: Final[tuple[str, ...]] = get_args(Kind)
SECTORS: Final[tuple[str, ...]] = get_args(Sector)

PLOVER_MODES: Final[dict[str, tuple[str, ...]]] = {
    "CONSULT": ("visit", "third-party", "multilateral", "phone"),
    "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
    "REQUEST": ("assist", "change", "yield", "meet"),
    "ACCUSE": ("disapprove", "investigate", "allege"),
    "REJECT": ("assist", "change", "yield", "meet"),
    "THREATEN": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
    "PROTEST": ("demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"),
    "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
    "MOBILIZE": ("troops", "weapons", "police", "militia"),
    "COERCE": (
        "seize", "restrict", "censor", "curfew", "martial-law", "arrest", "deport", "withhold", "misinformation",
        "cyber",
    ),
    "ASSAULT": (
        "abduct", "beat", "torture", "sexual", "targeted", "destroy", "primitive", "firearms", "explosives",
        "suicide-attack", "aerial", "drone", "heavy-weapons", "crowd-control", "unconventional",
    ),
}  # fmt: skip
OWN_MODES: Final[dict[str, tuple[str, ...]]] = {
    "ASSAULT": ("execute", "assassinate", "cleansing", "massacre"),
    "COERCE": ("ban",),
    "REQUEST": ("rights",),
    "RETREAT": ("return",),
    "THREATEN": ("ban",),
}


def modes(event_type: str) -> tuple[str, ...]:
    """The modes that an event type may carry, PLOVER's first; () for a type without modes."""
    return PLOVER_MODES.get(event_type, ()) + OWN_MODES.get(event_type, ())
