"""JSON Schemas of everything that travels, made from the structs: for subscribers in other languages.

    python -m chronology_contracts.json_schema      writes them into `schemas/` beside this module

One file is one version of one thing: `event.extracted.v1.json` the body of that record
type, `message.v1.json` the envelope on the way in, `record.v1.json` on the way out. They
are JSON Schema 2020-12. Unknown members are allowed: a newer publisher may add some. A
schema is necessary, not sufficient: `validation` also checks dates, modes and quotes.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any, Final

import msgspec

from .codec import CONTENT_TYPE, type_name
from .records import RECORD_TYPES, RecordType
from .subjects import COLLECTION_PATTERN

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLDER: Final = Path(__file__).parent / "schemas"
ENVELOPE_VERSION: Final = 1

_ID: Final = {"type": "string", "pattern": "^[a-z2-7]{32}$"}
_TYPE: Final = {"type": "string", "pattern": r"^chronology\.[a-z][a-z_.]{0,62}\.v[1-9][0-9]{0,3}$"}
_INSTANT: Final = {"type": "string", "format": "date-time"}


def schemas() -> dict[str, dict[str, Any]]:
    """All current schemas by the name of their file, without its ending."""
    bodies = {f"{type.name}.v{type.version}": _body_schema(type) for type in RECORD_TYPES.values()}
    return {
        **bodies,
        f"message.v{ENVELOPE_VERSION}": _message_schema(),
        f"record.v{ENVELOPE_VERSION}": _record_schema(),
    }


def encode(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> list[Path]:
    """Write what has changed; return those files. The schemas of earlier versions are left as they are."""
    written = []
    for name, schema in schemas().items():
        path, text = folder / f"{name}.json", encode(schema)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            written.append(path)
    return written


def _body_schema(type: RecordType) -> dict[str, Any]:
    (reference,), definitions = msgspec.json.schema_components([type.body], ref_template="#/$defs/{name}")
    name = reference["$ref"].rpartition("/")[2]
    body = definitions.pop(name)
    schema = {
        **_head(f"{type.name}:v{type.version}", f"Body of {type_name(type.name, type.version)}"),
        **{key: value for key, value in body.items() if key != "title"},
        **({"$defs": dict(sorted(definitions.items()))} if definitions else {}),
    }
    cleaned: dict[str, Any] = _clean(schema)
    return cleaned


def _clean(value: Any) -> Any:
    """Descriptions without the indentation of docstrings: Python 3.13 strips it, earlier ones do not."""
    if isinstance(value, dict):
        return {
            key: inspect.cleandoc(part) if key == "description" and isinstance(part, str) else _clean(part)
            for key, part in value.items()
        }
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value


def _message_schema() -> dict[str, Any]:
    salt = {"type": "string", "pattern": "^[A-Za-z0-9+/]{22}==$", "description": "16 random bytes of the publisher's."}
    return {
        **_head(f"message:v{ENVELOPE_VERSION}", "A record on its way in"),
        "description": f"CloudEvents 1.0, structured JSON ({CONTENT_TYPE}). `time` is when it was published.",
        "type": "object",
        "properties": {
            **_envelope(),
            "source": {"type": "string", "minLength": 1},
            "salt": salt,
            "traceparent": {"type": "string"},
        },
        "required": ["specversion", "id", "source", "type", "salt", "data"],
    }


def _record_schema() -> dict[str, Any]:
    return {
        **_head(f"record:v{ENVELOPE_VERSION}", "A record of the log"),
        "description": (
            f"CloudEvents 1.0, structured JSON ({CONTENT_TYPE}), the same bytes in log pages, on SSE and in JetStream. "
            "`time` is when it was recorded, `position` its place in the log: 1, 2, 3 … without a gap. "
            "`data` is null where the body was erased."
        ),
        "type": "object",
        "properties": {
            **_envelope(),
            "id": {"type": "string", "pattern": "^([a-z2-7]{32})?$", "description": "Empty where it was erased."},
            "source": {"type": "string", "pattern": "^urn:chronology:"},
            "collection": {"type": "string", "pattern": COLLECTION_PATTERN.replace("^", "^_?", 1)},
            "lineage": {"type": "string", "pattern": "^[a-z2-7]{32}$"},
            "position": {"type": "integer", "minimum": 1},
        },
        "required": ["specversion", "id", "source", "type", "time", "collection", "lineage", "position", "data"],
    }


def _envelope() -> dict[str, Any]:
    return {
        "specversion": {"const": "1.0"},
        "id": _ID,
        "type": _TYPE,
        "time": _INSTANT,
        "datacontenttype": {"const": "application/json"},
        "data": {"description": "The body; its own schema follows from `type`."},
    }


def _head(id: str, title: str) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": f"urn:chronology:schema:{id}", "title": title}


if __name__ == "__main__":
    for path in write():
        print(path.name)  # noqa: T201  The command's answer.
