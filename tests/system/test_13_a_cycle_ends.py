"""A team sets goals, runs the cycle, looks back, decides how they go on, and closes it."""

from datetime import date, timedelta

from tests.system.agency import Agency, text, until

DOWN = {"title": text("jono"), "kind": "decrease", "baseline": 620, "target": 250}


def test_a_team_goes_from_one_cycle_into_the_next(agency: Agency) -> None:
    team, cycle = agency.team("Kajo"), agency.cycle_of_today()
    today = date.today()  # noqa: DTZ011 - the cycle is wide enough for any zone
    lead = team.as_("torchbearer")

    def move(where: str, place: str, version: int | None = None) -> None:
        path = f"/teams/{team.id}/cycles/{where}/place"
        agency.do(lead, "PUT", "okr", path, {"place": place}, version=version)

    move(cycle, "setting")
    objective = team.objective(cycle, DOWN, DOWN | {"title": text("korjaukset")})
    kept, dropped = (goal["id"] for goal in objective["key_results"])
    move(cycle, "running", 1)
    first = team.check_in(objective, 500, 600)
    to = agency.cycle(today - timedelta(days=1), today + timedelta(days=120))
    move(to, "setting")
    move(cycle, "retro", 2)

    late = team.check_in(objective, 455, date=str(today))
    correction = {"entries": [{"key_result": dropped, "value": 590}]}
    path = f"/check-ins/{first['id']}"
    bare = agency.ask(lead, "PUT", "checkins", path, correction, version=1)
    assert (bare.status_code, bare.json()["code"]) == (422, "correction-without-reason")
    why = correction | {"reason": "Laskettiin kahdesti."}
    agency.do(lead, "PUT", "checkins", path, why, version=1)
    finding = {
        "objective": objective["id"], "result": "partly", "recommendation": "modify",
        "learnings": [{"text": text("Yksi jono riittää.")}],
    }  # fmt: skip
    body = {"team": team.id, "cycle": cycle, "findings": [finding]}
    agency.do(lead, "POST", "checkins", "/retros", body)

    cut_over = f"/teams/{team.id}/cycles/{cycle}/cut-over"
    seen = agency.do(lead, "GET", "okr", cut_over)
    assert [(it["value"], it["recommendation"]) for it in seen["key_results"]] == [
        (455, "modify"), (590, "modify"),
    ]  # fmt: skip
    place = f"/teams/{team.id}/cycles/{cycle}/place"
    early = agency.ask(lead, "PUT", "okr", place, {"place": "closed"}, version=3)
    assert early.json()["code"] == "cut-over-undecided"
    decisions = [
        {"key_result": kept, "decision": "keep"},
        {"key_result": dropped, "decision": "drop"},
    ]
    agency.do(lead, "PUT", "okr", cut_over, {"to": to, "decisions": decisions})
    (successor,) = agency.do(lead, "GET", "okr", f"/objectives?cycle={to}&team={team.id}")["items"]
    team.agree(successor, {"how": "in-meeting", "present": 3})
    move(cycle, "closed", 3)

    def begun() -> bool:
        (goal,) = team.goal_on_board(to, successor)["key_results"]
        return bool(goal["value"] == 455)

    until(begun, "the value that was carried")
    ended = team.goal_on_board(cycle, objective)
    assert (ended["state"], [it["value"] for it in ended["key_results"]]) == ("closed", [455, 590])
    history = agency.do(
        lead, "GET", "reporting", f"/key-results/{successor['key_results'][0]['id']}/history"
    )
    assert [it["source"] for it in history["items"]] == ["carried"]
    refused = agency.ask(lead, "POST", "checkins", "/check-ins", team.check_in_body(objective, 400))
    assert (refused.status_code, refused.json()["code"]) == (409, "team-cycle-closed")
    move(to, "running", 1)
    form = agency.do(
        lead, "GET", "checkins", f"/objectives/{successor['id']}/check-in-form?team={team.id}"
    )
    assert [it["value"] for it in form["key_results"]] == [455]
    assert late["number"] == 2
