"""Files of rules that somebody adds to those of the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .errors import RulesBroken
from .ruleset import Added

FILE_BYTES_MAX: Final = 2**20
FILES_MAX: Final = 100


def read_rule_files(path: Path) -> tuple[Added, ...]:
    """A file, or all files of a folder that end in .toml, by name. Raises `RulesBroken`."""
    if not path.is_dir():
        return (_read(path),)
    found = sorted(entry for entry in path.iterdir() if entry.suffix == ".toml" and not entry.name.startswith("."))
    if len(found) > FILES_MAX:
        raise RulesBroken(str(path), f"the folder has {len(found)} files of rules; at most {FILES_MAX} are read")
    return tuple(_read(entry) for entry in found)


def _read(path: Path) -> Added:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no name of a file"
        raise RulesBroken(str(path), f"it cannot be read: {reason}") from None
    if len(content) > FILE_BYTES_MAX:
        raise RulesBroken(str(path), f"it is longer than {FILE_BYTES_MAX} bytes: split it into several files")
    return Added(name=str(path), content=content)
