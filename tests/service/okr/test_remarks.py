"""What people say of goals: in threads, in their own words, and what others see of it."""

import asyncio
from uuid import uuid4

import pytest

from tests.service.okr.conftest import Json, Okr
from tests.service.okr.teams import Choosing

WORDS = "Miten mittaamme tämän?"


@pytest.fixture
async def team(okr: Okr) -> Choosing:
    return await Choosing.of(okr)


async def said(team: Choosing, goal: Json, by: str = "m2", text: str = WORDS, **more: str) -> Json:
    path, body = f"/objectives/{goal['id']}/remarks", {"kind": "comment", "text": text, **more}
    return await team.okr.done("POST", path, body, caller=by)


async def listed(team: Choosing, goal: Json, by: str = "pesa.member") -> list[Json]:
    found: list[Json] = (await team.get(goal, "/remarks", by=by))["items"]
    return found


async def test_people_talk_in_threads(team: Choosing) -> None:
    goal = await team.proposed()
    first = await said(team, goal)
    reply = await said(team, goal, "m1", "Puhelujen määrällä.", parent=first["id"])
    again = await said(team, goal, "m2", "Hyvä.", parent=reply["id"])
    assert [it["parent"] for it in (reply, again)] == [first["id"]] * 2
    found = await listed(team, goal)
    assert [it["id"] for it in found] == [first["id"], reply["id"], again["id"]]
    page = await team.get(goal, "/remarks?limit=2")
    rest = await team.get(goal, f"/remarks?limit=2&after={page['next']}")
    assert [it["id"] for it in page["items"] + rest["items"]] == [it["id"] for it in found]
    assert await team.okr.done("GET", f"/remarks/{reply['id']}", caller="pesa.lead") == reply


async def test_an_identity_code_is_refused_and_what_was_kept_with_one_is_still_read(
    team: Choosing,
) -> None:
    goal = await team.proposed()
    remark = await said(team, goal)
    path, text = f"/remarks/{remark['id']}", "Asiakas 010594Y9032 kysyi tätä."
    body: Json = {"kind": "comment", "text": text}
    for method, where, version in (
        ("POST", f"/objectives/{goal['id']}/remarks", None), ("PUT", path, 1),
    ):  # fmt: skip
        answer = await team.okr.ask(method, where, body, version=version, caller="m2")
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"]) == (422, "/body/text")
        assert error["rule"] == "identity_code"
    await team.okr.db.pool.execute(
        "UPDATE remarks SET state = jsonb_set(state, '{text}', to_jsonb($1::text))", text
    )
    assert (await team.okr.done("GET", path, caller="m1"))["text"] == text
    hidden = await team.okr.done(
        "POST", f"{path}/hide", {"reason": "Tekstistä tunnisti asiakkaan."},
        version=1, caller="torchbearer",
    )  # fmt: skip
    assert "text" not in hidden


async def test_all_staff_may_ask_and_comment(team: Choosing) -> None:
    goal = await team.agreed()
    asked = await said(team, goal, "pesa.member", kind="question")
    assert (asked["remark_kind"], asked["author"]) == ("question", team.people["pesa.member"])
    body = {"kind": "comment", "text": WORDS}
    path = f"/objectives/{goal['id']}/remarks"
    assert await team.okr.refused("POST", path, body, caller="strategy") == (403, "unknown-person")


async def test_words_are_changed_and_removed_by_who_wrote_them(team: Choosing) -> None:
    goal = await team.proposed()
    remark = await said(team, goal)
    path = f"/remarks/{remark['id']}"
    for caller in ("m1", "torchbearer", "admin"):
        refused = await team.okr.refused("PUT", path, {"text": "x"}, version=1, caller=caller)
        assert refused == (403, "not-the-author")
        refused = await team.okr.refused("DELETE", path, version=1, caller=caller)
        assert refused == (403, "not-the-author")
    changed = await team.okr.done("PUT", path, {"text": "Toisin"}, version=1, caller="m2")
    assert (changed["text"], changed["change"]) == ("Toisin", "reworded")
    stale = await team.okr.refused("DELETE", path, version=1, caller="m2")
    assert stale == (412, "changed-since")
    removed = await team.okr.done("DELETE", path, version=2, caller="m2")
    assert (removed["state"], "text" in removed) == ("removed", False)
    assert await listed(team, goal) == [removed]
    told = [data for _, data in await team.okr.published("soihtu.okr.v1") if "author" in data]
    assert [(it["version"], it.get("text")) for it in told] == [
        (1, WORDS),
        (2, "Toisin"),
        (3, None),
    ]


