"""Streams: made, changed, listed, trimmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chronology_runtime.errors import StreamNotFound, StreamRefused, Unavailable

from .api import Api, Response

__all__ = ["ConsumerRequest", "ConsumerSettings", "StreamConfig", "StreamInfo", "Streams"]

NAMES_PAGES_MAX = 100
_NAME_IN_USE = 10058  # of nats-server's errors.json


class StreamConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What we settle about a stream; the rest is the server's default. Times in nanoseconds; -1 is no limit.

    `deny_delete` and `deny_purge` are left out on purpose: once set they cannot be taken
    off, and they forbid trimming and erasure. `first_seq` counts at creation only. `metadata` is
    ours alone: names that begin with _nats. are the server's, and left out when read.
    """

    name: str
    subjects: tuple[str, ...]
    description: str = ""
    retention: str = "limits"
    storage: str = "file"
    discard: str = "new"
    num_replicas: int = 1
    max_msgs: int = -1
    max_bytes: int = -1
    max_age: int = 0
    max_msg_size: int = -1
    duplicate_window: int = 600 * 10**9
    first_seq: int = 0
    allow_direct: bool = True
    allow_atomic: bool = True
    metadata: dict[str, str] = {}


class StreamInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A stream at one moment; `created` is RFC 3339 as the server writes it, and tells one stream from its successor.

    An empty stream has `first_seq` = 0 or one more than `last_seq`.
    """

    name: str
    created: str
    first_seq: int
    last_seq: int
    messages: int
    bytes: int
    config: StreamConfig

    @property
    def subjects(self) -> tuple[str, ...]:
        return self.config.subjects


class ConsumerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An ephemeral pull consumer in memory, without acknowledgements, from one sequence on."""

    opt_start_seq: int
    inactive_threshold: int
    deliver_policy: str = "by_start_sequence"
    ack_policy: str = "none"
    replay_policy: str = "instant"
    mem_storage: bool = True
    num_replicas: int = 1


class ConsumerRequest(msgspec.Struct, frozen=True, kw_only=True):
    stream_name: str
    config: ConsumerSettings


class _State(msgspec.Struct, frozen=True, kw_only=True):
    messages: int = 0
    bytes: int = 0
    first_seq: int = 0
    last_seq: int = 0


class _StreamResponse(Response, frozen=True, kw_only=True):
    config: StreamConfig | None = None
    created: str = ""
    state: _State = _State()


class _RawStreamResponse(Response, frozen=True, kw_only=True):
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    """All of it, also what we do not know: an update must not take anything away."""


class _NamesResponse(Response, frozen=True, kw_only=True):
    total: int = 0
    streams: tuple[str, ...] | None = None


class _PurgeResponse(Response, frozen=True, kw_only=True):
    purged: int = 0


class _ConsumerResponse(Response, frozen=True, kw_only=True):
    name: str = ""


class _Offset(msgspec.Struct, frozen=True, kw_only=True):
    offset: int


class _Purge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    seq: int = 0
    filter: str = ""


class Streams(Api):
    """JetStream's API for streams; part of `Bus`."""

    async def ensure_stream(self, config: StreamConfig, *, timeout_seconds: float = 10) -> StreamInfo:
        """Create the stream, or bring the one of that name to this configuration; its messages stay."""
        try:
            return await self._stream("CREATE", config, timeout_seconds)
        except StreamRefused as refused:
            if refused.code != _NAME_IN_USE:
                raise
        info = await self.stream_info(config.name, timeout_seconds=timeout_seconds)
        # An update would accept another first sequence and only remember it.
        wanted = msgspec.structs.replace(config, first_seq=info.config.first_seq)
        if info.config == wanted:
            return info
        return await self._stream("UPDATE", wanted, timeout_seconds)

    async def change_stream(
        self, stream: str, *, subjects: Sequence[str], metadata: Mapping[str, str], timeout_seconds: float = 10
    ) -> None:
        """Change a stream's subjects and some of its metadata; the rest stays as its operator configured it."""
        info = await self.call(stream, f"STREAM.INFO.{stream}", None, _RawStreamResponse, timeout_seconds)
        config = {
            **info.config,
            "subjects": list(subjects),
            "metadata": {**info.config.get("metadata", {}), **metadata},
        }
        await self.call(stream, f"STREAM.UPDATE.{stream}", config, _RawStreamResponse, timeout_seconds)

    async def stream_info(self, stream: str, *, timeout_seconds: float = 5) -> StreamInfo:
        return _info(await self.call(stream, f"STREAM.INFO.{stream}", None, _StreamResponse, timeout_seconds))

    async def list_streams(self, prefix: str = "", *, timeout_seconds: float = 5) -> list[str]:
        """Return the names of all streams that begin with `prefix`, sorted."""
        names: list[str] = []
        for _ in range(NAMES_PAGES_MAX):
            page = await self.call("", "STREAM.NAMES", _Offset(offset=len(names)), _NamesResponse, timeout_seconds)
            names.extend(page.streams or ())
            if not page.streams or len(names) >= page.total:
                break
        return sorted(name for name in names if name.startswith(prefix))

    async def delete_stream(self, stream: str, *, timeout_seconds: float = 5) -> None:
        """Delete a stream with its messages; one that is not there counts as deleted."""
        try:
            await self.call(stream, f"STREAM.DELETE.{stream}", None, Response, timeout_seconds)
        except StreamNotFound:
            return

    async def purge_stream(
        self, stream: str, *, before_sequence: int = 0, subject: str = "", timeout_seconds: float = 10
    ) -> int:
        """Remove the messages below `before_sequence` (0: all) and of `subject` ("": any); returns how many."""
        purge = _Purge(seq=before_sequence, filter=subject)
        return (await self.call(stream, f"STREAM.PURGE.{stream}", purge, _PurgeResponse, timeout_seconds)).purged

    async def create_consumer(self, request: ConsumerRequest, *, timeout_seconds: float) -> str:
        """Create an ephemeral consumer and return the name that the server gave it."""
        operation = f"CONSUMER.CREATE.{request.stream_name}"
        response = await self.call(request.stream_name, operation, request, _ConsumerResponse, timeout_seconds)
        return response.name

    async def _stream(self, verb: str, config: StreamConfig, timeout_seconds: float) -> StreamInfo:
        return _info(
            await self.call(config.name, f"STREAM.{verb}.{config.name}", config, _StreamResponse, timeout_seconds)
        )


def _info(response: _StreamResponse) -> StreamInfo:
    if response.config is None:
        raise Unavailable("JetStream answered without a stream's configuration")
    metadata = {name: value for name, value in response.config.metadata.items() if not name.startswith("_nats.")}
    return StreamInfo(
        name=response.config.name,
        created=response.created,
        first_seq=response.state.first_seq,
        last_seq=response.state.last_seq,
        messages=response.state.messages,
        bytes=response.state.bytes,
        config=msgspec.structs.replace(response.config, metadata=metadata),
    )
