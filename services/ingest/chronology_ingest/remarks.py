"""Remarks of extractors: what whoever asked should know of a reading besides its events."""

from __future__ import annotations

from msgspec import Struct


class Remark(Struct, frozen=True, kw_only=True, gc=False):
    """What was dropped, who was left out, what it cost; `code` is for programs, `detail` a sentence for people."""

    code: str
    detail: str
