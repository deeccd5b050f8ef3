"""What is asked of a team from outside, and answered: whom that is told to, without its words."""

from datetime import timedelta

import pytest

from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.reporting.world import LUMME, REVONTULI, TODAY, person

LEADERS = {"lumme.torchbearer", "lumme.supervisor"}
OUTSIDE = "revontuli.member1"


async def test_a_question_from_outside_is_told_to_who_leads_the_goal_s_team(desk: Desk) -> None:
    asked = world.remark(1, OUTSIDE)
    await desk.hear(asked)
    await desk.tell()
    assert await desk.told("question-asked") == LEADERS
    (entry,) = await desk.inbox("lumme.supervisor")
    assert (entry["about"], entry["team"]) == (f"remarks/{asked.id}", str(LUMME))
    assert entry["text"]["en"] == (
        "Somebody has a question about your goal “No application is left waiting”."
        " Read it in Soihtu and answer. (Lumme)"
    )


async def test_the_team_s_own_questions_and_comments_of_others_are_told_to_nobody(
    desk: Desk,
) -> None:
    await desk.hear(world.remark(1, "lumme.member1"), world.remark(2, OUTSIDE, "comment"))
    await desk.tell()
    assert await desk.value("SELECT count(*) FROM notifications") == 0


async def test_a_request_is_told_to_who_leads_the_team_that_is_asked(desk: Desk) -> None:
    await desk.hear(world.request("revontuli.torchbearer"))
    await desk.tell()
    assert await desk.told("request-made") == LEADERS
    (entry,) = await desk.inbox("lumme.torchbearer")
    assert (entry["kind"], entry["team"]) == ("request-made", str(REVONTULI))
    assert entry["text"]["en"].startswith("Revontuli asks something of your team")


async def test_a_request_on_the_asking_team_s_goal_is_told_to_who_leads_the_asked_team(
    desk: Desk,
) -> None:
    await desk.hear(world.request_on_own_goal("lumme.torchbearer"))
    await desk.tell()
    assert await desk.told("request-made") == {"revontuli.torchbearer"}
    (entry,) = await desk.inbox("revontuli.torchbearer")
    assert (entry["kind"], entry["team"]) == ("request-made", str(LUMME))
    assert entry["text"]["en"].startswith(
        "Lumme asks something of your team for the goal “No application is left waiting”."
    )


async def test_its_answer_is_told_to_who_asked_in_the_name_of_the_asked_team(desk: Desk) -> None:
    request = world.request_on_own_goal("lumme.torchbearer")
    await desk.hear(request, world.answered(request))
    await desk.tell()
    assert await desk.told("answered") == {"lumme.torchbearer"}
    (entry,) = await desk.inbox("lumme.torchbearer")
    assert (entry["about"], entry["team"]) == (f"remarks/{request.id}", str(REVONTULI))
    assert entry["text"]["en"].endswith("(Revontuli)")


async def test_whom_it_asks_may_be_said_of_a_request_on_the_asked_team_s_goal(desk: Desk) -> None:
    await desk.hear(world.request("revontuli.torchbearer", asked=LUMME))
    await desk.tell()
    assert await desk.told("request-made") == LEADERS


async def test_without_a_torchbearer_the_deputy_hears_of_it(desk: Desk) -> None:
    ended = person("lumme.torchbearer", "torchbearer", LUMME, until=TODAY - timedelta(days=1))
    await desk.hear(ended.model_copy(update={"version": 2}), world.remark(1, OUTSIDE))
    await desk.tell()
    assert await desk.told("question-asked") == {"lumme.deputy", "lumme.supervisor"}


async def test_what_is_asked_is_told_once_and_not_when_it_is_taken_back(desk: Desk) -> None:
    asked, request = world.remark(1, OUTSIDE), world.request("revontuli.torchbearer")
    for version in (1, 2):
        said = {"version": version}
        await desk.hear(asked.model_copy(update=said), request.model_copy(update=said))
        await desk.tell()
    gone = world.remark(2, OUTSIDE, state="removed", text=None, version=2)
    await desk.hear(gone, world.remark(3, OUTSIDE, state="hidden", text=None, version=2))
    await desk.tell()
    assert len(await desk.inbox("lumme.supervisor")) == 2


