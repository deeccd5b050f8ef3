"""A team's board: its goals in a cycle, how they stand, what was said last, what it learned."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from fastapi import Query
from pydantic import Field

from chassis import sql
from chassis.caller import Caller
from chassis.db import Tx
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.problem import Problem
from chassis.routing import Router
from contracts import pace
from contracts.envelope import Closed
from contracts.words import Text
from services.reporting.access import PARTS
from services.reporting.answers import goals
from services.reporting.answers.asked import (
    Asked,
    AskedNow,
    Helped,
    InCycle,
    Named,
    Titled,
    from_json,
    in_cycle,
    known_text,
    text,
)
from services.reporting.answers.goals import Goal, KeyResult

TREND = 13
"""Values in a trend: a quarter of a year by weekly check-ins."""
LEARNINGS = 10
NUMBERS = ("baseline", "target", "low", "high", "commit", "stretch")

_queries = sql.load(__file__, "board.sql")
router = Router(tags=["boards"])


Words: TypeAlias = Literal["shown", "not-yours", "replica-too-old"]


class Point(Closed):
    """A value that counted, and its day."""

    date: date
    value: float


class BoardMilestone(Closed):
    """A step that is done or not done."""

    id: str = Field(description="Its own within the key result.")
    title: Text
    weight: float
    done: bool | None = Field(description="Null while nobody has said anything.")


class BoardKeyResult(Closed):
    """A key result as it stands; numbers are in its unit unless said otherwise."""

    id: UUID
    title: Text
    kind: str = Field(description="Open code: increase, decrease, maintain, milestones …")
    unit: str | None
    team: UUID | None = Field(description="The one team that checks in; null: every team.")
    baseline: float | None = Field(
        description="Null where the kind has none; of increase and decrease: to be measured."
    )
    target: float | None
    low: float | None = Field(description="Maintain: lower edge of the corridor.")
    high: float | None = Field(description="Maintain: upper edge of the corridor.")
    commit: float | None = Field(description="Zones: what is promised.")
    stretch: float | None = Field(description="Zones: what would be excellent.")
    milestones: tuple[BoardMilestone, ...] | None = Field(
        description="Milestones: all of them; null for other kinds."
    )
    value: float | None = Field(
        description="The current one, of milestones the weight done; null when none counts."
    )
    effective_date: date | None = Field(description="The day that the value is of.")
    progress: float | None = Field(
        description="0–1; null when no value counts, and while the baseline is to be measured."
    )
    unclamped: float | None = Field(description="Progress before it is held to 0–1.")
    expected: float = Field(
        description="Progress that is expected by now, 0–1: by its phases, else the share of the "
        "cycle that has passed."
    )
    confidence: int | None = Field(description="0–10, the latest one that was said.")
    band: pace.Band | None = Field(description="What the confidence says.")
    status: pace.Status
    trend: tuple[Point, ...] = Field(description="The last values that counted, oldest first.")


class BoardEntry(Closed):
    """What was said about a key result; `words` only for those who may read them."""

    key_result: UUID
    value: float
    done: tuple[str, ...] | None = Field(description="Milestones: all that are done; else null.")
    confidence: int | None
    words: str | None


class LastCheckIn(Closed):
    """The last check-in of an objective, counted or not."""

    id: UUID
    date: date
    team: Named
    number: int = Field(description="Counts the objective's check-ins from 1.")
    entries: tuple[BoardEntry, ...]
    help_wanted: str | None
    words: Words = Field(
        description="Whether words are shown, or why not: they are for the team, its supervisor "
        "and the heads above, and only while memberships were confirmed in the last 15 minutes."
    )


class BoardObjective(Closed):
    """An objective that the team is responsible for or contributes to."""

    id: UUID
    title: Text
    benefit: Text | None = Field(description="The benefit to the customer.")
    owner: Named = Field(description="The unit or team that owns it.")
    responsible_team: Named
    contributing_teams: tuple[Named, ...]
    part: Literal["responsible", "contributing"] = Field(description="The team's part in it.")
    state: str = Field(description="Open code: proposed, agreed, closed.")
    rhythm: str = Field(description="Open code: weekly, monthly.")
    progress: float | None = Field(description="0–1; null when no key result has progress.")
    coverage: float = Field(description="Share of weight that has progress, 0–1.")
    status: pace.Status = Field(description="That of its weakest key result.")
    stale: bool
    due_next: datetime | None = Field(description="The next check-in that is due in the cycle.")
    contributes_to: tuple[Titled, ...]
    contributes_to_key_results: tuple[Helped, ...] = Field(
        description="Key results of those objectives that it helps above all."
    )
    serves: tuple[Named, ...] = Field(description="The pillars that it serves.")
    key_results: tuple[BoardKeyResult, ...]
    last_check_in: LastCheckIn | None


class BoardLearning(Closed):
    """Something that the team learned."""

    id: UUID
    text: Text
    shareable: bool
    cycle: UUID
    objective: UUID
    result: str = Field(description="Open code: reached, partly, not.")


class Board(Freshness):
    """A team's goals in a cycle."""

    team: Named
    cycle: InCycle | None = Field(description="Null while there is no cycle at all.")
    place: str | None = Field(
        description="The team's place in it: setting, running, retro, closed."
    )
    objectives: tuple[BoardObjective, ...]
    learnings: tuple[BoardLearning, ...] = Field(description="The newest first.")
    own_learnings: Words = Field(description="Whether those that are not shareable are shown.")


