"""Which files are read, and why others are passed over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from chronology_local.errors import BadInput
from chronology_local.inputs import Input, Skipped, find_inputs, read_bytes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.HTML").write_text("a")
    (tmp_path / "README.md").write_text("r")
    (tmp_path / "metadata.jsonl").write_text("{}")
    (tmp_path / ".hidden.txt").write_text("h")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "c.txt").write_text("c")
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    return tmp_path


def test_a_folder_gives_its_documents_recursively_and_by_name(folder: Path) -> None:
    found = [item for item in find_inputs([str(folder)]) if isinstance(item, Input)]

    assert [(item.doc, item.form) for item in found] == [("b", "text"), ("a", "html")]


def test_what_a_folder_holds_besides_is_passed_over_with_a_reason(folder: Path) -> None:
    found = {Path(item.name).name: item.reason for item in find_inputs([str(folder)]) if isinstance(item, Skipped)}

    assert set(found) == {"README.md", "metadata.jsonl", ".hidden.txt", ".git", "link.txt", "loop", "pipe.txt"}
    assert found["pipe.txt"] == "a pipe"
    assert "--metadata" in found["metadata.jsonl"]


def test_a_link_that_a_person_names_is_read(folder: Path) -> None:
    (found,) = find_inputs([str(folder / "link.txt")])

    assert isinstance(found, Input)
    assert read_bytes(found) == b"b"


@pytest.mark.parametrize("name", ["missing.txt", "pipe.txt", "README.md", "a\0b.txt"])
def test_a_named_path_that_cannot_be_meant_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(BadInput):
        list(find_inputs([str(folder / name)]))


def test_a_device_is_refused_instead_of_read_for_ever() -> None:
    with pytest.raises(BadInput, match="is a device"):
        list(find_inputs(["/dev/zero"]))


def test_a_name_that_is_not_utf_8_can_still_be_written_down(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("x")

    (found,) = find_inputs([str(tmp_path)])

    assert isinstance(found, Input)
    assert found.doc == "caf\ufffd"
