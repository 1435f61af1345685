"""What an ingest came to, for people: counted while it runs, described from what the chronology then shows."""

from __future__ import annotations

from collections import Counter
from typing import Final

from chronology_contracts import edtf

from .answers import Collection, TimelineEvent
from .client import Client, segment
from .commands.timeline import decode_event, pages
from .console import count, say, warn
from .errors import CommandError
from .ingesting import Outcome, Receipt
from .inputs import Skipped

DESCRIBED_DOCUMENTS_MAX: Final = 500
"""Each costs a request: of more documents only the numbers are told."""
TOP_ACTORS: Final = 5
SHOWN_MAX: Final = 20
VISIBLE_SECONDS: Final = 10.0


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


def head_of(client: Client, collection: str) -> int | None:
    """The last position of a log; None where the chronology cannot be asked."""
    try:
        return client.get(f"/v1/collections/{segment(collection)}", Collection).position
    except CommandError:
        return None


def describe(client: Client, collection: str, tally: Tally) -> None:
    """Say by how much the log grew, and of the documents which types of events they have, over what span, about whom.

    The services know only for some minutes that they had a document before; the log knows it for ever.
    """
    after = head_of(client, collection)
    if after is not None and tally.position_before is not None:
        say(f"  the log grew by {count(after - tally.position_before, 'record')}, to {after}")
        if after == tally.position_before:
            return
    documents = [receipt.document_id for receipt in tally.receipts if not receipt.duplicate and receipt.event_ids]
    if not documents or len(documents) > DESCRIBED_DOCUMENTS_MAX:
        return
    events: dict[str, TimelineEvent] = {}
    for document in dict.fromkeys(documents):
        path = f"/v1/collections/{segment(collection)}/documents/{segment(document)}/events"
        events |= {event.id: event for event in map(decode_event, pages(client, path))}
    types = Counter(event.type for event in events.values())
    actors = Counter(name for event in events.values() for name in {p.name for p in event.participants})
    say("  events: " + ", ".join(f"{number} {type}" for type, number in types.most_common()))
    say(f"  dates: {span(list(events.values()))}")
    if actors:
        say("  most named: " + ", ".join(f"{name} ({number})" for name, number in actors.most_common(TOP_ACTORS)))


def span(events: list[TimelineEvent]) -> str:
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


def describe_if_visible(client: Client, collection: str, tally: Tally) -> None:
    """The description, where the chronology answers and has come so far within a few seconds; a word why where not."""
    try:
        wait_until_visible(client, collection, tally.sequence, VISIBLE_SECONDS)
        describe(client, collection, tally)
    except CommandError as error:
        say(f"  not visible yet: {error}", style="dim")
