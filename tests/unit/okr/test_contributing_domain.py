"""Other teams of a goal: invited, agreeing, declining and leaving."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.problem import Problem
from contracts.okr import ObjectiveChanged, PendingChange
from services.okr.contributing import domain
from services.okr.objectives import domain as objectives
from services.okr.objectives.stated import KeyResultDraft, ObjectiveFrame

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
TEAM, OTHER, THIRD = UUID(int=1), UUID(int=2), UUID(int=4)
TITLE = {"source": "fi", "fi": "Asumisen hakemus ei jää odottamaan"}


def shared() -> ObjectiveChanged:
    """A proposal to which another team is invited, one key result being for that team alone."""
    stated: dict[str, Any] = {"title": TITLE, "kind": "binary", "team": OTHER}
    goal = objectives.key_result(KeyResultDraft.model_validate(stated), UUID(int=20), date.min)
    said = {
        "cycle": UUID(int=9), "owner_team": TEAM, "responsible_team": TEAM,
        "contributing_teams": [OTHER], "title": TITLE,
    }  # fmt: skip
    frame = ObjectiveFrame.model_validate(said)
    return objectives.begin(frame, UUID(int=10), "proposed", [goal], NOW, UUID(int=3))


def invited(objective: ObjectiveChanged) -> list[tuple[UUID, str, str | None]]:
    return [(it.team, it.state, it.reason) for it in objective.invitations]


def test_a_team_takes_part_once_it_agrees() -> None:
    joined = domain.agree(shared(), OTHER)
    assert (joined.contributing_teams, joined.invitations) == ((OTHER,), ())
    assert joined.key_results[0].team == OTHER
    assert joined.wording == 1
    with pytest.raises(Problem, match="team-not-invited"):
        domain.agree(joined, OTHER)


def test_a_team_declines_with_a_reason_and_may_be_asked_again() -> None:
    without = domain.decline(shared(), OTHER, "Ei ehditä", NOW)
    assert invited(without) == [(OTHER, "declined", "Ei ehditä")]
    assert without.key_results[0].team is None
    with pytest.raises(Problem, match="team-not-invited"):
        domain.agree(without, OTHER)
    again = domain.invite(without, OTHER, NOW)
    assert invited(again) == [(OTHER, "invited", None)]
    assert domain.agree(again, OTHER).contributing_teams == (OTHER,)


def test_a_team_leaves_with_a_reason() -> None:
    left = domain.leave(domain.agree(shared(), OTHER), OTHER, "Muu työ vei", NOW)
    assert (left.contributing_teams, invited(left)) == ((), [(OTHER, "left", "Muu työ vei")])
    assert (left.key_results[0].team, left.key_results[0].revision) == (None, 2)
    with pytest.raises(Problem, match="team-not-there"):
        domain.leave(left, OTHER, "Muu työ vei", NOW)


def test_only_who_takes_no_part_yet_is_invited() -> None:
    for there in (TEAM, OTHER):
        with pytest.raises(Problem, match="team-takes-part"):
            domain.invite(domain.agree(shared(), OTHER), there, NOW)
    assert invited(domain.invite(shared(), THIRD, NOW))[-1] == (THIRD, "invited", None)


def test_nobody_joins_or_leaves_what_is_closed() -> None:
    closed = objectives.close(shared(), NOW, None)
    steps: list[Callable[[], ObjectiveChanged]] = [
        lambda: domain.invite(closed, THIRD, NOW),
        lambda: domain.agree(closed, OTHER),
        lambda: domain.decline(closed, OTHER, "Ei", NOW),
        lambda: domain.leave(closed, OTHER, "Ei", NOW),
    ]
    for step in steps:
        with pytest.raises(Problem, match="objective-closed"):
            step()


def test_a_change_that_is_put_names_no_team_that_has_left() -> None:
    goal = domain.agree(shared(), OTHER)
    pending = PendingChange(kind="revise", at=NOW, title=goal.title, key_results=goal.key_results)
    left = domain.leave(goal.model_copy(update={"pending": pending}), OTHER, "Muu työ vei", NOW)
    assert left.pending is not None
    assert left.pending.key_results[0].team is None
