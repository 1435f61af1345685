"""One connection to NATS that never gives up by itself and never waits without a limit.

nats-py closes for ever after its reconnect attempts are used up, and with unlimited
attempts its first connect never returns. So: unlimited attempts, under a deadline of
our own; pings every 10 s so that a silent server is noticed in 30; every request has
a deadline and fails at once when the connection drops. A failed request says nothing
about what the server did: repeat it with the same ids.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import msgspec
import structlog
from nats import errors as nats_errors
from nats.aio.msg import Msg

from chronology_runtime.errors import NoStream, ServerTooOld, Unavailable

from .wire import WireClient, encode_publish, status

__all__ = ["Connection", "Reply", "Subscription", "pause"]

VERSION_MIN = (2, 12, 1)
CLOSE_TIMEOUT_SECONDS = 1.0
UNSENT_SIZE_BYTES_MAX = 64 * 2**20

_log = structlog.get_logger("chronology.jetstream")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Reply(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The answer to a request; `status` is 0 unless the server put one in place of an answer."""

    status: int
    headers: bytes
    data: bytes


class Subscription:
    """Interest in a subject, kept over reconnects until `close`."""

    def __init__(self, close: Callable[[], Awaitable[None]]) -> None:
        self._close = close

    async def close(self) -> None:
        with contextlib.suppress(nats_errors.Error):
            await self._close()


