"""Looks up what hints need to know around a goal, and reads their texts."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from uuid import UUID

import orjson
import yaml

from chassis import sql
from chassis.db import Tx
from chassis.problem_texts import InThree
from contracts.okr import ObjectiveChanged
from contracts.words import Text
from services.okr.hints.domain import HINTS, HintCode, Seen, as_put

MOST_CANDIDATES = 200

_queries = sql.load(__file__)


async def look(tx: Tx, goal: ObjectiveChanged, *, beyond: bool) -> Seen:
    """A goal and what is around it; other teams' goals where it is to look `beyond` its team."""
    row = await _queries.surroundings(
        tx.conn, objective=goal.id, team=goal.responsible_team, cycle=goal.cycle
    )
    said: dict[str, int] = orjson.loads(row["confidences"] or "{}")
    return Seen(
        goal=as_put(goal),
        goals_of_team=row["goals"],
        confidences={UUID(it): confidence for it, confidence in said.items()},
        others=await _others(tx, goal.id) if beyond else {},
    )


async def _others(tx: Tx, goal: UUID) -> dict[UUID, Text]:
    rows = _queries.goals_like(tx.conn, objective=goal, size=MOST_CANDIDATES)
    return {row["id"]: Text.stored(row["title"]) async for row in rows}


@cache
def texts() -> Mapping[HintCode, InThree]:
    """What each hint says. Raises ValueError when one is missing, or is no hint's."""
    said = yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text("utf-8"))
    if set(said) != set(HINTS):
        raise ValueError(f"texts of other hints than there are: {set(said) ^ set(HINTS)}")
    return {code: InThree.model_validate(said[code]) for code in HINTS}
