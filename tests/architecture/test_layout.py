"""What the project's folder looks like, and what must stand in none of its files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from chronology_local import addresses
from chronology_runtime.names import KNOWN

from tests.architecture import settings_table
from tests.architecture.deployment import ROOT

TOP_LEVEL = {"chronology", "LICENSE", "README.md", "deploy", "pyproject.toml", "services", "shared", "tests"}
TOP_LEVEL_HIDDEN = {".ci", ".git", ".gitignore"}
IGNORED = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split() if not line.startswith("#")]
README_LINES_OF_A_STUB = 50

# Written in parts, so that this file does not name what it forbids.
INDEXES = ["pypi" + r"\.org/simple", r"files\." + "pythonhosted", "--(extra-)?" + "index-url", r"registry\." + "npmjs"]
INDEX = re.compile("|".join(INDEXES))
FOLDERS = ["wo" + "rk", "Us" + "ers", "ho" + "me/[a-z]+", "ro" + "ot"]
MACHINE_PATH = re.compile(r"(?<![\w.<>/-])/(" + "|".join(FOLDERS) + r")/[\w.]")


def is_ignored(path: Path) -> bool:
    return any(fnmatch(part, pattern) for part in path.relative_to(ROOT).parts for pattern in IGNORED)


def files(folder: Path = ROOT) -> Iterator[Path]:
    """All files that belong to the project."""
    for path in sorted(folder.iterdir()):
        if path.name == ".git" or is_ignored(path):
            continue
        if path.is_dir():
            yield from files(path)
        elif path.is_file():
            yield path


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_top_level_is_fixed() -> None:
    found = {path.name for path in ROOT.iterdir() if not is_ignored(path)}

    assert found - TOP_LEVEL_HIDDEN == TOP_LEVEL


def test_no_file_names_a_package_index() -> None:
    assert lines_that_match(INDEX) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert lines_that_match(MACHINE_PATH) == []


@pytest.mark.parametrize("package", ["services", "shared", "deploy"])
def test_every_module_says_what_it_is_for(package: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in files(ROOT / package)
        if path.suffix == ".py" and (tree := ast.parse(path.read_text("utf-8"))).body and not ast.get_docstring(tree)
    ]

    assert silent == []


def test_every_longer_function_of_the_contract_says_what_its_types_cannot() -> None:
    silent = [
        f"{path.name}: {node.name}"
        for path in files(ROOT / "shared" / "chronology_contracts")
        if path.suffix == ".py"
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if (node.end_lineno or 0) - node.lineno > 8 and not ast.get_docstring(node)
    ]

    assert silent == []


def test_every_program_knows_every_variable_of_ours() -> None:
    ours = {name for name in settings_table.names() if name.startswith("CHRONOLOGY_")}

    assert sorted(KNOWN) == sorted(ours)


def test_the_commands_variables_are_all_described() -> None:
    described = {name for name in addresses.OWN_VARIABLES if not name.endswith("_FILE")}

    assert set(settings_table.COMMAND) == described


def test_the_table_of_settings_in_the_readme_is_current() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    if len(readme.splitlines()) <= README_LINES_OF_A_STUB:
        assert settings_table.BEGIN not in readme
        return
    _, begin, rest = readme.partition(settings_table.BEGIN + "\n")
    found, end, _ = rest.partition(settings_table.END)

    assert begin, f"the README has no {settings_table.BEGIN}"
    assert end, f"the README has no {settings_table.END}"
    assert found.strip() == settings_table.table(), "run: python -m tests.architecture.settings_table"
