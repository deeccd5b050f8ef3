"""The codes of the open topics: every one that can be published is told in every language."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from cli.contracts import published
from contracts import codes, described, envelope, okr, retro, scores, words
from contracts.catalogue import EVENTS

LISTS = codes.lists()
OF_MODELS: Mapping[str, Any] = {
    "pillar-state": okr.PillarState,
    "cycle-state": okr.CycleState,
    "objective-state": okr.ObjectiveState,
    "key-result-state": okr.KeyResult.model_fields["state"].annotation,
    "key-result-kind": okr.KeyResultKind,
    "result": retro.Result,
    "recommendation": retro.Recommendation,
    "reason": retro.Reason,
    "language": words.Language,
    "translation-state": words.TranslationState,
    "ambition": scores.Ambition,
    "origin": envelope.Origin,
}
NEVER_PUBLIC = {"objective-state": {"proposed"}}


@pytest.mark.parametrize("name", OF_MODELS)
def test_a_list_holds_every_code_that_its_writer_knows(name: str) -> None:
    known = set(get_args(OF_MODELS[name])) - NEVER_PUBLIC.get(name, set())
    assert set(LISTS[name] or ()) == known


def test_the_list_of_changes_holds_every_one_that_the_code_can_publish() -> None:
    assert set(LISTS["change"] or ()) == published.changes()


def test_the_list_of_sources_holds_every_kind_of_source() -> None:
    assert set(LISTS["value-source"] or ()) == published.sources()


def test_a_list_that_nothing_keeps_up_is_the_agencys_own() -> None:
    own = {name for name, held in LISTS.items() if held is None}
    assert own == {"unit-kind", "cycle-kind", "milestone"}
    assert set(LISTS) == {*OF_MODELS, *own, "change", "value-source"}


@pytest.mark.parametrize("name", [name for name, held in LISTS.items() if held])
def test_every_code_is_told_in_every_language_and_in_no_words_of_another(name: str) -> None:
    held = LISTS[name] or {}
    for told in held.values():
        assert list(told) == list(words.LANGUAGES)
        assert all(told.values())
    for language in words.LANGUAGES:
        assert len({told[language] for told in held.values()}) == len(held)


def test_the_page_for_people_is_what_the_lists_say() -> None:
    assert codes.PAGE.read_text(encoding="utf-8") == codes.page(), "run: make contracts"


def test_every_field_for_a_code_of_the_open_topics_names_its_list() -> None:
    fields = [it for event in EVENTS.values() if event.public for it in _codes(event)]
    assert fields
    assert {field.get(codes.MARK) for field in fields} <= LISTS.keys()


def _codes(event: type[envelope.Event]) -> Iterator[dict[str, Any]]:
    whole = described.schema(event)
    for model in (whole, *whole.get("$defs", {}).values()):
        for field in model["properties"].values():
            held = field.get("items", field)
            if held.get("pattern") or codes.MARK in field:
                yield field
