"""Environment → one frozen struct, read once, at the start.

A field `log_level` is set by `CHRONOLOGY_LOG_LEVEL`, or by `CHRONOLOGY_LOG_LEVEL_FILE`,
which names a file that holds the value (for secrets). Four names are the customary ones,
without prefix. An empty variable counts as not set: compose files pass those on. A name
with our prefix that nobody knows is a typo, and a typo is an error.

    SettingsError    the environment is wrong: the operator corrects the named variables
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct

from .errors import RuntimeFailure

S = TypeVar("S", bound=Struct)

PREFIX: Final = "CHRONOLOGY_"
CUSTOMARY_NAMES: Final[Mapping[str, str]] = {
    "database_url": "DATABASE_URL",
    "nats_url": "NATS_URL",
    "nats_monitor_url": "NATS_MONITOR_URL",
    "nats_token": "NATS_TOKEN",
}
SECRET_BYTES_MAX: Final = 65_536

_SECRET_ENDINGS = ("_token", "_key", "_secret", "_password", "_pepper", "_url")
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class SettingsError(RuntimeFailure):
    """Variables of the environment are unknown, missing or wrong; `faults` has a sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The settings are not usable:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = faults


class Setting(Struct, frozen=True, kw_only=True):
    """One row of the table in the README. `default` is as one writes it in the environment; None: it must be given."""

    name: str
    field: str
    type: str
    default: str | None
    description: str
    secret: bool


def load(
    settings: type[S], environ: Mapping[str, str], *, prefix: str = PREFIX, known: Iterable[str | type[Struct]] = ()
) -> S:
    """Read `settings` from `environ`.

    `known` are the settings of other programs in the same environment, as structs or
    as names; theirs are no typos. Raises `SettingsError` with every fault at once.
    """
    names = _names(settings, prefix)
    others = [name for item in known for name in ([item] if isinstance(item, str) else _names(item, prefix).values())]
    faults = _unknown(environ, prefix, [*names.values(), *others])
    hints = get_type_hints(settings, include_extras=True)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(settings):
        name = names[field.name]
        try:
            text = _text(name, environ, taken=names.values())
            if text:
                values[field.name] = _convert(name, text, hints[field.name], secret=_is_secret(field.name))
            elif field.required:
                faults.append(f"{name} is not set. {_description(hints[field.name])}".rstrip())
        except ValueError as error:
            faults.append(str(error))
    if faults:
        raise SettingsError(faults)
    return settings(**values)


def describe(settings: type[Struct], *, prefix: str = PREFIX) -> list[Setting]:
    """What can be set, in the order of the fields."""
    names, hints = _names(settings, prefix), get_type_hints(settings, include_extras=True)
    return [
        Setting(
            name=names[field.name],
            field=field.name,
            type=_type_name(hints[field.name]),
            default=None if field.required else _written(_default(field)),
            description=_description(hints[field.name]),
            secret=_is_secret(field.name),
        )
        for field in msgspec.structs.fields(settings)
    ]


def masked(settings: Struct, *, prefix: str = PREFIX) -> dict[str, str]:
    """Name → value in use, with secrets hidden: to be shown to people."""
    rows = describe(type(settings), prefix=prefix)
    shown = {row.name: (_written(getattr(settings, row.field)), row.secret) for row in rows}
    return {name: "********" if secret and value else value for name, (value, secret) in shown.items()}


def _names(settings: type[Struct], prefix: str) -> dict[str, str]:
    fields = msgspec.structs.fields(settings)
    return {field.name: CUSTOMARY_NAMES.get(field.name, prefix + field.name.upper()) for field in fields}


def _unknown(environ: Mapping[str, str], prefix: str, names: list[str]) -> list[str]:
    allowed = {*names, *(f"{name}_FILE" for name in names)}
    faults = []
    for name in sorted(environ):
        if name.startswith(prefix) and name not in allowed:
            near = difflib.get_close_matches(name, sorted(allowed), n=1, cutoff=0.75)
            hint = f"Did you mean {near[0]}?" if near else "Remove it, or see the table of settings in the README."
            faults.append(f"{name} is not a setting. {hint}")
    return faults


def _text(name: str, environ: Mapping[str, str], taken: Iterable[str]) -> str:
    value = environ.get(name, "")
    file_name = f"{name}_FILE"
    path = "" if file_name in taken else environ.get(file_name, "")
    if value and path:
        raise ValueError(f"{name} and {file_name} are both set. Keep one of them.")
    if not path:
        return value.strip()
    try:
        with Path(path).open("rb") as file:
            raw = file.read(SECRET_BYTES_MAX + 1)
        text = raw.decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ValueError(f"{file_name} names a file that cannot be read ({path}: {reason}).") from None
    if not text or len(raw) > SECRET_BYTES_MAX:
        raise ValueError(f"{file_name} names a file that is empty or longer than {SECRET_BYTES_MAX} bytes ({path}).")
    return text


def _convert(name: str, text: str, hint: Any, *, secret: bool) -> Any:
    bare = _bare(hint)
    value: Any = text
    if bare is bool:
        lowered = text.lower()
        value = True if lowered in _TRUE else False if lowered in _FALSE else text
    elif get_origin(bare) in (tuple, list, frozenset, set):
        value = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return msgspec.convert(value, hint, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        shown = "" if secret else f" {text[:100]!r}"
        expected = _allowed(bare) or str(error).partition(" - at ")[0].rstrip(".")
        raise ValueError(f"{name}{shown} is not right: {expected}. {_description(hint)}".rstrip()) from None


def _decode(type: type[Any], value: Any) -> Any:
    if type is Path:
        return Path(value)
    raise NotImplementedError(f"a setting cannot be of the type {type}")


def _allowed(bare: Any) -> str:
    if bare is bool:
        return "expected true or false"
    literals = [str(value) for value in get_args(bare)] if _is_literal(bare) else []
    return f"expected one of {', '.join(literals)}" if literals else ""


def _is_literal(bare: Any) -> bool:
    return bool(get_args(bare)) and all(isinstance(value, str | int) for value in get_args(bare))


def _bare(hint: Any) -> Any:
    """The type without its Annotated and without `| None`."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return _bare(next(part for part in get_args(hint) if part is not type(None)))
    return hint


def _description(hint: Any) -> str:
    for part in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
        if isinstance(part, msgspec.Meta) and part.description:
            return part.description
    return ""


def _type_name(hint: Any) -> str:
    bare = _bare(hint)
    if _is_literal(bare):
        return " | ".join(str(value) for value in get_args(bare))
    if get_origin(bare) in (tuple, list, frozenset, set):
        return "comma-separated list"
    return {bool: "true | false", int: "integer", float: "number", str: "text", Path: "path"}.get(bare, str(bare))


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not NODEFAULT else field.default_factory()


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list | frozenset | set):
        return ",".join(sorted(map(str, value)) if isinstance(value, frozenset | set) else map(str, value))
    return str(value)


def _is_secret(field: str) -> bool:
    # Addresses of databases and brokers carry passwords.
    return field.endswith(_SECRET_ENDINGS)