async def test_a_leader_hides_anothers_words_for_all_to_see(team: Choosing) -> None:
    goal = await team.proposed()
    remark = await said(team, goal)
    path, why = f"/remarks/{remark['id']}", {"reason": "Nimeää asiakkaan"}
    for caller in ("m1", "pesa.lead", "admin"):
        refused = await team.okr.refused("POST", f"{path}/hide", why, version=1, caller=caller)
        assert refused == (403, "not-allowed")
    hidden = await team.okr.done("POST", f"{path}/hide", why, version=1, caller="torchbearer")
    assert (hidden["state"], hidden["hidden"]["reason"]) == ("hidden", "Nimeää asiakkaan")
    for caller, seen in (("m1", None), ("pesa.lead", None), ("m2", WORDS), ("supervisor", WORDS)):
        (found,) = await listed(team, goal, caller)
        assert (found.get("text"), found["state"]) == (seen, "hidden")
        one = await team.okr.done("GET", path, caller=caller)
        assert one.get("text") == seen
    refused = await team.okr.refused("PUT", path, {"text": "x"}, version=2, caller="m2")
    assert refused == (409, "remark-not-there")
    shown = await team.okr.done("POST", f"{path}/show", version=2, caller="deputy")
    assert (shown["text"], shown["state"]) == (WORDS, "said")
    told = [data for _, data in await team.okr.published("soihtu.okr.v1") if "author" in data]
    assert [it.get("text") for it in told] == [WORDS, None, WORDS], "the topic forgets it"


async def test_a_team_answers_what_another_asks_of_it(team: Choosing) -> None:
    goal = await team.agreed()
    path = f"/objectives/{goal['id']}/remarks"
    body = {"kind": "request", "text": "Ottaisitteko kirjeet mukaan?", "team": team.other}
    for caller in ("pesa.member", "torchbearer"):
        assert await team.okr.refused("POST", path, body, caller=caller) == (403, "not-the-leader")
    own = body | {"team": team.goals.team}
    refused = await team.okr.refused("POST", path, own, caller="torchbearer")
    assert refused == (409, "request-of-oneself")
    request = await team.okr.done("POST", path, body, caller="pesa.lead")
    answer, at = {"outcome": "accepted", "words": "Otamme."}, f"/remarks/{request['id']}/answer"
    for caller in ("m1", "pesa.lead"):
        refused = await team.okr.refused("POST", at, answer, version=1, caller=caller)
        assert refused == (403, "not-allowed")
    answered = await team.okr.done("POST", at, answer, version=1, caller="torchbearer")
    assert (answered["answer"]["outcome"], answered["answer"]["words"]) == ("accepted", "Otamme.")
    again = await team.okr.done("POST", at, {"outcome": "declined"}, version=2, caller="supervisor")
    assert again["answer"]["outcome"] == "declined"
    at, said_else = f"/remarks/{request['id']}", {"text": "Ottaisitteko koko puhelinpalvelun?"}
    refused = await team.okr.refused("PUT", at, said_else, version=3, caller="pesa.lead")
    assert refused == (409, "request-answered")
    removed = await team.okr.done("DELETE", at, version=3, caller="pesa.lead")
    assert removed["answer"]["outcome"] == "declined"
    comment = await said(team, goal)
    refused = await team.okr.refused(
        "POST", f"/remarks/{comment['id']}/answer", answer, version=1, caller="torchbearer"
    )
    assert refused == (409, "not-a-request")


async def test_a_team_asks_another_on_its_own_goal(team: Choosing) -> None:
    goal, ours = await team.agreed(), team.goals.team
    body = {"kind": "request", "text": "Tarvitsemme teiltä ohjeen.", "team": ours}
    path, asking = f"/objectives/{goal['id']}/remarks", body | {"asked": team.other}
    for caller in ("m1", "pesa.lead"):
        refused = await team.okr.refused("POST", path, asking, caller=caller)
        assert refused == (403, "not-the-leader")
    request = await team.okr.done("POST", path, asking, caller="deputy")
    assert (request["team"], request["asked"]) == (ours, team.other)
    at, answer = f"/remarks/{request['id']}", {"outcome": "accepted", "words": "Saatte."}
    for caller in ("torchbearer", "supervisor", "pesa.member", "admin"):
        refused = await team.okr.refused("POST", f"{at}/answer", answer, version=1, caller=caller)
        assert refused == (403, "not-allowed"), "who asks does not answer"
    answered = await team.okr.done("POST", f"{at}/answer", answer, version=1, caller="pesa.lead")
    assert (answered["answer"]["outcome"], answered["asked"]) == ("accepted", team.other)
    why = {"reason": "Asiaton"}
    refused = await team.okr.refused("POST", f"{at}/hide", why, version=2, caller="pesa.lead")
    assert refused == (403, "not-allowed"), "what stands under a goal is for the goal's team"
    await team.okr.done("POST", f"{at}/hide", why, version=2, caller="torchbearer")
    late = await team.okr.ask("POST", f"{at}/answer", answer, version=2, caller="pesa.lead")
    assert (late.status_code, late.json()["current"]["state"]) == (412, "hidden")
    assert body["text"] not in late.text, "what is hidden is hidden from who is asked"
    await team.okr.done("POST", f"{at}/show", version=3, caller="torchbearer")
    told = [data for _, data in await team.okr.published("soihtu.okr.v1") if "author" in data]
    assert [it["asked"] for it in told] == [team.other] * 4


