"""Our own PostgreSQL: one data folder, reached by one Unix socket, never by the network.

Whoever may enter the socket's folder is trusted. It has mode 0700 and belongs to the user that PostgreSQL runs as: us,
or `nobody` when we are root. So as root, other programs of `nobody` could get in: good for a laptop, not for a server.
"""

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import asyncpg

from chronology_local.binaries import Postgres, can_reach, find_postgres, postgres_account, reachable_postgres
from chronology_local.leftovers import end_processes, is_alive, processes_in
from chronology_local.server_errors import DataOfOtherVersion, StateUnusable
from chronology_local.supervisor import Account, Launch, ManagedProcess, run_to_end

SUPERUSER = "postgres"
NAME = "chronology"
PORT = 5432
# sun_path holds 108 bytes on Linux, 104 on macOS, with a zero byte at the end.
SOCKET_PATH_BYTES_MAX = 103
# PostgreSQL keeps paths in buffers of 1,024 bytes.
DATA_PATH_BYTES_MAX = 900
# Tried after the temporary folder of the environment; a folder in them is checked to be ours.
SHORT_FOLDERS = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108
ROOT_DATA = Path("/var/lib/chronology")
START_SECONDS_MAX = 300.0  # Crash recovery reads the log since the last checkpoint, at most max_wal_size.
STOP_SECONDS_MAX = 30.0
ENVIRONMENT = {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"}
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    # What is acknowledged is on the disk.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # A laptop's measure: little memory of its own, few checkpoints during a rebuild.
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%d ",
}


class OwnPostgres:
    """Where the data folder, the programs and the socket of one state folder are. `open` settles it, once."""

    def __init__(self, state: Path, *, template: Path | None = None) -> None:
        self.state = state
        self.log = state / "logs" / "postgres.log"
        self._template = template
        self._data_lock: int | None = None
        self.sockets = Path()

    @property
    def superuser_url(self) -> str:
        return database_url(self.sockets, user=SUPERUSER, database=SUPERUSER)

    @property
    def database_url(self) -> str:
        return database_url(self.sockets, user=NAME, database=NAME)

    async def open(self, report: Callable[[str], None]) -> ManagedProcess:
        self.account = postgres_account(self.state / "postgres")
        self.programs = reachable_postgres(find_postgres(), self.account)
        link = self.state / "postgres"
        if not link.exists():
            await self._create(link)
        self.data = link.resolve()
        self._data_lock = lock_folder(self.data)
        check_version(self.data, self.programs)
        self.sockets = socket_folder(self.state, self.account)
        return ManagedProcess(self._launch(), report=report)

    def close(self) -> None:
        if self._data_lock is not None:
            os.close(self._data_lock)
            self._data_lock = None
        if self.sockets != Path():
            shutil.rmtree(self.sockets, ignore_errors=True)

    async def create_database(self) -> None:
        """Make the role and the database if they are not there. Each step may be repeated."""
        connection = await asyncpg.connect(self.superuser_url, timeout=10, command_timeout=60)
        try:
            if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", NAME):
                await connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEROLE")
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", NAME):
                await connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME} TEMPLATE template0")
        finally:
            await connection.close()

    async def _create(self, link: Path) -> None:
        """Make the data folder under a passing name and give it its own in one step: what has it is whole."""
        place = self._place()
        partial = place / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        if self._template:
            await asyncio.to_thread(shutil.copytree, self._template, partial, symlinks=True)
        else:
            partial.mkdir(mode=0o700)
        partial.chmod(0o700)
        if self.account:
            give(partial, self.account)
        if not self._template:
            await self._initdb(partial)
        partial.rename(place / "postgres")
        if place != link.parent:
            passing = link.with_name("postgres.link")
            passing.unlink(missing_ok=True)
            passing.symlink_to(place / "postgres")
            passing.rename(link)
        sync_folder(place)
        sync_folder(link.parent)

    def _place(self) -> Path:
        """The folder for the data folder: the state folder, or one that the unprivileged user can reach.

        A state folder under a home of mode 0700 then holds a symbolic link. The name is new each time: a state folder
        that was removed and made again does not find the old one's data.
        """
        if self.account is None or can_reach(self.account, self.state):
            place = self.state
        else:
            place = relocated(self.state, self.account)
        if len(os.fsencode(place)) > DATA_PATH_BYTES_MAX:
            raise StateUnusable(self.state, f"its path is longer than {DATA_PATH_BYTES_MAX} bytes")
        return place

    async def _initdb(self, data: Path) -> None:
        options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--data-checksums", "--auth=trust", "--no-instructions", f"--username={SUPERUSER}"]
        command = [self.programs.program("initdb"), f"--pgdata={data}", *options]
        await run_to_end(
            Launch(name="initdb", command=command, log=self.log, environment=ENVIRONMENT, account=self.account)
        )

    def _launch(self) -> Launch:
        settings = SETTINGS | {"unix_socket_directories": f'"{self.sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Launch(
            name="postgres",
            command=[self.programs.program("postgres"), "-D", str(self.data), *options],
            log=self.log,
            ready=self._answers,
            prepare=self._clear,
            environment=ENVIRONMENT,
            account=self.account,
            # "Fast": sessions are ended, then a checkpoint.
            stop_signal=signal.SIGINT,
            # "Immediate": all its processes are gone at once; the next start recovers.
            death_signal=signal.SIGQUIT,
            start_seconds_max=START_SECONDS_MAX,
            stop_seconds_max=STOP_SECONDS_MAX,
        )

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.superuser_url, timeout=1, command_timeout=1)
        except asyncpg.PostgresError:  # It is starting up, or recovering.
            return False
        await connection.close(timeout=1)
        return True

    async def _clear(self) -> None:
        """End what an earlier life left behind, and the lock file that would stop this one.

        PostgreSQL clears a stale lock file itself, unless the number in it is that of another living process by now.
        """
        await end_processes(lambda: processes_in(self.data, "postgres"), signal.SIGQUIT)
        lock = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            if is_alive(int(lock.read_text().splitlines()[0])):
                lock.unlink()
        if not self.sockets.exists():
            self.sockets = socket_folder(self.state, self.account)


