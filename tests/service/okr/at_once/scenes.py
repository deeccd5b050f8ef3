"""Pairs of commands of which one moves what the other's goals lie in, serve, or are told of."""

from collections.abc import Mapping

from services.okr.organisation.domain import ROOT
from tests.service.okr.at_once.desk import Brought, Desk
from tests.service.okr.at_once.drawing import draft
from tests.service.okr.at_once.pairs import Pair
from tests.service.okr.at_once.work import Command, Json
from tests.service.okr.conftest import text


def _closes(cycle: Json) -> Command:
    return Command("close_cycle", "strategy", {"cycle": cycle["id"]}, None, cycle["version"])


async def _proposed_where_it_closes(desk: Desk) -> Pair:
    cycle = await desk.cycle()
    said = draft(None, desk.cast, cycle["id"])
    return Command("propose_objective", "m1", body=said), _closes(cycle)


async def _agreed_where_it_closes(desk: Desk) -> Pair:
    cycle = await desk.cycle()
    goal = await desk.proposed(cycle["id"])
    at, said = {"id": str(goal.id)}, {"how": "by-support"}
    return Command("agree_objective", "torchbearer", at, said, goal.version), _closes(cycle)


async def _entered_while_it_closes(desk: Desk) -> Pair:
    cycle = await desk.cycle()
    at = {"team": desk.cast.lumme, "cycle": cycle["id"]}
    return Command("move_team_cycle", "torchbearer", at, {"place": "setting"}), _closes(cycle)


async def _moved_to_what_closes(desk: Desk) -> Pair:
    cycle, goal = await desk.cycle(), await desk.agreed()
    at = {"team": desk.cast.lumme, "cycle": cycle["id"]}
    await desk.stage.done(Command("move_team_cycle", "torchbearer", at, {"place": "setting"}))
    said = {"cycle": cycle["id"]}
    move = Command("move_objective", "torchbearer", {"id": str(goal.id)}, said, goal.version)
    return move, _closes(cycle)


async def _goes_on_with_what_is_retired(desk: Desk) -> Pair:
    cycle, goal, pillar = await desk.cycle(), await desk.agreed(), await _pillar(desk)
    serve = await desk.stage.done(_serves(str(goal.id), goal.version, pillar))
    at = {"team": desk.cast.lumme, "cycle": cycle["id"]}
    await desk.stage.done(Command("move_team_cycle", "torchbearer", at, {"place": "setting"}))
    keep = [{"key_result": it["id"], "decision": "keep"} for it in serve["key_results"]]
    at, said = {"team": desk.cast.lumme, "cycle": str(goal.cycle)}, {"to": cycle["id"]}
    decide = Command("decide_cut_over", "torchbearer", at, {**said, "decisions": keep}, 2)
    return decide, _retires(pillar)


async def _pillar(desk: Desk) -> Json:
    said = {"name": text("Asiakas ensin"), "promise": text("Saat päätöksen."), "order": 1}
    return await desk.stage.done(Command("create_pillar", "strategy", body=said))


def _retires(pillar: Json) -> Command:
    at = {"pillar": pillar["id"]}
    return Command("retire_pillar", "strategy", at, None, pillar["version"])


def _serves(goal: str, version: int, pillar: Json) -> Command:
    said = {"contributes_to": [], "serves": [pillar["id"]]}
    return Command("link_objective", "strategy", {"id": goal}, said, version)


async def _serves_what_is_retired(desk: Desk) -> Pair:
    goal, pillar = await desk.proposed(), await _pillar(desk)
    return _serves(str(goal.id), goal.version, pillar), _retires(pillar)


async def _drafted(desk: Desk) -> tuple[Json, Json, Json]:
    """A year, a goal of the agency for it, and a strategy with that."""
    plan = Command("plan_year", "strategy", body={"year": await desk.next_year()})
    year = (await desk.stage.done(plan))["cycles"][0]
    said = draft(None, desk.cast, year["id"]) | {"owner_unit": str(ROOT), "owner_team": None}
    goal = await desk.stage.done(Command("propose_objective", "strategy", body=said))
    said = {"cycle": year["id"], "objectives": [goal["id"]]}
    return year, goal, await desk.stage.done(Command("create_strategy", "strategy", body=said))


async def _published_while_its_goal_is_agreed(desk: Desk) -> Pair:
    _, goal, strategy = await _drafted(desk)
    at, said = {"id": goal["id"]}, {"how": "in-meeting", "present": 3}
    agree = Command("agree_objective", "strategy", at, said, goal["version"])
    return desk.of_strategy("publish_strategy", strategy), agree


async def _said_anew_while_its_goal_is(desk: Desk) -> Pair:
    year, goal, strategy = await _drafted(desk)
    said = draft(None, desk.cast, year["id"]) | {"owner_unit": str(ROOT), "owner_team": None}
    at, said = {"id": goal["id"]}, {**said, "title": text("Jono lyhenee")}
    revise = Command("revise_objective", "strategy", at, said, goal["version"])
    said = {"cycle": year["id"], "objectives": [goal["id"]]}
    return desk.of_strategy("change_strategy", strategy, said), revise


async def _two_begin_the_strategy_of_a_year(desk: Desk) -> Pair:
    plan = Command("plan_year", "strategy", body={"year": await desk.next_year()})
    said = {"cycle": (await desk.stage.done(plan))["cycles"][0]["id"]}
    one, other = (Command("create_strategy", by, body=said) for by in ("strategy", "admin"))
    return one, other


async def _values_of_what_ends(desk: Desk) -> Pair:
    cycle = (await desk.cycle())["id"]
    goal = await desk.named(await desk.agreed(cycle), "machine.desk")
    at = {"team": desk.cast.lumme, "cycle": cycle}
    await desk.stage.done(Command("move_team_cycle", "admin", at, {"place": "retro"}))
    drop = [{"key_result": str(it.id), "decision": "drop"} for it in goal.key_results]
    await desk.stage.done(Command("decide_cut_over", "torchbearer", at, {"decisions": drop}, 1))
    values = [{"key_result": it["key_result"], "date": "2026-01-10", "value": 7} for it in drop]
    put = Command("put_machine_values", "machine.desk", body={"values": values})
    return put, Command("move_team_cycle", "torchbearer", at, {"place": "closed"}, 1)


SCENES: Mapping[str, Brought] = {
    "a goal is proposed where its cycle closes": _proposed_where_it_closes,
    "a goal is agreed on where its cycle closes": _agreed_where_it_closes,
    "a team enters a cycle that closes": _entered_while_it_closes,
    "a goal is moved to a cycle that closes": _moved_to_what_closes,
    "a goal goes on while the pillar that it serves is retired": _goes_on_with_what_is_retired,
    "a goal serves a pillar that is retired": _serves_what_is_retired,
    "a strategy is published while its goal is agreed on": _published_while_its_goal_is_agreed,
    "a strategy is said anew while its goal is": _said_anew_while_its_goal_is,
    "two begin the strategy of a year": _two_begin_the_strategy_of_a_year,
    "values are put while their goal ends with its cycle": _values_of_what_ends,
}
