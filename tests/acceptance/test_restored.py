"""PostgreSQL put back to a backup taken half-way: the log refills from the stream, and subscribers notice nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from chronology.log.read import read_leaves
from chronology.tree.merkle import root_of
from chronology_contracts.subjects import log_stream
from chronology_runtime.jetstream import connect

from tests.acceptance.stack import Stack, read_all, stack
from tests.acceptance.test_subscribers import body

pytestmark = pytest.mark.anyio

DOCUMENTS = 20


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack(tmp_path) as made:
        yield made


async def post(running: Stack, client: httpx2.AsyncClient, numbers: range) -> int:
    sequence = 0
    for number in numbers:
        answer = await client.post(f"{running.of('main')[1]}/events", json=body(number))
        sequence = answer.raise_for_status().json()["sequence"]
    return sequence


async def wait(running: Stack, client: httpx2.AsyncClient, sequence: int) -> None:
    query: dict[str, Any] = {"at_least": f"sequence:{sequence}", "limit": 1}
    async with asyncio.timeout(60):
        while not (await client.get(f"{running.of('main')[0]}/timeline", params=query)).is_success:
            pass


async def root(running: Stack) -> bytes:
    connection = await asyncpg.connect(running.servers.database_url)
    try:
        return root_of(await read_leaves(connection, "main", after=0, size_max=1_000_000))
    finally:
        await connection.close()


async def published(running: Stack, count: int) -> list[tuple[int, bytes]]:
    bus = await connect(running.servers.nats_url, name="subscriber", connect_timeout_seconds=5)
    try:
        seen: list[tuple[int, bytes]] = []
        async with bus.pull(log_stream("main"), start_sequence=1) as reader, asyncio.timeout(30):
            while len(seen) < count:
                seen += [(message.sequence, message.data) for message in await reader.next_batch()]
        return seen
    finally:
        await bus.close()


async def test_an_older_backup_refills_to_the_same_root(running: Stack, tmp_path: Path) -> None:
    async with httpx2.AsyncClient(timeout=30) as client:
        url = running.of("main")[0]
        await wait(running, client, await post(running, client, range(DOCUMENTS // 2)))
        await running.servers.postgres.stop()
        data, backup = running.servers.data, running.servers.data.with_name("backup")
        await asyncio.to_thread(shutil.copytree, data, backup, symlinks=True)
        await asyncio.to_thread(keep_owner, data, backup)
        await running.servers.postgres.start()
        await running.until_ready()
        sequence = await post(running, client, range(DOCUMENTS // 2, DOCUMENTS))
        await wait(running, client, sequence)
        items = await read_all(client, f"{url}/log", limit=1000)
        before = await root(running), items, await published(running, len(items))

        await running.servers.postgres.kill()
        await asyncio.to_thread(shutil.rmtree, data)
        backup.rename(data)
        await running.servers.postgres.start()
        await running.until_ready()
        await wait(running, client, sequence)
        again = await read_all(client, f"{url}/log", limit=1000)
        after = await root(running), again, await published(running, len(again))

    assert len(items) == 1 + DOCUMENTS * 42
    assert after == before


def keep_owner(original: Path, copy: Path) -> None:
    """PostgreSQL runs as another user than a test that runs as root."""
    for path in (original, *original.rglob("*")):
        found = path.lstat()
        target = copy / path.relative_to(original)
        shutil.chown(target, found.st_uid, found.st_gid)
        if not path.is_symlink():
            target.chmod(found.st_mode)
