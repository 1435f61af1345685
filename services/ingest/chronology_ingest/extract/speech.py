"""Acts of speech: what somebody does by a plain statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from ..ruleset import PredicateRule, Ruleset
from .attribution import beside
from .frame import Scene
from .grammar import ARTICLES, AUXILIARIES, BE, HAVE, NEGATIONS, PREPOSITIONS, words
from .predicates import Trigger
from .sentences import Token
from .statements import ADVERSE, MARKS, SPEAKERS, WILL, by_accusation, by_denial, is_mere_talk

_FRIENDLY: Final = frozenset(["AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT"])
_VERBAL: Final = frozenset(["REQUEST", "ACCUSE", "SUPPORT", "REJECT", "THREATEN", "PROTEST", "AGREE", "CONSULT"])
_HOSTILE: Final = frozenset(["COERCE", "ASSAULT", "SANCTION", "MOBILIZE", "PROTEST"])
_OBLIGATIONS: Final = words("must should has have ought needs need")
_PREFACES: Final = words("in responding answering rejecting dismissing")
_CRITICS: Final = words(
    """
    activist activists campaigner campaigners critic critics opposition dissident dissidents rights watchdog
    defender defenders advocate advocates monitors separatists rebels exile exiled
    """
)
_APPOSED_MAX: Final = 10
_CONTENT_MAX: Final = 120
_OPENING_MAX: Final = 4


def acts(
    scene: Scene,
    triggers: Sequence[Trigger],
    before: Sequence[Scene],
    after: Sequence[Scene],
    critics: Collection[str],
    rules: Ruleset,
) -> list[tuple[Trigger, Trigger | None]]:
    """The triggers, a plain statement read as what it does: to say that somebody must act is to ask for it.

    `before` are the sentences of the same quotation, `after` those that go on with it. An act comes with the one that
    the statement speaks of, which is none itself where it is only asked for, promised or threatened.
    """
    found: list[tuple[Trigger, Trigger | None]] = []
    spoken: set[int] = set()
    for trigger in triggers:
        if _adds_nothing(scene, trigger, found):
            continue
        if trigger.voice == "noun" or not (trigger.rule.outranked or trigger.base == "warn"):
            found.append((trigger, None))
            continue
        left, right = _content(scene, trigger)
        inner = [each for each in triggers if left <= each.first < right and each is not trigger]
        act, of = (
            _by_phrase(scene, trigger, (left, right), inner, before, rules)
            or (trigger.base == "warn" and (trigger, None))
            or _by_intent(scene, trigger, inner, rules)
            or by_denial(scene, trigger, inner, rules)
            or by_accusation(scene, trigger, inner, rules)
            or _by_charge(scene, trigger, inner, critics, rules)
            or (trigger, None)
        )
        more = _asked_after(act, after, rules) if act.rule.type != "REQUEST" else None
        mere = act is trigger and trigger.rule.outranked and is_mere_talk(scene, trigger)
        if (more is None or act.stated) and not mere:
            found.append((act, of))
        if more is not None:
            found.append((more, None))
        if act.stated and (act.rule.governs or act.rule.type == "REJECT"):
            spoken |= _spoken(scene, act, inner)
    return [(trigger, of) for trigger, of in found if trigger.first not in spoken]


def _adds_nothing(scene: Scene, trigger: Trigger, found: Sequence[tuple[Trigger, Trigger | None]]) -> bool:
    """ "Published a letter, demanding …": the participle says what the act before it was for; "accused of offending
    the king by mocking him": it says what the charge is."""
    if trigger.tense != "participle" or trigger.voice != "active":
        return False
    charged = trigger.group > 0 and scene.sentence.tokens[trigger.group - 1].lower == "by"
    return any(
        (act.rule.type in _VERBAL and act.tense != "participle" and trigger.rule.type == "REQUEST")
        or (charged and act.rule.type == "ACCUSE")
        for act, _ in found
    )


