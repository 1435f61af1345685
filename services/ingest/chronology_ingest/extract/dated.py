"""A place in time with the words it was read from; and where the dates of a sentence stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct

from .dates import TemporalExpression
from .sentences import Token

_OWN: Final = frozenset(
    ["when.since", "when.until", "when.between", "when.lasting", "when.narrowed", "when.release-day"]
)


class Dated(Struct, frozen=True, kw_only=True):
    """A place in time, the words it was read from (none where it is the document's own), and the reason."""

    date: str = ""
    text: str = ""
    start: int = 0
    end: int = 0
    basis: DateBasis = "none"
    rule: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the words beside the act give it, and not what was told before or when the text was."""
        return self.text != "" and (not self.rule.startswith("when.") or self.rule in _OWN)


class Located(Struct, frozen=True, kw_only=True):
    """A temporal expression with the tokens of its sentence that it covers."""

    expression: TemporalExpression
    first: int
    last: int


def locate(tokens: Sequence[Token], expressions: Sequence[TemporalExpression]) -> tuple[Located, ...]:
    found = []
    for expression in expressions:
        covered = [
            at for at, token in enumerate(tokens) if token.start < expression.end and token.end > expression.start
        ]
        if covered:
            found.append(Located(expression=expression, first=covered[0], last=covered[-1] + 1))
    return tuple(found)
