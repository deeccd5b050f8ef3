"""The gate of the open contract: it lets through what only adds, and catches each kind of break."""

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from cli.contracts import command, compatibility, drift, published, releases
from cli.contracts.compatibility import State
from contracts import committed, described, document
from contracts.catalogue import EVENTS
from contracts.channels import declared_topics
from contracts.open import KeyResultUpdated

NOW = releases.today()
OBJECTIVE = "fi.soihtu.open.objective-changed.v1"
PROGRESS = "fi.soihtu.open.key-result-updated.v1"
# Never edit a line here: a release stays as it was, its list of sums too.
RELEASED = {"1.0": "8b46b283e452ac7f6343c309f22a15c9dd673da8148194c412bf078eef453093"}
TEXT = {"type": "string", "description": "New; absent when not said."}

Change = Callable[[dict[str, Any]], object]


def _changed(name: str, change: Change, *, named_anew: bool = True) -> State:
    """The contract of today after a change of one schema, by default as a new minor version."""
    schema: dict[str, Any] = copy.deepcopy(dict(NOW.schemas[name]))
    change(schema)
    if named_anew:
        schema["$id"] = schema["$id"].removesuffix("1.0") + "1.1"
    return replace(NOW, schemas={**NOW.schemas, name: schema})


def _told(new: State) -> list[str]:
    return list(compatibility.breaks(NOW, new))


def test_nothing_changed_breaks_nothing() -> None:
    assert not _told(NOW)


ADDITIONS: dict[str, Change] = {
    "a field": lambda it: it["properties"].update(hint=TEXT),
    "a field within": lambda it: it["$defs"]["KeyResult"]["properties"].update(hint=TEXT),
    "a field with parts that are always there": lambda it: it["properties"].update(
        hint={"type": "object", "properties": {"text": TEXT}, "required": ["text"]}
    ),
    "other words": lambda it: it["properties"]["title"].update(description="The goal itself."),
    "a code": lambda it: it["properties"]["state"]["examples"].append("paused"),
}  # fmt: skip


@pytest.mark.parametrize("change", ADDITIONS.values(), ids=ADDITIONS)
def test_what_is_added_breaks_nothing(change: Change) -> None:
    assert not _told(_changed(OBJECTIVE, change))


def _renamed(schema: dict[str, Any]) -> dict[str, Any]:
    """Fields of the key result, in a schema that calls it otherwise now."""
    schema["$defs"]["Measure"] = schema["$defs"].pop("KeyResult")
    schema["properties"]["key_results"]["items"]["$ref"] = "#/$defs/Measure"
    fields: dict[str, Any] = schema["$defs"]["Measure"]["properties"]
    return fields


