"""Load, validate and compile the rules in rules/*.toml.

What a rule file may hold is what the structs here have: an unknown key, a duplicate
id, a reference to a pattern that is not there, a pattern that RE2 refuses or a rule
without an example stops the start with `RulesBroken`. The examples themselves are run
by tests/rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Literal, TypeVar

import msgspec
import re2
from chronology_contracts.vocabulary import EventType, Kind, ParticipantKind, Sector, Topic, modes
from msgspec import Struct

from .errors import RulesBroken
from .inflection import Forms, inflect, plural

PACKAGE: Final = "chronology_ingest"
_PATTERN_LENGTH_MAX: Final = 20_000


Resolver = Literal[
    "calendar-day", "slashed-day", "day-of-month-in-focus", "month", "month-or-day", "season",
    "season-in-narrative", "quarter", "half", "period", "fiscal-year", "year", "short-year", "ancient-year",
    "unit-of-year", "decade", "decade-bc", "century", "which-unit", "part-of-unit", "weekend", "weekday",
    "deictic-day", "day-in-focus", "distance", "moment", "present", "past", "past-in-narrative", "future",
    "future-in-narrative", "clock", "part-of-some-day", "named-day", "duration", "part-duration", "age",
    "duration-one", "unit-alone", "short-unit", "vague-while", "set",
]  # fmt: skip
"""What `resolve` may name; extract/resolvers.py has a function for each."""


class Example(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text and what must come out of it; fields that are not given are not compared."""

    text: str
    anchor: str = ""
    date: str | None = None
    value: str | None = None
    modality: str | None = None
    attributed_to: str | None = None
    place: str | None = None
    qualifier: str | None = None
    of: str | None = None
    actors: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every rule has. `source` says where it came from, if it came from somewhere."""

    id: str
    examples: tuple[str | Example, ...]
    counterexamples: tuple[str, ...] = ()
    source: str = ""


class FurnitureRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pattern: str


class DateRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pattern: str
    resolve: Resolver
    type: Literal["DATE", "TIME", "DURATION", "SET"] = "DATE"


class PredicateRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    type: EventType
    mode: str = ""
    kind: Kind = ""
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    subject: Literal["actor", "recipient"] = "actor"
    object: Literal["recipient", "none"] = "recipient"
    of: Literal["actor", "recipient", "none"] = "recipient"
    owner: Literal["actor", "recipient"] = "recipient"
    after: tuple[str, ...] = ()
    speech: bool = False
    governs: bool = False
    habitual: bool = False
    transitive: bool = False
    intransitive: bool = False
    needs_subject: bool = False
    needs_recipient: bool = False
    needs_name: bool = False
    outranked: bool = False


class ActorRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    nouns: tuple[str, ...]
    kind: ParticipantKind
    sector: Sector


class PlaceRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    prepositions: tuple[str, ...] = ()


class StatusRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    effect: Literal[
        "scheduled", "alleged", "denied", "habitual", "hypothetical", "negated", "attribution", "according-to"
    ]
    phrases: tuple[str, ...]


class TopicRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`terms` count 2 in the event's own sentence and 1 around it; `acts` are "TYPE" or "TYPE mode"."""

    topic: Topic
    terms: tuple[str, ...]
    acts: tuple[str, ...] = ()


class FigureRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class SentencesFile(Struct, frozen=True, forbid_unknown_fields=True):
    abbreviations: tuple[str, ...]
    furniture: tuple[FurnitureRule, ...]


class DatesFile(Struct, frozen=True, forbid_unknown_fields=True):
    values: dict[str, dict[str, int | str]]
    classes: dict[str, str]
    rule: tuple[DateRule, ...]


class PredicatesFile(Struct, frozen=True, forbid_unknown_fields=True):
    irregular: dict[str, tuple[str, str]]
    rule: tuple[PredicateRule, ...]


class ActorsFile(Struct, frozen=True, forbid_unknown_fields=True):
    titles: tuple[str, ...]
    organisation_words: tuple[str, ...]
    name_links: tuple[str, ...]
    person_links: tuple[str, ...]
    acronyms: tuple[tuple[str, str, str], ...]
    rule: tuple[ActorRule, ...]


class PlacesFile(Struct, frozen=True, forbid_unknown_fields=True):
    countries: tuple[tuple[str, str, str, str], ...]
    cities: tuple[tuple[str, str, str, str], ...]
    rule: tuple[PlaceRule, ...]


