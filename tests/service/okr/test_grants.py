"""Grants to other agencies over HTTP: who learns what of them, and one at a time."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis import clock
from tests.service.okr.conftest import Json, Okr

TODAY = clock.today("Europe/Helsinki")
SAID = {
    "agency": "meteo",
    "contact": "Aino Virta, aino.virta@meteo.example",
    "purpose": "A board of goals shared by two agencies",
    "basis": "Act 906/2019, section 22",
    "until": TODAY.isoformat(),
}
OVER = {"reason": "the shared board was closed"}
OPEN = ["soihtu.open-progress.v1", "soihtu.open.v1"]


async def granted(okr: Okr, **more: str) -> Json:
    made = await okr.done("POST", "/grants", SAID | more)
    return await okr.done("POST", f"/grants/{made['id']}/give", version=1)


async def listed(okr: Okr, **more: Any) -> list[Json]:
    items: list[Json] = (await okr.done("GET", "/grants", **more))["items"]
    return items


async def test_a_grant_is_asked_for_given_and_ended_for_good(okr: Okr) -> None:
    made = await okr.done("POST", "/grants", SAID)
    path = f"/grants/{made['id']}"
    assert {name: made[name] for name in SAID} == SAID
    assert (made["state"], made["topics"], made["asked"]["by"]) == ("asked", OPEN, "admin")
    assert await okr.refused("POST", f"{path}/give", version=2) == (412, "changed-since")
    given = await okr.done("POST", f"{path}/give", version=1)
    assert await okr.refused("POST", f"{path}/give", version=2) == (409, "grant-not-asked")
    ended = await okr.done("POST", f"{path}/end", OVER, version=2)
    assert (given["state"], ended["state"], ended["reason"]) == ("granted", "ended", OVER["reason"])
    assert await okr.refused("POST", f"{path}/end", OVER, version=3) == (409, "grant-ended")
    assert await okr.done("GET", path) == ended


async def test_an_identity_code_is_no_part_of_a_grant(okr: Okr) -> None:
    for name in ("contact", "purpose"):
        said = SAID | {name: "Aino Virta, 010594Y9032"}
        assert await okr.refused("POST", "/grants", said) == (422, "invalid-request")
    assert await listed(okr) == []


async def test_the_administrator_is_named_by_id_where_they_are_a_person(okr: Okr) -> None:
    person = await okr.person("admin")
    made = await granted(okr)
    assert {made["asked"]["by"], made["granted"]["by"]} == {person["id"]}


async def test_staff_are_told_who_receives_what_for_what_and_until_when(okr: Okr) -> None:
    await okr.person("member")
    made = await granted(okr)
    (told,) = await listed(okr, caller="member")
    assert told == {
        "id": made["id"], "version": 2, "agency": "meteo", "topics": OPEN, "state": "granted",
        "purpose": SAID["purpose"], "basis": SAID["basis"], "until": SAID["until"], "stands": True,
        "asked_at": made["asked"]["at"], "granted_at": made["granted"]["at"],
    }  # fmt: skip
    refused = await okr.refused("GET", f"/grants/{made['id']}", caller="member")
    assert refused == (403, "not-allowed")


async def test_what_has_ended_goes_on_to_be_told(okr: Okr) -> None:
    made = await granted(okr)
    await okr.done("POST", f"/grants/{made['id']}/end", OVER, version=2)
    (told,) = await listed(okr)
    assert (told["state"], told["stands"], told["reason"]) == ("ended", False, OVER["reason"])


async def test_an_agency_has_one_grant_at_a_time(okr: Okr) -> None:
    made = await okr.done("POST", "/grants", SAID)
    assert await okr.refused("POST", "/grants", SAID) == (409, "grant-stands")
    await okr.done("POST", f"/grants/{made['id']}/give", version=1)
    assert await okr.refused("POST", "/grants", SAID) == (409, "grant-stands")
    await okr.done("POST", f"/grants/{made['id']}/end", OVER, version=2)
    again = await okr.done("POST", "/grants", SAID)
    await okr.done("POST", "/grants", SAID | {"agency": "meteo-2"})
    assert [it["state"] for it in await listed(okr)] == ["asked", "asked", "ended"]
    assert again["id"] != made["id"]


async def test_of_two_who_ask_at_once_one_is_refused(okr: Okr) -> None:
    answers = await asyncio.gather(*(okr.ask("POST", "/grants", SAID) for _ in range(4)))
    assert sorted(it.status_code for it in answers) == [201, 409, 409, 409]


async def test_a_day_that_is_past_is_refused(okr: Okr) -> None:
    past = SAID | {"until": (TODAY - timedelta(days=1)).isoformat()}
    assert await okr.refused("POST", "/grants", past) == (422, "grant-over")
    assert await listed(okr) == []


@pytest.mark.parametrize("odd", [{"agency": "a.b"}, {"contact": " "}, {"basis": ""}, {"until": ""}])
async def test_what_is_not_well_said_is_refused(okr: Okr, odd: Json) -> None:
    assert await okr.refused("POST", "/grants", SAID | odd) == (422, "invalid-request")
    assert await listed(okr) == []


async def test_grants_are_listed_by_pages(okr: Okr) -> None:
    made = [await okr.done("POST", "/grants", SAID | {"agency": it}) for it in ("a", "b", "c")]
    first = await okr.done("GET", "/grants?limit=2")
    rest = await okr.done("GET", f"/grants?limit=2&after={first['next']}")
    found = [it["id"] for it in (*first["items"], *rest["items"])]
    assert found == [it["id"] for it in reversed(made)]


async def test_no_topic_is_told_of_a_grant(okr: Okr) -> None:
    before = await okr.db.pool.fetchval("SELECT count(*) FROM outbox")
    made = await granted(okr)
    await okr.done("POST", f"/grants/{made['id']}/end", OVER, version=2)
    assert await okr.db.pool.fetchval("SELECT count(*) FROM outbox") == before


async def test_what_is_not_there_is_not_found(okr: Okr) -> None:
    path = f"/grants/{uuid4()}"
    assert await okr.refused("GET", path) == (404, "not-found")
    assert await okr.refused("POST", f"{path}/give", version=1) == (404, "not-found")
    assert await okr.refused("POST", f"{path}/end", OVER, version=1) == (404, "not-found")


async def test_a_disclosure_is_logged_without_words_or_persons(
    okr: Okr, capsys: pytest.CaptureFixture[str]
) -> None:
    made = await granted(okr)
    await okr.done("POST", f"/grants/{made['id']}/end", OVER, version=2)
    logged = [line for line in capsys.readouterr().out.splitlines() if "disclosure" in line]
    assert len(logged) == 2
    assert "granted" in logged[0]
    assert "ended" in logged[1]
    assert not any(word in line for line in logged for word in ("Aino", "board", "906/2019"))
