"""`chronology ingest`: documents in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import rich_click as click

from ..addresses import Environment, running
from ..client import Client, is_same_host
from ..console import emit, progress_bar, results_are_for_people, say, warn
from ..document_names import NamesKept, folders_of
from ..errors import CommandError
from ..ingesting import Job, Outcome, ingest
from ..inputs import Input, Skipped, find_inputs, read_metadata
from ..own_events import OwnEvent, read_own_events
from ..own_rules import added_rules
from ..summary import SHOWN_MAX, Tally, describe_if_recorded, head_of, wait_until_visible
from .options import collection_option, given, metadata_option, published_option, rules_option_as, with_service

WAIT_SECONDS: Final = 600.0


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@collection_option
@metadata_option
@published_option
@click.option("--events", metavar="FILE", help="Lines of JSON with events of your own; nothing is extracted then.")
@click.option(
    "--extractor",
    default="",
    metavar="NAME",
    help="Another extractor than the service's: rules, spacy, llm, rules+llm.",
)
@rules_option_as("The documents are then read here, by these too, and go in with their events.")
@click.option("--wait", is_flag=True, help="Return when all of it is visible in the timelines.")
@with_service("ingest", and_state=True)
def command(
    client: Client, paths: tuple[str, ...], collection: str, metadata: str | None, published: str, events: str | None,
    extractor: str, rules: tuple[str, ...], wait: bool, state: Path | None,
) -> None:  # fmt: skip
    """Bring documents in: files (.txt, .html), folders with all that is in them, or - for standard input.

    Returns when all of it is stored for good. To do it again adds nothing. Where the output is piped, it has a line of
    JSON for each document taken, with its id and those of its events.

    Example: chronology ingest press/ --metadata press/metadata.jsonl --wait
    """
    if rules and (events or extractor):
        raise click.UsageError("--rules are for the default extractor: give neither --events nor --extractor with it.")
    job = Job(
        collection=collection,
        metadata=read_metadata(metadata),
        published=published,
        extractor=extractor,
        own_events=read_own_events(events) if events else None,
        reads_here=bool(rules),
    )
    tally = Tally()
    items = sort_out(list(find_inputs(paths)), tally)
    if job.own_events is not None:
        items = with_events(items, job.own_events, tally)
    if not items:
        tally.report()
        raise CommandError("There is no document to ingest.")
    without = [item.doc for item in items if metadata and item.doc not in job.metadata]
    if without:
        warn(f"{metadata} has no line for {len(without)} of the documents: {', '.join(without[:SHOWN_MAX])}")
    environment = given().environment
    named = named_chronology(client.url, state, environment)
    if named:
        with Client(named, key=client.key) as chronology:
            tally.position_before = head_of(chronology, collection)
    with NamesKept(folders_of(state, environment), collection) as names, added_rules(rules):
        heard = None if results_are_for_people() else write_receipt
        run_ingest(client, job, items, tally, names, heard)
    tally.report()
    if tally.receipts:
        show_result(tally, collection, client, named, wait=wait)
    if tally.refused:
        raise CommandError(f"{len(tally.refused)} of {len(items)} documents were refused.")


def with_events(items: list[Input], own_events: dict[str, list[OwnEvent]], tally: Tally) -> list[Input]:
    """Those that events were brought for; the others are passed over, and events without a file are told."""
    without = [item for item in items if item.doc not in own_events]
    tally.skipped += [Skipped(name=item.name, reason="the file of events has none for it") for item in without]
    missing = sorted(own_events.keys() - {item.doc for item in items})
    if missing:
        warn(f"There are events for documents that are not among the files: {', '.join(missing[:SHOWN_MAX])}")
    return [item for item in items if item.doc in own_events]


def named_chronology(ingest_url: str, state: Path | None, environment: Environment) -> str:
    """Where chronology is, as somebody named it: the `up` whose ingest this is, or the environment; else ""."""
    here = running(state or environment.state)
    if here and here.ingest == ingest_url and (state or not environment.url):
        return here.chronology
    return environment.url


def write_receipt(outcome: Outcome) -> None:
    if outcome.receipt:
        emit({"doc": outcome.doc, **msgspec.to_builtins(outcome.receipt)})


def sort_out(found: list[Input | Skipped], tally: Tally) -> list[Input]:
    tally.skipped += [item for item in found if isinstance(item, Skipped)]
    return [item for item in found if isinstance(item, Input)]


def run_ingest(
    client: Client,
    job: Job,
    items: list[Input],
    tally: Tally,
    names: NamesKept,
    heard: Callable[[Outcome], None] | None = None,
) -> None:
    """Ingest and count; `heard` is told of each outcome. What was taken before something went wrong is said, too."""
    try:
        with progress_bar("documents", len(items)) as bar:
            for outcome in ingest(client, job, items):
                tally.add(outcome)
                if outcome.receipt:
                    names.add(outcome.receipt.document_id, outcome.doc)
                if heard:
                    heard(outcome)
                bar.advance()
    except BaseException:
        if tally.receipts:
            say(f"{len(tally.receipts)} of {len(items)} documents were taken before this; begun anew, none is doubled.")
        raise


def show_result(tally: Tally, collection: str, client: Client, named: str, *, wait: bool) -> None:
    """Say what the chronology shows of it: at the address that somebody named, else at the one of the receipts."""
    address = named or tally.chronology
    if not address:
        if wait:
            raise CommandError("Where it will be visible is not known: give chronology's address in CHRONOLOGY_URL.")
        return
    # Nobody chose the address in a receipt: the key goes there only where it goes already.
    key = client.key if named or is_same_host(address, client.url) else ""
    with Client(address, key=key) as chronology:
        if wait:
            say("waiting until all of it is visible in the timelines", style="dim")
            wait_until_visible(chronology, collection, tally.sequence, WAIT_SECONDS)
        describe_if_recorded(chronology, collection, tally)
