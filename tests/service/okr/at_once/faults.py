"""Faults that have to be found: locks and guards that are left out of okr's statements."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.service.okr.at_once import draws, office_draws
from tests.service.okr.at_once.desk import Brought, Desk
from tests.service.okr.at_once.drawing import Draw
from tests.service.okr.at_once.pairs import Pair
from tests.service.okr.at_once.turns import Stepped
from tests.service.okr.at_once.work import Command
from tests.service.okr.conftest import text


@dataclass(frozen=True)
class Fault:
    """What is said in place of a pattern in statements, and two commands that meet with it.

    A walk that draws the commands of `drawn` comes upon it within a few steps.
    """

    instead: Mapping[str, str]
    pair: Brought
    drawn: tuple[Draw, ...] = ()

    def sessions(self) -> type[Stepped]:
        """Connections that have it."""
        found = {re.compile(pattern, re.DOTALL): said for pattern, said in self.instead.items()}

        class Faulty(Stepped):
            def worded(self, query: str) -> str:
                for pattern, said in found.items():
                    query = pattern.sub(said, query)
                return query

        return Faulty


async def _two_revise(desk: Desk) -> Pair:
    goal = await desk.proposed()
    return desk.revised(goal, "Jono lyhenee"), desk.revised(goal, "Ilman jonoa")


async def _one_supports_and_one_agrees(desk: Desk) -> Pair:
    at = {"id": str((await desk.proposed()).id)}
    agree = Command("agree_objective", "torchbearer", at, {"how": "by-support"}, 1)
    return Command("support_objective", "m2", at, None, 1), agree


async def _each_replaces_the_other(desk: Desk) -> Pair:
    deputy, torchbearer = [
        await desk.stands(by, role) for by, role in (("m1", "deputy"), ("m2", "torchbearer"))
    ]
    return desk.confirmed(deputy, "torchbearer"), desk.confirmed(torchbearer, "deputy")


async def _two_comment(desk: Desk) -> Pair:
    at = {"id": str((await desk.proposed()).id)}
    one, other = ({"kind": "comment", "text": said} for said in ("Miksi?", "Näin on hyvä."))
    return Command("make_remark", "m1", at, one), Command("make_remark", "m2", at, other)


async def _each_links_to_the_other(desk: Desk) -> Pair:
    one, other = await desk.proposed(), await desk.proposed()
    return await desk.linked(one, other), await desk.linked(other, one)


async def _two_close_a_cycle(desk: Desk) -> Pair:
    cycle = await desk.cycle()
    at, version = {"cycle": cycle["id"]}, cycle["version"]
    one, other = (Command("close_cycle", by, at, None, version) for by in ("strategy", "admin"))
    return one, other


async def _two_plan_a_year(desk: Desk) -> Pair:
    said = {"year": await desk.next_year()}
    return Command("plan_year", "strategy", body=said), Command("plan_year", "admin", body=said)


async def _one_decides_and_one_closes(desk: Desk) -> Pair:
    cycle = (await desk.cycle())["id"]
    goal = await desk.agreed(cycle)
    at = {"team": desk.cast.lumme, "cycle": cycle}
    await desk.stage.done(Command("move_team_cycle", "admin", at, {"place": "retro"}))
    drop = [{"key_result": str(it.id), "decision": "drop"} for it in goal.key_results]
    decide = Command("decide_cut_over", "torchbearer", at, {"decisions": drop}, 1)
    return decide, Command("move_team_cycle", "admin", at, {"place": "closed"}, 1)


async def _two_amend_a_strategy(desk: Desk) -> Pair:
    strategy = await desk.published()
    one, other = (
        desk.of_strategy("amend_strategy", strategy, {"what": text(what), "why": text("Siksi.")})
        for what in ("Tavoite muuttuu", "Yksi lisää")
    )
    return one, other


async def _two_put_values_of_a_goal(desk: Desk) -> Pair:
    goal = await desk.named(await desk.agreed(), "machine.desk")
    one, other = (
        Command(
            "put_machine_values",
            "machine.desk",
            body={"values": [{"key_result": str(it.id), "date": "2026-01-10", "value": 7}]},
        )
        for it in goal.key_results
    )
    return one, other


FAULTS: Mapping[str, Fault] = {
    "a goal that is changed is neither held nor guarded": Fault(
        {
            r"(FROM objectives WHERE id = \$1) FOR NO KEY UPDATE": r"\1",
            r"(UPDATE objectives .*) AND version = \$4": r"\1 AND $4::integer IS NOT NULL",
        },
        _two_revise,
        (draws.revise, draws.invite, draws.add_key_result),
    ),
    "a goal that is supported may be agreed on meanwhile": Fault(
        {r"(FROM objectives WHERE id = \$1) FOR SHARE": r"\1"},
        _one_supports_and_one_agrees,
        (draws.support, draws.agree, draws.propose),
    ),
    "who leads a team no more goes on leading it": Fault(
        {r"(FROM teams WHERE id = \$1) FOR NO KEY UPDATE": r"\1"}, _each_replaces_the_other
    ),
    "no topic is told": Fault(
        {r"(INTO outbox .*place);": r"\1 LIMIT 0;"}, _two_comment, (draws.comment,)
    ),
    "goals are linked while others are": Fault(
        {r"pg_advisory_xact_lock\(hashtext\('okr-links'\)\)": "1"}, _each_links_to_the_other
    ),
    "a cycle that is moved is neither held nor guarded": Fault(
        {
            r"(FROM cycles WHERE id = \$1) FOR NO KEY UPDATE": r"\1",
            r"(UPDATE cycles .*) AND version = \$4": r"\1 AND $4::integer IS NOT NULL",
        },
        _two_close_a_cycle,
        (office_draws.create_cycle, office_draws.open_cycle, office_draws.close_cycle),
    ),
    "two plan a year and neither sees the other": Fault(
        {r"pg_advisory_xact_lock\(hashtext\('okr-years'\)\)": "1"}, _two_plan_a_year
    ),
    "a team closes its cycle while it decides how goals go on": Fault(
        {r"FOR SHARE OF held;": ";"}, _one_decides_and_one_closes
    ),
    "a strategy that is amended is neither held nor guarded": Fault(
        {
            r"(FROM strategies WHERE id = \$1) FOR NO KEY UPDATE": r"\1",
            r"(UPDATE strategies .*) AND version = \$4": r"\1 AND $4::integer IS NOT NULL",
        },
        _two_amend_a_strategy,
        (
            office_draws.plan_year,
            office_draws.create_strategy,
            office_draws.publish_strategy,
            office_draws.amend_strategy,
        ),
    ),
    "many values are put while nobody holds their goals": Fault(
        {r"(FROM objectives WHERE id = ANY\(\$1::uuid\[\]\) ORDER BY id) FOR NO KEY UPDATE": r"\1"},
        _two_put_values_of_a_goal,
    ),
}
