"""What a command tells a person instead of a traceback, and who must act.

    CommandError      the command did not do what was asked: exit code 1
    ├─ BadInput       a file, a line or a value of the person's own: correct it
    ├─ Unreachable    nothing answers at an address: start it, or name another
    └─ Refused        the service said no, and why

A wrong use of the command line itself is click's `UsageError`: exit code 2.
"""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot do what was asked; the message is the sentence that people read."""


class BadInput(CommandError):
    """What was given cannot be used; the message names the place and what would be right."""


class Unreachable(CommandError):
    """Nothing answers at this address."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"Nothing answers at {url} ({reason}). Start it with `chronology up`, or give the address with --url."
        )
        self.url = url
        self.reason = reason


class Refused(CommandError):
    """A service answered with a problem. `status` is HTTP's, `slug` the end of the problem's type, "" without one."""

    def __init__(self, url: str, status: int, slug: str, message: str) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.slug = slug
