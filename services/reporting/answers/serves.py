"""What work is good for: from the goals of a team or a person up to pillars and their promises."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from pydantic import Field

from chassis import sql
from chassis.caller import Caller
from chassis.db import Tx
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.problem import Problem
from chassis.problem_texts import language_of
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.words import Language
from services.reporting.access import PARTS, TEAM_ROLES
from services.reporting.answers import goals
from services.reporting.answers.asked import Asked, AskedNow, Helped, Named, known_text, text

MOST_STEPS = 20
"""From a goal upwards: there are no loops, and nobody can picture so long a line."""
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
OF = f"^(me|(teams|people|objectives)/{_UUID})$"

_queries = sql.load(__file__, "serves.sql")
router = Router(tags=["serves"])


class Said(Closed):
    """A text in one language."""

    text: str = Field(description="The words.")
    language: Language = Field(
        description="The caller's where somebody has proof-read it, else that of the source."
    )


class Step(Closed):
    """An objective on the way from a goal to a pillar."""

    id: UUID
    title: Said
    benefit: Said | None = Field(description="To the customer; null when not said.")
    from_what: Said | None = Field(description="How it was when it was set; null when not said.")
    to_what: Said | None = Field(description="How it is to be; null when not said.")
    state: str = Field(description="Open code: proposed, agreed, closed.")
    yearly: bool = Field(description="Whether it is a goal of the agency for a year.")
    cycle: Named
    owner: Named
    responsible: Named
    contributes_to: tuple[UUID, ...] = Field(
        description="Objectives above; one that is not among `above` has not arrived yet."
    )
    contributes_to_key_results: tuple[Helped, ...] = Field(
        description="Key results of those objectives that it helps above all."
    )
    serves: tuple[UUID, ...] = Field(description="Pillars that it serves itself.")


class Served(Step):
    """A goal that was asked for, and what it leads to over any number of objectives."""

    yearly_goals: tuple[UUID, ...] = Field(
        description="Goals of the agency for a year that it leads to, itself where it is one."
    )
    pillars: tuple[UUID, ...] = Field(description="Pillars that it leads to.")
    serves_nothing: bool = Field(description="It leads to no goal of a year and to no pillar.")


class ServedPillar(Closed):
    """A pillar of the strategy, and what it promises."""

    id: UUID
    name: Said
    promise: Said = Field(description="What the customer is promised.")
    state: str = Field(description="Open code: current, retired.")


class Serves(Freshness):
    """What goals are good for; the objectives and pillars that they lead to are there once."""

    of: str = Field(description="What was asked for.")
    goals: tuple[Served, ...] = Field(description="Those of the newest cycle first.")
    above: tuple[Step, ...] = Field(description="What they contribute to, and that again, by id.")
    pillars: tuple[ServedPillar, ...] = Field(description="By their place.")


@router.get("/serves", operation_id="get_serves")
async def get_serves(
    door: Read,
    asked: AskedNow,
    of: Annotated[
        str,
        Query(
            pattern=OF,
            description="`me`, `teams/<id>`, `people/<id>` or `objectives/<id>`. A person's goals "
            "are those of their teams.",
        ),
    ],
    cycle: Annotated[
        UUID | None,
        Query(description="Only goals of this cycle; else what is not closed, of open cycles."),
    ] = None,
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Serves:
    """Follow goals up to the agency's goals of the year, the pillars and their promises.

    Texts are in the caller's language where somebody has proof-read them. Of a person ask they
    themselves, those in their teams, and the heads above.
    """
    language = language_of(accept_language)
    async with door.read() as tx:
        freshness = await asked.freshness(tx)
        wanted = await _goals(tx, door.caller, of, cycle, asked)
        found = _queries.serves_steps(tx.conn, objectives=wanted, most=MOST_STEPS)
        rows = {row["id"]: row async for row in found}
        helped = await goals.helped(tx, rows.values())
        pillars = _queries.serves_pillars(tx.conn, pillars=_served(rows.values()))
        return Serves(
            **freshness.model_dump(),
            of=of,
            goals=tuple(_served_goal(one, rows, helped, language) for one in wanted if one in rows),
            above=tuple(
                Step(**_step(row, helped, language))
                for one, row in rows.items()
                if one not in wanted
            ),
            pillars=tuple([_pillar(row, language) async for row in pillars]),
        )


async def _goals(
    tx: Tx, caller: Caller, of: str, cycle: UUID | None, asked: Asked
) -> Sequence[UUID]:
    """The goals to begin from. Raises Problem `not-found`, `not-allowed`."""
    kind, _, id_ = of.partition("/")
    if kind == "objectives":
        if not await _queries.serves_objective(tx.conn, objective=UUID(id_)):
            raise Problem("not-found", kind=kind, id=id_)
        return [UUID(id_)]
    if kind == "teams":
        if not await _queries.serves_team(tx.conn, team=UUID(id_)):
            raise Problem("not-found", kind=kind, id=id_)
        teams = [UUID(id_)]
    elif kind == "people" and UUID(id_) != caller.person:
        teams = await _teams_of(tx, caller, UUID(id_), asked)
    else:
        teams = list(caller.teams(*TEAM_ROLES))
    return [row["id"] async for row in _queries.serves_goals(tx.conn, teams=teams, cycle=cycle)]


async def _teams_of(tx: Tx, caller: Caller, person: UUID, asked: Asked) -> list[UUID]:
    """The teams of somebody else; who is in none is not told from who is not there."""
    today = asked.now.astimezone(asked.zone).date()
    found = _queries.serves_teams_of(tx.conn, person=person, roles=list(TEAM_ROLES), day=today)
    teams = [row["team"] async for row in found]
    await PARTS.require(tx, caller, "see_teams_of_person", teams=teams)
    return teams


def _served(rows: Iterable[Any]) -> list[UUID]:
    return list(dict.fromkeys(pillar for row in rows for pillar in row["serves"]))


def _reached(start: UUID, rows: Mapping[UUID, Any]) -> list[Any]:
    """The rows of an objective and of all that it leads to, each once."""
    found: dict[UUID, Any] = {}
    ahead = [start]
    while ahead:
        one = ahead.pop()
        if one in rows and one not in found:
            found[one] = rows[one]
            ahead += rows[one]["contributes_to"]
    return list(found.values())


def _served_goal(
    goal: UUID, rows: Mapping[UUID, Any], helped: Mapping[UUID, Helped], language: Language
) -> Served:
    reached = _reached(goal, rows)
    yearly = tuple(row["id"] for row in reached if row["yearly"])
    pillars = tuple(_served(reached))
    return Served(
        **_step(rows[goal], helped, language),
        yearly_goals=yearly,
        pillars=pillars,
        serves_nothing=not yearly and not pillars,
    )


def _step(row: Any, helped: Mapping[UUID, Helped], language: Language) -> dict[str, Any]:
    return {
        "id": row["id"],
        "title": _known(row, "title", language),
        **{name: _said(row, name, language) for name in ("benefit", "from_what", "to_what")},
        "state": row["state"],
        "yearly": row["yearly"],
        "cycle": Named(id=row["cycle"], name=text(row["cycle_name"])),
        "owner": Named(id=row["owner"], name=text(row["owner_name"])),
        "responsible": Named(id=row["responsible_team"], name=text(row["responsible_name"])),
        "contributes_to": tuple(row["contributes_to"]),
        "contributes_to_key_results": tuple(
            helped[one] for one in row["contributes_to_key_results"]
        ),
        "serves": tuple(row["serves"]),
    }


def _pillar(row: Any, language: Language) -> ServedPillar:
    return ServedPillar(
        id=row["id"],
        name=_known(row, "name", language),
        promise=_known(row, "promise", language),
        state=row["state"],
    )


def _said(row: Any, name: str, language: Language) -> Said | None:
    return _known(row, name, language) if row[name] else None


def _known(row: Any, name: str, language: Language) -> Said:
    said = known_text(row[name])
    told = language if language in row["proof_read"] and getattr(said, language) else said.source
    return Said(text=said.in_language(told), language=told)
