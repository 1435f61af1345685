"""Signs where a log stands: the tree grows with the log, and its head is signed every so often.

Before it signs, the signer proves to itself that what it signed last is still the
beginning of the log. Where it is not, somebody changed the past: nothing is signed any
more, and the reason stands in the log of the service and in `/log/checkpoint`.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

import structlog

from . import trees
from .database import Connection, Pool, acquired
from .errors import NotGenuine, Unavailable
from .log.read import read_head
from .log.record import Head
from .tree import merkle, notes
from .tree.checkpoints import Checkpoint
from .wakeups import Wakeups

EVERY_SECONDS: Final = 60.0
EVERY_RECORDS: Final = 1000
QUIET_SECONDS: Final = 5.0
"""After so long without a record what came last is signed for."""
RETRY_SECONDS: Final = 5.0

_logger = structlog.get_logger(__name__)


def read_key(path: Path) -> notes.SigningKey:
    """The key that checkpoints are signed with. Raises `NotGenuine`, which names the file."""
    try:
        return notes.read_signing_key(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotGenuine(f"CHRONOLOGY_LOG_KEY_FILE cannot be read: {error}") from error
    except NotGenuine as error:
        raise NotGenuine(f"CHRONOLOGY_LOG_KEY_FILE holds no signing key: {error}") from error


class Signer:
    """Signs the checkpoints of one collection until it is cancelled; then it signs a last one."""

    def __init__(self, *, collection: str, key: notes.SigningKey, pool: Pool, wakeups: Wakeups) -> None:
        self.collection = collection
        self._key = key
        self._pool = pool
        self._wakeups = wakeups
        self._log = _logger.bind(collection=collection)

    async def run(self) -> None:
        signed_size, signed_at, quiet = 0, time.monotonic(), False
        try:
            while True:
                token = self._wakeups.token(self.collection)
                try:
                    size = await self._size()
                    late = time.monotonic() >= signed_at + EVERY_SECONDS
                    if size > signed_size and (quiet or late or size >= signed_size + EVERY_RECORDS):
                        signed_size, signed_at = await self.sign(), time.monotonic()
                except NotGenuine as error:
                    self._log.error("no checkpoint is signed", reason=str(error))
                    await asyncio.sleep(EVERY_SECONDS)
                except Unavailable as error:
                    self._log.warning("signing again soon", reason=str(error))
                    await asyncio.sleep(RETRY_SECONDS)
                quiet = not await self._wakeups.wait(self.collection, token, QUIET_SECONDS)
        except asyncio.CancelledError:
            await self._sign_last()
            raise

    async def sign(self) -> int:
        """Grow the tree up to the head and sign it; return its size, 0 where there is no log yet.

        Raises `NotGenuine` where the log does not go on from the last checkpoint.
        """
        async with acquired(self._pool) as connection:
            head = await read_head(connection, self.collection)
            if head is None:
                return 0
            await trees.grow(connection, self.collection, head.position)
            last = await trees.read_checkpoint(connection, self.collection)
            if last is not None and last.size >= head.position:
                return last.size
            await self._sign(connection, head, last)
            return head.position

    async def _sign(self, connection: Connection, head: Head, last: trees.StoredCheckpoint | None) -> None:
        size = head.position
        root = await trees.root(connection, self.collection, size)
        if last is not None:
            proof = await trees.consistency_proof(connection, self.collection, last.size, size)
            if not merkle.is_consistent(old_size=last.size, old_root=last.root, size=size, root=root, proof=proof):
                raise NotGenuine(f"the log was changed before position {last.size}")
        edge = await trees.read_edge(connection, self.collection, size)
        text = Checkpoint(origin=head.lineage, size=size, root=root).text
        note = notes.Note(text=text, signatures=[self._key.sign(text)]).encode()
        await trees.add_checkpoint(
            connection, self.collection, size=size, lineage=head.lineage, root=root, edge=edge, note=note
        )
        self._log.debug("checkpoint signed", size=size)

    async def _size(self) -> int:
        async with acquired(self._pool) as connection:
            head = await read_head(connection, self.collection)
        return head.position if head else 0

    async def _sign_last(self) -> None:
        """On the way out, as far as it can be done."""
        try:
            await self.sign()
        except Exception as error:  # noqa: BLE001  The process stops, whatever became of this.
            self._log.warning("no last checkpoint", reason=str(error))
