"""Start in order, stop in reverse, within a deadline; and HTTP that ends while streams are open.

A process is a list of parts. A part is a coroutine that says `running.ready()` once the
next one may start, works until `running.stopping` is set, and then returns. SIGTERM or
SIGINT stops the last part first. A second signal, or the deadline, ends the process at
once: everything here must survive that anyway. A part that raises, or returns unbidden,
stops the others, and the process ends with 1.

uvicorn waits at its end for open responses, and an SSE stream has no end of its own. So
the server sets `closing` first; generators of streams watch it and say goodbye.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final

import structlog
import uvicorn

from .errors import RuntimeFailure

STOP_SECONDS: Final = 10.0
"""How long all parts together may take to stop."""
DRAIN_SECONDS: Final = 5.0
"""How long requests under way may take once the server is to stop."""
KEEP_ALIVE_SECONDS: Final = 15
BACKLOG: Final = 512
_CANCEL_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


class CannotListen(RuntimeFailure):
    """The address cannot be listened on: another program has it, or it is not of this machine."""


class Running:
    """What a part is given: it calls `ready()`, and ends soon after `stopping` is set."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self._ready = asyncio.Event()

    def ready(self) -> None:
        self._ready.set()

    async def wait_ready(self) -> None:
        await self._ready.wait()


Main = Callable[[Running], Coroutine[Any, Any, None]]


class Part:
    """A named piece of a process. `may_end`: it may return before it is told to."""

    def __init__(self, name: str, main: Main, *, may_end: bool = False) -> None:
        self.name = name
        self.main = main
        self.may_end = may_end


class _Started:
    def __init__(self, part: Part) -> None:
        self.part = part
        self.running = Running()
        self.task = asyncio.create_task(part.main(self.running), name=part.name)
        # A part that ended has nothing more to get ready; whether it may have ended is another question.
        self.task.add_done_callback(lambda _: self.running.ready())
        self.reported = False


