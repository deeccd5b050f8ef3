"""What a retro may say, and how much of it all staff see."""

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problem import Problem
from contracts.words import Text
from services.checkins.retros import domain

TEAM, CYCLE, OBJECTIVE = UUID(int=1), UUID(int=2), UUID(int=3)


def learning(shareable: bool, id_: UUID | None = None) -> domain.SaidLearning:
    return domain.SaidLearning(
        id=id_, text=Text(source="fi", fi="Kaksi riittää"), shareable=shareable
    )


def said(*learnings: domain.SaidLearning) -> domain.NewRetro:
    finding = domain.SaidFinding(
        objective=OBJECTIVE,
        result="partly",
        words="Vain meille",
        recommendation="keep",
        learnings=learnings,
    )
    return domain.NewRetro(team=TEAM, cycle=CYCLE, findings=(finding,))


def new_ids() -> domain.NewId:
    numbers = count(100)
    return lambda: UUID(int=next(numbers))


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_all_staff_see_what_is_shared_and_no_words(shareable: list[bool]) -> None:
    state = domain.complete(UUID(int=9), said(*map(learning, shareable)), UUID(int=8), new_ids())
    shown = domain.without_words(state).findings[0]
    assert shown.words is None
    assert domain.without_words(state).author is None
    assert len(shown.learnings) == sum(shareable)
    assert all(one.shareable for one in shown.learnings)
    assert state.findings[0].words == "Vain meille"


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.data())
def test_learnings_that_come_back_keep_their_ids(
    shareable: list[bool], data: st.DataObject
) -> None:
    ids = new_ids()
    state = domain.complete(UUID(int=9), said(*map(learning, shareable)), None, ids)
    held = [one.id for one in state.findings[0].learnings]
    kept = data.draw(st.lists(st.sampled_from(held), unique=True))
    again = said(*(learning(True, one) for one in kept), learning(False))
    after = domain.correct(state, again, ids)
    found = [one.id for one in after.findings[0].learnings]
    assert found[:-1] == kept
    assert found[-1] not in held
    assert after.version == 2


def test_a_new_retro_has_no_learnings_of_another() -> None:
    with pytest.raises(Problem, match="learning-unknown"):
        domain.complete(UUID(int=9), said(learning(True, UUID(int=5))), None, new_ids())