def _spoken(scene: Scene, act: Trigger, inner: Sequence[Trigger]) -> set[int]:
    """The acts behind the cue of a demand: its own clause, and nouns wherever they stand."""
    own = scene.clause_at(act.cue)
    return {
        each.first
        for each in inner
        if each.first > act.cue >= 0
        and (each.voice == "noun" or scene.clause_at(each.first) == own or act.rule.type == "REJECT")
    }


def _content(scene: Scene, trigger: Trigger) -> tuple[int, int]:
    """The tokens of what is said: behind the verb, or all before it where the verb closes the sentence."""
    tokens = scene.sentence.tokens
    if tokens[0].lower in _PREFACES:
        # "In response to charges that …, X said".
        return 0, len(tokens)
    head = tokens[max(0, trigger.group - _APPOSED_MAX) : trigger.group]
    marks = any(token.text in MARKS for token in tokens[: trigger.group])
    if trigger.group > 3 and (marks or any(token.text == "," for token in head)):
        rest = tokens[trigger.last : trigger.last + 2]
        goes_on = any(token.lower == "that" or token.text in MARKS for token in rest)
        opens = any(token.text in MARKS for token in tokens[trigger.last :])
        if (marks or _closes(scene, trigger)) and not goes_on:
            return 0, len(tokens) if opens else trigger.group
    return trigger.last, min(len(tokens), trigger.last + _CONTENT_MAX)


