"""The day that the head of a text names as its own: in a dateline, or on a line beside a label, a name or nothing.

Whole days are read, and a month that stands there without one, by patterns of this module's own, so that no rules are
needed where a document is taken in.
What stands beside a day decides whether it is the text's: a line that says anything of which this module does not
know that it belongs to a page's head ("Verdict of 5 March 2019", "© 2019", "Deadline: 5 March 2019") names none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import re2
from msgspec import Struct

from .calendar import exists
from .grammar import words

HEAD_LENGTH: Final = 1_500
"""What stands further down is no head."""
_LINES_MAX: Final = 10
_LINE_LENGTH_MAX: Final = 160
_DATELINE_START_MAX: Final = 90
_LATER_YEARS_MAX: Final = 45
"""A text that speaks of a year so long after the one of its head is not of that day: it tells history."""
_SAMPLE: Final = 60_000

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_BLANK: Final = r"[ \t\x{A0}]"
_CLOCK: Final = (
    rf"(?:(?:,|\bat\b|[-–—|T])?{_BLANK}*(?:\bat\b{_BLANK}+)?[0-2]?[0-9](?:[:.][0-5][0-9]){{1,2}}(?:\.[0-9]+)?"
    rf"(?:{_BLANK}?(?:[ap]\.?m\b\.?))?(?:{_BLANK}?(?:Z\b|\(?(?:GMT|UTC|[A-Z]{{2,4}}T|BST|MSK)\b\)?)?"
    rf"(?:[+-][0-9]{{1,2}}(?::?[0-9]{{2}})?)?)?(?:{_BLANK}local time)?)?"
)
_DAY: Final = re2.compile(
    rf"(?i)(?:\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?{_BLANK}+)?"
    rf"(?:\b(?P<month>{_MONTH}){_BLANK}+(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?\b(?:,?{_BLANK}+(?P<year>(?:1[5-9]|20)[0-9]{{2}})\b)?"
    rf"|\b(?P<day_first>[0-3]?[0-9])(?:st|nd|rd|th)?{_BLANK}+(?:of{_BLANK}+)?(?P<month_last>{_MONTH})(?:,?{_BLANK}+(?P<year_last>(?:1[5-9]|20)[0-9]{{2}})\b)?"
    r"|\b(?P<iso_year>(?:1[5-9]|20)[0-9]{2})[-/.](?P<iso_month>[01]?[0-9])[-/.](?P<iso_day>[0-3]?[0-9])(?:\b|T)"
    r"|\b(?P<first>[0-3]?[0-9])(?P<mark>[./-])(?P<second>[0-3]?[0-9])[./-](?P<numbers_year>(?:1[5-9]|20)[0-9]{2})\b)"
    rf"{_CLOCK}"
)
_MONTH_ALONE: Final = re2.compile(rf"(?i)\b(?P<month>{_MONTH}),?{_BLANK}+(?P<year>(?:1[5-9]|20)[0-9]{{2}})\b")
_YEAR: Final = re2.compile(r"\b(?:1[5-9]|20)[0-9]{2}\b")
_LINE: Final = re2.compile(r"[^\r\n]+")

_PLACE: Final = re2.compile(
    r"^[\"“(\[\s]*(?:\p{Lu}[\p{L}.'’-]*(?:[ \x{A0}](?:of|the|de|da|do|del|la|el|am|an der))?[ \x{A0},.:()/–—]+){1,7}$"
)
_AFTER_DATELINE: Final = re2.compile(
    r"^[)\]]?[ \x{A0}]*(?:[,/|.]?[ \x{A0}]*[(\[/]?[\p{L}0-9./, \x{A0}-]+[)\]/]?)?[.:]?[ \x{A0}]*(?:—|–|--|-|:)"
)
_AFTER_BRACKET: Final = re2.compile(r"^[^()\[\]]*[)\]][ \x{A0}]*(?:—|–|--|-|:|\.)?[ \x{A0}]*[\"“]?\p{Lu}")
_BEGINS: Final = re2.compile(r"^[(\[\s]*$")
_PLACE_AFTER: Final = re2.compile(
    r"^[)\]]?[ \x{A0}]*(?:—|–|--|-|,|\||/)?[ \x{A0}]*"
    r"(?:[(\[]\p{Lu}[\p{L}., '’-]+[)\]]|\p{Lu}[\p{Lu}.'’-]+(?:[ ,(]+\p{Lu}[\p{Lu}.'’-]+)*\)?"
    r"|\p{Lu}\p{Ll}+(?:,? \p{Lu}\p{Ll}+)?)"
    r"[ \x{A0}]*(?:—|–|--|-|:)[ \x{A0}]"
)
_OPENS: Final = re2.compile(
    r"(?i)^[\"“(\[\s]*(?:on|in|at|by|since|from|until|before|after|between|during|the|a|an|updated?|published|posted|modified|last|first|date|released?|issued|by)\b"
)
"""So begins a sentence, and no dateline."""
_NEAR: Final = 70
"""So many characters behind a day are a dateline's."""

