"""Named SQL statements, kept in `.sql` files beside the one module that runs them."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)\n", re.MULTILINE)


@cache
def statements(module: str) -> dict[str, str]:
    """The statements of a module's `.sql` file by name: `statements("chronology.log.append")["lock_head"]`."""
    package, _, stem = module.rpartition(".")
    text = resources.files(package).joinpath(f"{stem}.sql").read_text("utf-8")
    parts = _NAME.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{module}: a statement's name stands twice")
    return dict(zip(names, (body.strip() for body in bodies), strict=True))


@cache
def script(package: str, name: str) -> str:
    """A whole `.sql` file of a package."""
    return resources.files(package).joinpath(name).read_text("utf-8")
