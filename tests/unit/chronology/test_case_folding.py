"""The pinned table folds as the interpreter does, for all that its Unicode knew already."""

from __future__ import annotations

import sys

import pytest
import unicodedata2
from chronology.projections.case_folding import folded
from chronology.projections.items import search_key


def test_the_table_folds_as_the_interpreter_of_its_unicode() -> None:
    # Later versions of Unicode only add letters: what this one changed must still be changed alike.
    changed = [chr(code) for code in range(sys.maxunicode + 1) if folded(chr(code)) != chr(code)]

    assert len(changed) == 1530
    assert [char for char in changed if char.casefold() != folded(char)] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [("Zsófia  STRAßE", "zsofia strasse"), ("Ærøskøbing", "ærøskøbing"), ("Ѐлена", "елена"), ("İzmir", "izmir")],
)
def test_a_search_key_has_no_case_and_no_diacritics(name: str, key: str) -> None:
    assert unicodedata2.unidata_version >= "18"
    assert search_key(name) == key
