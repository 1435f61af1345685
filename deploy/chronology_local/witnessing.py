"""A witness of somebody else's log: it keeps the last checkpoint it saw and signs only what goes on from there.

The order is c2sp.org/tlog-witness's: check the log's signature, check that the old
tree is the beginning of the new one, store the new checkpoint, and only then sign.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from chronology.errors import NotGenuine
from chronology.tree import checkpoints, merkle, notes
from chronology.tree.checkpoints import Checkpoint
from msgspec import Struct

from .errors import BadInput, CommandError
from .own_nats import write_private

Consistency = Callable[[int, int], Sequence[bytes]]
"""The proof that the tree of the first size is the beginning of the tree of the second."""

LAST: Final = "checkpoint"
KEY: Final = "witness.key"


class Inconsistent(CommandError):
    """The log is not a continuation of what this witness has signed: its past was changed, or another log answers."""


class Cosigned(Struct, frozen=True, kw_only=True):
    size: int
    old_size: int
    note: str
    key: str


class Witness:
    """Keeps its key and the last checkpoint of one log in a folder that is its alone."""

    def __init__(self, folder: Path, *, name: str) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.key = self._read_or_make_key(name)

    @property
    def last_path(self) -> Path:
        """The last checkpoint that was signed, with our cosignature: what `verify --against` takes."""
        return self._folder / LAST

    def _read_or_make_key(self, name: str) -> notes.SigningKey:
        path = self._folder / KEY
        try:
            if path.exists():
                return notes.read_signing_key(path.read_text("utf-8"))
            key = notes.new_key(name, notes.COSIGNATURE)
        except (OSError, ValueError, NotGenuine) as error:
            raise BadInput(f"The witness has no key: {error}.") from None
        write_private(path, key.encode().encode())
        return key

    def last(self) -> Checkpoint | None:
        if not self.last_path.exists():
            return None
        note = notes.parse(self.last_path.read_bytes())
        notes.verified(note, [self.key.verifying])
        return checkpoints.parse(note.text)

    def cosign(self, signed: bytes, log_key: notes.VerifyingKey, consistency: Consistency, *, now: int) -> Cosigned:
        """Sign a checkpoint of the log; `now` is in Unix seconds.

        Raises `Inconsistent`, having kept the other checkpoint as evidence, and `NotGenuine`.
        """
        note = notes.parse(signed)
        notes.verified(note, [log_key])
        new, old = checkpoints.parse(note.text), self.last()
        if old is not None:
            self._check(old, new, signed, consistency)
        mine = self.key.sign(note.text, time=now)
        theirs = [each for each in note.signatures if each.name == log_key.name and each.key_id == log_key.id]
        cosigned = notes.Note(text=note.text, signatures=[*theirs, mine]).encode()
        # On disk before anybody sees the signature: a witness that forgets could be made to sign two histories.
        write_private(self.last_path, cosigned.encode())
        _sync(self._folder)
        return Cosigned(size=new.size, old_size=old.size if old else 0, note=cosigned, key=self.key.verifying.encode())

    def _check(self, old: Checkpoint, new: Checkpoint, signed: bytes, consistency: Consistency) -> None:
        if new.origin != old.origin:
            raise self._inconsistent(signed, f"it is the log {new.origin} now, and was {old.origin}")
        if new.size < old.size:
            raise self._inconsistent(signed, f"it has {new.size} records now, and had {old.size}")
        proof = consistency(old.size, new.size) if new.size > old.size else []
        if not merkle.is_consistent(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=proof):
            raise self._inconsistent(signed, f"its first {old.size} records are not those that were signed")

    def _inconsistent(self, signed: bytes, reason: str) -> Inconsistent:
        evidence = self._folder / "inconsistent"
        write_private(evidence, signed)
        return Inconsistent(
            f"The log did not just grow: {reason}. Nothing was signed. Both checkpoints are kept, as {self.last_path} "
            f"and {evidence}: together they prove it."
        )


def _sync(folder: Path) -> None:
    """A renamed file is there after a power cut only once its folder is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
