"""A rule file that does not hold together stops the start, and says where."""

from __future__ import annotations

from pathlib import Path

import pytest
from chronology_ingest import ruleset
from chronology_ingest.errors import RulesBroken
from chronology_ingest.inflection import inflect, plural


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in ruleset.folder().iterdir():
        if file.name.endswith(".toml"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


RULE = '\n[[rule]]\nid = "{id}"\npattern = \'{pattern}\'\nresolve = "{resolve}"\nexamples = {examples}\n{more}\n'


def added(folder: Path, **changes: str) -> None:
    fields = {"id": "date.new", "pattern": "x", "resolve": "year", "examples": '["x"]', "more": ""} | changes
    with (folder / "dates.toml").open("a") as file:
        file.write(RULE.format(**fields))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"more": "wieght = 3"}, "wieght"),
        ({"id": "date.iso"}, "there twice"),
        ({"examples": "[]"}, "no example"),
        ({"pattern": "%nobody"}, "%nobody"),
        ({"pattern": "(unclosed"}, "RE2"),
        ({"resolve": "nothing"}, "nothing"),
    ],
)
def test_a_broken_rule_stops_the_start(folder: Path, changes: dict[str, str], said: str) -> None:
    added(folder, **changes)

    with pytest.raises(RulesBroken, match=r"dates\.toml") as broken:
        ruleset.load(folder)

    assert said in str(broken.value)


def test_a_missing_file_stops_the_start(folder: Path) -> None:
    (folder / "places.toml").unlink()

    with pytest.raises(RulesBroken, match=r"places\.toml"):
        ruleset.load(folder)


def test_the_hash_changes_with_the_data(folder: Path) -> None:
    before = ruleset.load(folder).rules_hash
    with (folder / "topics.toml").open("a") as file:
        file.write("\n# A remark.\n")

    assert before == ruleset.default().rules_hash
    assert ruleset.load(folder).rules_hash != before


def test_the_hash_covers_the_code(folder: Path, tmp_path: Path) -> None:
    code = [*ruleset.code_files()]
    other = tmp_path / "merge.py"
    other.write_text("pass\n")
    changed = [other if source.name == other.name else source for source in code]

    assert ruleset.hash_of(folder, code) == ruleset.default().rules_hash
    assert ruleset.hash_of(folder, changed) != ruleset.default().rules_hash
    assert {"patterns.py", "inflection.py", "scenes.py"} <= {source.name for source in code}


def test_verbs_and_nouns_are_inflected() -> None:
    forms = inflect("ban", {"ban": ("banned", "banned")})

    assert (forms.third, forms.past, forms.gerund) == ("bans", "banned", "banning")
    assert [plural(word) for word in ("protest", "embassy", "clash", "house arrest")] == [
        "protests", "embassies", "clashes", "house arrests",
    ]  # fmt: skip
