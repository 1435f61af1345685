"""Hashes, roots and proofs of a Merkle tree over SHA-256 (RFC 6962, 2.1), and their checks (RFC 9162, 2.1.3, 2.1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

HASH_BYTES: Final = 32

Node: TypeAlias = tuple[int, int]
"""Level and index of a full subtree: its leaves are those from index · 2^level on, 2^level of them."""

Span: TypeAlias = tuple[int, int]
"""Leaves from the first to before the last, as the RFC cuts a tree: made of full subtrees, the largest first."""


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
            self._roots.append(parent(self._roots.pop(), right))

    def root(self) -> bytes:
        """The root over all leaves so far; the hash of nothing for an empty tree."""
        return joined(self._roots) if self._roots else empty_root()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\0" + leaf).digest()


def parent(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def empty_root() -> bytes:
    return sha256().digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.add(leaf)
    return frontier.root()


def joined(roots: Sequence[bytes]) -> bytes:
    """The root over full subtrees, the largest first."""
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = parent(left, root)
    return root


def full_subtrees(span: Span) -> Iterator[Node]:
    """The full subtrees of a span, the largest first."""
    first, last = span
    while first < last:
        level = (last - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def inclusion_path(index: int, size: int) -> list[Span]:
    """The spans whose roots prove that the leaf is in the tree of that size, from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    first, last = 0, size
    path: list[Span] = []
    while last - first > 1:
        middle = first + _cut(last - first)
        if index < middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first = middle
    return path[::-1]


def consistency_path(old_size: int, size: int) -> list[Span]:
    """The spans whose roots prove that the tree of the old size is the beginning of the other; none from size 0."""
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {size} has no beginning of {old_size}")
    if old_size == 0:
        return []
    first, last, wanted = 0, size, old_size
    path: list[Span] = []
    whole = True
    while wanted < last - first:
        middle = first + _cut(last - first)
        if wanted <= middle - first:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            wanted -= middle - first
            first, whole = middle, False
    # The old tree's own root is known to whoever asks.
    return path[::-1] if whole else [(first, last), *path[::-1]]


def is_included(*, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    if not 0 <= index < size or len(proof) > size.bit_length():
        return False
    node, last, hash = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash = parent(sibling, hash)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hash = parent(hash, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hash == root


def is_consistent(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `old_size` is the beginning of the tree of `size`."""
    if not 0 <= old_size <= size:
        return False
    if old_size == size or old_size == 0:
        return not proof and (old_root == root if old_size else old_root == empty_root())
    hashes = list(proof)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = parent(sibling, old), parent(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = parent(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == root


def _cut(size: int) -> int:
    """The largest power of two that is smaller than the size."""
    return 1 << ((size - 1).bit_length() - 1)
