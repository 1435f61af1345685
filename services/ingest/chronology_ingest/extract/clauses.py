"""Clauses: where in a sentence one statement ends and the next begins, by closed-class words and commas.

No parser: a cut is made where the words around it are sure enough, and a clause that
has no subject of its own knows which one to ask.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

from msgspec import Struct

from ..ruleset import Ruleset
from .grammar import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    is_adverb,
    looks_verbal,
    words,
)
from .sentences import Sentence, Token

ClauseKind = Literal["main", "coordinate", "relative", "subordinate", "participle", "aside"]
_EITHER: Final = words("before after since until as once like than")
"""Words that open a clause or are mere prepositions; a verb soon behind them decides."""
_APPOSITION_MAX: Final = 6
_SPEAKER_MAX: Final = 10
_RELATIVE_MIN: Final = 3
_SAYING: Final = words("said says told added")
_REPORTING: Final = words(
    """
    said says say told tells tell believe believes believed think thinks thought know knows knew claim claims claimed
    argue argues argued insist insists insisted report reports reported
    """
)
_VERB_WINDOW: Final = 9
_BREAKS: Final = frozenset(";:—–")


class Clause(Struct, frozen=True, kw_only=True, gc=False):
    """Tokens `first` up to `last`; `parent` is the clause (by number) that a missing subject is taken from."""

    first: int
    last: int
    kind: ClauseKind
    opener: str = ""
    parent: int | None = None


def split(
    sentence: Sentence, mention_starts: Collection[int], dated: Collection[int], rules: Ruleset
) -> tuple[Clause, ...]:
    """The clauses of a sentence, left to right; commas behind the tokens `dated` cut nothing."""
    return _Splitter(sentence.tokens, mention_starts, dated, rules).run()


class _Splitter:
    def __init__(
        self, tokens: Sequence[Token], mention_starts: Collection[int], dated: Collection[int], rules: Ruleset
    ) -> None:
        self.tokens = tokens
        self.mention_starts = mention_starts
        self.dated = dated
        self.rules = rules
        self.cuts: list[tuple[int, ClauseKind, str]] = []
        self.dashes: int | None = None
        self.resumed: dict[int, int] = {}
        self.verbal = [
            not (token.capital and at) and (token.lower in rules.verbal or looks_verbal(token.lower))
            for at, token in enumerate(tokens)
        ]

    def run(self) -> tuple[Clause, ...]:
        self.cuts = [(0, "main", "")]
        has_verb = False
        for at in range(len(self.tokens)):
            cut = self._cut(at, has_verb)
            if cut is not None and at > self.cuts[-1][0]:
                self.cuts.append((at, *cut))
                has_verb = False
            elif cut is not None:
                self.cuts[-1] = (self.cuts[-1][0], *cut)
            has_verb = has_verb or self.verbal[at]
        return tuple(self._clause(number) for number in range(len(self.cuts)))

    def _verb_within(self, at: int, *, over_name: bool = False) -> bool:
        """`over_name` passes over a name that is put in: "the minister, Mirva Telen, said"."""
        for reach in range(at, min(at + _VERB_WINDOW * (1 + over_name), len(self.tokens))):
            if over_name and self.tokens[reach].text == "," and self._is_name_put_in(at, reach):
                continue
            if self.tokens[reach].text in (",", ";", "."):
                return False
            if self.verbal[reach]:
                return True
        return False

    def _is_name_put_in(self, at: int, comma: int) -> bool:
        """Whether this comma opens or closes a name: a mention begins behind it, or began behind the one before."""
        if comma + 1 in self.mention_starts:
            return self.tokens[comma + 1].capital
        return any(self.tokens[reach].text == "," and reach + 1 in self.mention_starts for reach in range(at, comma))

    def _cut(self, at: int, has_verb: bool) -> tuple[ClauseKind, str] | None:
        token = self.tokens[at]
        lower = token.lower
        before = self.tokens[at - 1] if at else None
        if before is not None and before.text in "—–":
            return self._after_dash(at)
        if before is not None and (before.text in _BREAKS or (before.text == "-" and before.end < token.start)):
            return self._after_dash(at) if before.text == "-" else ("main", "")
        if token.text == "(":
            return "aside", "("
        if before is not None and before.text == ")":
            return "coordinate", ""
        if before is not None and before.text in ("“", "”", '"') and has_verb:
            return None
        if lower in SUBORDINATORS:
            return self._subordinate(at, lower, has_verb)
        later = has_verb or at - self.cuts[-1][0] > _RELATIVE_MIN
        verb = lower in AUXILIARIES or (has_verb and self._is_finite(at))
        if later and verb and at not in self.dated and self._resumes(at):
            self.resumed[at] = len(self.cuts) - 2
            return "coordinate", ""
        if lower in CONJUNCTIONS and has_verb:
            return self._coordinate(at)
        if before is not None and before.text == "," and at - 1 not in self.dated:
            return self._after_comma(at, has_verb)
        return None

    def _after_dash(self, at: int) -> tuple[ClauseKind, str]:
        """What stands between two dashes is put in; behind the second one the clause before the first goes on."""
        open_at = self.dashes
        self.dashes = None if open_at is not None else len(self.cuts)
        lower = self.tokens[at].lower
        if open_at is None:
            return ("relative", lower) if lower in RELATIVES else ("main", "")
        goes_on = lower not in self.rules.wordings or lower in AUXILIARIES or is_adverb(lower)
        if at not in self.mention_starts and (self.verbal[at] or is_adverb(lower) or not goes_on):
            self.resumed[at] = open_at - 1
            return "coordinate", ""
        return "main", ""

    def _is_finite(self, at: int) -> bool:
        """Whether a past tense seems to stand here: no auxiliary, article or "to" before it, no preposition behind."""
        before = self.tokens[at - 1]
        behind = self.tokens[at + 1].lower if at + 1 < len(self.tokens) else "."
        return (
            self.verbal[at]
            and not self.tokens[at].lower.endswith(("ing", "s"))
            and before.kind == "word"
            and before.lower not in DETERMINERS
            and before.lower not in PREPOSITIONS
            and before.lower not in AUXILIARIES
            and behind not in PREPOSITIONS
            and behind.isalpha()
        )

    def _resumes(self, at: int) -> bool:
        """ "The men who fled in May have been …": a second verb behind "who", where nothing is said in between."""
        first, kind, opener = self.cuts[-1]
        if kind != "relative" or opener not in ("who", "which", "that") or len(self.cuts) < 2:
            return False
        between = self.tokens[first + 1 : at]
        return (
            self.tokens[at - 1].lower not in AUXILIARIES
            and not any(token.lower in _REPORTING or token.text == "," for token in between)
            and self.tokens[at - 1].lower not in ("who", "which", "that", "they", "he", "she", "it", "not")
            and not is_adverb(self.tokens[at - 1].lower)
            and self.tokens[at - 1].lower not in CONJUNCTIONS
        )

    def _subordinate(self, at: int, lower: str, has_verb: bool) -> tuple[ClauseKind, str] | None:
        if lower in _EITHER and not self._verb_within(at + 1):
            return None
        if at and self.tokens[at - 1].lower in PREPOSITIONS and lower == "that":
            return None
        # "They deny that …": a clause without another verb has it there.
        base = at > 0 and not has_verb and self.tokens[at - 1].lower in self.rules.forms
        after_noun = at > 0 and not self.verbal[at - 1] and not base and lower == "that"
        relative = lower in RELATIVES and (lower != "that" or after_noun)
        return ("relative", lower) if relative else ("subordinate", lower)

    def _coordinate(self, at: int) -> tuple[ClauseKind, str] | None:
        reach = at + 1
        while reach < len(self.tokens) and is_adverb(self.tokens[reach].lower):
            reach += 1
        if reach >= len(self.tokens):
            return None
        if self.verbal[reach] or (self.tokens[reach].lower in self.rules.wordings and reach not in self.mention_starts):
            return "coordinate", self.tokens[at].lower
        if reach in self.mention_starts and self._verb_within(reach):
            return "main", self.tokens[at].lower
        if self.tokens[reach].lower in ("he", "she", "it", "they", "then", "that"):
            return "main", self.tokens[at].lower
        return None

    def _after_comma(self, at: int, has_verb: bool) -> tuple[ClauseKind, str] | None:
        lower = self.tokens[at].lower
        kind = self.cuts[-1][1]
        if lower.endswith("ing") and len(lower) > 5 and at not in self.mention_starts:
            return "participle", lower
        if (
            kind in ("relative", "subordinate", "participle")
            and (has_verb or kind == "relative")
            and (
                lower in AUXILIARIES
                or self.verbal[at]
                or (is_adverb(lower) and at + 1 < len(self.tokens) and self.verbal[at + 1])
            )
        ):
            return "coordinate", ""
        if self._opens_noun(at) and self._says(at):
            # "…, residents said."
            return "main", ""
        if has_verb and lower in _SAYING and self._opens_noun(at + 1) and not self._ends_apposition(at):
            # "…, said Mirva Telen."
            return "main", ""
        if has_verb and self._opens_noun(at) and self._verb_within(at, over_name=kind == "subordinate"):
            return "main", ""
        return None

    def _says(self, at: int) -> bool:
        """Whether a verb of saying closes the sentence soon: nothing but a mention stands before it."""
        near = self.tokens[at + 1 : at + _SPEAKER_MAX]
        saying = next((step for step, token in enumerate(near, at + 1) if token.lower in _SAYING), None)
        return saying is not None and not any(token.text in (",", ";") for token in self.tokens[at:saying])

    def _ends_apposition(self, at: int) -> bool:
        """Whether somebody was put in between commas right before: "his wife, Mirva Telen, said"."""
        return any(
            reach in self.mention_starts and self.tokens[reach - 1].text == ","
            for reach in range(max(1, at - _APPOSITION_MAX), at)
        )

    def _opens_noun(self, at: int) -> bool:
        """Whether somebody is told of here; a name may have its article before it."""
        return at in self.mention_starts or (self.tokens[at].lower == "the" and at + 1 in self.mention_starts)

    def _clause(self, number: int) -> Clause:
        first, kind, opener = self.cuts[number]
        last = self.cuts[number + 1][0] if number + 1 < len(self.cuts) else len(self.tokens)
        parent = self.resumed.get(first)
        if parent is not None:
            return Clause(first=first, last=last, kind=kind, opener=opener, parent=parent)
        if kind in ("coordinate", "participle") and number:
            parent = number - 1
            # A clause that goes on after a relative one goes on with what stood before that.
            while parent and not opener and self.cuts[parent][1] in ("relative", "subordinate", "aside", "participle"):
                parent -= 1
        return Clause(first=first, last=last, kind=kind, opener=opener, parent=parent)
