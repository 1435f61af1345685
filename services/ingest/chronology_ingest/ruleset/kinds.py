"""The kinds of rules: what a file of one's own calls each, and the file of the package in which its like stand.

They follow from the structs of `files`: what is a tuple of rules there is a kind, and all else is a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args, get_type_hints

from msgspec import Struct

from .files import (
    ActorsFile,
    AnchorsFile,
    DatesFile,
    FiguresFile,
    ModalityFile,
    PlacesFile,
    PredicatesFile,
    Rule,
    SentencesFile,
    TopicsFile,
)

FILES: Final[dict[str, type[Struct]]] = {
    "predicates.toml": PredicatesFile,
    "dates.toml": DatesFile,
    "actors.toml": ActorsFile,
    "places.toml": PlacesFile,
    "modality.toml": ModalityFile,
    "figures.toml": FiguresFile,
    "anchors.toml": AnchorsFile,
    "topics.toml": TopicsFile,
    "sentences.toml": SentencesFile,
}
_NAMES: Final = {
    "predicates.toml": "act",
    "dates.toml": "date",
    "actors.toml": "actor",
    "places.toml": "place",
    "modality.toml": "status",
    "figures.toml": "figure",
    "anchors.toml": "anchor",
    "topics.toml": "topic",
}
"""What [[rule]] of a file of the package is called where all kinds stand in one file."""


class RuleKind(Struct, frozen=True, kw_only=True):
    """`name` is the table of a file of one's own ([[act]]), `field` the one of the package's file ([[rule]])."""

    name: str
    rule: type[Rule]
    file: str
    field: str


def rule_type(hint: Any) -> type[Rule] | None:
    """The rule that a field holds many of, if it does."""
    held = get_args(hint)[0] if get_args(hint) else None
    return held if isinstance(held, type) and issubclass(held, Rule) else None


def _kinds() -> Iterator[RuleKind]:
    for file, form in FILES.items():
        for field, hint in get_type_hints(form).items():
            if (rule := rule_type(hint)) is not None:
                yield RuleKind(name=_NAMES[file] if field == "rule" else field, rule=rule, file=file, field=field)


KINDS: Final = {kind.name: kind for kind in _kinds()}
LISTS: Final[dict[str, Any]] = {
    field: hint for form in FILES.values() for field, hint in get_type_hints(form).items() if rule_type(hint) is None
}
"""The lists and tables beside the rules (`titles`, `[irregular]` …), with the type of each."""


def kind_of(rule: Rule) -> str:
    return next(kind.name for kind in KINDS.values() if type(rule) is kind.rule)
