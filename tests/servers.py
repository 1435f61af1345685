"""Real PostgreSQL and NATS for tests.

Tests that only use the servers share one pair for the whole session, by a fixture around `shared_servers`:

    @pytest.fixture(scope="session")
    def servers() -> Iterator[Servers]:
        with shared_servers() as servers:
            yield servers

and each takes a database of its own, cloned in a fraction of a second from one that was migrated once:

    template = await create_database(servers)          # once; migrate it, close every connection to it
    url = await create_database(servers, template=template)
    ...
    await drop_database(servers, url)

NATS is one for all: a test names its collections itself, or begins with `delete_streams`. A test that stops, kills or
fills a server takes a pair of its own:

    async with private_servers() as servers:
        await servers.postgres.kill()                        # stays down until start()
        os.kill(servers.nats.pid, signal.SIGKILL)            # comes back by itself:
        await servers.nats.until_ready(other_than=pid)

TEST_DATABASE_URL (of a role that may create databases) with TEST_NATS_URL and TEST_NATS_MONITOR_URL name servers to be
shared instead of our own; the private ones are always our own.
"""

import asyncio
import atexit
import contextlib
import functools
import logging
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec
import nats
from chronology_local.embedded import EmbeddedServers

logger = logging.getLogger(__name__)


class Servers(msgspec.Struct, frozen=True, kw_only=True):
    """Where the shared servers are. `superuser_url` is the given one where servers were given."""

    database_url: str
    superuser_url: str
    nats_url: str
    nats_monitor_url: str


@contextlib.contextmanager
def shared_servers() -> Iterator[Servers]:
    """The servers of a whole session, in a thread of their own: they serve tests of any event loop, and none."""
    given = given_servers()
    if given:
        yield given
        return
    started: Future[Servers] = Future()
    thread = threading.Thread(target=asyncio.run, args=(serve(started),), name="servers")
    thread.start()
    servers = started.result()
    try:
        yield servers
    finally:
        stop = _stops.pop(servers)
        stop()
        thread.join()


async def serve(started: "Future[Servers]") -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    try:
        async with private_servers() as own:
            servers = Servers(
                database_url=own.database_url,
                superuser_url=own.superuser_url,
                nats_url=own.nats_url,
                nats_monitor_url=own.nats_monitor_url,
            )
            _stops[servers] = functools.partial(loop.call_soon_threadsafe, stopped.set)
            started.set_result(servers)
            await stopped.wait()
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)


_stops: "dict[Servers, functools.partial[asyncio.Handle]]" = {}


def given_servers() -> Servers | None:
    database, nats_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_NATS_URL")
    if not database and not nats_url:
        return None
    monitor = os.environ.get("TEST_NATS_MONITOR_URL")
    if not database or not nats_url or not monitor:
        raise RuntimeError("TEST_DATABASE_URL, TEST_NATS_URL and TEST_NATS_MONITOR_URL go together")
    return Servers(database_url=database, superuser_url=database, nats_url=nats_url, nats_monitor_url=monitor)


@contextlib.asynccontextmanager
async def private_servers(
    state: Path | None = None, *, report: Callable[[str], None] = logger.info
) -> AsyncIterator[EmbeddedServers]:
    """A PostgreSQL and a nats-server for one test, in `state` or in a temporary folder that is removed afterwards.

    pytest's own folders are closed to others: as root, with PostgreSQL as `nobody`, a folder of ours is quicker.
    """
    with contextlib.ExitStack() as cleaning:
        folder = state
        if folder is None:
            parent = open_temporary_folder()
            cleaning.callback(shutil.rmtree, parent, ignore_errors=True)
            folder = parent / "state"
        async with EmbeddedServers(folder, template=await asyncio.to_thread(template_folder), report=report) as servers:
            if servers.data.parent != folder:
                # Put elsewhere, where PostgreSQL's user can reach it.
                cleaning.callback(shutil.rmtree, servers.data.parent, ignore_errors=True)
            yield servers


def open_temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="chronology-test-"))
    folder.chmod(0o711)
    return folder


def template_folder() -> Path:
    """A stopped data folder with role and database, made once a process: copying it is quicker than initdb."""
    with _template_lock:
        if not _template:
            parent = open_temporary_folder()
            asyncio.run(start_and_stop(parent / "state"))
            _template.append(parent)
    return _template[0] / "state" / "postgres"


async def start_and_stop(state: Path) -> None:
    async with EmbeddedServers(state):
        pass


_template: list[Path] = []
_template_lock = threading.Lock()


@atexit.register
def remove_template() -> None:
    for folder in _template:
        shutil.rmtree(folder, ignore_errors=True)


async def create_database(servers: Servers | EmbeddedServers, *, template: str = "template0") -> str:
    """Create an empty database, or a copy of the one whose address or name is `template`; return its address.

    A database can be copied only while nobody is connected to it.
    """
    name = f"test_{secrets.token_hex(8)}"
    owner = urlsplit(servers.database_url).username or "postgres"
    async with superuser(servers) as connection:
        await connection.execute(
            f'CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE "{database_name(template)}" STRATEGY wal_log'
        )
    return urlunsplit(urlsplit(servers.database_url)._replace(path="/" + name))


async def drop_database(servers: Servers | EmbeddedServers, url: str) -> None:
    """Drop a database, whoever is still connected to it."""
    async with superuser(servers) as connection:
        await connection.execute(f'DROP DATABASE IF EXISTS "{database_name(url)}" WITH (FORCE)')


async def delete_streams(servers: Servers | EmbeddedServers) -> None:
    """Delete every stream of the server, those behind KV and object buckets too."""
    client = await nats.connect(servers.nats_url, connect_timeout=5)
    try:
        stream = client.jetstream()
        for info in await stream.streams_info():
            await stream.delete_stream(info.config.name or "")
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def superuser(servers: Servers | EmbeddedServers) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(servers.superuser_url, timeout=10, command_timeout=60)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


def database_name(url: str) -> str:
    """The name in an address of a database, or the name itself."""
    return urlsplit(url).path.lstrip("/") if "://" in url else url