def database_url(sockets: Path, *, user: str, database: str) -> str:
    return f"postgresql://{user}@/{database}?host={quote(str(sockets), safe='')}&port={PORT}"


def check_version(data: Path, programs: Postgres) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != programs.major:
        raise DataOfOtherVersion(data, found, programs.major)


def socket_folder(state: Path, account: Account | None) -> Path:
    """A private folder with a short path, whose name follows from the state folder's.

    Not XDG_RUNTIME_DIR: it goes away when its user logs out, while the servers may run on.
    """
    owner = os.geteuid() if account is None else account.uid
    name = f"chronology-{owner}-{hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()), *SHORT_FOLDERS):
        folder = parent / name
        if len(os.fsencode(folder)) + len(f"/.s.PGSQL.{PORT}") > SOCKET_PATH_BYTES_MAX or '"' in str(folder):
            continue
        if account and not can_reach(account, parent):
            continue
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700)
            if account:
                os.chown(folder, account.uid, account.gid)
        # Somebody else may have made it first, in a folder that all may write.
        if not folder.is_symlink() and folder.is_dir() and folder.stat().st_uid == owner:
            folder.chmod(0o700)
            return folder
    raise StateUnusable(state, "there is no temporary folder with a short path for PostgreSQL's socket")


def relocated(state: Path, account: Account) -> Path:
    try:
        ROOT_DATA.mkdir(mode=0o755, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f"{state.name}-", dir=ROOT_DATA))
    except OSError as error:
        raise StateUnusable(state, f"user {account.name} cannot reach it, and {error}") from error
    place.chmod(0o711)
    if not can_reach(account, place):
        place.rmdir()
        raise StateUnusable(state, f"user {account.name} can reach neither it nor {ROOT_DATA}")
    return place


def give(folder: Path, account: Account) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def lock_folder(folder: Path) -> int:
    """Lock the data folder itself: a copied state folder may point to the same one."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StateUnusable(folder, "another state folder's servers work on its data") from None
    return descriptor


def sync_folder(folder: Path) -> None:
    """After a power loss a new name is there only if its folder was synced."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
