"""Names: runs of capitals with the small words that names hold, titles before them, short forms behind."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ..ruleset import PlaceEntry, Ruleset
from .grammar import CONJUNCTIONS, PREPOSITIONS, is_adverb, looks_verbal, words
from .mentions import ADJECTIVE, CALENDAR, POSSESSIVES, Mention, Reader, after_of, government_of
from .name_words import BODIES, IDEAS, NOT_NAMES, OF_PLACE, OFFICES, ON_SOMETHING, OWNING, THINGS
from .sentences import Sentence, Token
from .tails import tail
from .whereabouts import country_if_placed

NAME_TOKENS_MAX: Final = 12
_ASIDE_MAX: Final = 10
_ALSO_VERBS: Final = words("act charter battle week day code games building square")
_ACRONYM_MAX: Final = 3
_SHORT_TITLE_MAX: Final = 4
_PLACE_TOKENS_MAX: Final = 3
_OPENING_MARKS: Final = "\"“‘'.:•–—-"


class Spelled(Struct, frozen=True, kw_only=True):
    """The words that stand with a capital where no sentence begins, so that they are names also where one does,
    and those that stand without one."""

    capitals: frozenset[str]
    commons: frozenset[str]


class NameReader(Reader):
    def __init__(self, sentence: Sentence, rules: Ruleset, seen: Spelled) -> None:
        super().__init__(sentence, rules)
        self.seen = seen

    def starts(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind != "word" or not token.capital or token.lower in CALENDAR or token.lower in NOT_NAMES:
            return False
        if token.lower.endswith(OF_PLACE) or self._is_letter(at) or self.is_of_two(token.text):
            return False
        opens = at == 0 or (self.tokens[at - 1].kind == "mark" and self.tokens[at - 1].text in _OPENING_MARKS)
        if (
            not opens
            or token.text in self.seen.capitals
            or token.text in self.rules.names
            or token.text in self.rules.demonyms
            or token.text in self.rules.organisations
        ):
            return True
        return self._opens_with_name(at)

    def is_of_two(self, text: str) -> bool:
        """ "A Peruvian-Chilean team": an adjective of two peoples."""
        first, hyphen, second = text.partition("-")
        return hyphen != "" and first in self.rules.demonyms and second in self.rules.demonyms

    def _is_letter(self, at: int) -> bool:
        """A letter by itself, as in "3G"; one with a point may be an initial."""
        following = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        return len(self.tokens[at].text) == 1 and following != "."

    def _opens_with_name(self, at: int) -> bool:
        """The first word of a sentence always has a capital: what stands behind it must tell."""
        token = self.tokens[at]
        if at + 1 >= len(self.tokens):
            return token.text.isupper() and len(token.text) > 1
        following = self.tokens[at + 1]
        linked = (
            following.lower in self.rules.person_links and at + 2 < len(self.tokens) and self.tokens[at + 2].capital
        )
        if linked and token.lower not in self.seen.commons:
            # "Ludwig van …".
            return True
        if self._is_ezafe(at + 1) or self._is_body_of(at, at + 1):
            return True
        if following.kind == "word" and following.capital:
            return not is_adverb(token.lower) and token.lower not in self.seen.commons
        if (token.text.isupper() and len(token.text) > 1) or following.text in POSSESSIVES:
            return True
        common = looks_verbal(token.lower) or is_adverb(token.lower) or token.lower in self.rules.heads
        behind = self.tokens[at + 2] if at + 2 < len(self.tokens) else None
        aside = following.text == "," and behind is not None and (behind.lower == "who" or behind.kind == "number")
        if following.text == "," and behind is not None and behind.lower in ("a", "an"):
            # "Memorial, a rights group, …".
            aside = any(each.text == "," for each in self.tokens[at + 3 : at + _ASIDE_MAX])
        return not common and (looks_verbal(following.lower) or aside)

    def read(self, at: int) -> Mention | None:
        if not self.starts(at):
            return None
        last = self._long_name(at) or self._end(at)
        name_first = self._behind_titles(at, last)
        office, country = [], None
        if name_first > at:
            office.append(self.text(at, name_first).removesuffix("."))
            country = self.origin_before(at + 1)[0] or self.place_at(at)
        first = at
        while first:
            title = self.title_before(first, 0)
            if title == first or self.tokens[title].text in self.rules.names:
                break
            office.insert(0, self.text(title, first))
            first = title
        if first < at and first:
            country = country or self.origin_before(first)[0]
        if (office or first < at) and last + 1 < len(self.tokens) and self.tokens[last].lower == "of":
            country = country or self.place_at(last + 1)
        named = self._named(first, name_first, last, joined_office(office), country)
        return self._with_head(named) if named is not None and named.shape == "name" else named

    def _long_name(self, at: int) -> int:
        """Where a place's name that holds small words ends, 0 if there is none: "Trinidad and Tobago"."""
        for name in self.rules.long_names.get(self.tokens[at].text, ()):
            last = at + len(name)
            if tuple(token.text for token in self.tokens[at:last]) == name:
                return last
        return 0

    def _behind_titles(self, at: int, last: int) -> int:
        """ "Polish Foreign Minister Jan …": all up to the last title is no part of the name."""
        for reach in range(last - 1, at, -1):
            if self.title_before(reach, at) == reach or any(self._is_organisation_word(n) for n in range(reach, last)):
                continue
            if not self.tokens[reach + (self.tokens[reach].text == ".")].capital:
                # "Ministry of Justice of Peru": no name follows.
                continue
            if all(token.kind == "mark" or token.capital or token.lower == "of" for token in self.tokens[at:reach]):
                return reach + (self.tokens[reach].text == "." and reach + 1 < last)
        return at

    def _with_head(self, named: Mention) -> Mention:
        """ "The Tarin group": the noun behind the name says what it is."""
        if not self.beside(named.last):
            return named
        head = self.tokens[named.last]
        if head.lower in THINGS and head.lower not in _ALSO_VERBS:
            # "The Tarin crossing".
            return replace(named, shape="thing")
        rule = self.rules.heads.get(head.lower)
        if rule is None or rule.kind != "organisation":
            return named
        return replace(
            named,
            last=named.last + 1,
            end=head.end,
            text=f"{named.text} {head.text}",
            shape="organisation",
            kind="organisation",
            sector=rule.sector,
            head=head.lower,
            rule=rule.id,
        )

    def _end(self, at: int) -> int:
        last = at + 1
        organisation = self._is_organisation_word(at)
        while last < len(self.tokens) and last - at < NAME_TOKENS_MAX:
            token = self.tokens[last]
            gap = token.start - self.tokens[last - 1].end
            if gap > 2:
                break
            if self._may_go_on(last):
                organisation = organisation or self._is_organisation_word(last)
                last += 1
                continue
            if token.text == "." and gap == 0 and self._is_shortened(last):
                last += 1
                continue
            if gap == 0 and self._is_ezafe(last):
                last += 3
                continue
            if organisation and self._is_numbered(last):
                return last + 3
            reach = self._link(at, last, organisation)
            if reach == last:
                break
            last = reach
        return last

    def _is_ezafe(self, at: int) -> bool:
        """ "Tarin-e Velm": the small word that ties two names in Persian, Pashto and Urdu."""
        following = self.tokens[at : at + 3]
        return (
            len(following) == 3
            and following[0].text == "-"
            and following[1].text in ("e", "i", "ye", "yi", "ul")
            and following[1].start == following[0].end
            and following[2].capital
        )

    def _is_numbered(self, at: int) -> bool:
        """ "Border Battalion No. 4"."""
        following = self.tokens[at : at + 3]
        return len(following) == 3 and following[0].text in ("No", "no") and following[2].kind == "number"

    def _is_shortened(self, at: int) -> bool:
        """Whether the point at token `at` ends an initial or a title before a name: "J. Telen", "Dr. Telen"."""
        before = self.tokens[at - 1]
        title = before.lower in self.rules.titles and len(before.text) <= _SHORT_TITLE_MAX
        return len(before.text) == 1 or (title and at + 1 < len(self.tokens) and self.tokens[at + 1].capital)

    def _may_go_on(self, at: int) -> bool:
        token = self.tokens[at]
        prefix, _, rest = token.text.partition("-")
        capital = token.capital or (prefix in self.rules.person_links and rest[:1].isupper())
        return token.kind == "word" and capital and token.lower not in CALENDAR and token.lower not in NOT_NAMES

    def _link(self, at: int, last: int, organisation: bool) -> int:
        """Where the name goes on behind small words, if it does: "Society for …", "Ludwig van …"."""
        if last + 1 >= len(self.tokens) or not self._may_go_on(last + 1):
            return self._link_of_two(at, last, organisation or self._is_body_of(at, last))
        before, link, after = self.tokens[last - 1], self.tokens[last], self.tokens[last + 1]
        if link.text in ("'", "’") and before.lower.endswith("s") and after.lower in self.rules.organisation_words:
            # "The Teachers' Federation".
            return last + 1
        if link.text in POSSESSIVES:
            owning = before.lower.rpartition("-")[2] in OWNING or before.lower in self.rules.titles
            behind = self.tokens[last + 1 : last + 4]
            body = any(each.capital and each.lower in self.rules.organisation_words for each in behind)
            common = before.lower in OWNING and all(each.capital for each in behind[:2])
            return last + 1 if owning and (after.lower in self.rules.organisation_words or (common and body)) else last
        if link.lower == "of" and f"{before.lower} of {after.lower}" in self.rules.titles:
            return last + 1
        if self._is_body_of(at, last):
            return self._link_of_two(at, last, True)
        plural = last - at > 1 and before.lower.endswith("s") and self._is_common(before)
        if link.lower == "of" and plural and after.text not in self.rules.names:
            return last + 1
        return self._link_of_two(at, last, organisation)

    def _is_body_of(self, at: int, last: int) -> bool:
        """ "Chamber of Commerce", "Voice of the Valley", "Hands for Peace": one name, though no word of it says so."""
        link = self.tokens[last].lower
        if last - at > 1 or link not in ("of", "for") or not self.beside(last):
            return False
        named = last + 1 + (last + 1 < len(self.tokens) and self.tokens[last + 1].lower == "the")
        if named >= len(self.tokens) or not self._may_go_on(named) or self.place_at(named) is not None:
            return False
        before, after = self.tokens[at].lower, self.tokens[named].lower
        if before in self.rules.titles or self.tokens[at].text in self.rules.names:
            return False
        if link == "for":
            return after in IDEAS or after in self.seen.commons
        return before in BODIES or before in self.rules.heads

    def _is_common(self, token: Token) -> bool:
        """A noun that many have, not somebody's surname: "Sisters", "Friends"; not "Mike Banks of …"."""
        return token.lower in self.rules.heads or token.lower in self.seen.commons or token.lower.endswith("ers")

    def _link_of_two(self, at: int, last: int, organisation: bool) -> int:
        links = self.rules.name_links if organisation else self.rules.person_links
        reach = last
        while reach < len(self.tokens) and reach - last < 2 and self.tokens[reach].lower in links:
            on_what = self.tokens[reach].lower == "on" and self.tokens[last - 1].lower in ON_SOMETHING
            if (
                self.tokens[reach].lower in ("and", "in", "on")
                and not on_what
                and not any(token.lower in ("of", "for") for token in self.tokens[at:last])
            ):
                return last
            reach += 1
        return reach if last < reach < len(self.tokens) and self._may_go_on(reach) else last

    def _is_organisation_word(self, at: int) -> bool:
        return self.tokens[at].lower in self.rules.organisation_words

    def _named(self, first: int, name_first: int, last: int, office: str, country: PlaceEntry | None) -> Mention | None:
        name = self.text(name_first, last)
        place = self.rules.names.get(name)
        if place is None and name.isupper() and len(name) > _ACRONYM_MAX:
            # The place of a dateline.
            place = self.rules.names.get(name.title())
        if place is not None and not office:
            return self._place(first, name_first, last, place)
        if name in self.rules.organisations:
            known, whose = self.rules.organisations[name]
            code = whose if whose in self.rules.countries else ""
            return self.mention(
                first, last, name_first, shape="organisation", kind="organisation", head=known, country=code
            )
        entry = self.rules.demonyms.get(name)
        if entry is not None:
            return self._people(first, name_first, last, entry)
        if not office and self.tokens[last - 1].lower in THINGS:
            return self.mention(first, last, name_first, shape="thing")
        linked = any(token.lower in ("of", "for") for token in self.tokens[name_first + 1 : last])
        if linked and not office and (name.lower() in self.rules.titles or self._opens_office(name_first)):
            return self._office(first, last)
        if linked and not office and self.tokens[name_first].lower in THINGS:
            return self.mention(first, last, name_first, shape="thing")
        if (linked or any(self._is_organisation_word(at) for at in range(name_first, last))) and not office:
            return self._organisation(first, name_first, last)
        placed = country_if_placed(self, name_first, last) if not office else None
        if placed is not None:
            return self.mention(first, last, name_first, shape="name", country=placed)
        shown = {"country": country.code if country else "", "office": office}
        if not office and (name.lower() in self.rules.titles or self.tokens[last - 1].lower in OFFICES):
            return self._office(first, last)
        length = sum(self.tokens[at].kind == "word" for at in range(name_first, last))
        if office or 2 <= length <= 5:
            return self.mention(first, last, name_first, shape="person", kind="person", **shown)
        return self.mention(first, last, name_first, shape="name", **shown)

    def _opens_office(self, at: int) -> bool:
        """ "Inspector-General of Police"."""
        lower = self.tokens[at].lower
        return lower in self.rules.titles or lower in OFFICES or lower.endswith("-general")

    def _office(self, first: int, last: int) -> Mention:
        """ "The Foreign Minister": an office, and nobody's name."""
        head = self.text(first, last).lower()
        head = head if head in self.rules.titles else head.split()[-1]
        rule = self.rules.heads.get(head) or self.rules.heads.get(head.split()[-1])
        country = self.origin_before(first)[0]
        definite = first > 0 and self.tokens[first - 1].lower == "the"
        return self.mention(
            first, last, first, shape="description", kind="person", head=head, definite=definite,
            sector=rule.sector if rule is not None else "", country=country.code if country else "",
            rule=rule.id if rule is not None else "",
        )  # fmt: skip

    def _place(self, first: int, name_first: int, last: int, place: PlaceEntry) -> Mention:
        government = government_of(place.country) if place.is_country or place.capital else ""
        return self.mention(
            first,
            last,
            name_first,
            shape="place",
            kind="government" if government else "unknown",
            sector="GOV" if government else "",
            government=government,
            host=government_of(place.country),
            country=place.code,
        )

    def _people(self, first: int, name_first: int, last: int, entry: PlaceEntry) -> Mention:
        """A people, with the number before it; an adjective stands for the country."""
        behind = self.tokens[last] if last < len(self.tokens) else None
        if not self.tokens[last - 1].text.endswith("s") and not (
            behind is None
            or behind.kind != "word"
            or behind.lower in CONJUNCTIONS
            or behind.lower in PREPOSITIONS
            or looks_verbal(behind.lower)
        ):
            # "A Tolmerian plan": whose it is.
            return replace(self._place(first, name_first, last, entry), head=ADJECTIVE)
        while first and self.is_counted(first - 1):
            first -= 1
        found = self.mention(
            self.qualified(first), last, name_first, shape="people", kind="group", sector="CVL", country=entry.code
        )
        where = tail(self, found, self._named_place, lambda _: None)
        return replace(found, tail=where) if where else found

    def _named_place(self, at: int) -> Mention | None:
        for last in range(min(at + _PLACE_TOKENS_MAX, len(self.tokens)), at, -1):
            entry = self.rules.names.get(self.text(at, last))
            if entry is not None:
                return self._place(at, at, last, entry)
        return None

    def _organisation(self, first: int, name_first: int, last: int) -> Mention:
        """With its short form, where one follows in brackets."""
        parts = self.tokens[name_first:last]
        inside = next(
            (
                entry
                for token in parts
                if (entry := self.rules.names.get(token.text) or self.rules.demonyms.get(token.text)) is not None
            ),
            None,
        )
        rule = next((self.rules.heads[token.lower] for token in parts if token.lower in self.rules.heads), None)
        owner = None
        if first > 1 and self.tokens[first - 1].text in POSSESSIVES:
            owner = self.origin_before(first - 1)[0]
        inside = inside or owner
        alias = ""
        if (
            last + 2 < len(self.tokens)
            and self.tokens[last].text == "("
            and self.tokens[last + 2].text == ")"
            and self.tokens[last + 1].text.isupper()
        ):
            alias = self.tokens[last + 1].text
        found = self.mention(
            first, last, name_first, shape="organisation",
            kind=rule.kind if rule and rule.kind == "government" else "organisation",
            sector=rule.sector if rule else "", country=inside.code if inside else "",
            head=self.tokens[last - 1].lower, alias=alias,
        )  # fmt: skip
        body = self._body(name_first, last, inside) if inside is not None else ""
        return replace(found, name=body) if body else found

    def _body(self, first: int, last: int, inside: PlaceEntry) -> str:
        """ "Peru's Foreign Ministry", "the Peruvian Foreign Ministry": one body under one name."""
        said = self.text(first, last)
        for form in (inside.name, *self._said_in_name(first, last)):
            said = said.removeprefix(f"{form} ").removesuffix(f" of {form}").removesuffix(f" of the {form}")
        body = self.rules.bodies.get(said.lower())
        if body is not None and body.startswith(("Embassy", "Consulate")):
            # There are many of one state: it is told from the others by where it is.
            inside_of = last + 1 < len(self.tokens) and self.tokens[last].lower == "in" and self.place_at(last + 1)
            return f"{self.text(first, last)} in {self.tokens[last + 1].text}" if inside_of else ""
        return f"{body} of {after_of(inside.country)}" if body is not None else ""

    def _said_in_name(self, first: int, last: int) -> list[str]:
        return [
            token.text
            for token in self.tokens[first:last]
            if token.text in self.rules.demonyms or token.text in self.rules.names
        ]


def joined_office(parts: list[str]) -> str:
    """Each word of an office once: "the lawyer, lawyer Mirva Telen" is no lawyer lawyer."""
    kept: list[str] = []
    for part in parts:
        if part and not any(part.lower() == other.lower() or part.lower() in other.lower().split() for other in kept):
            kept = [other for other in kept if other.lower() not in part.lower().split()]
            kept.append(part)
    return " ".join(kept)