_HAPPENINGS: Final = re2.compile(
    r"(?i)\b(?:massacres?|battles?|sieges?|attacks?|wars?|conferences?|meetings?|hearings?|trials?|summits?|elections?"
    r"|referendum|treaty|agreements?|uprisings?|protests?|revolts?|revolutions?|coups?|bombings?|earthquakes?|riots?"
    r"|workshops?|sessions?|festivals?|concerts?|verdicts?|judge?ments?|rulings?|minutes|agenda|timeline|chronology"
    r"|anniversary|birthdays?|born|died|deaths?|killings?|murders?|arrests?|raids?|shootings?|explosions?|blasts?"
    r"|accidents?|fires?|floods?|strikes?|crash(?:es)?|invasion|incidents?|accords?|disasters?|events?|copyright"
    r"|deadlines?|accessed|retrieved|archived|due|expires?|valid|until|since|from|to|next|when|period|week|month)\b|©"
)
_PUBLISHED: Final = re2.compile(
    r"(?i)^(?:(?:first|originally|date|re)[ -]?)?(?:published|posted|issued|released|created|uploaded|date|dated|for"
    r" immediate release|for release|publication date|release date|issue date|date of (?:publication|release|issue)"
    r"|pub(?:lication)?\.?|embargo(?:ed)?(?: (?:until|till|for|to))?)(?: (?:on|at|in|by|online))?$"
)
_UPDATED: Final = re2.compile(
    r"(?i)^(?:last[ -]?)?(?:updated?|modified|revised|edited|reviewed|changed)(?: (?:on|at|date|by))?$"
)
_LABEL: Final = re2.compile(
    r"(?i)^(?:(?:press|news|media)[ -](?:release|statement|note|briefing|advisory)|(?:public |joint )?statement"
    r"|news|world|article|report|analysis|commentary|opinion|feature|dispatch|blog|interview|story|exclusive|breaking"
    r"|on|at|in|by|of|the|staff|a[.]?m[.]?|p[.]?m[.]?|local time|gmt|utc"
    r"|[0-9]+[ -]min(?:ute)?s?(?: read)?|(?:reading|read) time.*|[0-9,]+ (?:comments?|views?|shares?|words)"
    r"|(?:issue|vol(?:ume)?|nos?|nr|page|p|part|edition)[. ]*[0-9]+(?: (?:issue|no|nr)[. ]*[0-9]+)?"
    r"|comments?|share|print|save)$"
)
_NUMBERED: Final = re2.compile(
    r"^(?:(?:Press [Rr]elease|News [Rr]elease|No|Nr|Number|AI [Ii]ndex|Index|Ref|UA)[.:°]? *)*"
    r"(?:No[.:°]? *)?[A-Z0-9][A-Z0-9 /.:-]*$"
)
_CLOCK_ALONE: Final = re2.compile(
    r"(?i)\b[0-2]?[0-9][:.][0-5][0-9](?: ?[ap]\.?m\b\.?)?(?: ?\(?(?:gmt|utc|[a-z]{2,3}t)\b\)?)?"
)
_BYLINE: Final = re2.compile(r"^(?:(?:Written|Reported|Story|Words|Text|Posted|Published) )?(?:[Bb]y|BY|From)\b.*$")
_FILED: Final = re2.compile(r"^(?:in|under|for|at) \p{Lu}\p{L}*(?: \p{Lu}\p{L}*)*$")
_SMALL_WORDS: Final = words("of the and for in de da di van von bin al el la der")
_NAME_WORDS_MAX: Final = 6
_PARTS: Final = re2.compile(r"[|•·—–/;,()\[\]\t*»›]+|(?:^|[ \x{A0}])-+(?:[ \x{A0}]|$)|:(?:[ \x{A0}]|$)|[ \x{A0}]{2,}")

Rank = Literal["published", "dateline", "head", "updated", "month"]
_RANKS: Final[tuple[Rank, ...]] = ("published", "dateline", "head", "updated", "month")


class HeadDate(Struct, frozen=True, kw_only=True):
    """A day with the words that name it.

    `date` is EDTF; "" where a dateline has a month and day only, which `month` and `day` then are. `day` is 0 where a
    line has a month and year only.
    """

    basis: Literal["dateline", "head"]
    start: int
    end: int
    date: str = ""
    month: int
    day: int
    rank: Rank


class _Day(Struct, frozen=True, kw_only=True):
    start: int
    end: int
    year: int | None
    month: int
    day: int


def head_date(text: str) -> HeadDate | None:
    """The day that the head names: of its publication before its dateline's, a line's own before that of a change."""
    found = [told for told in head_dates(text) if told.date]
    best = min(found, key=lambda told: _RANKS.index(told.rank), default=None)
    if best is None:
        return None
    later = max((int(year.group()) for year in _YEAR.finditer(text[:_SAMPLE])), default=0)
    return None if later - int(best.date[:4]) > _LATER_YEARS_MAX else best


