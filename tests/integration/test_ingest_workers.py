"""Worker processes: what a job that hangs, eats or kills costs, and that none outlives its parent."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from chronology_ingest.refusals import Busy, JobRefused, TooSlow, WorkerBroken, WorkerDied
from chronology_ingest.workers import Pool, Spec
from msgspec import Struct

pytestmark = pytest.mark.anyio

WORK = """
import os, signal, socket, time
from pathlib import Path
import msgspec
from chronology_ingest.refusals import JobRefused

class Done(msgspec.Struct):
    said: str
    pid: int

def worker():
    print("what is printed must not end up between the answers")
    def work(frame):
        job = msgspec.msgpack.decode(frame)
        what, path = job["what"], job["path"]
        if what == "hang":
            Path(path).write_text("hanging")
            time.sleep(60)
        if what == "spin":
            while True:
                pass
        if what == "eat":
            bytearray(2**31)
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "die once" and not Path(path).exists():
            Path(path).write_text("died")
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "refuse":
            raise JobRefused("no", "Not this one.")
        if what == "fail":
            raise ZeroDivisionError
        if what == "connect":
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        return Done(said=what, pid=os.getpid())
    return work

def broken():
    raise RuntimeError("no rules")
"""


class Job(Struct, frozen=True, kw_only=True):
    what: str
    path: str = ""


class Done(Struct, frozen=True, kw_only=True):
    said: str
    pid: int


MakePool = Callable[..., Pool[Done]]


@pytest.fixture
async def pool_of(tmp_path: Path) -> AsyncIterator[MakePool]:
    """Makes pools whose workers do what `WORK` says."""
    (tmp_path / "work.py").write_text(WORK)
    made: list[Pool[Done]] = []

    def make(factory: str = "work:worker", *, size: int = 1, seconds_max: float = 20, **fields: Any) -> Pool[Done]:
        waiting_max = fields.pop("waiting_max", 8)
        pool = Pool(
            Spec(name="test", factory=factory, **fields),
            Done,
            size=size,
            seconds_max=seconds_max,
            environment={**os.environ, "PYTHONPATH": str(tmp_path)},
            waiting_max=waiting_max,
        )
        made.append(pool)
        return pool

    yield make
    for pool in made:
        await pool.close()


async def test_jobs_are_done_in_other_processes_by_as_many_workers_as_there_are(pool_of: MakePool) -> None:
    pool = pool_of(size=2, waiting_max=32)
    await pool.start()

    done = await asyncio.gather(*(pool.run(Job(what=str(number))) for number in range(20)))

    assert [each.said for each in done] == [str(number) for number in range(20)]
    assert {each.pid for each in done} <= set(pool.pids)
    assert len(pool.pids) == 2


async def test_a_job_that_hangs_is_ended_and_the_next_is_done_by_another_worker(pool_of: MakePool) -> None:
    pool = pool_of(seconds_max=0.5)
    first = await pool.run(Job(what="a"))

    with pytest.raises(TooSlow):
        await pool.run(Job(what="hang", path=os.devnull))
    second = await pool.run(Job(what="b"))

    assert second.pid != first.pid


async def test_a_job_whose_worker_is_killed_is_tried_once_more(pool_of: MakePool, tmp_path: Path) -> None:
    done = await pool_of().run(Job(what="die once", path=str(tmp_path / "died")))

    assert done.said == "die once"


async def test_a_job_that_kills_two_workers_is_given_up_and_the_next_is_done(pool_of: MakePool) -> None:
    pool = pool_of()

    with pytest.raises(WorkerDied) as raised:
        await pool.run(Job(what="die"))
    after = await pool.run(Job(what="a"))

    assert not raised.value.by_limit
    assert after.said == "a"


async def test_a_job_that_burns_the_processor_is_ended_by_its_limit(pool_of: MakePool) -> None:
    with pytest.raises(WorkerDied) as raised:
        await pool_of(cpu_seconds=1).run(Job(what="spin"))

    assert raised.value.by_limit


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its address space")
async def test_a_job_that_eats_memory_is_refused(pool_of: MakePool) -> None:
    with pytest.raises(JobRefused) as raised:
        await pool_of(memory_bytes=512 * 2**20).run(Job(what="eat"))

    assert raised.value.code == "too-much-memory"


async def test_an_isolated_worker_opens_no_connection(pool_of: MakePool) -> None:
    with pytest.raises(WorkerBroken):
        await pool_of(isolated=True).run(Job(what="connect"))


async def test_what_is_wrong_with_the_input_comes_back_as_it_was_said(pool_of: MakePool) -> None:
    with pytest.raises(JobRefused) as raised:
        await pool_of().run(Job(what="refuse"))

    assert (raised.value.code, raised.value.detail) == ("no", "Not this one.")


async def test_a_bug_costs_one_job_and_no_worker(pool_of: MakePool) -> None:
    pool = pool_of()
    before = await pool.run(Job(what="a"))

    with pytest.raises(WorkerBroken):
        await pool.run(Job(what="fail"))
    after = await pool.run(Job(what="b"))

    assert after.pid == before.pid


async def test_a_worker_that_cannot_start_is_said_at_once(pool_of: MakePool) -> None:
    with pytest.raises(WorkerBroken):
        await pool_of("work:broken").start()


async def test_a_worker_is_replaced_after_so_many_jobs(pool_of: MakePool) -> None:
    pool = pool_of(jobs_max=2)

    pids = [(await pool.run(Job(what="a"))).pid for _ in range(4)]

    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_more_jobs_than_may_wait_are_refused(pool_of: MakePool) -> None:
    pool = pool_of(waiting_max=1)
    await pool.start()
    async with running(pool.run(Job(what="hang", path=os.devnull))), running(pool.run(Job(what="a"))):
        with pytest.raises(Busy) as raised:
            await pool.run(Job(what="b"))

    assert "wait already" in str(raised.value)


async def test_whoever_stops_waiting_leaves_a_working_pool(pool_of: MakePool) -> None:
    pool = pool_of()
    await pool.start()
    async with running(pool.run(Job(what="hang", path=os.devnull))):
        pass

    done = await pool.run(Job(what="a"))

    assert done.said == "a"


async def test_closing_ends_busy_workers_at_once(pool_of: MakePool) -> None:
    pool = pool_of(size=2)
    await pool.start()
    async with running(pool.run(Job(what="hang", path=os.devnull))):
        began = time.monotonic()
        await pool.close()
        took = time.monotonic() - began

    assert took < 2
    assert pool.pids == []


PARENT = """
import asyncio, os, sys
from chronology_ingest.workers import Pool, Spec
from msgspec import Struct

class Job(Struct):
    what: str
    path: str

async def main():
    pool = Pool(Spec(name="test", factory="work:worker"), Job, size=2, seconds_max=60, environment=dict(os.environ))
    await pool.start()
    print(*pool.pids, flush=True)
    await pool.run(Job(what="spin", path=""))

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="waits for processes that are not its own")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(WORK)
    command = [sys.executable, "-c", PARENT]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        ends = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
    ended = [select.select([end], [], [], 5)[0] == [end] for end in ends]
    for end in ends:
        os.close(end)

    assert ended == [True, True]


@asynccontextmanager
async def running(work: Awaitable[Any]) -> AsyncIterator[None]:
    """Begin some work, let it get as far as it gets by itself, and drop it at the end of the block."""
    task = asyncio.ensure_future(work)
    for _ in range(3):
        await asyncio.sleep(0)
    yield
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
