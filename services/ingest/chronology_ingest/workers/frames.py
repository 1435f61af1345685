"""What passes between the service and a worker: frames of four bytes of length and MessagePack."""

from __future__ import annotations

from typing import Final

from msgspec import Raw, Struct

LENGTH_BYTES: Final = 4
FRAME_BYTES_MAX: Final = 256 * 2**20


class Spec(Struct, frozen=True, kw_only=True):
    """What a worker is. `factory` (`module:function`) is called in it once and gives what does a job.

    `cpu_seconds` is for one job; 0 is no limit. `memory_bytes` is address space. With
    `isolated` it may neither open connections nor start programs. After `jobs_max` jobs
    it is replaced, because libraries leak. `setup`, if there is any, is what the factory
    is called with: every worker of a pool begins with the same, however late it starts.
    """

    name: str
    factory: str
    cpu_seconds: int = 0
    memory_bytes: int = 0
    isolated: bool = False
    jobs_max: int = 1_000
    setup: bytes = b""


class Answer(Struct, frozen=True, kw_only=True):
    """Of one job: its result, or why it was refused, or how it failed.

    A refusal is a code, a sentence, and the seconds after which the job may be tried again, 0 for never.
    """

    result: Raw = Raw(b"\xc0")
    refused: tuple[str, str, int] | None = None
    failed: str = ""


def length(size: int) -> bytes:
    return size.to_bytes(LENGTH_BYTES, "big")
