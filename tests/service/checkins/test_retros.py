"""Retros over HTTP: when, by whom, about what, and who reads how much."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from chassis.db import transaction
from contracts.okr import Moment, ObjectiveState, Place
from contracts.retro import RetroCompleted
from services.checkins.retros import store
from tests.service.checkins import world
from tests.service.checkins.conftest import Desk, told
from tests.service.checkins.world import CYCLE, LUMME, OBJECTIVE

LEARNING = {"source": "fi", "fi": "Valitsimme viisi tavoitetta ja muistimme kaksi"}
SECRET = {"source": "fi", "fi": "Meillä oli riita"}


def finding(**more: Any) -> dict[str, Any]:
    found = {
        "objective": str(OBJECTIVE),
        "result": "partly",
        "reasons": ["too-many-goals", "worked-together"],
        "words": "Liikaa kerralla",
        "recommendation": "modify",
        "learnings": [{"text": LEARNING, "shareable": True}, {"text": SECRET}],
    }
    return found | more


def moment(state: ObjectiveState) -> Moment:
    return Moment(state=state, at=datetime.now(UTC))


async def complete(desk: Desk, caller: str = "lumme.torchbearer", **more: Any) -> Any:
    body = {"team": str(LUMME), "cycle": str(CYCLE), "findings": [finding()]}
    return await desk.ask("POST", "/retros", caller, json=body | more)


async def correct(desk: Desk, state: Any, *findings: Any, caller: str = "lumme.deputy") -> Any:
    headers = {"if-match": f'"{state["version"]}"'}
    body = {"findings": list(findings)}
    return await desk.ask("PUT", f"/retros/{state['id']}", caller, json=body, headers=headers)


@pytest.fixture
async def in_retro(desk: Desk) -> Desk:
    await desk.hear(
        world.place(LUMME, "retro", version=2), world.person("lumme.deputy", ("deputy", LUMME))
    )
    return desk


async def test_a_retro_is_completed_and_its_public_twin_shares_what_may_be_shared(
    in_retro: Desk,
) -> None:
    answer = await complete(in_retro)
    assert answer.status_code == 201, answer.text
    state = answer.json()
    assert answer.headers["soihtu-version"] == f"retros/{state['id']}@1"
    learnings = state["findings"][0]["learnings"]
    assert [one["shareable"] for one in learnings] == [True, False]
    assert all(UUID(one["id"]).version == 7 for one in learnings)
    own, public = await in_retro.fetch("SELECT topic, value FROM outbox ORDER BY seq")
    assert (own["topic"], public["topic"]) == ("soihtu.retro.v1", "soihtu.open.v1")
    assert [one["id"] for one in orjson.loads(public["value"])["findings"][0]["learnings"]] == [
        learnings[0]["id"]
    ]
    assert "Liikaa" not in public["value"].decode()


@pytest.mark.parametrize("where", ["setting", "running", "closed"])
async def test_a_retro_needs_the_teams_place_to_be_retro(desk: Desk, where: Place) -> None:
    await desk.hear(world.place(LUMME, where, version=2))
    answer = await complete(desk)
    assert told(answer) == (409, "team-cycle-not-in-retro")
    assert answer.json()["place"] == where


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("lumme.torchbearer", 201),
        ("lumme.deputy", 201),
        ("lumme.supervisor", 201),
        ("lumme.member1", 403),
        ("kide.supervisor", 403),
        ("head.unit", 403),
        ("admin", 403),
    ],
)
async def test_the_teams_leaders_complete_it(in_retro: Desk, caller: str, status: int) -> None:
    assert (await complete(in_retro, caller)).status_code == status


async def test_there_is_one_for_each_team_and_cycle(in_retro: Desk) -> None:
    answers = await asyncio.gather(complete(in_retro), complete(in_retro), complete(in_retro))
    made = [answer for answer in answers if answer.status_code == 201]
    assert len(made) == 1
    for answer in answers:
        if answer not in made:
            assert told(answer) == (409, "retro-exists")
            assert answer.json()["retro"] == made[0].json()["id"]


@pytest.mark.parametrize(
    ("findings", "status", "code"),
    [
        ([], 422, "invalid-request"),
        ([finding(), finding()], 422, "finding-twice"),
        ([finding(objective=str(LUMME))], 404, "objective-unknown"),
        ([finding(result="great")], 422, "invalid-request"),
        ([finding(reasons=["matti-was-away"])], 422, "invalid-request"),
        ([finding(learnings=[])], 422, "invalid-request"),
        ([finding(learnings=[{"id": str(LUMME), "text": LEARNING}])], 422, "learning-unknown"),
    ],
)
async def test_what_is_not_so_is_refused(
    in_retro: Desk, findings: Any, status: int, code: str
) -> None:
    assert told(await complete(in_retro, findings=findings)) == (status, code)


async def test_it_looks_back_on_every_objective_that_the_team_agreed_on(in_retro: Desk) -> None:
    agreed, closed, proposed, withdrawn, of_pesa, later = map(
        world.an_id, ("agreed", "closed", "proposed", "withdrawn", "of pesä too", "later")
    )
    gone = (moment("proposed"), moment("closed"))
    await in_retro.hear(
        world.objective(id=agreed),
        world.objective(id=closed, state="closed", states=(moment("agreed"), moment("closed"))),
        world.objective(id=proposed, state="proposed", states=(moment("proposed"),)),
        world.objective(id=withdrawn, state="closed", states=gone),
        world.objective(id=of_pesa, responsible_team=world.PESA, contributing_teams=(LUMME,)),
        world.objective(id=later, cycle=world.an_id("another cycle")),
    )
    answer = await complete(in_retro)
    assert told(answer) == (422, "finding-missing")
    assert answer.json()["objectives"] == sorted(map(str, (agreed, closed)))
    assert all(str(one) in answer.json()["detail"] for one in (agreed, closed))
    whole = [finding(), finding(objective=str(agreed)), finding(objective=str(closed))]
    answer = await complete(in_retro, findings=[*whole, finding(objective=str(withdrawn))])
    assert told(answer) == (409, "objective-not-agreed")
    answer = await complete(in_retro, findings=whole)
    assert answer.status_code == 201, answer.text
    assert told(await correct(in_retro, answer.json(), *whole[:2])) == (422, "finding-missing")


async def test_what_was_closed_since_can_be_put_right(in_retro: Desk) -> None:
    state = (await complete(in_retro)).json()
    closed = (moment("agreed"), moment("closed"))
    await in_retro.hear(world.objective(2, state="closed", states=closed))
    await in_retro.hear(world.place(LUMME, "closed", version=3))
    answer = await correct(in_retro, state, finding(result="reached"))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"responsible_team": world.PESA}, 422, "not-the-teams-goal"),
        ({"cycle": world.an_id("another cycle")}, 422, "not-the-teams-goal"),
        ({"state": "proposed", "states": ()}, 409, "objective-not-agreed"),
    ],
)
async def test_a_retro_is_about_the_teams_own_goals_of_the_cycle(
    in_retro: Desk, change: Any, status: int, code: str
) -> None:
    await in_retro.hear(world.objective(2, **change))
    assert told(await complete(in_retro)) == (status, code)


async def test_a_correction_keeps_the_ids_of_learnings(in_retro: Desk) -> None:
    state = (await complete(in_retro)).json()
    first, second = state["findings"][0]["learnings"]
    await in_retro.hear(world.place(LUMME, "closed", version=3))
    unshared = {**first, "shareable": False}
    answer = await correct(in_retro, state, finding(learnings=[unshared, {"text": SECRET}]))
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert (after["version"], after["change"]) == (2, "corrected")
    kept, added = after["findings"][0]["learnings"]
    assert kept == unshared
    assert added["id"] not in (first["id"], second["id"])
    public = await in_retro.fetch(
        "SELECT value FROM outbox WHERE topic = 'soihtu.open.v1' ORDER BY seq DESC LIMIT 1"
    )
    assert orjson.loads(public[0]["value"])["findings"][0]["learnings"] == []
    assert told(await correct(in_retro, state, finding())) == (412, "changed-since")


async def test_an_id_of_a_learning_is_used_once(in_retro: Desk) -> None:
    state = (await complete(in_retro)).json()
    first, _ = state["findings"][0]["learnings"]
    answer = await correct(in_retro, state, finding(learnings=[first, first]))
    assert told(answer) == (422, "learning-twice")


@pytest.mark.parametrize(
    ("caller", "reads"),
    [("lumme.member1", True), ("head.root", True), ("kide.member1", False), ("admin", False)],
)
async def test_words_and_what_is_not_shared_are_for_the_team_and_above(
    in_retro: Desk, caller: str, reads: bool
) -> None:
    path = (await complete(in_retro)).headers["location"]
    state = (await in_retro.ask("GET", path, caller)).json()
    listed = await in_retro.ask("GET", "/retros", caller, params={"team": str(LUMME)})
    assert listed.json()["items"] == [state]
    (found,) = state["findings"]
    assert found["words"] == ("Liikaa kerralla" if reads else None)
    assert (state["author"] is not None) == reads
    assert found["result"] == "partly"
    texts = [one["text"]["fi"] for one in found["learnings"]]
    assert texts == [LEARNING["fi"], SECRET["fi"]][: 2 if reads else 1]


@pytest.mark.parametrize("ago", [timedelta(minutes=16), None])
async def test_words_are_not_shown_by_memberships_that_may_be_old(
    in_retro: Desk, ago: timedelta | None
) -> None:
    await in_retro.confirmed(ago)
    answer = await complete(in_retro)
    assert answer.status_code == 201, "commands go on"
    stale = await correct(in_retro, answer.json() | {"version": 9}, finding())
    seen = stale.json()["current"]
    assert (seen["author"], seen["findings"][0]["words"]) == (None, None)
    assert [one["shareable"] for one in seen["findings"][0]["learnings"]] == [True]
    for path in (answer.headers["location"], f"/retros?team={LUMME}"):
        refused = await in_retro.ask("GET", path)
        assert (refused.status_code, refused.json()["code"]) == (503, "replica-too-old")
        assert (await in_retro.ask("GET", path, "kide.member1")).status_code == 200


async def test_a_list_can_be_of_one_cycle_and_goes_on(in_retro: Desk) -> None:
    other = world.an_id("another cycle")
    await complete(in_retro)
    await in_retro.hear(world.place(LUMME, "retro", cycle=other), world.objective(2, cycle=other))
    assert (await complete(in_retro, cycle=str(other))).status_code == 201
    team = {"team": str(LUMME)}
    first = (await in_retro.ask("GET", "/retros", params=team | {"limit": "1"})).json()
    more = team | {"limit": "1", "after": first["next"]}
    second = (await in_retro.ask("GET", "/retros", params=more)).json()
    cycles = [item["cycle"] for page in (first, second) for item in page["items"]]
    assert cycles == [str(other), str(CYCLE)]
    one = await in_retro.ask("GET", "/retros", params=team | {"cycle": str(CYCLE)})
    assert [item["cycle"] for item in one.json()["items"]] == [str(CYCLE)]


async def put(desk: Desk, *findings: Any, caller: str = "admin", **more: Any) -> Any:
    body = {"team": str(LUMME), "cycle": str(CYCLE), "findings": findings or [finding()]}
    return await desk.ask("PUT", "/retros/by-ref/gitlab/2018-q3/lumme", caller, json=body | more)


async def test_an_import_creates_once(in_retro: Desk) -> None:
    first, second = await put(in_retro), await put(in_retro)
    assert (first.status_code, first.headers["soihtu-outcome"]) == (201, "created")
    assert (second.status_code, second.headers["soihtu-outcome"]) == (200, "unchanged")
    state = first.json()
    assert (state["change"], state["author"]) == ("imported", None)
    rows = await in_retro.fetch("SELECT headers FROM outbox")
    assert [orjson.loads(row["headers"])["ce_origin"] for row in rows] == ["import"] * 2
    assert told(await put(in_retro, caller="lumme.torchbearer")) == (403, "not-allowed")


async def test_learnings_of_an_import_are_known_by_what_they_say(in_retro: Desk) -> None:
    state = (await put(in_retro)).json()
    shared, secret = state["findings"][0]["learnings"]
    more = {"text": {"source": "fi", "fi": "Vielä yksi"}, "shareable": True}
    changed = finding(learnings=[more, {"text": LEARNING}, {"text": LEARNING}])
    answer = await put(in_retro, changed)
    assert (answer.status_code, answer.headers["soihtu-outcome"]) == (200, "changed")
    assert (answer.json()["version"], answer.json()["change"]) == (2, "imported")
    new, kept, twin = answer.json()["findings"][0]["learnings"]
    assert kept == shared | {"shareable": False}
    assert len({new["id"], kept["id"], twin["id"], secret["id"]}) == 4
    named = finding(learnings=[{"id": shared["id"], "text": SECRET}, {"text": LEARNING}])
    renamed, other = (await put(in_retro, named)).json()["findings"][0]["learnings"]
    assert (renamed["id"], other["id"]) == (shared["id"], twin["id"])


async def test_an_import_does_not_undo_what_people_put_right(in_retro: Desk) -> None:
    state = (await put(in_retro)).json()
    assert (await correct(in_retro, state, finding(words="Salaa"))).status_code == 200
    assert (await put(in_retro)).headers["soihtu-outcome"] == "unchanged"
    refused = await put(in_retro, finding(words="Toisin"))
    assert told(refused) == (409, "edited-since")
    assert "Salaa" not in refused.text


async def test_an_imported_retro_stays_with_its_team_and_is_the_only_one(in_retro: Desk) -> None:
    made = (await complete(in_retro)).json()
    answer = await put(in_retro)
    assert (told(answer), answer.json()["retro"]) == ((409, "retro-exists"), made["id"])
    other = world.an_id("another cycle")
    await in_retro.hear(world.place(LUMME, "closed", cycle=other), world.objective(2, cycle=other))
    assert (await put(in_retro, cycle=str(other))).status_code == 201
    assert told(await put(in_retro)) == (409, "retro-moved")


async def test_an_import_too_waits_for_the_teams_retro(desk: Desk) -> None:
    assert told(await put(desk)) == (409, "team-cycle-not-in-retro")


async def test_an_import_takes_the_place_of_a_retro_that_was_withdrawn(in_retro: Desk) -> None:
    state = (await complete(in_retro)).json()
    held = RetroCompleted.model_validate(state)
    empty = held.model_copy(update={"version": 2, "change": "withdrawn", "findings": ()})
    async with transaction(in_retro.db) as tx:
        await store.save(tx, empty)
    answer = await put(in_retro)
    assert (answer.status_code, answer.json()["id"]) == (201, state["id"])
    assert (answer.json()["version"], answer.json()["change"]) == (3, "imported")
    assert answer.json()["author"] is None
    assert (await put(in_retro)).headers["soihtu-outcome"] == "unchanged"
