"""Discourse: the dates that sentences go on from, the day on which a text speaks, the sources it cites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf
from msgspec import Struct

from .calendar import of_month
from .coarse import WEEK
from .dated import Dated, Located
from .draft import Act
from .frame import Scene
from .grammar import words
from .spans import composed

_MONTH_DAYS: Final = 31
_LEAD_SENTENCES: Final = 8
_DAYS_BEFORE_MAX: Final = 6
_DAYS_CLOSE_MAX: Final = 1
_NEWS_SENTENCES: Final = 2
_HEAD_SENTENCES: Final = 12
_RELEASE: Final = ("press release", "news release", "media release", "press statement", "for immediate release")
_HEAD_LENGTH: Final = 600
_GATHERINGS: Final = words(
    """
    conference congress meeting summit interview briefing speech session hearing rally ceremony talks event forum
    keynote presentation address statement letter
    """
)
_SAYING: Final = words("say claim allege state tell argue announce declare report accuse")
_CITED_WORDS_MAX: Final = 8
OF_THE_TEXT: Final = frozenset(["when.speech-day", "when.lead", "when.same-day", "when.document", "when.ongoing"])
_TODAY: Final = frozenset(["today", "this morning", "this afternoon", "this evening", "tonight"])


class Telling(Struct, frozen=True, kw_only=True):
    """When a text speaks: `published`, and the day of its acts of speech where its words tell it.

    `released` marks a text by those who speak in it: what it calls "today" is the day on which they spoke. On a day
    `close` to the publication others spoke as well; on an earlier one, those who bear the `names`.
    """

    published: str
    day: Dated | None = None
    released: bool = False
    close: bool = False
    names: frozenset[str] = frozenset()

    def of_speech(self, act: Act) -> Dated | None:
        """The day of an act of speech that has none of its own."""
        if self.day is None:
            return None
        near = self.close or self.released or bool(self.names & act.names)
        tensed = act.draft.trigger.tense in ("past", "participle") or self.released
        return inherited(self.day, "when.speech-day") if near and tensed else None

    def of_today(self, dated: Dated) -> Dated:
        if self.released and self.day is not None and dated.text.lower() in _TODAY and dated.date == self.published:
            return replaced(self.day, "when.release-day", text=dated.text, start=dated.start, end=dated.end)
        return dated


def replaced(dated: Dated, rule: str, *, text: str, start: int, end: int) -> Dated:
    return Dated(date=dated.date, text=text, start=start, end=end, basis="relative", rule=rule)


def inherited(dated: Dated, rule: str) -> Dated:
    """The same date for another act, which is not told with it."""
    return Dated(date=dated.date, text=dated.text, start=dated.start, end=dated.end, basis="relative", rule=rule)


def telling(
    read: Sequence[Scene],
    acts: Sequence[Act],
    own: Sequence[Dated | None],
    *,
    published: str,
    publisher: str,
    text: str,
) -> Telling:
    """The first day, not long before the publication, on which the text says that somebody spoke; else that of its
    news, which its first sentences give."""
    begun, told = edtf.bounds(published)
    if begun is not None and told is not None and WEEK <= told - begun < _MONTH_DAYS:
        told = _last_told(acts, own, begun, told)
    if begun is None or told is None or told - begun >= _MONTH_DAYS:
        return Telling(published=published)
    head = text[:_HEAD_LENGTH].lower()
    released = any(word in head for word in _RELEASE)
    begun = acts[0].draft.number if acts else 0
    for act, dated in zip(acts, own, strict=True):
        if act.draft.number > begun + _LEAD_SENTENCES:
            break
        away = _days_before(dated, told) if is_said(act) else None
        if dated is not None and away is not None and away <= _DAYS_BEFORE_MAX:
            return Telling(
                published=published,
                day=dated,
                released=released or (publisher != "" and any(_same(publisher, name) for name in act.names)),
                close=away <= _DAYS_CLOSE_MAX,
                names=act.names,
            )
    speakers = (act.names for act in acts if act.is_speech and not act.is_content)
    return Telling(
        published=published,
        day=_of_news(read, acts, own, told),
        released=released,
        close=True,
        names=next(speakers, frozenset()),
    )


def _last_told(acts: Sequence[Act], own: Sequence[Dated | None], first: int, last: int) -> int | None:
    """The last day of that month on which something is told to have happened: the text was not there before it."""
    days = (
        edtf.bounds(dated.date)
        for act, dated in zip(acts, own, strict=True)
        if dated is not None and act.status.modality == "asserted"
    )
    return max(
        (end for begin, end in days if begin is not None and begin == end and first <= begin <= last), default=None
    )


def is_said(act: Act) -> bool:
    """Whether somebody speaks in it, and not only shows or opens something, or takes it to court."""
    rule = act.draft.trigger.rule
    return act.is_speech and not act.is_content and not is_legal(act) and (rule.outranked or rule.type != "OTHER")


def is_legal(act: Act) -> bool:
    """Whether somebody is charged, sued or tried in it: that is done on a day of its own, not when it is told."""
    trigger = act.draft.trigger
    return trigger.rule.type == "ACCUSE" and trigger.rule.mode == "allege" and trigger.base.split()[0] not in _SAYING


def _of_news(read: Sequence[Scene], acts: Sequence[Act], own: Sequence[Dated | None], told: int) -> Dated | None:
    """The day of what the first sentence reports, or the only one that it names; else those of the next."""
    lead = [(number, scene) for number, scene in enumerate(read[:_HEAD_SENTENCES]) if not scene.sentence.heading][
        :_NEWS_SENTENCES
    ]
    for number, scene in lead:
        reported = [dated for act, dated in zip(acts, own, strict=True) if act.draft.number == number and is_main(act)][
            :_HEAD_SENTENCES
        ]
        for dated in (*reported, _only_date(scene)):
            away = _days_before(dated, told)
            if away is not None and away <= _DAYS_CLOSE_MAX:
                return dated
    return None


def _days_before(dated: Dated | None, told: int) -> int | None:
    """How long before the publication a day was, None for what is no day or behind it."""
    first, last = edtf.bounds(dated.date) if dated is not None else (None, None)
    return told - first if first is not None and first == last and first <= told else None


def _same(one: str, other: str) -> bool:
    return one.casefold() in other.casefold() or other.casefold() in one.casefold()


class Focus(Struct, frozen=True, kw_only=True):
    """The date that what is told next goes on from; `spoken` where people came together or spoke on it."""

    dated: Dated
    paragraph: int
    spoken: bool
    citation: Dated | None = None


def focus_of(scene: Scene, told: Sequence[tuple[Act, Dated]], published: str) -> Focus | None:
    """The date of the sentence's main act, else its only date; None leaves the focus where it was."""
    gathered = any(token.lower in _GATHERINGS for token in scene.sentence.tokens)
    for act, dated in told:
        goes_on = "/.." not in dated.date and dated.rule not in OF_THE_TEXT
        if dated.text and goes_on and is_main(act) and not act.is_content:
            spoken = gathered or is_said(act) or act.draft.trigger.rule.type == "CONSULT"
            return Focus(dated=dated, paragraph=scene.sentence.paragraph, spoken=spoken)
    only = _only_date(scene)
    if only is None or only.date.endswith("/..") or _is_ahead(only, published):
        return None
    tokens = scene.sentence.tokens
    if not gathered and any(act.is_speech and tokens[act.draft.trigger.first].start < only.start for act, _ in told):
        # The only date in what somebody says is of what is told there.
        return None
    return Focus(dated=only, paragraph=scene.sentence.paragraph, spoken=gathered)


