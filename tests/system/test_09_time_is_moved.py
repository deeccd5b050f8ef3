"""A journey through a week in a minute: due on Friday, missed and stale on Monday."""

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from contracts import pace
from local.files import write_private
from local.throwaway_system import NewSystem, ThrowAwaySystem
from tests.system.agency import Agency, until
from tests.system.test_08_people_are_told import inbox

ZONE = ZoneInfo("Europe/Helsinki")


def move(system: ThrowAwaySystem, to: datetime) -> None:
    """The clock of all processes of the system shows `to`."""
    ahead = to - datetime.now(UTC) + timedelta(seconds=1)
    write_private(system.clock_file, str(int(ahead.total_seconds())))


def test_every_process_follows_the_clock(new_system: NewSystem) -> None:
    system = new_system()
    with closing(Agency(system)) as agency:
        team, cycle = agency.team("Kuitti"), agency.cycle_of_today()
        team.move(cycle, "running")
        goal = team.objective(cycle)
        team.check_in(goal, 500)
        friday = pace.due_after("weekly", datetime.now(UTC) + timedelta(days=7), ZONE)
        move(system, friday)
        (due,) = until(lambda: inbox(agency, team, "torchbearer", "due"), "what is due")
        assert datetime.fromisoformat(due["at"]) == friday
        assert agency.do(team.as_("member"), "GET", "okr", f"/objectives/{goal['id']}/pace")
        move(system, pace.missed_at(friday, ZONE))
        until(lambda: inbox(agency, team, "torchbearer", "missed"), "what was missed")
        assert inbox(agency, team, "member", "due") == []
        assert team.goal_on_board(cycle, goal)["status"] == "stale"
        said = team.check_in(goal, 480)  # tokens and words go by the true time
        assert said["effective_date"] == str(pace.missed_at(friday, ZONE).date())
        board = until(
            lambda: _unless_stale(team.goal_on_board(cycle, goal)), "the board to hear of it"
        )
        assert "Jono lyhenee." in str(board["last_check_in"])
        assert _outbox_age(system) < 60


def _outbox_age(system: ThrowAwaySystem) -> float:
    told = httpx.get(f"{system.operations('checkins-relay')}/metrics").text
    return float(re.findall(r"^soihtu_outbox_age_seconds (\S+)$", told, re.MULTILINE)[0])


def _unless_stale(goal: dict[str, object]) -> dict[str, object] | None:
    return None if goal["status"] == "stale" else goal
