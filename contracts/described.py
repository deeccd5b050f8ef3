"""The JSON Schema of each event, and where it is committed."""

import json
from pathlib import Path
from typing import Any

from contracts.codes import MARK
from contracts.codes import lists as code_lists
from contracts.envelope import Event

SCHEMAS = Path(__file__).with_name("schemas")
DROPPED = {"additionalProperties", "anyOf", "enum", "const", "title"}
"""Of a writer's schema: what closes it, and titles that say the name again."""


def schema(event: type[Event]) -> dict[str, Any]:
    """The open schema of an event: a later minor version may add fields and codes.

    Readers pass over what they don't know.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": event.schema_id(),
        **_opened(event.model_json_schema()),
    }


def _opened(node: dict[str, Any]) -> dict[str, Any]:
    """What readers may rely on of a model's schema: neither closed nor with a null in it."""
    if "anyOf" in node:
        # What is not known is left out, never null.
        node = {**next(it for it in node["anyOf"] if it != {"type": "null"}), **node}
    kept = {
        name: value for name, value in node.items() if name not in DROPPED and value is not None
    }
    for name in ("properties", "$defs"):
        if name in kept:
            kept[name] = {held: _opened(value) for held, value in kept[name].items()}
    if "items" in kept:
        kept["items"] = _opened(kept["items"])
    codes = node.get("enum") or code_lists().get(node.get(MARK, ""))
    if codes and kept.get("type") == "string":
        kept["examples"] = list(codes)
    return kept


def file_of(event: type[Event]) -> Path:
    """Where the schema of an event is committed."""
    return SCHEMAS / f"{event.type()}-{event.schema_version}.json"


def text_of(event: type[Event]) -> str:
    """The committed text of an event's schema."""
    return json.dumps(schema(event), indent=2, ensure_ascii=False) + "\n"
