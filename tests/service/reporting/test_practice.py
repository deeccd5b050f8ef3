"""The practice: pillars, units, rhythm and site distance."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts import okr
from contracts.people import MembershipsChanged, Role
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

CLARITY, IN_TIME, TOGETHER = (world.an_id(name) for name in ("clarity", "in time", "together"))


def pillar(id_: UUID, order: int, state: okr.PillarState = "current") -> okr.PillarChanged:
    name, promise = world.text("Ajallaan"), world.text("Apu ehtii.")
    return okr.PillarChanged(
        id=id_, version=1, change="created", name=name, promise=promise, order=order, state=state
    )


def at(
    name: str, role: Role, site: str | None, team: UUID = world.LUMME, version: int = 2, **more: Any
) -> MembershipsChanged:
    """A person of a team and a site."""
    home = {} if role == "supervisor" else {"home_team": team}
    said = world.person(name, role, team, **more)
    return said.model_copy(update={"version": version, "site": site} | home)


def unit(practice: Any, id_: UUID) -> Any:
    return next(one for one in practice["units"] if one["id"] == str(id_))


async def test_a_pillar_is_served_by_what_contributes_to_what_serves_it(desk: Desk) -> None:
    yearly = world.objective(
        world.YEARLY, owner_unit=world.ROOT, rhythm="monthly", version=2, serves=(IN_TIME,)
    )
    other, of_other = world.an_id("other"), world.an_id("of other")
    both = world.objective(
        other, world.key_result(of_other), serves=(CLARITY, IN_TIME), contributes_to=(world.YEARLY,)
    )
    await desk.hear(
        pillar(TOGETHER, 3), pillar(IN_TIME, 2), pillar(CLARITY, 1), yearly, both,
        world.progress(of_other, 1, 1.0, objective=other),
        world.value("machine/m/1", 1, key_result=of_other, objective=other, confidence=2),
    )  # fmt: skip
    practice = await desk.told("/practice")
    clarity, in_time, together = practice["pillars"]
    assert [one["id"] for one in practice["pillars"]] == [str(CLARITY), str(IN_TIME), str(TOGETHER)]
    assert (clarity["objectives"], clarity["progress"], clarity["low_confidence"]) == (1, 1.0, 1)
    # The yearly goal, what contributes to it, and what serves both: each once.
    assert (in_time["objectives"], in_time["progress"]) == (3, (0.324 + 1.0) / 2)
    assert (in_time["lowest_confidence"], in_time["promise"]["fi"]) == (2, "Apu ehtii.")
    assert (together["objectives"], together["progress"], together["coverage"]) == (0, None, None)
    shown = await desk.told("/overview")
    named = {one["id"]: [it["name"] for it in one["serves"]] for one in shown["objectives"]}
    assert [it["fi"] for it in named[str(other)]] == ["Ajallaan", "Ajallaan"]


async def test_a_retired_pillar_is_there_while_something_serves_it(desk: Desk) -> None:
    await desk.hear(pillar(CLARITY, 1, "retired"), pillar(IN_TIME, 2, "retired"))
    assert (await desk.told("/practice"))["pillars"] == []
    goal = world.objective(world.an_id("other"), serves=(IN_TIME,))
    await desk.hear(goal)
    (shown,) = (await desk.told("/practice"))["pillars"]
    assert (shown["id"], shown["state"], shown["objectives"]) == (str(IN_TIME), "retired", 1)


async def test_a_team_is_in_rhythm_while_none_of_its_goals_is_stale(desk: Desk) -> None:
    told = unit(await desk.told("/practice"), world.HOUSING)
    # The yearly goal is Lumme's too, and nobody has said anything of it yet.
    assert (told["teams"], told["in_rhythm"], told["objectives"]) == (1, 0, 1)
    said = world.check_in("yearly", objective=world.YEARLY)
    await desk.hear(said)
    assert unit(await desk.told("/practice"), world.HOUSING)["in_rhythm"] == 1
    long_ago = world.TODAY - timedelta(days=30)
    await desk.hear(world.check_in(version=2, change="corrected", effective_date=long_ago))
    root = unit(await desk.told("/practice"), world.ROOT)
    assert (root["teams"], root["in_rhythm"], root["unit_kind"]) == (1, 0, "agency")
    assert {one["name"]["fi"] for one in (await desk.told("/practice"))["units"]} == {
        "Elantovirasto", "Asuminen", "Puhelinpalvelu",
    }  # fmt: skip


async def test_site_distance_is_of_people_and_their_supervisors(desk: Desk) -> None:
    members = [at(f"lumme.member{n}", "member", "Kuopio") for n in (1, 2, 3)]
    await desk.hear(*members, at("lumme.supervisor", "supervisor", "Lahti"))
    told = unit(await desk.told("/practice"), world.HOUSING)
    assert (told["people"], told["elsewhere"], told["site_distance"]) == (None, None, None)
    long_ago = world.TODAY - timedelta(days=2)
    others = [
        at("lumme.near", "torchbearer", "Lahti"),
        at("lumme.near too", "member", "Lahti"),
        at("lumme.nowhere", "member", None),
        at("lumme.former", "member", "Kuopio", until=long_ago),
        at("revontuli.member1", "member", "Oulu", world.REVONTULI),
    ]
    await desk.hear(*others)
    practice = await desk.told("/practice")
    for id_ in (world.HOUSING, world.ROOT):
        told = unit(practice, id_)
        assert (told["people"], told["elsewhere"], told["site_distance"]) == (5, 3, 0.6)
    # Revontuli has nobody to be far from.
    assert unit(practice, world.PHONE)["people"] is None
    second = at("lumme.second", "supervisor", "Kuopio")
    await desk.hear(second)
    assert unit(await desk.told("/practice"), world.ROOT)["elsewhere"] == 0


async def test_a_few_people_are_not_what_is_left_of_the_agency(desk: Desk) -> None:
    await desk.hear(
        *(at(f"lumme.member{n}", "member", "Kuopio") for n in range(6)),
        *(at(f"revontuli.member{n}", "member", "Oulu", world.REVONTULI) for n in range(2)),
        at("lumme.supervisor", "supervisor", "Lahti"),
        at("revontuli.supervisor", "supervisor", "Vaasa", world.REVONTULI),
    )
    practice = await desk.told("/practice")
    told = {one["id"]: (one["people"], one["site_distance"]) for one in practice["units"]}
    assert told == {
        str(world.ROOT): (8, 1.0),
        str(world.HOUSING): (None, None),
        str(world.PHONE): (None, None),
    }


async def test_a_supervisor_is_not_their_own(desk: Desk) -> None:
    people = [at(f"lumme.member{n}", "member", "Lahti") for n in range(1, 6)]
    boss = at("lumme.supervisor", "supervisor", "Lahti")
    boss = boss.model_copy(update={"home_team": world.LUMME})
    await desk.hear(*people, boss)
    told = unit(await desk.told("/practice"), world.HOUSING)
    assert (told["people"], told["elsewhere"]) == (5, 0)


async def test_there_is_no_practice_without_a_cycle(empty_desk: Desk) -> None:
    refused = await empty_desk.ask("/practice", "admin")
    assert (refused.status_code, refused.json()["code"]) == (404, "no-cycle-yet")


async def test_an_unknown_cycle_is_not_found(desk: Desk) -> None:
    refused = await desk.ask(f"/practice?cycle={world.LUMME}")
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
