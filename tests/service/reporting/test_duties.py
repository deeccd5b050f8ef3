"""The duties over HTTP: of the team's goals, with the call that does what is lacking."""

import re
from typing import Any

from contracts.choosing import Agreement
from services.reporting.answers.duties import CALLS
from tests.service.described import described
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk


async def duties(desk: Desk, team: Any = world.LUMME, query: str = "") -> Any:
    return await desk.told(f"/teams/{team}/duties{query}", "revontuli.member1")


def states(told: Any) -> dict[str, str]:
    return {it["duty"]: it["state"] for it in told["duties"]}


async def test_a_team_in_rhythm_is_told_what_is_done_and_what_is_to_come(desk: Desk) -> None:
    yearly = world.check_in("yearly", objective=world.YEARLY, effective_date=world.TODAY)
    await desk.hear(yearly)
    told = await duties(desk)
    assert states(told) == {
        "chosen-together": "done", "followed": "under-way", "looked-back": "not-yet",
    }  # fmt: skip
    assert (told["place"], told["cycle"]["id"]) == ("running", str(world.CYCLE))
    assert all(it["missing"] == [] for it in told["duties"])


async def test_what_is_lacking_names_the_goal_and_the_call(desk: Desk) -> None:
    told = (await duties(desk, world.REVONTULI))["duties"]
    (lacking,) = told[0]["missing"]
    assert (told[0]["state"], lacking["code"]) == ("overdue", "not-agreed")
    assert lacking["objective"]["id"] == str(world.CALLS)
    assert lacking["objective"]["title"]["fi"] == "Yksi puhelu riittää"
    assert lacking["call"] == {
        "service": "okr", "method": "POST", "path": f"/objectives/{world.CALLS}/agree",
    }  # fmt: skip


async def test_a_choice_that_waits_for_the_other_names_the_call_that_confirms_it(
    desk: Desk,
) -> None:
    said = {"what": "goal", "how": "by-support", "recorded_at": world.NOW}
    for state, lacks in (("recorded", "not-confirmed"), ("agreed", "not-agreed")):
        waiting = Agreement.model_validate({"state": state, **said})
        own = world.an_id(state)
        await desk.hear(world.objective(own, state="proposed", agreements=(waiting,)))
        missing = (await duties(desk))["duties"][0]["missing"]
        found = {it["objective"]["id"]: (it["code"], it["call"]["path"]) for it in missing}
        path = {"not-confirmed": "confirm", "not-agreed": "agree"}[lacks]
        assert found[str(own)] == (lacks, f"/objectives/{own}/{path}")


async def test_a_proposal_that_was_taken_back_is_no_goal_of_the_team(desk: Desk) -> None:
    revontuli = world.place(world.REVONTULI, "closed")
    calls = world.taken_back("calls", responsible_team=world.REVONTULI, version=2)
    await desk.hear(revontuli, calls)
    told = await duties(desk, world.REVONTULI)
    assert states(told) == {
        "chosen-together": "overdue", "followed": "not-yet", "looked-back": "not-yet",
    }  # fmt: skip
    assert [it["code"] for it in told["duties"][0]["missing"]] == ["no-goals"]


async def test_what_is_not_rebuilt_yet_is_taken_as_agreed_unless_it_is_proposed(desk: Desk) -> None:
    before = await duties(desk), await duties(desk, world.REVONTULI), await desk.told("/overview")
    await desk.db.pool.execute("UPDATE objectives SET was_agreed = NULL")
    after = await duties(desk), await duties(desk, world.REVONTULI), await desk.told("/overview")
    assert [states(it) for it in after[:2]] == [states(it) for it in before[:2]]
    assert after[2]["objectives"] == before[2]["objectives"]


async def test_before_the_team_s_place_is_running_the_call_that_moves_it_is_named(
    desk: Desk,
) -> None:
    await desk.hear(
        world.place(world.LUMME, "setting").model_copy(update={"version": 2}),
        world.objective(world.an_id("late")),
    )
    followed = (await duties(desk))["duties"][1]
    (lacking,) = followed["missing"]
    assert (lacking["code"], lacking["call"]["method"]) == ("not-running", "PUT")
    assert lacking["call"]["path"] == f"/teams/{world.LUMME}/cycles/{world.CYCLE}/place"


async def test_a_goal_without_check_ins_is_overdue_since_its_due(desk: Desk) -> None:
    late = world.objective(world.an_id("late"))
    await desk.hear(late)
    followed = (await duties(desk))["duties"][1]
    missing = {it["objective"]["id"]: it for it in followed["missing"]}
    assert (followed["state"], missing[str(late.id)]["code"]) == ("overdue", "check-in-missed")
    assert missing[str(late.id)]["since"] <= world.NOW.isoformat()
    assert str(world.WAITING_GOAL) not in missing


async def test_a_retro_leaves_out_no_goal(desk: Desk) -> None:
    retro = world.look_back("retro", world.learning("Pienet erät"))
    await desk.hear(retro)
    looked_back = (await duties(desk))["duties"][2]
    (lacking,) = looked_back["missing"]
    assert (looked_back["state"], lacking["code"]) == ("under-way", "no-learning")
    assert lacking["objective"]["id"] == str(world.YEARLY)
    assert lacking["call"]["path"] == f"/retros/{retro.id}"


async def test_a_past_cycle_without_goals_was_never_chosen(desk: Desk) -> None:
    told = await duties(desk, query=f"?cycle={world.EARLIER}")
    assert (states(told)["chosen-together"], told["place"]) == ("overdue", None)
    assert told["duties"][0]["missing"][0]["call"]["path"] == "/objectives"


async def test_what_is_not_there(desk: Desk) -> None:
    for path in (
        f"/teams/{world.an_id('none')}/duties",
        f"/teams/{world.LUMME}/duties?cycle={world.ROOT}",
    ):
        assert (await desk.ask(path)).status_code == 404


def test_every_call_is_one_of_a_public_api() -> None:
    for service, method, path in CALLS.values():
        paths = {bare(one): it for one, it in described(service)["paths"].items()}
        assert method.lower() in paths[bare(path)]


def bare(path: str) -> str:
    """A path without the names of its parts."""
    return re.sub(r"{[^}]*}", "{}", path)
