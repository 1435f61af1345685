"""A projection as a value, and the records as its fold sees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import msgspec
from chronology_contracts import codec
from chronology_contracts.errors import UnknownVersion
from msgspec import Struct

from ..database import Connection
from ..errors import Stopped
from ..log.record import Record

ENTRY_POINTS = "chronology.projections"


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """A record with its body decoded; `raw` is the body as it stands in the log."""

    position: int
    type: str
    recorded_at: datetime
    body: Any
    raw: bytes


Apply = Callable[[Connection, str, Sequence[Entry]], Awaitable[None]]


class Projection(Struct, frozen=True, kw_only=True):
    """Projections that read each other are one of these: one fold, one progress, one version.

    `types` are the record types that the fold listens to; others pass by. `create` is
    the SQL that makes the tables, in the schema that the search path names; every table
    has a column `collection`. `apply` is given a connection inside the transaction, the
    collection, and records in order, as many as the caller likes.
    """

    name: str
    version: int
    types: frozenset[str]
    tables: tuple[str, ...]
    create: str
    apply: Apply

    def schema(self, build: int) -> str:
        return f"{self.name}_{build}"


def entries(projection: Projection, records: Iterable[Record]) -> list[Entry]:
    """Decode what the projection listens to. Raises `Stopped` at a record that it cannot read."""
    found = []
    for record in records:
        # An erased record has no body; its erasure is a record of its own.
        if record.type not in projection.types or not record.body:
            continue
        try:
            body = codec.decode_body(record.type, record.version, record.body)
        except UnknownVersion as error:
            raise Stopped(record.position, f"{error}: upgrade this service") from error
        except (msgspec.DecodeError, RecursionError) as error:
            raise Stopped(record.position, f"{record.type} cannot be read: {error}") from error
        found.append(
            Entry(
                position=record.position,
                type=record.type,
                recorded_at=record.recorded_at,
                body=body,
                raw=record.body,
            )
        )
    return found


@cache
def registry() -> dict[str, Projection]:
    """All projections of this installation by name, ours and those that others registered."""
    found: dict[str, Projection] = {}
    for entry_point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        projection = entry_point.load()
        if not isinstance(projection, Projection):
            raise TypeError(f"entry point {entry_point.name}: not a Projection")
        if projection.name in found:
            raise ValueError(f"two projections are named {projection.name}")
        found[projection.name] = projection
    return found
