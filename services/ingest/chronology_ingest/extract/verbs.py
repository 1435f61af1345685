"""Verb groups: where they begin, whether they are active or passive, and in which tense."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

from msgspec import Struct

from ..ruleset import Ruleset, Wording
from .grammar import (
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    HAVE,
    IMPLICATIVES,
    PREPOSITIONS,
    TEMPORAL,
    is_adverb,
    looks_verbal,
    words,
)  # fmt: skip
from .mentions import POSSESSIVES
from .sentences import Token

Voice = Literal["active", "passive", "noun"]
Tense = Literal["past", "perfect", "pluperfect", "present", "progressive", "infinitive", "participle", "none"]

_BACK_MAX: Final = 5
_COORDINATION_MAX: Final = 12
_SUBJECTS: Final = words("he she it they who which that")
_PLACING: Final = words("in on at during since under from for after before without until to")
_PLAIN_AUXILIARIES: Final = words("will shall do does did would could may might can should must")
_OPENING_MARKS: Final = frozenset('“"‘')
_CONTRACTED: Final = words("he she it that who there what here")
_RESORTS: Final = words("resort resorts resorted resorting")
_BY_DOING: Final = words("by after before while when")
"""Before a gerund they bring a deed of the same subject: "protested by blocking the road"."""
_ACCUSING: Final = words("accuse accuses accused accusing")
_CHARGED_REACH: Final = 14
_OTHERS_PAST: Final = frozenset(["found"])
"""Base forms that are the past of another verb."""
_PARTICLES: Final = words("up off out down away back over")
_PASSIVE_AUXILIARIES: Final = BE | words("got get gets")


class Around(Struct, frozen=True, kw_only=True, gc=False):
    """A sentence as its verbs see it: its words, where mentions begin and end, which tokens are dates."""

    tokens: Sequence[Token]
    starts: Collection[int]
    ends: Collection[int]
    dated: Collection[int]
    rules: Ruleset

    def before(self, group: int) -> int:
        """Where what stands before a verb group ends, a date between aside: "the premier on Monday resigned"."""
        reach = group
        while reach and (reach - 1 in self.dated or self.tokens[reach - 1].lower in TEMPORAL):
            reach -= 1
        if reach < group and reach and self.tokens[reach - 1].lower in ("on", "in"):
            reach -= 1
        return reach

    def after_date(self, at: int) -> int:
        """Where what follows goes on, a date between aside: "called on Thursday for talks"."""
        reach = at
        if reach + 1 in self.dated and self.tokens[reach].lower in ("on", "in"):
            reach += 1
        while reach < len(self.tokens) - 1 and reach in self.dated:
            reach += 1
        return reach

    def ends_mention(self, group: int) -> bool:
        return self.before(group) in self.ends

    def is_governed(self, at: int) -> bool:
        """Whether a preposition stands before the mention that ends here: "despite the official ban"."""
        first = next((reach for reach in range(at - 1, max(-1, at - _BACK_MAX), -1) if reach in self.starts), 0)
        return first > 0 and self.tokens[first - 1].lower in PREPOSITIONS and self.tokens[first - 1].lower != "than"

    def takes_object(self, last: int) -> bool:
        return last in self.starts or (last < len(self.tokens) and self.tokens[last].lower in DETERMINERS)


class Verb(Struct, frozen=True, kw_only=True, gc=False):
    """`group` is where the verb group begins; `governed` marks an infinitive that tells what was done.

    `reduced` marks a participle that describes the noun right before it: "men detained in May".
    """

    group: int
    voice: Voice
    tense: Tense
    governed: bool = False
    reduced: bool = False


def read(around: Around, at: int, last: int, way: Wording, coordinated: Verb | None, gap: int) -> Verb | None:
    """The verb whose wording stands at tokens `at` up to `last`, None where it is no verb here.

    `coordinated` is the verb before it and `gap` how many tokens lie between the two.
    """
    tokens = around.tokens
    group, auxiliaries = _group(tokens, at)
    if way.words[0] in BE or way.base.startswith("be "):
        tense: Tense = "pluperfect" if "had" in auxiliaries else "past" if way.form == "past" else "present"
        return Verb(group=group, voice="active", tense=tense)
    if way.form in ("participle", "past"):
        return _past_or_participle(around, at, last, way, coordinated if gap <= _COORDINATION_MAX else None)
    if way.form == "gerund":
        return _gerund(around, at, last)
    if way.form == "base":
        return _base(around, at, way)
    before = tokens[group - 1] if group else None
    if before is None or before.lower in DETERMINERS or before.lower in PREPOSITIONS or before.text in POSSESSIVES:
        return None
    following = tokens[last] if last < len(tokens) else None
    if following is not None and looks_verbal(following.lower) and not following.capital:
        # "Protests erupted".
        return None
    if following is not None and following.lower in ("between", "of") and before.kind == "mark":
        # "On Monday, clashes between …".
        return None
    # "Calls or visits": after "or" a noun in the plural looks the same.
    joined = before.lower in CONJUNCTIONS and coordinated is not None
    named = around.ends_mention(group) and not around.is_governed(group)
    subject = named or joined or before.lower in _SUBJECTS or before.kind == "mark"
    return Verb(group=group, voice="active", tense="present") if subject or around.takes_object(last) else None


def _gerund(around: Around, at: int, last: int) -> Verb | None:
    tokens = around.tokens
    group, auxiliaries = _group(tokens, at)
    if any(word in BE for word in auxiliaries):
        return Verb(group=group, voice="active", tense="progressive")
    before = tokens[group - 1] if group else None
    if before is not None and before.lower == "to" and group > 1 and tokens[group - 2].lower in _RESORTS:
        past = tokens[group - 2].lower.endswith("ed")
        return Verb(group=group - 2, voice="active", tense="past" if past else "present")
    if before is not None and before.lower in ("of", "and") and is_charged(tokens, group) and last < len(tokens):
        return Verb(group=group, voice="active", tense="participle")
    if before is not None and before.lower in _BY_DOING and around.takes_object(last):
        return Verb(group=group, voice="active", tense="participle")
    if before is not None and (
        before.lower in PREPOSITIONS
        or before.lower in DETERMINERS
        or before.text in POSSESSIVES
        or at + 1 in around.ends
    ):
        return None
    if before is None and last < len(tokens) and tokens[last].lower in ("between", "of", "in", "at", "near", "around"):
        # "Fighting between the two …": a noun.
        return None
    apart = before is None or before.kind == "mark" or before.lower in CONJUNCTIONS or around.ends_mention(group)
    return Verb(group=group, voice="active", tense="participle") if apart or around.takes_object(last) else None


def is_charged(tokens: Sequence[Token], at: int) -> bool:
    """Whether somebody is accused of what stands here: "accused the guards of beating …"."""
    behind_of = False
    for token in reversed(tokens[max(0, at - _CHARGED_REACH) : at]):
        if token.text in ";.":
            return False
        behind_of = behind_of or token.lower == "of"
        if behind_of and token.lower in _ACCUSING:
            return True
    return False


def _base(around: Around, at: int, way: Wording) -> Verb | None:
    tokens = around.tokens
    group, auxiliaries = _group(tokens, at)
    before = tokens[group - 1].lower if group else ""
    if before == "to" or "to" in auxiliaries:
        governor = tokens[group - 2].lower if group > 1 else ""
        governed = governor in IMPLICATIVES
        # "Is trying to …" goes on.
        goes_on = (
            governed
            and governor.endswith("ing")
            and any(token.lower in BE for token in tokens[max(0, group - 5) : group - 2])
        )
        return Verb(group=group, voice="active", tense="progressive" if goes_on else "infinitive", governed=governed)
    if any(word in _PLAIN_AUXILIARIES for word in auxiliaries):
        return Verb(group=group, voice="active", tense="past" if "did" in auxiliaries else "present")
    # "Officers beat the men", "officers also beat them": a form that is also the past tells what happened.
    past = around.rules.forms[way.base.split()[0]].past == way.words[0]
    beside = around.ends_mention(at) or (past and around.ends_mention(group))
    if not beside or before in DETERMINERS or around.is_governed(at):
        return None
    if tokens[at].lower in _OTHERS_PAST:
        # "All whom they found".
        return None
    return Verb(group=group, voice="active", tense="past" if past else "present")


def _past_or_participle(around: Around, at: int, last: int, way: Wording, coordinated: Verb | None) -> Verb | None:
    tokens = around.tokens
    group, auxiliaries = _group(tokens, at)
    had = any(word in HAVE for word in auxiliaries)
    tense: Tense = "pluperfect" if "had" in auxiliaries else "perfect" if had else "past"
    if any(word in _PASSIVE_AUXILIARIES for word in auxiliaries) and way.form == "participle":
        if tense == "past" and any(word in ("is", "are", "am", "'s") for word in auxiliaries):
            tense = "present"
        if "being" in auxiliaries:
            tense = "progressive" if len(auxiliaries) > 1 else "participle"
        return Verb(group=group, voice="passive", tense="infinitive" if "to" in auxiliaries else tense)
    if had:
        return Verb(group=group, voice="active", tense=tense)
    before = tokens[group - 1] if group else None
    if before is None:
        return None
    following = tokens[last] if last < len(tokens) else None
    after_verb = before.lower in around.rules.verbal and not before.capital and not around.ends_mention(group)
    if after_verb and following is not None and following.kind == "word" and not before.lower.endswith("s"):
        # "Put alleged leaders on trial".
        return None
    described = before.lower in DETERMINERS or before.lower in PREPOSITIONS or before.text in POSSESSIVES
    if described and around.before(group) == group:
        return _those(before, following, group)
    deed = len(way.words) == 1 and way.rule.object == "recipient" and around.takes_object(last)
    if before.lower in CONJUNCTIONS and coordinated is not None and coordinated.voice == "passive" and not deed:
        return Verb(group=group, voice="passive", tense=coordinated.tense)
    if before.lower == "and" and coordinated is None and not deed and _is_after_passive(tokens, group - 1):
        return Verb(group=group, voice="passive", tense="past")
    noun = _noun_before(around, group)
    if noun and way.rule.object == "recipient" and following is not None and following.lower == "by":
        return Verb(group=group, voice="passive", tense="past", reduced=True)
    # Of a wording of several words the last one is the object, but for "up", "off" and the like.
    open_ended = last - at == 1 or tokens[last - 1].lower in _PARTICLES
    transitive = open_ended and way.rule.transitive
    if way.form == "participle" and noun and transitive and _lacks_object(around, last):
        return Verb(group=group, voice="passive", tense="past", reduced=True)
    if way.rule.transitive and open_ended and before.kind == "mark" and _lacks_object(around, last):
        # "Three years in prison, suspended."
        return None
    if way.rule.transitive and open_ended and before.text == "," and group - 2 in around.dated and coordinated is None:
        # "On Monday, jailed poet Telen …".
        return None
    return Verb(group=group, voice="active", tense="past")


def _is_after_passive(tokens: Sequence[Token], at: int) -> bool:
    """ "Was summoned to the ministry and warned": what was done to the subject before is no act that is known."""
    for reach in range(at - 1, max(-1, at - _COORDINATION_MAX), -1):
        lower = tokens[reach].lower
        if tokens[reach].kind == "mark" or lower in CONJUNCTIONS:
            return False
        if looks_verbal(lower):
            return reach > 0 and lower.endswith("ed") and tokens[reach - 1].lower in BE
    return False


def _those(before: Token, following: Token | None, group: int) -> Verb | None:
    """ "The jailed poet" tells no act; "those arrested" does."""
    alone = (
        following is None
        or following.kind == "mark"
        or following.lower in PREPOSITIONS
        or following.lower in CONJUNCTIONS
    )
    told = before.lower in ("those", "all", "many", "some") and alone
    return Verb(group=group, voice="passive", tense="past") if told else None


def _lacks_object(around: Around, last: int) -> bool:
    """ "Men detained in Ilvarin": a verb that must have an object, and has none behind it, has it before it."""
    while last in around.dated:
        last += 1
    if last >= len(around.tokens):
        return True
    following = around.tokens[last]
    for said in around.rules.qualifiers.get(following.lower, ()):
        # "Detained at least 60 people", "arrested about a dozen".
        reach = last + len(said)
        if tuple(token.lower for token in around.tokens[last:reach]) == said and reach < len(around.tokens):
            counted = around.tokens[reach]
            if counted.kind == "number" or counted.lower in around.rules.number_words or counted.lower == "a":
                return False
    return (
        (following.kind == "mark" and following.text not in '“"')
        or following.lower in _PLACING
        or following.lower in CONJUNCTIONS
    )


def _noun_before(around: Around, group: int) -> bool:
    reach = around.before(group)
    if reach in around.ends:
        return True
    if not reach:
        return False
    word = around.tokens[reach - 1]
    return (
        word.kind == "word"
        and not word.capital
        and word.lower not in CONJUNCTIONS
        and not looks_verbal(word.lower)
        and not is_adverb(word.lower)
        and word.lower not in ("who", "which", "that", "they", "it", "he", "she")
    )


def _group(tokens: Sequence[Token], at: int) -> tuple[int, list[str]]:
    """Where the verb group begins, and its auxiliaries: walk left over auxiliaries, adverbs and "not"."""
    auxiliaries: list[str] = []
    group = at
    for reach in range(at - 1, max(-1, at - 1 - _BACK_MAX), -1):
        lower = tokens[reach].lower
        if tokens[reach].text == "May":
            # "Those who fled in May have …": a month.
            break
        if lower in ("'s", "’s") and not (reach and tokens[reach - 1].lower in _CONTRACTED):
            # "Norland's occupied north".
            break
        if lower in AUXILIARIES or lower.endswith("n't"):
            auxiliaries.append(lower)
            group = reach
        elif lower in _OPENING_MARKS and reach and tokens[reach - 1].lower in AUXILIARIES:
            # "Had “interrogated” them".
            continue
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
