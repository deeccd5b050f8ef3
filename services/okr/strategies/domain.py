"""Decides how the strategy of a year is written, published and amended; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import CycleChanged, KeyResult, ObjectiveChanged, PillarChanged
from contracts.strategy import (
    Amendment,
    LeftOut,
    Measure,
    StrategyChanged,
    StrategyPillar,
    YearlyGoal,
)
from contracts.words import Text
from services.okr.cycles.domain import YEAR
from services.okr.organisation.domain import ROOT
from services.okr.strategy.stated import ProofRead, marks, marks_in_list, texts_of

MOST = 50
TEXTS = ("what", "why")
"""The texts of what was left out, and of what was amended."""

Chosen = Mapping[str, Any]
"""The pillars and goals of a strategy as they stand, by the names of its fields."""


class LeftOutDraft(Closed):
    """What was thought of for the year and not chosen, as it is said."""

    what: Text = Field(description="What was left out.")
    why: Text = Field(description="Why it was not chosen.")
    proof_read: ProofRead = ()


class StrategyDetails(Closed):
    """What is said of the strategy of a year; its pillars are those that are current."""

    cycle: UUID = Field(description="The cycle of the year.")
    objectives: tuple[UUID, ...] = Field(
        default=(), max_length=MOST, description="The agency's goals of the year, in their order."
    )
    left_out: tuple[LeftOutDraft, ...] = Field(
        default=(), max_length=MOST, description="What was not chosen, and why."
    )


class Amending(Closed):
    """A change of a strategy that is published. Its pillars and goals are said as they stand."""

    what: Text = Field(description="What changes; everybody reads it.")
    why: Text = Field(description="Why; everybody reads it.")
    proof_read: ProofRead = ()
    objectives: tuple[UUID, ...] | None = Field(
        default=None, max_length=MOST, description="All goals from now on; absent: those as before."
    )
    left_out: tuple[LeftOutDraft, ...] | None = Field(
        default=None, max_length=MOST, description="All from now on; absent: that as before."
    )


def expect_year_ahead(cycle: CycleChanged) -> None:
    """A strategy is of a year that has not closed. Raises Problem `not-a-year`, `cycle-closed`."""
    if cycle.cycle_kind != YEAR:
        raise Problem("not-a-year", cycle=str(cycle.id))
    if cycle.state == "closed":
        raise Problem("cycle-closed", cycle=str(cycle.id))


def choose(
    cycle: UUID,
    wanted: Sequence[UUID],
    objectives: Iterable[ObjectiveChanged],
    pillars: Iterable[PillarChanged],
) -> Chosen:
    """What a strategy says of `pillars`, and of those goals that are wanted.

    Raises Problem `unknown-objective`, `goal-not-of-the-agency`.
    """
    known = {it.id: it for it in objectives}
    for objective in wanted:
        if objective not in known:
            raise Problem("unknown-objective", objective=str(objective))
        if (known[objective].owner_unit, known[objective].cycle) != (ROOT, cycle):
            raise Problem("goal-not-of-the-agency", objective=str(objective))
    return {
        "pillars": tuple(_pillar(it) for it in sorted(pillars, key=lambda it: (it.order, it.id))),
        "goals": tuple(_goal(known[it]) for it in dict.fromkeys(wanted)),
    }


def expect_agreed(objectives: Iterable[ObjectiveChanged]) -> None:
    """Nothing is published that was not agreed on. Raises Problem `goal-not-agreed`."""
    for objective in objectives:
        if not objective.was_agreed:
            raise Problem("goal-not-agreed", objective=str(objective.id))


def draft(strategy: UUID, said: StrategyDetails, chosen: Chosen, change: str) -> StrategyChanged:
    """A new strategy, which nobody but those who write it reads.

    Raises Problem as `marks` does.
    """
    return StrategyChanged(
        id=strategy,
        version=1,
        change=change,
        cycle=said.cycle,
        state="draft",
        left_out=_left_out((), said.left_out),
        **chosen,
    )


def redraft(
    strategy: StrategyChanged, said: StrategyDetails, chosen: Chosen, change: str
) -> StrategyChanged:
    """The draft as it is said now. Raises Problem `strategy-published`, and as `marks` does."""
    expect_draft(strategy)
    left_out = _left_out(strategy.left_out, said.left_out)
    return _next(strategy, change, cycle=said.cycle, left_out=left_out, **chosen)


def publish(strategy: StrategyChanged, chosen: Chosen, now: datetime) -> StrategyChanged:
    """The strategy, for everybody. Raises Problem `strategy-published`."""
    expect_draft(strategy)
    return _next(strategy, "published", state="published", published_at=now, **chosen)


def amend(
    strategy: StrategyChanged, said: Amending, chosen: Chosen, now: datetime
) -> StrategyChanged:
    """The published strategy as it is from now on, with what changed and why.

    Raises Problem `strategy-not-published`, and as `marks` does.
    """
    expect_published(strategy)
    marked = marks({}, (), texts_of(said, TEXTS), said.proof_read)
    made = Amendment(at=now, what=said.what, why=said.why, translations=marked)
    before = strategy.left_out
    return _next(
        strategy,
        "amended",
        amendments=(*strategy.amendments, made),
        left_out=before if said.left_out is None else _left_out(before, said.left_out),
        **chosen,
    )


def expect_draft(strategy: StrategyChanged) -> None:
    """Raises Problem `strategy-published`."""
    if strategy.state != "draft":
        raise Problem("strategy-published", strategy=str(strategy.id))


def expect_published(strategy: StrategyChanged) -> None:
    """Raises Problem `strategy-not-published`."""
    if strategy.state != "published":
        raise Problem("strategy-not-published", strategy=str(strategy.id))


def _left_out(before: Iterable[LeftOut], said: Iterable[LeftOutDraft]) -> tuple[LeftOut, ...]:
    """What is left out from now on; what was there before keeps the marks of its languages."""
    known = [(texts_of(it, TEXTS), it.translations) for it in before]
    return tuple(
        LeftOut(
            what=it.what,
            why=it.why,
            translations=marks_in_list(known, texts_of(it, TEXTS), it.proof_read),
        )
        for it in said
    )


def _next(strategy: StrategyChanged, change: str, **facts: object) -> StrategyChanged:
    return strategy.model_copy(update={"version": strategy.version + 1, "change": change, **facts})


def _pillar(pillar: PillarChanged) -> StrategyPillar:
    return StrategyPillar(
        id=pillar.id,
        name=pillar.name,
        promise=pillar.promise,
        translations=pillar.translations,
    )


def _goal(objective: ObjectiveChanged) -> YearlyGoal:
    return YearlyGoal(
        objective=objective.id,
        title=objective.title,
        benefit=objective.benefit,
        from_what=objective.from_what,
        to_what=objective.to_what,
        serves=objective.serves,
        translations=objective.translations,
        measures=tuple(_measure(it) for it in objective.key_results if it.state == "open"),
    )


def _measure(goal: KeyResult) -> Measure:
    now = goal.current
    return Measure(
        key_result=goal.id,
        title=goal.title,
        kind=goal.kind,
        unit=goal.unit,
        direction=goal.direction,
        baseline=now.baseline,
        target=now.target,
        low=now.low,
        high=now.high,
        commit=now.commit,
        stretch=now.stretch,
        milestones=tuple(it.title for it in now.milestones or ()),
        translations=goal.translations,
    )
