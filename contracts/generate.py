"""Writes the JSON Schemas of all events: `python -m contracts.generate`."""

import json
from pathlib import Path
from typing import Any

from contracts.catalogue import EVENTS
from contracts.envelope import Event

SCHEMAS = Path(__file__).with_name("schemas")


def schema(event: type[Event]) -> dict[str, Any]:
    """The open schema of an event: a later minor version may add fields, readers pass them over."""
    described = _opened(event.model_json_schema())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": event.schema_id(),
        **described,
    }


def _opened(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: _opened(value) for name, value in node.items() if name != "additionalProperties"
        }
    return [_opened(item) for item in node] if isinstance(node, list) else node


def file_of(event: type[Event]) -> Path:
    """Where the schema of an event is committed."""
    return SCHEMAS / f"{event.type()}-{event.schema_version}.json"


def text_of(event: type[Event]) -> str:
    """The committed text of an event's schema."""
    return json.dumps(schema(event), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every schema anew, and remove files of events that there are no more."""
    SCHEMAS.mkdir(exist_ok=True)
    wanted = {file_of(event): text_of(event) for event in EVENTS.values()}
    for stale in set(SCHEMAS.glob("*.json")) - wanted.keys():
        stale.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
