"""A fixed number of workers, and a bounded queue before them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

import msgspec
import structlog
from msgspec import Struct

from chronology_ingest.refusals import Busy, JobRefused, WorkerBroken, WorkerDied

from .frames import Answer, Spec
from .process import Process

A = TypeVar("A", bound=Struct)

WAITING_MAX: Final = 64
"""Jobs that wait for a worker; one more is refused."""
WAITING_SECONDS_MAX: Final = 30.0

_log = structlog.get_logger(__name__)
_encode = msgspec.msgpack.Encoder().encode


class Pool(Generic[A]):
    """Workers of one kind. `seconds_max` is for one job, waiting not counted."""

    def __init__(
        self,
        spec: Spec,
        answer: type[A],
        *,
        size: int,
        seconds_max: float,
        environment: Mapping[str, str],
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._seats = [_Seat(spec, environment) for _ in range(size)]
        self._free: asyncio.LifoQueue[_Seat] = asyncio.LifoQueue()
        for seat in self._seats:
            self._free.put_nowait(seat)
        self._decode = msgspec.msgpack.Decoder(answer).decode
        self._seconds_max = seconds_max
        self._waiting = 0
        self._waiting_max = waiting_max

    @property
    def pids(self) -> list[int]:
        """The processes that live, in no order that means anything."""
        return [seat.process.pid for seat in self._seats if seat.process is not None and seat.process.is_alive]

    @property
    def size(self) -> int:
        return len(self._seats)

    async def start(self) -> None:
        """Start all workers now; without it each starts when it is first needed. Raises `WorkerBroken`."""
        await asyncio.gather(*(seat.ready() for seat in self._seats))

    async def run(self, job: Struct) -> A:
        """Have a job done. Where its worker dies, another tries once more.

        Raises `Busy` and its kinds, `JobRefused`, and `WorkerBroken` for a bug.
        """
        frame = _encode(job)
        seat = await self._acquire()
        try:
            try:
                answer = await self._attempt(seat, frame)
            except WorkerDied as died:
                if died.by_limit:
                    raise
                _log.warning("worker died, trying once more", reason=str(died))
                answer = await self._attempt(seat, frame)
        finally:
            self._free.put_nowait(seat)
        if answer.refused is not None:
            raise JobRefused(*answer.refused)
        if answer.failed:
            _log.error("worker failed", reason=answer.failed)
            raise WorkerBroken("a worker failed on this input")
        return self._decode(answer.result)

    async def close(self) -> None:
        """End all workers, whatever they do. May be called twice."""
        await asyncio.gather(*(seat.close() for seat in self._seats))

    async def _acquire(self) -> _Seat:
        if self._free.empty() and self._waiting >= self._waiting_max:
            raise Busy(f"{self._waiting} documents wait already")
        self._waiting += 1
        try:
            async with asyncio.timeout(WAITING_SECONDS_MAX):
                return await self._free.get()
        except TimeoutError:
            raise Busy(f"no worker was free within {WAITING_SECONDS_MAX:g} s") from None
        finally:
            self._waiting -= 1

    async def _attempt(self, seat: _Seat, frame: bytes) -> Answer:
        process = await seat.ready()
        try:
            answer = await process.ask(frame, self._seconds_max)
        except BaseException:
            # Also when the caller went away: an answer that nobody waits for must not be taken for the next one.
            await process.kill()
            raise
        if process.jobs >= seat.spec.jobs_max:
            await process.kill()
        return answer


class _Seat:
    """The place of one worker, which gets a new one whenever it ends."""

    def __init__(self, spec: Spec, environment: Mapping[str, str]) -> None:
        self.spec = spec
        self.process: Process | None = None
        self._environment = environment
        self._starting: asyncio.Task[Process] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    async def ready(self) -> Process:
        if self.process is not None and self.process.is_alive:
            return self.process
        if self._closed:
            raise Busy("the service is stopping")
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._start())
        return await asyncio.shield(self._starting)

    async def close(self) -> None:
        self._closed = True
        for task in (self._starting, self._watching):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        if self.process is not None:
            await self.process.kill()

    async def _start(self) -> Process:
        process = await Process.start(self.spec, self._environment)
        self.process = process
        self._watching = asyncio.create_task(self._watch(process))
        return process

    async def _watch(self, process: Process) -> None:
        await process.wait()
        _log.info("worker ended", worker=self.spec.name, jobs=process.jobs)
        try:
            await self.ready()
        except (Busy, WorkerBroken) as error:  # The next job tries again and tells its caller.
            _log.error("worker was not replaced", worker=self.spec.name, reason=str(error))
