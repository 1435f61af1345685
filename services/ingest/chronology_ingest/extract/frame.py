"""A sentence with all that was found in it, and who is who in one of its acts."""

from __future__ import annotations

from msgspec import Struct

from ..ruleset import StatusRule
from .cast import Reference
from .clauses import Clause
from .dated import Located
from .sentences import Sentence


class Frame(Struct, frozen=True, kw_only=True, gc=False):
    """Who is who in one act; the references lie in its sentence, or before it where a pronoun calls them.

    `about` marks recipients who are not asked but whom the demand is about: "demanded the release of X".
    """

    actors: tuple[Reference, ...] = ()
    recipients: tuple[Reference, ...] = ()
    about: bool = False


class Cue(Struct, frozen=True, kw_only=True, gc=False):
    """Words from token `at` on that bear on how surely, or by whom, something is said.

    `replaces` marks "instead of", whose clause tells nothing however far behind it an act stands.
    """

    rule: StatusRule
    at: int
    replaces: bool = False


class Scene(Struct, frozen=True, kw_only=True, gc=False):
    """A sentence with what the stages before have found in it; `dated` are the tokens of `located`."""

    sentence: Sentence
    references: tuple[Reference, ...]
    clauses: tuple[Clause, ...]
    dated: frozenset[int]
    located: tuple[Located, ...] = ()
    cues: tuple[Cue, ...] = ()

    def clause_at(self, token: int) -> int:
        clauses = self.clauses
        for at in range(len(clauses) - 1, 0, -1):
            if clauses[at].first <= token:
                return at
        return 0
