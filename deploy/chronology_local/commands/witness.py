"""`chronology witness`: keep and sign where another one's log stands."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import rich_click as click
from chronology.errors import NotGenuine
from msgspec import Struct

from ..client import Client, segment
from ..console import emit, say, warn
from ..errors import BadInput, CommandError, Unreachable
from ..evidence import Service, decode_base64
from ..witnessing import Cosigned, Witness
from .options import collection_option, given, with_service
from .verify import read_key

PATIENCE_SECONDS: Final = 30.0


class _Proof(Struct, frozen=True):
    path: list[str]


@click.command("witness")
@click.option("--log-key", default="", metavar="KEY|FILE", help="The log's public key. Left out: the one it names now.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the witness keeps its state.")
@click.option("--name", default="chronology.witness", show_default=True, help="The name of a key that is made.")
@click.option("--every", type=click.IntRange(min=1), metavar="SECONDS", help="Go on, looking this often.")
@collection_option
@with_service("chronology")
def command(client: Client, collection: str, log_key: str, folder: Path | None, name: str, every: int | None) -> None:
    """Check that a log only grew since the last look, and sign its checkpoint with a key of your own.

    Run it on another machine than the log's, by somebody else: then nobody can rewrite the log unseen. It keeps the
    checkpoint beside its key; `chronology verify --against` takes it.

    Example: chronology witness --collection main --every 60
    """
    folder = folder or given().environment.state / "witness" / collection
    try:
        witness = Witness(folder, name=name)
        say(f"The witness's key: {witness.key.verifying.encode()}")
        key = _log_key(client, collection, log_key, folder)
        while True:
            try:
                cosigned = _look(client, collection, witness, key)
                emit(cosigned)
                say(f"{cosigned.size} records, {cosigned.size - cosigned.old_size} more than before: signed")
            except Unreachable as error:
                if every is None:
                    raise
                warn(str(error))
            if every is None:
                return
            time.sleep(every)
    except NotGenuine as error:
        raise CommandError(f"Nothing was signed: {error}.") from None
    except OSError as error:
        raise BadInput(f"{folder} cannot be used: {error.strerror}.") from None


def _look(client: Client, collection: str, witness: Witness, key: str) -> Cosigned:
    path = f"/v1/collections/{segment(collection)}/log"
    signed = client.send("GET", f"{path}/checkpoint", patience_seconds=PATIENCE_SECONDS).content

    def consistency(old: int, new: int) -> list[bytes]:
        found = client.get(f"{path}/consistency", _Proof, from_=old, to=new, patience_seconds=PATIENCE_SECONDS)
        return [decode_base64(hash) for hash in found.path]

    return witness.cosign(signed, read_key(key), consistency, now=int(time.time()))


def _log_key(client: Client, collection: str, given_key: str, folder: Path) -> str:
    """The key that was given, else the one that was trusted when the log was first met."""
    kept = folder / "log.key"
    if given_key:
        return given_key
    if kept.exists():
        return kept.read_text("utf-8")
    named = Service(client, collection).about().key
    if not named:
        raise CommandError("The log names no key: it is not signed. Its operator sets CHRONOLOGY_LOG_KEY_FILE.")
    kept.write_text(named, "utf-8")
    warn(f"The log's key is trusted from now on, as it names it itself: {named}")
    return named
