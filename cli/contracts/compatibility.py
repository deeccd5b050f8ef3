"""Compares two states of the open contract: what readers would stumble over. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsoncompat

WORDS = ("description", "examples", "title")
ANNOTATIONS = (*WORDS, "default", "x-codes")
LISTS = ("types",)
"""Facts of a topic that may grow."""


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
        yield from (f"{name} {told}" for told in _fields_of(before, after))
        if before["$id"] == after["$id"] and _told(before) != _told(after):
            yield f"{name} was changed, and its schema is still called {after['$id']}"


def _told(schema: Mapping[str, Any]) -> object:
    """What has a name of its own: what it asks for, and what it says each field means."""
    return _plain(schema), {it.place: it.schema.get("description") for it in fields(schema)}


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


@dataclass(frozen=True)
class Field:
    """A field of a schema, or the items of one, wherever it is."""

    place: str
    schema: Mapping[str, Any]
    always: bool

    @property
    def rules(self) -> Mapping[str, Any]:
        """All but words, and but what stands as fields of their own."""
        left_out = (*WORDS, "properties", "required", "items", "$ref")
        return {name: it for name, it in self.schema.items() if name not in left_out}


def _fields_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What of a field is not as it was; jsoncompat does not compare all, nor looks back.

    A log keeps records of every release, so nothing may be asked for that older ones lack.
    """
    old = {it.place: it for it in fields(before)}
    new = {it.place: it for it in fields(after)}
    for place, field in old.items():
        rules = new[place].rules if place in new else field.rules
        for keyword in sorted(field.rules.keys() | rules.keys()):
            if field.rules.get(keyword) != rules.get(keyword):
                yield f"has another {keyword} at {place}"
    for place, field in new.items():
        if field.always and not (place in old and old[place].always):
            above = place.rpartition(".")[0]
            if not above or above in old:
                yield f"asks for {place}, which older records lack"


def fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    """Every field of a schema, those of its parts by where they are in the whole."""
    parts: Mapping[str, Any] = schema.get("$defs", {})

    def within(node: Mapping[str, Any], place: str) -> Iterator[Field]:
        node = {**parts.get(node.get("$ref", "").removeprefix("#/$defs/"), {}), **node}
        for name, field in node.get("properties", {}).items():
            yield from one(field, f"{place}.{name}".lstrip("."), name in node.get("required", ()))
        if "items" in node:
            yield from one(node["items"], f"{place}[]", False)

    def one(field: Mapping[str, Any], place: str, always: bool) -> Iterator[Field]:
        yield Field(place, field, always)
        yield from within(field, place)

    yield from within(schema, "")


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
            if fact in LISTS:
                gone = sorted(set(value) - set(new[name].get(fact, ())))
                yield from (f"topic {name} has no {it} any more" for it in gone)
            elif new[name].get(fact) != value:
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
