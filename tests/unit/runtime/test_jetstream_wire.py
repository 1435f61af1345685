"""Framing of the NATS protocol: the same messages however the bytes arrive, and nothing breaks out of its line."""

from __future__ import annotations

import pytest
from chronology_runtime.jetstream.wire import WireClient, encode_headers, encode_publish, parse_headers, status

pytestmark = pytest.mark.anyio

HEADERS = b"NATS/1.0\r\nA: 1\r\nMSG x 7 2: odd\r\n\r\n"
INCOMING = b"".join(
    [
        b"MSG one 7 3\r\nabc\r\n",
        b"PING\r\n",
        b"HMSG two 7 reply.to %d %d\r\n%bMSG three 7 1\r\n\r\n" % (len(HEADERS), len(HEADERS) + 15, HEADERS),
        b"MSG other 8 back 4\r\nPING\r\n",
        b"PONG\r\n",
        b"MSG last 7 r 0\r\n\r\n",
    ]
)
ROUTED = [
    (b"one", b"", b"", b"abc"),
    (b"two", b"reply.to", HEADERS, b"MSG three 7 1\r\n"),
    (b"last", b"r", b"", b""),
]


class _Heard(WireClient):
    """A client without a connection that notes what it is handed."""

    def __init__(self) -> None:
        super().__init__()
        self.routed: list[tuple[bytes, bytes, bytes, bytes]] = []
        self.others: list[str] = []
        self.routes[7] = lambda *message: self.routed.append(message)

    async def _process_ping(self) -> None:
        self.others.append("PING")

    async def _process_pong(self) -> None:
        self.others.append("PONG")

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        self.others.append(f"{sid} {subject.decode()} {reply.decode()} {data.decode()}")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("chunk_size", [*range(1, 40), len(INCOMING)])
async def test_messages_are_the_same_however_the_bytes_arrive(chunk_size: int) -> None:
    client = _Heard()

    for start in range(0, len(INCOMING), chunk_size):
        await client._ps.parse(INCOMING[start : start + chunk_size])

    assert client.routed == ROUTED
    assert client.others == ["PING", "8 other back PING", "PONG"]


async def test_what_a_broken_connection_left_behind_is_forgotten() -> None:
    client = _Heard()

    await client._ps.parse(b"MSG one 7 300\r\nabc")
    client._ps.reset()
    await client._ps.parse(INCOMING)

    assert client.routed == ROUTED


@pytest.mark.parametrize("headers", [{"A\r\nB": "1"}, {"A": "1\r\nB: 2"}, {"A B": "1"}, {"": "1"}, {"A:": "1"}])
def test_a_header_cannot_break_out_of_its_line(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not a header"):
        encode_headers(headers)


def test_a_published_message_states_its_sizes_in_bytes() -> None:
    command = encode_publish("a.b", "r", encode_headers({"Name": "é"}), "é".encode())

    assert command == b"HPUB a.b r 22 24\r\nNATS/1.0\r\nName: \xc3\xa9\r\n\r\n\xc3\xa9\r\n"


def test_status_and_headers_of_a_server_message() -> None:
    block = b"NATS/1.0 409 Message Size Exceeds MaxBytes\r\nNats-Pending-Messages: 7\r\n\r\n"

    assert status(block) == (409, "Message Size Exceeds MaxBytes")
    assert parse_headers(block) == {"Nats-Pending-Messages": "7"}
    assert status(b"NATS/1.0\r\nA: 1\r\n\r\n") == status(b"") == (0, "")
