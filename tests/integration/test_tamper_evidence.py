"""What its owner changes of the log in Postgres is found, over HTTP and in a dossier, at the first bad position."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from chronology.checkpointing import Signer
from chronology.tree import merkle, notes, tiles
from chronology_local.client import Client
from chronology_local.evidence import Dossier, Service, write_dossier
from chronology_local.verification import Verdict, verify
from chronology_runtime.jetstream import Bus

from tests import factories
from tests.integration.chronology_site import Site, open_site
from tests.integration.running import Log
from tests.integration.test_trees import KEY, forge
from tests.servers import Servers

pytestmark = pytest.mark.anyio

EVENTS = 297
"""With the document, its completion and the collection's own record: 300 records."""


@pytest.fixture
async def site(servers: Servers, database_url: str, bus: Bus, collection: str) -> AsyncIterator[Site]:
    log_key = KEY.verifying.encode()
    async with open_site(database_url, servers.nats_url, bus, collection, log_key=log_key) as site:
        sequence = await site.publish(*factories.story(events=EVENTS))
        await site.read("/timeline", at_least=f"sequence:{sequence}", limit=1)
        await signer(site).sign()
        yield site


def signer(site: Site) -> Signer:
    return Signer(collection=site.collection, key=KEY, pool=site.pool, wakeups=site.wakeups)


def log_of(site: Site) -> Log:
    return Log(site.collection, site.settings.database_url, site.bus)


async def verified(site: Site) -> Verdict:
    def work() -> Verdict:
        with Client(site.url) as client:
            return verify(Service(client, site.collection), key=KEY.verifying)

    return await asyncio.to_thread(work)


async def test_a_log_that_nobody_changed_is_whole_also_in_a_dossier(site: Site, tmp_path: Path) -> None:
    def keep() -> Verdict:
        with Client(site.url) as client:
            write_dossier(tmp_path / "log.zip", Service(client, site.collection))
        return verify(Dossier(tmp_path / "log.zip"), key=KEY.verifying)

    online, offline = await verified(site), await asyncio.to_thread(keep)

    assert online == offline
    assert (online.records, online.signed, online.fault) == (EVENTS + 3, EVENTS + 3, None)


UPDATE = "UPDATE log.record SET"
OF_LOG = "WHERE collection = $1 AND position"
COPIED = """
SELECT collection, 200, sha256('new'), type, version, recorded_at, stream_sequence, header_hash, salt, body
FROM log.record
"""
CHANGES = {
    "changed": (120, [f"{UPDATE} body = '{{}}' {OF_LOG} = 120"]),
    "changed id": (7, [f"{UPDATE} id = sha256('x') {OF_LOG} = 7"]),
    "changed behind the last tile": (290, [f"{UPDATE} salt = '\\x00' {OF_LOG} = 290"]),
    "changed time": (256, [f"{UPDATE} recorded_at = recorded_at + interval '1 us' {OF_LOG} = 256"]),
    "changed type": (1, [f"{UPDATE} type = 'collection.closed' {OF_LOG} = 1"]),
    "deleted": (55, [f"DELETE FROM log.record {OF_LOG} = 55"]),
    "cut off": (281, [f"DELETE FROM log.record {OF_LOG} > 280"]),
    "reordered": (
        30,
        [
            f"{UPDATE} position = 1000 {OF_LOG} = 30",
            f"{UPDATE} position = 30 {OF_LOG} = 31",
            f"{UPDATE} position = 31 {OF_LOG} = 1000",
        ],
    ),
    "inserted": (
        200,
        [
            f"{UPDATE} position = position + 1001 {OF_LOG} >= 200",
            f"{UPDATE} position = position - 1000 {OF_LOG} > 1000",
            f"INSERT INTO log.record {COPIED} {OF_LOG} = 201",
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_found_at_its_position(site: Site, change: str) -> None:
    position, statements = CHANGES[change]
    await forge(log_of(site), *statements)
    fault = (await verified(site)).fault

    assert fault is not None
    assert fault.position == position


async def test_a_proof_leads_from_the_record_to_the_signed_root(site: Site) -> None:
    proof = await site.read("/log/120/proof")
    note = notes.parse(proof["checkpoint"].encode())
    root = base64.b64decode(note.text.split("\n")[2])
    path = [base64.b64decode(hash) for hash in proof["path"]]
    leaf_hash = merkle.leaf_hash(proof["header"].encode())

    assert notes.verified(note, [KEY.verifying]) == [KEY.verifying]
    assert base64.b64encode(leaf_hash).decode() == proof["leaf_hash"]
    assert merkle.is_included(leaf_hash=leaf_hash, index=119, size=EVENTS + 3, proof=path, root=root)


async def test_tiles_are_served_as_the_specification_has_them(site: Site) -> None:
    full, partial = await site.get("/log/tile/0/000"), await site.get("/log/tile/0/001.p/44")
    upper = await site.get("/log/tile/1/000.p/1")
    missing = [await site.get(f"/log/tile/{path}") for path in ("0/002", "0/001.p/45", "0/1", "2/000.p/1", "x")]
    checkpoint = (await site.get("/log/checkpoint")).text
    root = merkle.joined(tiles.roots_of([(0, 300)], 300, {
        tiles.Tile(0, 1, 44): partial.content, tiles.Tile(1, 0, 1): upper.content,
    }))  # fmt: skip

    assert [len(answer.content) for answer in (full, partial, upper)] == [8192, 44 * 32, 32]
    assert tiles.fold(tiles.hashes_of(full.content)) == upper.content
    assert base64.b64encode(root).decode() == checkpoint.split("\n")[2]
    assert full.headers["cache-control"] == "max-age=31536000, immutable"
    assert [answer.status_code for answer in missing] == [404] * 5


async def test_the_log_proves_that_it_only_grew(site: Site) -> None:
    old = (await site.get("/log/checkpoint")).text.split("\n")
    sequence = await site.publish(*factories.story(events=20))
    await site.read("/log", at_least=f"sequence:{sequence}", limit=1)
    await signer(site).sign()
    new = (await site.get("/log/checkpoint")).text.split("\n")
    proof = await site.read("/log/consistency", **{"from": int(old[1]), "to": int(new[1])})

    assert merkle.is_consistent(
        old_size=int(old[1]),
        old_root=base64.b64decode(old[2]),
        size=int(new[1]),
        root=base64.b64decode(new[2]),
        proof=[base64.b64decode(hash) for hash in proof["path"]],
    )
    assert [each["size"] for each in (await site.read("/log/checkpoints"))["items"]] == [300, 322]


async def test_without_a_checkpoint_it_is_said_what_is_missing(
    servers: Servers, database_url: str, bus: Bus, collection: str
) -> None:
    async with open_site(database_url, servers.nats_url, bus, collection) as site:
        answers: list[httpx2.Response] = [
            await site.get(path) for path in ("/log/checkpoint", "/log/1/proof", "/log/tile/0/000")
        ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert "CHRONOLOGY_LOG_KEY_FILE" in answers[0].json()["detail"]