def _is_ahead(dated: Dated, published: str) -> bool:
    first, told = edtf.bounds(dated.date)[0], edtf.bounds(published)[1] if published else None
    return first is not None and told is not None and first > told


def _only_date(scene: Scene) -> Dated | None:
    plain = [
        found
        for found in scene.located
        if found.places
        and found.expression.basis != "none"
        and scene.clauses[scene.clause_at(found.first)].kind not in ("relative", "aside")
    ]
    return composed(scene, plain[0], scene.located) if len(plain) == 1 else None


def is_main(act: Act) -> bool:
    scene, trigger = act.draft.scene, act.draft.trigger
    kind = scene.clauses[scene.clause_at(trigger.first)].kind
    return trigger.voice != "noun" and not trigger.reduced and kind in ("main", "coordinate")


def is_cited(scene: Scene, found: Located) -> bool:
    """Whether a date is that of a source in brackets: "(Velmora Courier, 7 December 2017)"."""
    clause = scene.clauses[scene.clause_at(found.first)]
    return clause.kind == "aside" and clause.opener == "(" and found.first > clause.first


def cited(scene: Scene) -> Dated | None:
    """The day of the source that a sentence gives at its end; nothing where there are several, or it says "see"."""
    found = [each for each in scene.located if is_cited(scene, each) and each.expression.edtf]
    tokens = scene.sentence.tokens
    if len(found) != 1 or found[0].last < len(tokens) - 3:
        return None
    day = found[0]
    opening = scene.clauses[scene.clause_at(day.first)].first + 1
    named = [token for token in tokens[opening : day.first] if token.kind == "word"]
    first, last = edtf.bounds(day.expression.edtf)
    if not named or len(named) > _CITED_WORDS_MAX or not named[0].capital or named[0].lower == "see":
        return None
    if tokens[day.first - 1].text not in (",", ";") or first is None or first != last:
        return None
    expression = day.expression
    return Dated(
        date=expression.edtf, text=expression.text, start=expression.start, end=expression.end, basis="relative",
        rule="when.cited",
    )  # fmt: skip


def month_of(published: str, *, about: bool = False) -> Dated:
    """What is going on when a text tells it is of that month, or `about` then; its beginning is not told."""
    first, last = edtf.bounds(published)
    mark = "~" if about and first == last else ""
    if first is None or last is None or edtf.from_day_number(first)[:2] != edtf.from_day_number(last)[:2]:
        return Dated(date=published, basis="document", rule="when.ongoing")
    year, month, _ = edtf.from_day_number(last)
    return Dated(date=of_month(year, month, "relative").edtf + mark, basis="document", rule="when.ongoing")


def about(dated: Dated, rule: str) -> Dated:
    """What a source tells, or people say of a day, is of about its month."""
    first, last = edtf.bounds(dated.date)
    if first is None or first != last:
        return inherited(dated, rule)
    year, month, _ = edtf.from_day_number(first)
    return Dated(
        date=f"{of_month(year, month, 'relative').edtf}~", text=dated.text, start=dated.start, end=dated.end,
        basis="relative", rule=rule,
    )  # fmt: skip
