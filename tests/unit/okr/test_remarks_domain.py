"""What is said of a goal: who may change it, and what others still see of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from chassis.problem import Problem
from contracts.choosing import RemarkChanged
from contracts.committed import examples
from services.okr.remarks import domain
from services.okr.remarks.domain import AnswerGiven, NewRemark

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
GOAL, AUTHOR, TEAM = UUID(int=1), UUID(int=2), UUID(int=3)
OURS, THIRD = UUID(int=4), UUID(int=5)
"""The team that is responsible for the goal, and one that has nothing to do with it."""
YES = AnswerGiven(outcome="accepted", words="Sopii")


def remark(kind: str = "comment", **more: Any) -> RemarkChanged:
    said = NewRemark.model_validate({"kind": kind, "text": "Miten mittaamme?", **more})
    return domain.begin(said, UUID(int=9), GOAL, said.parent, AUTHOR, NOW)


def test_a_reply_belongs_to_the_thread_that_it_replies_in() -> None:
    first = remark()
    reply = remark(parent=first.id)
    assert domain.thread_of(first, GOAL) == domain.thread_of(reply, GOAL) == first.id
    with pytest.raises(Problem, match="unknown-remark"):
        domain.thread_of(first, UUID(int=99))


def test_words_are_changed_by_who_wrote_them() -> None:
    domain.expect_author(remark(), AUTHOR)
    for other in (UUID(int=8), None):
        with pytest.raises(Problem, match="not-the-author"):
            domain.expect_author(remark(), other)
    changed = domain.reword(remark(), "Toisin", NOW)
    assert (changed.text, changed.edited_at, changed.version) == ("Toisin", NOW, 2)


def test_what_is_removed_has_no_words_ever_again() -> None:
    removed = domain.remove(domain.hide(remark(), "Asiaton", NOW))
    assert (removed.state, removed.text, removed.hidden) == ("removed", None, None)
    steps: list[Callable[[], RemarkChanged]] = [
        lambda: domain.remove(removed),
        lambda: domain.reword(removed, "Toisin", NOW),
        lambda: domain.hide(removed, "Asiaton", NOW),
        lambda: domain.show(removed),
    ]
    for step in steps:
        with pytest.raises(Problem, match="remark-not-there"):
            step()


def test_what_is_hidden_is_told_without_its_words_and_can_be_shown_again() -> None:
    hidden = domain.hide(remark(), "Asiaton", NOW)
    told = domain.told(hidden)
    assert (told.text, told.state) == (None, "hidden")
    assert told.hidden is not None
    assert told.hidden.reason == "Asiaton"
    with pytest.raises(Problem, match="remark-not-there"):
        domain.reword(hidden, "Toisin", NOW)
    shown = domain.show(hidden)
    assert domain.told(shown) == shown
    assert (shown.text, shown.hidden) == ("Miten mittaamme?", None)


def test_a_request_is_answered_and_nothing_else() -> None:
    request = remark("request", team=TEAM)
    answered = domain.answer(request, YES, NOW)
    assert answered.answer is not None
    assert (answered.answer.outcome, answered.answer.words) == ("accepted", "Sopii")
    later = NOW + timedelta(days=3)
    words = domain.answer(answered, AnswerGiven(outcome="accepted", words="Sopii!"), later)
    assert words.answer is not None
    assert (words.answer.words, words.answer.at) == ("Sopii!", NOW)
    again = domain.answer(words, AnswerGiven(outcome="declined"), later)
    assert again.answer is not None
    assert (again.answer.outcome, again.answer.words) == ("declined", None)
    assert again.answer.at == later
    with pytest.raises(Problem, match="request-answered"):
        domain.reword(again, "Toisin", NOW)
    assert domain.remove(again).text is None
    with pytest.raises(Problem, match="not-a-request"):
        domain.answer(remark(), YES, NOW)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "request"},
        {"kind": "comment", "team": TEAM},
        {"kind": "request", "team": TEAM, "parent": UUID(int=9)},
        {"kind": "comment", "asked": TEAM},
        {"kind": "question", "asked": TEAM},
        {"kind": "request", "asked": TEAM},
        {"kind": "comment", "text": "x" * 2001},
        {"kind": "comment", "text": " "},
    ],
)
def test_what_is_said_is_short_and_of_a_team_where_a_team_asks(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewRemark.model_validate({"text": "Miten?"} | said)


@pytest.mark.parametrize(
    ("team", "asked", "code"),
    [
        (TEAM, None, None),
        (TEAM, OURS, None),
        (OURS, TEAM, None),
        (OURS, None, "request-of-oneself"),
        (OURS, OURS, "request-of-oneself"),
        (TEAM, TEAM, "request-of-oneself"),
        (TEAM, THIRD, "request-on-others-goal"),
    ],
)
def test_a_request_is_between_the_goal_s_team_and_another(
    team: UUID, asked: UUID | None, code: str | None
) -> None:
    said = NewRemark(kind="request", text="Auttakaa.", team=team, asked=asked)
    if code is None:
        domain.expect_between(said, OURS)
    else:
        with pytest.raises(Problem, match=code):
            domain.expect_between(said, OURS)


@pytest.mark.parametrize("kind", ["comment", "question"])
def test_what_is_no_request_is_between_no_teams(kind: str) -> None:
    said = NewRemark.model_validate({"kind": kind, "text": "Miten?"})
    domain.expect_between(said, OURS)


def test_who_is_asked_answers_and_where_nobody_is_named_the_goal_s_team() -> None:
    assert domain.answering(remark("request", team=OURS, asked=TEAM), OURS) == TEAM
    assert domain.answering(remark("request", team=TEAM), OURS) == OURS


def test_a_request_of_before_teams_were_named_is_read_as_it_was() -> None:
    (said,) = (it for it in examples() if it.name == "request-answered")
    request = RemarkChanged.stored(said.data)
    assert request.asked is None
    assert domain.answering(request, OURS) == OURS
    assert b"asked" not in domain.answer(request, YES, NOW).data()


def test_whom_a_request_asks_stays_whatever_becomes_of_it() -> None:
    request = remark("request", team=OURS, asked=TEAM)
    answered = domain.answer(request, YES, NOW)
    steps = (
        domain.reword(request, "Toisin", NOW), domain.hide(answered, "Asiaton", NOW),
        domain.remove(answered), domain.told(domain.hide(request, "Asiaton", NOW)),
    )  # fmt: skip
    assert {it.asked for it in (request, answered, *steps)} == {TEAM}
