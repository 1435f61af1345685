"""What an ingest came to, for people: counted while it runs, described from what the chronology then shows."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from chronology_contracts import edtf
from chronology_contracts.events import Event

from .answers import Collection, LogPage, LogRecord
from .client import Client, segment
from .console import count, progress_bar, say, warn
from .errors import CommandError
from .ingesting import Outcome, Receipt
from .inputs import Skipped

DESCRIBE_SECONDS_MAX: Final = 3.0
"""What is not read until then is left out of the description, and that is said."""
LOG_PAGE_SIZE: Final = 1000
EVENT_EXTRACTED: Final = "chronology.event.extracted."
"""How the type of a record of an event begins; its version follows."""
TOP_ACTORS: Final = 5
SHOWN_MAX: Final = 20

decode_event = msgspec.json.Decoder(Event).decode


class Tally:
    """Counts what became of the files."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.refused: list[Outcome] = []
        self.skipped: list[Skipped] = []
        self.position_before: int | None = None
        """Where the log ended before; None where nobody could be asked."""

    def add(self, outcome: Outcome) -> None:
        if outcome.receipt:
            self.receipts.append(outcome.receipt)
        else:
            self.refused.append(outcome)

    @property
    def sequence(self) -> int:
        """Once the chronology has come so far, all of it is there."""
        return max((receipt.sequence for receipt in self.receipts), default=0)

    @property
    def chronology(self) -> str:
        return next((receipt.chronology for receipt in self.receipts if receipt.chronology), "")

    def report(self) -> None:
        """Say how many documents and events there were, what was passed over, and what was refused and why."""
        events = sum(len(receipt.event_ids) for receipt in self.receipts)
        known = sum(receipt.duplicate for receipt in self.receipts)
        taken = f"{count(len(self.receipts), 'document')} taken with {count(events, 'event')}"
        say(taken + (f"; {known} of them sent before" if known else ""))
        for code, (number, detail) in self._notes().items():
            say(f"  {number} × {code}: {detail}", style="dim")
        for skipped in self.skipped[:SHOWN_MAX]:
            say(f"  passed over: {skipped.name}: {skipped.reason}", style="dim")
        for refused in self.refused[:SHOWN_MAX]:
            named = (
                refused.refusal if refused.refusal.startswith(refused.name) else f"{refused.name}: {refused.refusal}"
            )
            warn(f"  refused: {named}")
        for kind, found in (("passed over", self.skipped), ("refused", self.refused)):
            if len(found) > SHOWN_MAX:
                say(f"  and {len(found) - SHOWN_MAX} more {kind}")

    def _notes(self) -> dict[str, tuple[int, str]]:
        notes = [note for receipt in self.receipts for note in receipt.warnings]
        counts = Counter(note.code for note in notes)
        return {note.code: (counts[note.code], note.detail) for note in reversed(notes)}


def wait_until_visible(client: Client, collection: str, sequence: int, patience_seconds: float) -> None:
    """Return when timelines reflect the stream up to `sequence`. Raises `CommandError` when the time is up."""
    path = f"/v1/collections/{segment(collection)}/timeline"
    client.send(
        "GET", path, parameters={"limit": 1, "at_least": f"sequence:{sequence}"}, patience_seconds=patience_seconds
    )


def wait_until_recorded(client: Client, collection: str, sequence: int) -> None:
    """Return when the log has the stream up to `sequence`. Raises `CommandError` when the time is up."""
    path = f"/v1/collections/{segment(collection)}/log"
    client.send("GET", path, parameters={"limit": 1, "at_least": f"sequence:{sequence}"})


def head_of(client: Client, collection: str) -> int | None:
    """The last position of a log; None where the chronology cannot be asked."""
    try:
        return client.get(f"/v1/collections/{segment(collection)}", Collection).position
    except CommandError:
        return None


def describe(client: Client, collection: str, tally: Tally) -> None:
    """Say by how much the log grew, and of the new events which types they have, over what span, about whom.

    The services know only for some minutes that they had a document before; the log knows it for ever.
    """
    head = head_of(client, collection)
    if head is None:
        return
    if tally.position_before is not None:
        say(f"  the log grew by {count(head - tally.position_before, 'record')}, to {head}")
    events, is_all = read_back(client, collection, tally, head)
    if not events:
        return
    if not is_all:
        say(f"  of the first {count(len(events), 'event')}:")
    types = Counter(event.type for event in events)
    actors = Counter(name for event in events for name in {p.name for p in event.participants})
    say("  events: " + ", ".join(f"{number} {type}" for type, number in types.most_common()))
    say(f"  dates: {span(events)}")
    if actors:
        say("  most named: " + ", ".join(f"{name} ({number})" for name, number in actors.most_common(TOP_ACTORS)))


def read_back(client: Client, collection: str, tally: Tally, head: int) -> tuple[list[Event], bool]:
    """Those of the new records that are events of ours, read from the log; and whether the time sufficed for all."""
    wanted = {id for receipt in tally.receipts if not receipt.duplicate for id in receipt.event_ids}
    # Where the log ended before is not always known: a document has a record itself, and one that it is complete.
    begin = tally.position_before
    position = max(0, head - len(wanted) - 2 * len(tally.receipts)) if begin is None else begin
    found: dict[str, Event] = {}
    deadline = time.monotonic() + DESCRIBE_SECONDS_MAX
    with progress_bar("reading back", head - position) as bar:
        while position < head and len(found) < len(wanted) and not client.stop.is_set():
            if time.monotonic() > deadline:
                return list(found.values()), False
            path = f"/v1/collections/{segment(collection)}/log"
            items = client.get(path, LogPage, after=position, limit=LOG_PAGE_SIZE).items
            records = [msgspec.json.decode(item, type=LogRecord) for item in items]
            found |= {event.id: event for event in events_of(records) if event.id in wanted}
            if not records:
                break
            bar.advance(records[-1].position - position)
            position = records[-1].position
    return list(found.values()), True


def events_of(records: list[LogRecord]) -> Iterator[Event]:
    """The events among records; one of a later kind than we know is passed over."""
    for record in records:
        if record.type.startswith(EVENT_EXTRACTED):
            with contextlib.suppress(msgspec.DecodeError):
                yield decode_event(record.data)


def span(events: Sequence[Event]) -> str:
    bounds = [edtf.bounds(event.date) for event in events if event.date]
    firsts = [first for first, _ in bounds if first is not None]
    lasts = [last for _, last in bounds if last is not None]
    undated = sum(first is None and last is None for first, last in bounds) + len(events) - len(bounds)
    without = f", {undated} without a known date" if undated else ""
    if not firsts or not lasts:
        return f"none known{without}"
    return f"{day(min(firsts))} to {day(max(lasts))}{without}"


def day(number: int) -> str:
    year, month, of_month = edtf.from_day_number(number)
    return edtf.humanize(f"{year:04d}-{month:02d}-{of_month:02d}") if 0 <= year <= 9999 else str(year)


def describe_if_recorded(client: Client, collection: str, tally: Tally) -> None:
    """The description, where the chronology answers and has recorded all of it soon; a word why where not."""
    say("reading back what was recorded", style="dim")
    try:
        wait_until_recorded(client, collection, tally.sequence)
        describe(client, collection, tally)
    except CommandError as error:
        say(f"  not read back: {error}", style="dim")
