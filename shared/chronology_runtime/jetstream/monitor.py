"""What NATS' monitor address says about durability."""

from __future__ import annotations

import httpx2
import msgspec

__all__ = ["sync_always"]


class _Config(msgspec.Struct, frozen=True, kw_only=True):
    sync_always: bool = False


class _Jsz(msgspec.Struct, frozen=True, kw_only=True):
    disabled: bool = False
    config: _Config | None = None


async def sync_always(monitor_url: str, *, timeout_seconds: float = 2) -> bool | None:
    """Return whether the server writes to disk before it acknowledges; None where that cannot be learnt.

    The server names the setting only when it is on.
    """
    try:
        async with httpx2.AsyncClient(timeout=timeout_seconds, trust_env=False) as client:
            response = await client.get(f"{monitor_url.rstrip('/')}/jsz")
            jsz = msgspec.json.decode(response.raise_for_status().content, type=_Jsz)
    except (httpx2.HTTPError, httpx2.InvalidURL, msgspec.DecodeError, OSError):
        return None
    return None if jsz.disabled or jsz.config is None else jsz.config.sync_always
