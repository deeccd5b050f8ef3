"""People over HTTP: one record, two events, logins that name one person, and spans apart."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.okr.organisation.domain import ROOT
from tests.service.okr.conftest import SINCE, Json, Okr, known, text


def said(okr: Okr, *logins: str, **more: Any) -> Json:
    return {
        "name": "Aino Aalto",
        "mail": "aino@example.org",
        "language": "sv",
        "logins": [{"issuer": okr.issuer.issuer, "subject": login} for login in logins],
    } | more


async def test_a_person_is_told_in_two_parts_at_one_version(okr: Okr) -> None:
    team = await okr.team()
    held = [{"role": "torchbearer", "team": team["id"], "since": SINCE}]
    body = said(okr, "aino", memberships=held, home_team=team["id"], site="Vaasa")
    made = await okr.ask("POST", "/people", body)
    person = known(made.json())
    assert made.status_code == 201, made.text
    reached = f"people/{person['id']}@1, memberships/{person['id']}@1"
    assert made.headers["soihtu-version"] == reached
    [(_, contact)] = await okr.published("soihtu.people.v1")
    [(_, roles)] = await okr.published("soihtu.memberships.v1")
    assert (contact["name"], contact["mail"], contact["version"]) == (
        "Aino Aalto",
        "aino@example.org",
        1,
    )
    assert (roles["memberships"], roles["version"], roles["site"]) == (held, 1, "Vaasa")
    assert "name" not in roles
    assert "mail" not in roles
    assert not [public for _, public in await okr.published("soihtu.open.v1") if "mail" in public]


async def test_a_change_replaces_the_record(okr: Okr) -> None:
    team = await okr.team()
    person = await okr.person("aino", ("member", team["id"]))
    path = f"/people/{person['id']}"
    after = await okr.done("PUT", path, said(okr, "aalto"), version=1)
    assert (after["version"], after["memberships"]) == (2, [])
    assert await okr.refused("PUT", path, said(okr), version=1) == (412, "changed-since")
    assert await okr.refused("GET", "/me", caller="aino") == (403, "unknown-person")
    assert (await okr.done("GET", "/me", caller="aalto"))["person"] == after
    assert await okr.db.pool.fetchval("SELECT count(*) FROM membership_spans") == 0


async def test_me_says_who_one_is_and_in_which_teams(okr: Okr) -> None:
    team = await okr.team("Lumme")
    person = await okr.person("aino", ("torchbearer", team["id"]), ("head", str(ROOT)))
    me = await okr.done("GET", "/me", caller="aino")
    assert me["person"] == person
    roles = {(role["role"], role["name"]["fi"]) for role in me["roles"]}
    assert roles == {("torchbearer", "Lumme"), ("head", "Elantovirasto")}
    admin = await okr.done("GET", "/me")
    assert (admin["agency_roles"], admin["client"], admin["roles"]) == (["admin"], "admin", [])
    machine = await okr.done("GET", "/me", caller="machine.x", scope="values:write")
    assert (machine["scopes"], "person" in machine) == (["values:write"], False)


async def test_contact_data_is_for_admin_and_the_person(okr: Okr) -> None:
    person = await okr.person("aino")
    await okr.person("eino")
    path = f"/people/{person['id']}"
    assert await okr.done("GET", path) == person
    for caller in ("eino", "aino", "strategy"):
        assert await okr.refused("GET", path, caller=caller) == (403, "not-allowed")
    assert (await okr.done("GET", "/me", caller="aino"))["person"] == person


async def test_a_login_names_one_person(okr: Okr) -> None:
    aino = await okr.done("POST", "/people", said(okr, "aino", "a.aalto"))
    taken = await okr.ask("POST", "/people", said(okr, "eino", "a.aalto"))
    assert (taken.status_code, taken.json()["code"]) == (409, "login-taken")
    assert taken.json()["positions"] == [2]
    eino = await okr.done("POST", "/people", said(okr, "eino"))
    claim = said(okr, "eino", "aino")
    assert await okr.refused("PUT", f"/people/{eino['id']}", claim, version=1) == (
        409,
        "login-taken",
    )
    await okr.done("PUT", f"/people/{aino['id']}", said(okr, "a.aalto"), version=1)
    await okr.done("PUT", f"/people/{eino['id']}", claim, version=1)
    assert (await okr.done("GET", "/me", caller="aino"))["person"]["id"] == eino["id"]


async def test_of_two_at_once_one_gets_the_login(okr: Okr) -> None:
    answers = await asyncio.gather(
        *(okr.ask("POST", "/people", said(okr, "aino")) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_login_may_be_long(okr: Okr) -> None:
    long = "ä" * 1000
    await okr.done("POST", "/people", said(okr, long))
    assert await okr.refused("POST", "/people", said(okr, long)) == (409, "login-taken")


async def test_roles_that_cannot_be_are_refused(okr: Okr) -> None:
    team = (await okr.team())["id"]

    async def refusal(**held: Any) -> tuple[int, str]:
        one = {"role": "member", "since": SINCE} | held
        return await okr.refused("POST", "/people", said(okr, memberships=[one]))

    assert await refusal() == (422, "role-without-place")
    assert await refusal(role="head", team=team) == (422, "role-without-place")
    assert await refusal(team=team, until="2019-12-31") == (422, "span-backwards")
    assert await refusal(team=str(uuid4())) == (422, "unknown-team")
    assert await refusal(role="head", unit=str(uuid4())) == (422, "unknown-unit")
    home = said(okr, home_team=str(uuid4()))
    assert await okr.refused("POST", "/people", home) == (422, "unknown-team")
    twice = [{"role": "member", "team": team, "since": SINCE}] * 2
    assert await okr.refused("POST", "/people", said(okr, memberships=twice)) == (
        422,
        "memberships-overlap",
    )


async def test_the_database_keeps_spans_apart_too(okr: Okr) -> None:
    team = (await okr.team())["id"]
    person = await okr.person("aino", ("member", team), ("deputy", team))
    add = """INSERT INTO membership_spans (person, role, team, days)
        VALUES ($1, $2, $3, '[2024-01-01,2024-02-01)')"""
    await okr.db.pool.execute(add, person["id"], "torchbearer", team)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await okr.db.pool.execute(add, person["id"], "member", team)


async def test_a_person_is_put_by_reference(okr: Okr) -> None:
    path = "/people/by-ref/hr/00017"
    made = await okr.ask("PUT", path, said(okr, "aino"))
    again = await okr.ask("PUT", path, said(okr, "aino"))
    assert [made.status_code, again.status_code] == [201, 200]
    assert again.headers["soihtu-outcome"] == "unchanged"
    body = said(okr, "aino", name="Aino Aho")
    await okr.done("PUT", f"/people/{made.json()['id']}", body, version=1)
    late = await okr.refused("PUT", path, said(okr, "aino", name="Aino Aalto-Aho"))
    assert late == (409, "edited-since")


async def test_only_admin_keeps_people(okr: Okr) -> None:
    await okr.person("aino")
    body = said(okr, "eino")
    for caller in ("aino", "strategy"):
        assert await okr.refused("POST", "/people", body, caller=caller) == (403, "not-allowed")


async def test_no_text_of_a_person_holds_a_nul(okr: Okr) -> None:
    for broken in ({"name": "a\x00"}, {"site": "\x00b"}, {"mail": "a\x00@b"}):
        body = said(okr, **broken)
        assert await okr.refused("POST", "/people", body) == (422, "invalid-request")
    assert await okr.refused("POST", "/people", said(okr, "a\x00")) == (422, "invalid-request")
    assert (
        await okr.ask("POST", "/people", said(okr, "ä ö") | {"name": text("x")["fi"]})
    ).is_success
