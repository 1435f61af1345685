"""Fixtures that every kind of test may use; how the servers are started stands in `servers.py`."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from chronology.migrate import migrate
from chronology_runtime.jetstream import Bus, connect

from tests.servers import Servers, create_database, drop_database, shared_servers


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """One PostgreSQL and one NATS for all tests that do not stop or fill them."""
    with shared_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """The URL of a database that has been migrated once, to be cloned."""

    async def make() -> str:
        url = await create_database(servers)
        await migrate(url)
        return url

    return asyncio.run(make())


@pytest.fixture
async def database_url(servers: Servers, template: str) -> AsyncIterator[str]:
    """A migrated database of the test's own."""
    url = await create_database(servers, template=template)
    yield url
    await drop_database(servers, url)


@pytest.fixture
async def bus(servers: Servers) -> AsyncIterator[Bus]:
    bus = await connect(servers.nats_url, name="test", connect_timeout_seconds=5)
    yield bus
    await bus.close()


@pytest.fixture
def collection() -> str:
    """A collection name of the test's own: NATS is shared."""
    return f"t-{secrets.token_hex(8)}"
