"""Files on their way in: which are read, what is known about them, and why others are passed over.

A document's name is its file's without the ending; lines of metadata and of events speak of it by that name. What is
named on the command line is read or is an error; what a folder merely holds is read or is passed over with a reason.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec
from chronology_contracts import edtf
from msgspec import Struct

from .errors import BadInput

S = TypeVar("S", bound=Struct)

ENDINGS: Final[dict[str, Literal["text", "html"]]] = {".txt": "text", ".html": "html", ".htm": "html"}
NOT_DOCUMENTS: Final = frozenset({"metadata.jsonl", "readme.md"})
FILE_BYTES_MAX: Final = 12 * 1024 * 1024
"""More than any service takes; what is longer is not even read."""
LINES_FILE_BYTES_MAX: Final = 256 * 1024 * 1024
STANDARD_INPUT: Final = "-"


class Input(Struct, frozen=True, kw_only=True):
    """One file to be read. `path` None stands for standard input."""

    path: Path | None
    doc: str
    form: Literal["text", "html"]

    @property
    def name(self) -> str:
        return shown(self.path) if self.path else "standard input"


class Skipped(Struct, frozen=True, kw_only=True):
    """Something that a folder holds and that is not read."""

    name: str
    reason: str


class Metadata(Struct, frozen=True, kw_only=True):
    """One line of a metadata file; other keys are passed over."""

    doc: str
    published: str = ""
    title: str = ""
    publisher: str = ""
    credit: str = ""
    url: str = ""
    language: str = ""


def find_inputs(paths: Sequence[str]) -> Iterator[Input | Skipped]:
    """The files of `paths`, of folders recursively, by name. Raises `BadInput` for a path that cannot be meant."""
    for given in paths:
        if given == STANDARD_INPUT:
            yield Input(path=None, doc="stdin", form="text")
            continue
        path = Path(given)
        # A link that a person names is meant; one that a folder holds may lead anywhere.
        mode = status(path).st_mode
        if stat.S_ISDIR(mode):
            yield from in_folder(path)
        else:
            yield named(path, mode)


def status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no name of a file"
        raise BadInput(f"{shown(path)} cannot be read: {reason}.") from None


def named(path: Path, mode: int) -> Input:
    if not stat.S_ISREG(mode):
        raise BadInput(
            f"{shown(path)} is {kind_of(mode)}, not a file. To read from a pipe, give - and feed standard input."
        )
    form = ENDINGS.get(path.suffix.lower())
    if form is None:
        raise BadInput(f"{shown(path)} is no document that is read here: the name must end in .txt, .html or .htm.")
    return Input(path=path, doc=doc_of(path), form=form)


def in_folder(folder: Path) -> Iterator[Input | Skipped]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield Skipped(name=shown(folder), reason=f"it cannot be opened: {error.strerror}")
        return
    for entry in entries:
        path = Path(entry.path)
        reason = reason_to_skip(entry, path)
        if reason:
            yield Skipped(name=shown(path), reason=reason)
        elif entry.is_dir(follow_symlinks=False):
            yield from in_folder(path)
        else:
            yield Input(path=path, doc=doc_of(path), form=ENDINGS[path.suffix.lower()])


def reason_to_skip(entry: os.DirEntry[str], path: Path) -> str:
    if entry.name.startswith("."):
        return "hidden"
    if entry.is_symlink():
        return "a symbolic link; name it on the command line to read it"
    if entry.is_dir(follow_symlinks=False):
        return ""
    if not entry.is_file(follow_symlinks=False):
        return kind_of(entry.stat(follow_symlinks=False).st_mode)
    if entry.name.lower() == "metadata.jsonl":
        return "not a document; use it with --metadata"
    if entry.name.lower() in NOT_DOCUMENTS or path.suffix.lower() not in ENDINGS:
        return "not a document: its name does not end in .txt, .html or .htm"
    return ""


def kind_of(mode: int) -> str:
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
    return kinds.get(stat.S_IFMT(mode), "no ordinary file")


def read_bytes(item: Input) -> bytes:
    """The whole of a file, at most `FILE_BYTES_MAX`. Raises `BadInput`."""
    if item.path is None:
        raw = sys.stdin.buffer.read(FILE_BYTES_MAX + 1)
    else:
        try:
            # It may have become a pipe since it was looked at: opening one without a writer would wait for ever.
            descriptor = os.open(item.path, os.O_RDONLY | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                raw = file.read(FILE_BYTES_MAX + 1) or b""
        except OSError as error:
            raise BadInput(f"{item.name} cannot be read: {error.strerror}.") from None
    if len(raw) > FILE_BYTES_MAX:
        raise BadInput(f"{item.name} is longer than {FILE_BYTES_MAX} bytes: split it into documents.")
    return raw


def decode_text(raw: bytes, name: str) -> str:
    """Text as it stands, line ends included. Raises `BadInput` naming the first wrong byte."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{name} is not UTF-8: byte {error.start} is 0x{raw[error.start]:02x}. Convert it to UTF-8."
        ) from None


def read_metadata(path: str | None) -> dict[str, Metadata]:
    """The lines of a metadata file by document. Raises `BadInput` naming line and field."""
    found: dict[str, Metadata] = {}
    for number, line in lines_of(path) if path else ():
        item = decode_line(line, Metadata, f"{path} line {number}")
        if item.doc in found:
            raise BadInput(
                f"{path} line {number}: doc {item.doc!r} stands there twice. Keep one line for each document."
            )
        check_date(item.published, f"{path} line {number}: published")
        found[item.doc] = item
    return found


def lines_of(path: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a JSONL file that are not empty, with their numbers from 1."""
    try:
        if status(Path(path)).st_size > LINES_FILE_BYTES_MAX:
            raise BadInput(f"{path} is longer than {LINES_FILE_BYTES_MAX} bytes.")
        raw = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    yield from numbered(raw.splitlines())


def numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line.removeprefix(b"\xef\xbb\xbf")


def decode_line(line: bytes, type: type[S], where: str) -> S:
    try:
        return msgspec.json.decode(line, type=type)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(f"{where}: {in_words(error)}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{where} is not JSON: {error}. Write one object on each line, in UTF-8.") from None


def in_words(error: Exception) -> str:
    """msgspec's message with the field first: "published: expected `str`, got `int`"."""
    what, _, place = str(error).partition(" - at `$.")
    return f"{place.rstrip('`')}: {what[:1].lower()}{what[1:]}" if place else what


def check_date(text: str, where: str) -> str:
    """The canonical form of an EDTF date, "" for none. Raises `BadInput` with what would be right."""
    if not text:
        return ""
    try:
        return edtf.canonical(text)
    except edtf.EdtfError as error:
        raise BadInput(f"{where}: {text!r} is no EDTF date: {error.reason}; {error.hint}".rstrip("; ")) from None


def doc_of(path: Path) -> str:
    return shown(Path(path.stem))


def shown(path: Path) -> str:
    """A path as text that can be written down: names of files may be bytes of any kind."""
    return os.fsencode(path).decode("utf-8", "replace")
