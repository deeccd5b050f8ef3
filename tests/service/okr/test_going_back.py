"""Rows that a later release wrote: they are read, changed, and keep what this one doesn't know."""

from typing import Any

import orjson
import pytest

from tests.contracts.test_later_fields import LATER, later
from tests.service.okr.conftest import Okr
from tests.service.okr.goals import UP, Goals

TABLES = (
    "units", "teams", "people", "cycles", "team_cycles", "objectives", "recorded_values", "remarks",
)  # fmt: skip


async def _a_later_release_was_here(okr: Okr) -> None:
    for table in TABLES:
        rows = await okr.db.pool.fetch(f"SELECT ctid, state FROM {table}")  # noqa: S608
        for row in rows:
            state = orjson.dumps(later(orjson.loads(row["state"]))).decode()
            put = f"UPDATE {table} SET state = $1 WHERE ctid = $2"  # noqa: S608
            await okr.db.pool.execute(put, state, row["ctid"])


async def _states(okr: Okr, table: str) -> list[Any]:
    rows = await okr.db.pool.fetch(f"SELECT state FROM {table}")  # noqa: S608
    return [orjson.loads(row["state"]) for row in rows]


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def test_what_is_changed_keeps_it_in_its_row_and_in_its_event(goals: Goals) -> None:
    okr = goals.okr
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    await goals.machine(goal, "2026-10-01", 4)
    request = await _a_request(goals, objective["id"])
    await _a_later_release_was_here(okr)

    await goals.machine(goal, "2026-10-01", 5)
    await goals.changed(objective, kind="revise", title={"source": "fi", "fi": "Toisin"},
                        key_results=[UP | {"id": goal}])  # fmt: skip
    await _every_noun_is_changed(goals)
    answer = {"outcome": "accepted"}
    await okr.done("POST", f"{request}/answer", answer, version=1, caller="pesa.torchbearer")

    for table in TABLES:
        assert all(LATER.items() <= state.items() for state in await _states(okr, table)), table
    (held,) = await _states(okr, "objectives")
    assert held["title"]["fi"] == "Toisin"
    assert LATER.items() <= held["key_results"][0].items()
    (value,) = await _states(okr, "recorded_values")
    assert (value["value"], value["version"]) == (5, 2)
    told = [data for _, data in await okr.published("soihtu.okr.v1")]
    assert held in told
    public = [data for _, data in await okr.published("soihtu.open.v1")]
    assert "of_tomorrow" not in str(public)


async def _a_request(goals: Goals, objective: str) -> str:
    """The address of what the team asks of another one on its own goal."""
    other = await Goals.of(goals.okr, "Pesa")
    said = {"kind": "request", "text": "Auttakaa.", "team": goals.team, "asked": other.team}
    path, lead = f"/objectives/{objective}/remarks", "revontuli.torchbearer"
    return f"/remarks/{(await goals.okr.done('POST', path, said, caller=lead))['id']}"


async def _every_noun_is_changed(goals: Goals) -> None:
    okr = goals.okr
    team = await okr.done("GET", f"/teams/{goals.team}")
    said = {"name": team["name"], "parent": team["parent"]}
    await okr.done("PUT", f"/teams/{goals.team}", said, version=team["version"])
    unit = await okr.done("GET", f"/units/{team['parent']}")
    body = {"kind": "unit", "name": unit["name"]}
    await okr.done("PUT", f"/units/{unit['id']}", body, version=unit["version"])
    await goals.move("retro", version=1)
    await _the_member_becomes_deputy(goals)
    for row in await okr.db.pool.fetch("SELECT id FROM people"):
        person = await okr.done("GET", f"/people/{row['id']}")
        version = person["version"]
        said = {name: it for name, it in person.items() if name not in ("id", "version", "change")}
        await okr.done("PUT", f"/people/{row['id']}", said, version=version)


async def _the_member_becomes_deputy(goals: Goals) -> None:
    """Which copies the person, logins and all."""
    asked = "SELECT person FROM person_logins WHERE subject = 'revontuli.member'"
    member = str(await goals.okr.db.pool.fetchval(asked))
    body = {"person": member, "role": "deputy", "since": "2026-10-01"}
    path, lead = f"/teams/{goals.team}/torchbearer-candidacies", "revontuli.torchbearer"
    made = await goals.okr.done("POST", path, body, caller=lead)
    accept = f"/candidacies/{made['id']}/accept"
    await goals.okr.done("POST", accept, version=1, caller="revontuli.member")


async def test_answers_are_as_this_release_describes_them(goals: Goals) -> None:
    objective = await goals.agreed()
    await _a_later_release_was_here(goals.okr)

    told = await goals.okr.ask("GET", f"/objectives/{objective['id']}")

    assert "of_tomorrow" not in told.text
