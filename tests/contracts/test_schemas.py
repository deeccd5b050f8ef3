"""The committed schemas say what the models say, in words, for every event."""

from typing import Any

import jsonschema
import pytest

from contracts import described
from contracts.catalogue import EVENTS
from contracts.envelope import Event

pytestmark = pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))


def test_the_committed_schema_is_the_models(event: type[Event]) -> None:
    committed = described.file_of(event).read_text(encoding="utf-8")
    assert committed == described.text_of(event), "run: python -m contracts.generate"


def test_the_schema_is_one(event: type[Event]) -> None:
    jsonschema.Draft202012Validator.check_schema(described.schema(event))


def test_every_event_says_what_it_is(event: type[Event]) -> None:
    assert event.__doc__
    assert event.topic.startswith("soihtu.")
    assert event.public == event.topic.startswith("soihtu.open")


def test_every_field_says_what_it_means_and_when_it_is_absent(event: type[Event]) -> None:
    whole = described.schema(event)
    for name, model in [(event.__name__, whole), *whole.get("$defs", {}).items()]:
        assert model.get("description"), name
        for field, told in model["properties"].items():
            place = f"{name}.{field}"
            assert len(told.get("description", "")) > 7, place
            may_be_absent = field not in model["required"] and not told.get("default")
            assert not may_be_absent or _tells_of_absence(told), place


def _tells_of_absence(told: dict[str, Any]) -> bool:
    lists_nothing_or_says_no = told.get("default") in ([], False)
    return lists_nothing_or_says_no or "bsent" in told["description"]


def _properties(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = set(node.get("properties", {}))
        return own.union(*(_properties(value) for value in node.values()))
    return set().union(*(_properties(item) for item in node)) if isinstance(node, list) else set()


def test_nothing_public_has_a_place_for_a_person(event: type[Event]) -> None:
    if event.public:
        people = {"author", "by", "person", "logins", "mail", "words", "note", "help_wanted"}
        assert not _properties(described.schema(event)) & people
