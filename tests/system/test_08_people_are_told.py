"""A journey: a team asks for help, and each of its people hears of it once."""

from datetime import UTC, datetime

import httpx

from tests.system.agency import Agency, Team, until


def _inbox(agency: Agency, team: Team, role: str) -> list[dict[str, object]]:
    """What a person of the team was told."""
    answer: httpx.Response = agency.ask(team.as_(role), "GET", "notifications", "/me/notifications")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, object]] = answer.json()["items"]
    return items


def test_help_that_is_wanted_is_heard_of(agency: Agency) -> None:
    team, cycle = agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    began = datetime.now(UTC)
    goal = team.objective(cycle)
    team.check_in(goal, 500, help_wanted="Liiteohje on epäselvä.")
    told = until(
        lambda: [it for it in _inbox(agency, team, "supervisor") if it["kind"] == "help-wanted"],
        "the supervisor to be told",
    )
    (entry,) = told
    assert datetime.fromisoformat(str(entry["at"])) >= began
    assert "epäselvä" not in str(entry)
    kinds = {str(it["kind"]) for it in _inbox(agency, team, "member")}
    assert kinds == {"help-wanted", "goal-agreed"}
