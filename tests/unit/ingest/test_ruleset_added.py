"""Rules of one's own: what is wrong in them is told with its line and what would be right; what holds is read by."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from chronology_ingest import ruleset
from chronology_ingest.errors import RulesBroken
from chronology_ingest.rule_examples import example_faults, with_added
from chronology_ingest.rule_files import read_rule_files
from chronology_ingest.ruleset import Added, Ruleset

ACT = """[[act]]
id = "coerce.padlock"
type = "COERCE"
mode = "seize"
verbs = ["padlock"]
examples = ["Inspectors padlocked the Velmora Gazette on 4 March 2019."]
"""
DATE = """[[date]]
id = "date.of-mine"
pattern = PATTERN
resolve = "weekday"
examples = ["x"]
"""
TOPIC = """[[topic]]
id = "topic.mine"
topic = "detention"
terms = ["padlock"]
acts = ["COERCE seize"]
examples = ["Inspectors padlocked the Velmora Gazette on 4 March 2019."]
"""


def added(text: str, name: str = "mine.toml") -> Added:
    return Added(name=name, content=text.encode())


def loaded(*texts: str) -> Ruleset:
    return ruleset.load(ruleset.folder(), [added(text, f"{number}.toml") for number, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ACT.replace("verbs", "verb"), ["line 5: coerce.padlock: there is no key `verb` here – did you mean `verbs`?"]),
        (ACT.replace('id = "coerce.padlock"\n', ""), ["line 1: [[act]]: `id` is missing: give it a name"]),
        (
            ACT.replace("COERCE", "COERSE"),
            ["line 3: coerce.padlock: `type` cannot be 'COERSE' – did you mean `COERCE`?"],
        ),
        (ACT.replace("seize", "sieze"), ["line 4: coerce.padlock: COERCE has no mode 'sieze' – did you mean `seize`?"]),
        (
            ACT.replace('["padlock"]', '"padlock"'),
            ["line 5: coerce.padlock: `verbs` must be a list in square brackets"],
        ),
        (ACT.replace('"padlock"', '"Padlock"'), ["line 5:", "write it in small letters"]),
        (ACT.replace('["padlock"]', "[]"), ["coerce.padlock: it has no words: give `verbs`"]),
        (ACT + "speech = 'no'\n", ["line 7:", "`speech` must be true or false, without quotes"]),
        (ACT + 'titles = ["warden"]\n', ["line 7: `titles` is a list of the whole file: put it before the first [["]),
        (ACT.replace('"coerce.padlock"', '"Close it"'), ["line 2:", "`id` cannot be 'Close it'"]),
        (ACT + ACT, ["line 7: coerce.padlock: the id is there twice, first in mine.toml line 1"]),
        (
            ACT.replace("[[act]]", "[[rule]]"),
            ["line 1: there is nothing called `rule` – a rule with such keys is an [[act]]"],
        ),
        (ACT.replace("[[act]]", "[[atc]]"), ["line 1: there is nothing called `atc` – did you mean `act`?"]),
        (ACT.replace("[[act]]", "[act]"), ["line 1: `act` is a kind of rule: write [[act]]"]),
        (ACT.replace("coerce.padlock", "actor.police"), ["a rule of the kind [[actor]] has this id"]),
        (
            ACT.replace('["Insp', '[{ txt = "Insp').replace('2019."]', '2019." }]'),
            ["number 1, has a key `txt`", "`text`"],
        ),
        (ACT.replace('"seize"', "“seize”"), ["line 4: it is not TOML", "write straight quotation marks"]),
        ('titels = ["warden"]', ["line 1: there is nothing called `titels` – did you mean `titles`?"]),
        ('cities = [["Velmora", "Norway"]]', ["line 1: `cities`, number 1, has 2 entries; it must have 4"]),
        ('cities = [["Velmora", "Norwy", "", ""]]', ["'Norwy', which is no country here"]),
        (DATE.replace("PATTERN", "'(unclosed'"), ["line 1: date.of-mine: RE2 refuses the pattern: missing )"]),
        (DATE.replace("PATTERN", "'a(?=b)'"), ["no look-around"]),
        (DATE.replace("PATTERN", "'%weekdy'"), ["refers to %weekdy, which is not there – did you mean `weekday`?"]),
        (DATE.replace("PATTERN", "'x*'"), ["matches where there is nothing"]),
        (DATE.replace("PATTERN", "'(x{1000}){1000}'"), ["RE2 refuses the pattern"]),
        (DATE.replace("PATTERN", '"\\bx"'), ["line 3:", "stands in single quotes"]),
        (DATE.replace("PATTERN", '"\\d+"'), ["line 3: it is not TOML", "in single quotes"]),
        (
            "[classes]\nround = '%again'\nagain = 'x%round'\n" + DATE.replace("PATTERN", "'%round'"),
            ["line 4: date.of-mine: %round refers to itself"],
        ),
        (
            DATE.replace("PATTERN", "'x'").replace('"x"', '{ text = "x", place = "Ilvarin" }'),
            ["line 5: date.of-mine: `examples`, number 1, says `place`, which is not what this rule reads"],
        ),
        (
            ACT.replace('["Insp', '[{ anchor = "June", text = "Insp').replace('2019."]', '2019." }]'),
            ["line 6:", "`anchor` cannot be 'June': write an EDTF date"],
        ),
        (ACT + 'kind = "died"\n', ["line 7: coerce.padlock: `kind` goes with the type OTHER only, not with COERCE"]),
        (ACT + 'said = [" "]\n', ["line 7: coerce.padlock: `said` has an empty one"]),
        (TOPIC.replace("COERCE", "COERSE"), ["line 5:", "there is no type 'COERSE' – did you mean `COERCE`?"]),
        ('titles = ["warden", ""]', ["line 1: `titles` has an empty one"]),
        ('qualifiers = [" "]', ["line 1: `qualifiers` has an empty one"]),
        ('cities = [["", "Norway", "", ""]]', ["line 1: `cities` has an empty one"]),
        ('[values.month]\n"" = 5', ["line 1: `values` has an empty one"]),
        ('[values.month]\nFrostmoon = "first"', ["`Frostmoon` in [values.month] must be a whole number"]),
        (
            """[[furniture]]
