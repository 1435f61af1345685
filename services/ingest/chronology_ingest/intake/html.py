"""HTML → the text of its main part, and what it says of itself.

The main text, title and publisher by trafilatura, the date of first publication by
htmldate. Paragraphs are parted by an empty line. Nothing depends on the clock: the same
bytes give the same text and date on every day, so also the same document id.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
from chronology_contracts import edtf
from chronology_contracts.documents import TEXT_BYTES_MAX
from msgspec import Struct

from chronology_ingest.refusals import JobRefused
from chronology_ingest.workers import Spec

from .nesting import tag_depth

HTML_BYTES_MAX: Final = 4 * 2**20
DEPTH_MAX: Final = 256
"""libxml2 gives up behind this, and says nothing."""
WORKER: Final = Spec(
    name="html",
    factory=f"{__name__}:cleaner",
    cpu_seconds=10,
    memory_bytes=768 * 2**20,
    isolated=True,
    jobs_max=200,
)
WORKER_SECONDS_MAX: Final = 15.0

# Far off instead of today: with the clock as a bound, the same page could get another date tomorrow.
_DATES: Final = {"original_date": True, "extensive_search": False, "max_date": "2999-12-31"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_REFERENCE = re.compile("&#(?:0*([0-9]{1,3})|[xX]0*([0-9a-fA-F]{1,2}));?(?![0-9a-fA-F])")
_LANGUAGE = re.compile(r"<html\b[^>]{0,1000}?\blang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})[\"'\s>]")
_HEAD_LENGTH: Final = 8192


class PageJob(Struct, frozen=True, kw_only=True):
    html: str
    url: str = ""


class Page(Struct, frozen=True, kw_only=True):
    """The readable part of a page; "" for what it does not say. `published` is EDTF."""

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""


def cleaner() -> Callable[[bytes], Page]:
    """What a worker does."""
    import trafilatura  # noqa: F401  Loaded before limits hold, and not in the service itself.

    decode = msgspec.msgpack.Decoder(PageJob).decode

    def read(frame: bytes) -> Page:
        job = decode(frame)
        return clean(job.html, url=job.url)

    return read


def clean(html: str, *, url: str = "") -> Page:
    """Raises `JobRefused` for HTML that is too deep or in which there is no text.

    Meant for a process with limits: what it does with hostile input is bounded there.
    """
    from trafilatura import bare_extraction

    depth = tag_depth(html)
    if depth > DEPTH_MAX:
        raise JobRefused("too-deep", f"The tags nest {depth} deep; at most {DEPTH_MAX} levels are read.")
    try:
        found = bare_extraction(
            _without_controls(html),
            url=url or None,
            with_metadata=True,
            include_comments=False,
            deduplicate=False,
            date_extraction_params=dict(_DATES),
        )
    except (ValueError, RecursionError) as error:
        raise JobRefused("not-readable", f"The HTML cannot be read: {type(error).__name__}.") from error
    text = _paragraphs(getattr(found, "text", None) or "")
    if not text:
        raise JobRefused("nothing-extracted", f"No text was found in {len(html)} characters of HTML.")
    size = len(text.encode())
    if size > TEXT_BYTES_MAX:
        raise JobRefused("too-long", f"The text of the page has {size} bytes; at most {TEXT_BYTES_MAX} are kept.")
    return Page(
        text=text,
        title=_line(getattr(found, "title", None), 2048),
        publisher=_line(getattr(found, "sitename", None), 512),
        published=_date(getattr(found, "date", None)),
        language=_language(html),
    )


def _without_controls(html: str) -> str:
    """Without them, also as references: one of them, and trafilatura finds nothing at all."""
    return _CONTROLS.sub("", _REFERENCE.sub(_resolved, html))


def _resolved(found: re.Match[str]) -> str:
    code = int(found[1]) if found[1] else int(found[2], 16)
    if 0x80 <= code <= 0x9F:  # As in HTML's own rules: who writes these means Windows' quotation marks and dashes.
        return bytes([code]).decode("cp1252", "ignore")
    return "" if _CONTROLS.fullmatch(chr(code)) else found[0]


def _paragraphs(text: str) -> str:
    lines = (line.strip() for line in _CONTROLS.sub("", text).splitlines())
    return "\n\n".join(line for line in lines if line)


def _line(value: Any, length_max: int) -> str:
    return " ".join(_CONTROLS.sub("", str(value or "")).split())[:length_max]


def _date(value: Any) -> str:
    try:
        return edtf.canonical(str(value)) if value else ""
    except edtf.EdtfError:
        return ""


def _language(html: str) -> str:
    found = _LANGUAGE.search(html[:_HEAD_LENGTH])
    return found[1] if found else ""
