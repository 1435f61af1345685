"""`chronology rules`: list, show, check and try; and `--rules` of the commands that read."""

from __future__ import annotations

from pathlib import Path

import pytest
from chronology_ingest import ruleset
from chronology_ingest.rule_examples import with_added
from chronology_ingest.rule_text import as_toml, describe
from chronology_ingest.ruleset import Added
from chronology_local.commands import rules as commands
from chronology_local.commands.up import check_rules
from chronology_local.errors import BadInput
from chronology_local.services import Servers, service_environment

from tests.unit.local.test_commands_reading import chronology

PADLOCK = """[[act]]
id = "coerce.padlock"
type = "COERCE"
mode = "seize"
verbs = ["padlock"]
examples = ["Inspectors padlocked the Velmora Gazette on 4 March 2019."]
"""
Capture = pytest.CaptureFixture[bytes]


@pytest.fixture
def press(tmp_path: Path) -> Path:
    folder = tmp_path / "press"
    folder.mkdir()
    (folder / "report.txt").write_text("Inspectors padlocked the Ilvarin Courier on 9 June 2023.\n")
    (folder / "page.html").write_text(
        "<html><body><article><p>The court sat.</p><p>Inspectors padlocked the Courier on 9 June 2023.</p></article>"
    )
    (folder / "other.txt").write_text("The court sat on 9 June 2023.\n")
    return folder


@pytest.fixture
def padlock(tmp_path: Path) -> Path:
    path = tmp_path / "padlock.toml"
    path.write_text(PADLOCK)
    return path


def test_try_writes_a_line_for_each_sentence_that_would_be_read_differently(
    capsysbinary: Capture, padlock: Path, press: Path
) -> None:
    ran = chronology(capsysbinary, "rules", "try", str(padlock), str(press), "--published", "2023-06-14")

    assert ran.code == 0
    assert [(line["doc"], line["changes"][0]["change"]) for line in ran.lines] == [("page", "new"), ("report", "new")]
    assert ran.lines[1]["file"].endswith("report.txt")
    assert "1 example of 1 rule hold" in ran.err
    assert "2 sentences in 2 of 3 files would be read differently. Events: 2 new, 0 changed, 0 gone." in ran.err


def test_try_shows_people_each_sentence_with_what_changes(
    capsysbinary: Capture, padlock: Path, press: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "results_are_for_people", lambda: True)
    ran = chronology(capsysbinary, "rules", "try", str(padlock), str(press / "report.txt"))

    assert "report.txt, line 1" in ran.out
    assert "  Inspectors padlocked the Ilvarin Courier on 9 June 2023.\n" in ran.out
    assert "  + new: type COERCE seize; who Inspectors; whom Ilvarin Courier; date 2023-06-09" in ran.out


def test_try_reads_nothing_by_a_rule_whose_examples_do_not_hold(
    capsysbinary: Capture, padlock: Path, press: Path
) -> None:
    padlock.write_text(PADLOCK + 'counterexamples = ["Police padlocked the Gazette on Monday."]\n')
    ran = chronology(capsysbinary, "rules", "try", str(padlock), str(press))

    assert (ran.code, ran.out) == (1, "")
    assert "the rule reads its counterexample 1, which it must not" in ran.err
    assert "read: COERCE seize; who Police; whom Gazette" in ran.err


def test_try_says_where_a_file_of_rules_is_wrong(capsysbinary: Capture, padlock: Path, press: Path) -> None:
    padlock.write_text(PADLOCK.replace("verbs", "verb"))
    ran = chronology(capsysbinary, "rules", "try", str(padlock), str(press))

    assert ran.code == 1
    assert f"{padlock}: line 5: coerce.padlock: there is no key `verb` here – did you mean `verbs`?" in ran.err


def test_try_says_that_a_file_holds_nothing_to_read_by(
    capsysbinary: Capture, tmp_path: Path, padlock: Path, press: Path
) -> None:
    padlock.write_text("# Not yet.\n")
    (tmp_path / "rules").mkdir()
    for nothing in (padlock, tmp_path / "rules"):
        ran = chronology(capsysbinary, "rules", "try", str(nothing), str(press))

        assert (ran.code, ran.out) == (1, "")
        assert f"{nothing} has nothing in it that would be read by" in ran.err


