"""Processes of an earlier life that still work on our data: found by what they work on, never by their number alone."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 0.01
GRACE_SECONDS = 5.0
PROC = Path("/proc")


async def end_processes(find: Callable[[], list[int]], first_signal: int) -> None:
    """Send `first_signal`, later SIGKILL, to what `find` finds, until it finds nothing."""
    deadline = time.monotonic() + GRACE_SECONDS
    number, pids = first_signal, find()
    signalled: set[tuple[int, int]] = set()
    while pids:
        for pid in pids:
            if (pid, number) not in signalled:
                signalled.add((pid, number))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        await asyncio.sleep(POLL_SECONDS)
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        pids = find()


def processes_in(folder: Path, program: str) -> list[int]:
    """The processes named `program` whose working folder is `folder`. PostgreSQL's all are in their data folder."""
    if not PROC.joinpath("self").exists():
        return by_lock_file(folder, program)
    found = []
    for entry in PROC.iterdir():
        # Processes end while we look, and other people's may not be looked at.
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder and name_of(int(entry.name)) == program:
                found.append(int(entry.name))
    return found


def by_lock_file(folder: Path, program: str) -> list[int]:
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
        if program in command_of(pid) and str(folder) in command_of(pid):
            return [pid]
    return []


def process_of_file(pid_file: Path, argument: Path) -> list[int]:
    """The process whose number is in `pid_file`, if `argument` stands in its command."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        if str(argument) in command_of(pid):
            return [pid]
    return []


def name_of(pid: int) -> str:
    return (PROC / str(pid) / "comm").read_text().strip()


def command_of(pid: int) -> str:
    """The command line; empty for a process that has ended, also while its parent has not yet asked for its status."""
    if PROC.joinpath("self").exists():
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "surrogateescape")
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout


def is_alive(pid: int) -> bool:
    """Whether a process of that number exists, also one that has ended but still awaits its parent."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
