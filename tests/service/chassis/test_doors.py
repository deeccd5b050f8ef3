"""The promises of the doors, on a real database: once, guarded, by reference, never blind."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.service.chassis.conftest import Toy
from tests.service.chassis.toy import Gate

TEAM = "0198c0de-0000-7000-8000-000000000001"
NOTE = {"team": TEAM, "words": "hello"}


async def write(service: Toy, key: str, **more: Any) -> Any:
    headers = {"Idempotency-Key": key}
    return await service.ask("POST", "/notes", json=NOTE | more, headers=headers)


async def test_a_creation_says_where_it_is_and_what_it_reached(service: Toy) -> None:
    made = await write(service, "k1")
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    assert made.headers["location"] == f"/notes/{made.json()['id']}"
    assert made.headers["soihtu-version"] == f"notes/{made.json()['id']}@1"
    found = await service.ask("GET", made.headers["location"])
    assert (found.status_code, found.json(), found.headers["etag"]) == (200, made.json(), '"1"')


async def test_twins_get_one_answer(service: Toy) -> None:
    Gate.open.clear()
    Gate.waiting = 0
    twins = [asyncio.create_task(write(service, "twin", words="wait")) for _ in range(5)]
    while Gate.waiting == 0:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    Gate.open.set()
    answers = [await twin for twin in twins]
    assert Gate.waiting == 1
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    for name in ("etag", "location", "soihtu-version", "content-type"):
        assert len({answer.headers[name] for answer in answers}) == 1
    assert len(await service.fetch("SELECT FROM notes")) == 1


async def test_a_key_used_for_another_body_is_refused(service: Toy) -> None:
    await write(service, "k")
    again = await write(service, "k", words="other")
    assert (again.status_code, again.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_refused_creation_leaves_its_key_free(service: Toy) -> None:
    assert (await write(service, "k", team=str(uuid4()), words="refuse")).status_code == 500
    assert await service.fetch("SELECT FROM idempotency_keys") == []
    assert (await write(service, "k")).status_code == 201


async def test_what_is_too_large_to_be_told_is_refused_with_what_to_do(service: Toy) -> None:
    refused = await write(service, "k", words="say too much")
    told = refused.json()
    assert (refused.status_code, told["code"]) == (422, "too-large")
    assert told["size"] > told["limit"]
    assert told["detail"].startswith("Mitään ei muutettu: notes/")
    assert await service.fetch("SELECT FROM notes") == []
    assert (await write(service, "k")).status_code == 201


async def test_keys_are_asked_for_and_looked_at(service: Toy) -> None:
    missing = await service.ask("POST", "/notes", json=NOTE)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency-key-required")
    for key in ("", "a b", "x" * 201):
        bad = await write(service, key)
        assert (bad.status_code, bad.json()["code"]) == (400, "malformed-header"), key


async def test_a_change_names_the_version_that_it_saw(service: Toy) -> None:
    made = (await write(service, "k")).json()
    path = f"/notes/{made['id']}/change"
    none = await service.ask("POST", path, json=NOTE)
    assert (none.status_code, none.json()["code"]) == (428, "if-match-required")
    body = NOTE | {"words": "new"}
    changed = await service.ask("POST", path, json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    late = await service.ask("POST", path, json=body, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "changed-since")
    assert late.json()["current"] == changed.json()
    assert late.headers["etag"] == '"2"'
    for given in ("1", 'W/"1"', "*", '"x"'):
        bad = await service.ask("POST", path, json=body, headers={"If-Match": given})
        assert (bad.status_code, bad.json()["code"]) == (400, "malformed-header"), given


async def put(service: Toy, key: str, words: str, **headers: str) -> Any:
    path = f"/notes/by-ref/gitlab/{key}"
    return await service.ask("PUT", path, json=NOTE | {"words": words}, headers=headers)


async def test_by_ref_creates_changes_and_leaves_alone(service: Toy) -> None:
    first = await put(service, "a/b c/1", "one")
    assert (first.status_code, first.headers["soihtu-outcome"]) == (201, "created")
    same = await put(service, "a/b c/1", "one")
    assert (same.status_code, same.headers["soihtu-outcome"]) == (200, "unchanged")
    assert same.headers["soihtu-version"] == first.headers["soihtu-version"]
    other = await put(service, "a/b c/1", "two")
    assert (other.status_code, other.headers["soihtu-outcome"]) == (200, "changed")
    assert other.json() == first.json() | {"words": "two", "version": 2}


async def test_by_ref_respects_what_people_did(service: Toy) -> None:
    made = (await put(service, "k", "one")).json()
    edit = NOTE | {"words": "by hand"}
    seen = {"If-Match": '"1"'}
    await service.ask("POST", f"/notes/{made['id']}/change", json=edit, headers=seen)
    same = await put(service, "k", "one")
    assert (same.headers["soihtu-outcome"], same.json()["words"]) == ("unchanged", "by hand")
    refused = await put(service, "k", "two")
    assert (refused.status_code, refused.json()["code"]) == (409, "edited-since")
    assert refused.json()["current"]["words"] == "by hand"
    wrong = await put(service, "k", "two", **{"If-Match": '"1"'})
    assert (wrong.status_code, wrong.json()["code"]) == (412, "changed-since")
    forced = await put(service, "k", "two", **{"If-Match": '"2"'})
    assert (forced.headers["soihtu-outcome"], forced.json()["version"]) == ("changed", 3)
    absent = await put(service, "other", "two", **{"If-Match": '"2"'})
    assert (absent.status_code, absent.json()["code"]) == (412, "not-there-to-match")


async def test_of_twins_by_ref_one_creates(service: Toy) -> None:
    answers = await asyncio.gather(*(put(service, "k", "one") for _ in range(8)))
    outcomes = sorted(answer.headers["soihtu-outcome"] for answer in answers)
    assert outcomes == ["created"] + ["unchanged"] * 7
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_reference_keys_are_bounded(service: Toy) -> None:
    assert (await put(service, "ä" * 1000, "x")).status_code == 201
    assert (await put(service, "ä" * 1001, "x")).status_code == 422


async def test_after_waits_until_the_copy_is_there(service: Toy) -> None:
    wanted = {"Soihtu-After": f"teams/{TEAM}@2, widgets/nobody-holds-these@9"}
    asking = asyncio.create_task(service.ask("GET", "/notes", headers=wanted))
    add = """INSERT INTO seen VALUES ('teams', $1, $2)
        ON CONFLICT (kind, id) DO UPDATE SET version = $2"""
    await service.db.pool.execute(add, TEAM, 1)
    done, _ = await asyncio.wait([asking], timeout=0.1)
    assert not done
    await service.db.pool.execute(add, TEAM, 2)
    assert (await asking).status_code == 200


async def test_after_gives_up_and_says_what_is_missing(service: Toy) -> None:
    late = await service.ask("GET", "/notes", headers={"Soihtu-After": "teams/x@1"})
    assert (late.status_code, late.json()["code"]) == (503, "not-here-yet")
    assert late.json()["missing"] == ["teams/x@1"]
    assert late.headers["retry-after"] == "1"


@pytest.mark.parametrize("given", ["teams", "teams/x", "teams/x@0", "@1", "teams/x@1;teams/y@1"])
async def test_after_is_looked_at(service: Toy, given: str) -> None:
    bad = await service.ask("GET", "/notes", headers={"Soihtu-After": given})
    assert (bad.status_code, bad.json()["code"]) == (400, "malformed-header")


async def test_lists_come_in_pages(service: Toy) -> None:
    for number in range(5):
        await write(service, f"k{number}")
    got, after = [], ""
    while True:
        page = (await service.ask("GET", f"/notes?limit=2{after}")).json()
        got += [note["id"] for note in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(got) == 5
    assert got == sorted(got)
    for cursor in ("x", "!!", "W10", "ä"):
        bad = await service.ask("GET", "/notes", params={"after": cursor})
        assert (bad.status_code, bad.json()["code"]) == (400, "malformed-cursor"), cursor


async def test_an_operation_that_asks_nobody_is_a_fault(service: Toy) -> None:
    assert (await service.ask("GET", "/forgotten")).status_code == 500


async def test_old_answers_are_purged(service: Toy) -> None:
    await write(service, "old")
    await service.db.pool.execute(
        "UPDATE idempotency_keys SET created_at = now() - interval '49 h'"
    )
    await write(service, "new")
    async with service.app.router.lifespan_context(service.app):
        while len(await service.fetch("SELECT FROM idempotency_keys")) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
