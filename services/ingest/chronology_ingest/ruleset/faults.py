"""What is wrong in a rule that somebody wrote, in words that tell what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from chronology_contracts import edtf
from chronology_contracts.vocabulary import EVENT_TYPES, modes
from msgspec import Struct
from msgspec.structs import fields

from .files import (
    ActorRule,
    AnchorRule,
    DateRule,
    Example,
    FurnitureRule,
    PlaceRule,
    PredicateRule,
    Rule,
    StatusRule,
    TopicRule,
)

ID_LENGTH_MAX: Final = 128
_SHOWN_MAX: Final = 24
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)+")
_EXPECTED: Final = (
    ("`array`", 'a list in square brackets: ["…", "…"]'),
    ("`bool`", "true or false, without quotes"),
    ("`int`", "a whole number, without quotes"),
    ("`str`", 'text in quotes: "…"'),
    ("`object`", 'a table: its name in square brackets on a line, and below it lines such as name = "…"'),
)


class Fault(Struct, frozen=True, kw_only=True):
    """`key` is the key it is about, "" for the rule as a whole."""

    key: str = ""
    said: str


def nearest(word: str, known: Iterable[str], *, lead: str = "did you mean") -> str:
    """ " – did you mean `verbs`?", or what there is where nothing is near."""
    every = sorted(each for each in known if each)
    near = get_close_matches(word, every, n=1, cutoff=0.6) or get_close_matches(word.upper(), every, n=1, cutoff=0.6)
    if near:
        return f" – {lead} `{near[0]}`?"
    return f" – there are {', '.join(every)}" if len(every) <= _SHOWN_MAX else ""


def form_faults(raw: Mapping[str, Any], form: type[Struct]) -> list[Fault]:
    """What keeps a table of TOML from being this struct: every key is looked at, not only the first that is wrong."""
    hints = get_type_hints(form)
    unknown = [key for key in raw if key not in hints]
    found = [Fault(key=key, said=f"there is no key `{key}` here{nearest(key, hints)}") for key in unknown]
    for field in fields(form):
        if field.name in raw:
            found += value_faults(field.name, raw[field.name], hints[field.name])
        elif field.required and not get_close_matches(field.name, unknown, n=1, cutoff=0.6):
            found.append(Fault(said=f"`{field.name}` is missing{_MISSING.get(field.name, '')}"))
    return found


_MISSING: Final = {
    "id": ': give it a name that no other rule has, such as id = "coerce.padlock"',
    "examples": ': give at least one sentence that it must read, such as examples = ["…"]',
}


def value_faults(key: str, value: Any, hint: Any) -> list[Fault]:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        return [Fault(key=key, said=_in_words(key, value, hint, str(error)))]
    return []


def list_faults(key: str, value: Any, hint: Any) -> list[Fault]:
    """What is wrong in a list or table of a file: it has another form, or an entry without words."""
    found = value_faults(key, value, hint)
    if not found and not all(_is_named(entry) for entry in _entries(value)):
        found.append(Fault(key=key, said=f"`{key}` has an empty one"))
    return found


def _entries(value: Any) -> Iterator[Any]:
    for entry in value:
        yield entry
        if isinstance(value, dict) and isinstance(value[entry], dict):
            yield from value[entry]


def _is_named(entry: Any) -> bool:
    """By its words, or the first of a row."""
    return bool((entry[0] if isinstance(entry, list) else entry).strip())


def _in_words(key: str, value: Any, hint: Any, told: str) -> str:
    what, _, place = told.partition(" - at `$")
    number = re.match(r"\[(\d+)\]", place)
    where = f"`{key}`" + (f", number {int(number[1]) + 1}," if number else "")
    if get_origin(hint) is Literal:
        return f"`{key}` cannot be {value!r}{nearest(str(value), map(str, get_args(hint)))}"
    if unknown := re.search(r"unknown field `(.*)`", what):
        return f"{where} has a key `{unknown[1]}` that is not there{nearest(unknown[1], get_type_hints(Example))}"
    if length := re.match(r"Expected `array` of length (\d+), got (\d+)", what):
        return f"{where} has {length[2]} entries; it must have {length[1]}, as the others in the package's file"
    for name, right in _EXPECTED:
        if what.startswith(f"Expected {name}"):
            return f"{where} must be {right}"
    return f"{where}: {what[:1].lower()}{what[1:]}"


def meaning_faults(rule: Rule) -> list[Fault]:
    """What has the right form and still can never read anything, or not what was meant."""
    found = list(_common(rule))
    if isinstance(rule, PredicateRule):
        found += _act(rule)
    elif isinstance(rule, ActorRule):
        found += _words("nouns", rule.nouns, needed=True)
    elif isinstance(rule, StatusRule | AnchorRule):
        found += _words("phrases", rule.phrases, needed=True)
    elif isinstance(rule, TopicRule):
        found += _topic(rule)
    elif isinstance(rule, PlaceRule):
        found += [*_words("prepositions", rule.prepositions), *_acts(rule.acts)]
    elif isinstance(rule, DateRule | FurnitureRule) and "\b" in rule.pattern:
        said = "`pattern` stands in single quotes: '…'; in double quotes \\b is a control character"
        found.append(Fault(key="pattern", said=said))
    return found


def _common(rule: Rule) -> Iterator[Fault]:
    if not _ID.fullmatch(rule.id) or len(rule.id) > ID_LENGTH_MAX:
        said = f"`id` cannot be {rule.id!r}: small letters, digits and -, with a dot, such as coerce.padlock"
        yield Fault(key="id", said=said)
    if not rule.examples:
        yield Fault(key="examples", said="`examples` is empty: give at least one sentence that the rule must read")
    texts = [each.text if isinstance(each, Example) else each for each in rule.examples]
    for key, told in (("examples", texts), ("counterexamples", rule.counterexamples)):
        if not all(text.strip() for text in told):
            yield Fault(key=key, said=f"`{key}` has one without words")
    for number, each in enumerate(rule.examples, 1):
        if isinstance(each, Example):
            yield from _example(rule, each, number)


def _example(rule: Rule, example: Example, number: int) -> Iterator[Fault]:
    """Keys that nobody would compare, and dates that no reading could give."""
    if isinstance(rule, DateRule | FurnitureRule):
        compared = ("date", "value") if isinstance(rule, DateRule) else ()
        for field in fields(example):
            if field.name not in ("text", "anchor", *compared) and getattr(example, field.name) is not None:
                said = f"`examples`, number {number}, says `{field.name}`, which is not what this rule reads"
                yield Fault(key="examples", said=said)
    for name in ("anchor", "date"):
        date = getattr(example, name)
        if date and not _is_date(date):
            said = f"`examples`, number {number}: `{name}` cannot be {date!r}: write an EDTF date, such as 2019-03-20"
            yield Fault(key="examples", said=said)


def _is_date(text: str) -> bool:
    try:
        edtf.parse(text)
    except edtf.EdtfError:
        return False
    return True


def _act(rule: PredicateRule) -> Iterator[Fault]:
    if rule.mode and rule.mode not in modes(rule.type):
        yield Fault(key="mode", said=f"{rule.type} has no mode {rule.mode!r}{nearest(rule.mode, modes(rule.type))}")
    if rule.kind and rule.type != "OTHER":
        yield Fault(key="kind", said=f"`kind` goes with the type OTHER only, not with {rule.type}")
    if not (rule.verbs or rule.nouns or rule.said or rule.intent):
        yield Fault(said='it has no words: give `verbs` (verbs = ["padlock"]) or `nouns` (nouns = ["raid"])')
    yield from _words("verbs", rule.verbs)
    yield from _words("nouns", rule.nouns)
    yield from _words("after", rule.after)
    yield from _words("said", rule.said)
    if any(verb.split()[:1] == ["*"] for verb in rule.verbs):
        yield Fault(key="verbs", said="`verbs` has one that begins with *: the first word must be the verb")


def _topic(rule: TopicRule) -> Iterator[Fault]:
    yield from _words("terms", rule.terms)
    if not rule.terms and not rule.acts:
        yield Fault(said="it has no words: give `terms`, or `acts`")
    yield from _acts(rule.acts)


def _acts(acts: tuple[str, ...]) -> Iterator[Fault]:
    """Acts are named by type, or by type and mode; what is in small letters is a verb."""
    for act in acts:
        type, _, mode = act.partition(" ")
        if type not in EVENT_TYPES and type != type.lower():
            yield Fault(key="acts", said=f"`acts` has {act!r}: there is no type {type!r}{nearest(type, EVENT_TYPES)}")
        elif mode and type in EVENT_TYPES and mode not in modes(type):
            yield Fault(key="acts", said=f"`acts` has {act!r}: {type} has no mode {mode!r}{nearest(mode, modes(type))}")


def _words(key: str, words: tuple[str, ...], *, needed: bool = False) -> Iterator[Fault]:
    if needed and not words:
        yield Fault(key=key, said=f"`{key}` is empty: without words it reads nothing")
    for word in words:
        if not word.strip():
            yield Fault(key=key, said=f"`{key}` has an empty one")
        elif word != word.lower():
            yield Fault(key=key, said=f"`{key}` has {word!r}: write it in small letters, it is found in any")