def test_list_finds_rules_by_kind_and_by_their_words(capsysbinary: Capture, padlock: Path) -> None:
    ran = chronology(capsysbinary, "rules", "list", "--kind", "act", "--search", "PADLOCK", "--rules", str(padlock))
    unknown = chronology(capsysbinary, "rules", "list", "--kind", "atc")

    assert [(line["id"], line["reads"], line["words"]) for line in ran.lines] == [
        ("coerce.padlock", "COERCE seize", ["padlock"]),
    ]
    assert unknown.code == 1
    assert "There are: act, date" in unknown.err


def test_show_names_the_nearest_rule_where_there_is_none_of_that_id(capsysbinary: Capture) -> None:
    ran = chronology(capsysbinary, "rules", "show", "coerce.arest")

    assert ran.code == 1
    assert "did you mean `coerce.arrest`?" in ran.err


def test_what_show_writes_is_a_file_of_rules(capsysbinary: Capture) -> None:
    ran = chronology(capsysbinary, "rules", "show", "coerce.arrest")
    rules = with_added([Added(name="copy.toml", content=ran.out.encode())])

    assert ran.out.startswith("# An act: ")
    assert rules.rules[0][1] == ruleset.installed().rules[0][1]


def test_every_rule_of_the_package_can_be_copied_and_is_described() -> None:
    installed = [rule for _, rule in ruleset.installed().rules]
    copied = "\n".join(as_toml(rule) for rule in installed)
    rules = ruleset.load(ruleset.folder(), [Added(name="copy.toml", content=copied.encode())])

    assert [rule for _, rule in rules.rules] == installed
    assert [rule.id for rule in installed if not describe(rule).endswith(".")] == []


def test_check_tells_what_a_rule_takes_away_from_others(capsysbinary: Capture, tmp_path: Path) -> None:
    path = tmp_path / "greedy.toml"
    path.write_text(
        '[[furniture]]\nid = "furniture.greedy"\npattern = \'(?i)hunger strike\'\nexamples = ["A HUNGER STRIKE"]\n'
    )
    ran = chronology(capsysbinary, "rules", "check", str(path))

    assert ran.code == 1
    assert {line["rule"] for line in ran.lines} & {"protest.hunger"}
    assert "do not hold" in ran.err


@pytest.mark.parametrize("command", ["extract", "dates"])
def test_the_commands_read_by_rules_of_ones_own(
    capsysbinary: Capture, padlock: Path, press: Path, command: str
) -> None:
    padlock.write_text(PADLOCK + "[values.weekday]\nMidweekday = 3\n")
    (press / "report.txt").write_text("Inspectors padlocked the Ilvarin Courier on Midweekday.\n")
    arguments = (command, str(press / "report.txt"), "--published", "2023-06-16")
    plain, ruled = (chronology(capsysbinary, *arguments, *more).lines for more in ((), ("--rules", str(padlock))))

    assert plain == []
    assert len(ruled) == 1
    assert ruled[0]["edtf" if command == "dates" else "date"] == "2023-06-14"


def test_up_refuses_rules_that_do_not_hold_and_gives_the_service_their_whole_path(
    padlock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(padlock.parent)
    environ = {"CHRONOLOGY_INGEST_RULES": padlock.name}
    check_rules(environ)
    given = service_environment(Servers(database_url="", nats_url=""), 8400, environ)
    padlock.write_text(PADLOCK.replace("verbs", "verb"))

    assert given["CHRONOLOGY_INGEST_RULES"] == str(padlock)
    with pytest.raises(BadInput, match=r"padlock\.toml: line 5"):
        check_rules(environ)


def test_rules_that_are_wrong_are_refused_before_anything_is_read(
    capsysbinary: Capture, padlock: Path, press: Path
) -> None:
    padlock.write_text("[[act]]\n")
    ran = chronology(capsysbinary, "extract", str(press / "report.txt"), "--rules", str(padlock))

    assert (ran.code, ran.out) == (1, "")
    assert "`id` is missing" in ran.err


def test_ingest_takes_rules_only_for_the_default_extractor(capsysbinary: Capture, padlock: Path, press: Path) -> None:
    arguments = ("--rules", str(padlock), "--extractor", "other", "--url", "http://127.0.0.1:9")
    ran = chronology(capsysbinary, "ingest", str(press), *arguments)

    assert ran.code == 2
    assert "give neither --events nor --extractor" in ran.err
