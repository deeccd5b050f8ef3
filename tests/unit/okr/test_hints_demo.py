"""Hints on the goals of the demo, which are worded as goals should be."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest

from cli.demo.cycles import small_agency
from cli.demo.large.agency import large_agency
from cli.demo.tables import Goal
from contracts.words import LANGUAGES, Language, Text
from services.okr.hints.domain import Seen
from services.okr.objectives.domain import key_result
from services.okr.objectives.stated import KeyResultDraft
from tests.unit.okr.hinted import an_id, codes, goal
from tests.unit.okr.test_hints_wording import WORDING

FEW = 2
"""Wording hints on all goals of the twelve teams."""


def _text(said: object, language: Language | None) -> Text:
    """A text of the demo, as if it had been written in `language` where it is told in it."""
    told = Text.model_validate(said)
    there = language and getattr(told, language)
    return told.model_copy(update={"source": language}) if there else told


def _seen(said: Goal, language: Language | None = None) -> Seen:
    measures = [KeyResultDraft.model_validate(it.stated()) for it in said.measures]
    return Seen(
        goal(
            title=_text(said.title, language),
            benefit=_text(said.benefit, language),
            key_results=tuple(
                key_result(it, an_id(number), date(2026, 9, 1))
                for number, it in enumerate(measures, 1)
            ),
        )
    )


def _wording(goals: Iterable[Seen]) -> Counter[str]:
    return Counter(code for it in goals for code in codes(it) if code in WORDING)


def test_the_twelve_teams_draw_hardly_any_wording_hint() -> None:
    goals = [_seen(it) for this in small_agency().rounds for it in this.goals]
    assert len(goals) > 20
    assert _wording(goals).total() <= FEW


@pytest.mark.parametrize("language", LANGUAGES)
def test_nor_do_the_hundreds_of_goals_of_the_large_agency(language: Language) -> None:
    agency = large_agency(130, 1300, 12, 1)
    goals = [_seen(it, language) for this in agency.rounds for it in this.goals]
    assert len(goals) > 300
    assert _wording(goals).total() <= FEW
