"""How an act of a parsed sentence stands: whether it happened, how surely that is said, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from msgspec import Struct

from ..extract.grammar import words
from ..ruleset import Ruleset
from .spacy_acts import SUBJECTS, Act, children, governor, is_noun

_AUXILIARIES: Final = frozenset(["aux", "auxpass", "aux:pass"])
_UNREAL: Final = words("would could might may should must can cannot ought")
_AHEAD: Final = frozenset(["will", "shall", "'ll"])
_CONDITIONS: Final = words("if unless whether lest")
_NEGATIONS: Final = words("not n't n’t never no neither nor without")
_CUE_REACH: Final = 7


class Standing(Struct, frozen=True, kw_only=True):
    """How surely the act is told, None for what did not happen; `speaker` is the noun of who says so."""

    modality: Literal["asserted", "alleged", "scheduled", "denied", "habitual"] | None = "asserted"
    rule: str = ""
    speaker: Any = None
    speaker_rule: str = ""


def standing(act: Act, own: frozenset[int], rules: Ruleset) -> Standing:
    head = act.head if act.voice != "noun" else governor(act.head)
    helping = {child.lower_ for child in head.children if child.dep_ in _AUXILIARIES}
    markers = {
        child.lower_ for child in head.children if child.dep_ in ("mark", "advmod", "neg", "det", "preconj", "cc")
    }
    negated = {child.lower_ for child in (*head.children, *act.head.children) if child.dep_ in ("neg", "det", "advmod")}
    if helping & _UNREAL or markers & _CONDITIONS or negated & _NEGATIONS:
        return Standing(modality=None)
    if "to" in helping and act.voice != "noun" and head.dep_ == "advcl":
        # "… to arrest him": what for, not what happened.
        return Standing(modality=None)
    effects = _effects(act, own, rules)
    if "hypothetical" in effects or "negated" in effects:
        return Standing(modality=None)
    speaker, said_by = _speaker(head, own, rules)
    for effect in ("denied", "alleged", "scheduled", "habitual"):
        if effect in effects:
            return Standing(modality=effect, rule=effects[effect], speaker=speaker, speaker_rule=said_by)
    ahead = "status.scheduled" if helping & _AHEAD else ""
    return Standing(modality="scheduled" if ahead else "asserted", rule=ahead, speaker=speaker, speaker_rule=said_by)


def _effects(act: Act, own: frozenset[int], rules: Ruleset) -> dict[str, str]:
    """The words in its clause, or in the verb that it completes, that change how it stands: effect → rule."""
    head, parsed = act.head, act.head.doc
    completes = head.dep_ in ("xcomp", "ccomp")
    above = {token.i for token in (head.head, *head.head.children)} if completes else set()
    found: dict[str, str] = {}
    for at in range(max(0, act.first - _CUE_REACH), min(len(parsed), act.last + 3)):
        if at not in own and at not in above:
            continue
        for phrase, rule in rules.status.get(parsed[at].lower_, ()):
            if tuple(token.lower_ for token in parsed[at : at + len(phrase)]) != phrase:
                continue
            if rule.effect not in ("attribution", "according-to") and not act.first <= at < act.last:
                found.setdefault(rule.effect, rule.id)
            break
    return found


def _speaker(head: Any, own: frozenset[int], rules: Ruleset) -> tuple[Any, str]:
    """Who says it: the subject of a verb of saying that this clause completes, or whom "according to" names."""
    above = head
    while above.head.i != above.i and above.dep_ in ("conj", "ccomp", "xcomp", "parataxis"):
        completes = above.dep_ in ("ccomp", "parataxis")
        above = above.head
        said = _effect_of(above, "attribution", rules)
        subjects = children(above, SUBJECTS)
        if completes and said and subjects:
            return subjects[0], said
    for child in head.children:
        said = _effect_of(child, "attribution", rules) if child.dep_ in ("parataxis", "ccomp") else ""
        subjects = children(child, SUBJECTS)
        if said and subjects and child.dep_ == "parataxis":
            return subjects[0], said
    for at in sorted(own):
        for phrase, rule in _phrases(head.doc[at], "according-to", rules):
            last = at + len(phrase) - 1
            if tuple(token.lower_ for token in head.doc[at : last + 1]) == phrase:
                told = next(_nouns_below(head.doc[at], after=last), None)
                if told is not None:
                    return told, rule
    return None, ""


def _effect_of(token: Any, effect: str, rules: Ruleset) -> str:
    return next((rule for phrase, rule in _phrases(token, effect, rules) if len(phrase) == 1), "")


def _phrases(token: Any, effect: str, rules: Ruleset) -> Iterator[tuple[tuple[str, ...], str]]:
    for phrase, rule in rules.status.get(token.lower_, ()):
        if rule.effect == effect:
            yield phrase, rule.id


def _nouns_below(token: Any, after: int) -> Iterator[Any]:
    """Nouns of a phrase behind token `after`, the one that heads it first."""
    pool = [each for each in token.subtree if each.i > after] or [each for each in token.head.subtree if each.i > after]
    below = sorted(pool, key=lambda each: (len(list(each.ancestors)), each.i))
    return (each for each in below if each.dep_ in ("pobj", "pcomp", "obl", "nmod") and is_noun(each))
