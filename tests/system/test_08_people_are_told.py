"""A journey: a team asks for help, and each of its people hears of it once, in inbox and mail."""

from datetime import UTC, datetime
from typing import Any

from local.throwaway import ThrowAwayParts
from tests.system.agency import Agency, Team, until


def inbox(agency: Agency, team: Team, role: str, kind: str) -> list[dict[str, Any]]:
    """What a person of the team was told of a kind."""
    found = agency.do(team.as_(role), "GET", "notifications", "/me/notifications")
    return [it for it in found["items"] if it["kind"] == kind]


def test_help_that_is_wanted_is_heard_of(agency: Agency, parts: ThrowAwayParts) -> None:
    team, cycle = agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    began = datetime.now(UTC)
    goal = team.objective(cycle)
    agency.do(
        team.as_("member"), "PUT", "notifications", "/me/preferences",
        {"mail": {"help-wanted": False}},
    )  # fmt: skip
    said = team.check_in(goal, 500, help_wanted="Liiteohje on epäselvä.")
    told = until(lambda: inbox(agency, team, "supervisor", "help-wanted"), "news of it")
    (entry,) = told
    assert datetime.fromisoformat(entry["at"]) >= began
    assert entry["about"] == f"check-ins/{said['id']}"
    assert "epäselvä" not in str(entry)
    assert len(inbox(agency, team, "member", "help-wanted")) == 1
    assert len(inbox(agency, team, "member", "goal-agreed")) == 1
    mailed = until(
        lambda: [it for it in parts.mails() if team.as_("supervisor") in it["To"]], "a mail"
    )
    (mail,) = mailed
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "epäselvä" not in str(mail)
    of_member = [it for it in parts.mails() if team.as_("member") in it["To"]]
    assert {"help-wanted" in str(it) for it in of_member} <= {False}
