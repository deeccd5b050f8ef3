"""The demo is put in by the APIs, and is done when reports have all of its running cycle."""

import json
from collections.abc import Callable
from datetime import date

import httpx

from cli.client import Client
from cli.demo.agency import Agency, Round
from cli.demo.cycles import EARLIER_CYCLE, RUNNING_CYCLE, YEAR_CYCLE, small_agency
from cli.demo.dates import Calendar
from cli.demo.loading import Demo
from cli.demo.tables import Goal
from cli.reach import Credentials
from tests.unit.cli.fake_apis import REACH, FakeApis

WITH_REPORTS = type(REACH)(REACH.issuer, {**REACH.apis, "reporting": "http://reporting.example"})
WHEN = Calendar.of(date(2026, 11, 30))


class Silent:
    """Nobody looks."""

    def begin(self, _: str, steps: int) -> None:
        """A stage begins."""

    def step(self) -> None:
        """A step is done."""


def some(this: Round, chosen: Callable[[Goal], bool]) -> Round:
    """A round of some of its goals, which nobody looked back on."""
    return Round(this.frame, this.dates, tuple(filter(chosen, this.goals)), this.rhythm)


def learned(request: httpx.Request) -> httpx.Response | None:
    return httpx.Response(200, json={"items": []}) if "/learnings" in request.url.path else None


def drafted(request: httpx.Request) -> httpx.Response | None:
    """The strategy is a draft until it is published, which is remembered by nobody."""
    if "/strategies/" not in request.url.path:
        return learned(request)
    return httpx.Response(200, json={"id": "s", "version": 1, "state": "draft"})


async def test_reports_have_the_running_cycle_of_all_its_rounds() -> None:
    told = small_agency()
    rounds = (
        some(YEAR_CYCLE, lambda _: True),
        some(EARLIER_CYCLE, lambda _: True),
        some(RUNNING_CYCLE, lambda goal: goal.team == "lumme"),
        some(RUNNING_CYCLE, lambda goal: goal.team == "kide"),
    )
    agency = Agency("demo", told.units, told.teams, told.people, told.pillars, rounds)
    apis = FakeApis(learned)
    network = httpx.MockTransport(apis.answer)
    async with Client(WITH_REPORTS, Credentials("admin", "any"), network) as client:
        await Demo(client, WITH_REPORTS, agency, WHEN, Silent()).load()
    waited = " ".join(one.headers["soihtu-after"] for one in apis.asked("/learnings"))
    # Lumme said nothing in one of twelve weeks, Kide in two; of earlier cycles nothing is told.
    assert waited.count("counted/odotus/") == 11
    assert waited.count("counted/ennuste/") == 10
    assert waited.count("counted/") == 21


async def test_the_strategy_of_the_year_is_published_with_what_was_left_out() -> None:
    told = small_agency()
    rounds = (YEAR_CYCLE, some(RUNNING_CYCLE, lambda goal: goal.team == "lumme"))
    agency = Agency("demo", told.units, told.teams, told.people, told.pillars, rounds)
    apis = FakeApis(drafted)
    network = httpx.MockTransport(apis.answer)
    async with Client(WITH_REPORTS, Credentials("admin", "any"), network) as client:
        await Demo(client, WITH_REPORTS, agency, WHEN, Silent()).load()
    put, published = apis.asked("/strategies/")
    said = json.loads(put.content)
    assert put.url.path == "/strategies/by-ref/demo/year"
    assert said["objectives"] == ["V1", "V2", "V3", "V4", "V5", "V6"]
    (left_out,) = said["left_out"]
    assert left_out["what"]["en"] == "A phone app of our own"
    assert left_out["proof_read"] == ["sv", "en"]
    assert (published.url.path, published.headers["if-match"]) == ("/strategies/s/publish", '"1"')
    first = next(one for one in apis.asked("/objectives/by-ref") if "/V1" in one.url.path)
    goal = json.loads(first.content)
    assert (goal["proof_read"], goal["from_what"]["sv"][:8]) == (["sv", "en"], "Beslutet")
