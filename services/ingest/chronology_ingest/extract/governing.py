"""The governing expression: which of the dates in a sentence says when one of its acts happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf
from chronology_contracts.vocabulary import Modality

from .clauses import Clause
from .dated import Dated, Located
from .draft import Draft
from .frame import Scene
from .grammar import looks_verbal, words
from .mentions import POSSESSIVES
from .predicates import Trigger
from .sentences import Token
from .spans import composed, lasting

_BEHIND_NOUN_MAX: Final = 3
_OPENING_CLAUSE_MAX: Final = 8
QUOTE_MARKS: Final = frozenset('“”"«»')
_STILL_DAYS_MAX: Final = 31
_WEEK: Final = 7
_APART: Final = words("in at to with during by for")
"""Between a noun and a date they begin something else, which the date may be of."""
_AT_ONCE: Final = frozenset(["when", "while", "as"])
_CLOSING_MAX: Final = 2
_COMPARED_REACH: Final = 6
_COMPARING: Final = words("than compared many")
_HEARD: Final = words(
    "speaking commenting addressing testifying writing answering responding interviewed asked questioned quoted reached"
)
_SETTING: Final = frozenset(["at", "in", "during", "on", "amid", "by"])
_MADE_PUBLIC: Final = words("released published issued posted broadcast aired dated signed obtained sent")
"""What is said in a report "released on Friday" is said then."""
_TOLD: Final = frozenset(["past", "perfect", "pluperfect", "present"])


def governing(draft: Draft, modality: Modality, published: str) -> Dated | None:
    """The date of the words of its clause, else of its sentence; None where none of them governs it."""
    scene, trigger = draft.scene, draft.trigger
    ahead = modality == "scheduled"
    usable = [
        found
        for found in scene.located
        if (found.places or _is_of_day_told(found, published))
        and not _belongs_elsewhere(scene, trigger, found)
        and (ahead or _is_bound(scene, found) or not _is_apart_in_time(trigger, found, published))
    ]
    if trigger.rule.speech and trigger.voice != "noun":
        chosen = _of_speech(draft, usable)
    else:
        # The day on which something is told is not the day of what is told.
        spoken = [each for each in draft.triggers if each.rule.speech and each.voice != "noun"]
        usable = [
            found
            for found in usable
            if _is_wide(found) or not any(_tells(draft, each) and _beside(draft, each, found) for each in spoken)
        ]
        chosen = _nearest(scene, trigger, usable) or _only_one(scene, trigger, usable)
    if chosen is None:
        return None
    return lasting(draft, composed(scene, chosen, scene.located))


def _is_of_day_told(found: Located, published: str) -> bool:
    """ "Late in the evening": of the day that was told last, and not of that of the text."""
    expression = found.expression
    return expression.type == "TIME" and expression.edtf not in ("", published)


def _is_wide(found: Located) -> bool:
    """A month or a year in which somebody says what happened is mostly that of the happening as well."""
    first, last = edtf.bounds(found.expression.edtf)
    return first is not None and last is not None and last - first > _WEEK


def _tells(draft: Draft, verb: Trigger) -> bool:
    """Whether the act is in what is said: behind the verb of saying, or before it in another clause."""
    scene, trigger = draft.scene, draft.trigger
    if verb.first == trigger.first:
        return False
    clause = scene.clauses[scene.clause_at(trigger.first)]
    apart = scene.clause_at(trigger.first) != scene.clause_at(verb.first)
    if trigger.first < verb.first:
        return apart
    # "Refused to register it and detained two": the same people go on.
    goes_on = trigger.voice != "noun" and clause.kind == "coordinate" and not verb.rule.outranked
    return not goes_on


def _of_speech(draft: Draft, usable: Sequence[Located]) -> Located | None:
    """The date beside the verb of saying, else the one that sets the scene: what is told has dates of its own."""
    scene, trigger = draft.scene, draft.trigger
    tokens = scene.sentence.tokens
    near = [found for found in usable if _beside(draft, trigger, found)]
    if near:
        return min(near, key=lambda found: abs(found.first - trigger.first))
    before = [found for found in usable if found.last <= trigger.group and not _quoted_apart(tokens, trigger, found)]
    meeting = [found for found in before if _is_of_meeting(tokens, found)]
    if meeting:
        return meeting[-1]
    clause = scene.clauses[scene.clause_at(trigger.first)]
    closes = trigger.last >= len(tokens) - _CLOSING_MAX or (
        clause.kind == "subordinate" and clause.opener not in _AT_ONCE
    )
    if not trigger.rule.outranked and not closes:
        # "On 3 May they met and promised …": what the sentence tells as done was done then, but for bare statements.
        free = [found for found in before if not _follows_noun(draft, found) and not _is_put_aside(scene, found)]
        return _nearest(scene, trigger, free) or _only_one(scene, trigger, free)
    opening = next((at for at, token in enumerate(tokens) if token.kind != "mark"), 0)
    if tokens[opening].lower not in _SETTING or len(before) != 1:
        return None
    between = [each for each in draft.triggers if each.voice != "noun" and before[0].last <= each.first < trigger.group]
    return None if between else before[0]


def _is_of_meeting(tokens: Sequence[Token], found: Located) -> bool:
    """ "The mayor, speaking in Lima on 4 May, denied …"."""
    at = found.first
    while at and tokens[at - 1].text != ",":
        at -= 1
    return at > 0 and tokens[at].lower in _HEARD


def _is_put_aside(scene: Scene, found: Located) -> bool:
    """ "After she was freed on 4 May, the group demanded …"."""
    clause = scene.clauses[scene.clause_at(found.first)]
    return clause.kind == "subordinate" and clause.opener not in _AT_ONCE


def _beside(draft: Draft, verb: Trigger, found: Located) -> bool:
    """Whether a date stands with this verb: no other verb is between, nor a mark of quotation."""
    scene = draft.scene
    tokens = scene.sentence.tokens
    if _quoted_apart(tokens, verb, found):
        return False
    if verb.first < found.first and found.last <= verb.last:
        # "Agreed in April to …".
        return True
    between: Sequence[int]
    if found.first >= verb.last:
        between = range(verb.last, found.first)
        if any(_is_of_noun(draft, each, found) for each in draft.triggers if each.first > verb.first):
            return False
    elif found.last <= verb.group:
        between = range(found.last, verb.group)
        if _follows_noun(draft, found) or _has_its_verb(scene, draft, verb, found) or _is_inserted(tokens, verb, found):
            return False
    else:
        return False
    if verb.rule.type == "REJECT" and not verb.rule.outranked and verb.last - verb.first > 1:
        # What was refused to be done was not done: its day is that of the refusal.
        return not any(tokens[at].lower in ("that", "and", "but") for at in between)
    verbs = {each.first for each in draft.triggers if each.voice != "noun" and each.first != verb.first}
    if not verb.rule.outranked and verb.tense == "past" and found.first > verb.last:
        # "Invited them to join in July": what they were to do lay ahead, so the day is that of the inviting.
        verbs -= {at for at in verbs if tokens[at - 1].lower == "to"}
        between = [at for at in between if tokens[at - 1].lower != "to"]
    return not any(
        tokens[at].lower == "that" or ((at in verbs or is_verb(tokens[at])) and tokens[at].lower not in _MADE_PUBLIC)
        for at in between
    )


def _is_of_noun(draft: Draft, noun: Trigger, found: Located) -> bool:
    """ "Condemned the arrest of the editor on 4 May": the day of the arrest; "at the meeting on 4 May" is of both."""
    if noun.voice != "noun" or noun.rule.speech or noun.rule.type == "CONSULT" or noun.last > found.first:
        return False
    between = draft.scene.sentence.tokens[noun.last : found.first - 1]
    return not any(token.lower in _APART for token in between)


def _is_inserted(tokens: Sequence[Token], verb: Trigger, found: Located) -> bool:
    """ "That night, neighbours said, officers searched …"."""
    ends = found.last < len(tokens) and verb.last < len(tokens)
    return ends and verb.rule.outranked and tokens[found.last].text == "," and tokens[verb.last].text == ","


def is_verb(token: Token) -> bool:
    return looks_verbal(token.lower) and not token.capital and token.text not in POSSESSIVES


def _has_its_verb(scene: Scene, draft: Draft, verb: Trigger, found: Located) -> bool:
    """ "He left in May, the minister said": a verb before the date, or any of a clause that was put in, has it."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(found.first)]
    if clause.first <= verb.first < clause.last:
        first = clause.first
    else:
        first = clause.first if clause.kind in ("relative", "aside", "participle", "subordinate") else 0
    acts = {each.first for each in draft.triggers if each.voice != "noun"}
    return any(at in acts or is_verb(tokens[at]) for at in range(first, found.first))


