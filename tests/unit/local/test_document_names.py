"""Names of files are kept beside the log: read again by collection, without growth, whatever became of the file."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from chronology_local import document_names
from chronology_local.addresses import Environment
from chronology_local.document_names import FILE, NamesKept, folders_of, read_names, write_names


def keep(folder: Path, names: dict[str, str], collection: str = "main") -> None:
    with NamesKept([folder], collection) as kept:
        for document_id, doc in names.items():
            kept.add(document_id, doc)


def test_names_are_read_by_collection_and_the_last_one_holds(tmp_path: Path) -> None:
    keep(tmp_path, {"1": "a", "2": "b"})
    keep(tmp_path, {"1": "other"}, "dossier")
    keep(tmp_path, {"2": "renamed"})

    assert read_names([tmp_path], "main") == {"1": "a", "2": "renamed"}
    assert read_names([tmp_path], "dossier") == {"1": "other"}


def test_the_same_names_again_add_nothing(tmp_path: Path) -> None:
    keep(tmp_path, {"1": "a", "2": "b"})
    before = (tmp_path / FILE).read_bytes()
    keep(tmp_path, {"2": "b", "1": "a"})

    assert (tmp_path / FILE).read_bytes() == before


def test_lines_that_no_longer_hold_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_names, "SUPERFLUOUS_LINES_MAX", 5)
    for number in range(100):
        keep(tmp_path, {"1": f"name {number}", "2": "b"})

    assert len((tmp_path / FILE).read_bytes().splitlines()) < 10
    assert read_names([tmp_path], "main") == {"1": "name 99", "2": "b"}
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_of_too_many_names_the_oldest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_names, "KEPT_MAX", 3)
    keep(tmp_path, {str(number): "n" for number in range(5)})
    keep(tmp_path, {"5": "n"})

    assert list(read_names([tmp_path], "main")) == ["3", "4", "5"]


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    keep(tmp_path, {"1": "a"})
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"collection":"main","docum')
    keep(tmp_path, {"2": "b"})

    assert read_names([tmp_path], "main") == {"1": "a", "2": "b"}


def test_a_folder_that_is_not_there_is_made_and_one_that_cannot_be_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    keep(tmp_path / "not" / "there", {"1": "a"})
    keep(tmp_path / "file", {"1": "a"})

    assert read_names([tmp_path / "not" / "there"], "main") == {"1": "a"}
    assert read_names([tmp_path / "file"], "main") == {}


def test_several_may_write_at_once(tmp_path: Path) -> None:
    def write(who: int) -> None:
        for number in range(20):
            write_names(tmp_path, {("main", f"{who}-{number}"): "n"})

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(read_names([tmp_path], "main")) == 80
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 80


def test_the_folder_that_is_named_holds_before_the_usual_one(tmp_path: Path) -> None:
    named, usual = tmp_path / "named", tmp_path / "usual"
    keep(named, {"1": "named"})
    keep(usual, {"1": "usual", "2": "usual"})
    environment = Environment(state=usual)

    assert read_names(folders_of(named, environment), "main") == {"1": "named", "2": "usual"}
    assert folders_of(None, environment) == folders_of(usual, environment) == (usual,)
