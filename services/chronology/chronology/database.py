"""Connections to Postgres: one way to open them, one to run a transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from .errors import ChronologyError, Unavailable

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:
    Connection: TypeAlias = Any
    Pool: TypeAlias = asyncpg.Pool

CONNECT_TIMEOUT_SECONDS = 5.0
COMMAND_TIMEOUT_SECONDS = 30.0
READ_TIMEOUT_SECONDS = 5.0
"""Of a statement of a pool: somebody waits for the answer."""
CLOSE_TIMEOUT_SECONDS = 1.0
POOL_SIZE_MAX = 10

SERVICE_ROLE = "chronology_service"

# Without these a vanished server or a frozen client holds a lock for ever.
_SERVER_SETTINGS = {
    "application_name": "chronology",
    "timezone": "UTC",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.exceptions.SerializationError,
    asyncpg.exceptions.DeadlockDetectedError,
    asyncpg.exceptions.ReadOnlySQLTransactionError,
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_SIGNS_OF_AWAY = ("closed", "another operation is in progress")


async def connect(
    url: str, *, role: str | None = SERVICE_ROLE, search_path: str | None = None, idle_session_timeout: str = "0"
) -> Connection:
    """One connection of its own. Raises `Unavailable`."""
    with telling_absence():
        return await asyncpg.connect(
            url,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=COMMAND_TIMEOUT_SECONDS,
            server_settings={**_settings(role, search_path), "idle_session_timeout": idle_session_timeout},
        )


async def open_pool(
    url: str, *, role: str | None = SERVICE_ROLE, search_path: str | None = None, size_max: int = POOL_SIZE_MAX
) -> Pool:
    """A pool that connects when it is first used, so that a service can start before Postgres does."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size_max,
        timeout=CONNECT_TIMEOUT_SECONDS,
        command_timeout=READ_TIMEOUT_SECONDS,
        server_settings=_settings(role, search_path),
        # The default reset costs a round trip at every release; our sessions hold no state but these settings.
        reset=_no_reset,
    )


async def close_pool(pool: Pool) -> None:
    """Close a pool, also one whose server does not answer any more."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_SECONDS):
            await pool.close()
    except TimeoutError:
        pool.terminate()


@asynccontextmanager
async def acquired(pool: Pool) -> AsyncIterator[Connection]:
    """A connection of the pool. Raises `Unavailable`, also for what happens inside."""
    with telling_absence():
        async with pool.acquire(timeout=CONNECT_TIMEOUT_SECONDS) as connection:
            yield connection


@asynccontextmanager
async def held(connection: Connection) -> AsyncIterator[None]:
    """Use a connection that nobody else uses now. Raises `Unavailable` as soon as it is lost.

    asyncpg's COPY waits for ever where a connection is lost while its socket is full;
    so the loss itself ends whatever the block is waiting for.
    """
    with telling_absence():
        async with asyncio.timeout(None) as scope:

            def lost(_: object) -> None:
                scope.reschedule(0)

            connection.add_termination_listener(lost)
            try:
                yield
            finally:
                connection.remove_termination_listener(lost)


@asynccontextmanager
async def opened(url: str, *, search_path: str | None = None) -> AsyncIterator[Connection]:
    """A connection of one's own until the block ends. Raises `Unavailable` as soon as it is lost."""
    connection = await connect(url, search_path=search_path)
    try:
        async with held(connection):
            yield connection
    finally:
        with suppress(Exception):
            await connection.close(timeout=CLOSE_TIMEOUT_SECONDS)


@contextmanager
def telling_absence() -> Iterator[None]:
    """Turn whatever asyncpg raises for a server that is away into `Unavailable`."""
    try:
        yield
    except ChronologyError:
        raise
    except Exception as error:
        if is_away(error):
            raise Unavailable(f"Postgres does not answer: {error}") from error
        raise


@asynccontextmanager
async def transaction(connection: Connection) -> AsyncIterator[None]:
    """A transaction. Raises `Unavailable` where the server goes away inside it."""
    with telling_absence():
        async with connection.transaction():
            yield


def is_away(error: BaseException | None) -> bool:
    """Whether this error means that the server is away.

    A server that goes away inside a transaction shows as an `InterfaceError` of the
    transaction; the true reason is its context. One that goes away between two messages
    leaves asyncpg in a state that it calls another operation in progress: a connection
    of ours has one user, so there is no other.
    """
    while error is not None:
        if isinstance(error, _AWAY):
            return True
        if isinstance(error, asyncpg.InterfaceError) and any(sign in str(error) for sign in _SIGNS_OF_AWAY):
            return True
        error = error.__cause__ or error.__context__
    return False


def _settings(role: str | None, search_path: str | None) -> dict[str, str]:
    settings = dict(_SERVER_SETTINGS)
    if role:
        settings["role"] = role
    if search_path:
        settings["search_path"] = search_path
    return settings


async def _no_reset(_: Any) -> None:
    pass