@pytest.mark.parametrize("state", ["removed", "hidden"])
async def test_what_is_out_of_sight_before_it_is_told_tells_nobody(desk: Desk, state: str) -> None:
    asked = world.remark(1, OUTSIDE)
    reply = world.remark(2, "lumme.member1", "comment", parent=asked.id)
    said = (asked, reply, world.answered(world.request("revontuli.torchbearer")))
    await desk.hear(*said)
    gone = {"state": state, "text": None, "version": 3}
    await desk.hear(*(it.model_copy(update=gone) for it in said))
    await desk.tell()
    assert await desk.value("SELECT count(*) FROM notifications") == 0
    assert await desk.value("SELECT count(*) FROM occasions WHERE settled_at IS NULL") == 0


async def test_an_answer_is_told_to_who_made_the_request(desk: Desk) -> None:
    request = world.request("revontuli.torchbearer")
    await desk.hear(request)
    await desk.tell()
    await desk.hear(world.answered(request))
    await desk.tell()
    assert await desk.told("answered") == {"revontuli.torchbearer"}
    assert await desk.told("request-made") == LEADERS
    (entry,) = await desk.inbox("revontuli.torchbearer")
    assert (entry["about"], entry["team"]) == (f"remarks/{request.id}", str(LUMME))


async def test_what_was_answered_before_it_was_heard_of_waits_for_nobody(desk: Desk) -> None:
    await desk.hear(world.answered(world.request("revontuli.torchbearer")))
    await desk.tell()
    assert await desk.told("request-made") == set()
    assert await desk.told("answered") == {"revontuli.torchbearer"}


async def test_other_words_of_an_answer_are_not_told_again_but_another_outcome(desk: Desk) -> None:
    first = world.answered(world.request("revontuli.torchbearer"))
    await desk.hear(first)
    await desk.tell()
    await desk.hear(first.model_copy(update={"version": 3}))
    await desk.tell()
    assert len(await desk.inbox("revontuli.torchbearer")) == 1
    await desk.hear(world.answered(first.model_copy(update={"version": 3})))
    await desk.tell()
    assert len(await desk.inbox("revontuli.torchbearer")) == 2


async def test_a_reply_is_told_to_those_who_asked_in_its_thread_before(desk: Desk) -> None:
    first = world.remark(1, "revontuli.torchbearer", "comment")
    asked = world.remark(2, OUTSIDE, parent=first.id)
    reply = world.remark(3, "lumme.member1", "comment", parent=first.id)
    after = world.remark(4, "lumme.supervisor", "comment", parent=first.id)
    await desk.hear(after, reply, asked, first)
    await desk.tell()
    assert await desk.told("answered") == {OUTSIDE}
    told = {it["about"] for it in await desk.inbox(OUTSIDE)}
    assert told == {f"remarks/{it.id}" for it in (reply, after)}


async def test_what_others_add_and_what_the_team_asks_back_is_no_answer(desk: Desk) -> None:
    asked = world.remark(1, OUTSIDE)
    more = world.remark(2, "revontuli.torchbearer", "comment", parent=asked.id)
    back = world.remark(3, "lumme.member1", parent=asked.id)
    await desk.hear(asked, more, back)
    await desk.tell()
    assert await desk.told("answered") == set()


async def test_a_reply_waits_for_what_its_thread_began_with(desk: Desk) -> None:
    asked = world.remark(1, OUTSIDE)
    await desk.hear(world.remark(2, "lumme.member1", "comment", parent=asked.id))
    await desk.tell()
    assert await desk.told("answered") == set()
    await desk.hear(asked, origin="republish")
    await desk.tell()
    assert await desk.told("answered") == {OUTSIDE}


async def test_who_replies_to_oneself_is_not_told(desk: Desk) -> None:
    asked = world.remark(1, OUTSIDE)
    await desk.hear(asked, world.remark(2, OUTSIDE, "comment", parent=asked.id))
    await desk.tell()
    assert await desk.told("answered") == set()


async def test_words_of_what_is_asked_and_answered_are_nowhere(desk: Desk) -> None:
    await desk.hear(
        world.remark(1, OUTSIDE), world.answered(world.request("revontuli.torchbearer"))
    )
    await desk.tell()
    for row in await desk.db.pool.fetch(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    ):
        held = await desk.value(f"SELECT string_agg(it::text, '') FROM {row['name']} AS it")  # noqa: S608
        assert "päselvä" not in (held or "")


@pytest.mark.parametrize("age", [timedelta(hours=24), timedelta(days=9)])
async def test_old_questions_tell_nobody(desk: Desk, age: timedelta) -> None:
    asked = world.remark(1, OUTSIDE)
    await desk.hear(asked.model_copy(update={"at": asked.at - age}))
    await desk.tell()
    assert await desk.value("SELECT count(*) FROM notifications") == 0
