"""The date of an event, for all acts of a document together.

The words of its own clause or sentence say it (`governing`), or those that relate it to
another act or to the date told last (`anchors`), wherever the document dates that; else
the act goes on from what its paragraph told, or is of the day on which the text speaks
(`discourse`). What is said to have happened, what goes on and what is only named has no
date that its own words do not give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf

from ..ruleset import Ruleset
from . import discourse
from .dated import Dated
from .discourse import Focus, Telling
from .draft import Act
from .frame import Scene
from .governing import QUOTE_MARKS, governing, is_verb
from .related import Related, Setting

_SPOKEN: Final = frozenset(["past", "present", "progressive", "perfect", "participle"])
_OLD_DAYS_MIN: Final = 30
_WITHIN: Final = frozenset(["in", "at", "during", "by", "with"])
_BACKGROUND: Final = frozenset(["after", "before", "when", "since", "because", "once", "until", "although"])
_NONE: Final = Dated()

__all__ = ["Setting", "dates"]


def dates(read: Sequence[Scene], acts: Sequence[Act], setting: Setting, rules: Ruleset) -> list[Dated]:
    """The date of each act, in the order of the acts."""
    own = [governing(act.draft, act.status.modality, setting.published) for act in acts]
    telling = discourse.telling(
        read, acts, own, published=setting.published, publisher=setting.publisher, text=setting.text
    )
    own = [None if dated is None else telling.of_today(dated) for dated in own]
    return _Walk(read, acts, own, telling, setting, rules).run()


class _Walk:
    """Goes through the acts in reading order and keeps the date in focus."""

    def __init__(
        self,
        read: Sequence[Scene],
        acts: Sequence[Act],
        own: Sequence[Dated | None],
        telling: Telling,
        setting: Setting,
        rules: Ruleset,
    ) -> None:
        self._read = read
        self._acts = acts
        self._own = own
        self._telling = telling
        self._related = Related(acts, own, telling, setting, rules)
        self._citations = _citations(read)
        self._lead = (acts[0].draft.number if acts else 0) + 1
        self._focus: Focus | None = None

    def run(self) -> list[Dated]:
        found: list[Dated] = []
        at = 0
        for number, scene in enumerate(self._read):
            last = at
            while last < len(self._acts) and self._acts[last].draft.number == number:
                last += 1
            told: list[tuple[Act, Dated]] = []
            if last > at:
                self._related.enter(at, last)
            for place in range(at, last):
                told.append((self._acts[place], self._date(place, number, told)))
            found += [dated for _, dated in told]
            at = last
            if not scene.sentence.heading:
                self._focus = self._after(number, scene, told)
        return found

    def _after(self, number: int, scene: Scene, told: Sequence[tuple[Act, Dated]]) -> Focus | None:
        focus = discourse.focus_of(scene, told, self._telling.published)
        if focus is None:
            return self._focus
        return Focus(
            dated=focus.dated,
            paragraph=focus.paragraph,
            spoken=focus.spoken,
            citation=self._citations[number],
        )

    def _date(self, at: int, number: int, told: Sequence[tuple[Act, Dated]]) -> Dated:
        act, own = self._acts[at], self._own[at]
        citation = self._citations[number]
        focus = self._focus.dated.date if self._focus is not None else ""
        distant = self._related.distant(at, own, focus)
        if own is not None:
            return distant or self._related.until(at, own, focus) or self._related.before_main(at, own) or own
        return (
            distant
            or self._related.anchored(at, focus)
            or self._related.leading_to_main(at)
            or _with_its_verb(act, told)
            or self._related.after_length(at)
            or self._continued(act, number, citation)
            or self._of_news(act, number)
            or self._of_document(act)
            or _NONE
        )

    def _continued(self, act: Act, number: int, citation: Dated | None) -> Dated | None:
        """From what the paragraph told, unless another source begins."""
        trigger, focus = act.draft.trigger, self._focus
        if _is_behind_saying(act) or _is_put_in(act) or (act.is_content and _is_quoted(act)):
            return None
        if trigger.voice == "noun" or trigger.reduced or trigger.tense not in ("past", "participle"):
            return None
        paragraph = act.draft.scene.sentence.paragraph
        same = focus is not None and focus.paragraph == paragraph and focus.citation == citation
        if focus is not None and same and (focus.spoken or not act.is_speech):
            return discourse.inherited(focus.dated, "when.paragraph")
        if focus is not None and same and self._is_of_old(act, focus):
            return discourse.about(focus.dated, "when.paragraph")
        if citation is not None and act.status.modality != "habitual":
            return discourse.about(citation, "when.cited")
        return None

    def _is_of_old(self, act: Act, focus: Focus) -> bool:
        """What was charged, demanded or refused goes on with a story of long ago; bare statements are made now."""
        last, told = edtf.bounds(focus.dated.date)[1], edtf.bounds(self._telling.published)[0]
        rule = act.draft.trigger.rule
        return (
            last is not None
            and told is not None
            and not rule.outranked
            and (told - last > _OLD_DAYS_MIN or discourse.is_legal(act))
        )

    def _of_document(self, act: Act) -> Dated | None:
        """What is told as news: what is so now, what is going on before a court, acts of speech."""
        trigger, telling = act.draft.trigger, self._telling
        if not telling.published or trigger.reduced or act.status.modality == "scheduled":
            return None
        if act.is_content and (_is_quoted(act) or trigger.tense != "perfect"):
            return None
        now = any(found.expression.value == "PRESENT_REF" for found in act.draft.scene.located)
        if self._is_pending(act, now=now):
            return discourse.month_of(telling.published)
        if self._is_of_late(act):
            return discourse.month_of(telling.published, about=True)
        if now and trigger.tense in ("present", "progressive", "perfect"):
            return Dated(date=telling.published, basis="document", rule="when.document")
        if act.status.modality == "habitual" or not act.is_speech or trigger.tense not in _SPOKEN:
            return None
        if _is_background(act) or (_is_put_in(act) and trigger.tense == "past"):
            return None
        if trigger.tense == "participle" and any(found.places for found in act.draft.scene.located):
            # "Took time off in 2009, later revealing …": some time after that.
            return None
        return telling.of_speech(act) or Dated(date=telling.published, basis="document", rule="when.document")

    def _is_of_late(self, act: Act) -> bool:
        """ "Has filed a suit", "denies it", further down in a report: not long ago, and no news of that very day."""
        trigger = act.draft.trigger
        if act.draft.number <= self._lead or act.status.modality != "asserted" or not discourse.is_main(act):
            return False
        if trigger.tense == "perfect":
            return bool(act.frame.actors or act.frame.recipients)
        stands = trigger.tense == "present" and trigger.rule.type in ("REJECT", "SUPPORT", "AGREE", "ACCUSE")
        return stands and act.is_speech and not self._telling.released

    def _of_news(self, act: Act, number: int) -> Dated | None:
        """What the first sentences report, and what those who speak did besides, as long as no other day is told."""
        trigger, telling, focus = act.draft.trigger, self._telling, self._focus
        if not telling.published or discourse.is_said(act) or not discourse.is_main(act) or _is_behind_saying(act):
            return None
        if act.status.modality != "asserted" or trigger.tense not in ("past", "perfect"):
            return None
        day = telling.day if telling.day is not None and telling.close else None
        if focus is not None and focus.dated.date != (day.date if day is not None else telling.published):
            return None
        # What is told further down is of that day as well: all of the news of a day, else what its speakers did.
        rule = "when.lead" if number <= self._lead else "when.same-day"
        if rule == "when.same-day" and (trigger.tense != "past" or not (telling.names & act.names or telling.close)):
            return None
        if day is not None:
            return discourse.inherited(day, rule)
        return Dated(date=telling.published, basis="document", rule=rule)

    def _is_pending(self, act: Act, *, now: bool) -> bool:
        """ "Is accused of …", "is now in custody": a state of proceedings, which began on some day before."""
        trigger = act.draft.trigger
        lasting = trigger.tense == "perfect" and trigger.voice == "passive" and trigger.rule.type == "ACCUSE"
        if not (lasting or trigger.tense in ("present", "progressive")) or (
            act.status.modality == "habitual" and not now
        ):
            return False
        if trigger.rule.type == "ACCUSE":
            passive = trigger.voice == "passive" or trigger.rule.subject == "recipient"
            return passive and bool(act.frame.recipients)
        return trigger.rule.type == "COERCE" and trigger.voice == "passive" and now and bool(act.frame.recipients)


def _with_its_verb(act: Act, told: Sequence[tuple[Act, Dated]]) -> Dated | None:
    """ "Rallied on Tuesday, demanding …", "arrested in May and charged": of the time of the verb before."""
    trigger = act.draft.trigger
    if trigger.voice == "noun" or trigger.reduced or not told:
        return None
    if _is_meanwhile(act):
        main = next((dated for _, dated in reversed(told) if dated.date), None)
        return discourse.inherited(main, "when.same-sentence") if main is not None else None
    before, dated = told[-1]
    other = before.draft.trigger
    if other.voice == "noun" or other.reduced or not dated.text:
        return None
    if not (trigger.tense == "participle" or _is_coordinate(act, before)):
        return None
    if _goes_back(act) and other.tense != "pluperfect":
        return None
    return discourse.inherited(dated, "when.same-sentence")


def _is_meanwhile(act: Act) -> bool:
    """ "Arrested five who were picketing …", "… a letter in which it warned": of the time of the act before."""
    scene, trigger = act.draft.scene, act.draft.trigger
    tokens, clause = scene.sentence.tokens, scene.clauses[scene.clause_at(trigger.first)]
    if clause.kind != "relative":
        return False
    within = clause.opener == "where" or (clause.first > 0 and tokens[clause.first - 1].lower in _WITHIN)
    if trigger.tense == "progressive":
        return tokens[trigger.group].lower in ("was", "were")
    return within and trigger.tense == "past"


def _is_coordinate(act: Act, before: Act) -> bool:
    """Whether the same people do, or are done to, both in one breath."""
    scene, trigger = act.draft.scene, act.draft.trigger
    clause = scene.clauses[scene.clause_at(trigger.first)]
    return (
        clause.kind == "coordinate"
        and clause.opener in ("and", "or", "")
        and {trigger.tense, before.draft.trigger.tense} <= {"past", "pluperfect"}
        and bool(before.names & act.names)
    )


def _is_background(act: Act) -> bool:
    """ "… in 2014, after its leader called for protests": not what is said now."""
    scene, trigger = act.draft.scene, act.draft.trigger
    clause = scene.clauses[scene.clause_at(trigger.first)]
    aside = clause.kind == "subordinate" and clause.opener in _BACKGROUND
    # What was put in between subject and verb has a verb of its own before: "after X, who fled, said".
    opens = not any(is_verb(token) for token in scene.sentence.tokens[clause.first : trigger.group])
    return _goes_back(act) or (aside and opens and trigger.tense in ("past", "pluperfect"))


def _is_put_in(act: Act) -> bool:
    """ "… in the port, where troops had fired on a crowd": background, of another time than what is told."""
    scene, trigger = act.draft.scene, act.draft.trigger
    clause = scene.clauses[scene.clause_at(trigger.first)]
    verbs = any(is_verb(token) for token in scene.sentence.tokens[clause.first : trigger.group])
    return clause.kind == "relative" and not verbs


def _is_behind_saying(act: Act) -> bool:
    """ "Officials said that …", and not "…, officials said"."""
    return act.is_content and act.status.speaker_start < act.draft.scene.sentence.tokens[act.draft.trigger.first].start


def _is_quoted(act: Act) -> bool:
    """Whether the words are those of a speaker, marked as such."""
    tokens = act.draft.scene.sentence.tokens[: act.draft.trigger.first]
    return act.draft.quoting is not None or any(token.text in QUOTE_MARKS for token in tokens)


def _goes_back(act: Act) -> bool:
    """ "She had given them a voice, demanding …": a participle is of the time of its verb."""
    tokens = act.draft.scene.sentence.tokens[: act.draft.trigger.first]
    return act.draft.trigger.tense == "participle" and any(token.lower == "had" for token in tokens)


def _citations(read: Sequence[Scene]) -> list[Dated | None]:
    """For each sentence the source that stands behind it in its paragraph, before any other."""
    found: list[Dated | None] = [None] * len(read)
    behind: Dated | None = None
    paragraph = -1
    for number in range(len(read) - 1, -1, -1):
        sentence = read[number].sentence
        if sentence.paragraph != paragraph:
            behind, paragraph = None, sentence.paragraph
        behind = discourse.cited(read[number]) or behind
        found[number] = behind
    return found
