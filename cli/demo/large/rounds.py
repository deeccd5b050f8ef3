"""The goals of made teams in a cycle, what they said of them, and what they learned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from cli.demo.large import series
from cli.demo.large.aims import AIMS
from cli.demo.large.kinds_of_work import ABOUT, Aim, text
from cli.demo.large.learned import LEARNED
from cli.demo.large.places import ALL_UNITS
from cli.demo.large.said import DOWN, HELP, IN_SWEDISH, UP, WHY, Result
from cli.demo.tables import Finding, Goal, Learning, Saying, Team

KINDS = {unit.key: unit.kind for unit in ALL_UNITS}
PILLARS = ("selkeys", "ajallaan", "yhdessa")
STALE = 0.06
"""The share of teams of the running cycle that have fallen silent."""
ASKS = 0.08
"""The share of teams that ask for help."""
SERVES_ITSELF = 0.15
"""The share of goals that serve a pillar beside what their yearly goal serves."""
TOGETHER = 0.12
"""The share of goals to which a team of the same unit contributes."""


@dataclass(frozen=True)
class Stretch:
    """A cycle as a series sees it: its number, how many dates, how much has passed (0–1)."""

    number: int
    dates: int
    elapsed: float
    running: bool = False


def goals_of(teams: Sequence[Team], this: Stretch, seed: int) -> tuple[Goal, ...]:
    """A goal of each team."""
    beside: dict[str, list[str]] = {}
    for team in teams:
        beside.setdefault(team.unit, []).append(team.key)
    return tuple(_goal(team, this, beside[team.unit], seed) for team in teams)


def _goal(team: Team, this: Stretch, beside: Sequence[str], seed: int) -> Goal:
    rnd = Random(f"{seed}/{this.number}/{team.key}")
    aim = _aim(team, this, seed)
    way = series.path(rnd, this.dates, this.elapsed)
    quiet = series.silent(rnd, this.dates, stale=this.running and rnd.random() < STALE)
    others = [key for key in beside if key != team.key]
    return Goal(
        f"t{this.number}/{team.key}/{aim.key}",
        team.key,
        text(aim.title, ABOUT.get(team.unit, ("", "", ""))),
        text(aim.benefit),
        tuple(
            series.measure(one, _beside(way, rnd), quiet, this.elapsed, rnd) for one in aim.drafts
        ),
        contributes_to=(aim.yearly,),
        serves=(rnd.choice(PILLARS),) if rnd.random() < SERVES_ITSELF else (),
        contributing=(rnd.choice(others),) if others and rnd.random() < TOGETHER else (),
        said=_said(team, way, quiet, rnd),
    )


def _aim(team: Team, this: Stretch, seed: int) -> Aim:
    """Another one in each cycle."""
    aims = [aim for aim in AIMS[KINDS[team.unit]] if (team.unit, aim.key) != ("svensk", "kielet")]
    first = Random(f"{seed}/{team.key}").randrange(len(aims))
    return aims[(first + this.number) % len(aims)]


def _beside(way: series.Path, rnd: Random) -> series.Path:
    """Each measure of a goal goes its own way, near that of the goal."""
    pace = max(rnd.gauss(1, 0.25), 0)
    return tuple(share * pace for share in way)


def _said(team: Team, way: series.Path, quiet: frozenset[int], rnd: Random) -> Mapping[int, Saying]:
    spoken = [at for at in range(len(way)) if at not in quiet]
    words = {"up": UP, "down": DOWN, "help": HELP}
    if team.language == "sv":
        words = IN_SWEDISH
    said: dict[int, Saying] = {}
    for at in rnd.sample(spoken, min(2, len(spoken))):
        rises = at == 0 or way[at] - way[at - 1] >= way[-1] / len(way)
        said[at + 1] = Saying(rnd.choice(words["up" if rises else "down"]))
    if spoken and rnd.random() < ASKS:
        last = spoken[-1] + 1
        said[last] = Saying(rnd.choice(words["down"]), rnd.choice(words["help"]))
    return said


def findings_of(goals: Sequence[Goal], number: int, seed: int) -> tuple[Finding, ...]:
    """What each team made of its goal when the cycle ended."""
    rnd = Random(f"{seed}/{number}/findings")
    # Spread, so that each is learned by as few teams as can be.
    begin = rnd.randrange(len(LEARNED))
    return tuple(
        _finding(goal, LEARNED[(begin + at * 7) % len(LEARNED)], rnd)
        for at, goal in enumerate(goals)
    )


def _finding(goal: Goal, learned: Learning, rnd: Random) -> Finding:
    result = _result(goal)
    words, reasons = rnd.choice(WHY[result])
    recommendation = {"reached": "keep", "partly": "modify", "not": "drop"}[result]
    shareable = rnd.random() < 0.9
    return Finding(
        goal.team,
        result,
        reasons,
        words,
        recommendation,  # type: ignore[arg-type]
        (Learning(learned.text, shareable),),
    )


def _result(goal: Goal) -> Result:
    """By how sure the team was in the end."""
    last = [one.confidence[-1] for one in goal.measures if one.confidence]
    sure = [one for one in last if one is not None]
    mean = sum(sure) / len(sure) if sure else 5
    return "reached" if mean >= 6 else "partly" if mean >= 4.5 else "not"
