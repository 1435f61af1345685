"""Commands of administration: published like everything else, judged by the appender, answered from its verdict.

The id of a command is the hash of principal and idempotency key, so a repeated request
is the same command. A handler publishes, waits until the log has read past what it
published, and reads the verdict.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec
from chronology_contracts import codec, content_id, subjects
from chronology_contracts.errors import Unreadable
from chronology_contracts.records import CollectionClosed, CollectionCreated, Command, StreamResumed
from chronology_runtime.errors import StreamNotFound, WrongLastSequence
from chronology_runtime.jetstream import Bus, Message, StreamInfo
from msgspec import Struct

from .database import Pool, acquired, transaction
from .errors import KeyReused, Refused, Unavailable
from .judging import request_hash
from .log.read import Judged, read_head, read_verdict
from .log.record import Head, instant
from .sql import statements
from .streams import find_or_make, ingest_config, log_config, set_state
from .wakeups import NEW, Wakeups

VERDICT_SECONDS: Final = 5.0
"""How long a handler waits for the appender; then the answer is the address of the verdict."""
POLL_SECONDS: Final = 0.5
PUBLISH_DEADLINE_SECONDS: Final = 5.0
SOURCE: Final = "urn:chronology:service"

ResumeHow = Literal["reread", "new-stream", "new-lineage"]

_SQL = statements(__name__)


class Verdict(Struct, frozen=True, kw_only=True):
    """What became of a command.

    `pending`: it is in the stream, and the appender has not judged it in time.
    `position` is the command's record where it was accepted, `reason` why it was not.
    """

    command_id: str
    outcome: Literal["accepted", "refused", "pending"]
    reason: str = ""
    position: int | None = None


class Commands:
    """`now` gives the instant that a command says it was given at."""

    def __init__(self, *, pool: Pool, bus: Bus, wakeups: Wakeups, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._bus = bus
        self._wakeups = wakeups
        self._now = now

    async def create(self, name: str, title: str = "", *, by: str, idempotency_key: str = "") -> Head:
        """Create the collection; one that is there already is returned as it is.

        Stream, then `collection.created`, then the appender's row: each step may be repeated.
        """
        head = await self._head(name)
        if head is None:
            info = await find_or_make(self._bus, ingest_config(name, state="new"))
            self._wakeups.moved(NEW)
            if info.last_seq == 0:
                await self._publish_created(name, title, by, idempotency_key)
            await self._wait_sequence(name, 1)
            head = await self._head(name)
        if head is None:
            raise Unavailable(f"the collection {name} was begun, and its appender has not read that yet")
        return head

    async def close(self, collection: str, *, by: str, why: str, idempotency_key: str = "") -> Verdict:
        """Take no further documents. What was acknowledged before is still appended."""
        body = CollectionClosed(by=by, at=instant(self._now()), why=why)
        verdict = await self._command(collection, "collection.closed", body, by, idempotency_key)
        if verdict.outcome == "accepted":
            # The appender sees to it as well, should this process die here; this way it is so when the answer comes.
            await set_state(self._bus, collection, "closed")
        return verdict

    async def resume(self, collection: str, how: ResumeHow, *, by: str, why: str, idempotency_key: str = "") -> Verdict:
        """Let a halted appender go on, in the way that the operator chose.

        `reread`: from the stream's first message; the log drops what it has, and what is missing is accepted.
        `new-stream`: go on with another, empty stream after the last one was lost.
        `new-lineage`: what was published after the log's head is another history.
        """
        head = await self._head(collection)
        if head is None:
            raise Refused(f"there is no collection {collection}")
        if not head.halted_reason:
            raise Refused(f"the appender of {collection} is not halted")
        stream = await self._stream_for(collection, how)
        lineage = head.lineage
        if how == "new-lineage":
            lineage = content_id.to_text(secrets.token_bytes(content_id.ID_BYTES))
            await self._bus.delete_stream(subjects.log_stream(collection))
            await self._bus.ensure_stream(log_config(collection, first_position=head.position + 1))
        holes_until = stream.last_seq if how == "reread" else head.holes_until
        sequence = head.stream_sequence if how == "new-lineage" else max(0, stream.first_seq - 1)
        # First the words, then the deed: should this process die between them, the record stands and may be repeated.
        body = StreamResumed(by=by, at=instant(self._now()), why=why, how=how, reason=head.halted_reason)
        id, published = await self._publish(collection, "stream.resumed", body, by, idempotency_key)
        # The appender has the stream say that it is open again.
        async with acquired(self._pool) as connection, transaction(connection):
            await connection.execute(_SQL["resume"], collection, sequence, stream.created, lineage, holes_until)
            if lineage != head.lineage:
                await connection.execute(_SQL["insert_lineage"], collection, head.position + 1, lineage)
        self._wakeups.moved(collection)
        return await self._judged(collection, id, published, body)

    async def resend(self, collection: str, stream_created: str, sequence: int, raw: bytes, *, by: str) -> int:
        """Send a dead letter again, mended; return its new stream sequence. Raises `Refused` where it is not mended."""
        async with acquired(self._pool) as connection:
            subject = await connection.fetchval(_SQL["read_dead_letter"], collection, stream_created, sequence)
        if subject is None:
            raise Refused(f"{collection} has no dead letter {sequence}")
        try:
            message = codec.decode_message(raw)
            codec.check_body(message)
        except Unreadable as fault:
            raise Refused(f"it still cannot be read: {fault.reason}") from fault
        ack = await self._bus.publish_batch(
            subjects.ingest_stream(collection),
            [Message(subject=subject, data=raw)],
            msg_id=f"resent-{content_id.to_text(message.id)}",
            deadline_seconds=PUBLISH_DEADLINE_SECONDS,
        )
        async with acquired(self._pool) as connection:
            await connection.execute(_SQL["insert_resent"], collection, stream_created, sequence, ack.sequence, by)
        return ack.sequence

    async def verdict(self, collection: str, command_id: str) -> Verdict | None:
        async with acquired(self._pool) as connection:
            judged = await read_verdict(connection, collection, content_id.to_bytes(command_id))
        return _verdict(command_id, judged) if judged else None

    async def _stream_for(self, collection: str, how: ResumeHow) -> StreamInfo:
        if how != "new-stream":
            return await self._bus.stream_info(subjects.ingest_stream(collection))
        stream = await find_or_make(self._bus, ingest_config(collection, state="halted"))
        if stream.messages:
            raise Refused(f"the stream holds {stream.messages} messages; `reread` reads them")
        return stream

    async def _publish_created(self, name: str, title: str, by: str, idempotency_key: str) -> None:
        body = CollectionCreated(
            by=by,
            at=instant(self._now()),
            collection=name,
            lineage=content_id.to_text(secrets.token_bytes(content_id.ID_BYTES)),
            title=title,
        )
        id = content_id.command_id(principal=by, idempotency_key=idempotency_key or secrets.token_hex(16))
        try:
            await self._bus.publish_batch(
                subjects.ingest_stream(name),
                [self._message(name, "collection.created", id, body)],
                expected_last_sequence=0,
                deadline_seconds=PUBLISH_DEADLINE_SECONDS,
            )
        except WrongLastSequence:
            # Somebody else created it in this moment; theirs is the first message.
            return

    async def _command(self, collection: str, type: str, body: Command, by: str, idempotency_key: str) -> Verdict:
        id, sequence = await self._publish(collection, type, body, by, idempotency_key)
        return await self._judged(collection, id, sequence, body)

    async def _publish(
        self, collection: str, type: str, body: Command, by: str, idempotency_key: str
    ) -> tuple[str, int]:
        id = content_id.command_id(principal=by, idempotency_key=idempotency_key or secrets.token_hex(16))
        async with acquired(self._pool) as connection:
            judged = await read_verdict(connection, collection, content_id.to_bytes(id))
        if judged:
            _check_same(judged, body)
            return id, 0
        try:
            ack = await self._bus.publish_batch(
                subjects.ingest_stream(collection),
                [self._message(collection, type, id, body)],
                msg_id=id,
                deadline_seconds=PUBLISH_DEADLINE_SECONDS,
            )
        except StreamNotFound as error:
            raise Refused(f"there is no collection {collection}") from error
        return id, ack.sequence

    def _message(self, collection: str, type: str, id: str, body: Command) -> Message:
        data = codec.encode_message(
            id=id,
            type=type,
            body=msgspec.json.encode(body),
            salt=secrets.token_bytes(codec.SALT_BYTES),
            source=SOURCE,
            time=instant(self._now()),
        )
        return Message(subject=subjects.lane_subject(collection, "command"), data=data)

    async def _judged(self, collection: str, id: str, sequence: int, body: Command) -> Verdict:
        """The verdict on this very request. Raises `KeyReused` where another one of the same key came first."""
        if await self._wait_sequence(collection, sequence):
            async with acquired(self._pool) as connection:
                judged = await read_verdict(connection, collection, content_id.to_bytes(id))
            if judged:
                _check_same(judged, body)
                return _verdict(id, judged)
        return Verdict(command_id=id, outcome="pending")

    async def _wait_sequence(self, collection: str, sequence: int) -> bool:
        """Wait until the log has read the stream up to `sequence`; False when the time is up."""
        deadline = self._now().timestamp() + VERDICT_SECONDS
        while True:
            token = self._wakeups.token(collection)
            async with acquired(self._pool) as connection:
                read = await connection.fetchval(_SQL["read_sequence"], collection)
            if read is not None and read >= sequence:
                return True
            if self._now().timestamp() >= deadline:
                return False
            await self._wakeups.wait(collection, token, POLL_SECONDS)

    async def _head(self, collection: str) -> Head | None:
        async with acquired(self._pool) as connection:
            return await read_head(connection, collection)


def _check_same(judged: Judged, body: Command) -> None:
    if judged.request_hash != request_hash(msgspec.json.encode(body)):
        raise KeyReused("this Idempotency-Key was used for another request")


def _verdict(command_id: str, judged: Judged) -> Verdict:
    outcome: Literal["accepted", "refused"] = "accepted" if judged.outcome == "accepted" else "refused"
    return Verdict(command_id=command_id, outcome=outcome, reason=judged.reason, position=judged.position)


def utc_now() -> datetime:
    return datetime.now(UTC)
