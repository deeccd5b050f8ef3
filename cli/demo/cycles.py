"""The small demo: its three cycles, whose goals each holds, and the agency that they are of."""

from cli.demo.agency import Agency, Round
from cli.demo.dates import Calendar
from cli.demo.earlier import EARLIER
from cli.demo.goals import GOALS
from cli.demo.organisation import PILLARS, TEAMS, UNITS
from cli.demo.people import people
from cli.demo.retros import FINDINGS
from cli.demo.yearly import LEFT_OUT, YEARLY

YEAR_CYCLE = Round(
    lambda when: when.year,
    Calendar.monthly,
    YEARLY,
    rhythm="monthly",
    of_the_agency=True,
    left_out=LEFT_OUT,
)
EARLIER_CYCLE = Round(lambda when: when.earlier, Calendar.earlier_dates, EARLIER, findings=FINDINGS)
RUNNING_CYCLE = Round(lambda when: when.running, Calendar.weekly, GOALS)


def small_agency() -> Agency:
    """Twelve teams in the thirteenth week of a cycle, after one that has ended."""
    return Agency(
        "demo",
        UNITS,
        TEAMS,
        tuple(people()),
        PILLARS,
        (YEAR_CYCLE, EARLIER_CYCLE, RUNNING_CYCLE),
    )
