"""Pages of lists by signed cursors: each belongs to one query, one lineage and one build."""

from __future__ import annotations

from typing import TypeVar

from chronology_runtime import http
from msgspec import Struct

from ..timelines import SIZE_MAX, Standing
from .filters import LIMIT_DEFAULT
from .parameters import Arguments

K = TypeVar("K", bound=Struct)


class Paging:
    def __init__(self, secret: bytes, arguments: Arguments) -> None:
        self.size = arguments.integer("limit", minimum=1, maximum=SIZE_MAX, default=LIMIT_DEFAULT)
        self.cursor = arguments.text("after", length_max=http.CURSOR_CHARACTERS_MAX)
        self._secret = secret
        self._query = arguments.fingerprint()

    def after(self, standing: Standing | None, type: type[K]) -> K | None:
        """The key behind which the page begins; None on the first page. Raises a 400 for a cursor of something else."""
        if not self.cursor or standing is None:
            return None
        return http.read(self._secret, self.cursor, type, query=self._query, version=_version(standing))

    def next(self, standing: Standing, last: Struct) -> str:
        return http.sign(self._secret, last, query=self._query, version=_version(standing))


def _version(standing: Standing) -> str:
    return f"{standing.lineage}.{standing.build}"