@router.get("/teams/{id}/board", operation_id="get_board")
async def get_board(
    id: UUID,
    door: Read,
    asked: AskedNow,
    cycle: Annotated[UUID | None, Query(description="The cycle to look at.")] = None,
) -> Board:
    """A team's board; by default in the newest cycle in which its place is running."""
    async with door.read() as tx:
        team, frame = await team_and_cycle(tx, id, cycle)
        freshness = await asked.freshness(tx)
        words = _Words(door.caller, freshness.fresh_enough_for_words(asked.now))
        return Board(
            **freshness.model_dump(),
            team=Named(id=id, name=known_text(team["name"])),
            cycle=in_cycle(frame, asked) if frame else None,
            place=frame["place"] if frame else None,
            objectives=await _objectives(tx, id, frame, asked, words) if frame else (),
            learnings=await _learnings(tx, id, words),
            own_learnings=await words.of(tx, id),
        )


class _Words:
    """Who of those who ask may read words; each team is judged once."""

    def __init__(self, caller: Caller, confirmed: bool) -> None:
        self._caller = caller
        self._confirmed = confirmed
        self._judged: dict[UUID, bool] = {}

    async def of(self, tx: Tx, team: UUID) -> Words:
        """Whether the words of a team are shown."""
        if team not in self._judged:
            self._judged[team] = await PARTS.may(tx, self._caller, "read_words", teams=[team])
        if not self._judged[team]:
            return "not-yours"
        return "shown" if self._confirmed else "replica-too-old"


async def team_and_cycle(tx: Tx, team: UUID, cycle: UUID | None) -> tuple[Any, Any]:
    """The rows of a team, and of the cycle with its place there; None while there is no cycle.

    Without a cycle it is the newest one in which the team's place is running. Raises Problem
    `not-found`.
    """
    found = await _queries.board_team(tx.conn, team=team)
    if found is None:
        raise Problem("not-found", kind="teams", id=str(team))
    frame = await _queries.board_cycle(tx.conn, team=team, cycle=cycle)
    if frame is None and cycle is not None:
        raise Problem("not-found", kind="cycles", id=str(cycle))
    return found, frame


async def _objectives(
    tx: Tx, team: UUID, frame: Any, asked: Asked, words: _Words
) -> tuple[BoardObjective, ...]:
    loaded = await goals.load(tx, frame, asked, team)
    titles = await goals.titles(tx, loaded)
    helped = await goals.helped(tx, (goal.row for goal in loaded))
    pillars = await goals.pillars(tx, loaded)
    names = await _names(tx, loaded)
    trends = await _trends(tx, loaded)
    said = await _last_check_ins(tx, loaded, words)
    own_first = sorted(loaded, key=lambda goal: goal.row["responsible_team"] != team)
    return tuple(
        BoardObjective(
            id=goal.id,
            title=goal.title,
            benefit=text(goal.row["benefit"]),
            owner=goal.named_owner,
            responsible_team=goal.responsible,
            contributing_teams=tuple(names[one] for one in goal.row["contributing_teams"]),
            part="responsible" if goal.row["responsible_team"] == team else "contributing",
            state=goal.row["state"],
            rhythm=goal.row["rhythm"],
            progress=goal.row["progress"],
            coverage=goal.row["coverage"],
            status=goal.standing.status,
            stale=goal.standing.stale,
            due_next=goal.standing.due_next,
            contributes_to=tuple(titles[one] for one in goal.row["contributes_to"]),
            contributes_to_key_results=tuple(
                helped[one] for one in goal.row["contributes_to_key_results"]
            ),
            serves=tuple(pillars[one] for one in goal.row["serves"]),
            key_results=tuple(_key_result(one, trends) for one in goal.key_results),
            last_check_in=said.get(goal.id),
        )
        for goal in own_first
    )


