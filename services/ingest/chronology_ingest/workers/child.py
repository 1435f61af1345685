"""The worker's side: `python -m chronology_ingest.workers.child SPEC PARENT`, one job after the other.

It reads jobs from standard input and writes answers to what was standard output; what
libraries print goes to standard error. It ends with its parent: at the end of the
input, by the kernel's signal on Linux, and everywhere by looking once a second.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, Final

import msgspec
from msgspec import Raw, Struct

from chronology_ingest.errors import IngestError
from chronology_ingest.refusals import JobRefused
from chronology_ingest.workers.frames import LENGTH_BYTES, Answer, Spec, length

Work = Callable[[bytes], Struct]
"""Does one job: from its MessagePack to a struct. It raises `JobRefused` where the input is at fault."""

_PR_SET_PDEATHSIG: Final = 1
_PARENT_SECONDS: Final = 1.0
_FORBIDDEN: Final = (
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.fork",
    "os.forkpty", "os.posix_spawn", "os.spawn",
)  # fmt: skip

_encode = msgspec.msgpack.Encoder().encode


def main(spec: Spec, parent: int) -> None:
    _end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of a terminal's processes; the parent ends us.
    requests, answers = _take_streams()
    setup = _read(requests)
    try:
        work: Work = _load(spec.factory)(*([setup] if setup else []))
    except IngestError as error:
        # What it was set up with is wrong, which whoever did that must be told.
        _write(answers, _encode(Answer(failed=str(error))))
        return
    _limit(resource.RLIMIT_CORE, 0)
    if spec.memory_bytes:
        _limit(resource.RLIMIT_AS, spec.memory_bytes)
    if spec.isolated:
        sys.addaudithook(_forbid)
    _write(answers, _encode(Answer()))
    while frame := _read(requests):
        if spec.cpu_seconds:
            _limit_cpu(spec.cpu_seconds)
        _write(answers, _encode(_answer(work, frame)))


def _answer(work: Work, frame: bytes) -> Answer:
    try:
        return Answer(result=Raw(_encode(work(frame))))
    except JobRefused as refused:
        return Answer(refused=(refused.code, refused.detail, refused.retry_after_seconds))
    except MemoryError:
        return Answer(refused=("too-much-memory", "Reading it takes more memory than is allowed.", 0))
    except IngestError as error:
        return Answer(failed=str(error))
    except Exception:  # noqa: BLE001  A bug costs one job, and the service logs it.
        return Answer(failed=traceback.format_exc())


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, answers


def _load(factory: str) -> Callable[..., Work]:
    module, _, name = factory.partition(":")
    found: Callable[..., Work] = getattr(importlib.import_module(module), name)
    return found


def _read(stream: BinaryIO) -> bytes:
    head = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(head, "big")) if len(head) == LENGTH_BYTES else b""


def _write(stream: BinaryIO, frame: bytes) -> None:
    stream.write(length(len(frame)) + frame)
    stream.flush()


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def _watch_parent(parent: int) -> None:
    # It may have died before the kernel was asked to tell; on other systems the kernel never tells.
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)
    os._exit(1)


def _limit(kind: int, value: int) -> None:
    with suppress(ValueError, OSError):  # A system that knows no such limit, or has a stricter one.
        resource.setrlimit(kind, (value, value))


def _limit_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError, OSError):
        # The kernel counts whole seconds since the process began.
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _forbid(event: str, _: object) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"a worker that reads foreign bytes may not do this: {event}")


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=Spec), int(sys.argv[2]))
