"""Who may what over HTTP: one operation of each kind of rule, asked by everyone."""

from collections.abc import AsyncIterator, Mapping
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from chassis import db
from chassis.settings import Settings
from chassis.testing.identity import Issuer
from services.okr.app import create_app
from tests.conftest import NewDatabase
from tests.service.okr.conftest import Json, Okr, text
from tests.service.test_access import (
    ADMIN,
    DEPARTMENT,
    MACHINES,
    OTHER_TEAM,
    PEOPLE,
    ROOT,
    SIBLING,
    STRATEGY,
    TEAM,
    TODAY,
    TOKENS,
    UNIT,
    person_of,
)


@pytest.fixture
async def okr(new_database: NewDatabase) -> AsyncIterator[Okr]:
    issuer = Issuer()
    made = new_database("okr").app
    settings = Settings(kafka="unused:9", postgres=SecretStr(made), issuer=issuer.issuer)
    database = await db.connect(settings, "okr", "api")
    app = create_app(settings, database, issuer.transport)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://okr") as client:
        yield Okr(app, client, issuer, database)
    await database.pool.close()


async def _agency(okr: Okr) -> dict[str, str]:
    """Ids of the team, its unit and the open cycle, once people have their roles."""
    department = (await okr.unit("Etuudet"))["id"]
    unit = (await okr.unit("Asuminen", parent=department))["id"]
    sibling = (await okr.unit("Puhelin", parent=department))["id"]
    team = (await okr.team("Lumme", unit))["id"]
    places = {
        UNIT: unit, DEPARTMENT: department, SIBLING: sibling, TEAM: team,
        OTHER_TEAM: (await okr.team("Revontuli", sibling))["id"],
        ROOT: "00000000-0000-7000-8000-000000000001",
    }  # fmt: skip
    for login in OVER_HTTP & PEOPLE.keys():
        await _hire(okr, login, places)
    return {"team": team, "unit": unit, "cycle": (await okr.cycle())["id"]}


async def _hire(okr: Okr, login: str, places: Mapping[UUID, str]) -> None:
    said = person_of(login).model_dump(mode="json", include={"logins", "memberships"})
    for held in said["memberships"]:
        for sort in {"team", "unit"} & {name for name, place in held.items() if place}:
            held[sort] = places[UUID(held[sort])]
    await okr.done("POST", "/people", {"name": login, **said})


OVER_HTTP = {
    "member", "torchbearer", "former torchbearer", "future torchbearer", "head of the department",
    "torchbearer of another team", "head of a sibling unit", "person without a role",
    "admin", "strategy", "auditor", "machine", "machine with another scope", "stranger",
}  # fmt: skip


async def _let_in(
    okr: Okr, method: str, path: str, body: Json | None = None, changes: str = ""
) -> set[str]:
    """Those whom a request is not forbidden, each of whom asks it.

    `changes` is the address of the state that it changes.
    """
    let_in = set()
    for login in sorted(OVER_HTTP):
        claims, scopes = TOKENS.get(login, (frozenset(), frozenset()))
        version = (await okr.done("GET", changes))["version"] if changes else None
        token: Json = {"roles": sorted(claims) or None, "scope": " ".join(scopes) or None}
        answer = await okr.ask(method, path, body, caller=login, version=version, **token)
        if answer.status_code == 403:
            own = {"not-allowed", "not-the-proposer", "unknown-person"}
            assert answer.json()["code"] in ({"unknown-person"} if login == "stranger" else own)
        else:
            let_in.add(login)
    return let_in


async def test_each_kind_of_rule_holds_over_http(okr: Okr) -> None:
    at = await _agency(okr)
    goal = {"title": text("Jono"), "kind": "decrease", "baseline": 620, "target": 250}
    draft = {
        "title": text("Hakemus ei odota"), "cycle": at["cycle"], "responsible_team": at["team"],
        "owner_team": at["team"], "key_results": [goal],
    }  # fmt: skip
    of_unit = {name: it for name, it in draft.items() if name != "owner_team"}
    of_unit["owner_unit"] = at["unit"]
    staff = OVER_HTTP - {"machine", "machine with another scope", "stranger"}
    cycle = {"name": text("T1"), "kind": "tertial", "start": "2027-01-01", "end": "2027-04-30"}
    assert await _let_in(okr, "POST", "/cycles", cycle) == ADMIN | STRATEGY
    team = {"member", "torchbearer"}
    leads = {"head of the department"} | STRATEGY
    assert await _let_in(okr, "POST", "/objectives", draft) == team | leads
    assert await _let_in(okr, "POST", "/objectives", of_unit) == leads
    made = await okr.done("POST", "/objectives", draft, caller="member")
    path = f"/objectives/{made['id']}"
    assert await _let_in(okr, "GET", path) == staff
    assert await _let_in(okr, "PUT", path, draft, path) == team, "who proposed it, and who leads"
    unit = await okr.done("POST", "/objectives", of_unit, caller="strategy")
    of_it = f"/objectives/{unit['id']}"
    assert await _let_in(okr, "PUT", of_it, of_unit, of_it) == leads
    assert await _let_in(okr, "PUT", f"{path}/support") == team
    assert await _let_in(okr, "GET", f"{path}/support") == staff
    assert await _let_in(okr, "GET", f"{path}/participation") == team
    remark = {"kind": "comment", "text": "Miten?"}
    assert await _let_in(okr, "POST", f"{path}/remarks", remark) == OVER_HTTP & PEOPLE.keys()
    made = await okr.done("GET", path)
    met = {"how": "in-meeting", "present": 2}
    assert await _let_in(okr, "POST", f"{path}/agree", met, changes=path) == {"torchbearer"}
    change = {"kind": "drop"}
    first = "head of the department"
    assert await _let_in(okr, "PUT", f"{path}/change", change, path) == {first, "torchbearer"}
    value = f"/key-results/{made['key_results'][0]['id']}/values/{TODAY}"
    assert await _let_in(okr, "PUT", value, {"value": 500}) == MACHINES
    assert await _let_in(okr, "GET", "/me") == staff | MACHINES