def _key_result(goal: KeyResult, trends: dict[UUID, list[Point]]) -> BoardKeyResult:
    row = goal.row
    current = from_json(row["definitions"])[-1]
    confidence = row["confidence"]
    return BoardKeyResult(
        id=goal.id,
        title=known_text(row["title"]),
        **{name: row[name] for name in ("kind", "unit", "team", "value", "effective_date")},
        **{name: current.get(name) for name in NUMBERS},
        milestones=_milestones(current, row["done"]),
        progress=row["progress"],
        unclamped=row["unclamped"],
        expected=goal.expected,
        confidence=confidence,
        band=None if confidence is None else pace.band(confidence),
        status=goal.status,
        trend=tuple(trends.get(goal.id, ())),
    )


def _milestones(current: Any, done: list[str] | None) -> tuple[BoardMilestone, ...] | None:
    if current.get("milestones") is None:
        return None
    return tuple(
        BoardMilestone(
            id=one["id"],
            title=Text.model_validate(one["title"], extra="ignore"),
            weight=one["weight"],
            done=None if done is None else one["id"] in done,
        )
        for one in current["milestones"]
    )


async def _names(tx: Tx, loaded: Sequence[Goal]) -> dict[UUID, Named]:
    wanted = {team for goal in loaded for team in goal.row["contributing_teams"]}
    names = {team: Named(id=team, name=None) for team in wanted}
    async for row in _queries.board_team_names(tx.conn, teams=list(wanted)):
        names[row["id"]] = Named(id=row["id"], name=known_text(row["name"]))
    return names


async def _trends(tx: Tx, loaded: Sequence[Goal]) -> dict[UUID, list[Point]]:
    wanted = [one.id for goal in loaded for one in goal.key_results]
    trends: dict[UUID, list[Point]] = {}
    async for row in _queries.board_trends(tx.conn, key_results=wanted, length=TREND):
        point = Point(date=row["effective_date"], value=row["value"])
        trends.setdefault(row["key_result"], []).append(point)
    return trends


async def _last_check_ins(tx: Tx, loaded: Sequence[Goal], words: _Words) -> dict[UUID, LastCheckIn]:
    found = _queries.board_check_ins(tx.conn, objectives=[goal.id for goal in loaded])
    rows = [row async for row in found]
    return {row["objective"]: _check_in(row, await words.of(tx, row["team"])) for row in rows}


def _check_in(row: Any, words: Words) -> LastCheckIn:
    shown = words == "shown"
    entries = tuple(
        BoardEntry(
            key_result=entry["key_result"],
            value=entry["value"],
            done=entry.get("done"),
            confidence=entry.get("confidence"),
            words=entry.get("words") if shown else None,
        )
        for entry in from_json(row["entries"])
    )
    return LastCheckIn(
        id=row["id"],
        date=row["effective_date"],
        team=Named(id=row["team"], name=text(row["team_name"])),
        number=row["number"],
        entries=entries,
        help_wanted=row["help_wanted"] if shown else None,
        words=words,
    )


async def _learnings(tx: Tx, team: UUID, words: _Words) -> tuple[BoardLearning, ...]:
    outsider = await words.of(tx, team) != "shown"
    found = _queries.board_learnings(tx.conn, team=team, shareable_only=outsider, length=LEARNINGS)
    return tuple(
        [
            BoardLearning(
                text=known_text(row["text"]),
                **{name: row[name] for name in ("id", "shareable", "cycle", "objective", "result")},
            )
            async for row in found
        ]
    )
