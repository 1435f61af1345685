"""`chronology extract`: what would be read from files."""

from __future__ import annotations

import rich_click as click

from ..console import count, emit, say, warn
from ..errors import BadInput, CommandError
from ..inputs import Input, Skipped, find_inputs, read_metadata
from ..lines import event_line
from ..reading import ENGLISH, Reader, date_warnings, read_document
from .options import given, metadata_option, published_option, rules_option


@click.command("extract")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@metadata_option
@published_option
@rules_option
@click.option(
    "--extractor", default="", metavar="NAME", help="Another extractor than `rules`: spacy, llm, or several: rules+llm."
)
def command(files: tuple[str, ...], metadata: str | None, published: str, extractor: str) -> None:
    """Write the events of files (.txt, .html; folders; - for standard input) as lines of JSON. Needs no service.

    Example: chronology extract press/*.txt --metadata press/metadata.jsonl
    """
    known = read_metadata(metadata)
    reader = Reader(extractor, given().environment.all)
    failed = found = 0
    for item in inputs_of(files):
        try:
            document = read_document(item, known.get(item.doc), published)
            read = reader.read(document, item.name)
        except BadInput as error:
            warn(str(error))
            failed += 1
            continue
        for warning in date_warnings(document):
            warn(f"{item.name}: {warning}")
        for remark in read.remarks:
            say(f"{item.name}: {remark.detail}")
        foreign = read.language.partition("-")[0].lower() not in ENGLISH
        if foreign and not read.events and read.extractor.name == "rules":
            say(f"{item.name} is not in English, which is all that the rules read (language {read.language})")
        for event in read.events:
            emit(event_line(event, item.doc))
        found += len(read.events)
    say(count(found, "event"))
    if failed:
        raise CommandError(f"{failed} of the files could not be read.")


def inputs_of(files: tuple[str, ...]) -> list[Input]:
    """The files to be read; what is passed over is said. Raises `BadInput` for a path that cannot be meant."""
    found: list[Input] = []
    for item in find_inputs(files):
        if isinstance(item, Skipped):
            say(f"{item.name} passed over: {item.reason}", style="dim")
        else:
            found.append(item)
    return found
