"""By which names the documents of a collection came in: the log keeps none, and people know their files by them.

They stand in `documents.jsonl` of the state folder, a line of JSON for each; of two lines for a document the later one
holds. Several commands may write at once. Without the file nothing but the names is missing, so no fault of it is one
of the command.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from .addresses import Environment
from .embedded import make_state_folder
from .server_errors import ServersError

FILE: Final = "documents.jsonl"
LOCK_FILE: Final = "documents.lock"
KEPT_MAX: Final = 1_000_000
"""Documents; of more, those that were named first are forgotten."""
SUPERFLUOUS_LINES_MAX: Final = 1000
WRITTEN_AT_ONCE: Final = 100

Key = tuple[str, str]


class NamedDocument(Struct, frozen=True, kw_only=True):
    """One line of the file. `doc` is the file's name without its ending."""

    collection: str
    document_id: str
    doc: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(NamedDocument).decode


def folders_of(state: Path | None, environment: Environment) -> tuple[Path, ...]:
    """Where names are kept and looked for: in the state folder that is named, and in the usual one.

    In both, because a later command may name the service by --url and no folder at all.
    """
    return tuple(dict.fromkeys([*([state] if state else []), environment.state]))


class NamesKept:
    """Writes names down as documents are taken. Use it as a context; nothing is lost but what a kill cuts off."""

    def __init__(self, folders: Sequence[Path], collection: str) -> None:
        self._folders = folders
        self._collection = collection
        self._waiting: dict[str, str] = {}

    def add(self, document_id: str, doc: str) -> None:
        self._waiting[document_id] = doc
        if len(self._waiting) >= WRITTEN_AT_ONCE:
            self.write()

    def write(self) -> None:
        names = {(self._collection, document_id): doc for document_id, doc in self._waiting.items()}
        self._waiting = {}
        for folder in self._folders if names else ():
            with contextlib.suppress(OSError, ServersError):
                write_names(folder, names)

    def __enter__(self) -> NamesKept:
        return self

    def __exit__(self, *_: object) -> None:
        self.write()


def read_names(folders: Sequence[Path], collection: str) -> dict[str, str]:
    """The names of a collection's documents by their ids; the first folder's hold before the others'."""
    found: dict[str, str] = {}
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            names, _ = parse((folder / FILE).read_bytes())
            found |= {document_id: doc for (of, document_id), doc in names.items() if of == collection}
    return found


def write_names(folder: Path, names: dict[Key, str]) -> None:
    """Add what the file does not say yet. Raises `OSError` and `StateUnusable`."""
    make_state_folder(folder)
    with locked(folder):
        path = folder / FILE
        content = path.read_bytes() if path.exists() else b""
        known, lines = parse(content)
        new = {key: doc for key, doc in names.items() if known.get(key) != doc}
        known |= new
        if len(known) > KEPT_MAX or lines > len(known) + SUPERFLUOUS_LINES_MAX:
            passing = path.with_suffix(".partial")
            passing.write_bytes(encode(dict(list(known.items())[-KEPT_MAX:])))
            passing.chmod(0o600)
            passing.replace(path)
        elif new:
            # A write that was cut off left a line without an end; it must not spoil the next one.
            cut_off = b"\n" if content and not content.endswith(b"\n") else b""
            append(path, cut_off + encode(new))


def parse(content: bytes) -> tuple[dict[Key, str], int]:
    """The names, in the order in which they were last given, and the number of lines; what is none is passed over."""
    names: dict[Key, str] = {}
    lines = content.splitlines()
    for line in lines:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            item = _decode(line)
            key = (item.collection, item.document_id)
            names.pop(key, None)
            names[key] = item.doc
    return names, len(lines)


def encode(names: dict[Key, str]) -> bytes:
    lines = (NamedDocument(collection=of, document_id=document_id, doc=doc) for (of, document_id), doc in names.items())
    return b"".join(_encode(line) + b"\n" for line in lines)


def append(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
