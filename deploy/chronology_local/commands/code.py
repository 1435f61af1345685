"""`chronology code`: single sentences, coded."""

from __future__ import annotations

import sys
from typing import Any

import rich_click as click
from msgspec import Struct

from ..console import emit, warn
from ..errors import BadInput, CommandError
from ..inputs import decode_line, numbered
from ..reading import code_sentence
from .options import rules_option


class Sentence(Struct, frozen=True, kw_only=True):
    """One line of input; other keys are passed over."""

    id: str | int
    text: str


class CodedSentence(Struct, frozen=True, kw_only=True):
    id: str | int
    events: list[dict[str, Any]]


@click.command("code")
@rules_option
def command() -> None:
    """Code the sentences of standard input, lines of JSON with `id` and `text`. Needs no service.

    A line of output has the sentence's `id` and its `events`: type, mode, actors and recipients, their countries
    and sectors.

    Example: echo '{"id": "1", "text": "Police arrested ten protesters in Paris."}' | chronology code
    """
    failed = 0
    for number, line in numbered(sys.stdin.buffer):
        try:
            sentence = decode_line(line, Sentence, f"line {number}")
        except BadInput as error:
            warn(str(error))
            failed += 1
            continue
        emit(CodedSentence(id=sentence.id, events=code_sentence(sentence.text)))
    if failed:
        raise CommandError(f"{failed} of the lines could not be read; the others were coded.")
