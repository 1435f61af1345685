"""A sentence with all that was found in it, and who is who in one of its acts."""

from __future__ import annotations

from msgspec import Struct

from ..ruleset import StatusRule
from .cast import Reference
from .clauses import Clause
from .sentences import Sentence


class Frame(Struct, frozen=True, kw_only=True, gc=False):
    """Who is who in one act; the references lie in its sentence, or before it where a pronoun calls them."""

    actors: tuple[Reference, ...] = ()
    recipients: tuple[Reference, ...] = ()


class Cue(Struct, frozen=True, kw_only=True, gc=False):
    """Words from token `at` on that bear on how surely, or by whom, something is said."""

    rule: StatusRule
    at: int


class Scene(Struct, frozen=True, kw_only=True, gc=False):
    """A sentence with what the stages before have found in it."""

    sentence: Sentence
    references: tuple[Reference, ...]
    clauses: tuple[Clause, ...]
    dated: frozenset[int]
    cues: tuple[Cue, ...] = ()

    def clause_at(self, token: int) -> int:
        number = 0
        for at, clause in enumerate(self.clauses):
            if clause.first <= token:
                number = at
        return number
