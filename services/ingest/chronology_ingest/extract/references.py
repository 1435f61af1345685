"""A mention and whom it calls."""

from __future__ import annotations

from typing import Final

from chronology_contracts.vocabulary import ParticipantKind, Sector
from msgspec import Struct

from .mentions import Mention

NAME_LENGTH_MAX: Final = 200


class Actor(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody whom a mention calls; `name` is the fullest name in the document."""

    name: str
    kind: ParticipantKind
    sector: Sector = ""
    country: str = ""
    office: str = ""


class Reference(Struct, frozen=True, kw_only=True, gc=False):
    """A mention and whom it calls; no actor where it calls a mere place or nobody known.

    `also` are the others whom "they" or "the two" call as well.
    """

    mention: Mention
    actor: Actor | None
    also: tuple[Actor, ...] = ()
