"""From the files in rules/*.toml to a Ruleset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, TypeVar

import msgspec
import re2
from chronology_contracts.vocabulary import modes
from msgspec import Struct
from msgspec.structs import replace

from ..errors import RulesBroken
from ..gazetteer import FILES as GAZETTEER_FILES
from ..inflection import inflect
from .added import Added, Additions, merged, read_additions
from .compiled import Pattern, Ruleset
from .files import (
    ActorsFile,
    AnchorsFile,
    DateRule,
    DatesFile,
    FiguresFile,
    FurnitureRule,
    ModalityFile,
    PlacesFile,
    PredicateRule,
    PredicatesFile,
    Rule,
    SentencesFile,
    TopicsFile,
)  # fmt: skip
from .gazetteer import by_first_words, forms_of, gazetteer
from .kinds import FILES, KINDS, kind_of
from .patterns import compiled, date_patterns, first_look
from .wordings import bases, by_first_word, verbal, wordings

PACKAGE: Final = "chronology_ingest"
FILE_OF: Final = {form: name for name, form in FILES.items()}

File = TypeVar(
    "File",
    SentencesFile,
    DatesFile,
    AnchorsFile,
    PredicatesFile,
    ActorsFile,
    PlacesFile,
    ModalityFile,
    TopicsFile,
    FiguresFile,
)


_chosen: Final[list[Ruleset]] = []


def default() -> Ruleset:
    """The rules that are read by where none are named: those chosen by `using` or `choose`, else the package's."""
    return _chosen[-1] if _chosen else installed()


@cache
def installed() -> Ruleset:
    """The rules that come with the package; read once in a process."""
    return load(folder())


def choose(rules: Ruleset) -> None:
    """From now on these are the default ones: for a process that reads by one set of rules as long as it lives."""
    _chosen.append(rules)


@contextmanager
def using(rules: Ruleset) -> Iterator[None]:
    """Within it, these are the default ones, in every thread of the process."""
    _chosen.append(rules)
    try:
        yield
    finally:
        _chosen.pop()


def load(rules_folder: Traversable, added: Sequence[Added] = ()) -> Ruleset:
    """The rules of a folder, and those that are added to them. Raises `RulesBroken`."""
    more = read_additions(added)
    try:
        return _load(rules_folder, more, added)
    except RulesBroken as error:
        if not more.names or error.file in more.names:
            raise
        # Without what is added, the package's files hold.
        raise RulesBroken(", ".join(more.names), f"{error.reason} ({error.file})") from error


def _load(rules_folder: Traversable, more: Additions, added: Sequence[Added]) -> Ruleset:
    sentences = _read(rules_folder, "sentences.toml", SentencesFile, more)
    dates = _read(rules_folder, "dates.toml", DatesFile, more)
    predicates = _read(rules_folder, "predicates.toml", PredicatesFile, more)
    actors = _read(rules_folder, "actors.toml", ActorsFile, more)
    places = _read(rules_folder, "places.toml", PlacesFile, more)
    modality = _read(rules_folder, "modality.toml", ModalityFile, more)
    anchors = _read(rules_folder, "anchors.toml", AnchorsFile, more)
    topics = _read(rules_folder, "topics.toml", TopicsFile, more)
    figures = _read(rules_folder, "figures.toml", FiguresFile, more)
    rules = _all_rules((sentences, dates, predicates, actors, places, modality, anchors, topics, figures), more)
    _check_values(dates)
    _check_patterns(dates, more)
    patterns = date_patterns(dates)
    forms = {base: inflect(base, predicates.irregular) for base in bases(predicates.rule)}
    ways = wordings(predicates.rule, forms)
    actors_by_place = gazetteer(places)
    return Ruleset(
        rules_hash=hash_of(rules_folder, code_files(), added),
        abbreviations=frozenset(sentences.abbreviations),
        furniture=tuple(
            Pattern(id=rule.id, regex=compiled("sentences.toml", rule.id, rule.pattern)) for rule in sentences.furniture
        ),
        date_values=dates.values,
        dates=patterns,
        date_filter=first_look(patterns),
        wordings=ways,
        verbal=verbal(ways),
        forms=forms,
        titles=frozenset(actors.titles),
        organisation_words=frozenset(actors.organisation_words),
        name_links=frozenset(actors.name_links),
        person_links=frozenset(actors.person_links),
        heads={noun: rule for rule in reversed(actors.rule) for noun in rule.nouns},
        head_starts=frozenset(noun.split()[0] for rule in actors.rule for noun in rule.nouns),
        bodies=actors.bodies,
        implied={
            act: tuple(rule for rule in actors.implied if act in rule.acts)
            for each in actors.implied
            for act in each.acts
        },
        names=actors_by_place.names,
        demonyms=actors_by_place.demonyms,
        countries=actors_by_place.countries,
        long_names=by_first_words(actors_by_place.names),
        organisations={
            form: (name, country) for name, country, more in actors.acronyms for form in forms_of(name, more)
        },
        place_prepositions={word: place for place in places.rule for word in place.prepositions},
        status=by_first_word((tuple(phrase.split()), rule) for rule in modality.rule for phrase in rule.phrases),
        said=by_first_word((tuple(phrase.split()), rule) for rule in predicates.rule for phrase in rule.said),
        intents={rule.intent: rule for rule in predicates.rule if rule.intent},
        anchors=by_first_word((tuple(phrase.split()), rule) for rule in anchors.rule for phrase in rule.phrases),
        topics=topics.rule,
        topic_terms=by_first_word((tuple(term.split()), rule.topic) for rule in topics.rule for term in rule.terms),
        qualifiers={
            first: tuple(words for words, _ in found)
            for first, found in by_first_word((tuple(text.split()), text) for text in figures.qualifiers).items()
        },
        multipliers=figures.multipliers,
        number_words=figures.words,
        rules=rules,
        added=frozenset(more.sources),
    )


