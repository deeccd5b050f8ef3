"""Tells one record of Kafka to people, in a line, or to machines, as JSON; foreign ones too."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chassis.cloudevents import BadHeaders, from_headers, type_of
from cli.people.showing import printable

if TYPE_CHECKING:
    from confluent_kafka import Message

    from contracts.envelope import Envelope

LONGEST = 100
"""Characters of a text that are shown."""


def is_of(record: "Message", types: list[str]) -> bool:
    """Whether it is of one of `types`, said in full or by its name; no types: any."""
    if not types:
        return True
    full = type_of(_headers(record)) or ""
    short = _short(full)
    return any(one in (full, short, short.removeprefix("open.")) for one in types)


def line(record: "Message") -> str:
    """Time, type, subject at its version, what happened, and a short text."""
    try:
        envelope = from_headers(_headers(record))
        data = json.loads(record.value() or b"")
    except (BadHeaders, ValueError, RecursionError):
        return (
            f"{_at(record)}  a record that is no event of ours, {len(record.value() or b'')} bytes"
        )
    said = data if isinstance(data, dict) else {}
    parts = [f"{envelope.time.astimezone():%H:%M:%S}", _short(envelope.type).ljust(22)]
    parts.append(f"{envelope.subject}@{envelope.sequence}")
    parts.append(_one_line(said.get("change")))
    parts.append(_gist(said, envelope))
    return "  ".join(part for part in parts if part).rstrip()


def headers_of(record: "Message") -> dict[str, str | None]:
    """Its headers as text."""
    return {name: _decoded(value) for name, value in _headers(record)}


def json_line(record: "Message") -> str:
    """Where it stands, its headers, and its data; text instead of data that is not JSON."""
    raw = record.value()
    told: dict[str, Any] = {
        "topic": record.topic(),
        "partition": record.partition(),
        "offset": record.offset(),
        "key": _decoded(record.key()),
        "headers": headers_of(record),
    }
    try:
        told["data"] = json.loads(raw or b"")
    except (ValueError, RecursionError):
        told["text"] = _decoded(raw)
    return json.dumps(told, ensure_ascii=False)


def _headers(record: "Message") -> list[tuple[str, bytes | None]]:
    found = record.headers() or []
    pairs = found.items() if isinstance(found, dict) else found
    return [(name, value.encode() if isinstance(value, str) else value) for name, value in pairs]


def _decoded(raw: str | bytes | None) -> str | None:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw


def _short(full: str) -> str:
    return full.removeprefix("fi.soihtu.").removesuffix(".v1")


def _at(record: "Message") -> str:
    return f"{record.topic()}[{record.partition()}]@{record.offset()}"


def _gist(said: dict[str, Any], envelope: "Envelope") -> str:
    parts = [*_names(said), *_facts(said)]
    if envelope.origin != "command":
        parts.append(f"({envelope.origin})")
    return " · ".join(parts)


def _names(said: dict[str, Any]) -> Iterator[str]:
    for name in ("title", "name"):
        text = said.get(name)
        if isinstance(text, dict):
            text = text.get(str(text.get("source"))) or next(iter(text.values()), "")
        if text:
            yield _one_line(text)


def _facts(said: dict[str, Any]) -> Iterator[str]:
    for name in ("state", "place", "value"):
        if said.get(name) is not None:
            yield f"{name} {_one_line(said[name])}"
    if said.get("progress") is not None:
        yield f"progress {_percent(said['progress'])}"
    if said.get("counted") is False:
        yield f"not counted: {_one_line(said.get('reason'))}"
    for name in ("key_results", "entries", "findings", "memberships"):
        if isinstance(said.get(name), list):
            yield f"{name.replace('_', ' ')}: {len(said[name])}"
    if said.get("objective") and "title" not in said:
        yield f"of {_one_line(said['objective'])}"


def _percent(share: Any) -> str:
    return f"{share:z.0%}" if isinstance(share, int | float) else _one_line(share)


def _one_line(said: Any) -> str:
    words = "" if said is None else str(said)
    text = printable(words)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
