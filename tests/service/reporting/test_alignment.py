"""How goals fit together: the key results that they help, and where they do not fit."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import okr
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

YEAR, PILLAR, KOIVU = (world.an_id(name) for name in ("year", "in time", "koivu"))
NEAR, FAR = world.an_id("a near goal"), world.an_id("a far goal")
SAME = "Asuminen päättää nopeasti hakemuksesta samalla viikolla"
Found = tuple[str, tuple[str, ...]]


async def of_a_year(desk: Desk, *more: Any) -> None:
    """The yearly goal is the agency's, Lumme's contributes to it, and Koivu is in Lumme's unit."""
    year = world.cycle(YEAR).model_copy(update={"cycle_kind": "year"})
    yearly = world.objective(
        world.YEARLY, version=2, owner_unit=world.ROOT, cycle=YEAR, rhythm="monthly",
        title=world.text("Raha on tilillä"),
    )  # fmt: skip
    await desk.hear(year, yearly, world.team(KOIVU, "Koivu", world.HOUSING), *more)


def goal(id_: UUID, team: UUID, title: str = SAME, **more: Any) -> okr.ObjectiveChanged:
    return world.objective(
        id_, owner_team=team, responsible_team=team, title=world.text(title), **more
    )


async def findings(desk: Desk, query: str = "", **more: Any) -> list[Found]:
    told = await desk.told(f"/findings{query}", **more)
    return [(it["code"], tuple(one["id"] for one in it["goals"])) for it in told["items"]]


def pair(code: str, *goals: UUID) -> Found:
    return code, tuple(sorted(str(it) for it in goals))


async def test_the_key_result_that_a_goal_helps_is_told_everywhere(desk: Desk) -> None:
    unknown = world.an_id("nobody's")
    linked = goal(
        FAR, world.LUMME, contributes_to=(world.WAITING_GOAL,),
        contributes_to_key_results=(world.WAITING, unknown),
    )  # fmt: skip
    await of_a_year(desk, linked)
    (known, other) = (
        {
            "id": str(world.WAITING), "objective": str(world.WAITING_GOAL),
            "title": {"source": "fi", "fi": "Yli 14 päivää odottavat", "sv": None, "en": None},
        },
        {"id": str(unknown), "objective": None, "title": None},
    )  # fmt: skip
    board = await desk.told(f"/teams/{world.LUMME}/board")
    overview = await desk.told("/overview")
    serves = await desk.told(f"/serves?of=objectives/{FAR}")
    for goals in (board["objectives"], overview["objectives"], serves["goals"]):
        told = next(it for it in goals if it["id"] == str(FAR))
        assert told["contributes_to_key_results"] == [known, other]
    (step,) = [it for it in serves["above"] if it["id"] == str(world.WAITING_GOAL)]
    assert step["contributes_to_key_results"] == []
    assert serves["goals"][0]["yearly_goals"] == [str(world.YEARLY)]


async def test_goals_that_lead_to_no_pillar_and_no_goal_of_the_year_serve_nothing(
    desk: Desk,
) -> None:
    alone = goal(NEAR, KOIVU, "Lomake on selkeä")
    over = goal(FAR, world.REVONTULI, "Chat vastaa", contributes_to=(NEAR, world.an_id("gone")))
    await of_a_year(desk, alone, over)
    assert set(await findings(desk)) == {
        ("serves-nothing", (str(NEAR),)), ("serves-nothing", (str(FAR),))
    }  # fmt: skip
    await desk.hear(alone.model_copy(update={"version": 2, "serves": (PILLAR,)}))
    assert await findings(desk) == []


async def test_only_what_a_team_has_agreed_on_and_not_closed_is_found(desk: Desk) -> None:
    states: tuple[okr.ObjectiveState, ...] = ("proposed", "closed")
    await of_a_year(
        desk,
        *(goal(world.an_id(state), KOIVU, "Lomake on selkeä", state=state) for state in states),
    )
    assert await findings(desk) == []


async def test_a_goal_of_the_year_is_served_by_an_agreed_goal_in_whatever_way(desk: Desk) -> None:
    await of_a_year(desk)
    assert await findings(desk) == []
    through = goal(NEAR, KOIVU, "Lomake on selkeä", state="closed", contributes_to=(world.YEARLY,))
    waiting = world.objective(world.WAITING_GOAL, version=2, contributes_to=(NEAR,))
    await desk.hear(through, waiting)
    assert await findings(desk) == []
    await desk.hear(waiting.model_copy(update={"version": 3, "state": "closed"}))
    unserved = ("served-by-nothing", (str(world.YEARLY),))
    assert await findings(desk) == await findings(desk, f"?cycle={YEAR}") == [unserved]
    # The cycle before lies in another year.
    assert await findings(desk, f"?cycle={world.EARLIER}") == []


