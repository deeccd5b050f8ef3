"""Descriptions of APIs told so that requests made up from them often find something to do.

What is asked names ids of what there is, days near today, and what rules between fields ask for,
which JSON Schema has no word for. What is answered is described as it is committed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import schemathesis
from hypothesis import strategies as st

from tests.service.agencies import IN_TEAM, Kinds
from tests.service.okr.conftest import Json

KNOWN: Kinds = {}
"""Ids of what the API under test knows, by kind."""

KINDS: Mapping[str, Sequence[str]] = {
    "teams": (
        "team", "owner_team", "responsible_team", "contributing_teams", "home_team", "without",
        "contributors",
    ),
    "units": ("unit", "owner_unit", "parent"),
    "cycles": ("cycle", "year", "to"),
    "objectives": ("objective", "objectives", "contributes_to", "yearly_goals"),
    "key-results": ("key_result", "contributes_to_key_results"),
    "pillars": ("serves",),
    "people": ("person",),
}  # fmt: skip
"""What the fields of requests are called that hold an id, and a part of an address."""

OF_KIND = {name: kind for kind, names in KINDS.items() for name in names}
ALL_KINDS = {
    *KINDS, "years", "strategies", "grants", "candidacies", "remarks", "check-ins", "retros",
    "notifications",
}  # fmt: skip
ASKED = "asked-"
"""Before the name of a schema of what is asked."""

LEFT_OUT = ("after", "Soihtu-After")
"""Cursors, which nobody makes up, and versions that never come: other tests ask with them."""

AS_IT_IS: Json = {}


def _one(value: object) -> Json:
    return {"const": value}


TITLED: Json = {"title": AS_IT_IS}
RISING = TITLED | {"kind": _one("increase"), "baseline": _one(0), "target": _one(10)}
FALLING = TITLED | {"kind": _one("decrease"), "target": _one(250), "unit": AS_IT_IS}
EVEN = TITLED | {"kind": _one("maintain"), "low": _one(3), "high": _one(5)}
STEPS = TITLED | {"kind": _one("milestones"), "milestones": AS_IT_IS}
STATED = (RISING, FALLING, EVEN, STEPS, TITLED | {"kind": _one("binary")})
GOAL: Json = dict.fromkeys(("cycle", "responsible_team", "title", "benefit", "note"), AS_IT_IS)
LINKS: Json = {"contributes_to": AS_IT_IS, "serves": AS_IT_IS}

MET: Json = {"maximum": len(IN_TEAM)}
"""No more than there are members."""

TEXT = (
    {"source": _one("fi"), "fi": AS_IT_IS},
    {"source": _one("sv"), "sv": AS_IT_IS, "en": AS_IT_IS},
)

FITTING: Mapping[str, Sequence[Json]] = {
    "Text": TEXT,
    "Text-Input": TEXT,
    "LeftOutDraft": [{"what": AS_IT_IS, "why": AS_IT_IS}],
    "Statement": [{"key_result": AS_IT_IS, "value": AS_IT_IS}],
    "SaidLearning": [{"text": AS_IT_IS, "shareable": AS_IT_IS}],
    "KeyResultDraft": STATED,
    "KeyResultRevision": STATED,
    "NamedKeyResult": [one | {"objective": AS_IT_IS} for one in STATED],
    "ObjectiveDraft": [
        GOAL | {"owner_team": AS_IT_IS, "key_results": AS_IT_IS},
        GOAL | {"owner_unit": AS_IT_IS} | LINKS,
    ],
    "ObjectiveFrame": [GOAL | {"owner_team": AS_IT_IS}, GOAL | {"owner_unit": AS_IT_IS} | LINKS],
    "Choice": [{"how": _one("by-support")}, {"how": _one("in-meeting"), "present": MET}],
    "Meeting": [{"present": MET}],
    "NewRemark": [
        {"kind": {"enum": ["comment", "question"]}, "text": AS_IT_IS},
        {"kind": _one("comment"), "text": AS_IT_IS, "parent": {"format": "id of remarks"}},
        {"kind": _one("request"), "text": AS_IT_IS, "team": AS_IT_IS},
        {"kind": _one("request"), "text": AS_IT_IS, "team": AS_IT_IS}
        | {"asked": {"format": "id of teams"}},
    ],
    "ChangeDraft": [
        {"kind": _one("drop")},
        {"kind": _one("revise"), "title": AS_IT_IS, "key_results": AS_IT_IS},
    ],
    "Decided": [
        {"key_result": AS_IT_IS, "decision": {"enum": ["keep", "drop"]}},
        {"key_result": AS_IT_IS, "decision": _one("modify"), "stated": AS_IT_IS},
    ],
    "Decisions": [{"to": AS_IT_IS, "decisions": {"maxItems": 1}}],
    "Membership": [
        {"role": {"enum": list(IN_TEAM)}, "team": AS_IT_IS, "since": AS_IT_IS},
        {"role": _one("head"), "unit": AS_IT_IS, "since": AS_IT_IS},
    ],
    "StrategyDetails": [
        {"cycle": {"format": "id of years"}, "objectives": AS_IT_IS, "left_out": AS_IT_IS}
    ],
    "CycleDetails": [
        dict.fromkeys(("name", "kind"), AS_IT_IS)
        | {"start": _one("2020-01-01"), "end": _one("2040-12-31")}
    ],
}
"""What of a schema is said, in one of these ways, so that its fields fit each other."""


def fitting(document: Json) -> Json:
    """A document that describes requests so; its answers are those of `document`."""
    told = _Told(document["components"]["schemas"])
    for path, operations in document["paths"].items():
        for operation in operations.values():
            asked = [one for one in operation.get("parameters", ()) if one["name"] not in LEFT_OUT]
            operation["parameters"] = asked
            for one in asked:
                one["schema"] = told.asked(one["schema"], _named(one["name"], path))
            if "requestBody" in operation:
                operation["requestBody"] = told.asked(operation["requestBody"], "")
    return document


def _named(parameter: str, path: str) -> str:
    """What a parameter is of: the part of the address before it, or what it is called."""
    before = path.partition("/{" + parameter + "}")[0].rpartition("/")[2]
    return before if "/{" + parameter + "}" in path else parameter


class _Told:
    """The schemas of a document; those of what is asked are added beside the others."""

    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas

    def asked(self, part: Any, name: str) -> Any:
        """A part of what is asked; `name` is what the field is called that it is of."""
        if isinstance(part, list):
            return [self.asked(one, name) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return {"$ref": f"#/components/schemas/{self._add(part['$ref'].rpartition('/')[2])}"}
        kind = OF_KIND.get(name, name)
        if part.get("format") == "uuid" and kind in ALL_KINDS:
            return part | {"format": f"id of {kind}"}
        if part.get("format") == "date":
            return part | {"format": "day"}
        if name == "key":
            return {"type": "string", "enum": ["a", "b", "c/d"]}
        if name == "system":
            return {"type": "string", "enum": ["other"]}
        if name == "of":
            return {"type": "string", "format": "what serves"}
        return {
            key: {field: self.asked(said, field) for field, said in value.items()}
            if key == "properties"
            else self.asked(value, name)
            for key, value in part.items()
        }

    def _add(self, name: str) -> str:
        asked = ASKED + name
        if asked not in self._schemas:
            self._schemas[asked] = {}
            told = self.asked(self._schemas[name], "")
            ways = [_way(told, way) for way in FITTING.get(name, ())]
            self._schemas[asked] = {"anyOf": ways} if ways else told
        return asked


def _way(schema: Json, way: Json) -> Json:
    """The schema with these fields alone, each of which is there."""
    fields = {name: _there(schema["properties"][name]) | said for name, said in way.items()}
    return {
        "type": "object", "additionalProperties": False, "required": list(way),
        "properties": fields,
    }  # fmt: skip


def _there(field: Json) -> Json:
    """A field that is not null."""
    if "anyOf" not in field:
        return field
    (said,) = (one for one in field["anyOf"] if one != {"type": "null"})
    return said if isinstance(said, dict) else {}


def _id(kind: str, place: int) -> str:
    known = KNOWN.get(kind, ())
    return str(UUID(int=place)) if not known or place % 16 == 15 else known[place % len(known)]


def _served(place: int) -> str:
    kind = ("teams", "people", "objectives")[place % 3]
    return f"{kind}/{_id(kind, place)}" if place % 7 else "me"


def _formats() -> None:
    places = st.integers(0, 10_000)
    for kind in ALL_KINDS:
        schemathesis.openapi.format(f"id of {kind}", places.map(partial(_id, kind)))
    today = date.today()  # noqa: DTZ011
    near = st.integers(-90, 30).map(lambda days: (today + timedelta(days)).isoformat())
    schemathesis.openapi.format("day", near)
    schemathesis.openapi.format("what serves", places.map(_served))


_formats()
