"""Load, validate and compile the rules in rules/*.toml.

What a rule file may hold is what the structs of `files` have: an unknown key, a duplicate
id, a reference to a pattern that is not there, a pattern that RE2 refuses or a rule
without an example stops the start with `RulesBroken`. The examples themselves are run by
`rule_examples`, of the package's own rules in tests/rules.
"""

from .added import Added
from .compiled import Pattern, PlaceEntry, Ruleset, Wording
from .faults import nearest
from .files import (
    ActorRule,
    ActorsFile,
    AnchorRule,
    AnchorsFile,
    DateRule,
    DatesFile,
    Example,
    FigureRule,
    FiguresFile,
    FurnitureRule,
    ImpliedRule,
    ModalityFile,
    PlaceRule,
    PlacesFile,
    PredicateRule,
    PredicatesFile,
    Resolver,
    Rule,
    SentencesFile,
    StatusRule,
    TopicRule,
    TopicsFile,
)
from .kinds import FILES, KINDS, LISTS, RuleKind, kind_of
from .loading import PACKAGE, choose, code_files, default, folder, hash_of, installed, load, using

__all__ = [
    "FILES",
    "KINDS",
    "LISTS",
    "PACKAGE",
    "ActorRule",
    "ActorsFile",
    "Added",
    "AnchorRule",
    "AnchorsFile",
    "DateRule",
    "DatesFile",
    "Example",
    "FigureRule",
    "FiguresFile",
    "FurnitureRule",
    "ImpliedRule",
    "ModalityFile",
    "Pattern",
    "PlaceEntry",
    "PlaceRule",
    "PlacesFile",
    "PredicateRule",
    "PredicatesFile",
    "Resolver",
    "Rule",
    "RuleKind",
    "Ruleset",
    "SentencesFile",
    "StatusRule",
    "TopicRule",
    "TopicsFile",
    "Wording",
    "choose",
    "code_files",
    "default",
    "folder",
    "hash_of",
    "installed",
    "kind_of",
    "load",
    "nearest",
    "using",
]
