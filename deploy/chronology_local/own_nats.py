"""Our own nats-server: loopback, a token, JetStream that syncs before it acknowledges."""

import asyncio
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from string import Template

import msgspec

from chronology_local.binaries import find_nats_server
from chronology_local.leftovers import end_processes, process_of_file
from chronology_local.server_errors import StateUnusable
from chronology_local.supervisor import Launch, ManagedProcess, http_status

HOST = "127.0.0.1"
FILE_STORE_BYTES_MIN = 256 * 1024 * 1024
START_SECONDS_MAX = 120.0  # JetStream reads its blocks again after a SIGKILL.
STOP_SECONDS_MAX = 15.0


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What stays the same over restarts, so that subscribers find the server again."""

    port: int
    monitor_port: int
    token: str
    file_store_bytes: int


class OwnNats:
    """The nats-server of one state folder. `open` settles ports, token and limits."""

    def __init__(self, state: Path, *, port: int | None = None) -> None:
        self.folder = state / "nats"
        self.log = state / "logs" / "nats.log"
        self.store = self.folder / "jetstream"
        self.server_name = f"chronology-{hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:12]}"
        self._port = port
        self._config = self.folder / "nats.conf"
        self._pid_file = self.folder / "nats.pid"

    @property
    def url(self) -> str:
        return f"nats://{self.kept.token}@{HOST}:{self.kept.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://{HOST}:{self.kept.monitor_port}"

    async def open(self, report: Callable[[str], None]) -> ManagedProcess:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.store.mkdir(mode=0o700, exist_ok=True)
        await self._clear()  # It would hold our ports.
        self.kept = self._settle()
        write_private(self.folder / "kept.json", msgspec.json.encode(self.kept))
        write_private(self._config, self._text().encode())
        return ManagedProcess(self._launch(), report=report)

    def _settle(self) -> Kept:
        before = self._kept_before()
        if self._port and not is_free(self._port):
            raise StateUnusable(self.folder, f"port {self._port} for NATS is taken")
        port = self._port or (before.port if before and is_free(before.port) else free_port())
        kept_monitor = before and before.monitor_port != port and is_free(before.monitor_port)
        return Kept(
            port=port,
            monitor_port=before.monitor_port if before and kept_monitor else free_port(),
            token=before.token if before else secrets.token_hex(24),
            # Never less than before: a stream that no longer fits would not come back.
            file_store_bytes=max(before.file_store_bytes if before else 0, file_store_bytes(self.store)),
        )

    def _kept_before(self) -> Kept | None:
        try:
            return msgspec.json.decode((self.folder / "kept.json").read_bytes(), type=Kept)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def _text(self) -> str:
        template = Template(resources.files("chronology_local").joinpath("nats.conf").read_text())
        return template.substitute(
            server_name=self.server_name,
            port=self.kept.port,
            monitor_port=self.kept.monitor_port,
            token=json.dumps(self.kept.token),
            pid_file=quoted(self._pid_file),
            store=quoted(self.store),
            file_store_bytes=self.kept.file_store_bytes,
        )

    def _launch(self) -> Launch:
        return Launch(
            name="nats",
            command=[find_nats_server(), "-c", str(self._config)],
            log=self.log,
            ready=self._answers,
            prepare=self._clear,
            death_signal=signal.SIGTERM,
            start_seconds_max=START_SECONDS_MAX,
            stop_seconds_max=STOP_SECONDS_MAX,
        )

    async def _answers(self) -> bool:
        """Ours answers on the port (another server may have taken it), and JetStream has read its streams."""
        reader, writer = await asyncio.open_connection(HOST, self.kept.port)
        try:
            greeting = await reader.readline()
        finally:
            writer.close()
        if json.dumps(self.server_name).encode() not in greeting:
            return False
        return await http_status(HOST, self.kept.monitor_port, "/healthz") == 200

    async def _clear(self) -> None:
        """End a nats-server that outlived its supervisor: two on one store would destroy it."""
        await end_processes(lambda: process_of_file(self._pid_file, self._config), signal.SIGTERM)


def file_store_bytes(store: Path) -> int:
    """Half of what the disk has left, and what the store already takes."""
    used = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    return max(FILE_STORE_BYTES_MIN, used + shutil.disk_usage(store).free // 2)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server itself does: a port whose old connections linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def quoted(path: Path) -> str:
    """A string of nats-server's configuration language, which knows the escapes of JSON's."""
    return json.dumps(str(path), ensure_ascii=False)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only we may read, whole or not at all."""
    passing = path.with_name(path.name + ".partial")
    passing.unlink(missing_ok=True)
    descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    passing.replace(path)
