"""Checkpoints: the origin, size and root of a tree as text (c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import re

from msgspec import Struct

from ..errors import NotGenuine
from .merkle import HASH_BYTES

_SIZE = re.compile(r"0|[1-9]\d{0,18}")


class Checkpoint(Struct, frozen=True, kw_only=True):
    """`origin` names the log: its lineage. `size` is how many records it has, `root` their Merkle root, 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed; it ends with a line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse(text: str) -> Checkpoint:
    """Lines behind the third are for others. Raises `NotGenuine`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        raise NotGenuine("this is no checkpoint: three lines are wanted, the origin, the size and the root")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        root = b""
    if len(root) != HASH_BYTES or base64.b64encode(root).decode() != lines[2]:
        raise NotGenuine("the checkpoint's third line is no root: 32 bytes in base64 are wanted")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)