class Connection:
    """A NATS connection: requests with deadlines, and what a reader must know about drops."""

    def __init__(self, url: str, *, name: str, on_closed: Callable[[], None] | None) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a service name: {name!r}")
        self.client = WireClient()
        self.generation = 0  # rises at each reconnect: server-side state of the old connection is gone
        self.inbox_prefix = f"_INBOX_{name}"
        self._name = name
        self._urls = url.split(",")
        # Without what stands before the @: this goes into logs.
        self._address = ",".join(urlsplit(server).netloc.rpartition("@")[2] for server in self._urls)
        self._on_closed = on_closed
        self._closing = False
        self._last_error = ""
        self._up = asyncio.Event()
        self._replies: dict[bytes, asyncio.Future[Reply]] = {}
        self._reply_prefix = ""
        self._listeners: set[Callable[[], None]] = set()

    @property
    def is_connected(self) -> bool:
        return self._up.is_set() and self.client.is_connected

    @property
    def is_closed(self) -> bool:
        """Whether it has ended for good."""
        return self.client.is_closed

    async def open(
        self, *, connect_timeout_seconds: float, token: str | None, user: str | None, password: str | None
    ) -> None:
        """Connect, or raise Unavailable after `connect_timeout_seconds` with the last reason."""
        connecting = asyncio.create_task(
            self.client.connect(
                self._urls,
                name=self._name,
                token=token,
                user=user,
                password=password,
                inbox_prefix=self.inbox_prefix,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.25,  # type: ignore[arg-type]  # annotated int, only ever slept on
                ping_interval=10,
                max_outstanding_pings=2,
                drain_timeout=1,
                # Large enough that publishing seldom waits for the socket, and then at most two seconds.
                pending_size=32 * 2**20,
                flush_timeout=2,
                error_cb=self._on_error,
                disconnected_cb=self._on_disconnected,
                reconnected_cb=self._on_reconnected,
                closed_cb=self._on_client_closed,
            )
        )
        try:
            await asyncio.wait({connecting}, timeout=connect_timeout_seconds)
        finally:
            timed_out = not connecting.done()
            connecting.cancel()
        if timed_out:
            await asyncio.wait({connecting}, timeout=CLOSE_TIMEOUT_SECONDS)
            await self.close()
            raise Unavailable(f"no connection to NATS at {self._address}: {self._last_error or 'no answer'}")
        if (failure := connecting.exception()) is not None:
            await self.close()
            raise Unavailable(f"no connection to NATS at {self._address}: {failure}") from failure
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise

    async def _start(self) -> None:
        connected = self.client.connected_server_version
        numbers = (connected.major, connected.minor, connected.patch)
        version = ".".join(map(str, numbers))
        if numbers < VERSION_MIN:
            raise ServerTooOld(version, ".".join(map(str, VERSION_MIN)))
        self._reply_prefix = f"{self.inbox_prefix}.{secrets.token_hex(8)}."
        await self.client.route(f"{self._reply_prefix}*", self._on_reply)
        self._up.set()
        _log.info("nats_connected", address=self._address, version=version)

    async def close(self) -> None:
        """Close within two seconds whatever the server does; may be called twice."""
        self._closing = True
        if self.client.is_connected:
            await _within(CLOSE_TIMEOUT_SECONDS / 2, self.client.flush())
        await _within(CLOSE_TIMEOUT_SECONDS, self.client.close())
        self._end()

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Have `changed` called after each drop and reconnect; returns what ends that."""
        self._listeners.add(changed)
        return lambda: self._listeners.discard(changed)

    async def wait_connected(self, timeout_seconds: float | None = None) -> None:
        """Return once connected; Unavailable after the time-out, or at once when closed for good."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._up.wait()
        except TimeoutError:
            raise Unavailable(f"NATS at {self._address} is away: {self._last_error or 'no answer'}") from None
        if self.is_closed:
            raise Unavailable(f"the connection to NATS at {self._address} is closed")

    def expect(self) -> tuple[str, asyncio.Future[Reply]]:
        """Return a reply subject and the future of its first answer; the future fails when the connection drops."""
        token = secrets.token_hex(8)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._replies[token.encode()] = future
        future.add_done_callback(lambda _: self._replies.pop(token.encode(), None))
        return self._reply_prefix + token, future

    async def send(self, commands: bytes) -> None:
        """Write encoded commands; Unavailable if the server has stopped taking them."""
        if not self.is_connected or self.client.pending_data_size > UNSENT_SIZE_BYTES_MAX:
            raise Unavailable(f"NATS at {self._address} takes no messages: {self._last_error or 'not connected'}")
        try:
            await self.client.send(commands)
        except (nats_errors.Error, OSError) as failure:
            raise Unavailable(f"NATS at {self._address} takes no messages: {failure}") from failure

    async def answer(self, future: asyncio.Future[Reply], timeout_seconds: float) -> Reply:
        """Wait for what `expect` promised; NoStream when nobody listens, Unavailable when nobody answers."""
        await asyncio.wait({future}, timeout=max(timeout_seconds, 0))
        if not future.done():
            future.cancel()
            # A missing right shows as silence and an asynchronous error: name it.
            raise Unavailable(f"NATS at {self._address} did not answer in time {self._last_error}".rstrip())
        reply = future.result()
        if reply.status == 503 and not reply.data:
            raise NoStream("no stream takes this subject, or it has no leader")
        return reply

    async def request(self, subject: str, data: bytes, *, headers: bytes = b"", timeout_seconds: float) -> Reply:
        """Send one request and return its answer."""
        reply_subject, future = self.expect()
        try:
            await self.send(encode_publish(subject, reply_subject, headers, data))
            return await self.answer(future, timeout_seconds)
        finally:
            future.cancel()

    async def publish(self, subject: str, data: bytes) -> None:
        """Publish to whoever listens at this moment; while disconnected it is dropped."""
        if self.is_connected:
            await self.send(encode_publish(subject, "", b"", data))

    async def subscribe(self, subject: str, callback: Callable[[str, bytes], Awaitable[None]]) -> Subscription:
        """Call `callback` with subject and data of each message, one after the other."""

        async def deliver(message: Msg) -> None:
            await callback(message.subject, message.data)

        subscription = await self.client.subscribe(subject, cb=deliver, pending_msgs_limit=10_000)
        return Subscription(subscription.unsubscribe)

    def _on_reply(self, subject: bytes, reply: bytes, headers: bytes, data: bytes) -> None:
        future = self._replies.get(subject.rpartition(b".")[2])
        if future is not None and not future.done():
            future.set_result(Reply(status=status(headers)[0], headers=headers, data=data))

    def _fail_replies(self) -> None:
        for future in list(self._replies.values()):
            if not future.done():
                future.set_exception(Unavailable(f"the connection to NATS at {self._address} dropped"))
                future.exception()  # asked for here, so that an answer nobody waits for any more is not reported

    async def _on_error(self, failure: Exception) -> None:
        self._last_error = f"({failure or type(failure).__name__})"
        if not self._closing:
            _log.warning("nats_error", address=self._address, error=str(failure) or type(failure).__name__)

    async def _on_disconnected(self) -> None:
        self._up.clear()
        self._fail_replies()
        if not self._closing:
            _log.warning("nats_disconnected", address=self._address, error=self._last_error)
        self._notify()

    async def _on_reconnected(self) -> None:
        self.generation += 1
        self._last_error = ""
        self._up.set()
        _log.info("nats_reconnected", address=self._address, reconnects=self.generation)
        self._notify()

    async def _on_client_closed(self) -> None:
        self._end()
        if not self._closing:
            _log.error("nats_closed", address=self._address, error=self._last_error)
            if self._on_closed is not None:
                self._on_closed()

    def _end(self) -> None:
        self.generation += 1
        self._fail_replies()
        self._up.set()  # whoever waits for the connection must learn that it never comes
        self._notify()

    def _notify(self) -> None:
        for changed in list(self._listeners):
            changed()


async def pause(seconds: float, *, seconds_max: float = 1.0) -> float:
    """Sleep for about so long before the next attempt; returns the pause before the one after it."""
    await asyncio.sleep(seconds * random.uniform(0.5, 1))  # noqa: S311  # spreads attempts, keeps no secret
    return min(seconds * 2, seconds_max)


async def _within(timeout_seconds: float, work: Awaitable[None]) -> None:
    """Do a step of closing for at most so long; nats-py swallows cancellations, so wait for the task from outside."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=timeout_seconds)
    if not task.done():
        task.cancel()
    elif not task.cancelled() and (failure := task.exception()) is not None:
        _log.info("nats_close", error=str(failure))
