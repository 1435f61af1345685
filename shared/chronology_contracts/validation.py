"""What a well-typed document or event can still get wrong.

Each fault names the place by a JSON pointer, relative to the value that was checked,
and says what would be right. An empty list means that the value may be published.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from . import edtf
from .documents import TEXT_BYTES_MAX, Document
from .events import Event
from .vocabulary import modes

_ALLOWED_CONTROLS = "\t\n\r"
_FORBIDDEN = {code for code in range(32) if chr(code) not in _ALLOWED_CONTROLS} | {127} | set(range(128, 160))
_FORBIDDEN.discard(0x85)  # NEXT LINE is a line end.


class Fault(Struct, frozen=True, kw_only=True, gc=False):
    """`pointer` is RFC 6901, `code` a stable word for programs, `hint` what would be right."""

    pointer: str
    code: str
    detail: str
    hint: str = ""


def document_faults(document: Document) -> list[Fault]:
    return [*_text_faults(document.text), *_date_faults("/published", document.published)]


def event_faults(event: Event, text: str | None) -> list[Fault]:
    """Check an event against its document's `text`; without one, only what needs no text."""
    faults = [*_mode_faults(event), *_date_faults("/date", event.date), *_quote_faults(event, text)]
    for pointer, start, end, said in _spans(event):
        faults += _span_faults(pointer, start, end, said, text)
    return faults


def first_control(text: str) -> int | None:
    """The offset of the first control character that is neither a tab nor a line end."""
    if text.isprintable():
        return None
    return next((at for at, char in enumerate(text) if ord(char) in _FORBIDDEN), None)


def _text_faults(text: str) -> Iterator[Fault]:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > TEXT_BYTES_MAX:
        yield Fault(
            pointer="/text",
            code="too-long",
            detail=f"The text has {size} bytes; at most {TEXT_BYTES_MAX} are kept.",
            hint="Send the document in parts.",
        )
    if not text.strip():
        yield Fault(pointer="/text", code="empty", detail="The text is empty.", hint="Send the words of the document.")
    at = first_control(text)
    if at is not None:
        yield Fault(
            pointer="/text",
            code="control-character",
            detail=f"The text has the control character U+{ord(text[at]):04X} at offset {at}.",
            hint="Only tabs and line ends are allowed; remove it.",
        )


def _date_faults(pointer: str, date: str) -> Iterator[Fault]:
    if not date:
        return
    try:
        parsed = edtf.parse(date)
    except edtf.EdtfError as error:
        yield Fault(pointer=pointer, code="not-edtf", detail=error.reason, hint=error.hint)
        return
    if parsed.text != date:
        yield Fault(
            pointer=pointer,
            code="not-canonical",
            detail=f"{date!r} is not in canonical form.",
            hint=f"Write {parsed.text}.",
        )


def _mode_faults(event: Event) -> Iterator[Fault]:
    known = modes(event.type)
    if event.mode and event.mode not in known:
        yield Fault(
            pointer="/mode",
            code="unknown-mode",
            detail=f"{event.type} has no mode {event.mode!r}.",
            hint=f"One of: {', '.join(known)}." if known else "Leave it empty: this type has no modes.",
        )
    if event.kind and event.type != "OTHER":
        yield Fault(
            pointer="/kind",
            code="kind-of-typed-event",
            detail=f"A kind goes with the type OTHER only, not with {event.type}.",
            hint="Leave it empty.",
        )


def _quote_faults(event: Event, text: str | None) -> Iterator[Fault]:
    if event.evidence != "quote":
        return
    if not event.quote:
        yield Fault(
            pointer="/quote",
            code="no-quote",
            detail="An event with the evidence `quote` needs one.",
            hint="Give the words of the document, or the evidence `record` for rows brought from elsewhere.",
        )
    elif text is not None and text[event.start : event.end] != event.quote:
        yield Fault(
            pointer="/quote",
            code="quote-not-in-text",
            detail=f"The text at {event.start}:{event.end} is not the quote.",
            hint="`start` and `end` count code points of the document's text; the end is exclusive.",
        )


def _spans(event: Event) -> Iterator[tuple[str, int, int, str]]:
    yield "/date_text", event.date_start, event.date_end, event.date_text
    yield "/attributed_to", event.attributed_start, event.attributed_end, ""
    yield "/trigger_start", event.trigger_start, event.trigger_end, ""
    for number, figure in enumerate(event.figures):
        yield f"/figures/{number}/text", figure.start, figure.end, figure.text
    for number, participant in enumerate(event.participants):
        for place, mention in enumerate(participant.mentions):
            yield f"/participants/{number}/mentions/{place}/text", mention.start, mention.end, mention.text


def _span_faults(pointer: str, start: int, end: int, said: str, text: str | None) -> Iterator[Fault]:
    if start == end == 0:
        return
    if start >= end:
        yield Fault(pointer=pointer, code="empty-span", detail=f"The span {start}:{end} is empty or turned round.")
    elif text is not None and end > len(text):
        yield Fault(
            pointer=pointer,
            code="span-outside-text",
            detail=f"The span {start}:{end} ends behind the text, which has {len(text)} characters.",
        )
    elif text is not None and said and text[start:end] != said:
        yield Fault(
            pointer=pointer,
            code="span-not-in-text",
            detail=f"The text at {start}:{end} is {text[start:end][:80]!r}, not {said[:80]!r}.",
        )
