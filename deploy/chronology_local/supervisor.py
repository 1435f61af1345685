"""Processes that are kept running, and that end with the process which started them.

A `ManagedProcess` is started, waited for until it is ready, started again with growing pauses whenever it ends unasked,
and stopped with SIGTERM, then SIGKILL. It ends with its supervisor even if that is killed (see `child.py`). Start it
from a thread that lives as long as the process should: on Linux the end of that thread is what counts.
"""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from chronology_local.server_errors import ProcessFailed

CHILD = Path(__file__).with_name("child.py")
BACKOFF_SECONDS_MIN = 0.1
BACKOFF_SECONDS_MAX = 5.0
STEADY_SECONDS = 10.0
POLL_SECONDS_MIN = 0.005
POLL_SECONDS_MAX = 0.1
PROBE_SECONDS_MAX = 2.0
LOG_BYTES_MAX = 10 * 1024 * 1024

# Linux, with an interpreter that was built to make the system call.
KERNEL_TELLS_OF_PARENT = sys.platform == "linux" and find_spec("_ctypes") is not None

Probe = Callable[[], Awaitable[bool]]

logger = logging.getLogger(__name__)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The user a process runs as when we are root."""

    name: str
    uid: int
    gid: int


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """How one process is started and stopped.

    `ready` says whether the process answers; it is asked again and again and may raise OSError. Without one, a process
    is ready as soon as it runs. `prepare` runs before each start. `death_signal` is what the process gets when the
    supervisor is gone. `environment` None means ours.
    """

    name: str
    command: Sequence[str]
    log: Path
    ready: Probe | None = None
    prepare: Callable[[], Awaitable[None]] | None = None
    environment: Mapping[str, str] | None = None
    folder: Path = Path("/")
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGTERM
    start_seconds_max: float = 60.0
    stop_seconds_max: float = 10.0


class Running:
    """One life of a process. Its end is waited for in a thread, which serves every event loop and platform alike."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._wait, args=(loop,), name=f"wait-{process.pid}", daemon=True).start()

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        self.process.wait()
        with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits any more.
            loop.call_soon_threadsafe(self.ended.set)

    def signal_group(self, number: int) -> None:
        """Reach the children of the process too: it leads its own session."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


class ManagedProcess:
    """A process under supervision: `start`, `stop` and `kill` are what we want; what it does unasked is put right."""

    def __init__(self, launch: Launch, *, report: Callable[[str], None] = logger.warning) -> None:
        self.launch = launch
        self._report = report
        self._running: Running | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ready_pid = 0
        self._changed = asyncio.Condition()

    @property
    def name(self) -> str:
        return self.launch.name

    @property
    def pid(self) -> int:
        """The number of the process that is or was last running; 0 before the first start."""
        return self._running.process.pid if self._running else 0

    @property
    def is_ready(self) -> bool:
        return self._ready_pid != 0

    async def start(self) -> None:
        """Start the process and return when it is ready. Raises ProcessFailed. Does nothing if it is started."""
        if self._keeper is None:
            await self._start_once()
            self._keeper = asyncio.create_task(self._keep_running(), name=f"keep-{self.name}")

    async def stop(self) -> None:
        """End the process in good order, by force after the deadline. May be called at any time, also twice."""
        await self._end(self.launch.stop_signal)

    async def kill(self) -> None:
        """End the process with SIGKILL and leave it so until the next `start`."""
        await self._end(signal.SIGKILL)

    async def until_ready(self, *, other_than: int = 0) -> int:
        """Wait until a process with another number than `other_than` is ready; return its number."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._ready_pid not in (0, other_than))
            return self._ready_pid

    async def _start_once(self) -> None:
        if self.launch.prepare:
            await self.launch.prepare()
        # Without an await between them, so that no cancellation leaves a process that nobody knows.
        running = self._running = Running(spawn(self.launch))
        try:
            async with asyncio.timeout(self.launch.start_seconds_max):
                await until_ready_or_ended(self.launch.ready, running)
        except BaseException as error:
            running.signal_group(signal.SIGKILL)
            await running.ended.wait()
            if isinstance(error, TimeoutError):
                reason = f"was not ready within {self.launch.start_seconds_max:g} s"
                raise ProcessFailed(self.name, reason, self.launch.log) from None
            raise
        if running.ended.is_set():
            running.signal_group(signal.SIGKILL)
            raise ProcessFailed(self.name, describe_end(running.process), self.launch.log)
        await self._set_ready(running.process.pid)

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        pause, since = BACKOFF_SECONDS_MIN, loop.time()
        while self._running:
            running = self._running
            await running.ended.wait()
            running.signal_group(signal.SIGKILL)
            if self._ready_pid:
                await self._set_ready(0)
                pause = BACKOFF_SECONDS_MIN if loop.time() - since > STEADY_SECONDS else pause
                self._report(f"{self.name} {describe_end(running.process)}; it is started again")
            await asyncio.sleep(pause)
            pause = min(pause * 2, BACKOFF_SECONDS_MAX)
            try:
                await self._start_once()
                since = loop.time()
            except (ProcessFailed, OSError) as error:
                self._report(f"{self.name} did not start again: {error}")

    async def _end(self, number: int) -> None:
        if self._keeper:
            keeper, self._keeper = self._keeper, None
            keeper.cancel()
            await asyncio.wait([keeper])
        if self._running:
            await end(self._running, number, self.launch.stop_seconds_max)
        await self._set_ready(0)

    async def _set_ready(self, pid: int) -> None:
        async with self._changed:
            self._ready_pid = pid
            self._changed.notify_all()


