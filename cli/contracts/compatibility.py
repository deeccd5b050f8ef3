"""Compares two states of the open contract: what readers would stumble over. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsoncompat

ANNOTATIONS = ("description", "examples", "title", "default", "x-codes")
READERS_RELY_ON = ("format", "pattern", "x-codes")
"""Keywords of a field that must stay; jsoncompat does not compare them in each release."""


@dataclass(frozen=True)
class State:
    """What other agencies build on: schemas by type, examples by path, topics, codes by list."""

    schemas: Mapping[str, Mapping[str, Any]]
    examples: Mapping[str, bytes]
    topics: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, Mapping[str, Any] | None]


def breaks(old: State, new: State) -> Iterator[str]:
    """Each thing that someone who reads by `old` would stumble over in `new`, as a sentence."""
    yield from _schemas(old.schemas, new.schemas)
    yield from _examples(old.examples, new.examples)
    yield from _topics(old.topics, new.topics)
    yield from _codes(old.codes, new.codes)


def _schemas(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield f"{name} is gone"
            continue
        if not jsoncompat.check_compat(_plain(before), _plain(after), "serializer"):
            yield f"{name} may hold what its readers don't expect, or lack what they need"
        yield from (f"{name} {told}" for told in _keywords(before, after))
        if before["$id"] == after["$id"] and _plain(before) != _plain(after):
            yield f"{name} was changed, and its schema is still called {after['$id']}"


def _plain(schema: Mapping[str, Any]) -> str:
    """What a schema asks for, without what it tells people and without its name."""
    kept = {name: it for name, it in schema.items() if name not in ("$id", "$schema")}
    return json.dumps(_bare(kept), sort_keys=True)


def _bare(node: Any) -> Any:
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {name: _bare(it) for name, it in node.items() if name not in ANNOTATIONS}
    for named in ("properties", "$defs"):  # a field may be called like a keyword
        if named in node:
            kept[named] = {name: _bare(it) for name, it in node[named].items()}
    return kept


def _keywords(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    there = dict(_fields(after))
    for place, field in _fields(before):
        for keyword in READERS_RELY_ON if place in there else ():
            if field.get(keyword) != there[place].get(keyword):
                yield f"has another {keyword} at {place}"


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for model, node in {"": schema, **schema.get("$defs", {})}.items():
        for name, field in node.get("properties", {}).items():
            yield f"{model}.{name}".lstrip("."), field
            if "items" in field:
                yield f"{model}.{name}[]".lstrip("."), field["items"]


def _examples(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[str]:
    for name, text in old.items():
        if name not in new:
            yield f"example {name} is missing"
        elif new[name] != text:
            yield f"example {name} was changed"


def _topics(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for name, before in old.items():
        if name not in new:
            yield f"topic {name} is gone"
            continue
        for fact, value in before.items():
            if new[name].get(fact) != value:
                yield f"topic {name} has {fact} {new[name].get(fact)} where it had {value}"


def _codes(
    old: Mapping[str, Mapping[str, Any] | None], new: Mapping[str, Mapping[str, Any] | None]
) -> Iterator[str]:
    for name, held in old.items():
        if name not in new:
            yield f"the list of codes {name} is gone"
        for code in held or ():
            if code not in (new.get(name) or ()):
                yield f"the code {code} of {name} is gone"
