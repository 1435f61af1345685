"""Rules that somebody adds to those of the package: a file of their own, read, checked and put among the others.

A rule whose id is there already takes that rule's place; a new one stands before all others of its kind, so that it
wins where both fit equally well. Lists grow by what is added; an entry of a table takes the place of its namesake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

from ..errors import RulesBroken
from .faults import Fault, form_faults, list_faults, meaning_faults, nearest
from .files import Rule
from .kinds import KINDS, LISTS, RuleKind

_HEADER: Final = re.compile(r"\s*\[\[\s*([\w-]+)\s*\]\]")
_TYPOGRAPHIC: Final = re.compile("[“”„‟«»]")
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


class Added(Struct, frozen=True, kw_only=True):
    """A file of rules as it was found; `name` is what people call it."""

    name: str
    content: bytes


class Additions(Struct, frozen=True, kw_only=True):
    """What the added files hold together. `sources` names the file and line of each rule by its id."""

    names: tuple[str, ...] = ()
    rules: dict[str, tuple[Rule, ...]] = {}
    lists: dict[str, tuple[Any, ...] | dict[str, Any]] = {}
    sources: dict[str, tuple[str, int]] = {}

    def broken(self, rule: Rule, said: str) -> RulesBroken:
        file, line = self.sources[rule.id]
        return RulesBroken(file, f"{_place(line)}{rule.id}: {said}")


def read_additions(added: Sequence[Added]) -> Additions:
    """Raises `RulesBroken` with every fault of the first file that has any."""
    rules: dict[str, tuple[Rule, ...]] = {}
    lists: dict[str, tuple[Any, ...] | dict[str, Any]] = {}
    sources: dict[str, tuple[str, int]] = {}
    for file in added:
        reader = _FileReader(file)
        for kind, found in reader.rules():
            for rule, line in found:
                if rule.id in sources:
                    first, at = sources[rule.id]
                    reader.fault(line, f"{rule.id}: the id is there twice, first in {first} line {at}")
                sources[rule.id] = (file.name, line)
            rules[kind] = rules.get(kind, ()) + tuple(rule for rule, _ in found)
        for name, value in reader.lists():
            lists[name] = _joined(value, lists[name]) if name in lists else value
        reader.finish()
    return Additions(names=tuple(file.name for file in added), rules=rules, lists=lists, sources=sources)


class _FileReader:
    """Reads one file, and keeps what is wrong in it until all of it was seen."""

    def __init__(self, file: Added) -> None:
        self._file = file
        self._faults: list[tuple[int, str]] = []
        self._text = self._decoded()
        self._lines = self._text.splitlines()
        self._raw = self._parsed()

    def rules(self) -> Iterable[tuple[str, list[tuple[Rule, int]]]]:
        for name, tables in self._raw.items():
            if name not in KINDS:
                continue
            if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
                self.fault(self._line_of(name), f"`{name}` is a kind of rule: write [[{name}]], in two brackets")
                continue
            yield name, self._rules(KINDS[name], tables)

    def _rules(self, kind: RuleKind, tables: list[dict[str, Any]]) -> list[tuple[Rule, int]]:
        starts = [at for at, line in enumerate(self._lines) if (m := _HEADER.match(line)) and m[1] == kind.name]
        found: list[tuple[Rule, int]] = []
        for number, table in enumerate(tables):
            start = starts[number] if len(starts) == len(tables) else -1
            faults = form_faults(table, kind.rule)
            rule = None if faults else msgspec.convert(table, kind.rule)
            for fault in faults if rule is None else meaning_faults(rule):
                self.fault(self._line_of(fault.key, start), _told(kind, table, fault))
            if rule is not None:
                found.append((rule, start + 1))
        return found

    def lists(self) -> Iterable[tuple[str, Any]]:
        for name, value in self._raw.items():
            if name in KINDS:
                continue
            line = self._line_of(name)
            if name not in LISTS:
                self.fault(line, f"there is nothing called `{name}`{self._meant(name, value)}")
                continue
            hint = LISTS[name]
            faults = list_faults(name, value, hint)
            for fault in faults:
                self.fault(line, fault.said)
            if not faults:
                yield name, msgspec.convert(value, hint)

    def _meant(self, name: str, value: Any) -> str:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            # Of the kinds, the one that has most of the keys.
            kinds = sorted(KINDS.values(), key=lambda kind: -len(value[0].keys() & get_type_hints(kind.rule).keys()))
            near = nearest(name, KINDS)
            return near if "did you" in near else f" – a rule with such keys is an [[{kinds[0].name}]]"
        near = nearest(name, [*LISTS, *KINDS])
        return near or f" – there are the rules {', '.join(f'[[{kind}]]' for kind in KINDS)}"

    def fault(self, line: int, said: str) -> None:
        self._faults.append((line, said))

    def finish(self) -> None:
        if not self._faults:
            return
        told = [f"{_place(line)}{said}" for line, said in self._faults]
        raise RulesBroken(self._file.name, f"\n{self._file.name}: ".join(told))

    def _decoded(self) -> str:
        try:
            # Some editors put a mark before the first letter.
            return self._file.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RulesBroken(self._file.name, f"it is not UTF-8 (byte {error.start}): save it as UTF-8") from None

    def _parsed(self) -> dict[str, Any]:
        try:
            return msgspec.toml.decode(self._text, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            place = _AT_LINE.search(str(error))
            line = int(place[1]) if place else 0
            said = _AT_LINE.sub("", str(error)).strip()
            self.fault(line, f"it is not TOML: {said}{self._syntax_hint(line)}")
            self.finish()
            raise

    def _syntax_hint(self, line: int) -> str:
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        if _TYPOGRAPHIC.search(text):
            return ' – write straight quotation marks: "…"'
        if "\\" in text:
            return " – write a pattern in single quotes: '…'"
        return ""

    def _line_of(self, key: str, start: int = -1) -> int:
        """The line, from 1, at which a key stands behind line `start`; that of its table where it is not found."""
        for at, line in enumerate(self._lines[start + 1 :], start + 1):
            if start >= 0 and _HEADER.match(line):
                break
            if key and re.match(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[=\].]", line):
                return at + 1
        return start + 1


def _told(kind: RuleKind, table: Mapping[str, Any], fault: Fault) -> str:
    if fault.key in LISTS:
        return f"`{fault.key}` is a list of the whole file: put it before the first [[…]]"
    named = table.get("id")
    return f"{named if isinstance(named, str) and named else f'[[{kind.name}]]'}: {fault.said}"


def _place(line: int) -> str:
    return f"line {line}: " if line else ""


File = TypeVar("File", bound=Struct)


def merged(installed: File, name: str, more: Additions) -> File:
    """The file of the package that is called so, with what is added to it."""
    kinds = {kind.field: kind.name for kind in KINDS.values() if kind.file == name}
    changes: dict[str, Any] = {}
    for field in fields(installed):
        value = getattr(installed, field.name)
        if field.name in kinds:
            changes[field.name] = _with_rules(value, more.rules.get(kinds[field.name], ()))
        elif field.name in more.lists:
            changes[field.name] = _joined(more.lists[field.name], value)
    return replace(installed, **changes)


def _with_rules(installed: tuple[Rule, ...], added: tuple[Rule, ...]) -> tuple[Rule, ...]:
    given = {rule.id: rule for rule in added}
    known = {rule.id for rule in installed}
    return (*(rule for rule in added if rule.id not in known), *(given.get(rule.id, rule) for rule in installed))


def _joined(added: Any, known: Any) -> Any:
    """Lists one after the other, what is added first; tables and rows with what is added in place of namesakes."""
    if isinstance(added, dict):
        both = {key: _joined(added[key], known[key]) for key in added.keys() & known.keys() if _is_table(added[key])}
        return {**known, **added, **both}
    names = {_name(entry) for entry in added}
    return (*added, *(entry for entry in known if _name(entry) not in names))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _name(entry: Any) -> Any:
    return entry[0] if isinstance(entry, tuple) else entry
