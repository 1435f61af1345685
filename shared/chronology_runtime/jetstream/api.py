"""JetStream's JSON API: one call, and what its errors mean.

Not by nats-py's dataclasses: they drop what they do not know, and `allow_atomic` is
among it. Every call here may be repeated, so each is, until its time is up.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from chronology_runtime.errors import StreamFailure, StreamFull, StreamNotFound, StreamRefused, Unavailable

from .connection import Connection, pause

__all__ = ["Api", "ApiError", "Response", "api_failure"]

ATTEMPT_TIMEOUT_SECONDS = 2.0

# Codes of nats-server's errors.json.
_STREAM_NOT_FOUND = 10059
_STORE_FAILED = 10077  # also what a full stream says
_STORAGE_EXCEEDED = {10002, 10023, 10047}
_TRANSIENT = {10004, 10007, 10008, 10009, 10118}  # cluster incomplete, not assigned, away, no leader, stream offline

ResponseT = TypeVar("ResponseT", bound="Response")


class ApiError(msgspec.Struct, frozen=True):
    """What JetStream says when it refuses."""

    code: int = 0
    err_code: int = 0
    description: str = ""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    error: ApiError | None = None


def api_failure(stream: str, error: ApiError) -> StreamFailure | Unavailable:
    """Return the failure that an error of the API means."""
    if error.err_code == _STREAM_NOT_FOUND:
        return StreamNotFound(stream)
    if error.err_code in _STORAGE_EXCEEDED or (error.err_code == _STORE_FAILED and "exceeded" in error.description):
        return StreamFull(stream, error.description)
    if error.err_code in _TRANSIENT or error.code == 503:
        return Unavailable(f"JetStream is away: {error.description} ({error.err_code})")
    return StreamRefused(stream, error.err_code, error.description)


class Api:
    """The API over one connection; part of `Bus`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def call(
        self,
        stream: str,
        operation: str,
        body: msgspec.Struct | Mapping[str, Any] | None,
        response_type: type[ResponseT],
        timeout_seconds: float,
    ) -> ResponseT:
        """Ask until there is an answer or the time is up; a refusal is raised as what it means."""
        data = b"" if body is None else msgspec.json.encode(body)
        end = time.monotonic() + timeout_seconds
        pause_seconds = 0.05
        while True:
            try:
                await self._connection.wait_connected(max(end - time.monotonic(), 0))
                remaining_seconds = min(end - time.monotonic(), ATTEMPT_TIMEOUT_SECONDS)
                reply = await self._connection.request(f"$JS.API.{operation}", data, timeout_seconds=remaining_seconds)
                response = msgspec.json.decode(reply.data, type=response_type)
                if response.error is None:
                    return response
                raise api_failure(stream, response.error)
            except Unavailable:
                if self._connection.is_closed or time.monotonic() + pause_seconds >= end:
                    raise
            pause_seconds = await pause(pause_seconds)
