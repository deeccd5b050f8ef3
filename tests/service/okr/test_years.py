"""Years and their tertials over HTTP, planned once, and the cycles that lie in a year."""

import asyncio

import pytest

from tests.service.okr.conftest import Okr, text

WITHIN = {"name": text("Kampanja"), "kind": "ten-weeks", "start": "2027-01-04", "end": "2027-03-14"}


async def test_a_year_is_planned_with_its_tertials(okr: Okr) -> None:
    answer = await okr.ask("POST", "/years", {"year": 2027}, caller="strategy")
    assert answer.status_code == 201
    made = answer.json()["cycles"]
    assert [it["name"]["fi"] for it in made] == ["2027", "1/2027", "2/2027", "3/2027"]
    assert [(it["start"], it["end"]) for it in made] == [
        ("2027-01-01", "2027-12-31"),
        ("2027-01-01", "2027-04-30"),
        ("2027-05-01", "2027-08-31"),
        ("2027-09-01", "2027-12-31"),
    ]
    assert [it["year"] for it in made] == [None, *[made[0]["id"]] * 3]
    reached = answer.headers["soihtu-version"].split(", ")
    assert reached == [f"cycles/{it['id']}@1" for it in made]
    told = await okr.published("soihtu.okr.v1")
    assert [data["id"] for _, data in told] == [it["id"] for it in made]
    assert told[1][0]["ce_dataschema"].endswith(":1.1")
    assert "year" not in str([data for _, data in await okr.published("soihtu.open.v1")][1].keys())


async def test_a_year_is_planned_once(okr: Okr) -> None:
    answers = await asyncio.gather(
        *(
            okr.ask("POST", "/years", {"year": 2028}, caller=who)
            for who in ("admin", "strategy") * 2
        )
    )
    assert sorted(it.status_code for it in answers) == [201, 409, 409, 409]
    refused = next(it.json() for it in answers if it.status_code == 409)
    (made,) = (it.json()["cycles"] for it in answers if it.status_code == 201)
    assert (refused["code"], refused["cycle"]) == ("year-planned", made[0]["id"])
    assert len((await okr.done("GET", "/cycles"))["items"]) == 4
    assert (await okr.ask("POST", "/years", {"year": 2029})).status_code == 201


async def test_a_year_that_was_planned_by_hand_is_there_too(okr: Okr) -> None:
    await okr.cycle(kind="year", start="2027-01-01", end="2027-12-31")
    assert await okr.refused("POST", "/years", {"year": 2027}) == (409, "year-planned")


@pytest.mark.parametrize("year", [1899, 3000, 2027.5, "kaksi"])
async def test_a_year_is_one_of_the_calendar(okr: Okr, year: object) -> None:
    assert await okr.refused("POST", "/years", {"year": year}) == (422, "invalid-request")


async def test_only_the_strategy_office_and_admin_plan_years(okr: Okr) -> None:
    team = await okr.team()
    await okr.person("aino", ("supervisor", team["id"]))
    refused = await okr.refused("POST", "/years", {"year": 2027}, caller="aino")
    assert refused == (403, "not-allowed")


async def test_a_cycle_of_any_dates_may_lie_in_a_year(okr: Okr) -> None:
    year, tertial, *_ = (await okr.done("POST", "/years", {"year": 2027}))["cycles"]
    within = WITHIN | {"year": year["id"]}
    assert (await okr.done("POST", "/cycles", within))["year"] == year["id"]
    for odd, code in (
        ({"year": tertial["id"]}, "unknown-year"),
        ({"year": (await okr.team())["id"]}, "unknown-year"),
        ({"end": "2028-01-01"}, "cycle-outside-year"),
        ({"kind": "year"}, "invalid-request"),
    ):
        assert await okr.refused("POST", "/cycles", within | odd) == (422, code)


async def test_a_year_stays_around_what_lies_in_it(okr: Okr) -> None:
    path = "/cycles/by-ref/plan/2027"
    said = {"name": text("2027"), "kind": "year", "start": "2027-01-01", "end": "2027-12-31"}
    year = await okr.done("PUT", path, said)
    inside = await okr.done("POST", "/cycles", WITHIN | {"year": year["id"]})
    for odd in ({"start": "2027-01-05"}, {"end": "2027-03-13"}, {"kind": "term"}):
        answer = await okr.ask("PUT", path, said | odd)
        assert (answer.json()["code"], answer.json()["cycle"]) == ("year-in-use", inside["id"])
    shorter = said | {"end": "2027-03-14"}
    assert (await okr.done("PUT", path, shorter))["end"] == "2027-03-14"
