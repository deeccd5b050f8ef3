"""Cycles and the teams' places in them over HTTP."""

import asyncio
from uuid import UUID, uuid4

from chassis import db
from contracts.okr import TeamCycleChanged
from services.okr.cycles.store import share_place
from tests.service.okr.conftest import Json, Okr, known, text

SAID = {"name": text("T3"), "kind": "tertial", "start": "2026-09-01", "end": "2026-12-31"}


def place(team: Json, cycle: Json) -> str:
    return f"/teams/{team['id']}/cycles/{cycle['id']}/place"


async def test_a_cycle_is_planned_opened_and_closed(okr: Okr) -> None:
    cycle = await okr.done("POST", "/cycles", SAID, caller="strategy")
    path = f"/cycles/{cycle['id']}"
    assert (cycle["state"], cycle["version"]) == ("planned", 1)
    assert await okr.refused("POST", f"{path}/close", version=1) == (409, "cycle-not-open")
    opened = await okr.done("POST", f"{path}/open", version=1, caller="strategy")
    assert await okr.refused("POST", f"{path}/open", version=2) == (409, "cycle-not-planned")
    assert await okr.refused("POST", f"{path}/close", version=1) == (412, "changed-since")
    closed = await okr.done("POST", f"{path}/close", version=2)
    assert [opened["state"], closed["state"]] == ["open", "closed"]
    assert await okr.done("GET", path) == closed
    states = [told["state"] for _, told in await okr.published("soihtu.okr.v1")]
    assert states == ["planned", "open", "closed"]
    public = [told for _, told in await okr.published("soihtu.open.v1") if "cycle_kind" in told]
    assert [told["state"] for told in public] == states


async def test_a_cycle_has_any_dates_that_go_forward(okr: Okr) -> None:
    day = SAID | {"start": "2026-09-01", "end": "2026-09-01"}
    assert (await okr.done("POST", "/cycles", day))["end"] == "2026-09-01"
    back = SAID | {"start": "2026-09-02", "end": "2026-09-01"}
    assert await okr.refused("POST", "/cycles", back) == (422, "invalid-request")


async def test_a_cycle_is_put_by_reference_until_it_closes(okr: Okr) -> None:
    path = "/cycles/by-ref/gitlab/2018-q3"
    cycle = await okr.done("PUT", path, SAID)
    again = await okr.ask("PUT", path, SAID)
    assert (known(again.json()), again.headers["soihtu-outcome"]) == (cycle, "unchanged")
    await okr.done("POST", f"/cycles/{cycle['id']}/open", version=1)
    other = SAID | {"end": "2026-12-30"}
    assert await okr.refused("PUT", path, other) == (409, "edited-since")
    redefined = await okr.done("PUT", path, other, version=2)
    assert (redefined["state"], redefined["end"]) == ("open", "2026-12-30")
    await okr.done("POST", f"/cycles/{cycle['id']}/close", version=3)
    assert await okr.refused("PUT", path, SAID, version=4) == (409, "cycle-closed")


async def test_cycles_are_listed_from_the_last_to_start(okr: Okr) -> None:
    starts = ["2026-01-01", "2026-05-01", "2026-01-01", "2025-09-01"]
    for start in starts:
        await okr.cycle(opened=False, start=start)
    listed: list[str] = []
    after = ""
    while True:
        page = await okr.done("GET", f"/cycles?limit=1{after}")
        listed += [cycle["start"] for cycle in page["items"]]
        if "next" not in page:
            break
        after = f"&after={page['next']}"
    assert listed == sorted(starts, reverse=True)
    assert await okr.refused("GET", "/cycles?after=x") == (400, "malformed-cursor")


async def test_only_the_strategy_office_and_admin_move_cycles(okr: Okr) -> None:
    team = await okr.team()
    await okr.person("aino", ("torchbearer", team["id"]))
    cycle = await okr.cycle(opened=False)
    path = f"/cycles/{cycle['id']}/open"
    assert await okr.refused("POST", path, version=1, caller="aino") == (403, "not-allowed")
    assert await okr.refused("POST", "/cycles", SAID, caller="aino") == (403, "not-allowed")
    by_ref = "/cycles/by-ref/x/1"
    assert await okr.refused("PUT", by_ref, SAID, caller="strategy") == (403, "not-allowed")
    assert (await okr.done("GET", "/cycles", caller="aino"))["items"] == [cycle]