class ModalityFile(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[StatusRule, ...]


class TopicsFile(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[TopicRule, ...]


class FiguresFile(Struct, frozen=True, forbid_unknown_fields=True):
    qualifiers: tuple[str, ...]
    multipliers: dict[str, int]
    words: dict[str, int]
    rule: tuple[FigureRule, ...]


class Pattern(Struct, frozen=True, kw_only=True):
    """A compiled rule over raw text."""

    id: str
    regex: re2._Regexp
    resolve: str = ""
    type: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    """The names of the groups with their numbers; a name that is written twice has two."""


class Wording(Struct, frozen=True, kw_only=True):
    """One way to tell an act: words that follow each other; None stands for up to five words."""

    words: tuple[str | None, ...]
    form: Literal["base", "third", "past", "participle", "gerund", "noun"]
    base: str
    rule: PredicateRule


class PlaceEntry(Struct, frozen=True, kw_only=True):
    """A place; `country` is the country's name, and `capital` whether the name also stands for its government."""

    name: str
    country: str
    code: str
    capital: bool = False
    is_country: bool = False


class Ruleset(Struct, frozen=True, kw_only=True):
    """All rules, compiled. `rules_hash` covers the rule files and the code that reads by them."""

    rules_hash: str
    abbreviations: frozenset[str]
    furniture: tuple[Pattern, ...]
    date_values: dict[str, dict[str, int | str]]
    dates: tuple[Pattern, ...]
    date_filter: re2.Filter
    """Tells at one go which of `dates` may match a text at all: most name a word that it does not have."""
    wordings: dict[str, tuple[Wording, ...]]
    forms: dict[str, Forms]
    titles: frozenset[str]
    organisation_words: frozenset[str]
    name_links: frozenset[str]
    person_links: frozenset[str]
    heads: dict[str, ActorRule]
    head_starts: frozenset[str]
    names: dict[str, PlaceEntry]
    demonyms: dict[str, PlaceEntry]
    organisations: dict[str, tuple[str, str]]
    place_prepositions: frozenset[str]
    status: dict[str, tuple[tuple[tuple[str, ...], StatusRule], ...]]
    topics: tuple[TopicRule, ...]
    topic_terms: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    qualifiers: dict[str, tuple[tuple[str, ...], ...]]
    multipliers: dict[str, int]
    number_words: dict[str, int]
    rules: tuple[tuple[str, Rule], ...]


File = TypeVar(
    "File", SentencesFile, DatesFile, PredicatesFile, ActorsFile, PlacesFile, ModalityFile, TopicsFile, FiguresFile
)


@cache
def default() -> Ruleset:
    """The rules that come with the package; read once in a process."""
    return load(folder())


def load(rules_folder: Traversable) -> Ruleset:
    sentences = _read(rules_folder, "sentences.toml", SentencesFile)
    dates = _read(rules_folder, "dates.toml", DatesFile)
    predicates = _read(rules_folder, "predicates.toml", PredicatesFile)
    actors = _read(rules_folder, "actors.toml", ActorsFile)
    places = _read(rules_folder, "places.toml", PlacesFile)
    modality = _read(rules_folder, "modality.toml", ModalityFile)
    topics = _read(rules_folder, "topics.toml", TopicsFile)
    figures = _read(rules_folder, "figures.toml", FiguresFile)
    rules = _all_rules(
        {
            "sentences.toml": sentences.furniture,
            "dates.toml": dates.rule,
            "predicates.toml": predicates.rule,
            "actors.toml": actors.rule,
            "places.toml": places.rule,
            "modality.toml": modality.rule,
            "topics.toml": topics.rule,
            "figures.toml": figures.rule,
        }
    )
    patterns = _date_patterns(dates)
    forms = {base: inflect(base, predicates.irregular) for base in _bases(predicates.rule)}
    names, demonyms = _gazetteer(places)
    return Ruleset(
        rules_hash=hash_of(rules_folder, code_files()),
        abbreviations=frozenset(sentences.abbreviations),
        furniture=tuple(
            Pattern(id=rule.id, regex=_compiled("sentences.toml", rule.id, rule.pattern))
            for rule in sentences.furniture
        ),
        date_values=dates.values,
        dates=patterns,
        date_filter=_filter(patterns),
        wordings=_wordings(predicates.rule, forms),
        forms=forms,
        titles=frozenset(actors.titles),
        organisation_words=frozenset(actors.organisation_words),
        name_links=frozenset(actors.name_links),
        person_links=frozenset(actors.person_links),
        heads={noun: rule for rule in reversed(actors.rule) for noun in rule.nouns},
        head_starts=frozenset(noun.split()[0] for rule in actors.rule for noun in rule.nouns),
        names=names,
        demonyms=demonyms,
        organisations={
            form: (name, country) for name, country, more in actors.acronyms for form in _forms_of(name, more)
        },
        place_prepositions=frozenset(word for place in places.rule for word in place.prepositions),
        status=_by_first_word((tuple(phrase.split()), rule) for rule in modality.rule for phrase in rule.phrases),
        topics=topics.rule,
        topic_terms=_by_first_word((tuple(term.split()), rule.topic) for rule in topics.rule for term in rule.terms),
        qualifiers={
            first: tuple(words for words, _ in found)
            for first, found in _by_first_word((tuple(text.split()), text) for text in figures.qualifiers).items()
        },
        multipliers=figures.multipliers,
        number_words=figures.words,
        rules=rules,
    )


def _read(folder: Traversable, name: str, form: type[File]) -> File:
    try:
        return msgspec.toml.decode((folder / name).read_bytes(), type=form)
    except (msgspec.DecodeError, OSError) as error:
        raise RulesBroken(name, str(error)) from error


def _all_rules(rules: Mapping[str, tuple[Rule, ...]]) -> tuple[tuple[str, Rule], ...]:
    seen: set[str] = set()
    for file, found in rules.items():
        for rule in found:
            if rule.id in seen:
                raise RulesBroken(file, f"the id {rule.id!r} is there twice")
            if not rule.examples:
                raise RulesBroken(file, f"{rule.id} has no example")
            if isinstance(rule, PredicateRule) and rule.mode and rule.mode not in modes(rule.type):
                raise RulesBroken(file, f"{rule.id}: {rule.type} has no mode {rule.mode!r}")
            seen.add(rule.id)
    return tuple((file, rule) for file, found in rules.items() for rule in found)


def folder() -> Traversable:
    """Where the rules that come with the package lie."""
    return files(PACKAGE) / "rules"


def code_files() -> list[Traversable]:
    """The code that reads by the rules."""
    package = files(PACKAGE)
    stages = [entry for entry in (package / "extract").iterdir() if entry.name.endswith(".py")]
    return [*stages, package / "ruleset.py", package / "inflection.py"]


def hash_of(rules: Traversable, code: Iterable[Traversable]) -> str:
    """Data and code together: a reading can change by either."""
    digest = sha256()
    data = [entry for entry in rules.iterdir() if entry.name.endswith(".toml")]
    for entry in sorted([*code, *data], key=lambda entry: entry.name):
        content = entry.read_bytes()
        digest.update(f"{entry.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


# A blank of a pattern is white space within a paragraph: a line may be wrapped there.
_BLANK: Final = r"(?:[ \t\x{A0}]+|[ \t]*\r?\n[ \t]*)"
_SPACE: Final = re.compile(r"\[ -\]| ")
_REFERENCE: Final = re.compile(r"%([a-z_]+)")
_GROUP: Final = re.compile(r"\(\?P<([a-z_]+)>")


def _date_patterns(dates: DatesFile) -> tuple[Pattern, ...]:
    def expanded(pattern: str, rule_id: str) -> str:
        def replacement(found: re.Match[str]) -> str:
            name = found.group(1)
            if name in dates.values:
                return _alternatives(dates.values[name])
            if name in dates.classes:
                return expanded(dates.classes[name], rule_id)
            raise RulesBroken("dates.toml", f"{rule_id} refers to %{name}, which is not there")

        # A class that refers to itself would grow without end.
        text = _REFERENCE.sub(replacement, pattern)
        if len(text) > _PATTERN_LENGTH_MAX:
            raise RulesBroken("dates.toml", f"{rule_id} grows too long")
        return text

    return tuple(_date_pattern(rule, expanded(rule.pattern, rule.id)) for rule in dates.rule)


def _date_pattern(rule: DateRule, pattern: str) -> Pattern:
    regex = _compiled("dates.toml", rule.id, _spaced(_numbered(pattern)))
    groups = tuple((name.partition("__")[0], number) for name, number in regex.groupindex.items())
    return Pattern(id=rule.id, regex=regex, resolve=rule.resolve, type=rule.type, groups=groups)


def _filter(patterns: Iterable[Pattern]) -> re2.Filter:
    every = re2.Filter()
    for pattern in patterns:
        every.Add(pattern.regex.pattern)
    every.Compile()
    return every


def _spaced(pattern: str) -> str:
    return _SPACE.sub(lambda found: f"(?:-|{_BLANK})" if len(found.group()) > 1 else _BLANK, pattern)


def _numbered(pattern: str) -> str:
    """RE2 takes each group name once; alternatives that name the same group again get `name__2`, `name__3`."""
    seen: dict[str, int] = {}

    def replacement(found: re.Match[str]) -> str:
        name = found.group(1)
        seen[name] = seen.get(name, 0) + 1
        return found.group() if seen[name] == 1 else f"(?P<{name}__{seen[name]}>"

    return _GROUP.sub(replacement, pattern)


def _alternatives(values: Iterable[str]) -> str:
    """Longest first. A capital in the table is a capital in the text (or all are); small letters match any case."""
    ordered = [word.replace(".", r"\.") for word in sorted(values, key=lambda word: (-len(word), word))]
    exact = [form for word in ordered if word[0].isupper() for form in (word, word.upper())]
    if exact:
        return f"(?-i:{'|'.join(exact)})"
    return f"(?i:{'|'.join(ordered)})"


def _compiled(file: str, rule_id: str, pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise RulesBroken(file, f"{rule_id}: RE2 refuses the pattern: {error}") from error


def _bases(rules: Iterable[PredicateRule]) -> list[str]:
    return sorted({verb.split()[0] for rule in rules for verb in rule.verbs})


_BE: Final = (
    ("base", "be"),
    ("third", "is"),
    ("third", "are"),
    ("third", "am"),
    ("past", "was"),
    ("past", "were"),
    ("participle", "been"),
    ("gerund", "being"),
)


def _wordings(rules: Iterable[PredicateRule], forms: Mapping[str, Forms]) -> dict[str, tuple[Wording, ...]]:
    """Every wording under its first word, longest first, so that the first that fits is the best."""
    found: dict[str, dict[tuple[object, ...], Wording]] = {}
    for rule in rules:
        for verb in rule.verbs:
            base, *rest = verb.split()
            words = tuple(None if word == "*" else word for word in rest)
            for form, first in _BE if base == "be" else forms[base].named():
                wording = Wording(words=(first, *words), form=form, base=verb, rule=rule)
                found.setdefault(first, {}).setdefault((wording.words, form), wording)
        for noun in rule.nouns:
            for text in (noun, plural(noun)):
                first, *rest = text.split()
                wording = Wording(words=(first, *rest), form="noun", base=noun, rule=rule)
                found.setdefault(first, {}).setdefault((wording.words, "noun"), wording)
    return {first: tuple(sorted(ways.values(), key=_looseness)) for first, ways in found.items()}


def _looseness(way: Wording) -> tuple[int, int]:
    """The most literal wording first, then the one without a gap."""
    gaps = way.words.count(None)
    return gaps - len(way.words), gaps


def _forms_of(name: str, more: str) -> list[str]:
    return [name, *(form for form in more.split("|") if form)]


def _gazetteer(places: PlacesFile) -> tuple[dict[str, PlaceEntry], dict[str, PlaceEntry]]:
    names: dict[str, PlaceEntry] = {}
    demonyms: dict[str, PlaceEntry] = {}
    codes = {name: code for name, code, _, _ in places.countries}
    for name, code, adjectives, more in places.countries:
        entry = PlaceEntry(name=name, country=name, code=code, is_country=True)
        names.update(dict.fromkeys(_forms_of(name, more), entry))
        demonyms.update(dict.fromkeys((form for form in adjectives.split("|") if form), entry))
    for name, country, more, capital in places.cities:
        if country not in codes:
            raise RulesBroken("places.toml", f"{name} lies in {country!r}, which is no country here")
        for form in _forms_of(name, more):
            names.setdefault(
                form, PlaceEntry(name=form, country=country, code=codes[country], capital=capital == "capital")
            )
    return names, demonyms


Item = TypeVar("Item")


def _by_first_word(
    phrases: Iterable[tuple[tuple[str, ...], Item]],
) -> dict[str, tuple[tuple[tuple[str, ...], Item], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], Item]]] = {}
    for words, item in phrases:
        found.setdefault(words[0], []).append((words, item))
    return {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in found.items()}
