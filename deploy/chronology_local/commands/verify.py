"""`chronology verify`: is the log what it was?"""

from __future__ import annotations

from pathlib import Path

import rich_click as click
from chronology.errors import NotGenuine
from chronology.tree import notes

from ..client import Client
from ..console import emit, progress_bar, say, warn
from ..errors import BadInput, CommandError
from ..evidence import Dossier, Evidence, Service, counted
from ..verification import verify
from .options import collection_option, with_service


@click.command("verify")
@click.argument("dossier", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--log-key", default="", metavar="KEY|FILE", help="The public key that the checkpoints must be signed with."
)
@click.option(
    "--against",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A checkpoint of this log that was kept elsewhere, as `witness` keeps it. May be given several times.",
)
@collection_option
@with_service("chronology")
def command(client: Client, collection: str, dossier: Path | None, log_key: str, against: tuple[Path, ...]) -> None:
    """Hash every record of the log again and compare with what was signed; exit code 1 names the first bad position.

    With the file DOSSIER no service is asked. Without --log-key the key is taken that the log itself names.

    Example: chronology verify --collection sample
    """
    evidence: Evidence = Dossier(dossier) if dossier else Service(client, collection)
    try:
        key = read_key(log_key) if log_key else None
        kept = [notes.parse(read_bytes(path)) for path in against]
        if key is not None:
            for note in kept:
                notes.verified(note, [key])
        with progress_bar("records", evidence.about().head) as bar:
            found = verify(counted(evidence, bar.advance), key=key, against=kept)
    except NotGenuine as error:
        raise BadInput(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    emit(found)
    if found.fault is not None:
        upto = f" to {found.fault.until}" if found.fault.until > found.fault.position else ""
        raise CommandError(f"The log is not what it was. Position {found.fault.position}{upto}: {found.fault.detail}.")
    say(f"{found.records} records are what was appended; {found.signed} of them are signed for")
    if not found.checkpoints:
        warn("Nothing is signed: the log was only compared with its own hashes. Set CHRONOLOGY_LOG_KEY_FILE.")
    elif key is None:
        warn(f"The key is the one that the log itself names: {found.key}. Compare it with what its operator published.")


def read_key(text: str) -> notes.VerifyingKey:
    """A public key, given as itself or as the name of its file. Raises `NotGenuine`."""
    path = Path(text)
    return notes.read_verifying_key(path.read_text("utf-8") if "+" not in text and path.is_file() else text)


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
