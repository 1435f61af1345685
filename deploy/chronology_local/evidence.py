"""What a log is checked against: its records with their salts, its signed checkpoints, the hashes of its tree.

It comes from a running service, or from a dossier: a zip that anybody may keep and check
without us.

    about.json           which log this is, and the public key that the service named
    checkpoints.jsonl    every signed head, the smallest first
    records.jsonl        one record a line, with its salt and the hash of its leaf

All lines are JSON. A record stands there as the service sent it, byte for byte, for its body is what was hashed; one
with line ends between its tokens is base64 under `encoded` instead.
"""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import msgspec
from chronology.tree.tiles import Tile, hashes_of
from msgspec import Raw, Struct

from .client import Client, segment
from .errors import BadInput

PAGE_SIZE: Final = 1000
PATIENCE_SECONDS: Final = 30.0
FORMAT: Final = "chronology dossier v1"


class About(Struct, frozen=True, kw_only=True):
    format: str = FORMAT
    collection: str
    lineage: str
    key: str
    head: int


class Signed(Struct, frozen=True, kw_only=True):
    """A checkpoint. `edge`: the leaf hashes behind the last full tile, in hex."""

    size: int
    note: str
    edge: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """A record with what hashing it needs; `leaf_hash` and `salt` are base64, `salt` None where it was erased."""

    leaf_hash: str
    salt: str | None
    record: bytes


class _Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    leaf_hash: str
    salt: str | None = None
    record: Raw = Raw(b"null")
    encoded: str = ""


class Evidence(Protocol):
    def about(self) -> About: ...

    def checkpoints(self) -> list[Signed]: ...

    def entries(self) -> Iterator[Entry]:
        """All of the log, in order."""

    def leaf_tile(self, index: int) -> list[bytes]:
        """The leaf hashes of a full tile as the tree has them; none where they are not known."""


class _Page(Struct, frozen=True):
    items: list[Raw]
    head: int
    lineage: str


class _Salt(Struct, frozen=True):
    salt: str | None
    leaf_hash: str


class _Salts(Struct, frozen=True):
    items: list[_Salt]


class _Checkpoints(Struct, frozen=True):
    items: list[Signed]
    next: str | None
    key: str


class Service:
    """A log as a running service shows it."""

    def __init__(self, client: Client, collection: str) -> None:
        self._client = client
        self._path = f"/v1/collections/{segment(collection)}/log"
        self._collection = collection

    def about(self) -> About:
        first = self._client.get(self._path, _Page, limit=1, patience_seconds=PATIENCE_SECONDS)
        signed = self._client.get(f"{self._path}/checkpoints", _Checkpoints, patience_seconds=PATIENCE_SECONDS)
        return About(collection=self._collection, lineage=first.lineage, key=signed.key, head=first.head)

    def checkpoints(self) -> list[Signed]:
        found: list[Signed] = []
        after: str | None = "0"
        while after is not None:
            page = self._client.get(
                f"{self._path}/checkpoints", _Checkpoints, after=after, patience_seconds=PATIENCE_SECONDS
            )
            found += page.items
            after = page.next
        return found

    def entries(self) -> Iterator[Entry]:
        after = 0
        while True:
            records = self._client.get(
                self._path, _Page, after=after, limit=PAGE_SIZE, patience_seconds=PATIENCE_SECONDS
            ).items
            if not records:
                return
            salts = self._client.get(
                f"{self._path}/salts", _Salts, after=after, limit=len(records), patience_seconds=PATIENCE_SECONDS
            ).items
            # Where rows are missing on one side, the other one shows it by its own position.
            for record, salt in zip(records, salts, strict=False):
                yield Entry(leaf_hash=salt.leaf_hash, salt=salt.salt, record=bytes(record))
            after = _position(records[-1])

    def leaf_tile(self, index: int) -> list[bytes]:
        answer = self._client.send(
            "GET",
            f"{self._path}/tile/{Tile(0, index).path}",
            patience_seconds=PATIENCE_SECONDS,
            accepted=frozenset({404}),
        )
        return hashes_of(answer.content) if answer.status_code == 200 else []


class Dossier:
    """A log as a file holds it."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            self._about = msgspec.json.decode(self._zip.read("about.json"), type=About)
        except (OSError, KeyError, zipfile.BadZipFile, msgspec.DecodeError) as error:
            raise BadInput(f"{path} is no dossier of ours: {error}.") from None
        if self._about.format != FORMAT:
            raise BadInput(f"{path} is a {self._about.format!r}; this program reads a {FORMAT!r}.")

    def about(self) -> About:
        return self._about

    def checkpoints(self) -> list[Signed]:
        return [msgspec.json.decode(line, type=Signed) for line in self._lines("checkpoints.jsonl")]

    def entries(self) -> Iterator[Entry]:
        for line in self._lines("records.jsonl"):
            read = msgspec.json.decode(line, type=_Line)
            record = decode_base64(read.encoded) if read.encoded else bytes(read.record)
            yield Entry(leaf_hash=read.leaf_hash, salt=read.salt, record=record)

    def leaf_tile(self, index: int) -> list[bytes]:
        return []

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as file:
                for line in file:
                    yield line.rstrip(b"\n")
        except (KeyError, zipfile.BadZipFile, OSError) as error:
            raise BadInput(f"The dossier's {name} cannot be read: {error}.") from None


def write_dossier(path: Path, evidence: Evidence) -> int:
    """Write all of it; return how many records it has. The file is there whole or not at all."""
    passing = path.with_name(path.name + ".partial")
    written = 0
    with zipfile.ZipFile(passing, "w", zipfile.ZIP_DEFLATED) as file:
        about = evidence.about()
        file.writestr("about.json", msgspec.json.encode(about))
        # Read first: a checkpoint that is signed meanwhile would cover records that are not in the file.
        signed = b"".join(msgspec.json.encode(each) + b"\n" for each in evidence.checkpoints())
        file.writestr("checkpoints.jsonl", signed)
        with file.open("records.jsonl", "w", force_zip64=True) as records:
            for entry in evidence.entries():
                records.write(_encode_line(entry))
                written += 1
    passing.replace(path)
    return written


def decode_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _position(record: Raw) -> int:
    return msgspec.json.decode(record, type=_Positioned).position


class _Positioned(Struct, frozen=True):
    position: int


def _encode_line(entry: Entry) -> bytes:
    if b"\n" in entry.record or b"\r" in entry.record:
        line = _Line(leaf_hash=entry.leaf_hash, salt=entry.salt, encoded=base64.b64encode(entry.record).decode())
    else:
        line = _Line(leaf_hash=entry.leaf_hash, salt=entry.salt, record=Raw(entry.record))
    return msgspec.json.encode(line) + b"\n"


def counted(evidence: Evidence, advance: Callable[[], None]) -> Evidence:
    """The same, telling of each entry that is read."""
    return _Counted(evidence, advance)


class _Counted:
    def __init__(self, evidence: Evidence, advance: Callable[[], None]) -> None:
        self._advance = advance
        self._evidence = evidence
        self.about, self.checkpoints, self.leaf_tile = evidence.about, evidence.checkpoints, evidence.leaf_tile

    def entries(self) -> Iterator[Entry]:
        for entry in self._evidence.entries():
            yield entry
            self._advance()
