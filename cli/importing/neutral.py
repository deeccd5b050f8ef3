"""The neutral format of an import; `docs/import-format.md` describes it for people."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT: Literal["soihtu-import/1"] = "soihtu-import/1"
DEPARTMENT = "department"
"""The key of the department that an import becomes."""

Language = Literal["fi", "sv", "en"]
Number = Annotated[float, Field(allow_inf_nan=False)]
Ambition = Literal["committed", "aspirational"]


class Closed(BaseModel):
    """No field beyond those named. What the APIs check, such as lengths, is left to them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Translated(Closed):
    """A text in one or more languages; `source` is the one that it was written in."""

    source: Language
    fi: str | None = None
    sv: str | None = None
    en: str | None = None


Said = str | Translated
"""A text: in the language of the file, or in several."""


class Cycle(Closed):
    """The frame of time of all that the file holds."""

    key: str
    name: Said
    kind: str = Field(description="Open code: year, tertial, quarter …")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")


class Unit(Closed):
    """A unit of the department that the import becomes."""

    key: str
    name: Said
    kind: str = Field(default="unit", description="Open code: unit, division, benefits …")
    parent: str | None = Field(
        default=None, description="Key of the unit above; absent: the department itself."
    )


class Team(Closed):
    """A team."""

    key: str
    name: Said
    unit: str | None = Field(
        default=None, description="Key of the unit that it is of; absent: the department itself."
    )


class Pillar(Closed):
    """A pillar of the strategy."""

    key: str
    name: Said
    promise: Said = Field(description="What the customer is promised.")
    order: int = Field(description="Its place among the pillars, the lowest first.")


class Objective(Closed):
    """An objective of a team, agreed on."""

    key: str
    title: Said
    owner: str = Field(description="Key of the team that is responsible, and owns it.")
    owner_unit: str | None = Field(
        default=None, description="Key of the unit that owns it in the team's place."
    )
    contributing_teams: tuple[str, ...] = ()
    contributes_to: tuple[str, ...] = Field(default=(), description="Keys of objectives.")
    contributes_to_key_results: tuple[str, ...] = Field(
        default=(), description="Keys of key results; it contributes to their objectives too."
    )
    serves: tuple[str, ...] = Field(default=(), description="Keys of pillars.")
    benefit: Said | None = None
    from_what: Said | None = Field(default=None, description="How it is when the goal is set.")
    to_what: Said | None = Field(default=None, description="How it is to be.")
    ambition: Ambition | None = None
    note: str | None = None
    rhythm: Literal["weekly", "monthly"] = "weekly"


class Milestone(Closed):
    """A step that is done or not done."""

    id: str = Field(description="A short code, its own within the key result.")
    title: Said
    weight: Number | None = None


class Phase(Closed):
    """What is expected by when."""

    day: date
    share: Number = Field(description="Of the way, 0–1.")


class KeyResult(Closed):
    """A key result of an objective."""

    key: str
    objective: str
    title: Said
    kind: Literal["increase", "decrease", "maintain", "milestones", "binary", "zones"]
    baseline: Number | None = None
    target: Number | None = None
    low: Number | None = None
    high: Number | None = None
    tolerance: Number | None = None
    commit: Number | None = None
    stretch: Number | None = None
    milestones: tuple[Milestone, ...] | None = None
    weight: Number | None = None
    unit: str | None = None
    direction: str | None = Field(default=None, description="Which way is better, in words.")
    ambition: Ambition | None = None
    phases: tuple[Phase, ...] | None = None
    team: str | None = Field(default=None, description="Key of the one team that checks in.")
    note: str | None = None
    score: Number | None = Field(default=None, description="The final one, 0–1.")
    score_reason: str | None = None


class CheckIn(Closed):
    """What a team said about one key result on a day."""

    key: str
    objective: str
    key_result: str
    team: str
    date: date
    value: Number | None = None
    done: tuple[str, ...] | None = Field(
        default=None, description="Ids of all milestones that are done, in place of a value."
    )
    confidence: int | None = None
    words: str | None = None


class Learning(Closed):
    """One thing that a team learned."""

    text: Said
    shareable: bool = Field(default=False, description="Whether all staff and others may read it.")


class Finding(Closed):
    """What a team found about one objective."""

    objective: str
    result: Literal["reached", "partly", "not"]
    reasons: tuple[str, ...] = ()
    words: str | None = None
    recommendation: Literal["keep", "modify", "drop"]
    learnings: tuple[Learning, ...]


class Retro(Closed):
    """A team's look back on the cycle."""

    key: str
    team: str
    findings: tuple[Finding, ...]


class NotYet(Closed):
    """What the source holds besides, and the conversion can't make anything of."""

    learnings: int = 0
    retros: int = 0


