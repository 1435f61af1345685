"""Speech: what somebody does by a plain statement, and who speaks where a quotation goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from chronology_contracts.events import QUOTE_LENGTH_MAX, Event
from msgspec.structs import replace

from ..ruleset import PredicateRule, Ruleset
from . import modality
from .draft import Draft
from .frame import Scene
from .grammar import ARTICLES, AUXILIARIES, BE, HAVE, NEGATIONS, PREPOSITIONS, words
from .predicates import Trigger
from .sentences import Token

ADVERSE: Final = frozenset(["COERCE", "ASSAULT", "SANCTION"])
_FRIENDLY: Final = frozenset(["AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT"])
_VERBAL: Final = frozenset(["REQUEST", "ACCUSE", "SUPPORT", "REJECT", "THREATEN", "PROTEST", "AGREE", "CONSULT"])
_HOSTILE: Final = frozenset(["COERCE", "ASSAULT", "SANCTION", "MOBILIZE", "PROTEST"])
_OPENERS: Final = frozenset("“«")
_CLOSERS: Final = frozenset("”»")
_MARKS: Final = frozenset('“”«»"')
_OBLIGATIONS: Final = words("must should has have ought needs need")
_PREFACES: Final = words("in responding answering rejecting dismissing")
_WILL: Final = words("will would shall 'll")
_SPEAKERS: Final = words("i we he she it they")
_FIRST_PERSONS: Final = frozenset(["i", "we"])
_CRITICS: Final = words(
    """
    activist activists campaigner campaigners critic critics opposition dissident dissidents rights watchdog
    defender defenders advocate advocates monitors separatists rebels exile exiled
    """
)
_APPOSED_MAX: Final = 10
_CONTENT_MAX: Final = 120
_NEAR: Final = 2
_OPENING_MAX: Final = 4
_WORDING_TOKENS: Final = 8


# --- quotations ------------------------------------------------------------------------------------------------------


class Quotations:
    """Of each sentence which of its tokens are quoted, whose words they are, and where the quotation began.

    `after` has the sentences that only go on with the words of whom a sentence quotes.
    """

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self.quoted: list[frozenset[int]] = []
        self.speakers: list[modality.Status | None] = []
        self.began: list[int] = []
        self.after: dict[int, list[int]] = {}
        last: modality.Status | None = None
        told_at = -1
        for chain in self._chains(scenes):
            found = next((told for at in chain if (told := modality.quoted_speaker(scenes[at])) is not None), None)
            if found is None and self.quoted[chain[0]] and _is_whole(scenes[chain[0]], self.quoted[chain[0]]):
                found = last
                self.after.setdefault(told_at, []).extend(chain)
            elif found is not None:
                told_at = chain[-1]
            self.speakers += [found] * len(chain)
            self.began += [chain[0]] * len(chain)
            if found is not None or not self.quoted[chain[0]]:
                # What is told between two quotations may be told of anybody.
                last = found or (last if _is_short(scenes[chain[0]]) else None)

    def _chains(self, scenes: Sequence[Scene]) -> Iterator[list[int]]:
        """The sentences that one quotation holds together; most stand alone."""
        chain: list[int] = []
        inside = False
        for at, scene in enumerate(scenes):
            if inside and scene.sentence.paragraph != scenes[at - 1].sentence.paragraph:
                # A quotation over several paragraphs opens again in each of them.
                inside = False
                if scene.sentence.tokens[0].text not in _MARKS:
                    yield chain
                    chain = []
            elif chain and not inside:
                yield chain
                chain = []
            chain.append(at)
            found, inside = _quoted(scene.sentence.tokens, inside)
            self.quoted.append(found)
        if chain:
            yield chain


def _quoted(tokens: Sequence[Token], inside: bool) -> tuple[frozenset[int], bool]:
    if not inside and not any(token.text in _MARKS for token in tokens):
        return frozenset(), False
    found = set()
    for at, token in enumerate(tokens):
        if token.text in _OPENERS:
            inside = True
        elif token.text in _CLOSERS:
            inside = False
        elif token.text == '"':
            inside = not inside
        elif inside:
            found.add(at)
    return frozenset(found), inside


def _is_whole(scene: Scene, quoted: Collection[int]) -> bool:
    """Whether nothing stands outside the quotation."""
    return all(at in quoted or token.kind == "mark" for at, token in enumerate(scene.sentence.tokens))


def _is_short(scene: Scene) -> bool:
    return len(scene.sentence.tokens) <= _APPOSED_MAX


# --- acts by speaking ------------------------------------------------------------------------------------------------


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
            or _by_charge(scene, trigger, inner, critics, rules)
            or (trigger, None)
        )
        more = _asked_after(act, after, rules) if act.rule.type != "REQUEST" else None
        if more is None or act.stated:
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
    marks = any(token.text in _MARKS for token in tokens[: trigger.group])
    if trigger.group > 3 and (marks or any(token.text == "," for token in head)):
        rest = tokens[trigger.last : trigger.last + 2]
        goes_on = any(token.lower == "that" or token.text in _MARKS for token in rest)
        opens = any(token.text in _MARKS for token in tokens[trigger.last :])
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
    if behind in HAVE or before in _SPEAKERS or before == "there" or tokens[-1].text == "?":
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
        if each.voice != "active" or not group or group[0].lower not in _WILL or trigger.tense == "participle":
            continue
        if any(token.lower in NEGATIONS or token.lower.endswith("n't") for token in group):
            continue
        if not each.group or tokens[each.group - 1].lower not in _SPEAKERS:
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
    speaker = modality.beside(scene, trigger.first)
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


# --- what was said before --------------------------------------------------------------------------------------------


class Heard:
    """What the document has told so far: who spoke to what end, and who accuses others."""

    def __init__(self) -> None:
        self._acts: set[tuple[str, str]] = set()
        self._wordings: set[tuple[str, ...]] = set()
        self._last: dict[tuple[str, str], tuple[int, frozenset[str]]] = {}
        self._accusers: set[str] = set()

    def is_repeated(self, draft: Draft, event: Event) -> bool:
        """Whether an act of speech only goes on with one that was told before: of the same speaker, or
        right after by one who speaks for them, as the head of a group; or whether a caption told it in its words."""
        tokens, trigger = draft.scene.sentence.tokens, draft.trigger
        wording = (event.type, *(token.lower for token in tokens[trigger.group : trigger.last + _WORDING_TOKENS]))
        if trigger.rule.speech and len(wording) > _WORDING_TOKENS and wording in self._wordings:
            return True
        self._wordings.add(wording)
        if not trigger.stated:
            return False
        number, names = self._last.get((event.type, event.date), (-_APPOSED_MAX, frozenset()))
        named = {each.actor.name for each in draft.scene.references if each.actor is not None}
        goes_on = draft.number - number <= _NEAR and (not names or not names.isdisjoint(named))
        return goes_on or all((name, event.type) in self._acts for name in _actors(event))

    def told(self, draft: Draft, event: Event) -> Event:
        """The event as it stands after all before it: what somebody tells whom he accuses is alleged."""
        if draft.trigger.rule.speech:
            self._acts |= {(name, event.type) for name in _actors(event)}
            self._last[event.type, event.date] = (draft.number, frozenset(_actors(event)))
        if event.type == "ACCUSE":
            self._accusers |= {
                each.name for each in event.participants if each.role == "actor" and each.kind != "government"
            }
            speaker = modality.beside(draft.scene, draft.trigger.first) if draft.trigger.stated else None
            if speaker is not None and speaker.actor is not None and speaker.actor.kind != "government":
                self._accusers.add(speaker.actor.name)
        adverse = event.type in ADVERSE or (event.type == "ACCUSE" and not _actors(event))
        # Of somebody by name the one who tells it may be a witness.
        named = any(each.role == "recipient" and each.kind == "person" for each in event.participants)
        alleged = adverse and not named and event.attributed_to in self._accusers
        if alleged and (event.modality == "asserted" or (event.modality == "habitual" and _is_plain(event.date))):
            return replace(event, modality="alleged")
        return event


def opened(draft: Draft, event: Event, text: str) -> Event:
    """With the sentences of its quotation that stand around its own, where these say what the act is."""
    start = draft.trigger.opening if draft.trigger.opening >= 0 else event.start
    end = max(draft.trigger.closing, event.end)
    if end - start > QUOTE_LENGTH_MAX:
        return event
    return replace(event, start=start, end=end, quote=text[start:end])


def _actors(event: Event) -> list[str]:
    return [each.name for each in event.participants if each.role == "actor"]


def _is_plain(date: str) -> bool:
    return date != "" and "/" not in date
