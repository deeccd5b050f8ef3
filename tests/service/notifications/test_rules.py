"""Each rule: what it follows from, whom it tells, and that it tells them once."""

from typing import Any
from uuid import UUID

from contracts.checkins import CheckInRecorded
from services.notifications.rules.ticking import tick
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.reporting.world import LUMME, WAITING_GOAL, YEARLY, an_id, learning

TEAM = {"lumme.member1", "lumme.member2", "lumme.torchbearer", "lumme.deputy"}


def quiet(name: str = "check-in", **more: Any) -> CheckInRecorded:
    """A check-in of Lumme that asks for no help."""
    return world.check_in(name, help_wanted=None, **more)


async def test_help_wanted_is_told_to_the_team_and_its_supervisor(desk: Desk) -> None:
    await desk.hear(world.check_in())
    await desk.tell()
    author = {"lumme.member1"}
    assert await desk.told("help-wanted") == TEAM - author | {"lumme.supervisor"}
    (entry,) = await desk.inbox("lumme.supervisor")
    assert entry["kind"] == "help-wanted"
    assert entry["about"] == f"check-ins/{an_id('check-in')}"
    assert (entry["objective"], entry["team"]) == (str(WAITING_GOAL), str(LUMME))
    assert entry["text"]["en"] == (
        "Lumme asks for help with the goal “No application is left waiting”."
    )


async def test_words_of_help_are_nowhere(desk: Desk) -> None:
    await desk.hear(world.check_in(help_wanted="Liiteohje on epäselvä."))
    await desk.tell()
    for row in await desk.db.pool.fetch(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    ):
        held = await desk.value(f"SELECT string_agg(it::text, '') FROM {row['name']} AS it")  # noqa: S608
        assert "epäselvä" not in (held or "")


async def test_low_confidence_is_told_to_members_once_a_week(desk: Desk) -> None:
    entry = world.check_in().entries[0].model_copy(update={"confidence": 3})
    for name, number in (("first", 1), ("second", 2)):
        await desk.hear(quiet(name=name, number=number, entries=(entry,)))
        await desk.tell()
    assert await desk.told("low-confidence") == TEAM - {"lumme.member1"}
    assert len(await desk.inbox("lumme.torchbearer")) == 1


async def test_confidence_above_three_is_told_to_nobody(desk: Desk) -> None:
    entry = world.check_in().entries[0].model_copy(update={"confidence": 4})
    await desk.hear(quiet(entries=(entry,)))
    await desk.tell()
    assert await desk.value("SELECT count(*) FROM notifications") == 0


async def test_an_agreed_goal_is_told_to_the_members_of_all_its_teams(desk: Desk) -> None:
    agreed = world.agreed("lumme.torchbearer", contributing_teams=(world.REVONTULI,))
    await desk.hear(agreed)
    await desk.tell()
    others = {"revontuli.member1", "revontuli.torchbearer"}
    assert await desk.told("goal-agreed") == TEAM - {"lumme.torchbearer"} | others


async def test_a_proposed_goal_is_told_to_the_responsible_team_but_who_proposed_it(
    desk: Desk,
) -> None:
    goal = world.proposed("lumme.member2", contributing_teams=(world.REVONTULI,))
    await desk.hear(goal)
    await desk.tell()
    assert await desk.told("goal-proposed") == TEAM - {"lumme.member2"}
    (entry,) = await desk.inbox("lumme.member1")
    assert (entry["about"], entry["team"]) == (f"objectives/{goal.id}", str(LUMME))


async def test_a_proposed_goal_is_told_once_however_it_is_revised(desk: Desk) -> None:
    goal = world.proposed("lumme.member2")
    for version in (1, 2):
        await desk.hear(goal.model_copy(update={"version": version}))
        await desk.tell()
    assert len(await desk.inbox("lumme.member1")) == 1


async def test_a_goal_that_its_team_has_agreed_on_meanwhile_is_no_proposal(desk: Desk) -> None:
    goal = world.proposed("lumme.member2")
    moment = goal.states[0].model_copy(update={"state": "agreed"})
    told = {"state": "agreed", "states": (*goal.states, moment)}
    await desk.hear(goal.model_copy(update=told))
    await desk.tell()
    assert await desk.told("goal-proposed") == set()
    assert await desk.told("goal-agreed") == TEAM - {"lumme.member2"}


async def test_a_value_that_does_not_count_is_told_to_its_author(desk: Desk) -> None:
    source = f"check-in/{an_id('check-in')}"
    refused = world.value(source, 500, counted=False, reason="team-cycle-closed")
    await desk.hear(refused)
    await desk.tell()
    assert await desk.told("not-counted") == set()  # whose it is has not come
    await desk.hear(quiet())
    await desk.tell()
    assert await desk.told("not-counted") == {"lumme.member1"}


async def test_a_machine_s_value_has_no_author(desk: Desk) -> None:
    await desk.hear(world.value("machine/queue/2026-11-20", 5, counted=False, reason="x"))
    await desk.tell()
    assert await desk.value("SELECT count(*) FROM occasions") == 0


async def test_a_shared_learning_is_told_to_teams_beside(desk: Desk) -> None:
    await desk.hear(
        world.calls(), world.look_back("retro", learning("told"), learning("kept", False))
    )
    await desk.tell()
    assert await desk.told("learning-shared") == {"revontuli.member1", "revontuli.torchbearer"}
    (entry,) = await desk.inbox("revontuli.member1")
    assert entry["about"] == f"learnings/{an_id('told')}"


async def test_a_shared_learning_is_told_to_teams_that_serve_the_same_pillar(desk: Desk) -> None:
    pillar = (UUID(int=7),)
    goal = world.agreed("lumme.torchbearer", contributes_to=(), serves=pillar)
    await desk.hear(goal, world.calls(contributes_to=(), serves=pillar))
    await desk.hear(world.look_back("retro", learning("told")))
    await desk.tell()
    assert await desk.told("learning-shared") == {"revontuli.member1", "revontuli.torchbearer"}


async def test_a_learning_is_told_to_no_team_whose_goal_is_over_or_contributes_elsewhere(
    desk: Desk,
) -> None:
    elsewhere = UUID(int=5)
    await desk.hear(world.calls(contributes_to=(elsewhere,)), world.look_back("one", learning("a")))
    await desk.tell()
    await desk.hear(
        world.calls(version=3, contributes_to=(YEARLY,), state="closed"),
        world.look_back("other", learning("b")),
    )
    await desk.tell()
    assert await desk.told("learning-shared") == set()


async def test_what_is_told_again_is_told_once(desk: Desk) -> None:
    agreed = world.agreed("lumme.torchbearer")
    said = [world.check_in(), world.look_back("retro", learning("told")), world.calls(), agreed]
    await desk.hear(*said)
    await desk.tell()
    before = await desk.value("SELECT array_agg(n ORDER BY n.id) FROM notifications AS n")
    await desk.db.pool.execute("DELETE FROM seen")
    await desk.hear(*said)
    corrected = world.check_in(version=2, change="corrected")
    await desk.hear(corrected, agreed.model_copy(update={"version": 3, "change": "linked"}))
    await desk.tell()
    assert await desk.value("SELECT array_agg(n ORDER BY n.id) FROM notifications AS n") == before


async def test_nothing_is_told_before_the_copy_is_known_to_be_that_far(desk: Desk) -> None:
    await desk.tell()
    await desk.hear(world.check_in())
    await tick(desk.db, desk.settings)
    assert await desk.told("help-wanted") == set()
    await desk.tell()
    assert await desk.told("help-wanted")
