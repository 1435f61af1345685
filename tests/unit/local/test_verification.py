"""Whatever is changed in a log is found, at its first bad position; a witness signs no second history."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from chronology.errors import NotGenuine
from chronology.log.record import header, header_hash
from chronology.tree import merkle, notes
from chronology.tree.checkpoints import Checkpoint
from chronology_contracts import codec, content_id
from chronology_local.errors import BadInput
from chronology_local.evidence import About, Dossier, Entry, Signed, write_dossier
from chronology_local.verification import Verdict, verify
from chronology_local.witnessing import Consistency, Inconsistent, Witness
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

KEY = notes.new_key("log.example.org")
LINEAGE = "abcdefgh" * 4
SIZE = 600
SIGNED_SIZES = (100, 256, 590)
TIME = "2024-05-01T12:00:00.000000Z"


def entry(position: int, said: str = "", *, collection: str = "main") -> Entry:
    body = json.dumps({"said": said or f"record {position}"}).encode()
    id = sha256(body).digest()[:20]
    salt = sha256(str(position).encode()).digest()[:16]
    record = codec.encode_record(
        collection=collection, lineage=LINEAGE, position=position, id=content_id.to_text(id),
        type="event.extracted", version=1, recorded_at=TIME, body=body,
    )  # fmt: skip
    return Entry(leaf_hash=_base64(leaf(position, id, salt, body)), salt=_base64(salt), record=record)


def leaf(position: int, id: bytes, salt: bytes, body: bytes) -> bytes:
    return header_hash(
        header(
            lineage=LINEAGE, collection="main", position=position, type="event.extracted", version=1,
            recorded_at=datetime.fromisoformat(TIME), id=id, salt=salt, body=body,
        )
    )  # fmt: skip


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


ENTRIES = [entry(position) for position in range(1, SIZE + 1)]
LEAVES = [base64.b64decode(each.leaf_hash) for each in ENTRIES]


def signed(size: int, leaves: Sequence[bytes] = LEAVES, key: notes.SigningKey = KEY) -> Signed:
    text = Checkpoint(origin=LINEAGE, size=size, root=merkle.root_of(leaves[:size])).text
    note = notes.Note(text=text, signatures=[key.sign(text)]).encode()
    return Signed(size=size, note=note, edge=b"".join(leaves[size // 256 * 256 : size]).hex())


class Kept:
    """A log with its tree as it was, whose records may have been changed since."""

    def __init__(self, entries: Sequence[Entry], *, tiles: bool = True, leaves: Sequence[bytes] = LEAVES) -> None:
        self._entries = entries
        self._tiles = tiles
        self._leaves = leaves
        self.signed = [signed(size) for size in SIGNED_SIZES]

    def about(self) -> About:
        return About(collection="main", lineage=LINEAGE, key=KEY.verifying.encode(), head=len(self._entries))

    def checkpoints(self) -> list[Signed]:
        return self.signed

    def entries(self) -> Iterator[Entry]:
        yield from self._entries

    def leaf_tile(self, index: int) -> list[bytes]:
        full = self._leaves[index * 256 : (index + 1) * 256]
        return list(full) if self._tiles and len(full) == 256 else []


def checked(entries: Sequence[Entry]) -> Verdict:
    return verify(Kept(entries))


def test_a_log_that_is_whole_is_found_so() -> None:
    found = checked(ENTRIES)

    key, root = KEY.verifying.encode(), merkle.root_of(LEAVES).hex()
    assert found == Verdict(records=SIZE, signed=590, checkpoints=3, root=root, key=key, fault=None)


POSITIONS = st.integers(1, 590)


@settings(max_examples=60, deadline=None)
@given(position=POSITIONS)
def test_a_changed_record_is_found(position: int) -> None:
    changed = replace(ENTRIES[position - 1], record=ENTRIES[position - 1].record.replace(b"record", b"recorb"))
    fault = checked([*ENTRIES[: position - 1], changed, *ENTRIES[position:]]).fault

    assert fault is not None
    assert fault.position == position


@settings(max_examples=60, deadline=None)
@given(position=POSITIONS)
def test_a_record_that_was_changed_with_its_own_hash_is_found(position: int) -> None:
    fault = checked([*ENTRIES[: position - 1], entry(position, "another"), *ENTRIES[position:]]).fault

    assert fault is not None
    assert fault.position == position


@settings(max_examples=60, deadline=None)
@given(position=st.integers(1, 589))
def test_a_deleted_record_is_found(position: int) -> None:
    fault = checked([*ENTRIES[: position - 1], *ENTRIES[position:]]).fault

    assert fault is not None
    assert fault.position == position


@settings(max_examples=60, deadline=None)
@given(position=POSITIONS)
def test_an_inserted_record_is_found_though_all_others_were_moved(position: int) -> None:
    moved = [entry(at + 1, f"record {at}") for at in range(position, SIZE + 1)]
    fault = checked([*ENTRIES[: position - 1], entry(position, "inserted"), *moved]).fault

    assert fault is not None
    assert fault.position == position


@settings(max_examples=60, deadline=None)
@given(first=POSITIONS, second=POSITIONS)
def test_records_that_changed_places_are_found(first: int, second: int) -> None:
    first, second = sorted((first, second))
    if first == second:
        return
    swapped = list(ENTRIES)
    swapped[first - 1], swapped[second - 1] = entry(first, f"record {second}"), entry(second, f"record {first}")
    fault = checked(swapped).fault

    assert fault is not None
    assert fault.position == first


@settings(max_examples=60, deadline=None)
@given(size=st.integers(0, 589))
def test_a_log_that_was_cut_off_is_found(size: int) -> None:
    fault = checked(ENTRIES[:size]).fault

    assert fault is not None
    assert fault.position == size + 1
    assert "cut off" in fault.detail


@settings(max_examples=40, deadline=None)
@given(position=POSITIONS)
def test_without_the_hashes_of_the_tree_the_checkpoints_tell_where(position: int) -> None:
    kept = Kept([*ENTRIES[: position - 1], entry(position, "another"), *ENTRIES[position:]], tiles=False)
    kept.signed = [replace(each, edge="") for each in kept.signed]
    fault = verify(kept).fault
    upto = next(size for size in SIGNED_SIZES if size >= position)

    assert fault is not None
    assert fault.position <= position <= fault.until == upto


def test_a_history_that_was_signed_anew_is_found_by_what_was_kept_elsewhere() -> None:
    entries = [*ENTRIES[:299], entry(300, "another"), *ENTRIES[300:]]
    leaves = [base64.b64decode(each.leaf_hash) for each in entries]
    forged = Kept(entries, leaves=leaves)
    forged.signed = [signed(size, leaves) for size in SIGNED_SIZES]
    kept = [notes.parse(signed(size).note.encode()) for size in (256, 590)]
    found = [verify(forged, against=against).fault for against in ([], kept[1:], kept)]

    assert [fault and (fault.position, fault.until) for fault in found] == [None, (1, 590), (257, 590)]


def test_a_checkpoint_of_another_key_is_told_so() -> None:
    kept = Kept(ENTRIES)
    kept.signed = [signed(100), signed(256, key=notes.new_key("log.example.org"))]
    fault = verify(kept).fault

    assert fault is not None
    assert "the checkpoint of 256 records: none of the keys that are trusted signed this" in fault.detail


def test_a_record_of_another_collection_is_found() -> None:
    fault = checked([*ENTRIES[:5], entry(6, collection="other"), *ENTRIES[6:]]).fault

    assert fault is not None
    assert fault.position == 6


def test_an_erased_record_keeps_its_hash_and_the_log_stays_whole() -> None:
    erased = replace(ENTRIES[49], salt=None, record=ENTRIES[49].record.replace(b'"record 50"', b"null"))

    assert checked([*ENTRIES[:49], erased, *ENTRIES[50:]]).fault is None
    assert checked([*ENTRIES[:49], replace(erased, leaf_hash=ENTRIES[50].leaf_hash), *ENTRIES[50:]]).fault is not None


# --- dossiers --------------------------------------------------------------------------------------------------------


def test_a_dossier_holds_the_log_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    lines = replace(ENTRIES[3], record=ENTRIES[3].record.replace(b'"data":', b'"data":\r\n'))
    written = write_dossier(path, Kept([*ENTRIES[:3], lines, *ENTRIES[4:]]))
    dossier = Dossier(path)

    assert written == SIZE
    assert [each.record for each in dossier.entries()] == [
        each.record if at != 3 else lines.record for at, each in enumerate(ENTRIES)
    ]
    assert dossier.checkpoints() == [signed(size) for size in SIGNED_SIZES]
    assert verify(dossier).fault is None


def test_a_dossier_that_was_changed_is_found(tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    write_dossier(path, Kept([*ENTRIES[:570], entry(571, "another"), *ENTRIES[571:]]))
    fault = verify(Dossier(path)).fault

    assert fault is not None
    assert fault.position == 571


def test_what_is_no_dossier_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    path.write_bytes(b"PK")

    with pytest.raises(BadInput, match="is no dossier of ours"):
        Dossier(path)


# --- witnesses -------------------------------------------------------------------------------------------------------


def consistency(leaves: Sequence[bytes] = LEAVES) -> Consistency:
    def prove(old: int, new: int) -> list[bytes]:
        return [merkle.root_of(leaves[first:last]) for first, last in merkle.consistency_path(old, new)]

    return prove


def test_a_witness_signs_a_log_that_grows_and_remembers(tmp_path: Path) -> None:
    first = Witness(tmp_path / "w", name="w").cosign(signed(100).note.encode(), KEY.verifying, consistency(), now=1000)
    again = Witness(tmp_path / "w", name="w")
    second = again.cosign(signed(590).note.encode(), KEY.verifying, consistency(), now=2000)
    note = notes.parse(second.note.encode())

    assert (first.old_size, first.size, second.old_size, second.size) == (0, 100, 100, 590)
    assert notes.verified(note, [KEY.verifying, again.key.verifying]) == [KEY.verifying, again.key.verifying]
    assert notes.signed_at(note.signatures[-1]) == 2000
    assert again.last_path.read_text("utf-8") == second.note
    assert again.cosign(signed(590).note.encode(), KEY.verifying, consistency(), now=3000).size == 590


@pytest.mark.parametrize("size", [590, 600, 256])
def test_a_witness_signs_no_other_history(tmp_path: Path, size: int) -> None:
    witness = Witness(tmp_path / "w", name="w")
    witness.cosign(signed(590).note.encode(), KEY.verifying, consistency(), now=1000)
    before = witness.last_path.read_bytes()
    leaves = [*LEAVES[:99], sha256(b"another").digest(), *LEAVES[100:]]

    with pytest.raises(Inconsistent, match="The log did not just grow"):
        witness.cosign(signed(size, leaves).note.encode(), KEY.verifying, consistency(leaves), now=2000)
    assert witness.last_path.read_bytes() == before
    assert (tmp_path / "w" / "inconsistent").read_text("utf-8") == signed(size, leaves).note


def test_a_witness_signs_nothing_that_the_log_has_not_signed(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "w", name="w")

    with pytest.raises(NotGenuine, match="none of the keys"):
        witness.cosign(
            signed(100, key=notes.new_key("log.example.org")).note.encode(), KEY.verifying, consistency(), now=1
        )
    assert witness.last() is None


def test_the_key_of_a_witness_is_its_own_alone(tmp_path: Path) -> None:
    first = Witness(tmp_path / "w", name="w").key
    path = tmp_path / "w" / "witness.key"

    assert Witness(tmp_path / "w", name="another").key == first
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("nonsense")
    with pytest.raises(BadInput, match="The witness has no key"):
        Witness(tmp_path / "w", name="w")
