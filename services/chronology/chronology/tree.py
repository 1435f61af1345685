"""The Merkle tree over a log's leaves (RFC 6962, 2.1). Leaf index = position − 1.

Without a witness outside, whoever owns the database can rewrite the log and its tree
together; the tree makes a change visible to everybody who kept an earlier root.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf_hash: bytes) -> None:
        self._roots.append(leaf_hash)
        self.size += 1
        # As many full subtrees close as the size has trailing zero bits.
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = self._roots.pop()
            self._roots.append(_node(self._roots.pop(), right))

    def root(self) -> bytes:
        """The root over all leaves so far; the hash of nothing for an empty tree."""
        if not self._roots:
            return sha256().digest()
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = _node(left, root)
        return root


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.add(leaf)
    return frontier.root()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
