"""What can go wrong, and who must act.

ChronologyError
├─ StreamBroken      the stream is not the one that the log was read from: halt, an operator decides
│  └─ Forked         a subscriber has seen another record at a position that is to be written
├─ HeadMoved         somebody else wrote to the log: give up the lead, start over
├─ Stopped           a projection met what it cannot read: it stops until it is upgraded
├─ NotGenuine        a key, a note or a proof is malformed, or does not prove what it should: whoever gave it
├─ Unavailable       a dependency is away: wait, go on from the stored sequence
└─ Refused           what was asked for cannot be done as things stand: whoever asked
   └─ KeyReused      an idempotency key came again with another request
"""

from __future__ import annotations


class ChronologyError(Exception):
    """The chronology cannot go on with this."""


class StreamBroken(ChronologyError):
    """The stream has a hole, ends before what was read, or is another one than before."""


class Forked(StreamBroken):
    """The published log holds another record at this position than the stream now gives."""


class HeadMoved(ChronologyError):
    """The log's head is not where this appender left it: another one has written."""


class Stopped(ChronologyError):
    """A projection stopped at a record that it cannot read."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"at position {position}: {reason}")
        self.position = position
        self.reason = reason


class NotGenuine(ChronologyError):
    """A key, a signed note, a checkpoint or a proof is not what it should be; the message says in which way."""


class Unavailable(ChronologyError):
    """Postgres or NATS does not answer."""


class Refused(ChronologyError):
    """This cannot be done as things stand; the message says why and what would help."""


class KeyReused(Refused):
    """This idempotency key was used for another request."""