def _follows_noun(draft: Draft, found: Located) -> bool:
    """ "After the riots in May, the minister said": the day of what went before."""
    tokens = draft.scene.sentence.tokens
    return any(
        each.voice == "noun"
        and 0 <= found.first - each.last <= _BEHIND_NOUN_MAX
        and any(token.lower in ("after", "following", "since") for token in tokens[max(0, each.first - 3) : each.first])
        for each in draft.triggers
    )


def _is_bound(scene: Scene, found: Located) -> bool:
    """ "Has been held since 2017", "is in force until May": such a date is an end of what goes on."""
    return found.first > 0 and scene.sentence.tokens[found.first - 1].lower in ("since", "from", "until", "till")


def _is_apart_in_time(trigger: Trigger, found: Located, published: str) -> bool:
    """What is told as done was not done after the telling, nor what goes on before it."""
    if trigger.voice == "noun" or not published:
        return False
    first, last = edtf.bounds(found.expression.edtf)
    begun, told = edtf.bounds(published)
    if trigger.tense in ("present", "progressive") and not trigger.rule.speech:
        return last is not None and begun is not None and begun - last > _STILL_DAYS_MAX
    return trigger.tense in _TOLD and first is not None and told is not None and first > told


def _quoted_apart(tokens: Sequence[Token], trigger: Trigger, found: Located) -> bool:
    """Whether only one of them stands in a quotation."""
    first, last = sorted((trigger.first, found.first))
    return sum(token.text in QUOTE_MARKS for token in tokens[first:last]) % 2 == 1