def _closes(scene: Scene, trigger: Trigger) -> bool:
    """ "…, X said on Monday": nothing but its circumstances stands behind it."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    cut = clause.first > 0 and clause.opener == "" and tokens[clause.first - 1].text == ","
    return cut and len(tokens) - trigger.last <= _APPOSED_MAX


def _by_phrase(
    scene: Scene,
    trigger: Trigger,
    content: tuple[int, int],
    inner: Sequence[Trigger],
    before: Iterable[Scene],
    rules: Ruleset,
) -> tuple[Trigger, Trigger | None] | None:
    for earlier in before:
        tokens = earlier.sentence.tokens
        for at, rule in _phrases(tokens, 0, len(tokens), rules):
            if _holds(earlier, at, rule, ()):
                return replace(trigger, rule=rule, stated=True, opening=earlier.sentence.start), None
    held = [found for found in _phrases(scene.sentence.tokens, *content, rules) if _holds(scene, *found, inner)]
    if not held:
        return None
    # "The witnesses of this massacre must be protected": what is asked for counts before what is said of it.
    at, rule = next((found for found in held if found[1].type == "REQUEST"), held[0])
    spoken_of = next((each for each in inner if each.first > at), None)
    return replace(trigger, rule=rule, stated=True, cue=at), spoken_of


def _asked_after(trigger: Trigger, after: Iterable[Scene], rules: Ruleset) -> Trigger | None:
    """What the quotation goes on to ask for."""
    for scene in after:
        tokens = scene.sentence.tokens
        for at, rule in _phrases(tokens, 0, len(tokens), rules):
            if rule.type == "REQUEST" and _holds(scene, at, rule, ()):
                return replace(trigger, rule=rule, stated=True, cue=-1, closing=scene.sentence.end)
    return None


def _phrases(tokens: Sequence[Token], first: int, last: int, rules: Ruleset) -> Iterator[tuple[int, PredicateRule]]:
    for at in range(first, last):
        for said, rule in rules.said.get(tokens[at].lower, ()):
            if all(at + step < last and tokens[at + step].lower == word for step, word in enumerate(said)):
                yield at, rule
                break


def _holds(scene: Scene, at: int, rule: PredicateRule, inner: Sequence[Trigger]) -> bool:
    tokens = scene.sentence.tokens
    lower = tokens[at].lower
    if lower in _OBLIGATIONS and rule.type == "REQUEST":
        return _is_called_upon(scene, at)
    if rule.needs_adverse:
        return any(each.rule.type in ADVERSE and at < each.last for each in inner)
    return not (at and tokens[at - 1].lower in NEGATIONS)


def _is_called_upon(scene: Scene, at: int) -> bool:
    """ "X must …", of somebody other than who speaks; "must have been" is a guess, and "has to" a need of anybody."""
    tokens = scene.sentence.tokens
    behind = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    before = tokens[at - 1].lower if at else ""
    if behind in HAVE or before in SPEAKERS or before == "there" or tokens[-1].text == "?":
        return False
    if tokens[at].lower == "must":
        return True
    return any(
        reference.actor is not None
        and reference.actor.kind != "unknown"
        and 0 <= at - reference.mention.last <= 1
        and not (reference.mention.first and tokens[reference.mention.first - 1].lower in PREPOSITIONS)
        for reference in scene.references
    )


def _by_intent(
    scene: Scene, trigger: Trigger, inner: Sequence[Trigger], rules: Ruleset
) -> tuple[Trigger, Trigger | None] | None:
    """ "Said it would send aid" is a promise, "said it would cut off aid" a threat."""
    tokens = scene.sentence.tokens
    for each in inner:
        group = tokens[each.group : each.first]
        if each.voice != "active" or not group or group[0].lower not in WILL or trigger.tense == "participle":
            continue
        if any(token.lower in NEGATIONS or token.lower.endswith("n't") for token in group):
            continue
        if not each.group or tokens[each.group - 1].lower not in SPEAKERS:
            continue
        if each.rule.type == "CONSULT" and trigger.base in ("announce", "confirm"):
            # What is announced is a visit to come.
            continue
        intent = "agree" if each.rule.type in _FRIENDLY else "threaten" if each.rule.type in _HOSTILE else ""
        rule = rules.intents.get(intent)
        if rule is not None and each.rule.mode != "resign":
            return replace(trigger, rule=rule, stated=True, cue=each.first - 1), each
    return None


def _by_charge(
    scene: Scene, trigger: Trigger, inner: Sequence[Trigger], critics: Collection[str], rules: Ruleset
) -> tuple[Trigger, Trigger | None] | None:
    """A critic who says what somebody does to people accuses them of it; of a deed that is past he may be a witness."""
    speaker = beside(scene, trigger.first)
    if speaker is None or speaker.actor is None or speaker.actor.name not in critics:
        return None
    rule = rules.intents.get("accuse")
    for each in inner:
        opens = each.voice == "noun" and each.first - trigger.last < _OPENING_MAX
        lasting = opens or each.tense in ("progressive", "present")
        aside = scene.clauses[scene.clause_at(each.first)].kind == "relative"
        if rule is not None and lasting and not aside and each.rule.type in ADVERSE:
            return replace(trigger, rule=rule, stated=True), each
    return None


def critics(scenes: Iterable[Scene]) -> frozenset[str]:
    """The names of those who are called activists, opposition or a rights group anywhere in the document."""
    found = set()
    for scene in scenes:
        tokens = scene.sentence.tokens
        for reference in scene.references:
            mention, actor = reference.mention, reference.actor
            if actor is None or actor.kind == "government" or mention.shape == "pronoun":
                continue
            told = {token.lower for token in tokens[mention.first : mention.last]}
            if mention.last < len(tokens) and tokens[mention.last].text == ",":
                told |= {token.lower for token in _apposed(tokens, mention.last + 1)}
            if mention.first and tokens[mention.first - 1].kind == "word":
                told.add(tokens[mention.first - 1].lower)
            if told & _CRITICS:
                found.add(actor.name)
    return frozenset(found)


def _apposed(tokens: Sequence[Token], first: int) -> Iterator[Token]:
    """ ", a well-known poet and activist": an article, and no verb."""
    if first < len(tokens) and tokens[first].lower in ARTICLES:
        for token in tokens[first : first + _APPOSED_MAX]:
            if token.text == "," or token.lower in AUXILIARIES or token.lower in BE:
                return
            yield token
