"""A whole agency, put in by the APIs: reporting says of it what a count over its own model says."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from chassis import clock
from chassis.settings import KafkaSettings
from cli.demo.agency import Agency as Demo
from cli.demo.agency import Round
from cli.demo.dates import Calendar
from cli.demo.large.agency import large_agency
from cli.demo.loading import load_all
from cli.demo.tables import Goal, Measure
from cli.reach import Reach
from cli.touring.guide import Guide
from cli.touring.stops import walk
from contracts import pace
from local.addresses import kafka_settings
from local.home import Home
from local.throwaway import ThrowAwayParts
from local.throwaway_system import ThrowAwaySystem
from tests.system.agency import Agency, until
from tests.system.demo_choosing import choosing, expect_choosing, expect_scores
from tests.system.tables import count as rows
from tests.system.test_00_local_run import called

TEAMS, PEOPLE, WEEKS, SEED = 16, 130, 2, 5


class Silent:
    """Counts what is begun and done."""

    def __init__(self) -> None:
        self.begun = self.done = 0

    def begin(self, _: str, steps: int) -> None:
        self.begun += steps

    def step(self) -> None:
        self.done += 1


@dataclass
class Whole:
    """A system with an agency in it."""

    agency: Agency
    demo: Demo
    progress: Silent

    @property
    def reach(self) -> Reach:
        running = self.agency.system.running
        return Reach(running.issuer, running.apis)

    @property
    def kafka(self) -> KafkaSettings:
        running = self.agency.system.running
        return kafka_settings({**running.kafka, "SOIHTU_TOPIC_PREFIX": running.topic_prefix})

    def practice(self, cycle: str) -> Any:
        path = f"/practice?cycle={cycle}"
        return self.agency.do("strategy", "GET", "reporting", path)

    def practice_of_all(self) -> list[Any]:
        """Of each cycle, without what is of the moment of asking.

        Means are rounded: PostgreSQL sums in whichever order it reads, which may change.
        """
        cycles = self.agency.do("strategy", "GET", "okr", "/cycles")["items"]
        told = [self.practice(cycle["id"]) for cycle in cycles]
        lasting = json.dumps([{"pillars": one["pillars"], "units": one["units"]} for one in told])
        rounded: list[Any] = json.loads(lasting, parse_float=lambda text: round(float(text), 9))
        return rounded


@pytest.fixture(scope="module")
def whole(parts: ThrowAwayParts) -> Iterator[Whole]:
    system = ThrowAwaySystem(parts)
    system.start_all()
    made = Whole(Agency(system), large_agency(TEAMS, PEOPLE, WEEKS, SEED), Silent())
    asyncio.run(load_all(made.reach, made.demo, made.progress))
    yield made
    made.agency.close()
    system.stop_all()


@dataclass
class Count:
    """What a count over the model says of some goals, and of the teams and people of a unit."""

    objectives: int = 0
    progress: tuple[float, ...] = ()
    key_results: int = 0
    with_value: int = 0
    confidences: tuple[int, ...] = ()
    teams: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    people: int = 0
    elsewhere: int = 0

    def add(self, goal: "Counted") -> None:
        self.objectives += 1
        self.progress += () if goal.progress is None else (goal.progress,)
        self.key_results += goal.key_results
        self.with_value += len(goal.shares)
        self.confidences += goal.confidences

    def reached(self) -> dict[str, Any]:
        mean = sum(self.progress) / len(self.progress) if self.progress else None
        return {
            "objectives": self.objectives,
            "progress": None if mean is None else pytest.approx(mean),
            "coverage": (
                pytest.approx(self.with_value / self.key_results) if self.key_results else None
            ),
            "lowest_confidence": min(self.confidences, default=None),
            "low_confidence": sum(one <= 3 for one in self.confidences),
        }

    def lived(self, told: bool) -> dict[str, Any]:
        """With figures of people where these can be told."""
        return {
            "teams": len(self.teams),
            "in_rhythm": len(self.teams - self.late),
            "people": self.people if told else None,
            "elsewhere": self.elsewhere if told else None,
            "site_distance": pytest.approx(self.elsewhere / self.people) if told else None,
        }


@dataclass(frozen=True)
class Counted:
    """A goal as the model leaves it."""

    goal: Goal
    owner: str
    shares: tuple[float, ...]
    confidences: tuple[int, ...]
    late: bool

    @property
    def key_results(self) -> int:
        return len(self.goal.measures)

    @property
    def progress(self) -> float | None:
        return sum(self.shares) / len(self.shares) if self.shares else None


def counted(this: Round, when: Calendar) -> Iterator[Counted]:
    """The goals of a round: the last that was said of each key result."""
    frame, dates = this.frame(when), this.dates(when)
    zone = ZoneInfo("Europe/Helsinki")
    for goal in this.goals:
        length = max(len(one.values) for one in goal.measures)
        days = dict(zip(range(length, 0, -1), reversed(dates), strict=False))
        said = [at for at in days if any(one.told(at) for one in goal.measures)]
        last = days[max(said)] if said else None
        turn = pace.turn(this.rhythm, last, frame.start, frame.end, clock.now(), zone)
        owner = "agency" if this.of_the_agency else goal.team
        shares = tuple(it for one in goal.measures for it in _share(one, days))
        sure = tuple(it for one in goal.measures for it in _confidence(one, days))
        yield Counted(goal, owner, shares, sure, turn.stale)


def _share(measure: Measure, days: Mapping[int, Any]) -> Iterator[float]:
    """Progress by what it was last told; written anew here, that no formula proves itself."""
    if said := [told for at in sorted(days) if (told := measure.told(at))]:
        yield SHARES[measure.kind](measure, said[-1])


def _on_a_way(measure: Measure, value: float, *stretches: tuple[str, str, float]) -> float:
    """What is behind us of each stretch of the way, by what that stretch is worth."""
    ends = [(measure.numbers[one], measure.numbers[two], worth) for one, two, worth in stretches]
    return sum(
        worth * min(max((value - begin) / (end - begin), 0), 1) for begin, end, worth in ends
    )


def _of_a_way(measure: Measure, told: Mapping[str, Any]) -> float:
    return _on_a_way(measure, told["value"], ("baseline", "target", 1))


def _of_zones(measure: Measure, told: Mapping[str, Any]) -> float:
    zones = ("baseline", "commit", 0.3), ("commit", "target", 0.4), ("target", "stretch", 0.3)
    return _on_a_way(measure, told["value"], *zones)


def _of_a_corridor(measure: Measure, told: Mapping[str, Any]) -> float:
    low, high = measure.numbers["low"], measure.numbers["high"]
    value = float(told["value"])
    return max(1 - abs(value - min(max(value, low), high)) / (high - low), 0)


def _of_steps(measure: Measure, told: Mapping[str, Any]) -> float:
    weights = {one.key: one.weight for one in measure.steps}
    return sum(weights[key] for key in told["done"]) / sum(weights.values())


SHARES: Mapping[str, Callable[[Measure, Mapping[str, Any]], float]] = {
    "increase": _of_a_way,
    "decrease": _of_a_way,
    "zones": _of_zones,
    "maintain": _of_a_corridor,
    "milestones": _of_steps,
    "binary": lambda _, told: float(told["value"]),
}


def _confidence(measure: Measure, days: Mapping[int, Any]) -> Iterator[int]:
    told = [measure.told(at) or {} for at in sorted(days)]
    said = [one["confidence"] for one in told if "confidence" in one]
    yield from said[-1:]


def by_unit(demo: Demo, goals: list[Counted]) -> dict[str, Count]:
    """What is in the subtree of each unit, by its key; the root is called agency."""
    above = {unit.key: unit.parent or "agency" for unit in demo.units}
    above |= {team.key: team.unit for team in demo.teams}
    counts = {key: Count() for key in ("agency", *(unit.key for unit in demo.units))}

    def units_over(place: str) -> list[str]:
        found = [place] if place in counts else []
        return found + (units_over(above[place]) if place in above else [])

    for one in goals:
        for unit in units_over(one.owner):
            counts[unit].add(one)
        for unit in units_over(one.goal.team):
            counts[unit].teams |= {one.goal.team}
            counts[unit].late |= {one.goal.team} if one.late else set()
    supervisors = {one.team: one.site for one in demo.people if "supervisor" in one.roles}
    for person in demo.people:
        if person.team and person.at_home:
            for unit in units_over(person.team):
                counts[unit].people += 1
                counts[unit].elsewhere += person.site != supervisors[person.team]
    return counts


def by_pillar(demo: Demo, goals: list[Counted]) -> dict[str, Count]:
    """What serves each pillar, itself or by what it contributes to."""
    served = {goal.key: goal.serves for this in demo.rounds for goal in this.goals}
    counts = {pillar.key: Count() for pillar in demo.pillars}
    for one in goals:
        through = (one.goal.key, *one.goal.contributes_to)
        for pillar in {it for key in through for it in served[key]}:
            counts[pillar].add(one)
    return counts


@pytest.mark.parametrize("key", ["year", "tertial-1", "tertial-2", "tertial-3"])
def test_the_practice_is_a_count_over_the_model(whole: Whole, key: str) -> None:
    demo = whole.demo
    when = Calendar.of(clock.today("Europe/Helsinki"), WEEKS)
    rounds = [this for this in demo.rounds if this.frame(when).key == key]
    goals = [one for this in rounds for one in counted(this, when)]
    name = rounds[0].frame(when).name["fi"]
    cycles = whole.agency.do("strategy", "GET", "okr", "/cycles")["items"]
    practice = whole.practice(next(it["id"] for it in cycles if it["name"]["fi"] == name))

    pillars = by_pillar(demo, goals)
    assert [one["name"]["fi"] for one in practice["pillars"]] == [
        one.name["fi"] for one in demo.pillars
    ]
    for pillar, told in zip(demo.pillars, practice["pillars"], strict=True):
        assert _some(told, pillars[pillar.key].reached()) == pillars[pillar.key].reached()

    units = by_unit(demo, goals)
    names = {unit.name[unit.name["source"]]: unit.key for unit in demo.units}
    told_units = {
        names[one["name"][one["name"]["source"]]] if one["parent"] else "agency": one
        for one in practice["units"]
    }
    assert told_units.keys() == units.keys()
    told = {unit for unit in units if told_units[unit]["people"] is not None}
    assert told >= {"agency", "asiakaspalvelu", "etuuskasittely"}
    for unit, count in units.items():
        expected = count.reached() | count.lived(unit in told)
        assert _some(told_units[unit], expected) == expected, unit
    # Departments and what is in them: two layers below the agency.
    above = {unit.key: unit.parent or "agency" for unit in demo.units}
    above["agency"] = ""
    for unit in told:
        inner = [it for it in told - {unit} if unit in (above[it], above.get(above[it]))]
        outer = [it for it in inner if above[it] not in inner]
        rest = units[unit].people - sum(units[it].people for it in outer)
        assert rest == 0 or rest >= 5, unit


def _some(told: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in names}


def test_the_agency_is_imperfect_on_purpose(whole: Whole) -> None:
    sizes = Counter(one.team for one in whole.demo.people if one.team and one.at_home)
    assert min(sizes.values()) == 4
    me = whole.agency.do("kuitti.member1", "GET", "okr", "/me")
    team = me["roles"][0]["team"]
    board = whole.agency.do("kuitti.member1", "GET", "reporting", f"/teams/{team}/board")
    assert {goal["status"] for goal in board["objectives"] if goal["part"] == "responsible"} == {
        "stale"
    }
    assert whole.progress.begun == whole.progress.done


def test_teams_are_choosing_together_right_now(whole: Whole) -> None:
    expect_choosing(whole.agency)


def test_the_earlier_cycle_of_the_twelve_teams_is_scored(whole: Whole) -> None:
    expect_scores(whole.agency)


def test_what_was_loaded_is_loaded_once(whole: Whole) -> None:
    before, chosen = whole.practice_of_all(), choosing(whole.agency)
    asyncio.run(load_all(whole.reach, whole.demo, Silent()))
    assert whole.practice_of_all() == before
    assert choosing(whole.agency) == chosen


def test_the_command_goes_on_with_what_it_began_alone(whole: Whole, tmp_path: Path) -> None:
    running = whole.agency.system.running
    home = Home(tmp_path / "home")
    urls = {f"SOIHTU_{service.upper()}_URL": url for service, url in running.apis.items()}
    environment = {
        **os.environ, **urls, "SOIHTU_ISSUER": running.issuer, "SOIHTU_HOME": str(home.folder)
    }  # fmt: skip
    words = f"demo --teams {TEAMS} --people {PEOPLE} --weeks {WEEKS} --seed".split()
    before = whole.practice_of_all()
    for other in ([*words, "9"], ["demo", "--small"], [*words, str(SEED)]):
        refused = called(environment, *other)
        assert (refused.returncode, "teams already" in refused.stderr) == (1, True)
    assert not home.folder.exists()

    home.folder.mkdir()
    home.demo_begun.write_text(
        f"another http://127.0.0.1:1\n{whole.demo.system} {running.apis['okr']}"
    )
    went_on = called(environment, *words, str(SEED))
    assert (went_on.returncode, f"{TEAMS} teams and {PEOPLE} people" in went_on.stderr) == (0, True)
    assert whole.practice_of_all() == before
    # Of a system that runs elsewhere nothing is said here.
    assert not home.demo_marker.exists()


def test_nobody_is_told_of_what_was_learned_before(whole: Whole) -> None:
    system = whole.agency.system
    retros = rows(system, "checkins", "SELECT count(*) FROM retros")
    assert retros == sum(len(this.findings) for this in whole.demo.rounds)
    heard = "SELECT count(*) FROM seen WHERE kind = 'retros'"
    until(lambda: rows(system, "notifications", heard) == retros, "the retros to be heard of")
    told = "SELECT count(*) FROM occasions WHERE rule = 'learning-shared'"
    assert rows(system, "notifications", told) == 0


def test_the_tour_walks_through_it(whole: Whole) -> None:
    told = StringIO()
    guide = Guide(Console(file=told, width=200, highlight=False), wait=False)
    asyncio.run(walk(whole.reach, whole.kafka, guide))
    text = told.getvalue()
    assert "└ contributes to: Money arrives when needed" in text
    assert "└ serves: In good time, the promise “Help arrives in time.”" in text
    assert "Help wanted: Liiteohje on epäselvä" in text
    assert "words: not-yours" in text
    assert "Soihtu-Version: check-ins/" in text
    assert "sv: När bilageanvisningen följde kundens frågor" in text