def _belongs_elsewhere(scene: Scene, trigger: Trigger, found: Located) -> bool:
    """A date in brackets is a source's; a date right before another noun ("his March arrest") is that noun's."""
    clause = scene.clauses[scene.clause_at(found.first)]
    if (
        clause.kind == "aside"
        and clause.opener == "("
        and scene.clause_at(trigger.first) != scene.clause_at(found.first)
    ):
        return True
    tokens = scene.sentence.tokens
    compared = {token.lower for token in tokens[max(0, found.first - _COMPARED_REACH) : found.first]} & _COMPARING
    if compared and trigger.first < found.first:
        # "Twice as many as in 2019".
        return True
    owned = (
        found.last < len(tokens)
        and tokens[found.last].kind == "word"
        and found.first
        and tokens[found.first - 1].text in ("'s", "’s")
    )
    return bool(owned) and trigger.first != found.last


def _nearest(scene: Scene, trigger: Trigger, usable: Sequence[Located]) -> Located | None:
    own = scene.clause_at(trigger.first)
    best: tuple[tuple[int, int], Located] | None = None
    for found in usable:
        reach = _reach(scene, own, scene.clause_at(found.first))
        if reach is None:
            continue
        distance = found.first - trigger.last if found.first >= trigger.last else trigger.first - found.last
        if trigger.voice == "noun" and reach > 0 and distance > _BEHIND_NOUN_MAX and not _follows(scene, trigger):
            continue
        score = (reach, max(0, distance))
        if best is None or score < best[0]:
            best = (score, found)
    return best[1] if best is not None else None


def _only_one(scene: Scene, trigger: Trigger, usable: Sequence[Located]) -> Located | None:
    """The one date of the sentence, where it stands before the act: "At talks held in June, the two sides met"."""
    ahead = [found for found in usable if found.last <= trigger.first]
    if len(usable) != 1 or not ahead or trigger.voice == "noun":
        return None
    kinds = {scene.clauses[scene.clause_at(at)].kind for at in (trigger.first, ahead[0].first)}
    return None if kinds & {"relative", "aside"} else ahead[0]


def _is_at_once(act: Clause, date: Clause, apart: int) -> bool:
    """ "Ten were killed when a bomb went off on 4 May", and the reverse."""
    return abs(apart) == 1 and any(each.kind == "subordinate" and each.opener in _AT_ONCE for each in (act, date))


def _follows(scene: Scene, trigger: Trigger) -> bool:
    """ "… on 4 May, followed by a strike"."""
    return any(token.lower == "followed" for token in scene.sentence.tokens[max(0, trigger.first - 6) : trigger.first])


def _reach(scene: Scene, own: int, other: int) -> int | None:
    """How far a date's clause is from the act's, None where it cannot govern it."""
    if own == other:
        return 0
    act, date = scene.clauses[own], scene.clauses[other]
    if other == 0 and date.kind == "main" and own > 0 and date.last - date.first <= _OPENING_CLAUSE_MAX:
        return 1
    if date.kind in ("relative", "aside", "participle"):
        return None
    if act.parent == other or date.parent == own or _is_at_once(act, date, other - own):
        return 2
    if act.kind == "participle" and own - other == 1:
        return 2
    if act.kind == "subordinate" and act.opener == "that":
        return None
    return (
        3
        if act.kind in ("coordinate", "main")
        and other < own
        and date.kind in ("main", "coordinate")
        and own - other == 1
        else None
    )
