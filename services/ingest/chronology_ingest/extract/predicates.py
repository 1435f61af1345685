"""Triggers: the words that tell an act, and how they tell it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

from msgspec import Struct

from ..ruleset import PredicateRule, Ruleset, Wording
from .grammar import (
    ARTICLES,
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    HAVE,
    IMPLICATIVES,
    PREPOSITIONS,
    is_adverb,
    looks_verbal,
    words,
)  # fmt: skip
from .sentences import Sentence, Token

Voice = Literal["active", "passive", "noun"]
Tense = Literal["past", "perfect", "pluperfect", "present", "progressive", "infinitive", "participle", "none"]

_GAP_MAX: Final = 5
_BACK_MAX: Final = 5
_SUBJECTS: Final = words("he she it they who which that")
_PLACING: Final = words("in on at during since under from for after before without until to")


class Trigger(Struct, frozen=True, kw_only=True):
    """Tokens `first` up to `last` tell an act by `rule`; `group` is where its verb group begins ("had been …")."""

    first: int
    last: int
    group: int
    base: str
    rule: PredicateRule
    voice: Voice
    tense: Tense
    governed: bool = False


def find(
    sentence: Sentence,
    mention_starts: Collection[int],
    mention_ends: Collection[int],
    dated: Collection[int],
    rules: Ruleset,
) -> tuple[Trigger, ...]:
    """The triggers of a sentence, left to right, none inside another; longer wordings first."""
    found: list[Trigger] = []
    at = 0
    while at < len(sentence.tokens):
        trigger = _at(sentence.tokens, at, mention_starts, mention_ends, dated, rules, found[-1] if found else None)
        if trigger is not None:
            found.append(trigger)
        at = (
            trigger.last
            if trigger is not None and trigger.voice != "noun" and len(trigger.base.split()) < 3
            else at + 1
        )
    return tuple(found)


def _at(
    tokens: Sequence[Token],
    at: int,
    mention_starts: Collection[int],
    mention_ends: Collection[int],
    dated: Collection[int],
    rules: Ruleset,
    before: Trigger | None,
) -> Trigger | None:
    token = tokens[at]
    ways = rules.wordings.get(token.lower)
    if (
        ways is None
        or at in dated
        or (token.capital and at and tokens[at - 1].text not in '"“‘:•' and token.kind == "word")
    ):
        return None
    for way in ways:
        last = _match(tokens, at, way)
        if last is None:
            continue
        trigger = _read(tokens, at, last, way, mention_starts, mention_ends, before)
        if trigger is not None:
            return trigger
    return None


def _match(tokens: Sequence[Token], at: int, way: Wording) -> int | None:
    """Where the wording ends; the words between are free only at a star."""
    reach = at + 1
    free = False
    for word in way.words[1:]:
        if word is None:
            free = True
            continue
        limit = reach + ((_GAP_MAX if way.base[:3] != "be " else 1) if free else 0)
        while reach < len(tokens) and reach <= limit and tokens[reach].lower != word:
            if tokens[reach].text in (".", ";", ":", ","):
                return None
            reach += 1
        if reach >= len(tokens) or reach > limit or tokens[reach].lower != word:
            return None
        reach += 1
        free = False
    return reach


def _read(
    tokens: Sequence[Token],
    at: int,
    last: int,
    way: Wording,
    mention_starts: Collection[int],
    mention_ends: Collection[int],
    before: Trigger | None,
) -> Trigger | None:
    # The words of a wording with a gap stand apart: the object is between them, so the trigger is its first word.
    last = at + 1 if None in way.words else last
    if way.form == "noun":
        if not _is_noun(tokens, at, last, mention_starts, mention_ends):
            return None
        return Trigger(first=at, last=last, group=at, base=way.base, rule=way.rule, voice="noun", tense="none")
    verb = _verb(tokens, at, last, way, mention_starts, mention_ends, before)
    if verb is None:
        return None
    group, voice, tense, governed = verb
    return Trigger(
        first=at, last=last, group=group, base=way.base, rule=way.rule, voice=voice, tense=tense, governed=governed
    )


def _is_noun(
    tokens: Sequence[Token], at: int, last: int, mention_starts: Collection[int], mention_ends: Collection[int]
) -> bool:
    if (
        last < len(tokens)
        and last in mention_starts
        and tokens[last].start - tokens[last - 1].end == 1
        and tokens[last].lower not in ARTICLES
    ):
        return False
    if (
        last < len(tokens)
        and tokens[last].kind == "word"
        and tokens[last].lower
        in (
            "officers",
            "camps",
            "camp",
            "bid",
            "center",
            "centers",
            "centre",
            "warrant",
            "case",
            "law",
            "laws",
            "leader",
            "leaders",
            "organizers",
            "movement",
            "movements",
            "campaign",
        )
    ):
        return False
    if at == 0:
        return last < len(tokens) and (tokens[last].lower in PREPOSITIONS or looks_verbal(tokens[last].lower))
    word = tokens[at - 1]
    if word.lower in ("to", "not") or (word.lower in AUXILIARIES and word.lower not in BE):
        return word.lower in HAVE and tokens[at].lower.endswith("s")
    # "Police arrest": a description before the word makes it a verb.
    described = at in mention_ends and word.lower not in DETERMINERS and word.text not in ("'s", "’s")
    return not described or word.capital


def _verb(
    tokens: Sequence[Token],
    at: int,
    last: int,
    way: Wording,
    mention_starts: Collection[int],
    mention_ends: Collection[int],
    coordinated: Trigger | None,
) -> tuple[int, Voice, Tense, bool] | None:
    group, auxiliaries = _group(tokens, at)
    before = tokens[group - 1].lower if group else ""
    form = way.form
    if way.words[0] in BE or way.base.startswith("be "):
        return group, "active", "pluperfect" if "had" in auxiliaries else "past" if form == "past" else "present", False
    if form in ("participle", "past"):
        return _past_or_participle(
            tokens, at, last, group, auxiliaries, form, way.rule.transitive, mention_ends, coordinated
        )
    if form == "gerund":
        if any(word in BE for word in auxiliaries):
            return group, "active", "progressive", False
        if before in PREPOSITIONS or before in DETERMINERS or before == "'s" or at + 1 in mention_ends:
            return None
        apart = not group or tokens[group - 1].kind == "mark" or before in CONJUNCTIONS or group in mention_ends
        takes_object = last in mention_starts or (last < len(tokens) and tokens[last].lower in DETERMINERS)
        return (group, "active", "participle", False) if apart or takes_object else None
    if form == "base":
        if before == "to" or "to" in auxiliaries:
            governor = tokens[group - 2].lower if group > 1 else ""
            return group, "active", "infinitive", governor in IMPLICATIVES
        if any(
            word in ("will", "shall", "do", "does", "did", "would", "could", "may", "might", "can", "should", "must")
            for word in auxiliaries
        ):
            return group, "active", "past" if "did" in auxiliaries else "present", False
        return (group, "active", "present", False) if at in mention_ends and before not in DETERMINERS else None
    if not group or before in DETERMINERS or before in PREPOSITIONS or tokens[group - 1].text in ("'s", "’s"):
        return None
    subject = group in mention_ends or before in CONJUNCTIONS or before in _SUBJECTS or tokens[group - 1].kind == "mark"
    takes_object = last in mention_starts or (last < len(tokens) and tokens[last].lower in DETERMINERS)
    return (group, "active", "present", False) if subject or takes_object else None


def _past_or_participle(
    tokens: Sequence[Token],
    at: int,
    last: int,
    group: int,
    auxiliaries: list[str],
    form: str,
    transitive: bool,
    mention_ends: Collection[int],
    coordinated: Trigger | None,
) -> tuple[int, Voice, Tense, bool] | None:
    before = tokens[group - 1] if group else None
    tense: Tense = (
        "pluperfect" if "had" in auxiliaries else "perfect" if any(word in HAVE for word in auxiliaries) else "past"
    )
    if any(word in BE or word in ("got", "get", "gets") for word in auxiliaries) and form == "participle":
        if tense == "past" and any(word in ("is", "are", "am", "'s") for word in auxiliaries):
            tense = "present"
        governed = "to" in auxiliaries
        return group, "passive", "infinitive" if governed else tense, False
    if any(word in HAVE for word in auxiliaries):
        return group, "active", tense, False
    if before is None:
        return None
    following = tokens[last] if last < len(tokens) else None
    if before.lower in DETERMINERS or before.lower in PREPOSITIONS or before.text in ("'s", "’s"):
        # "the jailed poet" tells no act; "those arrested" does.
        return (
            (group, "passive", "past", False)
            if before.lower in ("those", "all", "many", "some")
            and (
                following is None
                or following.kind == "mark"
                or following.lower in PREPOSITIONS
                or following.lower in CONJUNCTIONS
            )
            else None
        )
    if (
        before.lower in CONJUNCTIONS
        and coordinated is not None
        and coordinated.voice == "passive"
        and group - coordinated.last <= 8
    ):
        return group, "passive", coordinated.tense, False
    if following is not None and following.lower == "by" and _noun_before(tokens, group, mention_ends):
        return group, "passive", "past", False
    if (
        form == "participle"
        and _noun_before(tokens, group, mention_ends)
        and _lacks_object(following, transitive or at not in mention_ends)
    ):
        return group, "passive", "past", False
    return group, "active", "past", False


def _lacks_object(following: Token | None, transitive: bool) -> bool:
    """ "Men detained in Ilvarin": a verb that must have an object, and has none behind it, has it before it."""
    if not transitive:
        return False
    return (
        following is None
        or (following.kind == "mark" and following.text not in '“"')
        or following.lower in _PLACING
        or following.lower in CONJUNCTIONS
    )


def _noun_before(tokens: Sequence[Token], group: int, mention_ends: Collection[int]) -> bool:
    word = tokens[group - 1]
    return group in mention_ends or (
        word.kind == "word"
        and not word.capital
        and word.lower not in CONJUNCTIONS
        and not looks_verbal(word.lower)
        and not is_adverb(word.lower)
        and word.lower not in ("who", "which", "that")
    )


def _group(tokens: Sequence[Token], at: int) -> tuple[int, list[str]]:
    """Where the verb group begins, and its auxiliaries: walk left over auxiliaries, adverbs and "not"."""
    auxiliaries: list[str] = []
    group = at
    for reach in range(at - 1, max(-1, at - 1 - _BACK_MAX), -1):
        lower = tokens[reach].lower
        if lower in AUXILIARIES or lower.endswith("n't"):
            auxiliaries.append(lower)
            group = reach
        elif (lower == "to" and reach == at - 1) or not (is_adverb(lower) or lower in ("not", "never", "then", "both")):
            break
        elif auxiliaries == [] and reach == at - 1:
            continue
    if group == at:
        while group and is_adverb(tokens[group - 1].lower):
            group -= 1
    if group and auxiliaries and tokens[group - 1].lower == "to":
        auxiliaries.append("to")
    return group, auxiliaries