def head_dates(text: str) -> tuple[HeadDate, ...]:
    """Every day that the head names as the text's own, in reading order; of datelines also those without a year."""
    found: list[HeadDate] = []
    head = text[: HEAD_LENGTH + _LINE_LENGTH_MAX]
    lines = (line for line in _LINE.finditer(head) if line.group().strip())
    for number, line in enumerate(lines):
        if number >= _LINES_MAX or line.start() > HEAD_LENGTH:
            break
        found += _of_line(line.group(), line.start())
    if len({told.date for told in found if told.rank in ("head", "month")}) > 1:
        # Days that head one paragraph after the other are of a chronicle.
        return tuple(told for told in found if told.rank not in ("head", "month"))
    return tuple(found)


def _of_line(line: str, offset: int) -> Iterator[HeadDate]:
    days = list(_days(line)) or list(_months(line))
    if not days:
        return
    first = days[0]
    before, after = line[: first.start], line[first.end :]
    if first.day and _is_dateline(before, after):
        yield _told(first, "dateline", offset)
        return
    if len(line.strip()) > _LINE_LENGTH_MAX:
        return
    end = 0
    ranks: list[Rank] = []
    for day in days:
        rank = _rank(line[end : day.start], ahead=True)
        if rank is None or day.year is None:
            return
        ranks.append(rank)
        end = day.end
    if _rank(line[end:]) is None:
        return
    for day, rank in zip(days, ranks, strict=True):
        yield _told(day, "month" if rank == "head" and not day.day else rank, offset)


def _is_dateline(before: str, after: str) -> bool:
    if len(before) > _DATELINE_START_MAX or _HAPPENINGS.search(before) is not None or _OPENS.match(before) is not None:
        return False
    after = after[:_NEAR]
    if _PLACE.match(before) and _AFTER_DATELINE.match(after):
        return True
    if before.lstrip('"“ ')[:1] in ("(", "[") and _PLACE.match(before) and _AFTER_BRACKET.match(after):
        return True
    return _BEGINS.match(before) is not None and _PLACE_AFTER.match(after) is not None


def _rank(beside: str, *, ahead: bool = False) -> Rank | None:
    """What the words beside a day on its line make of it; None where they tell something else.

    A name right `ahead` of a day begins a sentence, or is a heading that says what was on that day.
    """
    rank: Rank = "head"
    parts = _PARTS.split(_CLOCK_ALONE.sub(" ", beside))
    headed = ahead and beside.rstrip().endswith(":")
    last = max((number for number, part in enumerate(parts, 1) if (part or "").strip()), default=0)
    for number, part in enumerate(parts, 1):
        said = " ".join((part or "").split()).strip(":.- ")
        if not said or _LABEL.match(said) or _NUMBERED.match(said):
            continue
        if _UPDATED.match(said):
            rank = "updated"
        elif _PUBLISHED.match(said):
            rank = "published"
        elif not _BYLINE.match(said):
            heads = ahead and (number == len(parts) or (headed and number == last))
            if heads or not (_is_name(said) or (not ahead and _FILED.match(said))):
                return None
    return rank


def _is_name(said: str) -> bool:
    """A person, a place or a paper: a few words with capitals, none of which says that something happened."""
    parts = said.split()
    if len(parts) > _NAME_WORDS_MAX or _HAPPENINGS.search(said) is not None:
        return False
    return said[0].isupper() and all(part[0].isupper() or part in _SMALL_WORDS for part in parts)


def _told(day: _Day, rank: Rank, offset: int) -> HeadDate:
    return HeadDate(
        basis="dateline" if rank == "dateline" else "head",
        start=offset + day.start,
        end=offset + day.end,
        date="" if day.year is None else f"{day.year:04d}-{day.month:02d}" + (f"-{day.day:02d}" if day.day else ""),
        month=day.month,
        day=day.day,
        rank=rank,
    )


def _days(line: str) -> Iterator[_Day]:
    """The whole days of a line, also those without a year; 03/04/2019 may be two days, so it is none."""
    for found in _DAY.finditer(line):
        group = found.groupdict()
        said = group["month"] or group["month_last"]
        if said is not None:
            month = _MONTHS[said.rstrip(".").lower()]
            day = int(group["day"] or group["day_first"])
            year_text = group["year"] or group["year_last"]
        elif group["iso_year"] is not None:
            year_text, month, day = group["iso_year"], int(group["iso_month"]), int(group["iso_day"])
        else:
            year_text, day, month = group["numbers_year"], int(group["first"]), int(group["second"])
            if group["mark"] != "." and day != month:
                if max(day, month) <= 12:
                    continue
                day, month = max(day, month), min(day, month)
        year = None if year_text is None else int(year_text)
        if exists(year if year is not None else 2000, month, day):
            yield _Day(start=found.start(), end=found.end(), year=year, month=month, day=day)


def _months(line: str) -> Iterator[_Day]:
    """The months of a line; "30 February 2019" is neither a day nor one of them."""
    for found in _MONTH_ALONE.finditer(line):
        if line[: found.start()].rstrip()[-1:].isdigit():
            continue
        month = _MONTHS[found.group("month").rstrip(".").lower()]
        yield _Day(start=found.start(), end=found.end(), year=int(found.group("year")), month=month, day=0)