BREAKS: dict[str, Change] = {
    "a field is gone": lambda it: it["properties"].pop("benefit"),
    "a field is gone that was always there": lambda it: (
        it["properties"].pop("title"), it["required"].remove("title")
    ),
    "a field within is gone": lambda it: it["$defs"]["KeyResult"]["properties"].pop("target"),
    "a field may be absent": lambda it: it["required"].remove("responsible_team"),
    "a field within may be absent": lambda it: it["$defs"]["KeyResult"]["required"].remove("kind"),
    "a field may be null": lambda it: it["properties"].update(
        cycle={"anyOf": [it["properties"]["cycle"], {"type": "null"}]}
    ),
    "another type": lambda it: it["properties"]["version"].update(type="string"),
    "whole numbers no more": lambda it: it["properties"]["version"].update(type="number"),
    "another format": lambda it: it["properties"]["cycle"].update(format="date"),
    "no format": lambda it: it["properties"]["cycle"].pop("format"),
    "no pattern": lambda it: it["properties"]["state"].pop("pattern"),
    "a pattern within": lambda it: it["$defs"]["KeyResult"]["properties"]["kind"].update(
        pattern="^.*$"
    ),
    "longer texts": lambda it: it["$defs"]["Text"]["properties"]["fi"].update(maxLength=9000),
    "codes of another list": lambda it: it["properties"]["state"].update({"x-codes": "result"}),
    "one where there were many": lambda it: it["properties"].update(
        serves=it["properties"]["serves"]["items"]
    ),
    "a format of items": lambda it: it["properties"]["serves"]["items"].pop("format"),
    "a field that older records lack": lambda it: (
        it["properties"].update(hint=TEXT), it["required"].append("hint")
    ),
    "a field that older records may lack": lambda it: it["required"].append("benefit"),
    "a field within that older records may lack": lambda it: it["$defs"]["KeyResult"][
        "required"
    ].append("target"),
    "another meaning of an absent field": lambda it: it["properties"]["serves"].pop("default"),
    "shorter texts than there are": lambda it: it["$defs"]["Text"]["properties"]["fi"].update(
        maxLength=9
    ),
    "bounds that older records may not hold to": lambda it: it["properties"]["version"].update(
        minimum=2
    ),
    "codes as a closed list": lambda it: it["properties"]["state"].update(enum=["agreed"]),
    "a format within a part of another name": lambda it: _renamed(it)["id"].pop("format"),
}  # fmt: skip


@pytest.mark.parametrize("change", BREAKS.values(), ids=BREAKS)
def test_a_schema_that_breaks_readers_is_caught(change: Change) -> None:
    told = _told(_changed(OBJECTIVE, change))
    assert told
    assert all(OBJECTIVE in it for it in told)


@pytest.mark.parametrize("name", ["a field", "other words"])
def test_a_schema_that_changed_under_its_old_name_is_caught(name: str) -> None:
    change = ADDITIONS[name]
    assert "still called" in "".join(_told(_changed(OBJECTIVE, change, named_anew=False)))


def test_a_type_that_is_gone_is_caught() -> None:
    left = {name: it for name, it in NOW.schemas.items() if name != PROGRESS}
    assert _told(replace(NOW, schemas=left)) == [f"{PROGRESS} is gone"]


def test_a_changed_and_a_missing_example_are_caught() -> None:
    first, second, *rest = NOW.examples
    left = {name: NOW.examples[name] for name in (second, *rest)} | {second: b"{}"}
    told = _told(replace(NOW, examples=left))
    assert told == [f"example {first} is missing", f"example {second} was changed"]


@pytest.mark.parametrize(
    ("fact", "other"), [("partitions", 24), ("key", "cycle"), ("cleanup", "delete")]
)
def test_a_changed_topic_is_caught(fact: str, other: object) -> None:
    topics = {**NOW.topics, "soihtu.open.v1": {**NOW.topics["soihtu.open.v1"], fact: other}}
    (told,) = _told(replace(NOW, topics=topics))
    assert told.startswith(f"topic soihtu.open.v1 has {fact} {other}")


def test_a_type_that_went_to_another_topic_is_caught() -> None:
    progress = {**NOW.topics["soihtu.open-progress.v1"], "types": [PROGRESS, "another"]}
    topics = {**NOW.topics, "soihtu.open-progress.v1": progress}
    assert not _told(replace(NOW, topics=topics))
    topics["soihtu.open-progress.v1"] = {**progress, "types": ["another"]}
    assert _told(replace(NOW, topics=topics)) == [
        f"topic soihtu.open-progress.v1 has no {PROGRESS} any more"
    ]


def test_a_topic_a_list_and_a_code_that_are_gone_are_caught() -> None:
    codes = {name: held for name, held in NOW.codes.items() if name != "result"}
    codes["reason"] = {name: it for name, it in (codes["reason"] or {}).items() if name != "other"}
    topics = {name: it for name, it in NOW.topics.items() if name != "soihtu.open.v1"}
    assert set(_told(replace(NOW, codes=codes, topics=topics))) >= {
        "topic soihtu.open.v1 is gone",
        "the list of codes result is gone",
        "the code partly of result is gone",
        "the code other of reason is gone",
    }


