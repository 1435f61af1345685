"""Signed notes (c2sp.org/signed-note) with Ed25519, and cosignatures of checkpoints (c2sp.org/tlog-cosignature).

<text, each line with its end>
<an empty line>
— <name of a key> <base64 of the key's id and the signature>
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from ..errors import NotGenuine

NOTE_BYTES_MAX: Final = 64_000
SIGNATURES_MAX: Final = 64
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

Algorithm = Literal[1, 4]
"""1 signs the text itself, 4 (a cosignature) the text behind a line with the time."""

PLAIN: Final = 1
COSIGNATURE: Final = 4

_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)")
_PRIVATE_KEY = re.compile(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Signature(Struct, frozen=True, kw_only=True):
    """`key_id` is 4 bytes; `value` begins with the time, 8 bytes of Unix seconds, where it is a cosignature."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


class Note(Struct, frozen=True, kw_only=True):
    """`text` ends with a line end."""

    text: str
    signatures: Sequence[Signature]

    def encode(self) -> str:
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}"


class VerifyingKey(Struct, frozen=True, kw_only=True):
    """A public key: `<name>+<id in hex>+<base64 of the algorithm and 32 bytes>`."""

    name: str
    algorithm: int
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(f"{self.name}\n".encode() + bytes([self.algorithm]) + self.public).digest()[:4]

    def encode(self) -> str:
        key = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"


class SigningKey(Struct, frozen=True, kw_only=True):
    """A private key: `PRIVATE+KEY+<name>+<id in hex>+<base64 of the algorithm and 32 bytes>`."""

    name: str
    private: bytes
    algorithm: int = PLAIN

    @property
    def verifying(self) -> VerifyingKey:
        public = Ed25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()
        return VerifyingKey(name=self.name, algorithm=self.algorithm, public=public)

    def encode(self) -> str:
        key = base64.b64encode(bytes([self.algorithm]) + self.private).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifying.id.hex()}+{key}"

    def sign(self, text: str, *, time: int = 0) -> Signature:
        """Sign a text that ends with a line end; `time`, Unix seconds, is needed for a cosignature alone."""
        signed = Ed25519PrivateKey.from_private_bytes(self.private).sign(_message(self.algorithm, text, time))
        stamp = time.to_bytes(8, "big") if self.algorithm == COSIGNATURE else b""
        return Signature(name=self.name, key_id=self.verifying.id, value=stamp + signed)


def new_key(name: str, algorithm: Algorithm = PLAIN) -> SigningKey:
    """A fresh key. Raises `ValueError` for a name with white space or `+`."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a key: no white space, no +")
    return SigningKey(name=name, private=Ed25519PrivateKey.generate().private_bytes_raw(), algorithm=algorithm)


def read_verifying_key(text: str) -> VerifyingKey:
    """Raises `NotGenuine`, saying what is wrong."""
    name, id, algorithm, key = _read_key(_KEY, text, "<name>+<8 hex digits>+<base64>")
    found = VerifyingKey(name=name, algorithm=algorithm, public=key)
    _check_id(found, id)
    return found


def read_signing_key(text: str) -> SigningKey:
    """Raises `NotGenuine`, saying what is wrong without the key."""
    name, id, algorithm, key = _read_key(_PRIVATE_KEY, text, "PRIVATE+KEY+<name>+<8 hex digits>+<base64>")
    found = SigningKey(name=name, private=key, algorithm=algorithm)
    _check_id(found.verifying, id)
    return found


def parse(note: bytes) -> Note:
    """Read a note; nothing of it is trusted yet. Raises `NotGenuine`."""
    if len(note) > NOTE_BYTES_MAX:
        raise NotGenuine(f"the note has {len(note)} bytes; at most {NOTE_BYTES_MAX} are read")
    try:
        decoded = note.decode()
    except UnicodeDecodeError:
        raise NotGenuine("the note is not UTF-8") from None
    if _CONTROL.search(decoded):
        raise NotGenuine("the note has control characters")
    text, gap, signed = decoded.rpartition("\n\n")
    lines = signed.split("\n")
    if not gap or not text or lines.pop() != "" or not 1 <= len(lines) <= SIGNATURES_MAX:
        raise NotGenuine("the note has no signatures behind its last empty line")
    return Note(text=f"{text}\n", signatures=[_read_signature(line) for line in lines])


def verified(note: Note, keys: Sequence[VerifyingKey]) -> list[VerifyingKey]:
    """Those of the keys that signed the note.

    Signatures of other keys are passed over. Raises `NotGenuine` where none of ours signed it, or one of ours did not
    sign what stands there.
    """
    signed: list[VerifyingKey] = []
    for signature in note.signatures:
        for key in keys:
            if (key.name, key.id) != (signature.name, signature.key_id):
                continue
            if not _is_signed(note.text, signature, key):
                raise NotGenuine(f"the signature of {key.name} is not of this text")
            signed.append(key)
    if not signed:
        raise NotGenuine(f"none of the keys that are trusted signed this: {', '.join(key.name for key in keys)}")
    return signed


def signed_at(signature: Signature) -> int:
    """When a cosignature was made, Unix seconds."""
    return int.from_bytes(signature.value[:8], "big")


def _is_signed(text: str, signature: Signature, key: VerifyingKey) -> bool:
    stamp = 8 if key.algorithm == COSIGNATURE else 0
    if len(signature.value) != stamp + SIGNATURE_BYTES:
        return False
    message = _message(key.algorithm, text, signed_at(signature) if stamp else 0)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature.value[stamp:], message)
    except InvalidSignature:
        return False
    return True


def _message(algorithm: int, text: str, time: int) -> bytes:
    return (f"cosignature/v1\ntime {time}\n{text}" if algorithm == COSIGNATURE else text).encode()


def _read_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        value = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        value = b""
    if dash != "—" or not _NAME.fullmatch(name) or len(value) < 5:
        raise NotGenuine(f"a line of the note's signatures is none: {line[:80]!r}")
    return Signature(name=name, key_id=value[:4], value=value[4:])


def _read_key(pattern: re.Pattern[str], text: str, form: str) -> tuple[str, str, int, bytes]:
    found = pattern.fullmatch(text.strip())
    if found is None:
        raise NotGenuine(f"this is no key: {form} is wanted")
    name, id, encoded = found.groups()
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 1 + KEY_BYTES or key[0] not in (PLAIN, COSIGNATURE):
        raise NotGenuine("the key is of another kind than Ed25519 (1) or Ed25519 cosignature (4)")
    return name, id, key[0], key[1:]


def _check_id(key: VerifyingKey, id: str) -> None:
    if key.id.hex() != id:
        raise NotGenuine(f"the key of {key.name} is damaged: its id is {key.id.hex()}, not {id}")