def run(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run `main` on uvloop (where there is one) and return its exit code."""
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if sys.platform != "win32":
        import uvloop

        loop_factory = uvloop.new_event_loop
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(main())
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        _disarm()


async def supervise(parts: Sequence[Part], *, stop_seconds: float = STOP_SECONDS) -> int:
    """Run `parts` until a signal comes or one of them fails; return the exit code of the process.

    Called from the main thread's loop. 0 after a signal and a clean stop, else 1.
    """
    stop = asyncio.Event()
    started: list[_Started] = []
    with _signals(stop, stop_seconds):
        failed = not await _start(parts, started, stop)
        if not failed and not stop.is_set():
            failed = not await _watch(started, stop)
        stop.set()
        clean = await _stop(started, stop_seconds)
    return 0 if clean and not failed else 1


async def _start(parts: Sequence[Part], started: list[_Started], stop: asyncio.Event) -> bool:
    for part in parts:
        if stop.is_set():
            break
        begun = _Started(part)
        started.append(begun)
        # An earlier part may fail while this one waits for what it gives.
        if not await _first(started, begun.running.wait_ready(), stop.wait()):
            return False
        _log.debug("part started", part=part.name)
    return True


async def _watch(started: list[_Started], stop: asyncio.Event) -> bool:
    return await _first(started, stop.wait())


async def _first(started: list[_Started], *events: Coroutine[Any, Any, Any]) -> bool:
    """Wait for one of `events`; False if a part ended first that should not have."""
    waits = {asyncio.ensure_future(event) for event in events}
    try:
        while True:
            if any(_failed(item) for item in started):
                return False
            tasks = {item.task for item in started if not item.task.done()}
            if not tasks or any(wait.done() for wait in waits):
                return True
            await asyncio.wait(waits | tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _failed(item: _Started) -> bool:
    if not item.task.done():
        return False
    error = None if item.task.cancelled() else item.task.exception()
    if error is None and item.part.may_end and not item.task.cancelled():
        return False
    item.reported = True
    if isinstance(error, RuntimeFailure):
        _log.error("part failed", part=item.part.name, reason=str(error))
    elif error is not None:
        _log.error("part crashed", part=item.part.name, exc_info=error)
    else:
        _log.error("part ended by itself", part=item.part.name)
    return True


async def _stop(started: list[_Started], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    clean = True
    for item in reversed(started):
        item.running.stopping.set()
        if not item.task.done():
            await asyncio.wait({item.task}, timeout=max(0.0, deadline - time.monotonic()))
        if not item.task.done():
            clean = False
            _log.error("part did not stop in time", part=item.part.name, seconds=seconds)
            item.task.cancel()
            await asyncio.wait({item.task}, timeout=_CANCEL_SECONDS)
        elif not item.task.cancelled() and item.task.exception() is not None:
            if not item.reported:
                _log.error("part failed to stop cleanly", part=item.part.name, exc_info=item.task.exception())
            clean = False
        else:
            _log.debug("part stopped", part=item.part.name)
    return clean


# --- signals


@contextlib.contextmanager
def _signals(stop: asyncio.Event, seconds: float) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    seen: list[int] = []

    def on_signal(number: int, frame: FrameType | None) -> None:
        # It runs between two bytecodes of the main thread, so also while the loop is blocked.
        if seen:
            _leave(128 + number, "second signal: leaving at once")
        seen.append(number)
        # A loop that stays blocked, or a thread that hangs, must not keep the process.
        _arm(seconds + 2 * _CANCEL_SECONDS)
        loop.call_soon_threadsafe(_begin_stop, stop, signal.Signals(number).name)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _begin_stop(stop: asyncio.Event, name: str) -> None:
    _log.info("stopping", signal=name)
    stop.set()


_watchdog: threading.Timer | None = None


def _arm(seconds: float) -> None:
    global _watchdog
    _disarm()
    _watchdog = threading.Timer(seconds, _leave, (1, "the stop took too long: leaving at once"))
    _watchdog.daemon = True
    _watchdog.start()


def _disarm() -> None:
    if _watchdog is not None:
        _watchdog.cancel()


def _leave(code: int, why: str) -> None:
    with contextlib.suppress(Exception):
        _log.error(why)
        sys.stderr.flush()
    os._exit(code)


# --- HTTP


class Server(uvicorn.Server):
    """uvicorn that leaves signals to `supervise`, and tells streams to end before it waits for them."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing
        self._on_started = on_started

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._closing.set()
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `CannotListen`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"{host}: {error.strerror or error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise CannotListen(f"cannot listen on {host} port {port}: {error.strerror}") from error
    return listener


def serve(
    app: Any,
    *,
    host: str,
    port: int,
    closing: asyncio.Event,
    on_bound: Callable[[str, int], Awaitable[None] | None] | None = None,
    ready_file: Path | None = None,
    drain_seconds: float = DRAIN_SECONDS,
    connections_max: int | None = None,
) -> Main:
    """The main of a part that serves an ASGI app.

    `on_bound` is called with host and real port as soon as requests are answered;
    then `ready_file` holds the address. `closing` is set when the server is to stop.
    """

    async def main(running: Running) -> None:
        listener = listen(host, port)
        bound = int(listener.getsockname()[1])
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, round(drain_seconds)),
            limit_concurrency=connections_max,
            backlog=BACKLOG,
        )
        listening = asyncio.Event()
        server = Server(config, closing, listening.set)
        task = asyncio.create_task(_serve(server, listener))
        try:
            if await _either(task, listening):
                await _announce(host, bound, on_bound, ready_file)
                running.ready()
                await _either(task, running.stopping)
            server.handle_exit(signal.SIGTERM, None)
            await task
        finally:
            closing.set()
            task.cancel()
            listener.close()
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)  # noqa: ASYNC240  One small file, at the end.

    return main


async def _serve(server: Server, listener: socket.socket) -> None:
    try:
        await server.serve(sockets=[listener])
    except SystemExit as error:
        # uvicorn leaves the process when the application does not start; other parts must be stopped first.
        raise RuntimeError("the application did not start") from error
    if not server.started:
        raise RuntimeError("the application did not start")


async def _either(task: asyncio.Task[None], event: asyncio.Event) -> bool:
    """Wait for the event or for the end of the task; whether it was the event."""
    wait = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({task, wait}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        wait.cancel()
    return event.is_set() and not task.done()


async def _announce(
    host: str, port: int, on_bound: Callable[[str, int], Awaitable[None] | None] | None, ready_file: Path | None
) -> None:
    shown = f"[{host}]" if ":" in host else host
    _log.info("serving", address=f"http://{shown}:{port}")
    if on_bound is not None:
        answer = on_bound(host, port)
        if answer is not None:
            await answer
    if ready_file is not None:
        # Whoever waits for the file must never read half of it.
        part = ready_file.with_name(ready_file.name + ".part")
        part.write_text(f"http://{shown}:{port}\n")
        part.replace(ready_file)
