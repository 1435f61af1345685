"""What compose.yaml starts, started here: the same programs, logins, rights and settings, on real servers."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sysconfig
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx2
import pytest
from chronology_local.binaries import find_postgres
from chronology_local.own_nats import free_port
from chronology_local.supervisor import Launch, ManagedProcess, http_answers
from msgspec import Struct
from msgspec.structs import replace

from tests.architecture.deployment import DEPLOY, Nats, compose, made_environment, service_environment
from tests.servers import create_database, private_servers

pytestmark = pytest.mark.anyio

PROGRAMS = Path(sysconfig.get_path("scripts"))
HEALTH_SECONDS = 30


class Stack(Struct, frozen=True, kw_only=True):
    """What runs; `addresses` are those of compose.yaml, and where that is here."""

    environment: dict[str, str]
    addresses: dict[str, str]
    superuser_url: str

    def settings(self, service: str) -> dict[str, str]:
        told = service_environment(service, self.environment)
        for there, here in self.addresses.items():
            told = {name: value.replace(there, here) for name, value in told.items()}
        return {"PATH": str(PROGRAMS), **told}

    def command(self, service: str) -> list[str]:
        program, *arguments = compose()["services"][service]["command"]
        return [str(PROGRAMS / program), *arguments]

    async def is_healthy(self, service: str) -> bool:
        """What the service's own health check says."""
        _, program, *arguments = compose()["services"][service]["healthcheck"]["test"]
        for there, here in self.addresses.items():
            arguments = [argument.replace(there, here) for argument in arguments]
        done = await asyncio.create_subprocess_exec(
            PROGRAMS / program, *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return await done.wait() == 0


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Stack]:
    """The database with its logins, after the migration; nothing else runs yet."""
    environment = made_environment()
    async with private_servers() as servers:
        url = await create_database(servers)
        name, _, query = url.rpartition("/")[2].partition("?")
        superuser_url = servers.superuser_url.replace("/postgres?", f"/{name}?", 1)
        make_logins(superuser_url, service_environment("postgres", environment))
        addresses = {"@postgres:5432/chronology": f"@/{name}?{query}"}
        stack = Stack(environment=environment, addresses=addresses, superuser_url=superuser_url)
        settings = stack.settings("migrate")
        await asyncio.to_thread(subprocess.run, stack.command("migrate"), env=settings, check=True, timeout=60)
        yield stack


@pytest.fixture
async def stack(database: Stack, tmp_path: Path) -> AsyncIterator[Stack]:
    async with contextlib.AsyncExitStack() as stopping:
        nats = Nats(tmp_path, database.environment)
        await nats.process.start()
        stopping.push_async_callback(nats.process.stop)
        chronology, ingest = free_port(), free_port()
        addresses = {
            "nats:4222": f"127.0.0.1:{nats.port}",
            "http://nats:8222": nats.monitor_url,
            "chronology:8400": f"127.0.0.1:{chronology}",
            "127.0.0.1:8400": f"127.0.0.1:{chronology}",
            "127.0.0.1:8401": f"127.0.0.1:{ingest}",
        }
        stack = replace(database, addresses={**database.addresses, **addresses})
        ports = {"chronology": {"CHRONOLOGY_PORT": str(chronology)}, "ingest": {"CHRONOLOGY_INGEST_PORT": str(ingest)}}
        for service, port in ports.items():
            (number,) = port.values()
            process = ManagedProcess(
                Launch(
                    name=service,
                    command=stack.command(service),
                    log=tmp_path / f"{service}.log",
                    ready=http_answers(f"http://127.0.0.1:{number}/readyz"),
                    environment={**stack.settings(service), **port},
                    start_seconds_max=HEALTH_SECONDS,
                )
            )
            await process.start()
            stopping.push_async_callback(process.stop)
        yield stack


def make_logins(superuser_url: str, environment: dict[str, str]) -> None:
    """As the image's entry point runs what lies in its folder for a new database."""
    program = find_postgres().program("psql")
    command = [program, "--no-psqlrc", "--quiet", f"--dbname={superuser_url}", f"--file={DEPLOY / 'postgres.sql'}"]
    subprocess.run(command, env=environment, check=True, timeout=30)


async def test_a_document_gets_from_ingest_to_the_timeline_with_nothing_but_these_rights(stack: Stack) -> None:
    key = {"Authorization": f"Bearer {stack.environment['CHRONOLOGY_BOOTSTRAP_KEY']}"}
    chronology = f"http://{stack.addresses['127.0.0.1:8400']}/v1/collections/main"
    ingest = f"http://{stack.addresses['127.0.0.1:8401']}/v1/collections/main"
    text = "Police arrested Ann Orr in Velm on 9 March 2019, her lawyer said."
    async with httpx2.AsyncClient(timeout=20, trust_env=False) as http:
        document = {"text": text, "published": "2019-03-10", "language": "en"}
        refused = await http.post(f"{ingest}/documents", json=document)
        taken = await http.post(f"{ingest}/documents", json=document, headers=key)
        assert taken.is_success, taken.text
        sequence = taken.json()["sequence"]
        timeline = await http.get(f"{chronology}/timeline", params={"at_least": f"sequence:{sequence}"}, headers=key)
        anonymous = await http.get(f"{chronology}/timeline")

    assert (refused.status_code, anonymous.status_code) == (401, 401)
    assert timeline.status_code == 200, timeline.text
    (item,) = timeline.json()["items"]
    assert item["quote"] in text
    assert await stack.is_healthy("chronology")
    assert await stack.is_healthy("ingest")


async def test_the_services_login_can_add_to_the_log_and_change_nothing(database: Stack) -> None:
    login = database.settings("chronology")["DATABASE_URL"]
    connection = await asyncpg.connect(login)
    try:
        for statement in (
            "SELECT 1 FROM log.record",
            "CREATE SCHEMA mine",
            "CREATE TABLE public.mine (a int)",
            "SET ROLE chronology_owner",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        await connection.execute("SET ROLE chronology_service")
        for statement in ("UPDATE log.record SET type = ''", "DELETE FROM log.record", "TRUNCATE log.record"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        heads = await connection.fetchval("SELECT count(*) FROM log.head")
    finally:
        await connection.close()

    assert heads == 0


async def test_the_logins_have_no_rights_beyond_their_work(database: Stack) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        rows = await connection.fetch(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin "
            "FROM pg_roles WHERE rolname LIKE 'chronology\\_%' ORDER BY rolname"
        )
    finally:
        await connection.close()

    rights = {row["rolname"]: {name[3:] for name, value in row.items() if value is True} for row in rows}
    assert rights == {
        "chronology_eraser": set(),
        "chronology_login": {"canlogin"},
        "chronology_owner": {"canlogin", "createrole"},
        "chronology_service": set(),
    }
