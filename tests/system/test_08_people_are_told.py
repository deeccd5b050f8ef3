"""Journeys: what people ask each other is heard of once, in inbox and mail, without its words."""

from datetime import UTC, datetime
from typing import Any

from local.throwaway import ThrowAwayParts
from tests.system.agency import Agency, Team, until


def inbox(agency: Agency, team: Team, role: str, kind: str) -> list[dict[str, Any]]:
    """What a person of the team was told of a kind."""
    found = agency.do(team.as_(role), "GET", "notifications", "/me/notifications")
    return [it for it in found["items"] if it["kind"] == kind]


def told(agency: Agency, team: Team, role: str, kind: str) -> list[dict[str, Any]]:
    """The same, once there is something."""
    return until(lambda: inbox(agency, team, role, kind), f"{kind} for {role}")


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
    (entry,) = told(agency, team, "supervisor", "help-wanted")
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


def test_what_others_ask_of_a_goal_is_heard_of_and_so_are_the_answers(
    agency: Agency, parts: ThrowAwayParts
) -> None:
    team, other, cycle = agency.team("Lumme"), agency.team("Vuono"), agency.cycle_of_today()
    team.move(cycle, "running")
    goal = team.objective(cycle)
    path = f"/objectives/{goal['id']}/remarks"
    question = agency.do(
        other.as_("member"), "POST", "okr", path,
        {"kind": "question", "text": "Miksi liite on epäselvä?"},
    )  # fmt: skip
    request = agency.do(
        other.as_("torchbearer"), "POST", "okr", path,
        {"kind": "request", "team": other.id, "text": "Korjatkaa epäselvä liite."},
    )  # fmt: skip
    for role in ("torchbearer", "supervisor"):
        for kind, asked in (("question-asked", question), ("request-made", request)):
            (entry,) = told(agency, team, role, kind)
            assert entry["about"] == f"remarks/{asked['id']}"
    assert inbox(agency, team, "member", "question-asked") == []
    agency.do(
        team.as_("member"), "POST", "okr", path,
        {"kind": "comment", "parent": question["id"], "text": "Se on epäselvä, korjaamme."},
    )  # fmt: skip
    agency.do(
        team.as_("torchbearer"), "POST", "okr", f"/remarks/{request['id']}/answer",
        {"outcome": "accepted", "words": "Epäselvä on."}, version=request["version"],
    )  # fmt: skip
    for role in ("member", "torchbearer"):
        assert told(agency, other, role, "answered")
    (mail,) = until(
        lambda: [it for it in parts.mails() if other.as_("member") in it["To"]], "a mail of it"
    )
    body = mail.get_body(("plain",))
    assert body is not None
    assert "”answered”" in body.get_content()
    assert "epäselvä" not in body.get_content().lower()


def test_what_a_team_asks_on_its_own_goal_is_heard_of_by_the_team_that_it_asks(
    agency: Agency,
) -> None:
    team, other, cycle = agency.team("Lumme"), agency.team("Vuono"), agency.cycle_of_today()
    team.move(cycle, "running")
    goal = team.objective(cycle)
    request = agency.do(
        team.as_("torchbearer"), "POST", "okr", f"/objectives/{goal['id']}/remarks",
        {"kind": "request", "team": team.id, "asked": other.id, "text": "Tarvitsemme ohjeen."},
    )  # fmt: skip
    about = f"remarks/{request['id']}"
    for role in ("torchbearer", "supervisor"):
        (entry,) = told(agency, other, role, "request-made")
        assert (entry["about"], entry["team"]) == (about, team.id)
        waiting = agency.do(other.as_(role), "GET", "okr", "/me/asked")["items"]
        assert (about, other.id) in [(it["about"], it["team"]) for it in waiting]
    agency.do(
        other.as_("supervisor"), "POST", "okr", f"/{about}/answer", {"outcome": "accepted"},
        version=request["version"],
    )  # fmt: skip
    (entry,) = told(agency, team, "torchbearer", "answered")
    assert (entry["about"], entry["team"]) == (about, other.id)
    assert inbox(agency, team, "supervisor", "request-made") == []