def spawn(launch: Launch) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own: Ctrl-C in the terminal is ours to hand on, in the right order."""
    pipe = None if KERNEL_TELLS_OF_PARENT else parent_pipe()
    launch.log.parent.mkdir(parents=True, exist_ok=True)
    if launch.log.exists() and launch.log.stat().st_size > LOG_BYTES_MAX:
        launch.log.replace(launch.log.with_suffix(".1.log"))
    with launch.log.open("ab") as log:
        return subprocess.Popen(
            guarded(launch.command, launch.death_signal, launch.account, pipe),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=None if launch.environment is None else dict(launch.environment),
            cwd=launch.folder,
            start_new_session=True,
            pass_fds=() if pipe is None else (pipe,),
        )


def guarded(command: Sequence[str], death_signal: int, account: Account | None, pipe: int | None) -> list[str]:
    """Put the wrapper before `command` that changes the user and ties the process to this one."""
    user = ("-", "-") if account is None else (str(account.uid), str(account.gid))
    watched = "-" if pipe is None else str(pipe)
    # sys.executable is the environment's own interpreter; the standard library is all that the wrapper needs.
    wrapper = [sys.executable, "-I", "-S", str(CHILD), str(os.getpid()), str(int(death_signal)), *user, watched]
    return [*wrapper, *command]


def parent_pipe() -> int:
    """The reading side of a pipe whose other side is closed when this process ends, however it ends."""
    global _parent_pipe
    if _parent_pipe is None or _parent_pipe[0] != os.getpid():
        reading, _writing = os.pipe()
        _parent_pipe = (os.getpid(), reading)
    return _parent_pipe[1]


_parent_pipe: tuple[int, int] | None = None


async def run_to_end(launch: Launch) -> None:
    """Run a process that ends by itself. Raises ProcessFailed if it was too slow or its status is not 0."""
    running = Running(spawn(launch))
    try:
        async with asyncio.timeout(launch.start_seconds_max):
            await running.ended.wait()
    except TimeoutError:
        raise ProcessFailed(launch.name, f"took more than {launch.start_seconds_max:g} s", launch.log) from None
    finally:
        await end(running, signal.SIGKILL, launch.stop_seconds_max)
    if running.process.returncode != 0:
        raise ProcessFailed(launch.name, describe_end(running.process), launch.log)


async def until_ready_or_ended(ready: Probe | None, running: Running) -> None:
    pause = POLL_SECONDS_MIN
    while ready and not running.ended.is_set():
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(PROBE_SECONDS_MAX):
                if await ready():
                    return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await running.ended.wait()
        pause = min(pause * 1.5, POLL_SECONDS_MAX)


async def end(running: Running, number: int, seconds_max: float) -> None:
    if not running.ended.is_set():
        running.process.send_signal(number)
        try:
            async with asyncio.timeout(seconds_max):
                await running.ended.wait()
        except TimeoutError:
            running.process.kill()
            await running.ended.wait()
    running.signal_group(signal.SIGKILL)


def describe_end(process: subprocess.Popen[bytes]) -> str:
    status = process.returncode
    if status is None or status >= 0:
        return f"ended with status {status}"
    return f"was ended by {signal.Signals(-status).name}"


def http_answers(url: str) -> Probe:
    """A probe that holds when a GET of the plain-HTTP `url` is answered with 200."""
    parts = urlsplit(url)

    async def probe() -> bool:
        return await http_status(parts.hostname or "127.0.0.1", parts.port or 80, parts.path or "/") == 200

    return probe


async def http_status(host: str, port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        line = await reader.readline()
    finally:
        writer.close()
    words = line.split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


@contextlib.asynccontextmanager
async def processes(*managed: ManagedProcess) -> AsyncIterator[None]:
    """Start processes one after the other, each ready before the next; stop them in reverse."""
    async with contextlib.AsyncExitStack() as started:
        for process in managed:
            started.push_async_callback(process.stop)
            await process.start()
        yield