@pytest.mark.parametrize(
    ("title", "alike"),
    [
        (SAME, True),
        ("Hakemuksista kertoo asuminen nopeasti", True),
        ("Asuminen lähettää hakemuksesta tekstiviestin puhelimeen kotiin", False),
        ("Hakemuksesta kerrotaan puhelimessa", False),
        ("Hakemuksesta", False),
    ],
)
async def test_teams_of_a_unit_that_say_nearly_the_same_aim_at_the_same(
    desk: Desk, title: str, *, alike: bool
) -> None:
    one = goal(NEAR, world.LUMME, serves=(PILLAR,))
    await of_a_year(desk, one, goal(FAR, KOIVU, title, serves=(PILLAR,)))
    assert await findings(desk) == ([pair("aim-at-the-same", NEAR, FAR)] if alike else [])


async def test_teams_of_different_units_are_tied_by_a_link_of_any_of_their_goals(
    desk: Desk,
) -> None:
    one, other = (
        goal(id_, team, serves=(PILLAR,)) for id_, team in ((NEAR, KOIVU), (FAR, world.REVONTULI))
    )
    await of_a_year(desk, one, other)
    assert await findings(desk) == []
    same = [pair("aim-at-the-same", NEAR, FAR)]
    third = goal(
        world.an_id("third"), world.REVONTULI, "Chat vastaa", contributes_to=(world.YEARLY,)
    )
    # Both to the same …
    fourth = goal(world.an_id("fourth"), KOIVU, "Lomake on selkeä", contributes_to=(world.YEARLY,))
    await desk.hear(third, fourth)
    assert await findings(desk) == same
    # … or one to a goal of the other's, by a key result of it or as a whole.
    await desk.hear(
        fourth.model_copy(
            update={
                "version": 2, "contributes_to": (third.id,),
                "contributes_to_key_results": (world.an_id("its"),),
            }
        )
    )  # fmt: skip
    assert await findings(desk) == same


async def test_what_helps_the_other_or_is_done_together_is_no_finding(desk: Desk) -> None:
    one = goal(NEAR, world.LUMME, serves=(PILLAR,))
    await of_a_year(desk, one, goal(FAR, KOIVU, contributes_to=(NEAR,)))
    assert await findings(desk) == []
    await desk.hear(
        goal(FAR, KOIVU, version=2, serves=(PILLAR,), contributing_teams=(world.LUMME,))
    )
    assert await findings(desk) == []


async def test_a_unit_has_what_its_own_goals_and_those_below_are_in(desk: Desk) -> None:
    lone = goal(world.an_id("lone"), world.REVONTULI, "Chat vastaa")
    await of_a_year(desk, lone, goal(NEAR, world.LUMME, serves=(PILLAR,)), goal(FAR, KOIVU))
    alone = {("serves-nothing", (str(FAR),)), pair("aim-at-the-same", NEAR, FAR)}
    phone = ("serves-nothing", (str(lone.id),))
    assert set(await findings(desk, f"?unit={world.HOUSING}")) == alone
    assert await findings(desk, f"?unit={world.PHONE}") == [phone]
    assert set(await findings(desk, f"?unit={world.ROOT}")) == alone | {phone}
    for query in (f"?unit={uuid4()}", f"?cycle={uuid4()}"):
        answer = await desk.ask(f"/findings{query}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_findings_come_by_pages(desk: Desk) -> None:
    await of_a_year(
        desk,
        goal(NEAR, world.LUMME), goal(FAR, KOIVU), goal(world.an_id("third"), KOIVU, "Chat vastaa"),
        world.objective(world.WAITING_GOAL, version=2),
    )  # fmt: skip
    whole = await desk.told("/findings")
    assert [it["code"] for it in whole["items"]] == [
        *["serves-nothing"] * 4, "served-by-nothing", "aim-at-the-same",
    ]  # fmt: skip
    items, after = [], ""
    for _ in whole["items"]:
        page = await desk.told(f"/findings?limit=1{after}")
        items += page["items"]
        after = f"&after={page['next']}"
    assert (items, page["next"], whole["next"]) == (whole["items"], None, None)
    answer = await desk.ask("/findings?after=WyI5Il0")
    assert answer.json()["code"] == "malformed-cursor"
