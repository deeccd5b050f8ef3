"""Makes a large agency: the same for the same numbers, in texts and figures."""

from cli.demo.agency import Agency, Round
from cli.demo.cycles import EARLIER_CYCLE, RUNNING_CYCLE, YEAR_CYCLE
from cli.demo.dates import Calendar
from cli.demo.large.persons import everyone
from cli.demo.large.places import ALL_UNITS, TWELVE, placed_teams
from cli.demo.large.rounds import Stretch, findings_of, goals_of
from cli.demo.organisation import PILLARS, TEAMS
from cli.demo.retros import FINDINGS
from local.problems import LocalProblem

FORTNIGHTS = 9
"""Check-ins of a cycle that has ended."""
WEEKS = 17
MOST_WEEKS = 16


def large_agency(teams: int, people: int, weeks: int, seed: int) -> Agency:
    """So many teams and people, so many weeks into the running cycle. Raises LocalProblem."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise LocalProblem(f"--weeks lies between 1 and {MOST_WEEKS}: the cycle is to go on.")
    placed = placed_teams(teams, people, seed)
    made = [one.team for one in placed if one.team.key not in TWELVE]
    first = goals_of([*TEAMS, *made], Stretch(1, FORTNIGHTS, 1.0), seed)
    earlier = goals_of(made, Stretch(2, FORTNIGHTS, 1.0), seed)
    running = goals_of(made, Stretch(3, weeks, weeks / WEEKS, running=True), seed)
    return Agency(
        f"demo-{teams}-{people}-{weeks}-{seed}",
        ALL_UNITS,
        tuple(one.team for one in placed),
        tuple(everyone(placed)),
        PILLARS,
        (
            YEAR_CYCLE,
            Round(
                lambda when: when.first, lambda when: when.fortnightly(when.first), first,
                findings=findings_of(first, 1, seed),
            ),
            Round(EARLIER_CYCLE.frame, EARLIER_CYCLE.dates, EARLIER_CYCLE.goals),
            Round(
                lambda when: when.earlier, lambda when: when.fortnightly(when.earlier), earlier,
                findings=(*FINDINGS, *findings_of(earlier, 2, seed)),
            ),
            RUNNING_CYCLE,
            Round(RUNNING_CYCLE.frame, Calendar.weekly, running),
        ),
        weeks,
    )  # fmt: skip
