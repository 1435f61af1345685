"""Remarks: what whoever asked should know of a document or its reading besides the events."""

from __future__ import annotations

from msgspec import Struct


class Remark(Struct, frozen=True, kw_only=True, gc=False):
    """What was dropped, whence a date is, what it cost; `code` is for programs, `detail` a sentence for people."""

    code: str
    detail: str
