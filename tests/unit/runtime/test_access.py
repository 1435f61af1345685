"""Keys and grants: what a key opens, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from chronology_runtime.access import (
    GRANTS,
    LOCAL,
    Keyring,
    NotAKey,
    Principal,
    UnsafeBind,
    bootstrap_key,
    check_bind,
    is_loopback,
    mint,
)


def test_a_minted_key_is_found_and_its_secret_is_not_kept() -> None:
    text, key = mint(["read"], ["main"])
    keys = Keyring()
    keys.replace([key])

    assert keys.find(text) == key
    assert text.rpartition("_")[2].encode() not in key.hash


@pytest.mark.parametrize(
    "change",
    [lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"), lambda key: "", lambda key: key + "a", str.upper],
)
def test_another_text_is_no_key(change: Any) -> None:
    text, key = mint(["read"])

    assert Keyring([key]).find(change(text)) is None


def test_a_key_that_is_no_longer_stored_is_not_found() -> None:
    text, key = mint(["read"])
    keys = Keyring()
    keys.replace([key])
    keys.replace([])

    assert keys.find(text) is None
    assert not keys


def test_the_bootstrap_key_may_do_everything() -> None:
    text, _ = mint([])
    key = bootstrap_key(text + "\n")

    assert (key.grants, key.collections) == (GRANTS, None)
    assert Keyring([key]).find(text) == key


@pytest.mark.parametrize("text", ["", "secret", "ck_a_b", "ck_abcd_" + "x" * 31])
def test_a_weak_bootstrap_key_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        bootstrap_key(text)


def test_grants_hold_for_their_collections_only() -> None:
    principal = Principal(name="key:a", grants=frozenset({"read"}), collections=frozenset({"main", "_audit"}))

    assert principal.may("read", "main")
    assert principal.may_somewhere("read")
    assert not principal.may("read", "other")
    assert not principal.may("read")
    assert not principal.may("ingest", "main")
    assert not principal.may("read", "_audit")
    assert LOCAL.may("provenance", "_audit")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_loopback_needs_no_key(host: str) -> None:
    check_bind(host, Keyring())

    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])
def test_other_addresses_need_a_key(host: str) -> None:
    with pytest.raises(UnsafeBind, match="CHRONOLOGY_BOOTSTRAP_KEY"):
        check_bind(host, Keyring())

    check_bind(host, Keyring([mint(["read"])[1]]))
