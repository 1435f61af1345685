"""The table of settings in the project's README, made from the structs that read them.

python -m tests.architecture.settings_table      prints it, to be put between the two marks of the README
"""

from __future__ import annotations

from typing import Final

from chronology.settings import Settings as ChronologySettings
from chronology_ingest.settings import Settings as IngestSettings
from chronology_local import addresses
from chronology_runtime.settings import Setting, describe

BEGIN: Final = "<!-- settings -->"
END: Final = "<!-- /settings -->"
SERVICES: Final = {"chronology": describe(ChronologySettings), "ingest": describe(IngestSettings)}
COMMAND: Final = {
    "CHRONOLOGY_URL": "Where chronology is, for the commands; by default what `up` runs.",
    "CHRONOLOGY_INGEST_URL": "Where ingest is, for the commands; by default what `up` runs.",
    "CHRONOLOGY_KEY": "The API key that the commands send.",
}


def names() -> set[str]:
    """Every variable that any of our programs reads; each may also be given as a file, under its name with _FILE."""
    own = {name for name in addresses.OWN_VARIABLES if not name.endswith("_FILE")}
    return own | {setting.name for settings in SERVICES.values() for setting in settings}


def table() -> str:
    rows = ["| variable | read by | default | meaning |", "| --- | --- | --- | --- |"]
    for name in sorted(names(), key=lambda name: (name.startswith("CHRONOLOGY_"), name)):
        found = {service: row for service, known in SERVICES.items() for row in known if row.name == name}
        # Where both read it, it means the same to both: chronology's words are enough.
        readers, meanings = [*found], [row.description for row in found.values()][:1]
        if name in COMMAND:
            readers.append("the commands")
            meanings.append(COMMAND[name])
        cells = (f"`{name}`", ", ".join(readers), _defaults(found), " ".join(meanings))
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def _defaults(found: dict[str, Setting]) -> str:
    shown = {service: _default(setting) for service, setting in found.items()}
    if len(set(shown.values())) <= 1:
        return next(iter(shown.values()), "")
    return ", ".join(f"{service}: {default or 'none'}" for service, default in shown.items())


def _default(setting: Setting) -> str:
    if setting.default is None:
        return "must be given"
    return f"`{setting.default}`" if setting.default else ""


if __name__ == "__main__":
    print(table())
