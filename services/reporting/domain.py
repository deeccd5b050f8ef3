"""Decides how goals stand on a day, and sums them up along the organisation's tree; pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Protocol, Self, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts import pace
from services.reporting.messages import Definition


@dataclass(frozen=True, slots=True)
class Frame:
    """The cycle in which a goal is pursued, and the instant (aware) from which it is looked at."""

    start: date
    end: date
    now: datetime
    zone: ZoneInfo

    @property
    def elapsed(self) -> float:
        """The share of the cycle that has passed, 0–1."""
        return self.expected(())

    def expected(self, phases: Iterable[pace.Phase]) -> float:
        """The progress that is expected by now, 0–1, of what goes through `phases`."""
        return pace.expected(self.start, self.end, self.now.astimezone(self.zone).date(), phases)

    def until(self, closed_at: datetime | None) -> "Frame":
        """The same, looked at from no later than the moment when a goal was closed."""
        if closed_at is None or closed_at >= self.now:
            return self
        return Frame(self.start, self.end, closed_at, self.zone)


@dataclass(frozen=True, slots=True)
class Followed:
    """An open key result: its progress (0–1; None: it has none), and what is expected by when."""

    progress: float | None
    phases: Sequence[pace.Phase] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How an objective keeps pace: stale or not, the next due, each key result, the weakest.

    `expected` is the progress (0–1) that is expected of each key result.
    """

    stale: bool
    due_next: datetime | None
    expected: tuple[float, ...]
    of_key_results: tuple[pace.Status, ...]
    status: pace.Status


def standing(
    frame: Frame,
    rhythm: str,
    state: str,
    was_agreed: bool,
    agreed_at: datetime | None,
    closed_at: datetime | None,
    last_check_in: date | None,
    key_results: Sequence[Followed],
) -> Standing:
    """How an objective stands, by its open key results.

    A check-in is expected of agreed objectives; a closed one stands as when it was closed, and
    of one that was never agreed on nothing was due.
    """
    frame = frame.until(closed_at)
    turn = pace.turn(
        rhythm, last_check_in, frame.start, frame.end, frame.now, frame.zone, agreed_at
    )
    stale = was_agreed and turn.stale
    expected = tuple(frame.expected(one.phases) for one in key_results)
    statuses = tuple(
        pace.status(one.progress, share, stale)
        for one, share in zip(key_results, expected, strict=True)
    )
    return Standing(
        stale=stale,
        due_next=turn.next_due if state == "agreed" else None,
        expected=expected,
        of_key_results=statuses,
        status=pace.weakest(statuses) if statuses or not stale else "stale",
    )


def definition_of(definitions: Sequence[Definition], day: date) -> Definition:
    """The definition that held on `day`; before the first one, the first."""
    held = [one for one in definitions if one.since <= day]
    return held[-1] if held else definitions[0]


def unclamped(
    kind: str, definition: Definition, value: float, done: Collection[str] | None = None
) -> float | None:
    """Progress of a value before it is held to 0–1, after section 6 of the design.

    Of milestones what is `done` counts, where that was said. None for kinds that are not known
    here, and where the definition lacks a number, as a baseline that is to be measured.
    """
    if kind == "binary":
        return value
    if kind in ("increase", "decrease"):
        return _on_the_way(definition, value)
    if kind == "zones":
        return _in_zones(definition, value)
    if kind == "milestones":
        return _of_milestones(definition, value, done)
    return _in_corridor(definition, value) if kind == "maintain" else None


def _on_the_way(definition: Definition, value: float) -> float | None:
    baseline, target = definition.baseline, definition.target
    if baseline is None or target is None or baseline == target:
        return None
    return (value - baseline) / (target - baseline)


ZONES = (0.0, 0.3, 0.7, 1.0)
"""Progress at baseline, commit, target and stretch."""


def _in_zones(definition: Definition, value: float) -> float | None:
    said = (definition.baseline, definition.commit, definition.target, definition.stretch)
    ends = [end for end in said if end is not None]
    way = 1 if ends[:1] < ends[-1:] else -1
    if len(ends) < len(ZONES) or any(way * (b - a) <= 0 for a, b in pairwise(ends)):
        return None
    at = sum(way * (value - end) >= 0 for end in ends[1:-1])
    share = (value - ends[at]) / (ends[at + 1] - ends[at])
    return ZONES[at] + share * (ZONES[at + 1] - ZONES[at])


def _of_milestones(
    definition: Definition, value: float, done: Collection[str] | None
) -> float | None:
    steps = definition.milestones or ()
    weight = sum(step.weight for step in steps)
    if weight <= 0:
        return None
    reached = value if done is None else sum(step.weight for step in steps if step.id in done)
    return reached / weight


def _in_corridor(definition: Definition, value: float) -> float | None:
    low, high = definition.low, definition.high
    if low is None or high is None:
        return None
    distance = max(low - value, value - high, 0.0)
    tolerance = definition.tolerance or high - low
    if not distance:
        return 1.0
    return 1.0 - distance / tolerance if tolerance > 0 else None


