"""Rules that a person adds to those of the package, for what is read on this machine.

The ingest package is imported when it is used: loading the rules takes longer than many a command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chronology_contracts.documents import Document

from .errors import BadInput

if TYPE_CHECKING:
    from chronology_ingest.ruleset import Added, Rule, Ruleset

SAID_OUTSIDE: Final = ("given", "metadata", "html")
"""Who says when a document was published, if it is not its text."""


@contextmanager
def added_rules(paths: Sequence[str]) -> Iterator[None]:
    """Within it, everything is read by the rules of these files too. Raises `BadInput` for one that does not hold."""
    if not paths:
        yield
        return
    from chronology_ingest import ruleset

    with ruleset.using(load_rules(paths)):
        yield


def load_rules(paths: Sequence[str], *, examples_hold: bool = True) -> Ruleset:
    """The package's rules with those of these files and folders. Raises `BadInput`."""
    from chronology_ingest import ruleset
    from chronology_ingest.errors import RulesBroken
    from chronology_ingest.rule_examples import with_added

    added = read_files(paths)
    try:
        return with_added(added) if examples_hold else ruleset.load(ruleset.folder(), added)
    except RulesBroken as error:
        raise BadInput(str(error)) from None


def read_files(paths: Sequence[str]) -> tuple[Added, ...]:
    from chronology_ingest.errors import RulesBroken
    from chronology_ingest.rule_files import read_rule_files

    try:
        return tuple(file for path in paths for file in read_rule_files(Path(path)))
    except RulesBroken as error:
        raise BadInput(str(error)) from None


def read_here(document: Document, name: str) -> dict[str, Any]:
    """The body that brings a document in with the events which are read from it here. Raises `BadInput`."""
    from chronology_ingest.errors import IngestError
    from chronology_ingest.extraction import DEFAULT_EXTRACTOR, ExtractionJob
    from chronology_ingest.reader import extract

    try:
        found = extract(ExtractionJob(document=document, extractor=DEFAULT_EXTRACTOR))
    except IngestError as error:
        raise BadInput(f"{name}: {error}") from error
    source = {field: getattr(document, field) for field in ("url", "title", "publisher", "credit")}
    # What the text says of its own day, the service reads in it as well.
    published = document.published if document.published_basis in SAID_OUTSIDE else ""
    return {
        "document": {"text": document.text, **source, "published": published, "language": found.language},
        "extractor": found.extractor,
        "events": found.events,
        "role": "reading",
    }


def find_rule(rules: Ruleset, id: str) -> tuple[str, Rule]:
    """The rule of this id, with the file that it is in. Raises `BadInput`."""
    from chronology_ingest.ruleset import nearest

    for file, rule in rules.rules:
        if rule.id == id:
            return file, rule
    near = nearest(id, [rule.id for _, rule in rules.rules]) or ". `chronology rules list` names them all."
    raise BadInput(f"There is no rule {id!r}{near}")
