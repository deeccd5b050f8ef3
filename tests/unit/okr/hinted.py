"""Goals for the tests of hints."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.okr import Definition, KeyResult, Moment, ObjectiveChanged
from contracts.words import Language, Text
from services.okr.hints.domain import Seen, drawn


def an_id(number: int) -> UUID:
    return UUID(int=number)


def text(words: str, language: Language = "fi") -> Text:
    return Text.model_validate({"source": language, language: words})


def key_result(number: int = 1, **said: Any) -> KeyResult:
    numbers = {name: said.pop(name) for name in Definition.model_fields if name in said}
    definition = Definition(since=date(2026, 9, 1), **numbers)
    given = {"id": an_id(number), "title": text("Ohje"), "kind": "binary", **said}
    return KeyResult.model_validate({"definitions": (definition,), **given})


def goal(**said: Any) -> ObjectiveChanged:
    state = said.get("state", "proposed")
    begun: dict[str, Any] = {
        "id": an_id(9), "version": 1, "change": "proposed", "cycle": an_id(1), "rhythm": "weekly",
        "owner_team": an_id(2), "responsible_team": an_id(2), "state": state,
        "title": text("Hakemus etenee"), "states": (Moment(state=state, at=datetime.now(UTC)),),
    }  # fmt: skip
    return ObjectiveChanged.model_validate(begun | said)


def codes(seen: Seen) -> set[str]:
    return {code for code, _ in drawn(seen)}
