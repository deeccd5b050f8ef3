"""A correction takes the place of what was said; what can't be counted is kept, with the reason."""

from datetime import date, timedelta

from tests.system.agency import Agency, text

TODAY = date.today()  # noqa: DTZ011 - the journeys' cycles are wide enough for any zone


def test_a_correction_reaches_the_board(agency: Agency) -> None:
    team, cycle = agency.team("Verkko"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(
        cycle,
        {"title": text("keskeytyneet"), "kind": "decrease", "baseline": 27, "target": 17},
        {"title": text("polut"), "kind": "increase", "baseline": 2, "target": 8},
    )
    made = team.check_in(objective, 17, 8)
    assert team.goal_on_board(cycle, objective)["progress"] == 1.0

    body = team.check_in_body(objective, 22)
    corrected = agency.do(
        team.as_("torchbearer"), "PUT", "checkins", f"/check-ins/{made['id']}",
        {"date": made["effective_date"], "entries": body["entries"]},
        version=made["version"],
    )  # fmt: skip
    assert corrected["version"] == 2
    goal = team.goal_on_board(cycle, objective)
    assert [it["value"] for it in goal["key_results"]] == [22, None]
    assert (goal["progress"], goal["coverage"]) == (0.5, 0.5)
    series = agency.do(
        team.as_("member"), "GET", "okr", f"/key-results/{objective['key_results'][1]['id']}/values"
    )
    assert [row["withdrawn"] for row in series["items"]] == [True]

    again = agency.ask(
        team.as_("torchbearer"), "PUT", "checkins", f"/check-ins/{made['id']}",
        {"date": made["effective_date"], "entries": body["entries"]},
        version=made["version"],
    )  # fmt: skip
    assert again.status_code == 412
    assert again.json()["current_version"] == 2


def test_an_older_day_does_not_become_current(agency: Agency) -> None:
    team, cycle = agency.team("Tuki"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    team.check_in(objective, 300, date=str(TODAY - timedelta(days=2)))
    team.check_in(objective, 600, date=str(TODAY - timedelta(days=30)))
    goal = team.goal_on_board(cycle, objective)
    assert goal["key_results"][0]["value"] == 300
    assert [point["value"] for point in goal["key_results"][0]["trend"]] == [600, 300]


def test_a_check_in_that_okr_cannot_count_is_kept_with_the_reason(agency: Agency) -> None:
    team, cycle = agency.team("Kuitti"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    team.check_in(objective, 400, date=str(TODAY - timedelta(days=7)))
    path = f"/objectives/{objective['id']}/check-in-form?team={team.id}"
    agency.do(team.as_("member"), "GET", "checkins", path)  # it has counted what was said so far
    agency.system.stop("checkins-worker")
    try:
        reached = dict(agency.reached)
        place = team.move(cycle, "closed", version=1)
        assert place["place"] == "closed"
        agency.reached = reached  # checkins can't know of the move yet, and takes the check-in
        made = team.check_in(objective, 300)
    finally:
        agency.system.start("checkins-worker")
    history = agency.do(
        team.as_("member"),
        "GET",
        "reporting",
        f"/key-results/{objective['key_results'][0]['id']}/history",
    )
    late = next(row for row in history["items"] if row["value"] == 300)
    assert (late["counted"], late["reason"]) == (False, "team-cycle-closed")
    goal = team.goal_on_board(cycle, objective)
    assert goal["key_results"][0]["value"] == 400
    form = agency.do(team.as_("member"), "GET", "checkins", path)
    assert form["last_check_in"]["id"] == made["id"]
    assert form["last_check_in"]["counted"] is False
    assert "team-cycle-closed" in str(form["last_check_in"])


def test_checkins_refuses_what_is_not_running_or_not_the_teams(agency: Agency) -> None:
    team, other, cycle = agency.team("Kantava"), agency.team("Revontuli"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    stranger = agency.ask(
        other.as_("torchbearer"), "POST", "checkins", "/check-ins",
        team.check_in_body(objective, 300) | {"team": other.id},
    )  # fmt: skip
    assert stranger.status_code in (403, 409, 422)
    assert agency.system  # the refusal changed nothing:
    team.move(cycle, "closed", version=1)
    refused = agency.ask(
        team.as_("torchbearer"), "POST", "checkins", "/check-ins",
        team.check_in_body(objective, 300),
    )  # fmt: skip
    assert refused.status_code == 409
    assert refused.json()["code"] == "team-cycle-closed"
    assert refused.json()["place"] == "closed"
    goal = team.goal_on_board(cycle, objective)
    assert goal["last_check_in"] is None


def test_a_machine_value_stands_beside_a_persons(agency: Agency) -> None:
    team, cycle = agency.team("Syyskuu"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    goal = objective["key_results"][0]["id"]

    def machine(day: date, value: float) -> None:
        agency.do(
            "machine.phones", "PUT", "okr", f"/key-results/{goal}/values/{day}", {"value": value}
        )

    yesterday = TODAY - timedelta(days=1)
    machine(yesterday, 500)
    assert team.goal_on_board(cycle, objective)["key_results"][0]["value"] == 500
    team.check_in(objective, 450, date=str(yesterday))
    machine(yesterday, 510)  # a person stands over a machine on the same day
    assert team.goal_on_board(cycle, objective)["key_results"][0]["value"] == 450
    machine(TODAY, 440)  # and a later day over both
    assert team.goal_on_board(cycle, objective)["key_results"][0]["value"] == 440
    history = agency.do(team.as_("member"), "GET", "reporting", f"/key-results/{goal}/history")
    assert [(row["source"], row["value"]) for row in history["items"]] == [
        ("machine", 440),
        ("check-in", 450),
        ("machine", 510),
    ]
