"""The cut-over as the API tells it: each key result, what is recommended, and what was decided."""

from uuid import UUID

from pydantic import Field

from chassis.db import Tx
from contracts.envelope import Closed
from contracts.okr import KeyResult, ObjectiveChanged, Place, TeamCycleChanged
from contracts.words import Code, Text
from services.okr.cut_over import store
from services.okr.cut_over.domain import is_to_decide, undecided
from services.okr.cycles.store import team_cycles
from services.okr.objectives.store import of_responsible_team
from services.okr.progress.domain import state_of
from services.okr.progress.store import current

FROM_A_BASELINE = ("increase", "decrease", "zones")


class CutOverKeyResult(Closed):
    """A key result of the cycle that ends, and how it goes on."""

    objective: UUID = Field(description="The objective that it belongs to.")
    title: Text = Field(description="That of the objective.")
    key_result: KeyResult = Field(description="As it stands; `cut_over` is what was decided.")
    value: float | None = Field(
        description="Its last value, in its unit; milestones: the weight done. Null without one."
    )
    done: tuple[Code, ...] | None = Field(description="Milestones: those that are done; else null.")
    progress: float | None = Field(description="0–1; null when it has none.")
    recommendation: Code | None = Field(
        description="What the team's retro would do with the objective: open code keep, modify or "
        "drop; null where none has said."
    )
    baseline: float | None = Field(
        description="What to begin from where it is modified: its last value; without one as "
        "before, null where the kind has none."
    )


class CutOverView(Closed):
    """How a team's key results go on when a cycle ends for it."""

    team: UUID = Field(description="The team.")
    cycle: UUID = Field(description="The cycle that ends.")
    place: Place = Field(description="The team's place in it; it is decided in running and retro.")
    version: int = Field(description="That of the team's place, which ETag and If-Match are of.")
    undecided: int = Field(description="How many are left to decide before it is closed.")
    proposals: tuple[UUID, ...] = Field(
        description="Ids of goals that the team has not agreed on: they stay when it closes the "
        "cycle, and can be moved to another one or taken back."
    )
    key_results: tuple[CutOverKeyResult, ...] = Field(
        description="Open ones of agreed goals that the team answers for, decided or not."
    )

    @property
    def subject_id(self) -> str:
        return f"{self.team}/{self.cycle}"

    @property
    def subject(self) -> str:
        """What `version` is of."""
        return f"{TeamCycleChanged.kind}/{self.subject_id}"


async def view(tx: Tx, team: UUID, cycle: UUID) -> CutOverView:
    """The cut-over of a team's goals in a cycle. Raises Problem `not-found`."""
    at = await team_cycles.get(tx, team, cycle)
    goals = await of_responsible_team(tx, team, cycle)
    shown = [
        (objective, goal)
        for objective in goals
        for goal in objective.key_results
        if is_to_decide(objective, goal) or goal.cut_over
    ]
    rows = await current(tx, [goal.id for _, goal in shown])
    recommended = await store.recommended(tx, team, cycle)
    return CutOverView(
        team=team,
        cycle=cycle,
        place=at.place,
        version=at.version,
        undecided=len(undecided(goals)),
        proposals=tuple(it.id for it in goals if it.state == "proposed"),
        key_results=tuple(
            _key_result(
                objective,
                goal,
                state_of(goal, rows.get(goal.id)),
                recommended.get(str(objective.id)),
            )
            for objective, goal in shown
        ),
    )


def _key_result(
    objective: ObjectiveChanged,
    goal: KeyResult,
    reached: dict[str, object],
    recommendation: str | None,
) -> CutOverKeyResult:
    last = reached["value"] if goal.kind in FROM_A_BASELINE else None
    said = {name: reached[name] for name in ("value", "done", "progress")}
    return CutOverKeyResult.model_validate(
        {
            **said,
            "objective": objective.id,
            "title": objective.title,
            "key_result": goal,
            "recommendation": recommendation,
            "baseline": goal.current.baseline if last is None else last,
        }
    )
