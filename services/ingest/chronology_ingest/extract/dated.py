"""A place in time with the words it was read from; and where the dates of a sentence stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct

from .dates import TemporalExpression
from .sentences import Token

_OWN: Final = frozenset(
    ["when.since", "when.until", "when.by", "when.between", "when.about", "when.lasting", "when.release-day"]
)
_DAY_NAMED: Final = re.compile(
    r"(?i)\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec"
    r"|(?:yester|to)day|tomorrow|tonight|day|last|next|this|that|same)|[0-9]{4}-"
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

    @property
    def places(self) -> bool:
        """Whether it says on which day, in which month or year; "at 6 p.m." is of a day that is told elsewhere."""
        expression = self.expression
        if not expression.edtf or expression.type not in ("DATE", "TIME"):
            return False
        return not expression.rule.startswith("time.") or _DAY_NAMED.search(expression.text) is not None


def locate(tokens: Sequence[Token], expressions: Sequence[TemporalExpression]) -> tuple[Located, ...]:
    found = []
    for expression in expressions:
        covered = [
            at for at, token in enumerate(tokens) if token.start < expression.end and token.end > expression.start
        ]
        if covered:
            found.append(Located(expression=expression, first=covered[0], last=covered[-1] + 1))
    return tuple(found)