def test_a_release_is_read_as_it_was_written(tmp_path: Path) -> None:
    release = releases.write(NOW, releases.Version(1, 0), tmp_path)
    assert not list(compatibility.breaks(releases.read(release), NOW))
    assert not list(compatibility.breaks(NOW, releases.read(release)))
    assert not list(releases.tampered(release))
    with pytest.raises(FileExistsError):
        releases.write(NOW, releases.Version(1, 0), tmp_path)


def test_a_release_that_was_changed_is_caught(tmp_path: Path) -> None:
    release = releases.write(NOW, releases.Version(1, 0), tmp_path)
    topics = release / releases.TOPICS
    topics.write_text(topics.read_text().replace("12", "24"))
    (release / "notes.md").write_text("more")
    next((release / "schemas").iterdir()).unlink()
    told = list(command.problems(tmp_path))
    assert "1.0: topics.yaml was changed" in told
    assert "1.0: notes.md is not listed" in told
    assert any(it.endswith("is missing") for it in told)
    assert "1.0: topic soihtu.open.v1 has partitions 12 where it had 24" in told


def test_every_release_counts_not_only_the_last(tmp_path: Path) -> None:
    lost = _changed(OBJECTIVE, ADDITIONS["a field"])
    releases.write(lost, releases.Version(1, 0), tmp_path)
    releases.write(NOW, releases.Version(1, 1), tmp_path)
    assert list(releases.releases(tmp_path)) == [(1, 0), (1, 1)]
    assert {it.partition(":")[0] for it in command.problems(tmp_path)} == {"1.0"}


def test_a_release_that_is_gone_is_caught(tmp_path: Path) -> None:
    assert list(command.problems(tmp_path)) == ["no release is here"]
    assert {
        str(version): hashlib.sha256((place / committed.SUMS).read_bytes()).hexdigest()
        for version, place in releases.releases().items()
    } == RELEASED


def test_releases_are_counted_as_numbers(tmp_path: Path) -> None:
    known = {releases.Version(*it): tmp_path for it in ((1, 9), (1, 10))}
    assert releases.following({}, major=False) == (1, 0)
    assert releases.following(known, major=False) == (1, 11)
    assert releases.following(known, major=True) == (2, 0)


def test_the_contract_of_today_passes() -> None:
    assert not list(command.problems(releases.FOLDER))
    assert not list(drift.drifts())


def test_a_schema_that_is_not_the_models_is_caught(tmp_path: Path) -> None:
    for event in EVENTS.values():
        file = tmp_path / described.file_of(event).name
        file.write_text(described.text_of(event), encoding="utf-8")
    assert not list(drift.schemas(EVENTS, tmp_path))
    file.write_text("{}")
    (tmp_path / "old.json").write_text("{}")
    told = list(drift.schemas(EVENTS, tmp_path))
    assert told == [
        f"schema {file.name} is not what the model says",
        "schema old.json is of no event",
    ]


def test_an_event_on_the_wrong_topic_and_an_idle_topic_are_caught() -> None:
    declared = declared_topics()
    assert not list(drift.topics(EVENTS, declared))
    closed = [replace(it, audience="internal") for it in declared if it.name != "soihtu.retro.v1"]
    told = list(drift.topics(EVENTS, [*closed, replace(declared[0], name="soihtu.idle.v1")]))
    assert f"{OBJECTIVE} is written to soihtu.open.v1, which is for others" in told
    gone = "fi.soihtu.retro-completed.v1 is written to soihtu.retro.v1, which is not declared"
    assert gone in told
    assert "nothing is written to soihtu.idle.v1" in told


class Asking(KeyResultUpdated):
    """Progress with a field that older examples lack."""

    hint: str


