"""Judges what two commands that were sent at once led to: one of the two serial orders, or neither.

Ids and instants that a model made up stand for those that were seen in their place; each for one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from chassis.problem_texts import Catalogue
from contracts.envelope import Event
from contracts.open import to_open
from tests.service.okr.at_once.work import FRESH_ID, FRESH_TIME, Answer, Json, Outcome
from tests.service.okr.at_once.world import World


@dataclass(frozen=True)
class Row:
    """A row of the outbox, in its order."""

    topic: str
    headers: Mapping[str, str]
    data: Json

    @property
    def subject(self) -> str:
        return self.headers["ce_subject"]

    @property
    def version(self) -> int:
        return int(self.headers["ce_sequence"])

    def said(self) -> Json:
        """What is to be foreseen of it."""
        told = {name: self.headers[f"ce_{name}"] for name in ("type", "subject", "origin")}
        return {"topic": self.topic, "version": self.version, "data": self.data, **told}


@dataclass(frozen=True)
class Answered:
    """An answer as it came, to a call that is known by its correlation id."""

    status: int
    body: Json
    correlation: str


@dataclass(frozen=True)
class Observed:
    """What two commands led to, by their place; `rows` are those that are new in the outbox."""

    answers: Sequence[Answered]
    rows: Sequence[Row]
    world: World


@dataclass
class Bound:
    """What ids and instants of a model stand for."""

    names: dict[str, str] = field(default_factory=dict)

    def differences(self, expected: Any, seen: Any, path: str = "") -> Iterator[str]:
        """Where `seen` is not as expected, with what is bound by now and is bound here."""
        if expected == seen:
            return
        if isinstance(expected, dict) and isinstance(seen, dict):
            for name in sorted(expected.keys() | seen.keys()):
                yield from self.differences(expected.get(name), seen.get(name), f"{path}/{name}")
        elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
            for place, (one, other) in enumerate(zip(expected, seen, strict=True)):
                yield from self.differences(one, other, f"{path}/{place}")
        elif not self._same(expected, seen):
            yield f"{path}: {_short(expected)} expected, {_short(seen)} seen"

    def _same(self, expected: Any, seen: Any) -> bool:
        if not isinstance(expected, str) or not isinstance(seen, str):
            return bool(expected == seen)
        # A subject ends with its id, and a version may follow.
        head, made_up, _ = expected.partition(FRESH_ID)
        if made_up and seen.startswith(head):
            (name, *more), (value, *other) = (
                said[len(head) :].split("@") for said in (expected, seen)
            )
            return more == other and self._bind(name, value)
        if expected.startswith(FRESH_TIME) and not seen.startswith(FRESH_TIME):
            return self._bind(expected, seen)
        return expected == seen

    def _bind(self, name: str, value: str) -> bool:
        """Two ids are never the same; two instants may be."""
        if name.startswith(FRESH_ID) and value in self.names.values():
            return self.names.get(name) == value
        return self.names.setdefault(name, value) == value

    def put_into(self, said: Any) -> Any:
        """The same with what is bound in place of what was made up."""
        text = orjson.dumps(said).decode()
        for name, value in self.names.items():
            text = text.replace(name, value)
        return orjson.loads(text)


def _short(said: Any) -> str:
    text = repr(said)
    return text if len(text) < 300 else f"{text[:300]}…"


def differences(expected: Outcome, seen: Observed, catalogue: Catalogue) -> list[str]:
    """Where what was seen is not as an order would have it; empty where it is."""
    bound = Bound()
    found: list[str] = []
    for place, answered in enumerate(seen.answers):
        one = _told(expected.answers[place], answered, catalogue)
        found += bound.differences(*one, f"answer {place}")
        mine = [
            it.said() for it in seen.rows if it.headers["ce_correlationid"] == answered.correlation
        ]
        found += bound.differences(_events(expected.told[place]), mine, f"events {place}")
    public = bound.put_into(_public(expected))
    found += bound.differences(_sorted(public), _sorted(_others(seen)), "public events")
    found += bound.differences(bound.put_into(expected.world.told()), seen.world.told(), "state")
    return found


def _told(expected: Answer, seen: Answered, catalogue: Catalogue) -> tuple[Json, Json]:
    """What is to be answered, and what of an answer that is to be compared with."""
    if expected.problem is not None:
        document = catalogue.document(expected.problem, "en", seen.correlation)
        return document, {"status": seen.status} | seen.body
    if isinstance(expected.said, Event):
        said = orjson.loads(expected.said.data())
        of_it = {name: it for name, it in _known(seen.body).items() if name != "hints"}
    else:
        said = expected.said or {}
        of_it = {name: it for name, it in seen.body.items() if name in said or "code" in seen.body}
    return (
        {"status": expected.command.succeeds_with, "body": said},
        {"status": seen.status, "body": of_it},
    )


def _known(said: Any) -> Any:
    """JSON without what is null: an answer says it, an event leaves it out."""
    if isinstance(said, dict):
        return {name: _known(value) for name, value in said.items() if value is not None}
    return [_known(value) for value in said] if isinstance(said, list) else said


def _events(told: Any) -> list[Json]:
    return [_said_of(it) for it in told]


def _said_of(event: Event) -> Json:
    return {
        "topic": event.topic,
        "version": event.version,
        "data": orjson.loads(event.data()),
        "type": event.type(),
        "subject": event.subject,
        "origin": "command",
    }


def _public(expected: Outcome) -> list[Json]:
    """What other agencies are to be told."""
    twins = (to_open(it) for told in expected.told.values() for it in told)
    return [_said_of(it) for it in twins if it]


def _others(seen: Observed) -> list[Json]:
    """What goes on from no call that they may know of."""
    known = {it.correlation for it in seen.answers}
    return [it.said() for it in seen.rows if it.headers["ce_correlationid"] not in known]


def _sorted(told: list[Json]) -> list[Json]:
    return sorted(told, key=lambda it: (it["type"], it["subject"], it["version"]))


def out_of_order(rows: Sequence[Row]) -> list[str]:
    """Subjects whose versions do not grow by one from row to row."""
    last: dict[tuple[str, str], int] = {}
    wrong = []
    for row in rows:
        key = row.topic, row.subject
        if last.get(key, row.version - 1) != row.version - 1:
            wrong.append(f"{row.subject}@{row.version} after @{last[key]}")
        last[key] = row.version
    return wrong
