"""Patterns of rules, compiled by RE2: with their names put in, and blanks that also match a wrapped line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import re2

from ..errors import RulesBroken
from .compiled import Pattern
from .faults import nearest
from .files import DateRule, DatesFile

_PATTERN_LENGTH_MAX: Final = 20_000
# A blank of a pattern is white space within a paragraph: a line may be wrapped there.
_BLANK: Final = r"(?:[ \t\x{A0}]+|[ \t]*\r?\n[ \t]*)"
_SPACE: Final = re.compile(r"\[ -\]| ")
_REFERENCE: Final = re.compile(r"%([a-z_]+)")
_GROUP: Final = re.compile(r"\(\?P<([a-z_]+)>")


def date_patterns(dates: DatesFile) -> tuple[Pattern, ...]:
    def expanded(pattern: str, rule_id: str, within: tuple[str, ...] = ()) -> str:
        def replacement(found: re.Match[str]) -> str:
            name = found.group(1)
            if name in dates.values:
                return _alternatives(dates.values[name])
            if name in within:
                raise RulesBroken("dates.toml", f"{rule_id}: %{name} refers to itself")
            if name in dates.classes:
                return expanded(dates.classes[name], rule_id, (*within, name))
            near = nearest(name, [*dates.values, *dates.classes])
            raise RulesBroken("dates.toml", f"{rule_id}: it refers to %{name}, which is not there{near}")

        text = _REFERENCE.sub(replacement, pattern)
        if len(text) > _PATTERN_LENGTH_MAX:
            raise RulesBroken("dates.toml", f"{rule_id}: its pattern grows too long")
        return text

    return tuple(_date_pattern(rule, expanded(rule.pattern, rule.id)) for rule in dates.rule)


def _date_pattern(rule: DateRule, pattern: str) -> Pattern:
    regex = compiled("dates.toml", rule.id, _spaced(_numbered(pattern)))
    groups = tuple((name.partition("__")[0], number) for name, number in regex.groupindex.items())
    return Pattern(id=rule.id, regex=regex, resolve=rule.resolve, type=rule.type, groups=groups)


def first_look(patterns: Iterable[Pattern]) -> re2.Filter:
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


def compiled(file: str, rule_id: str, pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        # RE2 tells it in bytes.
        told = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else error
        raise RulesBroken(file, f"{rule_id}: RE2 refuses the pattern: {told}") from error
