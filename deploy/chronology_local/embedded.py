"""The embedded servers: our own PostgreSQL and nats-server, with everything they keep in one state folder.

    async with EmbeddedServers(state, address="http://127.0.0.1:8400") as servers:
        ...servers.database_url, servers.nats_url...

They end with their parent, however that ends; are started again when they end unasked; and may be killed at any moment
and started again on the same folder. One state folder holds one running instance. In it:

    lock                 who runs here: process and address
    logs/                postgres.log, nats.log
    postgres/            the data folder; a symbolic link where we are root and `nobody` cannot reach the state folder
    nats/                configuration, token, ports and jetstream/

As root, PostgreSQL runs as `nobody`. No user is made and no mode of a folder above ours is changed: programs that
`nobody` cannot reach are copied to /var/cache/chronology, and a data folder that it could not reach is made in
/var/lib/chronology.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from chronology_local.own_nats import OwnNats
from chronology_local.own_postgres import OwnPostgres
from chronology_local.server_errors import AlreadyRunning, StateUnusable
from chronology_local.supervisor import ManagedProcess

logger = logging.getLogger(__name__)


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """Who works on a state folder. `address` is where people reach it; empty if it has none."""

    pid: int = 0
    address: str = ""


class EmbeddedServers:
    """PostgreSQL and nats-server of one state folder. Enter it once.

    `template` is a cleanly stopped data folder to begin with instead of an empty database cluster.
    `report` hears, in a sentence, what happened to a server unasked.
    Raises a ServersError where they cannot run.
    """

    def __init__(
        self,
        state: Path,
        *,
        address: str = "",
        nats_port: int | None = None,
        template: Path | None = None,
        report: Callable[[str], None] = logger.warning,
    ) -> None:
        self.state = state.absolute()
        self._address = address
        self._report = report
        self._own_postgres = OwnPostgres(self.state, template=template)
        self._own_nats = OwnNats(self.state, port=nats_port)
        self._stack = contextlib.AsyncExitStack()
        self.postgres: ManagedProcess
        self.nats: ManagedProcess

    @property
    def database_url(self) -> str:
        return self._own_postgres.database_url

    @property
    def superuser_url(self) -> str:
        return self._own_postgres.superuser_url

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder, links resolved."""
        return self._own_postgres.data

    @property
    def nats_url(self) -> str:
        return self._own_nats.url

    @property
    def nats_monitor_url(self) -> str:
        return self._own_nats.monitor_url

    @property
    def nats_token(self) -> str:
        return self._own_nats.kept.token

    async def __aenter__(self) -> Self:
        make_state_folder(self.state)
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(os.close, lock_state(self.state, Instance(pid=os.getpid(), address=self._address)))
            try:
                async with asyncio.TaskGroup() as starting:
                    starting.create_task(self._start_postgres(stack))
                    starting.create_task(self._start_nats(stack))
            except BaseExceptionGroup as group:
                raise group.exceptions[0] from None
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _start_postgres(self, stack: contextlib.AsyncExitStack) -> None:
        stack.callback(self._own_postgres.close)
        self.postgres = await self._own_postgres.open(self._report)
        stack.push_async_callback(self.postgres.stop)
        await self.postgres.start()
        await self._own_postgres.create_database()

    async def _start_nats(self, stack: contextlib.AsyncExitStack) -> None:
        self.nats = await self._own_nats.open(self._report)
        stack.push_async_callback(self.nats.stop)
        await self.nats.start()


def make_state_folder(state: Path) -> None:
    """Make the folder if need be: for us alone, but as root so that PostgreSQL's user can pass through it."""
    try:
        if not state.exists():
            state.mkdir(parents=True)
            state.chmod(0o711 if os.geteuid() == 0 else 0o700)
        logs = state / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StateUnusable(state, error.strerror or str(error)) from error


def lock_state(state: Path, instance: Instance) -> int:
    """Take the state folder for this process until the returned descriptor is closed. Raises AlreadyRunning."""
    descriptor = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        first = decode_instance(os.read(descriptor, 4096))
        os.close(descriptor)
        raise AlreadyRunning(state, first.pid, first.address) from None
    content = msgspec.json.encode(instance)
    os.pwrite(descriptor, content, 0)
    os.ftruncate(descriptor, len(content))
    return descriptor


def running_instance(state: Path) -> Instance | None:
    """Who works on the state folder now, if anybody does."""
    try:
        descriptor = os.open(state / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return decode_instance(os.read(descriptor, 4096))
    else:
        return None
    finally:
        os.close(descriptor)


def decode_instance(content: bytes) -> Instance:
    try:
        return msgspec.json.decode(content, type=Instance)
    except msgspec.DecodeError:  # The first one has the lock and has not yet said who it is.
        return Instance()