id = "furniture.mine"
pattern = '(?m)^$|Advertisement'
examples = ["Advertisement"]
""",
            ["line 1: furniture.mine: `pattern` matches where there is nothing"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_would_be_right(text: str, said: list[str]) -> None:
    with pytest.raises(RulesBroken) as broken:
        with_added([added(text)])

    assert str(broken.value).startswith("mine.toml: ")
    assert [part for part in said if part not in str(broken.value)] == []


def test_every_fault_of_a_file_is_told_at_once() -> None:
    with pytest.raises(RulesBroken) as broken:
        loaded(ACT.replace("verbs", "verb").replace("COERCE", "COERSE"))

    assert [line.partition(": coerce")[0] for line in str(broken.value).splitlines()] == [
        "0.toml: line 5", "0.toml: line 3",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = [" * 100_000])
def test_what_is_no_text_of_rules_is_refused(content: bytes) -> None:
    with pytest.raises(RulesBroken, match=r"mine\.toml"):
        ruleset.load(ruleset.folder(), [Added(name="mine.toml", content=content)])


def test_an_editors_mark_and_line_ends_do_not_matter() -> None:
    rules = with_added([Added(name="mine.toml", content=b"\xef\xbb\xbf" + ACT.replace("\n", "\r\n").encode())])

    assert {rule.id: file for file, rule in rules.rules}["coerce.padlock"] == "mine.toml"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Inspectors padlocked", "Inspectors saw"), "the rule does not read its example 1 as it says"),
        (
            ("examples", 'counterexamples = ["Police padlocked the Gazette on Monday."]\nexamples'),
            "its counterexample 1",
        ),
        (('["Insp', '[{ date = "1999", text = "Insp'), "the rule does not read its example 1 as it says"),
        (('["Insp', '[{ qualifier = "about", text = "Insp'), "the rule does not read its example 1 as it says"),
    ],
)
def test_an_example_that_does_not_hold_is_told_with_what_was_read(change: tuple[str, str], said: str) -> None:
    with pytest.raises(RulesBroken) as broken:
        with_added([added(ACT.replace(*change).replace('2019."]', '2019." }]' if "{" in change[1] else '2019."]'))])

    assert said in str(broken.value)
    assert "\n    read: " in str(broken.value)


def test_a_date_whose_resolver_misses_a_group_is_no_crash() -> None:
    text = DATE.replace("PATTERN", "'someday'").replace(
        '"x"', '{ text = "someday", anchor = "2019-03-20", date = "2019" }'
    )

    with pytest.raises(RulesBroken, match="does not read its example 1"):
        with_added([added(text)])


def test_a_rule_with_an_id_that_is_there_takes_its_place() -> None:
    arrest = '[[act]]\nid = "coerce.arrest"\ntype = "COERCE"\nmode = "arrest"\nverbs = ["cuff"]\nexamples = ["x"]\n'
    before, after = ruleset.installed(), loaded(arrest)
    order = [rule.id for _, rule in before.rules]

    assert [rule.id for _, rule in after.rules] == order
    assert "cuffed" in after.wordings
    assert not any(way.rule.id == "coerce.arrest" for way in after.wordings.get("detained", ()))


def test_of_equal_wordings_the_added_rule_is_taken() -> None:
    text = ACT.replace('"padlock"', '"arrest"').replace("padlocked", "arrested")
    rules = with_added([added(text)])

    assert {way.rule.id for way in rules.wordings["arrested"] if len(way.words) == 1} == {"coerce.padlock"}


def test_lists_and_tables_grow_by_what_is_added() -> None:
    head = 'cities = [["Ilvarin", "Norway", "Old Ilvarin", ""]]\ntitles = ["warden"]\n'
    rules = loaded(head + '[irregular]\nforego = ["forewent", "foregone"]\n[values.weekday]\nwashday = 1\n')
    before = ruleset.installed()

    assert {"Ilvarin", "Old Ilvarin", "Berlin"} <= rules.names.keys()
    assert rules.titles == before.titles | {"warden"}
    assert rules.date_values["weekday"] == before.date_values["weekday"] | {"washday": 1}


def test_the_hash_covers_what_is_added_and_in_which_order_but_not_its_name() -> None:
    other = ACT.replace("padlock", "shutter")
    hashes = [loaded(ACT, other).rules_hash, loaded(other, ACT).rules_hash, loaded(ACT).rules_hash]
    again = ruleset.load(ruleset.folder(), [added(ACT, "renamed.toml")]).rules_hash

    assert len({*hashes, loaded().rules_hash}) == 4
    assert again == hashes[2]


def test_rules_in_use_are_the_default_ones_until_then() -> None:
    rules = loaded(ACT)
    with ruleset.using(rules):
        within = ruleset.default()

    assert within is rules
    assert ruleset.default() is ruleset.installed()


def test_a_folder_is_read_by_name_without_what_is_no_rule(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", ".hidden.toml", "notes.md"):
        (tmp_path / name).write_text(name)
    found = read_rule_files(tmp_path)

    assert [Path(file.name).name for file in found] == ["a.toml", "b.toml"]
    shutil.rmtree(tmp_path)
    with pytest.raises(RulesBroken, match="cannot be read"):
        read_rule_files(tmp_path)


def test_every_file_of_the_package_has_its_kind_and_every_list_one_name() -> None:
    lists = [
        field
        for form in ruleset.FILES.values()
        for field in form.__struct_fields__
        if field not in {kind.field for kind in ruleset.KINDS.values()}
    ]

    assert {file.name for file in ruleset.folder().iterdir() if file.name.endswith(".toml")} == set(ruleset.FILES)
    assert sorted(lists) == sorted(set(lists))
    assert not set(lists) & ruleset.KINDS.keys()


def test_the_examples_of_every_rule_of_the_package_hold() -> None:
    rules = ruleset.installed()
    some = [(file, rule) for file, rule in rules.rules][::7]

    assert [fault for file, rule in some for fault in example_faults(rule, rules, file)] == []
