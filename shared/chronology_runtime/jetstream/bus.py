"""`Bus`: the one way to NATS for both services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from .batches import Batches
from .connection import Connection, Subscription
from .pull import Reader

__all__ = ["Bus", "connect"]


class Bus(Batches):
    """Streams, batches, readers and wake-ups over one connection."""

    @property
    def is_connected(self) -> bool:
        """Whether the connection is up, as far as known: a frozen server shows after 30 s."""
        return self._connection.is_connected

    @property
    def reconnects(self) -> int:
        return self._connection.generation

    async def wait_connected(self, timeout_seconds: float) -> None:
        """Return once connected, or raise Unavailable."""
        await self._connection.wait_connected(timeout_seconds)

    def pull(
        self, stream: str, *, start_sequence: int, batch_size_max: int = 1_000, created: str | None = None
    ) -> Reader:
        """Return a reader of `stream` from `start_sequence` on, to be used with `async with`.

        With `created` it refuses any other stream of that name (StreamReplaced); without, one that
        takes its place later.
        """
        return Reader(
            self._connection,
            self,
            stream,
            start_sequence=start_sequence,
            batch_size_max=batch_size_max,
            created=created,
        )

    async def publish(self, subject: str, data: bytes = b"") -> None:
        """Wake whoever listens to `subject` now; lost when nobody does or the connection is down."""
        await self._connection.publish(subject, data)

    async def subscribe(self, subject: str, callback: Callable[[str, bytes], Awaitable[None]]) -> Subscription:
        """Have `callback` called with subject and data of what is published to `subject`."""
        return await self._connection.subscribe(subject, callback)

    async def close(self) -> None:
        """Close within two seconds, whatever state the connection is in; may be called twice."""
        await self._connection.close()


async def connect(
    url: str,
    *,
    name: str,
    connect_timeout_seconds: float,
    token: str | None = None,
    user: str | None = None,
    password: str | None = None,
    on_closed: Callable[[], None] | None = None,
) -> Bus:
    """Connect as the service `name`, or raise Unavailable when the time is up. `url` may be several, with commas.

    Afterwards the connection is kept for ever, over any number of drops. `on_closed` is
    called if it ends all the same (rights withdrawn): the process should then stop.
    `name` is also the prefix of its inboxes, `_INBOX_<name>.>`, for NATS' permissions.
    """
    connection = Connection(url, name=name, on_closed=on_closed)
    await connection.open(connect_timeout_seconds=connect_timeout_seconds, token=token, user=user, password=password)
    return Bus(connection)
