"""Units and teams over HTTP: the tree, its past, and what is told of it."""

import asyncio
from uuid import uuid4

from services.okr.organisation.domain import ROOT
from tests.service.okr.conftest import Okr, known, text

UNIT = {"kind": "department", "name": text("Tieto")}


async def test_the_agency_is_there_from_the_start(okr: Okr) -> None:
    root = await okr.done("GET", f"/units/{ROOT}")
    assert (root["unit_kind"], root["version"], root.get("parent")) == ("agency", 1, None)
    [(headers, told)] = await okr.published("soihtu.organisation.v1")
    assert told == root
    assert headers["ce_subject"] == f"units/{ROOT}"
    assert headers["ce_source"] == "/agencies/demo/okr"
    [(public_headers, public)] = await okr.published("soihtu.open.v1")
    assert public_headers["ce_type"] == "fi.soihtu.open.unit-changed.v1"
    assert "periods" not in public


async def test_a_unit_is_created_below_the_root_and_told(okr: Okr) -> None:
    made = await okr.ask("POST", "/units", UNIT)
    unit = known(made.json())
    assert made.status_code == 201
    assert made.headers["location"] == f"/units/{unit['id']}"
    assert made.headers["soihtu-version"] == f"units/{unit['id']}@1"
    assert unit["parent"] == str(ROOT)
    assert (await okr.published("soihtu.organisation.v1"))[-1][1] == unit
    assert (await okr.published("soihtu.open.v1"))[-1][1]["id"] == unit["id"]


async def test_a_unit_moves_and_its_past_stays(okr: Okr) -> None:
    unit, above = await okr.unit("Tieto"), await okr.unit("Digi")
    said = UNIT | {"parent": above["id"]}
    path = f"/units/{unit['id']}"
    assert (await okr.ask("PUT", path, said)).status_code == 428
    moved = await okr.done("PUT", path, said, version=1)
    assert (moved["version"], moved["parent"]) == (2, above["id"])
    late = await okr.ask("PUT", path, said, version=1)
    assert (late.status_code, known(late.json()["current"])) == (412, moved)
    parents = await okr.db.pool.fetchval(
        "SELECT parent FROM directory_units WHERE id = $1", unit["id"]
    )
    assert str(parents) == above["id"]


async def test_loops_and_unknown_units_are_refused(okr: Okr) -> None:
    above = await okr.unit("Digi")
    below = await okr.unit("Verkko", parent=above["id"])
    said = UNIT | {"parent": below["id"]}
    loop = await okr.refused("PUT", f"/units/{above['id']}", said, version=1)
    assert loop == (409, "unit-loop")
    itself = UNIT | {"parent": above["id"]}
    assert await okr.refused("PUT", f"/units/{above['id']}", itself, version=1) == loop
    assert await okr.refused("PUT", f"/units/{ROOT}", itself, version=1) == loop
    unknown = UNIT | {"parent": str(uuid4())}
    assert await okr.refused("POST", "/units", unknown) == (422, "unknown-unit")
    assert await okr.refused("PUT", f"/units/{below['id']}", unknown, version=1) == (
        422,
        "unknown-unit",
    )
    assert await okr.refused("GET", f"/units/{uuid4()}") == (404, "not-found")


async def test_two_moves_at_once_make_no_loop(okr: Okr) -> None:
    one, other = await okr.unit("Digi"), await okr.unit("Tieto")
    answers = await asyncio.gather(
        okr.ask("PUT", f"/units/{one['id']}", UNIT | {"parent": other["id"]}, version=1),
        okr.ask("PUT", f"/units/{other['id']}", UNIT | {"parent": one["id"]}, version=1),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_the_root_can_be_renamed(okr: Okr) -> None:
    said = {"kind": "agency", "name": text("Virasto")}
    root = await okr.done("PUT", f"/units/{ROOT}", said, version=1)
    assert (root["name"]["fi"], root.get("parent"), len(root["periods"])) == ("Virasto", None, 2)


async def test_a_unit_is_put_by_reference(okr: Okr) -> None:
    path = "/units/by-ref/gitlab/departments/data"
    made = await okr.ask("PUT", path, UNIT)
    again = await okr.ask("PUT", path, UNIT)
    changed = await okr.ask("PUT", path, UNIT | {"name": text("Data")})
    outcomes = [answer.headers["soihtu-outcome"] for answer in (made, again, changed)]
    assert outcomes == ["created", "unchanged", "changed"]
    assert (made.json()["change"], changed.json()["version"]) == ("imported", 2)
    headers, _ = (await okr.published("soihtu.organisation.v1"))[-1]
    assert headers["ce_origin"] == "import"


async def test_a_team_belongs_to_a_unit(okr: Okr) -> None:
    team = await okr.team("Lumme")
    other = await okr.unit("Asuminen")
    said = {"name": text("Lumme"), "parent": other["id"]}
    moved = await okr.done("PUT", f"/teams/{team['id']}", said, version=1)
    assert [period["parent"] for period in moved["periods"]] == [other["id"]]
    assert await okr.done("GET", f"/teams/{team['id']}") == moved
    nowhere = {"name": text("Sälg"), "parent": str(uuid4())}
    assert await okr.refused("POST", "/teams", nowhere) == (422, "unknown-unit")
    again = await okr.ask("PUT", "/teams/by-ref/hr/17", said)
    assert again.headers["soihtu-outcome"] == "created"
    assert (await okr.published("soihtu.open.v1"))[-1][1] == {
        name: value for name, value in known(again.json()).items() if name != "periods"
    }


async def test_units_and_teams_are_listed_by_pages(okr: Okr) -> None:
    made = [(await okr.team(name, str(ROOT)))["id"] for name in ("Kide", "Pesä", "Tuki")]
    first = await okr.done("GET", "/teams?limit=2")
    second = await okr.done("GET", f"/teams?limit=2&after={first['next']}")
    assert [team["id"] for team in first["items"] + second["items"]] == made
    assert "next" not in second
    assert [unit["id"] for unit in (await okr.done("GET", "/units"))["items"]] == [str(ROOT)]


async def test_only_admin_shapes_the_organisation_and_all_staff_see_it(okr: Okr) -> None:
    team = await okr.team()
    await okr.person("aino", ("torchbearer", team["id"]))
    assert await okr.refused("POST", "/units", UNIT, caller="aino") == (403, "not-allowed")
    assert await okr.refused("POST", "/teams", UNIT, caller="strategy") == (422, "invalid-request")
    said = {"name": text("x"), "parent": str(ROOT)}
    assert (await okr.refused("POST", "/teams", said, caller="strategy"))[0] == 403
    for path in ("/units", "/teams", f"/teams/{team['id']}", f"/units/{ROOT}"):
        assert (await okr.ask("GET", path, caller="aino")).status_code == 200
        assert (await okr.ask("GET", path, caller="nobody")).status_code == 403


async def test_no_text_holds_a_nul(okr: Okr) -> None:
    said = UNIT | {"name": text("a\x00b")}
    assert await okr.refused("POST", "/units", said) == (422, "invalid-request")
