"""`chronology dates`: every date and time that files speak of."""

from __future__ import annotations

import rich_click as click

from ..console import emit, emit_line, warn
from ..errors import BadInput, CommandError
from ..inputs import read_metadata
from ..reading import Mode, date_lines, date_warnings, dates_as_timeml, read_document
from .extract import inputs_of
from .options import metadata_option, published_option, rules_option


@click.command("dates")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@metadata_option
@published_option
@rules_option
@click.option(
    "--mode",
    type=click.Choice(["auto", "news", "narrative"]),
    default="auto",
    show_default=True,
    help="What relative words are told from: the day of publication (news), or the last date before (narrative).",
)
@click.option("--timeml", is_flag=True, help="Write the text of one file with TIMEX3 tags in it, as TimeML.")
def command(files: tuple[str, ...], metadata: str | None, published: str, mode: Mode, timeml: bool) -> None:
    """Write every temporal expression of files as a line of JSON: its place, TIMEX3 and EDTF. Needs no service.

    Example: chronology dates letter.txt --published 2019-03-19
    """
    known = read_metadata(metadata)
    failed = 0
    items = inputs_of(files)
    if timeml and len(items) != 1:
        raise CommandError(f"--timeml writes one document of XML, and these are {len(items)} files: name one.")
    for item in items:
        try:
            document = read_document(item, known.get(item.doc), published)
        except BadInput as error:
            warn(str(error))
            failed += 1
            continue
        for warning in date_warnings(document):
            warn(f"{item.name}: {warning}")
        if timeml:
            emit_line(dates_as_timeml(document, item.doc, mode).rstrip("\n").encode())
            continue
        for line in date_lines(document, item.doc, mode):
            emit(line)
    if failed:
        raise CommandError(f"{failed} of the files could not be read.")
