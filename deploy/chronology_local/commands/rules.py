"""`chronology rules`: the rules that documents are read by, and what a rule of one's own would change."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Final

import rich_click as click
from msgspec import Struct
from msgspec.structs import asdict
from rich.table import Table
from rich.text import Text

from ..console import count, emit, progress_bar, results_are_for_people, say, show_table, show_text, visible, warn
from ..errors import BadInput, CommandError
from ..inputs import Input, read_metadata
from ..own_rules import find_rule, load_rules
from ..reading import read_document
from .extract import inputs_of
from .options import metadata_option, published_option, rules_option_as

if TYPE_CHECKING:
    from chronology_ingest.rule_changes import Changed, SentenceChange
    from chronology_ingest.ruleset import Ruleset

WORDS_SHOWN_MAX: Final = 60
COMMENT_WIDTH: Final = 110
UNSAID: Final = (("modality", "asserted"),)
SIGNS: Final = {"new": ("+", "green"), "changed": ("~", "yellow"), "gone": ("-", "red")}


@click.group("rules")
def command() -> None:
    """The rules that documents are read by, and what a rule of your own would change. Needs no service.

    Example: chronology rules try padlock.toml press/
    """


class RuleLine(Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    reads: str
    words: tuple[str, ...]
    examples: int
    file: str


@command.command("list")
@click.option("--kind", default="", help="Only of this kind: act, date, actor, place, status, topic …")
@click.option("--search", default="", metavar="WORDS", help="Only those with this in their id, words or examples.")
@rules_option_as("List these, too.")
def list_rules(kind: str, search: str, rules: tuple[str, ...]) -> None:
    """List the rules: what each makes of which words.

    Example: chronology rules list --kind act --search detain
    """
    from chronology_ingest import rule_text
    from chronology_ingest.ruleset import KINDS, kind_of

    if kind and kind not in KINDS:
        raise BadInput(f"There is no kind {kind!r}. There are: {', '.join(KINDS)}.")
    found = [
        RuleLine(
            id=rule.id,
            kind=kind_of(rule),
            reads=rule_text.reads(rule),
            words=rule_text.words(rule),
            examples=len(rule.examples),
            file=file,
        )
        for file, rule in load_rules(rules).rules
        if kind in ("", kind_of(rule)) and search.lower() in rule_text.as_toml(rule).lower()
    ]
    if not results_are_for_people():
        for line in found:
            emit(line)
        return
    table = Table("Id", "Kind", "Reads", "Words", show_edge=False, pad_edge=False)
    for line in found:
        table.add_row(line.id, line.kind, line.reads, shortened(line.words))
    if found:
        show_table(table, as_result=True)
    say(count(len(found), "rule"))


def shortened(words: tuple[str, ...]) -> str:
    text = visible(", ".join(words))
    return text if len(text) <= WORDS_SHOWN_MAX else text[: WORDS_SHOWN_MAX - 1] + "…"


@command.command("show")
@click.argument("id")
@rules_option_as("Look among these, too.")
def show(id: str, rules: tuple[str, ...]) -> None:
    """Write one rule as TOML: what it does, its words, its examples. Copy it to begin a rule of your own.

    Example: chronology rules show coerce.arrest
    """
    from chronology_ingest import rule_text

    file, rule = find_rule(load_rules(rules), id)
    told = f"{rule_text.describe(rule)} It stands in {file}; a rule with the same id takes its place."
    lines = textwrap.wrap(told, COMMENT_WIDTH, initial_indent="# ", subsequent_indent="# ")
    click.echo("\n".join([*lines, "", rule_text.as_toml(rule)]), nl=False)


@command.command("check")
@click.argument("rules", nargs=-1, metavar="[RULE.toml]…")
def check(rules: tuple[str, ...]) -> None:
    """Run the examples of all rules: those of the package, and those of files or folders of your own beside them.

    Example: chronology rules check padlock.toml
    """
    from chronology_ingest.rule_examples import example_faults

    loaded = load_rules(rules, examples_hold=False)
    faults = 0
    for file, rule in loaded.rules:
        for fault in example_faults(rule, loaded, file):
            faults += 1
            if results_are_for_people():
                warn(str(fault))
            else:
                emit(fault)
    run = sum(len(rule.examples) + len(rule.counterexamples) for _, rule in loaded.rules)
    if faults:
        raise CommandError(f"{faults} of {count(run, 'example')} do not hold.")
    say(f"{count(run, 'example')} of {count(len(loaded.rules), 'rule')} hold.")


@command.command("try")
@click.argument("rule", metavar="RULE.toml")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@metadata_option
@published_option
def try_rule(rule: str, files: tuple[str, ...], metadata: str | None, published: str) -> None:
    """Show the sentences of files that would be read differently with the rules of RULE.toml, and how.

    The rules' own examples are run first. Nothing is changed by this: see the README, Add a rule, for how to use it.

    Example: chronology rules try padlock.toml press/ --metadata press/metadata.jsonl
    """
    from chronology_ingest import ruleset
    from chronology_ingest.rule_changes import Comparison, probes

    after = load_rules([rule])
    if not after.added and probes(ruleset.installed(), after) == frozenset():
        raise BadInput(f"{rule} has nothing in it that would be read by: no rule, and no entry of a list.")
    say(f"{rule}: {examples_told(after)}")
    known, items, tally = read_metadata(metadata), inputs_of(files), Tried()
    comparison = Comparison(ruleset.installed(), after)
    found: list[tuple[Input, SentenceChange]] = []
    with progress_bar("documents", len(items)) as bar:
        for item in items:
            try:
                document = read_document(item, known.get(item.doc), published)
            except BadInput as error:
                warn(str(error))
                tally.failed += 1
            else:
                changes = comparison.changes(document)
                tally.add(changes)
                found += [(item, change) for change in changes]
            bar.advance()
            if not results_are_for_people():
                tell(found)
                found.clear()
    # In a terminal, results between the states of the bar could not be read.
    tell(found)
    say(tally.told())
    if tally.failed:
        raise CommandError(f"{tally.failed} of the files could not be read.")


def examples_told(rules: Ruleset) -> str:
    """That the examples hold: else the rules would not have been loaded."""
    own = [rule for _, rule in rules.rules if rule.id in rules.added]
    run = sum(len(rule.examples) + len(rule.counterexamples) for rule in own)
    return f"{count(run, 'example')} of {count(len(own), 'rule')} hold"


class Tried:
    """What was counted while files were read."""

    def __init__(self) -> None:
        self.files = self.files_changed = self.sentences = self.failed = 0
        self.changes: Counter[tuple[str, str]] = Counter()

    def add(self, changes: tuple[SentenceChange, ...]) -> None:
        self.files += 1
        self.files_changed += bool(changes)
        self.sentences += len(changes)
        self.changes.update((each.what, each.change) for change in changes for each in change.changes)

    def told(self) -> str:
        if not self.sentences:
            return f"No sentence of {count(self.files, 'file')} would be read differently."
        parts = [
            f"{what}s: " + ", ".join(f"{self.changes[what, change]} {change}" for change in SIGNS)
            for what in ("event", "date")
            if any(self.changes[what, change] for change in SIGNS)
        ]
        return (
            f"{count(self.sentences, 'sentence')} in {self.files_changed} of {count(self.files, 'file')} would be read "
            f"differently. {'; '.join(parts).capitalize()}."
        )


def tell(found: list[tuple[Input, SentenceChange]]) -> None:
    for item, change in found:
        if results_are_for_people():
            show_text(change_text(item, change))
        else:
            emit({"doc": item.doc, "file": item.name, **asdict(change)})


def change_text(item: Input, change: SentenceChange) -> Text:
    text = Text(f"{visible(item.name)}, line {change.line}\n", style="dim")
    text.append(f"  {visible(change.sentence)}\n", style="not dim bold")
    for each in change.changes:
        sign, style = SIGNS[each.change]
        text.append(f"  {sign} {visible(change_line(each))}\n", style=f"not dim {style}")
    return text


def change_line(changed: Changed) -> str:
    """ "type: OTHER → COERCE arrest; date: none → 2019", or everything of what is new or gone."""
    lead = f"{changed.what} “{changed.words}”: " if changed.what == "date" else ""
    if changed.change != "changed":
        only = changed.after or changed.before
        told = [f"{name} {value}" for name, value in only.items() if value and (name, value) not in UNSAID]
        return f"{lead}{changed.change}: " + "; ".join(word for word in told if not word.startswith("line "))
    return lead + "; ".join(
        f"{name}: {before or 'none'} → {changed.after[name] or 'none'}" for name, before in changed.before.items()
    )
