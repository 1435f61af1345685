"""Who may do what: API keys with grants, or, on loopback without keys, whoever sits at this machine.

A key is `ck_<id>_<secret>`; only SHA-256 of the secret is kept, which is enough for a
secret of 32 random bytes. It carries grants and the collections that they hold for.
`provenance` is apart: no other grant includes it, and none includes another.

Without keys the server listens on loopback only, and a web page that the user happens to
visit must not be able to use it: Host has to be a loopback name (else the page rebound
its own name to 127.0.0.1), and Origin, if any, too. Every route names its grant by
`require(…)` or says `OPEN`; an app with a route that does neither does not start.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from base64 import b32encode
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from .errors import RuntimeFailure
from .problems import Problem, send_problem

Grant = Literal["read", "ingest", "curate", "admin", "provenance"]
GRANTS: Final[frozenset[Grant]] = frozenset(get_args(Grant))
Scope = Literal["collection", "any", "all"]

_KEY = re.compile(r"ck_([a-z0-9]{4,40})_([A-Za-z0-9_-]{32,128})")
_NOBODY: Final = hashlib.sha256(b"no such key").digest()
_CHALLENGE: Final = 'Bearer realm="chronology"'
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class NotAKey(RuntimeFailure):
    """The text is no API key: `ck_<id>_<secret>`, the secret of at least 32 letters and digits."""


class UnsafeBind(RuntimeFailure):
    """An address that others can reach, but no key to keep them out."""


class Key(Struct, frozen=True, kw_only=True):
    """`hash` is SHA-256 of the secret. `collections` None: all of them."""

    id: str
    hash: bytes
    grants: frozenset[Grant]
    collections: frozenset[str] | None = None


class Principal(Struct, frozen=True, kw_only=True):
    """Who asks. `name` is what records and audit keep: `key:<id>` or `local`."""

    name: str
    grants: frozenset[Grant]
    collections: frozenset[str] | None = None

    def may(self, grant: Grant, collection: str | None = None) -> bool:
        """Whether the grant holds for `collection`; for None, whether it holds for all of them.

        A system's own collection (`_audit`) needs `admin` beside the grant.
        """
        if grant not in self.grants:
            return False
        if collection is not None and collection.startswith("_") and "admin" not in self.grants:
            return False
        return self.collections is None or (collection is not None and collection in self.collections)

    def may_somewhere(self, grant: Grant) -> bool:
        return grant in self.grants and (self.collections is None or bool(self.collections))


LOCAL: Final = Principal(name="local", grants=GRANTS)
ANONYMOUS: Final = Principal(name="anonymous", grants=frozenset(), collections=frozenset())


def mint(grants: Iterable[Grant], collections: Iterable[str] | None = None) -> tuple[str, Key]:
    """A new key: the text to give away, which is kept nowhere, and what to keep."""
    id = b32encode(secrets.token_bytes(10)).decode().lower()
    secret = b32encode(secrets.token_bytes(32)).decode().rstrip("=").lower()
    scope = None if collections is None else frozenset(collections)
    return f"ck_{id}_{secret}", Key(id=id, hash=_hash(secret), grants=frozenset(grants), collections=scope)


def bootstrap_key(text: str) -> Key:
    """The key of the settings: every grant, every collection. Raises `NotAKey`."""
    found = _KEY.fullmatch(text.strip())
    if found is None:
        raise NotAKey("the bootstrap key is not of the form ck_<id>_<secret> with a secret of at least 32 characters")
    return Key(id=found[1], hash=_hash(found[2]), grants=GRANTS)


class Keyring:
    """The keys that a process knows: fixed ones from its settings, and those that are stored, re-read now and then."""

    def __init__(self, fixed: Iterable[Key] = ()) -> None:
        self._fixed = {key.id: key for key in fixed}
        self._stored: dict[str, Key] = {}

    def __bool__(self) -> bool:
        return bool(self._fixed or self._stored)

    def replace(self, stored: Iterable[Key]) -> None:
        """Put the stored keys, all of them, in the place of those known so far."""
        self._stored = {key.id: key for key in stored}

    def find(self, text: str) -> Key | None:
        found = _KEY.fullmatch(text)
        if found is None:
            return None
        key = self._fixed.get(found[1]) or self._stored.get(found[1])
        # An unknown id takes as long as a wrong secret.
        same = hmac.compare_digest(_hash(found[2]), key.hash if key else _NOBODY)
        return key if same else None


def check_bind(host: str, keys: Keyring) -> None:
    """Raises `UnsafeBind` for an address that is not loopback while there is no key."""
    if not keys and not is_loopback(host):
        raise UnsafeBind(
            f"{host} can be reached from other machines, but no API key is configured. "
            "Set CHRONOLOGY_BOOTSTRAP_KEY (or CHRONOLOGY_BOOTSTRAP_KEY_FILE), or listen on 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


# --- the middleware


class AccessMiddleware:
    """Finds out who asks, before anything of the body is read. Pure ASGI: streams pass untouched.

    With keys, every route but the open ones needs a valid one. Without, everything is
    allowed that provably comes from this machine's user.
    """

    def __init__(self, app: Any, *, keys: Keyring, is_open: Callable[[str], bool]) -> None:
        self._app = app
        self._keys = keys
        self._is_open = is_open

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        if scope["type"] == "http":
            try:
                scope["user"] = self._principal(scope)
            except Problem as problem:
                await send_problem(scope, send, problem)
                return
        await self._app(scope, receive, send)

    def _principal(self, scope: Mapping[str, Any]) -> Principal:
        headers = _headers(scope)
        if not self._keys:
            _check_local(scope["method"], headers)
            return LOCAL
        key = self._key(headers.get(b"authorization", []))
        if key is not None:
            return Principal(name=f"key:{key.id}", grants=key.grants, collections=key.collections)
        if self._is_open(scope["path"]):
            return ANONYMOUS
        given = bool(headers.get(b"authorization"))
        detail = "The API key is not valid." if given else "The request has no API key."
        challenge = _CHALLENGE + (', error="invalid_token"' if given else "")
        raise Problem("unauthenticated", detail, headers={"www-authenticate": challenge})

    def _key(self, values: list[str]) -> Key | None:
        if len(values) != 1:
            return None
        scheme, _, text = values[0].partition(" ")
        return self._keys.find(text.strip()) if scheme.lower() == "bearer" else None


def _headers(scope: Mapping[str, Any]) -> dict[bytes, list[str]]:
    wanted: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        if name in (b"authorization", b"host", b"origin", b"sec-fetch-site"):
            wanted.setdefault(name, []).append(value.decode("latin-1"))
    return wanted


def _check_local(method: str, headers: Mapping[bytes, list[str]]) -> None:
    hosts, origins = headers.get(b"host", []), headers.get(b"origin", [])
    if len(hosts) != 1 or not _names_loopback(f"http://{hosts[0]}"):
        raise Problem("foreign-host", "The header Host does not name this machine.")
    if any(not _names_loopback(origin) for origin in origins):
        raise Problem("foreign-host", "The header Origin names another site.")
    # Browsers say where an unsafe request comes from even where they leave Origin out.
    if method not in _SAFE_METHODS and not origins and headers.get(b"sec-fetch-site", []) == ["cross-site"]:
        raise Problem("foreign-host", "The request comes from another site.")


def _names_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  It is parsed on access; a bad one raises.
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.path or parts.query:
        return False
    return parts.hostname in ("localhost", "127.0.0.1", "::1")


# --- the table route → grant


class Require(Struct, frozen=True):
    """A guard of litestar. `scope`: `collection` takes the path's `{collection}`, and all where the path has none;
    `any` is content with a grant for one collection; the handler then filters by `principal_of(…).may(…)`."""

    grant: Grant
    scope: Scope = "collection"

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        principal = principal_of(connection)
        collection = connection.path_params.get("collection") if self.scope == "collection" else None
        allowed = principal.may_somewhere(self.grant) if self.scope == "any" else principal.may(self.grant, collection)
        if principal == ANONYMOUS:
            raise Problem("unauthenticated", "The request has no API key.", headers={"www-authenticate": _CHALLENGE})
        if not allowed:
            where = f"collection {collection!r}" if collection else "this"
            raise Problem("forbidden", f"The grant `{self.grant}` is needed for {where}, and the key does not have it.")


class Open(Struct, frozen=True):
    """A guard that lets everybody in."""

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        return None


OPEN: Final = Open()


def require(grant: Grant, scope: Scope = "collection") -> Require:
    if grant not in GRANTS:
        raise ValueError(f"{grant!r} is not a grant")
    return Require(grant, scope)


def principal_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal:
    principal = connection.scope.get("user")
    return principal if isinstance(principal, Principal) else ANONYMOUS


def grant_table(app: Any) -> dict[str, Require | Open | None]:
    """`"GET /v1/…/{collection}/timeline"` → its guard, for every route of a litestar app; None: it has none."""
    table: dict[str, Require | Open | None] = {}
    for route in app.routes:
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
            if method == "OPTIONS" and handler.fn.__module__.startswith("litestar."):
                continue  # litestar's own answer, which only lists the methods.
            guards = [guard for guard in handler.resolve_guards() if isinstance(guard, Require | Open)]
            table[f"{method} {route.path_format}"] = guards[-1] if guards else None
    return table
