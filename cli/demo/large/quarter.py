"""Makes a quarter of an organisation five levels deep, as a file to import, and knows its links.

The levels are what the import becomes, divisions, departments, units and teams. The same numbers
give the same file. Titles share at most one word, but for the twins among them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from cli.demo.large import kinds_of_work as work
from cli.demo.large import series
from cli.demo.large.aims import AIMS
from cli.demo.large.kinds_of_work import Draft
from cli.demo.large.places import FINNISH_BEGINNINGS, FINNISH_ENDS
from cli.demo.organisation import PILLARS
from cli.demo.tables import Measure, Text
from cli.importing.neutral import (
    CheckIn,
    Cycle,
    ImportFile,
    KeyResult,
    Objective,
    Pillar,
    Team,
    Translated,
    Unit,
)

LEVELS = (("division", "Toimiala"), ("department", "Osasto"), ("unit", "Yksikkö"))
"""Kinds of units from the top, and what people call them; teams are below."""
THINGS = (
    "Päätös", "Hakemus", "Puhelu", "Kirje", "Liite", "Neuvonta", "Ohje", "Lomake", "Korvaus",
    "Varaus", "Laskelma", "Tulkkaus", "Viesti", "Etuus", "Käynti", "Maksu", "Oikaisu", "Kieli",
)  # fmt: skip
WAYS = (
    "ehtii", "selkenee", "nopeutuu", "riittää", "löytyy", "tavoittaa", "auttaa", "kantaa",
    "yhdistää", "toimii", "aukeaa", "paranee", "lyhenee", "kevenee", "valmistuu", "rauhoittaa",
)  # fmt: skip
TOP, TEAMS_AT = "", 4
LEADERS = "johto"
FROM, TO = "Asiakas kysyy perään.", "Asiakas tietää, missä asia on."
GOALS_OF_A_UNIT, GOALS_OF_A_TEAM = 2, 3
DAYS = 91

ALONE = 0.06
"""The share of goals that contribute to nothing and serve no pillar."""
HELPS = 0.3
"""The share of those that contribute which do so to a key result."""
ACROSS = 0.15
"""The share of those that contribute which do so to a goal of another branch besides."""
SERVES_ITSELF = 0.1
TOGETHER = 0.2
SAID, SCORED, PHASED = 0.5, 0.4, 0.3
"""The shares of key results with a check-in, of those with a final score, and with phases."""


@dataclass(frozen=True)
class Shape:
    """How many divisions, departments of each, units of each of those, and so on; and twins."""

    divisions: int = 2
    departments: int = 3
    units: int = 3
    teams: int = 4
    twins: int = 5


@dataclass(frozen=True)
class Quarter:
    """A file, and what it should be found to hold."""

    file: ImportFile
    lone: frozenset[str]
    """Keys of the objectives from which no way leads to a pillar."""
    twins: frozenset[frozenset[str]]
    """Keys of the pairs of objectives that aim at the same."""


def quarter(seed: int, start: date, shape: Shape = Shape()) -> Quarter:
    """A quarter from `start` on. Raises ValueError where there are too few titles for it."""
    return _Making(seed, start, shape).made()


class _Making:
    """Places are told by the way to them from the top, as `2-1-3`; the top itself is ``."""

    def __init__(self, seed: int, start: date, shape: Shape) -> None:
        self._rnd = Random(f"{seed}/quarter")
        self._start, self._end = start, start + timedelta(days=DAYS - 1)
        self._shape = shape
        self._titles = [f"{thing} {way}" for thing in THINGS for way in WAYS]
        self._names = [f"{one}{end}" for one in FINNISH_BEGINNINGS for end in FINNISH_ENDS]
        for pool in (self._titles, self._names):
            self._rnd.shuffle(pool)
        self._drafts = _drafts()
        self._objectives: dict[str, Objective] = {}
        self._goals: dict[str, list[KeyResult]] = {}
        self._check_ins: list[CheckIn] = []
        self._lone: set[str] = set()
        self._of: dict[str, list[str]] = {TOP: []}

    def made(self) -> Quarter:
        levels = self._levels()
        for pillar in PILLARS:
            self._add(TOP, serves=(pillar.key,))
        for above, level in pairwise(levels):
            of_each = GOALS_OF_A_TEAM if level is levels[-1] else GOALS_OF_A_UNIT
            for place in level:
                self._of[place] = []
                for _ in range(of_each):
                    self._add_aligned(place, above)
        twins = frozenset(self._twins(levels[-2]))
        return Quarter(self._file(levels), frozenset(self._lone), twins)

    def _levels(self) -> list[list[str]]:
        shape, levels = self._shape, [[TOP]]
        for many in (shape.divisions, shape.departments, shape.units, shape.teams):
            levels.append([_below(place, at) for place in levels[-1] for at in range(1, many + 1)])
        return levels

    # goals

    def _add_aligned(self, place: str, above: Sequence[str]) -> None:
        """A goal that contributes to one of the place above, or, now and then, to nothing."""
        rnd = self._rnd
        if rnd.random() < ALONE:
            self._lone.add(self._add(place).key)
            return
        objective = rnd.choice(self._of[_above(place)])
        links = [objective]
        helped: tuple[str, ...] = ()
        if rnd.random() < HELPS:
            helped = (rnd.choice(self._goals[objective]).key,)
        if rnd.random() < ACROSS:
            links.append(rnd.choice(self._of[rnd.choice(above)]))
        serves = (rnd.choice(PILLARS).key,) if rnd.random() < SERVES_ITSELF else ()
        made = self._add(
            place,
            serves=serves,
            contributes_to=tuple(dict.fromkeys(links[1:] if helped else links)),
            contributes_to_key_results=helped,
        )
        if not serves and self._lone.issuperset(links):
            self._lone.add(made.key)

    def _add(self, place: str, **links: tuple[str, ...]) -> Objective:
        if not self._titles:
            raise ValueError("there are no titles for so many goals")
        rnd, mine = self._rnd, self._of[place]
        of_a_team = _depth(place) == TEAMS_AT
        aim = rnd.choice([aim for aims in AIMS.values() for aim in aims])
        made = Objective(
            key=f"{place or 'yhteinen'}/{len(mine) + 1}",
            title=self._titles.pop(),
            owner=_leads(place),
            owner_unit=None if of_a_team or place == TOP else place,
            contributing_teams=self._beside(place) if of_a_team and not mine else (),
            benefit=_said(work.text(aim.benefit)),
            from_what=None if of_a_team else FROM,
            to_what=None if of_a_team else TO,
            ambition=rnd.choice((None, None, "committed")),
            rhythm="weekly" if of_a_team else "monthly",
            **links,
        )
        mine.append(made.key)
        self._objectives[made.key] = made
        kinds = rnd.sample(sorted(self._drafts), rnd.choice((1, 2, 2)))
        self._goals[made.key] = [
            self._key_result(made, at, rnd.choice(self._drafts[kind]))
            for at, kind in enumerate(kinds, 1)
        ]
        return made

    def _beside(self, place: str) -> tuple[str, ...]:
        """Now and then another team of the unit, which takes part."""
        others = range(1, self._shape.teams + 1)
        found = [it for at in others if (it := _below(_above(place), at)) != place]
        return (self._rnd.choice(found),) if found and self._rnd.random() < TOGETHER else ()

    def _key_result(self, objective: Objective, number: int, draft: Draft) -> KeyResult:
        rnd = self._rnd
        way = series.path(rnd, 1, 1.0)
        measure = series.measure(draft, way, frozenset(), 1.0, rnd)
        key = f"{objective.key}/{number}"
        told = rnd.random() < SAID
        if told:
            self._check_ins.append(self._check_in(objective, key, measure))
        score = round(min(max(way[-1], 0.0), 1.0), 2) if told and rnd.random() < SCORED else None
        return KeyResult.model_validate(
            {
                **measure.stated(),
                "key": key,
                "objective": objective.key,
                "weight": rnd.choice((None, None, 2, 3)),
                "phases": self._phases() if rnd.random() < PHASED else None,
                "score": score,
            }
        )

    def _phases(self) -> list[dict[str, object]]:
        """Little is expected at first, most in the middle."""
        thirds = [self._start + timedelta(days=DAYS * at // 3) for at in (1, 2)]
        shares = (round(self._rnd.uniform(0.05, 0.2), 2), round(self._rnd.uniform(0.6, 0.8), 2))
        return [{"day": day, "share": one} for day, one in zip(thirds, shares, strict=True)]

    def _check_in(self, objective: Objective, key_result: str, measure: Measure) -> CheckIn:
        return CheckIn.model_validate(
            {
                "key": f"{key_result}/{self._end}",
                "objective": objective.key,
                "key_result": key_result,
                "team": objective.owner,
                "date": self._end,
                **(measure.told(1) or {}),
            }
        )

    def _twins(self, units: Sequence[str]) -> Iterator[frozenset[str]]:
        """Teams of the same unit whose last goals are called the same."""
        for unit in self._rnd.sample(units, self._shape.twins):
            one, other = (self._of[_below(unit, at)][-1] for at in (1, 2))
            title = self._objectives[one].title
            named = self._objectives[other].model_copy(update={"title": title})
            self._objectives[other] = named
            yield frozenset({one, other})

    # the file

    def _file(self, levels: Sequence[Sequence[str]]) -> ImportFile:
        _, *units, teams = levels
        start = f"{self._start:%Y-%m}"
        return ImportFile(
            language="fi",
            cycle=Cycle(
                key=start, name=f"Neljännes {start}", kind="quarter", start=self._start,
                end=self._end,
            ),
            units=tuple(
                Unit(
                    key=place, kind=kind, parent=_above(place) or None,
                    name=f"{called} {place.replace('-', '.')}",
                )
                for (kind, called), level in zip(LEVELS, units, strict=True)
                for place in level
            ),
            teams=(
                Team(key=LEADERS, name="Johto"),
                *(Team(key=it, name=self._names.pop(), unit=_above(it)) for it in teams),
            ),
            pillars=tuple(
                Pillar(key=it.key, name=_said(it.name), promise=_said(it.promise), order=at)
                for at, it in enumerate(PILLARS, 1)
            ),
            objectives=tuple(self._objectives.values()),
            key_results=tuple(goal for goals in self._goals.values() for goal in goals),
            check_ins=tuple(self._check_ins),
        )  # fmt: skip


def _below(place: str, number: int) -> str:
    return f"{place}-{number}" if place else str(number)


def _above(place: str) -> str:
    return place.rpartition("-")[0]


def _depth(place: str) -> int:
    return place.count("-") + 1 if place else 0


def _leads(place: str) -> str:
    """The team that answers for a place: of a unit the first one in it."""
    return place + "-1" * (TEAMS_AT - _depth(place)) if place else LEADERS


def _said(text: Text) -> Translated:
    return Translated.model_validate(text)


def _drafts() -> dict[str, list[Draft]]:
    """What is measured in all kinds of work, by its kind."""
    found: dict[str, dict[str, Draft]] = {}
    for draft in (one for aims in AIMS.values() for aim in aims for one in aim.drafts):
        found.setdefault(draft.kind, {})[draft.key] = draft
    return {kind: list(drafts.values()) for kind, drafts in found.items()}
