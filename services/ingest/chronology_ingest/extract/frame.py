"""A sentence with all that was found in it, and who is who in one of its acts."""

from __future__ import annotations

from msgspec import Struct

from .cast import Reference
from .clauses import Clause
from .sentences import Sentence


class Frame(Struct, frozen=True, kw_only=True):
    """Who is who in one act; the references lie in its sentence, or before it where a pronoun calls them."""

    actors: tuple[Reference, ...] = ()
    recipients: tuple[Reference, ...] = ()


class Scene(Struct, frozen=True, kw_only=True):
    """A sentence with what the stages before have found in it."""

    sentence: Sentence
    references: tuple[Reference, ...]
    clauses: tuple[Clause, ...]
    dated: frozenset[int]

    def clause_at(self, token: int) -> int:
        number = 0
        for at, clause in enumerate(self.clauses):
            if clause.first <= token:
                number = at
        return number
