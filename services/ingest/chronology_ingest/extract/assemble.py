"""From a trigger and all that was found around it to an event, or to none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from chronology_contracts import edtf
from chronology_contracts.documents import Document
from chronology_contracts.events import MENTIONS_MAX, QUOTE_LENGTH_MAX, Event, Extractor, Mention, Participant
from chronology_contracts.vocabulary import Modality, Role
from msgspec import Struct

from ..ruleset import Ruleset
from . import bodies, confidence, figures, generality, implied, modality, places, predicates, topics, what, wording
from .cast import Actor, Reference
from .dated import Dated
from .draft import Act, Draft
from .grammar import words
from .predicates import Trigger
from .roles import Frame, assign

_NO_ID: Final = "a" * 32
_HABIT_DAYS_MIN: Final = 366
_EVENTFUL: Final = words(
    """
    took was were began erupted broke held staged organized organised followed continued ended started shook hit
    killed made voiced scheduled planned opened opens starts resumed
    """
)
_LIGHT: Final = words(
    """
    launched launch began begun started staged ordered conducted mounted continued intensified unleashed resumed
    survived suffered documented verified recorded registered
    """
)
"""Before a noun they say that it was done; else the noun, of people without a name, tells how things are."""


class Reading(Struct, frozen=True, kw_only=True):
    """What is the same for all events of a document."""

    document: Document
    rules: Ruleset
    extractor: Extractor
    dateline: str
    dateline_sentence: int
    mentions: dict[str, tuple[Mention, ...]]
    countries: Counter[str]
    officers: dict[str, Actor]
    timeless: bool = False
    """See `manner`."""


def told(drafts: Iterable[Draft]) -> list[Act]:
    """The drafts that are told as having happened or as to come, with who is who in them."""
    found = []
    for draft in drafts:
        status = modality.judge(draft.scene, draft.trigger, draft.quoting)
        if status.told:
            frame = assign(draft.scene, draft.trigger, draft.complement)
            found.append(Act(draft=draft, status=status, frame=frame))
    return found


def assemble(act: Act, dated: Dated, reading: Reading) -> Event | None:
    """Its id is not yet that of its content: merging may add to that."""
    draft, frame, status, rules = act.draft, act.frame, act.status, reading.rules
    scene, trigger = draft.scene, draft.trigger
    dateline = reading.dateline if draft.number <= reading.dateline_sentence else ""
    place, place_rule = places.where(
        scene, trigger, dateline, rules, date=reading.document.published, near=reading.countries
    )
    unsaid = implied.state(scene, trigger, frame, place, reading.countries, rules)
    if not _tells(act, dated, unsaid=unsaid is not None and unsaid.role == "actor"):
        return None
    if reading.timeless and not generality.is_of_a_time(act, dated):
        return None
    participants = _everybody(act, unsaid, reading)
    first, last = wording.quote(scene, trigger, frame, dated)
    text = reading.document.text
    start, end = scene.sentence.tokens[first].start, scene.sentence.tokens[last - 1].end
    if trigger.rule.outranked:
        status = _by_speaker(frame, doubted=trigger.base == "claim")
    elif trigger.rule.speech or status.modality != "scheduled":
        # Who announces a journey of his own is the one who tells of it.
        status = _not_by_itself(status, participants)
    stands = _modality(trigger, status, dated, reading.document.published)
    return Event(
        id=_NO_ID,
        document_id=reading.document.id,
        extractor=reading.extractor,
        quote=text[start:end][:QUOTE_LENGTH_MAX],
        start=start,
        end=min(end, start + QUOTE_LENGTH_MAX),
        trigger_start=scene.sentence.tokens[trigger.first].start,
        trigger_end=scene.sentence.tokens[trigger.last - 1].end,
        what=what.line(trigger, wording.phrase(text, scene, trigger, frame), stands, rules),
        date=dated.date,
        date_text=text[dated.start : dated.end][:512],
        date_start=dated.start,
        date_end=min(dated.end, dated.start + 512),
        date_basis=dated.basis,
        type=trigger.rule.type,
        mode=trigger.rule.mode,
        kind=trigger.rule.kind,
        participants=participants,
        place=place[:512],
        topics=topics.about(
            topics.terms(scene.sentence.tokens, rules), draft.around, trigger.rule.type, trigger.rule.mode, rules
        ),
        attributed_to=status.speaker[:512],
        attributed_start=status.speaker_start,
        attributed_end=status.speaker_end,
        modality=stands,
        figures=figures.count(text, scene.sentence.tokens, first, last, scene.dated, rules),
        confidence=confidence.band(
            actors=any(each.role == "actor" for each in participants),
            recipients=any(each.role == "recipient" for each in participants),
            type=trigger.rule.type,
            mode=trigger.rule.mode,
            kind=trigger.rule.kind,
            is_dated=dated.text != "",
            date_basis=dated.basis,
            attributed=bool(status.speaker),
        ),
        reasons=_reasons(
            trigger.rule.id, dated.rule, status.rule, place_rule, *_readings(frame), unsaid.rule if unsaid else ""
        ),
    )


def _tells(act: Act, dated: Dated, *, unsaid: bool) -> bool:
    """Whether what was found is enough for an event that a reader of a chronology would want.

    `unsaid` means that somebody did it who goes without saying.
    """
    draft, frame = act.draft, act.frame
    rule, trigger = draft.trigger.rule, draft.trigger
    if (rule.needs_subject and not frame.actors) or (rule.needs_recipient and not frame.recipients):
        return False
    if rule.needs_name and not any(generality.is_named(reference) for reference in frame.actors):
        return False
    if trigger.voice != "noun":
        # "The lawyer who represents him" says who somebody is.
        clause = draft.scene.clauses[draft.scene.clause_at(trigger.first)]
        background = trigger.voice == "active" and trigger.tense == "present" and clause.kind == "relative"
        # "The men who were held there": without a day, and not both sides named, it only says which men.
        restrictive = predicates.is_restrictive(draft.scene, trigger)
        background = background or (restrictive and not (frame.actors and frame.recipients))
        general = generality.is_general(act, dated)
        somebody = bool(frame.actors or frame.recipients) or (unsaid and trigger.tense in ("past", "pluperfect"))
        return somebody and not background and not general
    following = draft.scene.sentence.tokens[trigger.last : trigger.last + 3]
    eventful = any(token.lower in _EVENTFUL for token in following)
    if rule.speech and not (frame.actors and (dated.date or eventful)):
        return False
    explicit = dated.is_own or dated.rule == "when.before-main"
    if frame.actors or frame.recipients:
        before = draft.scene.sentence.tokens[max(0, trigger.first - 4) : trigger.first]
        concrete = any(map(generality.is_named, frame.recipients)) or any(token.lower in _LIGHT for token in before)
        done_to = rule.type in ("COERCE", "RETREAT", "ASSAULT") and bool(frame.recipients) and concrete
        return explicit or eventful or done_to
    return (
        explicit
        and rule.type in ("PROTEST", "CONSULT", "ASSAULT", "ACCUSE", "OTHER")
        and (eventful or rule.type == "PROTEST" or rule.kind == "disaster")
    )


def _everybody(act: Act, unsaid: implied.Unsaid | None, reading: Reading) -> tuple[Participant, ...]:
    """Who takes part by the words, and who goes without saying: the state, the officer for whom a body speaks."""
    draft, frame = act.draft, act.frame
    found = _participants(frame, reading)
    if unsaid is not None:
        said = _participant(unsaid.actor, unsaid.role, reading)
        if frame.about and unsaid.role == "recipient":
            found = tuple(each for each in found if each.role == "actor")
        found = (said, *found) if unsaid.role == "actor" else (*found, said)
    if act.is_speech and not draft.trigger.rule.outranked and draft.number < bodies.LEAD_SENTENCES:
        officer = bodies.officer_of(frame.actors, reading.officers)
        found += (_participant(officer, "actor", reading),) if officer is not None else ()
    return found


def _participants(frame: Frame, reading: Reading) -> tuple[Participant, ...]:
    found: list[Participant] = []
    roles: tuple[tuple[Role, tuple[Reference, ...]], ...] = (("actor", frame.actors), ("recipient", frame.recipients))
    for role, references in roles:
        for reference in references:
            actor = reference.actor
            if actor is None or any(known.name == actor.name and known.role == role for known in found):
                continue
            found.append(_participant(actor, role, reading))
    return tuple(found)


def _participant(actor: Actor, role: Role, reading: Reading) -> Participant:
    return Participant(
        name=actor.name, role=role, mentions=reading.mentions.get(actor.name, ())[:MENTIONS_MAX],
        kind=actor.kind, country=actor.country, sector=actor.sector, office=actor.office,
    )  # fmt: skip


def _by_speaker(frame: Frame, *, doubted: bool) -> modality.Status:
    """A bare statement is told by whoever makes it."""
    speaker = frame.actors[0]
    if speaker.actor is None:
        return modality.Status()
    mention = speaker.mention
    return modality.Status(
        speaker=speaker.actor.name,
        speaker_start=mention.start,
        speaker_end=mention.end,
        modality="alleged" if doubted else "asserted",
    )


def _not_by_itself(status: modality.Status, participants: tuple[Participant, ...]) -> modality.Status:
    """A speech act is not attributed to its own speaker."""
    if status.speaker and any(
        participant.name == status.speaker and participant.role == "actor" for participant in participants
    ):
        return modality.Status(told=True, modality=status.modality, rule=status.rule)
    return status


def _modality(trigger: Trigger, status: modality.Status, dated: Dated, published: str) -> Modality:
    """What goes on since a day or over years is habitual, and what is dated after the document is to come."""
    if status.modality != "asserted" or not dated.date:
        return status.modality
    first, last = edtf.bounds(dated.date)
    # "The late 1980s" is an interval of years as well, but something happens at one time in it.
    spanned = "/" in dated.date and dated.rule.startswith("when.")
    if dated.date.endswith("/..") or (
        spanned and first is not None and last is not None and last - first > _HABIT_DAYS_MIN
    ):
        return "habitual"
    told = edtf.bounds(published)[1]
    ahead = told is not None and first is not None and first > told
    return "scheduled" if ahead and trigger.tense in ("none", "present", "progressive", "infinitive") else "asserted"


def _readings(frame: Frame) -> list[str]:
    """The rules by which those who take part were read."""
    return [reference.mention.rule for reference in (*frame.actors, *frame.recipients)]


def _reasons(*rules: str) -> tuple[str, ...]:
    """Each once, in the order of the stages; "" is no rule."""
    return tuple(dict.fromkeys(rule for rule in rules if rule))
