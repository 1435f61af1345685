"""The whole chronology service in one test: it appends, projects and serves on a free port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx2
from chronology import service
from chronology.api.app import open_app
from chronology.appender import Appender
from chronology.commands import Commands, utc_now
from chronology.database import Pool, open_pool
from chronology.projections.rebuild import Rebuilds
from chronology.projections.run import Rates
from chronology.sessions import Session
from chronology.settings import Settings
from chronology.streams import find_or_make, ingest_config
from chronology.wakeups import Wakeups
from chronology_contracts.subjects import ingest_stream
from chronology_runtime.access import Key, Keyring
from chronology_runtime.jetstream import Bus, Message
from chronology_runtime.lifecycle import Server, listen
from uvicorn import Config

from tests import factories


class Site:
    """`client` asks under the collection's own address; `site.url` is the service's."""

    def __init__(self, *, settings: Settings, bus: Bus, pool: Pool, collection: str) -> None:
        self.settings = settings
        self.bus = bus
        self.pool = pool
        self.collection = collection
        self.wakeups = Wakeups()
        self.closing = asyncio.Event()
        self.rates: Rates = {}
        self.commands = Commands(pool=pool, bus=bus, wakeups=self.wakeups, now=utc_now)
        self.rebuilds = Rebuilds(pool=pool, database_url=settings.database_url, rates=self.rates)
        self.url = ""
        self.server: Server | None = None
        self.client: httpx2.AsyncClient

    @property
    def base(self) -> str:
        return f"/v1/collections/{self.collection}"

    async def publish(self, *bodies: Any) -> int:
        """Publish bodies as one batch; return the stream sequence of the last."""
        return await self.publish_messages([factories.message(self.collection, body) for body in bodies])

    async def publish_messages(self, messages: Sequence[Message]) -> int:
        ack = await self.bus.publish_batch(
            ingest_stream(self.collection), messages, msg_id=secrets.token_hex(16), deadline_seconds=5
        )
        return ack.sequence

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.client.get(self.base + path, **options)

    async def read(self, path: str, **params: Any) -> Any:
        """The body of a 200."""
        answer = await self.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def stop_serving(self) -> None:
        assert self.server is not None
        self.server.handle_exit(15, None)


@contextlib.asynccontextmanager
async def open_site(
    database_url: str,
    nats_url: str,
    bus: Bus,
    collection: str,
    *,
    keys: Sequence[Key] = (),
    key: str = "",
    log_key: str = "",
) -> AsyncIterator[Site]:
    settings = Settings(database_url=database_url, nats_url=nats_url, nats_sync_vouched=True)
    pool = await open_pool(database_url)
    site = Site(settings=settings, bus=bus, pool=pool, collection=collection)
    # An appender needs a stream to look at.
    await find_or_make(bus, ingest_config(collection, state="new"))
    session = Session(database_url)
    appender = Appender(collection=collection, session=session, pool=pool, bus=bus, wakeups=site.wakeups)
    projecting = service.project(
        settings=settings, pool=pool, wakeups=site.wakeups, rebuilds=site.rebuilds, rates=site.rates
    )
    await site.rebuilds.ensure()
    tasks = [asyncio.create_task(appender.run()), asyncio.create_task(projecting)]
    checks = service.Checks(settings=settings, pool=pool, bus=bus)
    listener = listen("127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        await site.commands.create(collection, by="test")
        async with open_app(
            settings=settings, keys=Keyring(keys), pool=pool, wakeups=site.wakeups, commands=site.commands,
            rebuilds=site.rebuilds, checks=checks, closing=site.closing, log_key=log_key,
        ) as app:  # fmt: skip
            started = asyncio.Event()
            config = Config(app, http="httptools", ws="none", lifespan="on", log_config=None, access_log=False)
            site.server = Server(config, site.closing, started.set)
            serving = asyncio.create_task(site.server.serve(sockets=[listener]))
            await started.wait()
            headers = {"authorization": f"Bearer {key}"} if key else {}
            async with httpx2.AsyncClient(base_url=site.url, headers=headers, timeout=30) as site.client:
                # Once the collection's own record is projected, everything is under way.
                answer = await site.get("/timeline", params={"at_least": "sequence:1"})
                assert answer.status_code == 200, answer.text
                yield site
            await site.stop_serving()
            await serving
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await session.close()
        listener.close()
        await pool.close()
