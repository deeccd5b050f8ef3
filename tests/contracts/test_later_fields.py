"""What a later release added to a state stays in it, though this one knows nothing of it."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.catalogue import EVENTS
from contracts.committed import Example, examples
from contracts.okr import ObjectiveChanged
from contracts.open import to_open

LATER = {"of_tomorrow": {"words": "later", "numbers": [1, None]}}
BY_NAME = "facts"
"""A field that holds what it likes, by name."""


def later(said: Any, name: str = "") -> Any:
    """A state as a later release has it: with something more in each part of it."""
    if isinstance(said, dict):
        parts = {key: later(part, key) for key, part in said.items()}
        return parts if name == BY_NAME else parts | LATER
    return [later(part) for part in said] if isinstance(said, list) else said


INTERNAL = [it for it in examples() if not EVENTS[it.type].public]


@pytest.mark.parametrize("example", INTERNAL, ids=str)
def test_it_is_written_as_it_was_read(example: Example) -> None:
    event = EVENTS[example.type]
    known = json.loads(event.stored(example.data).data())

    held = event.stored(json.dumps(later(known)))

    assert json.loads(held.data()) == later(known)


def _objective() -> ObjectiveChanged:
    mine = (it for it in examples() if it.type == ObjectiveChanged.type())
    said = max((json.loads(it.data) for it in mine), key=lambda it: len(it["key_results"]))
    return ObjectiveChanged.stored(json.dumps(later(said)))


def test_the_state_that_follows_has_it_too() -> None:
    held = _objective()
    goal = held.key_results[0].model_copy(update={"state": "dropped"})

    told = json.loads(held.next("tried", key_results=(goal, *held.key_results[1:])).data())

    assert told["version"] == held.version + 1
    assert told["of_tomorrow"] == LATER["of_tomorrow"]
    assert told["key_results"][0] == {
        **json.loads(held.data())["key_results"][0],
        "state": "dropped",
    }


def test_answers_and_other_agencies_are_not_told() -> None:
    held = _objective()
    public = to_open(held)

    assert "of_tomorrow" not in held.model_dump_json()
    assert public
    assert b"of_tomorrow" not in public.data()


def test_what_differs_in_later_fields_alone_is_the_same() -> None:
    """A login, a title, a definition are looked for as they are known."""
    held = _objective()
    known = ObjectiveChanged.model_validate_json(held.model_dump_json(exclude_none=True))

    assert held == known
    assert {held.title, known.title} == {known.title}
    assert held.key_results[0].definitions == known.key_results[0].definitions
    assert held.title.model_copy(update={"fi": "Toisin"}) != known.title


def test_what_is_no_state_at_all_is_refused() -> None:
    with pytest.raises(ValidationError):
        ObjectiveChanged.stored('{"of_tomorrow": 1}')
