"""Acts of one document in relation to each other: dated by another act, or by the sentence's main one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf
from msgspec import Struct

from ..ruleset import Ruleset
from . import anchors
from .anchors import Connective
from .dated import Dated
from .discourse import Telling
from .draft import Act
from .frame import Scene
from .governing import is_verb
from .predicates import Trigger
from .spans import composed, later

_ENDED_DAYS_MAX: Final = 366
_LENGTH_GAP_MAX: Final = 5
_DISTANCE_REACH: Final = 12


class Setting(Struct, frozen=True, kw_only=True):
    """What dates of acts are told from."""

    published: str
    publisher: str
    text: str


class Related:
    """The acts of a document with those of their dates that stand beside them, read sentence by sentence."""

    def __init__(
        self, acts: Sequence[Act], own: Sequence[Dated | None], telling: Telling, setting: Setting, rules: Ruleset
    ) -> None:
        self._acts = acts
        self._own = own
        self._telling = telling
        self._text = setting.text
        self._rules = rules
        self._known = anchors.known(acts, own)
        self._sentence = range(0)
        self._connectives: tuple[Connective, ...] = ()

    def enter(self, first: int, last: int) -> None:
        """Go on to the sentence that has the acts `first` up to `last`."""
        self._sentence = range(first, last)
        self._connectives = anchors.connectives(self._acts[first].draft, self._rules)

    def anchored(self, at: int, focus: str) -> Dated | None:
        """By words such as "following his arrest" and "shortly after that"; `focus` is the date told last."""
        act = self._acts[at]
        scene = act.draft.scene
        for connective in self._connectives:
            if not anchors.bears_on(scene, connective, act.draft) or self._is_news(act, connective):
                continue
            # What somebody tells follows on what he told, which is not known here.
            told = _told_before(scene, connective.first) or ("" if act.is_content else focus)
            base = told if connective.to is None else self._date_of(at, connective.to)
            day = self._telling.day
            date = anchors.placed(connective, base, day.date if day is not None else self._telling.published)
            if date:
                last = connective.to.last if connective.to is not None else connective.last
                tokens = scene.sentence.tokens
                return self._read(date, tokens[connective.first].start, tokens[last - 1].end, connective.rule.id)
        return None

    def distant(self, at: int, own: Dated | None, focus: str) -> Dated | None:
        """ "Two days later", "three weeks earlier", where what it is told from is known to the month or year alone."""
        act = self._acts[at]
        scene = act.draft.scene
        for found in scene.located:
            expression = found.expression
            governs = own is not None and own.start == expression.start
            if expression.rule != "date.distance" or not (governs or (own is None and not expression.edtf)):
                continue
            date = anchors.moved(_told_before(scene, found.first) or focus, expression.text)
            if date and (governs or abs(found.first - act.draft.trigger.first) <= _DISTANCE_REACH):
                return self._read(date, expression.start, expression.end, "when.distance")
        return None

    def until(self, at: int, own: Dated, focus: str) -> Dated | None:
        """ "Were banned until September": from the day that was told before, or that of the telling."""
        scene = self._acts[at].draft.scene
        found = next((each for each in scene.located if own.start < each.expression.end <= own.end), None)
        if own.rule != "when.until" or found is None:
            return None
        end = edtf.bounds(own.date.removeprefix("../"))[1]
        for since in (_told_before(scene, found.first), focus, self._telling.published):
            first = edtf.bounds(since)[0] if since else None
            if first is not None and end is not None and 0 < end - first <= _ENDED_DAYS_MAX:
                begin = since.partition("/")[0].rstrip("~")
                return self._read(f"{begin}/{own.date.removeprefix('../')}", own.start, own.end, "when.until")
        return None

    def after_length(self, at: int) -> Dated | None:
        """ "Was freed after 15 days in custody": so long after what was done to them before, if that was told."""
        act = self._acts[at]
        tokens, trigger = act.draft.scene.sentence.tokens, act.draft.trigger
        for found in act.draft.scene.located:
            near = 0 < found.first - trigger.last <= _LENGTH_GAP_MAX and trigger.tense == "past"
            if not near or found.expression.type != "DURATION" or tokens[found.first - 1].lower != "after":
                continue
            since = [each for each in self._known if each.type == "COERCE" and each.names & act.names]
            date = later(since[-1].date, found.expression.value) if since else ""
            if date:
                return self._read(date, tokens[found.first - 1].start, found.expression.end, "when.after-length")
        return None

    def before_main(self, at: int, own: Dated) -> Dated | None:
        """ "Following protests, she was freed on 11 March": they lie before that day, and behind what it ended."""
        trigger, tokens = self._acts[at].draft.trigger, self._acts[at].draft.scene.sentence.tokens
        led = self._leading(trigger)
        if trigger.voice != "noun" or led is None or own.rule.startswith("when."):
            return None
        apart = any(is_verb(token) and token.start < own.start for token in tokens[trigger.last :])
        if own.start < tokens[led.first].start or not apart:
            return None
        ended = self._ended_by(led, own)
        date = f"{ended}/{own.date}" if ended else anchors.before(own.date)
        return self._read(date, own.start, own.end, "when.before-main")

    def leading_to_main(self, at: int) -> Dated | None:
        """ "Was banned in October 2014 after its leader called for protests": about then, as far as is told."""
        trigger = self._acts[at].draft.trigger
        led = self._leading(trigger)
        if led is None or trigger.voice == "noun":
            return None
        beside = self._beside()
        main = next((dated for act, dated in beside if anchors.bears_on(act.draft.scene, led, act.draft)), None)
        if main is None:
            before = [dated for act, dated in beside if act.draft.trigger.first < led.first]
            main = before[-1] if before else None
        if main is None or "/" in main.date:
            return None
        return self._read(f"{main.date.rstrip('~')}~", main.start, main.end, "when.before-main")

    def _leading(self, trigger: Trigger) -> Connective | None:
        """The "after" or "following" that this act stands behind."""
        return next(
            (
                each
                for each in self._connectives
                if each.to is not None
                and each.to.first == trigger.first
                and each.rule.relation in ("after", "soon-after")
            ),
            None,
        )

    def _beside(self) -> Sequence[tuple[Act, Dated]]:
        """The acts of the sentence that have dates of their own."""
        pairs = [(self._acts[at], self._own[at]) for at in self._sentence]
        return [(act, dated) for act, dated in pairs if dated is not None]

    def _ended_by(self, led: Connective, own: Dated) -> str:
        """The day of the last thing known to have been done to those whom the sentence's main act is done to."""
        names = frozenset(
            name
            for act, dated in self._beside()
            if dated.date == own.date and anchors.bears_on(act.draft.scene, led, act.draft)
            for name in act.names
        )
        day = edtf.bounds(own.date)[0]
        earlier = []
        for each in self._known:
            first, last = edtf.bounds(each.date)
            if first is not None and first == last and day is not None and 0 < day - first <= _ENDED_DAYS_MAX:
                earlier += [(first, each.date)] if each.names & names else []
        return max(earlier)[1] if earlier else ""

    def _is_news(self, act: Act, connective: Connective) -> bool:
        """ "Following the verdict, the union demands …": what is said now is said on the day of the telling."""
        if not act.is_speech or connective.to is None or connective.length:
            return False
        if act.draft.trigger.rule.outranked:
            return True
        return act.draft.trigger.tense != "past" or self._telling.of_speech(act) is not None

    def _date_of(self, at: int, trigger: Trigger) -> str:
        own = next((dated.date for act, dated in self._beside() if act.draft.trigger == trigger), "")
        return own or anchors.date_of(self._acts[at].draft.scene, trigger, at, self._known)

    def _read(self, date: str, start: int, end: int, rule: str) -> Dated | None:
        if not date:
            return None
        return Dated(date=date, text=self._text[start:end], start=start, end=end, basis="relative", rule=rule)


def _told_before(scene: Scene, at: int) -> str:
    """The date that stands last before a token of its sentence, "" for none."""
    before = [
        found
        for found in scene.located
        if found.places and found.last <= at and found.expression.rule != "date.distance"
    ]
    return composed(scene, before[-1], scene.located).date if before else ""
