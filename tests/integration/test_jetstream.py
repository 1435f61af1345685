"""The JetStream adapter against a real server: what it promises over kills, freezes and repeats."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chronology_runtime.errors import (
    BatchTooLarge,
    MessageNotFound,
    MessageTooLarge,
    NoStream,
    StreamFull,
    StreamNotFound,
    StreamReplaced,
    StreamRewound,
    Unavailable,
    WrongLastSequence,
)
from chronology_runtime.jetstream import (
    BatchAck,
    Bus,
    Message,
    Reader,
    StoredMessage,
    StreamConfig,
    connect,
    sync_always,
)
from chronology_runtime.jetstream.batches import BATCHES_UNDER_WAY_MAX

pytestmark = pytest.mark.anyio

NATS_SERVER = shutil.which("nats-server", path=sysconfig.get_path("scripts"))
CONFIG = """
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor_port}"
max_payload: 4MB
jetstream {{ store_dir: "{folder}", sync_interval: {sync_interval} }}
"""


class Server:
    """A NATS server that a test may stop, kill and freeze."""

    def __init__(self, folder: Path, *, sync_interval: str = "always", more: str = "") -> None:
        self.port, self.monitor_port = _free_port(), _free_port()
        self._config = folder / "nats.conf"
        self._log = folder / "nats.log"
        settings = CONFIG.format(
            port=self.port, monitor_port=self.monitor_port, folder=folder / "store", sync_interval=sync_interval
        )
        self._config.write_text(settings + more)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://127.0.0.1:{self.monitor_port}"

    def start(self) -> None:
        assert NATS_SERVER is not None
        self._process = subprocess.Popen([NATS_SERVER, "-c", str(self._config), "-l", str(self._log)])

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("nats"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, to kill and freeze."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


async def _connect(server: Server, name: str = "test") -> Bus:
    return await connect(server.url, name=name, connect_timeout_seconds=10)


@pytest.fixture
async def bus(shared_server: Server) -> AsyncIterator[Bus]:
    bus = await _connect(shared_server)
    yield bus
    await bus.close()


@pytest.fixture
async def own_bus(server: Server) -> AsyncIterator[Bus]:
    bus = await _connect(server)
    yield bus
    await bus.close()


MakeStream = Callable[..., Awaitable[str]]


@pytest.fixture
def make_stream(bus: Bus, request: pytest.FixtureRequest) -> MakeStream:
    """Make a stream named for the test on the shared server; returns its name, which is also its subject."""

    async def make(**settings: object) -> str:
        name = f"T{abs(hash(request.node.name))}"
        await bus.ensure_stream(_config(name, **settings))
        return name

    return make


def _config(name: str, **settings: object) -> StreamConfig:
    return StreamConfig(name=name, subjects=(name,), **settings)  # type: ignore[arg-type]  # spelt by each test


def _messages(stream: str, count: int, *, start: int = 1, size_bytes: int = 0) -> list[Message]:
    return [
        Message(subject=stream, data=str(number).encode().ljust(size_bytes), headers={"Number": str(number)})
        for number in range(start, start + count)
    ]


def _numbers(messages: list[StoredMessage]) -> list[int]:
    return [int(message.data) for message in messages]


async def _publish(bus: Bus, stream: str, count: int, *, start: int = 1, size_bytes: int = 0) -> BatchAck:
    messages = _messages(stream, count, start=start, size_bytes=size_bytes)
    return await bus.publish_batch(stream, messages, msg_id=f"{start}+{count}", deadline_seconds=20)


async def _read(reader: Reader, count: int) -> list[StoredMessage]:
    messages: list[StoredMessage] = []
    async with asyncio.timeout(30):
        while len(messages) < count:
            messages += await reader.next_batch()
    return messages


# --- batches


async def test_a_batch_is_stored_whole_and_in_order(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()

    ack = await _publish(bus, stream, 1_000)
    stored = await bus.get_messages(stream, 1, 1_000)

    assert ack == BatchAck(stream=stream, sequence=1_000, duplicate=False, count=1_000)
    assert _numbers(stored) == list(range(1, 1_001))
    assert [message.sequence for message in stored] == list(range(1, 1_001))
    assert (stored[41].headers or {})["Number"] == "42"


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_the_same_id_again_is_a_duplicate_and_adds_nothing(bus: Bus, make_stream: MakeStream, count: int) -> None:
    stream = await make_stream()

    first = await _publish(bus, stream, count)
    second = await _publish(bus, stream, count)

    assert (first.duplicate, second.duplicate) == (False, True)
    assert second.sequence == count
    assert (await bus.stream_info(stream)).messages == count


async def test_a_batch_of_1001_messages_is_refused_before_it_is_sent(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()

    with pytest.raises(BatchTooLarge):
        await _publish(bus, stream, 1_001)

    assert (await bus.stream_info(stream)).last_seq == 0


async def test_a_batch_over_16_mib_is_refused_before_it_is_sent(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()

    with pytest.raises(BatchTooLarge):
        await _publish(bus, stream, 9, size_bytes=2 * 2**20)

    assert (await bus.stream_info(stream)).last_seq == 0


async def test_a_message_over_the_servers_limit_is_refused_and_the_connection_survives(
    bus: Bus, make_stream: MakeStream
) -> None:
    stream = await make_stream()

    with pytest.raises(MessageTooLarge):
        await _publish(bus, stream, 2, size_bytes=4 * 2**20)

    assert bus.is_connected
    assert (await _publish(bus, stream, 2)).sequence == 2


@pytest.mark.parametrize("count", [1, 3])
async def test_a_wrong_last_sequence_is_refused_at_once(bus: Bus, make_stream: MakeStream, count: int) -> None:
    stream = await make_stream()
    await bus.publish_batch(stream, _messages(stream, 3), expected_last_sequence=0, deadline_seconds=5)

    for expected in (0, 4):
        with pytest.raises(WrongLastSequence) as refused:
            await bus.publish_batch(
                stream, _messages(stream, count), expected_last_sequence=expected, deadline_seconds=5
            )
        assert not refused.value.uncertain

    assert (await bus.stream_info(stream)).last_seq == 3


async def test_a_batch_without_any_id_is_a_mistake(bus: Bus) -> None:
    with pytest.raises(ValueError, match="msg_id or expected_last_sequence"):
        await bus.publish_batch("ANY", _messages("ANY", 2), deadline_seconds=1)


@pytest.mark.parametrize("subject", ["a b", "a\r\nPUB x", "a.*", "a.>", ""])
async def test_a_subject_that_could_break_the_protocol_is_refused(bus: Bus, subject: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        await bus.publish_batch("ANY", [Message(subject=subject, data=b"")], msg_id="1", deadline_seconds=1)


async def test_a_subject_that_no_stream_takes_is_tried_until_the_deadline(bus: Bus) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable) as failure:
        await bus.publish_batch("NOBODY", _messages("NOBODY", 2), msg_id="1", deadline_seconds=0.5)

    assert isinstance(failure.value.__cause__, NoStream)
    assert time.monotonic() - started < 2


async def test_a_batch_meant_for_another_stream_is_not_stored(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()

    with pytest.raises(Exception, match="expected stream does not match"):
        await bus.publish_batch("OTHER", _messages(stream, 2), msg_id="1", deadline_seconds=5)

    assert (await bus.stream_info(stream)).last_seq == 0


async def test_a_full_stream_refuses_the_whole_batch(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream(max_bytes=20_000)
    await _publish(bus, stream, 2)

    with pytest.raises(StreamFull):
        await _publish(bus, stream, 100, start=3, size_bytes=1_000)

    assert (await bus.stream_info(stream)).last_seq == 2


async def test_many_batches_at_once_are_all_stored_once(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    batches = 6 * BATCHES_UNDER_WAY_MAX

    async with asyncio.TaskGroup() as group:
        for number in range(batches):
            group.create_task(_publish(bus, stream, 3, start=1 + 3 * number))
    stored = await bus.get_messages(stream, 1, 3 * batches)

    assert sorted(_numbers(stored)) == list(range(1, 3 * batches + 1))


@pytest.mark.parametrize("killed_after_seconds", [0.0, 0.002, 0.01, 0.03])
async def test_a_batch_cut_by_a_kill_is_stored_exactly_once(
    server: Server, own_bus: Bus, killed_after_seconds: float
) -> None:
    await own_bus.ensure_stream(_config("CUT"))
    await _publish(own_bus, "CUT", 10)

    publishing = asyncio.create_task(_publish(own_bus, "CUT", 1_000, start=11, size_bytes=2_000))
    await asyncio.wait({publishing}, timeout=killed_after_seconds)
    server.kill()
    server.start()
    await publishing
    stored = await own_bus.get_messages("CUT", 1, 5_000)

    assert _numbers(stored) == list(range(1, 1_011))


async def test_a_batch_sent_to_a_frozen_server_is_stored_exactly_once(server: Server, own_bus: Bus) -> None:
    await own_bus.ensure_stream(_config("ICE"))

    with server.frozen(), pytest.raises(Unavailable):
        await own_bus.publish_batch("ICE", _messages("ICE", 100), msg_id="one", deadline_seconds=0.5)
    ack = await own_bus.publish_batch("ICE", _messages("ICE", 100), msg_id="one", deadline_seconds=10)

    assert ack.duplicate
    assert _numbers(await own_bus.get_messages("ICE", 1, 500)) == list(range(1, 101))


# --- streams


async def test_a_stream_may_begin_at_501(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream(first_seq=501)
    empty = await bus.stream_info(stream)

    ack = await bus.publish_batch(stream, _messages(stream, 3), expected_last_sequence=500, deadline_seconds=5)
    async with bus.pull(stream, start_sequence=501) as reader:
        read = await _read(reader, 3)

    assert (empty.first_seq, empty.last_seq) == (501, 500)
    assert ack.sequence == 503
    assert [message.sequence for message in read] == [501, 502, 503]


async def test_ensuring_a_stream_again_changes_its_settings_and_keeps_its_messages(
    bus: Bus, make_stream: MakeStream
) -> None:
    stream = await make_stream(first_seq=10, metadata={"state": "open"})
    before = await bus.stream_info(stream)
    await _publish(bus, stream, 2)

    changed = _config(stream, first_seq=99, max_bytes=10**6, metadata={"state": "closed"})
    after, again = [await bus.ensure_stream(changed) for _ in range(2)]

    assert after == again
    assert (before.config.metadata, after.config.metadata) == ({"state": "open"}, {"state": "closed"})
    assert (after.created, after.config.max_bytes) == (before.created, 10**6)
    assert (after.first_seq, after.last_seq) == (10, 11)


async def test_a_stream_that_is_not_there_is_named(bus: Bus) -> None:
    with pytest.raises(StreamNotFound):
        await bus.stream_info("NOWHERE")
    with pytest.raises(StreamNotFound):
        async with bus.pull("NOWHERE", start_sequence=1) as reader:
            await reader.next_batch()

    assert "NOWHERE" not in await bus.list_streams()


async def test_streams_are_listed_by_prefix(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()

    assert await bus.list_streams(stream) == [stream]


async def test_a_deleted_message_is_not_found_and_a_purge_keeps_what_is_later(
    bus: Bus, make_stream: MakeStream
) -> None:
    stream = await make_stream()
    await _publish(bus, stream, 5)

    deleted = [await bus.delete_message(stream, 2) for _ in range(2)]
    with pytest.raises(MessageNotFound):
        await bus.get_message(stream, 2)
    third = await bus.get_message(stream, 3)
    purged = await bus.purge_stream(stream, before_sequence=4)

    assert deleted == [True, False]
    assert (third.sequence, third.data, third.subject) == (3, b"3", stream)
    assert abs(third.timestamp_ns / 10**9 - time.time()) < 60
    assert purged == 2
    assert [message.sequence for message in await bus.get_messages(stream, 1, 9)] == [4, 5]


# --- reading in order


async def test_batches_come_in_order_and_a_message_is_the_same_by_every_way(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    for start in range(1, 3_000, 500):
        await _publish(bus, stream, 500, start=start)

    async with bus.pull(stream, start_sequence=101, batch_size_max=700) as reader:
        read = await _read(reader, 2_900)

    assert _numbers(read) == list(range(101, 3_001))
    assert read[6] == await bus.get_message(stream, 107) == (await bus.get_messages(stream, 107, 107))[0]


async def test_a_hole_in_the_stream_is_seen(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    await _publish(bus, stream, 6)
    await bus.delete_message(stream, 3)
    await bus.purge_stream(stream, before_sequence=2)

    async with bus.pull(stream, start_sequence=1) as reader:
        read = await _read(reader, 4)

    assert [message.sequence for message in read] == [2, 4, 5, 6]


async def test_a_single_message_is_delivered_at_once(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    waits = []
    async with bus.pull(stream, start_sequence=1) as reader:
        assert await reader.next_batch(timeout_seconds=0.2) == []
        for number in range(1, 21):
            waiting = asyncio.create_task(reader.next_batch())
            await _publish(bus, stream, 1, start=number)
            acknowledged = time.perf_counter()
            [message] = await waiting
            waits.append(time.perf_counter() - acknowledged)
            assert message.sequence == number

    assert sorted(waits)[10] < 0.01


async def test_a_cancelled_wait_loses_nothing(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    numbers: list[int] = []
    async with bus.pull(stream, start_sequence=1, batch_size_max=50) as reader:
        await _publish(bus, stream, 1_000)
        async with asyncio.timeout(20):
            while len(numbers) < 1_000:
                numbers += _numbers(await reader.next_batch(timeout_seconds=0.0005))

    assert numbers == list(range(1, 1_001))


async def test_large_messages_are_read_within_bounded_memory(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    for start in range(1, 31, 5):
        await _publish(bus, stream, 5, start=start, size_bytes=3 * 2**20)
    sizes: list[int] = []
    numbers: list[int] = []
    async with bus.pull(stream, start_sequence=1) as reader:
        while len(numbers) < 30:
            batch = await reader.next_batch()
            sizes.append(sum(len(message.data) for message in batch))
            numbers += _numbers(batch)

    assert numbers == list(range(1, 31))
    assert max(sizes) <= 16 * 2**20


async def test_a_reader_goes_on_in_order_over_kills(server: Server, own_bus: Bus) -> None:
    await own_bus.ensure_stream(_config("KILLED"))
    read: list[StoredMessage] = []
    async with own_bus.pull("KILLED", start_sequence=1, batch_size_max=100) as reader:
        for round_number in range(3):
            await _publish(own_bus, "KILLED", 1_000, start=1 + 1_000 * round_number)
            read += await _read(reader, 500)
            server.kill()
            server.start()
        read += await _read(reader, 3_000 - len(read))

    assert [message.sequence for message in read] == list(range(1, 3_001))
    assert _numbers(read) == list(range(1, 3_001))


async def test_a_reader_goes_on_over_a_frozen_server(server: Server, own_bus: Bus) -> None:
    await own_bus.ensure_stream(_config("FROZEN"))
    await _publish(own_bus, "FROZEN", 10)
    async with own_bus.pull("FROZEN", start_sequence=1) as reader:
        before = await _read(reader, 10)
        with server.frozen():
            nothing = await reader.next_batch(timeout_seconds=3.5)
        await _publish(own_bus, "FROZEN", 10, start=11)
        after = await _read(reader, 10)

    assert nothing == []
    assert _numbers(before + after) == list(range(1, 21))
    assert reader.consumers_made > 1


async def test_a_reader_makes_a_deleted_consumer_anew(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    await _publish(bus, stream, 2)
    async with bus.pull(stream, start_sequence=1) as reader:
        before = await _read(reader, 2)
        consumer = reader._pull_subject.rpartition(".")[2]
        await bus._connection.request(f"$JS.API.CONSUMER.DELETE.{stream}.{consumer}", b"", timeout_seconds=5)
        await _publish(bus, stream, 2, start=3)
        after = await _read(reader, 2)

    assert _numbers(before + after) == [1, 2, 3, 4]
    assert reader.consumers_made == 2


async def test_a_reader_of_a_deleted_stream_is_told(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    async with bus.pull(stream, start_sequence=1) as reader:
        await reader.next_batch(timeout_seconds=0.1)
        await bus.delete_stream(stream)

        with pytest.raises(StreamNotFound):
            await reader.next_batch(timeout_seconds=10)


async def test_a_stream_of_the_same_name_is_not_read_on(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    await _publish(bus, stream, 5)
    async with bus.pull(stream, start_sequence=1) as reader:
        await _read(reader, 5)
        await bus.delete_stream(stream)
        await make_stream()
        await _publish(bus, stream, 9, start=21)

        with pytest.raises(StreamReplaced):
            await reader.next_batch(timeout_seconds=10)


async def test_a_start_beyond_the_end_is_told(bus: Bus, make_stream: MakeStream) -> None:
    stream = await make_stream()
    await _publish(bus, stream, 5)

    async with bus.pull(stream, start_sequence=7) as reader:
        with pytest.raises(StreamRewound) as failure:
            await reader.next_batch(timeout_seconds=10)

    assert (failure.value.last_sequence, failure.value.last_sequence_read) == (5, 6)


# --- the connection


async def test_a_server_that_is_not_there_is_unavailable_by_the_deadline() -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable):
        await connect(f"nats://127.0.0.1:{_free_port()}", name="test", connect_timeout_seconds=0.5)

    assert time.monotonic() - started < 3


async def test_a_wrong_token_is_unavailable_and_says_why(tmp_path: Path) -> None:
    guarded = Server(tmp_path, more='authorization { token: "right" }')
    guarded.start()
    try:
        with pytest.raises(Unavailable, match="Authorization Violation"):
            await connect(guarded.url, name="test", token="wrong", connect_timeout_seconds=1)
        admitted = await connect(guarded.url, name="test", token="right", connect_timeout_seconds=10)
        streams = await admitted.list_streams()
        await admitted.close()
    finally:
        guarded.kill()

    assert streams == []


async def test_closing_takes_less_than_two_seconds_when_the_server_is_gone(server: Server) -> None:
    dropped, frozen = await _connect(server), await _connect(server)
    server.signal(signal.SIGSTOP)
    frozen_at = time.monotonic()
    await frozen.close()
    frozen_seconds = time.monotonic() - frozen_at
    server.kill()
    with pytest.raises(Unavailable):
        await dropped.stream_info("ANY", timeout_seconds=0.3)
    dropped_at = time.monotonic()
    await dropped.close()
    dropped_seconds = time.monotonic() - dropped_at

    assert frozen_seconds < 2
    assert dropped_seconds < 2


async def test_a_closed_bus_says_so_and_its_reader_ends(shared_server: Server) -> None:
    closed: list[str] = []
    bus = await connect(
        shared_server.url, name="test", connect_timeout_seconds=5, on_closed=lambda: closed.append("closed")
    )
    await bus.ensure_stream(_config("ENDING"))
    async with bus.pull("ENDING", start_sequence=1) as reader:
        reading = asyncio.create_task(reader.next_batch())
        await reader._connection.publish("unheard", b"")
        await bus.close()

        with pytest.raises(Unavailable):
            await reading
    with pytest.raises(Unavailable):
        await bus.stream_info("ENDING")

    assert closed == []


async def test_requests_end_by_their_deadline_when_the_server_is_frozen(server: Server, own_bus: Bus) -> None:
    started = time.monotonic()

    with server.frozen(), pytest.raises(Unavailable):
        await own_bus.stream_info("ANY", timeout_seconds=0.5)

    assert time.monotonic() - started < 2


async def test_a_wake_up_reaches_its_listener_over_a_restart(server: Server, own_bus: Bus) -> None:
    heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    async def listen(subject: str, data: bytes) -> None:
        await heard.put((subject, data))

    subscription = await own_bus.subscribe("wake.*", listen)
    await own_bus.publish("wake.one", b"1")
    first = await asyncio.wait_for(heard.get(), 5)
    server.kill()
    server.start()
    await own_bus.ensure_stream(_config("BACK"))
    await own_bus.publish("wake.two", b"2")
    second = await asyncio.wait_for(heard.get(), 5)
    await subscription.close()

    assert [first, second] == [("wake.one", b"1"), ("wake.two", b"2")]


async def test_sync_always_is_read_from_the_monitor(shared_server: Server, tmp_path: Path) -> None:
    lazy = Server(tmp_path, sync_interval="2m")
    lazy.start()
    try:
        await (await _connect(lazy)).close()
        answers = [await sync_always(url) for url in (shared_server.monitor_url, lazy.monitor_url)]
    finally:
        lazy.kill()

    assert answers == [True, False]
    assert await sync_always(f"http://127.0.0.1:{_free_port()}") is None
    assert await sync_always(shared_server.url.replace("nats:", "http:")) is None
