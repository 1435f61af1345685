"""Documents that the log has already, asked of chronology over HTTP by their id."""

from __future__ import annotations

from typing import Final

import httpx2
import msgspec
import structlog
from chronology_contracts import content_id
from msgspec import Struct

from .refusals import Away, UnknownDocument

TIMEOUT_SECONDS: Final = 10.0
CONNECTIONS_MAX: Final = 16

_log = structlog.get_logger(__name__)


class KnownDocument(Struct, frozen=True, kw_only=True):
    """As much of a stored document as events are checked against; `publisher`, `url` and `published` make its id."""

    id: str
    text: str
    publisher: str = ""
    url: str = ""
    published: str = ""


class _Answer(Struct, frozen=True, kw_only=True):
    document: KnownDocument


class KnownDocuments:
    """Asks chronology at `url`; `key` is an API key with the grant `read`, "" for none."""

    def __init__(self, url: str, key: str = "") -> None:
        self._client = httpx2.AsyncClient(
            base_url=url.rstrip("/"),
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=TIMEOUT_SECONDS,
            limits=httpx2.Limits(max_connections=CONNECTIONS_MAX),
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def find(self, collection: str, document_id: str) -> KnownDocument:
        """Raises `UnknownDocument`, and `Away` where chronology does not answer as it should."""
        try:
            response = await self._client.get(
                f"/v1/collections/{collection}/documents/{document_id}", params={"text": "true"}
            )
        except (httpx2.HTTPError, OSError) as error:
            raise Away(f"chronology does not answer: {type(error).__name__}") from error
        if response.status_code in (404, 410):
            raise UnknownDocument(document_id)
        if response.status_code != 200:
            _log.error("chronology refuses to give a document", status=response.status_code)
            raise Away(f"chronology answers {response.status_code} when asked for a document")
        try:
            document = msgspec.json.decode(response.content, type=_Answer).document
        except msgspec.DecodeError as error:
            _log.error("chronology gives no document", reason=str(error))
            raise Away("chronology's answer is not a document with its text") from error
        id = content_id.document_id(
            text=document.text, publisher=document.publisher, url=document.url, published=document.published
        )
        if not document_id == document.id == id:
            _log.error("chronology gives another document than it was asked for", asked=document_id, given=id)
            raise Away("chronology's answer is not the document that it was asked for")
        return document
