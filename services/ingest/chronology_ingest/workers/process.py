"""One worker as the service sees it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import msgspec
from msgspec.structs import replace

from chronology_ingest.refusals import TooSlow, WorkerBroken, WorkerDied

from .frames import FRAME_BYTES_MAX, LENGTH_BYTES, Answer, Spec, length

START_SECONDS: Final = 60.0
GONE_SECONDS: Final = 1.0
_SECRET_PREFIXES: Final = ("CHRONOLOGY_", "NATS_", "DATABASE_", "PG")

_decode = msgspec.msgpack.Decoder(Answer).decode


class Process:
    """A running worker. Whoever gets an error out of it kills it: what it does then is not known."""

    def __init__(self, spec: Spec, process: asyncio.subprocess.Process) -> None:
        self._spec = spec
        self._process = process
        self.jobs = 0

    @classmethod
    async def start(cls, spec: Spec, environment: Mapping[str, str]) -> Process:
        """Start one and wait until it can work. Raises `WorkerBroken`."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # Nothing of the current folder is imported.
            "-m",
            "chronology_ingest.workers.child",
            msgspec.json.encode(replace(spec, setup=b"")).decode(),  # An argument may not be long.
            str(os.getpid()),
            stdin=PIPE,
            stdout=PIPE,
            env=_safe(environment),
        )
        started = cls(spec, process)
        try:
            begun = await started._begin(spec.setup)
        except BaseException as error:
            await started.kill()
            if isinstance(error, WorkerDied | TooSlow):
                raise WorkerBroken(f"a worker ({spec.name}) does not start: {error}") from error
            raise
        if begun.failed:
            await started.kill()
            raise WorkerBroken(f"a worker ({spec.name}) does not start: {begun.failed}")
        return started

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, job: bytes, seconds: float) -> Answer:
        """Have one job done. Raises `TooSlow` and `WorkerDied`."""
        self.jobs += 1
        await self._send(job, seconds)
        return await self._receive(seconds)

    async def _begin(self, setup: bytes) -> Answer:
        await self._send(setup, START_SECONDS)
        return await self._receive(START_SECONDS)

    async def _send(self, frame: bytes, seconds: float) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            async with asyncio.timeout(seconds):
                stdin.write(length(len(frame)) + frame)
                await stdin.drain()
        except TimeoutError:
            raise TooSlow(f"a worker ({self._spec.name}) did not take a job within {seconds:g} s") from None
        except (OSError, RuntimeError):  # uvloop says a closed pipe in either way.
            raise await self._died() from None

    async def wait(self) -> None:
        await self._process.wait()

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _receive(self, seconds: float) -> Answer:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            async with asyncio.timeout(seconds):
                size = int.from_bytes(await stdout.readexactly(LENGTH_BYTES), "big")
                if size > FRAME_BYTES_MAX:
                    raise WorkerDied(f"a worker ({self._spec.name}) answered with {size} bytes")
                return _decode(await stdout.readexactly(size))
        except TimeoutError:
            raise TooSlow(f"a worker ({self._spec.name}) was not done within {seconds:g} s") from None
        except (asyncio.IncompleteReadError, OSError):
            raise await self._died() from None

    async def _died(self) -> WorkerDied:
        # Its pipe closes a moment before it is gone. To signal it in that moment would take its exit code away unread.
        with suppress(TimeoutError):
            async with asyncio.timeout(GONE_SECONDS):
                await self._process.wait()
        if self.is_alive:
            await self.kill()
        code = self._process.returncode or 0
        why = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return WorkerDied(f"a worker ({self._spec.name}) ended by {why}", by_limit=code == -signal.SIGXCPU)


def _safe(environment: Mapping[str, str]) -> dict[str, str]:
    # Without our secrets; and sets have one order, so that a text is read the same way in every process.
    kept = {name: value for name, value in environment.items() if not name.startswith(_SECRET_PREFIXES)}
    return {**kept, "PYTHONHASHSEED": "0"}