async def test_the_torchbearer_moves_the_team_step_by_step(okr: Okr) -> None:
    team, cycle = await okr.team(), await okr.cycle()
    await okr.person("aino", ("torchbearer", team["id"]))
    path = place(team, cycle)

    async def move(to: str, version: int | None = None) -> Json:
        return await okr.done("PUT", path, {"place": to}, version=version, caller="aino")

    skipped = await okr.refused("PUT", path, {"place": "running"}, caller="aino")
    assert skipped == (409, "place-not-next")
    places = [
        await move("setting"),
        await move("running", 1),
        await move("retro", 2),
        await move("running", 3),
        await move("retro", 4),
        await move("closed", 5),
    ]
    assert [one["version"] for one in places] == [1, 2, 3, 4, 5, 6]
    final = await okr.refused("PUT", path, {"place": "retro"}, version=6)
    assert final == (409, "place-not-next")
    found = await okr.done("GET", f"/teams/{team['id']}/cycles/{cycle['id']}", caller="aino")
    listed = await okr.done("GET", f"/teams/{team['id']}/cycles", caller="aino")
    assert found == places[-1]
    assert listed["items"] == [found]
    headers, told = (await okr.published("soihtu.okr.v1"))[-1]
    assert told == found
    assert headers["ce_subject"] == f"team-cycles/{team['id']}/{cycle['id']}"


async def test_a_move_names_the_version_unless_nothing_changes(okr: Okr) -> None:
    team, cycle = await okr.team(), await okr.cycle()
    path = place(team, cycle)
    first = await okr.ask("PUT", path, {"place": "running"})
    assert (first.status_code, first.headers["etag"]) == (200, '"1"')
    reached = f"team-cycles/{team['id']}/{cycle['id']}@1"
    assert first.headers["soihtu-version"] == reached
    again = await okr.ask("PUT", path, {"place": "running"})
    assert again.json() == first.json()
    assert await okr.refused("PUT", path, {"place": "retro"}) == (428, "if-match-required")
    stale = await okr.refused("PUT", path, {"place": "retro"}, version=9)
    assert stale == (412, "changed-since")


async def test_admin_leaps_and_enters_where_nobody_else_may(okr: Okr) -> None:
    team, cycle = await okr.team(), await okr.cycle(opened=False)
    await okr.person("aino", ("supervisor", team["id"]))
    path = place(team, cycle)
    closed_door = await okr.refused("PUT", path, {"place": "setting"}, caller="aino")
    assert closed_door == (409, "cycle-not-open")
    assert (await okr.done("PUT", path, {"place": "setting"}))["place"] == "setting"
    assert (await okr.done("PUT", path, {"place": "retro"}, version=1))["version"] == 2


async def test_a_place_is_moved_by_the_pair_and_the_supervisor(okr: Okr) -> None:
    team, other, cycle = await okr.team(), await okr.team("Kide"), await okr.cycle()
    path, said = place(team, cycle), {"place": "setting"}
    await okr.person("member", ("member", team["id"]), ("project-lead", team["id"]))
    await okr.person("elsewhere", ("torchbearer", other["id"]))
    for caller in ("member", "elsewhere", "strategy"):
        assert await okr.refused("PUT", path, said, caller=caller) == (403, "not-allowed")
    for role in ("deputy", "supervisor", "torchbearer"):
        await okr.person(role, (role, team["id"]))
        assert (await okr.ask("PUT", path, said, caller=role)).status_code == 200


async def test_unknown_teams_cycles_and_places_are_told(okr: Okr) -> None:
    team, cycle = await okr.team(), await okr.cycle()
    nobody, never = {"id": str(uuid4())}, {"id": str(uuid4())}
    for path in (place(nobody, cycle), place(team, never)):
        assert await okr.refused("PUT", path, {"place": "setting"}) == (404, "not-found")
    unentered = f"/teams/{team['id']}/cycles/{cycle['id']}"
    assert await okr.refused("GET", unentered) == (404, "not-found")
    assert await okr.refused("GET", f"/teams/{nobody['id']}/cycles") == (404, "not-found")
    assert (await okr.refused("PUT", place(team, cycle), {"place": "setting"}, version=1))[0] == 404


async def test_of_two_first_moves_one_enters_and_none_is_lost(okr: Okr) -> None:
    team, cycle = await okr.team(), await okr.cycle()
    answers = await asyncio.gather(
        *(okr.ask("PUT", place(team, cycle), {"place": "running"}) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} <= {200, 503}
    moved = await okr.db.pool.fetchval("SELECT version FROM team_cycles")
    assert moved == 1


async def test_a_shared_place_does_not_move(okr: Okr) -> None:
    team, cycle = await okr.team(), await okr.cycle()
    await okr.done("PUT", place(team, cycle), {"place": "running"})
    async with db.transaction(okr.db) as tx:
        assert await share_place(tx, uuid4(), uuid4()) is None
        held = await share_place(tx, *_ids(team, cycle))
        assert isinstance(held, TeamCycleChanged)
        moving = asyncio.create_task(
            okr.ask("PUT", place(team, cycle), {"place": "retro"}, version=1)
        )
        while not await _waits(okr):
            assert not moving.done()
        again = await share_place(tx, *_ids(team, cycle))
        assert again == held
    assert (await moving).json()["place"] == "retro"


def _ids(team: Json, cycle: Json) -> tuple[UUID, UUID]:
    return UUID(team["id"]), UUID(cycle["id"])


async def _waits(okr: Okr) -> bool:
    waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"
    return bool(await okr.db.pool.fetchval(waiting))
