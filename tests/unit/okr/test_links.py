"""What an objective may contribute to, as its state says it."""

from uuid import UUID

import pytest

from chassis.problem import Problem
from services.okr.objectives.links import MOST_LINKS, Links

GOAL, OTHER, FAR = (UUID(int=number) for number in (1, 2, 3))
CALLS, QUEUE = UUID(int=11), UUID(int=12)


def test_a_link_to_a_key_result_is_one_to_its_objective() -> None:
    links = Links([GOAL, GOAL], {CALLS: OTHER, QUEUE: GOAL})
    assert links.fields(()) == {
        "contributes_to": (GOAL, OTHER),
        "contributes_to_key_results": (CALLS, QUEUE),
    }


def test_nothing_begins_to_help_what_was_dropped_and_what_helps_it_stays() -> None:
    links = Links((), {CALLS: GOAL, QUEUE: GOAL}, {CALLS})
    with pytest.raises(Problem, match="link-to-dropped-key-result") as refused:
        links.fields([QUEUE])
    assert refused.value.facts == {"key_result": str(CALLS)}
    assert links.fields([CALLS])["contributes_to_key_results"] == (CALLS, QUEUE)


def test_key_results_are_kept_with_their_objectives() -> None:
    links = Links([GOAL]).keeping({CALLS: OTHER, QUEUE: GOAL})
    assert links.fields(())["contributes_to_key_results"] == (QUEUE,)


def test_there_are_no_more_links_than_can_be_stated_again() -> None:
    goals = [UUID(int=100 + number) for number in range(MOST_LINKS)]
    assert len(Links(goals, {CALLS: goals[0]}).fields(())["contributes_to"]) == MOST_LINKS
    with pytest.raises(Problem, match="too-many-links"):
        Links(goals, {CALLS: FAR}).fields(())
