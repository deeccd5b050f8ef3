"""A goal as checkins knows it: the objective, its cycle, and the responsible team's place in it."""

from dataclasses import dataclass

from services.checkins.messages import Cycle, Objective


@dataclass(frozen=True)
class Goal:
    """An objective in its cycle; `place` is its responsible team's, None when none is known."""

    objective: Objective
    cycle: Cycle
    place: str | None