def _read(folder: Traversable, name: str, form: type[File], more: Additions) -> File:
    try:
        installed = msgspec.toml.decode((folder / name).read_bytes(), type=form)
    except (msgspec.DecodeError, OSError) as error:
        raise RulesBroken(name, str(error)) from error
    return merged(installed, name, more)


def _all_rules(read: Iterable[Struct], more: Additions) -> tuple[tuple[str, Rule], ...]:
    """Every rule of the files that were read, with the file that it is in."""
    rules = {FILE_OF[type(file)]: _rules_in(file) for file in read}
    seen: dict[str, Rule] = {}
    for file, found in rules.items():
        for rule in found:
            if (other := seen.get(rule.id)) is not None:
                if rule.id in more.sources:
                    mine = next(each for each in (rule, other) if each in more.rules.get(kind_of(each), ()))
                    said = f"a rule of the kind [[{kind_of(other if mine is rule else rule)}]] has this id"
                    raise more.broken(mine, said)
                raise RulesBroken(file, f"the id {rule.id!r} is there twice")
            if not rule.examples:
                raise RulesBroken(file, f"{rule.id} has no example")
            if isinstance(rule, PredicateRule) and rule.mode and rule.mode not in modes(rule.type):
                raise RulesBroken(file, f"{rule.id}: {rule.type} has no mode {rule.mode!r}")
            seen[rule.id] = rule
    return tuple(
        (more.sources[rule.id][0] if rule.id in more.sources else file, rule)
        for file, found in rules.items()
        for rule in found
    )


def _rules_in(file: Struct) -> tuple[Rule, ...]:
    name = FILE_OF[type(file)]
    return tuple(rule for kind in KINDS.values() if kind.file == name for rule in getattr(file, kind.field))


def _check_values(dates: DatesFile) -> None:
    """What a word of a table stands for is a number in all of it or text in all of it: code counts with it."""
    for table, words in dates.values.items():
        most = Counter(type(value) for value in words.values()).most_common(1)
        for word, value in words.items():
            if type(value) is not most[0][0]:
                right = "a whole number, without quotes" if most[0][0] is int else 'text in quotes: "…"'
                raise RulesBroken("dates.toml", f"`{word}` in [values.{table}] must be {right}, as the others there")


_PROBE: Final = "a 1, B.\n\n2"


def _check_patterns(dates: DatesFile, more: Additions) -> None:
    """Say of the added patterns, with their lines, what the package's say by their ids."""
    for rule in (*more.rules.get("date", ()), *more.rules.get("furniture", ())):
        try:
            regex = _regex(rule, dates)
        except RulesBroken as error:
            hint = " (RE2 has no look-around and no back references)" if "perl" in error.reason else ""
            raise more.broken(rule, error.reason.removeprefix(f"{rule.id}: ") + hint) from error
        if any(found.start() == found.end() for found in regex.finditer(_PROBE)):
            raise more.broken(rule, "`pattern` matches where there is nothing: it would match everywhere")


def _regex(rule: Rule, dates: DatesFile) -> re2._Regexp:
    if isinstance(rule, DateRule):
        return date_patterns(replace(dates, rule=(rule,)))[0].regex
    assert isinstance(rule, FurnitureRule)
    return compiled("sentences.toml", rule.id, rule.pattern)


def folder() -> Traversable:
    """Where the rules that come with the package lie."""
    return files(PACKAGE) / "rules"


def code_files() -> list[Traversable]:
    """The code that reads by the rules."""
    package = files(PACKAGE)
    stages = [entry for part in ("extract", "ruleset") for entry in (package / part).iterdir()]
    places = [package / "gazetteer" / name for name in ("table.py", *GAZETTEER_FILES)]
    return [*(entry for entry in stages if entry.name.endswith(".py")), package / "inflection.py", *places]


def hash_of(rules: Traversable, code: Iterable[Traversable], added: Iterable[Added] = ()) -> str:
    """Data and code together: a reading can change by either."""
    digest = sha256()
    data = [entry for entry in rules.iterdir() if entry.name.endswith(".toml")]
    # Two packages have an __init__.py.
    for name, content in sorted((entry.name, entry.read_bytes()) for entry in [*code, *data]):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    # Without the names of the files, which change nothing; with their order, by which the first of two equals wins.
    for file in added:
        digest.update(f"added {len(file.content)}\n".encode() + file.content)
    return digest.hexdigest()
