"""Checks a log against its tree: every record is hashed again, and the roots must be those that were signed.

What it can tell depends on what somebody kept. The leaf hashes of the tree name the
first position that was changed. Where records and tree were rewritten together, a
signed checkpoint still shows it, and says between which positions; where everything
was, only a checkpoint that was kept elsewhere does: give it with `against`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from chronology.errors import NotGenuine
from chronology.log.record import header, header_hash
from chronology.tree import checkpoints, merkle, notes
from chronology.tree.tiles import WIDTH, hashes_of
from chronology_contracts import content_id
from msgspec import Raw, Struct

from .evidence import Entry, Evidence, Signed, decode_base64

_TYPE: Final = re.compile(r"chronology\.([a-z][a-z_.]*)\.v([0-9]+)")


class Fault(Struct, frozen=True, kw_only=True):
    """`position` is the first that is wrong; where only a span is known, its first, and `until` its last."""

    position: int
    detail: str
    until: int = 0


class Verdict(Struct, frozen=True, kw_only=True):
    """`signed` records are covered by checkpoints that hold; `fault` is None where everything does."""

    records: int
    signed: int
    checkpoints: int
    root: str
    key: str
    fault: Fault | None


class _Record(Struct, frozen=True):
    """What of a record goes into its leaf."""

    id: str
    type: str
    time: str
    collection: str
    lineage: str
    position: int
    data: Raw


class Checked(Struct, frozen=True, kw_only=True):
    """A checkpoint whose signature holds. `kept`: elsewhere, where the log's operator could not change it."""

    size: int
    root: bytes
    edge: list[bytes]
    kept: bool = False


def verify(evidence: Evidence, *, key: notes.VerifyingKey | None = None, against: Sequence[notes.Note] = ()) -> Verdict:
    """Check a whole log. `key` is the one that its checkpoints must be signed with; by default the one it names.

    `against` are checkpoints of this log that were kept elsewhere. Raises `NotGenuine` where a key is none.
    """
    about = evidence.about()
    if key is None and about.key:
        key = notes.read_verifying_key(about.key)
    signed, fault = _signed(evidence.checkpoints(), key)
    kept = [_checked(checkpoints.parse(note.text), "", kept=True) for note in against]
    heads = sorted([*signed, *kept], key=lambda each: each.size)
    walk = _Walk(evidence, heads)
    fault = walk.run() or fault
    covered = max((head.size for head in heads), default=0)
    return Verdict(
        records=walk.tree.size,
        signed=min(covered, walk.tree.size) if fault is None else 0,
        checkpoints=len(signed),
        root=walk.tree.root().hex(),
        key=key.encode() if key else "",
        fault=fault,
    )


def _signed(found: Sequence[Signed], key: notes.VerifyingKey | None) -> tuple[list[Checked], Fault | None]:
    """Those whose signature holds, and the first that does not."""
    good: list[Checked] = []
    fault = None
    for each in found if key is not None else ():
        try:
            note = notes.parse(each.note.encode())
            notes.verified(note, [key] if key else [])
            good.append(_checked(checkpoints.parse(note.text), each.edge))
        except NotGenuine as error:
            fault = fault or Fault(
                position=1, until=each.size, detail=f"the checkpoint of {each.size} records: {error}"
            )
    return good, fault


def _checked(checkpoint: checkpoints.Checkpoint, edge: str, *, kept: bool = False) -> Checked:
    return Checked(size=checkpoint.size, root=checkpoint.root, edge=hashes_of(bytes.fromhex(edge)), kept=kept)


class _Walk:
    """Once through the log, beside its tree."""

    def __init__(self, evidence: Evidence, heads: Sequence[Checked]) -> None:
        self.tree = merkle.Frontier()
        self._evidence = evidence
        self._heads = heads
        self._collection = evidence.about().collection
        self._edges = {head.size: head.edge for head in heads if head.edge}
        self._tile: list[bytes] = []
        self._good_size = {False: 0, True: 0}
        """Up to where the log is as it was signed: by what it shows itself, and by what was kept elsewhere."""

    def run(self) -> Fault | None:
        pending = iter(self._heads)
        head = next(pending, None)
        for entry in self._evidence.entries():
            position = self.tree.size + 1
            fault = self._leaf_fault(position, entry)
            if fault is not None:
                return fault
            while head is not None and head.size == self.tree.size:
                if head.root != self.tree.root():
                    return self._root_fault(head)
                self._good_size[False] = head.size
                self._good_size[True] = head.size if head.kept else self._good_size[True]
                head = next(pending, None)
        if head is not None:
            detail = f"the log ends here, but a checkpoint covers {head.size} records: the rest was cut off"
            return Fault(position=self.tree.size + 1, until=head.size, detail=detail)
        return None

    def _leaf_fault(self, position: int, entry: Entry) -> Fault | None:
        """Hash the record into the tree, or say why it cannot be the one that was there."""
        try:
            record = msgspec.json.decode(entry.record, type=_Record)
            found = _leaf_hash(record, entry)
        except (msgspec.DecodeError, ValueError) as error:
            return Fault(position=position, detail=f"what stands here is no record: {error}")
        if record.position != position:
            return Fault(position=position, detail=f"it is missing: {record.position} comes instead")
        if record.collection != self._collection:
            return Fault(position=position, detail=f"the record is of the collection {record.collection}")
        known = self._known(position) or decode_base64(entry.leaf_hash)
        if found != known:
            return Fault(position=position, detail="the record is not the one that was appended: its leaf hash differs")
        self.tree.add(found)
        return None

    def _known(self, position: int) -> bytes | None:
        """The leaf hash as the tree has kept it: of a full tile, else of the checkpoint that covers it."""
        index = position - 1
        if index % WIDTH == 0:
            self._tile = self._evidence.leaf_tile(index // WIDTH) or self._edge_of(index)
        return self._tile[index % WIDTH] if index % WIDTH < len(self._tile) else None

    def _edge_of(self, first: int) -> list[bytes]:
        """The longest row of leaf hashes that a checkpoint holds from this leaf on."""
        sizes = [size for size in self._edges if first < size < first + WIDTH]
        return self._edges[max(sizes)] if sizes else []

    def _root_fault(self, head: Checked) -> Fault:
        detail = f"the root over the first {head.size} records is not the one that was signed"
        return Fault(position=self._good_size[head.kept] + 1, until=head.size, detail=detail)


def _leaf_hash(record: _Record, entry: Entry) -> bytes:
    """Raises `ValueError` where something in it is none."""
    if entry.salt is None:
        # Erased: the hash alone is left, which the tree must hold.
        return decode_base64(entry.leaf_hash)
    kind = _TYPE.fullmatch(record.type)
    if kind is None:
        raise ValueError(f"type {record.type!r}")
    return header_hash(
        header(
            lineage=record.lineage,
            collection=record.collection,
            position=record.position,
            type=kind[1],
            version=int(kind[2]),
            recorded_at=datetime.fromisoformat(record.time),
            id=content_id.to_bytes(record.id),
            salt=decode_base64(entry.salt),
            body=bytes(record.data),
        )
    )