@dataclass(slots=True)
class Sums:
    """What is summed over the objectives owned in a subtree."""

    objectives: int = 0
    stale: int = 0
    with_progress: int = 0
    progress: float = 0.0
    key_results: int = 0
    with_value: int = 0
    lowest_confidence: int | None = None
    low_confidence: int = 0

    def add(self, other: "Sums") -> None:
        """Add what is summed over another part of the tree."""
        self.objectives += other.objectives
        self.stale += other.stale
        self.with_progress += other.with_progress
        self.progress += other.progress
        self.key_results += other.key_results
        self.with_value += other.with_value
        self.low_confidence += other.low_confidence
        known = [it for it in (self.lowest_confidence, other.lowest_confidence) if it is not None]
        self.lowest_confidence = min(known, default=None)

    @property
    def mean_progress(self) -> float | None:
        """The plain mean over the objectives that have progress, 0–1; None when none has."""
        return self.progress / self.with_progress if self.with_progress else None

    @property
    def coverage(self) -> float | None:
        """Open key results with progress of all open ones, 0–1; None when there are none."""
        return self.with_value / self.key_results if self.key_results else None


def sums_of(
    progress: float | None,
    stale: bool,
    values: Sequence[bool],
    confidences: Iterable[int | None],
) -> Sums:
    """The sums of one objective; `values` tells of each open key result if it has progress."""
    known = [one for one in confidences if one is not None]
    return Sums(
        objectives=1,
        stale=int(stale),
        with_progress=int(progress is not None),
        progress=progress or 0.0,
        key_results=len(values),
        with_value=sum(values),
        lowest_confidence=min(known, default=None),
        low_confidence=sum(one <= pace.LOW_CONFIDENCE for one in known),
    )


@dataclass(slots=True)
class Habits:
    """How the practice lives in a subtree: teams with goals, and people with a known site."""

    teams: int = 0
    in_rhythm: int = 0
    people: int = 0
    elsewhere: int = 0

    def add(self, other: "Habits") -> None:
        """Add those of another part of the tree."""
        self.teams += other.teams
        self.in_rhythm += other.in_rhythm
        self.people += other.people
        self.elsewhere += other.elsewhere

    @property
    def site_distance(self) -> float | None:
        """The share of people who work elsewhere than their supervisor; None for a few people."""
        return self.elsewhere / self.people if self.people >= FEWEST_PEOPLE else None


FEWEST_PEOPLE = 5
"""People of whom at least a figure is told (design, section 6)."""


def told_apart(nodes: Sequence["Node"], people: Mapping[UUID, int]) -> frozenset[UUID]:
    """Of which of `nodes` figures of their `people` can be told, so that none tells of a few.

    What is left of a figure without those that are told below it is of nobody, or of at least
    `FEWEST_PEOPLE`. Where it would be of fewer, the smallest figure below is kept back as well.
    """
    rest = {node.id: people[node.id] for node in nodes}
    for node in nodes:
        if node.parent in rest:
            rest[node.parent] -= people[node.id]
    below: dict[UUID, list[UUID]] = {node.id: [] for node in nodes}
    told: set[UUID] = set()
    for node in reversed(nodes):
        parts = below[node.id]
        while parts and 0 < rest[node.id] < FEWEST_PEOPLE:
            kept = min(parts, key=people.__getitem__)
            told.discard(kept)
            parts.remove(kept)
            parts += below[kept]
            rest[node.id] += rest[kept]
        if people[node.id] >= FEWEST_PEOPLE:
            told.add(node.id)
        elif node.parent in rest:
            rest[node.parent] += rest[node.id]
        if node.parent in rest:
            below[node.parent] += [node.id] if node.id in told else parts
    return frozenset(told)


def habits_of_teams(stale_goals: Iterable[tuple[UUID, bool]]) -> list[tuple[UUID, Habits]]:
    """Whether each team is in rhythm, by (responsible team, stale) of each goal.

    A team with goals is in rhythm while none of them is stale.
    """
    stale: dict[UUID, bool] = {}
    for team, is_stale in stale_goals:
        stale[team] = stale.get(team, False) or is_stale
    return [(team, Habits(teams=1, in_rhythm=int(not late))) for team, late in stale.items()]


@dataclass(frozen=True, slots=True)
class Node:
    """A unit or team in the order of the tree; `parent` is None for what nothing known is above."""

    id: UUID
    parent: UUID | None
    depth: int


def in_tree_order(parents: Mapping[UUID, UUID | None]) -> list[Node]:
    """All of `parents` (child → parent), each after its parent and siblings as they were given.

    What refers to a parent that is not known, or to itself over others, begins a tree of its own.
    """
    below: dict[UUID | None, list[UUID]] = {}
    for child, parent in parents.items():
        below.setdefault(parent if parent in parents else None, []).append(child)
    placed: dict[UUID, Node] = {}
    for top in (*below.get(None, ()), *parents):
        if top not in placed:
            placed.update((node.id, node) for node in _subtree(top, below, placed))
    return list(placed.values())


def _subtree(
    top: UUID, below: Mapping[UUID | None, list[UUID]], placed: Mapping[UUID, Node]
) -> Iterator[Node]:
    waiting, met = [Node(top, None, 0)], {top, *placed}
    while waiting:
        node = waiting.pop()
        yield node
        children = [child for child in below.get(node.id, ()) if child not in met]
        met.update(children)
        waiting.extend(Node(child, node.id, node.depth + 1) for child in reversed(children))


class Sum(Protocol):
    """What can be added up."""

    def add(self, other: Self) -> None:
        """Add what is summed over another part."""


S = TypeVar("S", bound=Sum)


def sum_up(
    nodes: Sequence[Node], owned: Iterable[tuple[UUID, S]], nothing: Callable[[], S]
) -> dict[UUID, S]:
    """For each of `nodes`, in the order of the tree, the sum of what is owned in its subtree."""
    sums = {node.id: nothing() for node in nodes}
    for owner, one in owned:
        if owner in sums:
            sums[owner].add(one)
    for node in reversed(nodes):
        if node.parent is not None:
            sums[node.parent].add(sums[node.id])
    return sums
