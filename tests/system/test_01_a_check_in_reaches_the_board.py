"""A check-in travels from a command to a report, through both hops."""

import httpx

from tests.system.agency import Agency, text


def test_a_check_in_reaches_the_board(agency: Agency) -> None:
    team, cycle = agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(
        cycle,
        {"title": text("yli 14 pv odottavat"), "kind": "decrease", "baseline": 620, "target": 250},
        {"title": text("oikaisut"), "kind": "maintain", "low": 3, "high": 5, "tolerance": 2},
        {"title": text("ohje käytössä"), "kind": "binary"},
    )
    made = team.check_in(objective, 435, 6, help_wanted="Liiteohje on epäselvä.")

    goal = team.goal_on_board(cycle, objective)
    assert [it["progress"] for it in goal["key_results"]] == [0.5, 0.5, None]
    assert goal["progress"] == 0.5
    assert goal["coverage"] == 2 / 3
    last = goal["last_check_in"]
    assert last["id"] == made["id"]
    assert [entry["words"] for entry in last["entries"]] == ["Jono lyhenee."] * 2
    assert last["help_wanted"] == "Liiteohje on epäselvä."


def test_others_see_the_numbers_and_not_the_words(agency: Agency) -> None:
    team, other, cycle = agency.team("Pesä"), agency.team("Kide"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    made = team.check_in(objective, 400)
    board = agency.do(
        other.as_("member"), "GET", "reporting", f"/teams/{team.id}/board?cycle={cycle}"
    )
    last = board["objectives"][0]["last_check_in"]
    assert last["entries"][0]["value"] == 400
    assert last["entries"][0]["words"] is None
    seen = agency.do(other.as_("member"), "GET", "checkins", f"/check-ins/{made['id']}")
    assert seen["entries"][0]["value"] == 400
    assert seen["entries"][0]["words"] is None


def test_the_overview_counts_it(agency: Agency) -> None:
    team, cycle = agency.team("Kantava"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    team.check_in(objective, 250)
    overview = agency.do("strategy", "GET", "reporting", f"/overview?cycle={cycle}")
    found = next(it for it in overview["objectives"] if it["id"] == objective["id"])
    assert found["progress"] == 1.0
    root = overview["units"][0]
    assert (root["depth"], root["progress"], root["key_results"]) == (0, 1.0, 1)
    assert next(it for it in overview["units"] if it["id"] == team.id)["progress"] == 1.0
    assert overview["as_of"] is not None


def test_the_form_holds_what_was_said_before_it_is_counted(agency: Agency) -> None:
    team, cycle = agency.team("Kynnys"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    agency.system.pause("okr-worker")
    try:
        team.check_in(objective, 500)
        agency.reached = {
            name: version
            for name, version in agency.reached.items()
            if not name.startswith("counted/")
        }
        form = agency.do(
            team.as_("member"),
            "GET",
            "checkins",
            f"/objectives/{objective['id']}/check-in-form?team={team.id}",
        )
        assert form["key_results"][0]["value"] == 500
    finally:
        agency.system.resume("okr-worker")


def test_a_twin_of_a_command_is_answered_as_the_first(agency: Agency) -> None:
    team, cycle = agency.team("Sälg"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    body = team.check_in_body(objective, 300)
    first, second = (
        agency.ask(
            team.as_("member"), "POST", "checkins", "/check-ins", body, key="one-and-the-same"
        )
        for _ in range(2)
    )
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    listed = agency.do(
        team.as_("member"), "GET", "checkins", f"/objectives/{objective['id']}/check-ins"
    )
    assert len(listed["items"]) == 1


def test_without_a_token_there_is_nothing(agency: Agency) -> None:
    for service in ("okr", "checkins", "reporting"):
        url = agency.system.apis[service]
        answer = httpx.get(f"{url}/objectives", headers={"Accept-Language": "sv"})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == "sv"
