"""What deploy/nats.conf lets each of its users do, asked of a real server with that very file."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chronology.streams import ingest_config, log_config, set_state
from chronology_contracts.subjects import ingest_stream, lane_subject, log_stream, log_subject
from chronology_runtime.errors import Unavailable
from chronology_runtime.jetstream import Bus, Message, connect, sync_always

from tests.architecture.deployment import Nats, made_environment

pytestmark = pytest.mark.anyio

DENIED_SECONDS = 0.3
"""How long to wait for an answer that must not come: a right that is missing shows as silence."""
DOCUMENT = lane_subject("main", "document")
RECORD = log_subject("main", "document.received")


class Running:
    """The server, its passwords, and the connections that a test has opened."""

    def __init__(self, server: Nats, environment: dict[str, str]) -> None:
        self.server = server
        self.environment = environment
        self.opened: list[Bus] = []

    async def bus(self, user: str, *, inbox: str = "") -> Bus:
        password = self.environment[f"NATS_{user.upper()}_PASSWORD"]
        bus = await connect(
            self.server.url, name=inbox or user, connect_timeout_seconds=5, user=user, password=password
        )
        self.opened.append(bus)
        return bus


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    environment = made_environment()
    server = Nats(tmp_path, environment)
    await server.process.start()
    running = Running(server, environment)
    try:
        chronology = await running.bus("chronology")
        for collection in ("main", "secret"):
            await chronology.ensure_stream(ingest_config(collection, state="open"))
            await chronology.ensure_stream(log_config(collection))
        yield running
    finally:
        for bus in running.opened:
            await bus.close()
        await server.process.stop()


def messages(subject: str, count: int = 3) -> list[Message]:
    return [Message(subject=subject, data=b"%d" % number) for number in range(count)]


async def denied(bus: Bus, stream: str, subject: str) -> bool:
    try:
        await bus.publish_batch(stream, messages(subject), msg_id=subject, deadline_seconds=DENIED_SECONDS)
    except Unavailable:
        return True
    return False


async def test_chronology_can_do_all_of_its_work(running: Running) -> None:
    bus = running.opened[0]
    await set_state(bus, "main", "halted", "a test")
    await set_state(bus, "main", "open")
    await bus.publish_batch(
        ingest_stream("main"), messages(lane_subject("main", "command")), msg_id="1", deadline_seconds=5
    )
    await bus.publish_batch(
        ingest_stream("main"), messages(lane_subject("main", "erasure")), msg_id="2", deadline_seconds=5
    )
    async with bus.pull(ingest_stream("main"), start_sequence=1) as reader:
        read = await reader.next_batch(timeout_seconds=5)
    await bus.publish_batch(log_stream("main"), messages(RECORD), expected_last_sequence=0, deadline_seconds=5)
    compared = await bus.get_messages(log_stream("main"), 1, 3)
    await bus.delete_stream(log_stream("secret"))
    woken = asyncio.Event()

    async def wake(_subject: str, _data: bytes) -> None:
        woken.set()

    await bus.subscribe("chronology-wake", wake)
    await bus.publish("chronology-wake")
    async with asyncio.timeout(5):
        await woken.wait()

    assert [message.sequence for message in read] == [1, 2, 3, 4, 5, 6]
    assert [message.data for message in compared] == [b"0", b"1", b"2"]
    assert "LOG_secret" not in await bus.list_streams()
    assert await sync_always(running.server.monitor_url) is True


async def test_chronology_cannot_destroy_what_was_acknowledged_message_by_message(running: Running) -> None:
    bus = running.opened[0]

    with pytest.raises(Unavailable):
        await bus.purge_stream(ingest_stream("main"), timeout_seconds=DENIED_SECONDS)
    with pytest.raises(Unavailable):
        await bus.delete_message(ingest_stream("main"), 1, timeout_seconds=DENIED_SECONDS)


async def test_ingest_publishes_documents_and_sees_whether_a_collection_is_open(running: Running) -> None:
    bus = await running.bus("ingest")

    first = await bus.publish_batch(ingest_stream("main"), messages(DOCUMENT), msg_id="a", deadline_seconds=5)
    again = await bus.publish_batch(ingest_stream("main"), messages(DOCUMENT), msg_id="a", deadline_seconds=5)
    info = await bus.stream_info(ingest_stream("main"))

    assert (first.sequence, first.duplicate, again.duplicate, info.last_seq) == (3, False, True, 3)


@pytest.mark.parametrize(
    ("stream", "subject"),
    [
        (log_stream("main"), RECORD),
        (ingest_stream("main"), lane_subject("main", "command")),
        (ingest_stream("main"), lane_subject("main", "erasure")),
    ],
)
async def test_ingest_publishes_nothing_else(running: Running, stream: str, subject: str) -> None:
    bus = await running.bus("ingest")

    assert await denied(bus, stream, subject)
    assert (await bus.stream_info(stream)).last_seq == 0


async def test_ingest_makes_no_streams_and_reads_none(running: Running) -> None:
    bus = await running.bus("ingest")

    with pytest.raises(Unavailable):
        await bus.ensure_stream(ingest_config("other", state="open"), timeout_seconds=DENIED_SECONDS)
    with pytest.raises(Unavailable):
        await bus.delete_stream(ingest_stream("main"), timeout_seconds=DENIED_SECONDS)
    with pytest.raises(Unavailable):
        await bus.get_message(ingest_stream("main"), 1, timeout_seconds=DENIED_SECONDS)
    with pytest.raises(Unavailable):
        await bus.list_streams(timeout_seconds=DENIED_SECONDS)


async def test_a_reader_hears_records_and_reads_earlier_ones_by_their_position(running: Running) -> None:
    chronology, reader = running.opened[0], await running.bus("reader")
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(_subject: str, data: bytes) -> None:
        await heard.put(data)

    await reader.subscribe("chronology.>", hear)
    # Asked for on the same connection, so the answer says that the subscription has arrived too.
    await reader.stream_info(log_stream("main"))
    await chronology.publish_batch(log_stream("main"), messages(RECORD), expected_last_sequence=0, deadline_seconds=5)
    async with asyncio.timeout(5):
        live = [await heard.get() for _ in range(3)]
    earlier = await reader.get_messages(log_stream("main"), 2, 3)

    assert live == [b"0", b"1", b"2"]
    assert [(message.sequence, message.data) for message in earlier] == [(2, b"1"), (3, b"2")]


async def test_a_reader_publishes_nothing_and_makes_no_consumer(running: Running) -> None:
    chronology, reader = running.opened[0], await running.bus("reader")

    assert await denied(reader, ingest_stream("main"), DOCUMENT)
    assert await denied(reader, log_stream("main"), RECORD)
    async with reader.pull(log_stream("main"), start_sequence=1) as pull:
        assert await pull.next_batch(timeout_seconds=DENIED_SECONDS) == []
    with pytest.raises(Unavailable):
        await reader.stream_info(log_stream("secret"), timeout_seconds=DENIED_SECONDS)
    for stream in (ingest_stream("main"), log_stream("main")):
        assert (await chronology.stream_info(stream)).last_seq == 0


@pytest.mark.parametrize("user", ["ingest", "reader"])
async def test_nobody_listens_to_documents_on_their_way_or_to_others_answers(running: Running, user: str) -> None:
    for subject in ("ingest.>", ">", "_INBOX.>", "_INBOX_chronology.>", "$JS.>", "chronology-wake"):
        answer = await told(
            running, {"user": user, "pass": running.environment[f"NATS_{user.upper()}_PASSWORD"]}, f"SUB {subject} 1"
        )

        assert "permissions violation for subscription" in answer.lower()


async def test_a_service_cannot_take_the_inbox_of_another(running: Running) -> None:
    bus = await running.bus("ingest", inbox="chronology")

    with pytest.raises(Unavailable):
        await bus.stream_info(ingest_stream("main"), timeout_seconds=DENIED_SECONDS)


@pytest.mark.parametrize(
    "login", [{}, {"user": "ingest"}, {"user": "ingest", "pass": "guess"}, {"user": "root", "pass": "root"}]
)
async def test_nobody_comes_in_without_a_password(running: Running, login: dict[str, str]) -> None:
    assert "Authorization Violation" in await told(running, login, "SUB chronology.> 1")


async def told(running: Running, login: dict[str, str], command: str) -> str:
    """The server's first words of error, or its answer to a ping, after a login and one command."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.server.port)
    try:
        await reader.readline()
        options = json.dumps({"verbose": False, "pedantic": False, **login})
        writer.write(f"CONNECT {options}\r\n{command}\r\nPING\r\n".encode())
        async with asyncio.timeout(5):
            return (await reader.readline()).decode()
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
