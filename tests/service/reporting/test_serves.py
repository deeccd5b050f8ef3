"""What work is good for: from goals up to the year's goals, pillars and promises."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import okr
from contracts.words import Language, Translation
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

YEAR, PILLAR, OTHER = (world.an_id(name) for name in ("year", "in time", "clarity"))
MIDDLE = world.an_id("the unit's goal")
SWEDISH = {"accept-language": "sv"}


def read(*languages: Language) -> tuple[Translation, ...]:
    return tuple(Translation(language=one, state="proof-read") for one in languages)


def pillar(id_: UUID = PILLAR, order: int = 1, **more: Any) -> okr.PillarChanged:
    said = {
        "id": id_, "version": 1, "change": "created", "order": order, "state": "current",
        "name": world.text("Ajallaan", sv="I rätt tid"),
        "promise": world.text("Apu ehtii.", sv="Hjälpen hinner fram."),
    }  # fmt: skip
    return okr.PillarChanged.model_validate(said | more)


def yearly(version: int = 2, **more: Any) -> okr.ObjectiveChanged:
    """A goal of the agency in a year, from what to what."""
    said = {
        "owner_unit": world.ROOT, "cycle": YEAR, "rhythm": "monthly", "version": version,
        "title": world.text("Raha on tilillä", sv="Pengarna är på kontot"),
        "from_what": world.text("Osa odottaa."), "to_what": world.text("Kukaan ei odota."),
        "serves": (PILLAR,),
    }  # fmt: skip
    return world.objective(world.YEARLY, **(said | more))


async def of_a_year(desk: Desk, *more: Any) -> None:
    year = world.cycle(YEAR).model_copy(update={"cycle_kind": "year"})
    await desk.hear(year, pillar(), yearly(), *more)


async def serves(desk: Desk, of: str, caller: str = "lumme.member1", **more: Any) -> Any:
    return await desk.told(f"/serves?of={of}", caller, **more)


def one(told: Any, goal: UUID) -> Any:
    return next(it for it in told["goals"] if it["id"] == str(goal))


async def test_a_teams_goal_leads_to_a_goal_of_the_year_and_to_a_promise(desk: Desk) -> None:
    await of_a_year(desk)
    told = await serves(desk, f"teams/{world.LUMME}")
    goal = one(told, world.WAITING_GOAL)
    assert goal["contributes_to"] == goal["yearly_goals"] == [str(world.YEARLY)]
    assert (goal["pillars"], goal["serves"]) == ([str(PILLAR)], [])
    assert (goal["yearly"], goal["serves_nothing"]) == (False, False)
    # The yearly goal is Lumme's own too: it is a goal that was asked for, and not above another.
    up = one(told, world.YEARLY)
    assert (up["yearly"], up["yearly_goals"], up["pillars"]) == (
        True, [str(world.YEARLY)], [str(PILLAR)],
    )  # fmt: skip
    assert (up["from_what"]["text"], up["to_what"]["text"]) == ("Osa odottaa.", "Kukaan ei odota.")
    assert (up["owner"]["name"]["fi"], up["cycle"]["id"]) == ("Elantovirasto", str(YEAR))
    (promise,) = told["pillars"]
    assert promise["promise"] == {"text": "Apu ehtii.", "language": "fi"}
    assert told["above"] == []


async def test_a_line_goes_over_any_number_of_objectives_each_told_once(desk: Desk) -> None:
    middle = world.objective(
        MIDDLE, owner_unit=world.HOUSING, responsible_team=world.REVONTULI,
        contributes_to=(world.YEARLY,), serves=(OTHER,),
    )  # fmt: skip
    waiting = world.objective(world.WAITING_GOAL, version=2, contributes_to=(MIDDLE, world.YEARLY))
    await of_a_year(desk, pillar(OTHER, 2), middle, waiting)
    told = await serves(desk, f"objectives/{world.WAITING_GOAL}")
    (goal,) = told["goals"]
    assert [it["id"] for it in told["above"]] == sorted([str(MIDDLE), str(world.YEARLY)])
    assert sorted(goal["pillars"]) == sorted([str(PILLAR), str(OTHER)])
    assert [it["id"] for it in told["pillars"]] == [str(PILLAR), str(OTHER)]
    assert goal["yearly_goals"] == [str(world.YEARLY)]


async def test_what_leads_nowhere_serves_nothing(desk: Desk) -> None:
    """Also what contributes to a goal that leads nowhere, or has not arrived."""
    alone = world.objective(MIDDLE, responsible_team=world.REVONTULI, owner_team=world.REVONTULI)
    waiting = world.objective(
        world.WAITING_GOAL, version=2, contributes_to=(MIDDLE, world.an_id("nobody's"))
    )
    await of_a_year(desk, alone, waiting)
    for goal in (world.WAITING_GOAL, MIDDLE):
        told = await serves(desk, f"objectives/{goal}")
        assert told["goals"][0]["serves_nothing"]
        assert (told["goals"][0]["yearly_goals"], told["pillars"]) == ([], [])
    await desk.hear(alone.model_copy(update={"version": 2, "serves": (PILLAR,)}))
    (goal,) = (await serves(desk, f"objectives/{world.WAITING_GOAL}"))["goals"]
    assert (goal["serves_nothing"], goal["pillars"]) == (False, [str(PILLAR)])


async def test_a_goal_of_the_year_is_the_agencys_own(desk: Desk) -> None:
    await of_a_year(desk, yearly(3, owner_unit=world.HOUSING, serves=()))
    (goal,) = (await serves(desk, f"objectives/{world.WAITING_GOAL}"))["goals"]
    assert (goal["yearly_goals"], goal["serves_nothing"]) == ([], True)


async def test_texts_are_in_the_callers_language_where_they_were_proof_read(desk: Desk) -> None:
    await of_a_year(desk)
    drafts = await serves(desk, f"objectives/{world.YEARLY}", headers=SWEDISH)
    assert drafts["goals"][0]["title"] == {"text": "Raha on tilillä", "language": "fi"}
    assert drafts["pillars"][0]["promise"]["language"] == "fi"
    await desk.hear(
        yearly(3, translations=read("sv")), pillar(version=2, translations=read("sv", "en"))
    )
    told = await serves(desk, f"objectives/{world.YEARLY}", headers=SWEDISH)
    assert told["goals"][0]["title"] == {"text": "Pengarna är på kontot", "language": "sv"}
    assert told["pillars"][0]["promise"] == {"text": "Hjälpen hinner fram.", "language": "sv"}
    # There is no such text in that language: it is told as it was written.
    assert told["goals"][0]["to_what"]["language"] == "fi"
    english = await serves(desk, f"objectives/{world.YEARLY}", headers={"accept-language": "en"})
    assert english["pillars"][0]["name"] == {"text": "Ajallaan", "language": "fi"}


async def test_a_team_has_the_goals_that_are_open_or_those_of_a_cycle(desk: Desk) -> None:
    earlier = world.objective(world.an_id("earlier goal"), cycle=world.EARLIER)
    closed = world.objective(world.an_id("closed goal"), state="closed")
    await of_a_year(desk, earlier, closed)
    of = f"teams/{world.LUMME}"
    told = await serves(desk, of)
    now = {str(it) for it in (world.WAITING_GOAL, world.YEARLY, world.CALLS)}
    assert {it["id"] for it in told["goals"]} == now
    for cycle, goals in ((world.EARLIER, [earlier.id]), (YEAR, [world.YEARLY])):
        told = await serves(desk, f"{of}&cycle={cycle}")
        assert [it["id"] for it in told["goals"]] == [str(it) for it in goals]


async def test_a_person_has_the_goals_of_their_teams(desk: Desk) -> None:
    await of_a_year(desk)
    me = world.an_id("lumme.member1")
    goals = (await serves(desk, f"teams/{world.LUMME}"))["goals"]
    for of in ("me", f"people/{me}"):
        assert (await serves(desk, of))["goals"] == goals
    for caller in ("lumme.supervisor", "housing.head", "root.head"):
        assert (await serves(desk, f"people/{me}", caller))["goals"] == goals
    former = await serves(desk, "me", "lumme.former")
    assert (former["goals"], former["above"], former["pillars"]) == ([], [], [])
    assert (await serves(desk, "me", "admin"))["goals"] == []


@pytest.mark.parametrize("caller", ["revontuli.member1", "phone.head", "admin"])
async def test_which_teams_somebody_is_in_is_for_those_who_work_with_them(
    desk: Desk, caller: str
) -> None:
    for person in (world.an_id("lumme.member1"), world.an_id("lumme.former"), uuid4()):
        answer = await desk.ask(f"/serves?of=people/{person}", caller)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


async def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for kind in ("teams", "objectives"):
        answer = await desk.ask(f"/serves?of={kind}/{uuid4()}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    for of in ("everything", f"pillars/{PILLAR}", "teams/1"):
        assert (await desk.ask(f"/serves?of={of}")).status_code == 422