class Moved(KeyResultUpdated):
    """Progress as it was never written: of another subject, key and form."""

    kind: ClassVar = "measures"

    effective_date: datetime | None = None

    @property
    def key(self) -> str:
        return self.subject_id


def test_an_older_example_lacks_what_was_added_at_any_depth() -> None:
    goal = {"id": 1, "steps": [{"weight": 2}]}
    more = {"id": 1, "steps": [{"weight": 2, "done": False}], "machines": []}
    assert drift._within(goal, more)
    assert not drift._within(more, goal)
    assert not drift._within(goal, {**more, "steps": [{"weight": 3}]})
    assert not drift._within(goal, {**more, "steps": []})


def test_an_example_that_would_be_written_otherwise_is_caught() -> None:
    first = next(it for it in committed.examples() if it.type == PROGRESS)
    assert not list(drift.written(EVENTS, [first]))
    assert list(drift.written({PROGRESS: Asking}, [first])) == [
        f"example {first} is not taken by its model any more"
    ]
    assert list(drift.written({PROGRESS: Moved}, [first])) == [
        f"example {first} would be written with another data, key, subject"
    ]


def test_a_header_that_is_gone_is_caught(tmp_path: Path) -> None:
    first = committed.examples()[0]
    (tmp_path / first.type).mkdir()
    more = {**first.record, "headers": {**first.headers, "ce_priority": "1"}}
    file = tmp_path / first.type / first.file.name
    file.write_text(json.dumps(more), encoding="utf-8")
    (told,) = drift.written(EVENTS, committed.examples(tmp_path))
    assert told == f"example {first} would be written with another headers"


def test_a_public_type_that_nothing_becomes_is_caught() -> None:
    left = [it for it in committed.examples() if it.type != "fi.soihtu.objective-changed.v1"]
    assert list(drift.twins(EVENTS, left)) == [f"no example of our own becomes {OBJECTIVE}"]
    fewer = {name: event for name, event in EVENTS.items() if name != OBJECTIVE}
    shown = [it for it in committed.examples() if it.type != OBJECTIVE]
    assert list(drift.twins(fewer, shown)) == [f"{OBJECTIVE} is made and not listed"]


def test_a_public_field_that_nothing_fills_any_more_is_caught() -> None:
    ours = [it for it in committed.examples() if it.type == "fi.soihtu.objective-changed.v1"]
    bare = [it for it in ours if "benefit" not in it.record["data"]]
    told = f"no example of our own fills benefit of {OBJECTIVE}"
    assert told not in list(drift.twins(EVENTS, ours))
    assert told in list(drift.twins(EVENTS, bare))


def test_what_the_code_publishes_is_held_to_topics_and_codes(tmp_path: Path) -> None:
    service = tmp_path / "okr"
    service.mkdir()
    (service / "commands.py").write_text(
        "from contracts.retro import RetroCompleted\n"
        "WITHDRAWN = 'withdrawn'\n"
        "def held(state, change='kept'):\n"
        "    return RetroCompleted(change='begun' if state else WITHDRAWN)\n"
        "held(1, 'ended')\n"
    )
    assert published.changes(tmp_path) == {"begun", "withdrawn", "kept", "ended"}
    assert list(drift.changes({"begun"}, {"kept"})) == [
        "the change begun is not listed", "no code says the change kept",
    ]  # fmt: skip
    made = {"okr": published.events_of("okr", tmp_path)}
    assert made == {"okr": {"fi.soihtu.retro-completed.v1"}}
    told = list(drift.producers(made, declared_topics()))
    assert "soihtu.retro.v1 is written by ['okr']" in told
    assert "no service makes fi.soihtu.unit-changed.v1" in told


def test_a_document_of_another_day_is_caught(tmp_path: Path) -> None:
    file = tmp_path / "soihtu-open.yaml"
    file.write_text(json.dumps({"asyncapi": "3.0.0"}))
    assert list(document.drift(file))
