"""`chronology dossier`: a log in one file that anybody can keep and check."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from ..client import Client
from ..console import count, progress_bar, say
from ..errors import BadInput
from ..evidence import Service, counted, write_dossier
from .options import collection_option, with_service


@click.command("dossier")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@collection_option
@with_service("chronology")
def command(client: Client, collection: str, file: Path) -> None:
    """Write the whole log with its salts and signed checkpoints to FILE, a zip; `chronology verify FILE` checks it.

    It holds every document and event of the collection: whoever gets it can read them.

    Example: chronology dossier sample.zip --collection sample
    """
    evidence = Service(client, collection)
    with progress_bar("records", evidence.about().head) as bar:
        try:
            written = write_dossier(file, counted(evidence, bar.advance))
        except OSError as error:
            raise BadInput(f"{file} cannot be written: {error.strerror}.") from None
    say(f"{count(written, 'record')} in {file}; check it: chronology verify {file}")
