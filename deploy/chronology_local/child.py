"""Become another program that does not outlive the supervisor.

Run as a script, never imported: `python -I -S child.py PARENT SIGNAL UID GID PIPE COMMAND…`. The process keeps its
number, so the supervisor's child is the program itself. `-` stands for "none".

On Linux the kernel sends SIGNAL when the supervisor's thread that started us ends, also by SIGKILL. Where a pipe is
given, as on macOS, a small watchdog process waits instead for the end of PIPE, whose other side only the supervisor
holds.
"""

import os
import select
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10.0


def main(arguments: list[str]) -> None:
    parent, death_signal = int(arguments[0]), int(arguments[1])
    uid, gid, pipe = (None if argument == "-" else int(argument) for argument in arguments[2:5])
    command = arguments[5:]
    if pipe is not None:
        start_watchdog(pipe, death_signal)
        ask_kernel = None
    else:
        # Loaded now: another user may not be able to read this interpreter's files.
        ask_kernel = parent_death_signal()
    if uid is not None and gid is not None:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if ask_kernel:
        # After the change of user, which clears this setting.
        ask_kernel(death_signal)
        if os.getppid() != parent:
            sys.exit("the supervisor ended while this process started")
    # Python ignores SIGPIPE and a program inherits what is ignored.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606 - the supervisor wrote the command


def parent_death_signal() -> Callable[[int], None]:
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask(death_signal: int) -> None:
        if prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
            sys.exit("PR_SET_PDEATHSIG failed: " + os.strerror(ctypes.get_errno()))

    return ask


def start_watchdog(parent_pipe: int, death_signal: int) -> None:
    alive_read, alive_write = os.pipe()
    target = os.getpid()
    if os.fork() == 0:
        # Forked twice: the program must not find a child that it never made.
        if os.fork() == 0:
            os.close(alive_write)
            os.setsid()
            watch(parent_pipe, alive_read, target, death_signal)
        os._exit(0)
    os.wait()
    os.close(alive_read)
    os.close(parent_pipe)
    # The program and its children hold this side: its end tells the watchdog that all of them are gone.
    os.set_inheritable(alive_write, True)


def watch(parent_pipe: int, alive: int, target: int, death_signal: int) -> None:
    ended, _, _ = select.select([parent_pipe, alive], [], [])
    if alive not in ended:
        os.kill(target, death_signal)
        if not select.select([alive], [], [], GRACE_SECONDS)[0]:
            os.kill(target, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
