"""The streams of a collection: made here and nowhere else.

`INGEST_<collection>` is the door to the log, `LOG_<collection>` the log for those who
subscribe over JetStream. What state a collection is in stands in its ingest stream's
metadata, so that ingest knows without a database; a closed one does not take documents.
"""

from __future__ import annotations

from typing import Final, Literal

from chronology_contracts import subjects
from chronology_runtime.errors import StreamNotFound
from chronology_runtime.jetstream import Bus, StreamConfig, StreamInfo

REASON_LENGTH_MAX: Final = 500
LOG_MESSAGES_MAX: Final = 5_000_000
"""What the published log keeps at most. Not a number of bytes: JetStream would reserve them for every collection."""
DUPLICATE_WINDOW_NANOSECONDS: Final = 600 * 10**9

State = Literal["new", "open", "halted", "closed"]
"""`new`: the log has no first record yet. Documents are taken only while it is `open` or, for a moment, `halted`."""


def ingest_config(
    collection: str, *, state: State, reason: str = "", replicas: int = 1, bytes_max: int = -1
) -> StreamConfig:
    """`discard: new`: a full stream refuses the publisher rather than eating what it has acknowledged."""
    lanes = [lane for lane in subjects.LANES if state in {"open", "halted"} or lane != "document"]
    return StreamConfig(
        name=subjects.ingest_stream(collection),
        subjects=tuple(subjects.lane_subject(collection, lane) for lane in lanes),
        description=f"Everything that enters the log of {collection}",
        discard="new",
        num_replicas=replicas,
        max_bytes=bytes_max,
        duplicate_window=DUPLICATE_WINDOW_NANOSECONDS,
        metadata={subjects.STATE_KEY: state, subjects.REASON_KEY: reason[:REASON_LENGTH_MAX]},
    )


def log_config(collection: str, *, first_position: int = 1, replicas: int = 1) -> StreamConfig:
    """`discard: old`: the log itself is in Postgres; this stream may forget, and its sequence is the position."""
    return StreamConfig(
        name=subjects.log_stream(collection),
        subjects=(subjects.log_subjects(collection),),
        description=f"The log of {collection}: stream sequence = position",
        discard="old",
        num_replicas=replicas,
        max_msgs=LOG_MESSAGES_MAX,
        first_seq=first_position if first_position > 1 else 0,
    )


async def set_state(bus: Bus, collection: str, state: State, reason: str = "") -> None:
    """Tell ingest the collection's state; nothing else of the stream's configuration is touched.

    May be repeated. Raises `StreamNotFound`: a lost stream is never made anew by it.
    """
    wanted = ingest_config(collection, state=state, reason=reason)
    info = await bus.stream_info(wanted.name)
    if info.subjects == wanted.subjects and wanted.metadata.items() <= info.config.metadata.items():
        return
    await bus.change_stream(wanted.name, subjects=wanted.subjects, metadata=wanted.metadata)


async def find_or_make(bus: Bus, config: StreamConfig) -> StreamInfo:
    """The stream as it is, however an operator configured it, or a new one."""
    try:
        return await bus.stream_info(config.name)
    except StreamNotFound:
        return await bus.ensure_stream(config)