async def test_a_request_is_between_the_goal_s_team_and_another_that_is_there(
    team: Choosing,
) -> None:
    goal, ours = await team.agreed(), team.goals.team
    third = (await team.okr.team("Kivi"))["id"]
    await team.hire("kivi.lead", "torchbearer", third)
    path = f"/objectives/{goal['id']}/remarks"
    for caller, who, asked, expected in (
        ("torchbearer", ours, None, (409, "request-of-oneself")),
        ("torchbearer", ours, ours, (409, "request-of-oneself")),
        ("pesa.lead", team.other, team.other, (409, "request-of-oneself")),
        ("pesa.lead", team.other, third, (409, "request-on-others-goal")),
        ("torchbearer", ours, str(uuid4()), (422, "unknown-team")),
        ("torchbearer", ours, "Pesa", (422, "invalid-request")),
    ):
        body = {"kind": "request", "text": "Auttakaa.", "team": who, "asked": asked}
        assert await team.okr.refused("POST", path, body, caller=caller) == expected
    for asked in (None, ours):
        body = {"kind": "request", "text": "Auttakaa.", "team": third, "asked": asked}
        request = await team.okr.done("POST", path, body, caller="kivi.lead")
        at = f"/remarks/{request['id']}/answer"
        await team.okr.done("POST", at, {"outcome": "declined"}, version=1, caller="supervisor")


async def test_on_a_shared_goal_one_team_is_responsible_and_others_ask_as_any_other(
    team: Choosing,
) -> None:
    third = (await team.okr.team("Kivi"))["id"]
    goal = await team.proposed(contributing_teams=[team.other])
    joins = f"/objectives/{goal['id']}/contributors/{team.other}/agree"
    await team.okr.done("POST", joins, version=1, caller="pesa.lead")
    path = f"/objectives/{goal['id']}/remarks"
    body = {"kind": "request", "text": "Auttakaa.", "team": team.other}
    refused = await team.okr.refused("POST", path, body | {"asked": third}, caller="pesa.lead")
    assert refused == (409, "request-on-others-goal")
    await team.okr.done("POST", path, body, caller="pesa.lead")
    asked = body | {"team": team.goals.team, "asked": team.other}
    request = await team.okr.done("POST", path, asked, caller="torchbearer")
    at, answer = f"/remarks/{request['id']}/answer", {"outcome": "accepted"}
    await team.okr.done("POST", at, answer, version=1, caller="pesa.lead")


async def test_a_reply_is_to_a_remark_on_the_same_goal(team: Choosing) -> None:
    one, other = await team.proposed(), await team.proposed()
    elsewhere = await said(team, other)
    path = f"/objectives/{one['id']}/remarks"
    for parent in (elsewhere["id"], str(uuid4())):
        body = {"kind": "comment", "text": WORDS, "parent": parent}
        refused = await team.okr.refused("POST", path, body, caller="m2")
        assert refused == (422, "unknown-remark")


async def test_nothing_more_is_said_of_what_is_closed(team: Choosing) -> None:
    goal = await team.proposed()
    remark = await said(team, goal)
    path = f"/objectives/{goal['id']}"
    await team.okr.done("POST", f"{path}/close", version=1, caller="m1")
    body = {"kind": "comment", "text": WORDS}
    refused = await team.okr.refused("POST", f"{path}/remarks", body, caller="m2")
    assert refused == (409, "objective-closed")
    await team.okr.done("DELETE", f"/remarks/{remark['id']}", version=1, caller="m2")


async def test_those_who_talk_do_not_wait_for_each_other(team: Choosing) -> None:
    goal = await team.proposed()
    async with team.okr.db.connection() as conn, conn.transaction():
        await conn.execute("SELECT 1 FROM objectives WHERE id = $1 FOR SHARE", goal["id"])
        made = await asyncio.gather(*(said(team, goal, f"m{it}") for it in range(1, 6)))
    assert len({it["id"] for it in made}) == 5
    assert (await team.get(goal))["version"] == 1, "what is said of it is no change of it"


async def test_nothing_that_was_said_leaves_the_agency(team: Choosing) -> None:
    goal = await team.agreed()
    await said(team, goal)
    told = await team.okr.db.pool.fetch("SELECT value FROM outbox WHERE topic LIKE '%.open%'")
    assert told
    assert not [row for row in told if WORDS.encode() in row["value"]]
