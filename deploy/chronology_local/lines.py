"""An event as the line of JSON that `extract` and `export` write."""

from __future__ import annotations

from typing import Any

import msgspec
from chronology_contracts.events import Event


def event_line(event: Event, doc: str) -> dict[str, Any]:
    """The fields of Event v1, with `doc` and, by name, who takes part and what the document calls them."""
    everything = msgspec.to_builtins(event)
    fields = {name: everything[name] for name in Event.__struct_fields__}
    return {
        "doc": doc,
        **fields,
        "actors": names(event, "actor"),
        "recipients": names(event, "recipient"),
        "mentions": mentions(event),
    }


def names(event: Event, role: str) -> list[str]:
    return list(dict.fromkeys(participant.name for participant in event.participants if participant.role == role))


def mentions(event: Event) -> dict[str, list[str]]:
    """Name → the forms by which the document calls it, in the order of the text and each once."""
    found: dict[str, list[str]] = {}
    for participant in event.participants:
        forms = found.setdefault(participant.name, [])
        forms += [mention.text for mention in participant.mentions if mention.text not in forms]
    return found
