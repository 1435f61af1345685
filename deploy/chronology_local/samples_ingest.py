"""The sample documents on their way into the collection `sample`, and the timeline that people then see."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from .addresses import Environment
from .client import Client, segment
from .commands.collections import create_collection
from .commands.ingest import run_ingest, sort_out
from .commands.timeline import decode_event, find_actor, pages, timeline_table
from .console import say, show_table
from .document_names import NamesKept
from .ingesting import Job
from .inputs import find_inputs, read_metadata
from .summary import Tally, describe, wait_until_visible

COLLECTION: Final = "sample"
TITLE: Final = "The lawyer of Ilvarin (invented)"
ACTOR: Final = "Javel Orsheni"
SAMPLES: Final = Path(__file__).with_name("samples")
VISIBLE_SECONDS: Final = 60.0


def ingest_samples(ingest_url: str, chronology_url: str, key: str, state: Path, stop: threading.Event) -> None:
    """Bring them in and wait until they are visible. The second time adds nothing.

    Raises `CommandError`, soon after `stop` is set.
    """
    say("ingesting the sample documents into the collection `sample`")
    with (
        Client(ingest_url, key=key, service="ingest", stop=stop) as ingest,
        Client(chronology_url, key=key, stop=stop) as chronology,
        NamesKept([state], COLLECTION) as names,
    ):
        collection = create_collection(chronology, COLLECTION, TITLE, patience_seconds=VISIBLE_SECONDS)
        job = Job(collection=COLLECTION, metadata=read_metadata(str(SAMPLES / "metadata.jsonl")))
        tally = Tally()
        tally.position_before = collection.position
        items = sort_out(list(find_inputs([str(SAMPLES)])), tally)
        run_ingest(ingest, job, items, tally, names)
        if stop.is_set():
            return
        tally.skipped.clear()
        tally.report()
        wait_until_visible(chronology, COLLECTION, tally.sequence, VISIBLE_SECONDS)
        describe(chronology, COLLECTION, tally)


def show_sample_timeline(chronology_url: str, key: str, stop: threading.Event) -> None:
    with Client(chronology_url, key=key, stop=stop) as client:
        actor = find_actor(client, COLLECTION, ACTOR)
        path = f"/v1/collections/{segment(COLLECTION)}/actors/{segment(actor.id)}/timeline"
        events = [decode_event(entry) for entry in pages(client, path)]
    show_table(timeline_table(events, title=f"{actor.name}, as the documents tell it"))


def key_of(environment: Environment) -> str:
    """The key for what we started: given for this command, or the one that the services were given."""
    return environment.key or environment.all.get("CHRONOLOGY_BOOTSTRAP_KEY", "")
