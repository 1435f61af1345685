"""A trigger that may tell an event, with what stands around it; and the same once it is known how it is told."""

from __future__ import annotations

from collections import Counter
from typing import Final

from msgspec import Struct

from .frame import Frame, Scene
from .modality import Status
from .predicates import Trigger

_CLOSING_MAX: Final = 8
"""So many tokens from the end of a sentence, a verb of saying closes it."""


class Draft(Struct, frozen=True, kw_only=True, gc=False):
    """A trigger with its sentence, whose number is `number`, and all `triggers` of that.

    `complement` is the act that it speaks of, where it governs one.
    """

    number: int
    scene: Scene
    trigger: Trigger
    complement: Trigger | None
    triggers: tuple[Trigger, ...]
    quoting: Status | None
    around: Counter[str]


class Act(Struct, frozen=True, kw_only=True, gc=False):
    """A draft that is told as having happened or as to come, with who is who in it."""

    draft: Draft
    status: Status
    frame: Frame

    @property
    def is_speech(self) -> bool:
        """Whether somebody speaks in it, as the act that the sentence tells and not as the name of one."""
        return self.draft.trigger.rule.speech and self.draft.trigger.voice != "noun"

    @property
    def is_content(self) -> bool:
        """Whether it is what somebody is said to have told, and no act of that speaker."""
        speaker = self.status.speaker
        if not speaker or any(each.actor is not None and each.actor.name == speaker for each in self.frame.actors):
            return False
        return not self.is_speech or self._is_told()

    def _is_told(self) -> bool:
        """Whether an act of speech is in what another says; what a spokesman says is what is said now."""
        scene, trigger = self.draft.scene, self.draft.trigger
        if trigger.voice == "active" and trigger.tense in ("present", "progressive"):
            return False
        own = scene.clauses[scene.clause_at(trigger.first)].kind
        length = len(scene.sentence.tokens)
        others = [
            cue.at
            for cue in scene.cues
            if cue.rule.effect == "attribution"
            and not trigger.group <= cue.at < trigger.last
            and not scene.sentence.tokens[cue.at].lower.endswith("ing")
        ]
        for at in others:
            put_in = scene.clauses[scene.clause_at(at)].kind == "relative" and own in ("main", "coordinate")
            if at < trigger.group and not put_in:
                return True
            if at >= trigger.last and length - at <= _CLOSING_MAX:
                return True
        return not others and self.draft.quoting is not None

    @property
    def names(self) -> frozenset[str]:
        references = (*self.frame.actors, *self.frame.recipients)
        return frozenset(each.actor.name for each in references if each.actor is not None)