class ImportFile(Closed):
    """A whole import."""

    format: Literal["soihtu-import/1"] = FORMAT
    language: Language = Field(description="Of every text that doesn't say its own.")
    cycle: Cycle
    units: tuple[Unit, ...] = ()
    teams: tuple[Team, ...]
    pillars: tuple[Pillar, ...] = ()
    objectives: tuple[Objective, ...]
    key_results: tuple[KeyResult, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    retros: tuple[Retro, ...] = ()
    not_yet_imported: NotYet = NotYet()

    def text(self, said: Said) -> dict[str, Any]:
        """A text as the APIs take it."""
        if isinstance(said, str):
            return {"source": self.language, self.language: said}
        return said.model_dump(exclude_none=True)


def complaints(file: ImportFile) -> Iterator[str]:
    """What is wrong between the parts of a file, each with its place."""
    for kind in ("units", "teams", "pillars", "objectives", "key_results", "check_ins", "retros"):
        counted = Counter(item.key for item in getattr(file, kind))
        yield from (
            f"{kind}: the key {key!r} is there {n} times" for key, n in counted.items() if n > 1
        )
    if any(unit.key == DEPARTMENT for unit in file.units):
        yield f"units: the key {DEPARTMENT!r} is that of the department itself"
    yield from _unknown_references(file)
    yield from _strange_check_ins(file)
    if loop := _in_a_loop(units_above(file)):
        yield f"units: these are above each other in a loop: {', '.join(loop)}"
    if loop := _in_a_loop(objectives_above(file)):
        yield f"objectives: these contribute to each other in a loop: {', '.join(loop)}"


def _unknown_references(file: ImportFile) -> Iterator[str]:
    units = {unit.key for unit in file.units}
    teams = {team.key for team in file.teams}
    objectives = {objective.key for objective in file.objectives}
    goals = {goal.key for goal in file.key_results}
    pillars = {pillar.key for pillar in file.pillars}
    for unit in file.units:
        yield from _unknown(f"units: {unit.key!r}", "unit", _if_said(unit.parent), units)
    for team in file.teams:
        yield from _unknown(f"teams: {team.key!r}", "unit", _if_said(team.unit), units)
    for objective in file.objectives:
        place = f"objectives: {objective.key!r}"
        helped = objective.contributes_to_key_results
        yield from _unknown(place, "team", (objective.owner, *objective.contributing_teams), teams)
        yield from _unknown(place, "unit", _if_said(objective.owner_unit), units)
        yield from _unknown(place, "objective", objective.contributes_to, objectives)
        yield from _unknown(place, "key result", helped, goals)
        yield from _unknown(place, "pillar", objective.serves, pillars)
    for goal in file.key_results:
        place = f"key_results: {goal.key!r}"
        yield from _unknown(place, "objective", (goal.objective,), objectives)
        yield from _unknown(place, "team", _if_said(goal.team), teams)
    for said in file.check_ins:
        yield from _unknown(f"check_ins: {said.key!r}", "team", (said.team,), teams)
    for retro in file.retros:
        place = f"retros: {retro.key!r}"
        about = [finding.objective for finding in retro.findings]
        yield from _unknown(place, "team", (retro.team,), teams)
        yield from _unknown(place, "objective", about, objectives)


def _if_said(key: str | None) -> tuple[str, ...]:
    return () if key is None else (key,)


def _unknown(place: str, kind: str, named: Iterable[str], known: set[str]) -> Iterator[str]:
    return (
        f"{place} names {kind} {key!r}, which is not there" for key in named if key not in known
    )


def _strange_check_ins(file: ImportFile) -> Iterator[str]:
    objective_of = {goal.key: goal.objective for goal in file.key_results}
    for said in file.check_ins:
        if objective_of.get(said.key_result) != said.objective:
            yield (
                f"check_ins: {said.key!r} names key result {said.key_result!r}, which objective "
                f"{said.objective!r} does not have"
            )


Above = Mapping[str, Collection[str]]
"""What has to be there before each, by keys."""


def units_above(file: ImportFile) -> Above:
    """The unit above each."""
    return {unit.key: _if_said(unit.parent) for unit in file.units}


def objectives_above(file: ImportFile) -> Above:
    """What each objective contributes to, also through key results."""
    objective_of = {goal.key: goal.objective for goal in file.key_results}
    return {
        one.key: {
            *one.contributes_to,
            *(objective_of[key] for key in one.contributes_to_key_results if key in objective_of),
        }
        for one in file.objectives
    }


def levels(above: Above) -> Iterator[tuple[str, ...]]:
    """All keys in levels, each after all that is above it. Raises graphlib.CycleError."""
    sorter = TopologicalSorter(above)
    sorter.prepare()
    while sorter.is_active():
        level = sorter.get_ready()
        yield level
        sorter.done(*level)


def _in_a_loop(above: Above) -> list[str]:
    try:
        TopologicalSorter(above).prepare()
    except CycleError as found:
        loop = set(found.args[1])
        return [key for key in above if key in loop][:5]
    return []
