"""Signed notes, keys, cosignatures and checkpoints: published examples, and everything that is malformed."""

from __future__ import annotations

import base64

import pytest
from chronology.errors import NotGenuine
from chronology.tree import checkpoints, notes
from chronology.tree.checkpoints import Checkpoint
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# The example of golang.org/x/mod/sumdb/note, which defined the format.
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
CHECKPOINT = Checkpoint(origin="example.org/log", size=20852163, root=bytes(range(32)))


def test_the_published_key_signs_the_published_note() -> None:
    key = notes.read_signing_key(PRIVATE)
    note = notes.Note(text=TEXT, signatures=[key.sign(TEXT)])

    assert note.encode() == SIGNED
    assert key.verifying.encode() == PUBLIC
    assert key.encode() == PRIVATE


def test_the_published_note_is_verified() -> None:
    key = notes.read_verifying_key(PUBLIC)
    note = notes.parse(SIGNED.encode())

    assert notes.verified(note, [key]) == [key]
    assert note.encode() == SIGNED
    assert note.text == TEXT


def test_a_text_that_was_changed_is_not_what_was_signed() -> None:
    note = notes.parse(SIGNED.replace("answer", "answers").encode())

    with pytest.raises(NotGenuine, match="the signature of PeterNeumann is not of this text"):
        notes.verified(note, [notes.read_verifying_key(PUBLIC)])


def test_signatures_of_others_are_passed_over_and_one_of_ours_is_wanted() -> None:
    ours, theirs = notes.new_key("ours"), notes.new_key("theirs")
    both = notes.Note(text=TEXT, signatures=[theirs.sign(TEXT), ours.sign(TEXT)])

    assert notes.verified(notes.parse(both.encode().encode()), [ours.verifying]) == [ours.verifying]
    with pytest.raises(NotGenuine, match="none of the keys that are trusted signed this: another"):
        notes.verified(both, [notes.new_key("another").verifying])


def test_a_cosignature_signs_the_time_and_the_checkpoint() -> None:
    key = notes.new_key("witness.example.org", notes.COSIGNATURE)
    signature = key.sign(CHECKPOINT.text, time=1_679_315_147)
    message = (
        f"cosignature/v1\ntime 1679315147\nexample.org/log\n20852163\n{base64.b64encode(bytes(range(32))).decode()}\n"
    )
    # As the specification writes it, checked by the library itself.
    Ed25519PublicKey.from_public_bytes(key.verifying.public).verify(signature.value[8:], message.encode())
    note = notes.Note(text=CHECKPOINT.text, signatures=[signature])

    assert notes.signed_at(signature) == 1_679_315_147
    assert notes.verified(notes.parse(note.encode().encode()), [key.verifying]) == [key.verifying]
    assert notes.read_verifying_key(key.verifying.encode()) == key.verifying


def test_the_time_of_a_cosignature_cannot_be_changed() -> None:
    key = notes.new_key("witness.example.org", notes.COSIGNATURE)
    signature = key.sign(CHECKPOINT.text, time=1000)
    moved = notes.Signature(name=key.name, key_id=signature.key_id, value=bytes(8) + signature.value[8:])

    with pytest.raises(NotGenuine, match="is not of this text"):
        notes.verified(notes.Note(text=CHECKPOINT.text, signatures=[moved]), [key.verifying])


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (b"", "no signatures"),
        (TEXT.encode(), "no signatures"),
        (SIGNED.encode().rstrip(b"\n"), "no signatures"),
        (SIGNED.replace("— ", "- ").encode(), "is none"),
        (SIGNED.replace("— PeterNeumann", "— Peter Neumann").encode(), "is none"),
        (SIGNED.replace("x08go/", "!!").encode(), "is none"),
        (b"a\tb\n\n", "control characters"),
        (b"\xff\n\n", "UTF-8"),
        (b"a" * 100_000, "at most"),
        ((TEXT + "\n" + "— a AAAAAAA=\n" * 65).encode(), "no signatures"),
    ],
)
def test_what_is_no_note_is_told_so(note: bytes, reason: str) -> None:
    with pytest.raises(NotGenuine, match=reason):
        notes.parse(note)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "this is no key"),
        ("PeterNeumann+c74f20a3", "this is no key"),
        (PUBLIC.replace("c74f20a3", "C74F20A3"), "this is no key"),
        (PUBLIC.replace("c74f20a3", "c74f20a4"), "is damaged: its id is c74f20a3, not c74f20a4"),
        (PUBLIC.replace("+AR", "+ZR"), "another kind"),
        (PUBLIC + "AAAA", "another kind"),
        (PRIVATE, "this is no key"),
    ],
)
def test_a_damaged_key_is_told_so(key: str, reason: str) -> None:
    with pytest.raises(NotGenuine, match=reason):
        notes.read_verifying_key(key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_name_that_no_key_may_have(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a key"):
        notes.new_key(name)


def test_a_checkpoint_is_three_lines() -> None:
    assert CHECKPOINT.text == "example.org/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert checkpoints.parse(CHECKPOINT.text) == CHECKPOINT
    assert checkpoints.parse(CHECKPOINT.text + "more of it\n") == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", "a\n1\n", "a\n01\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n-1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "a\n1\nAAEC\n",
        "a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n", "\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_told_so(text: str) -> None:
    with pytest.raises(NotGenuine, match="checkpoint"):
        checkpoints.parse(text)
