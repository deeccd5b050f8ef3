"""Gives measures their numbers: where they begin, where they are to get, and how it went."""

from collections.abc import Callable
from random import Random

from slugify import slugify

from cli.demo.large.kinds_of_work import Draft, text
from cli.demo.tables import Kind, Measure, Step

Path = tuple[float, ...]
"""How far a team is on each date, 0–1 of its aim; it may fall below and go beyond."""
Numbers = dict[str, float]
Made = tuple[Kind, Numbers, list[float]]
"""A kind, the numbers that define it, and a value for each date."""


def path(rnd: Random, dates: int, elapsed: float) -> Path:
    """A way through a cycle of which `elapsed` (0–1) has passed on the last date."""
    end = min(max(rnd.gauss(0.7, 0.27), -0.05), 1.1) * elapsed
    steps = [max(rnd.gauss(1, 0.7), 0.05) for _ in range(dates)]
    reached, way = 0.0, []
    for step in steps:
        reached += step
        way.append(end * reached / sum(steps))
    return tuple(way)


def silent(rnd: Random, dates: int, *, stale: bool) -> frozenset[int]:
    """On which dates (from 0) nothing is said: now and then one, or all from some date on."""
    missed = {at for at in range(1, dates - 1) if rnd.random() < 0.07}
    if stale:
        missed |= set(range(max(dates - rnd.randint(3, 6), 1), dates))
    return frozenset(missed)


def measure(draft: Draft, way: Path, quiet: frozenset[int], elapsed: float, rnd: Random) -> Measure:
    """A key result with a value and a confidence for each date; None where nothing is said."""
    kind, numbers, values = MAKERS[draft.kind](draft, way, rnd)
    sure = _confidence(way, elapsed, rnd)
    steps = tuple(
        Step(slugify(words[0]), text(words), weight)
        for words, weight in zip(draft.steps, _weights(len(draft.steps)), strict=True)
    )
    return Measure(
        draft.key,
        text(draft.title),
        kind,
        draft.unit,
        numbers,
        tuple(None if at in quiet else value for at, value in enumerate(values)),
        tuple(None if at in quiet else one for at, one in enumerate(sure)),
        steps,
    )


def _weights(steps: int) -> tuple[float, ...]:
    """The first step weighs half of each that follows; 100 in all."""
    whole = 2 * steps - 1
    return tuple((100 if step else 50) * 2 / whole for step in range(steps))


def _towards(draft: Draft, way: Path, rnd: Random) -> Made:
    begin, aim = (round(rnd.uniform(*ends), draft.digits) for ends in (draft.start, draft.aim))
    stray = abs(aim - begin) * 0.02
    values = [
        round(begin + (aim - begin) * share + rnd.gauss(0, stray), draft.digits) for share in way
    ]
    kind: Kind = "increase" if draft.kind == "up" else "decrease"
    return kind, {"baseline": begin, "target": aim}, [max(value, 0.0) for value in values]


def _within(draft: Draft, way: Path, rnd: Random) -> Made:
    low, high = (round(rnd.uniform(*ends), draft.digits) for ends in (draft.start, draft.aim))
    middle, half = (low + high) / 2, (high - low) / 2
    values = [round(middle + half * rnd.gauss(0, 0.6), draft.digits) for _ in way]
    return "maintain", {"low": low, "high": high}, [max(value, 0.0) for value in values]


def _zones(draft: Draft, way: Path, rnd: Random) -> Made:
    begin, stretch = (round(rnd.uniform(*ends)) for ends in (draft.start, draft.aim))
    whole = stretch - begin
    ends = (0, round(whole * 0.4), round(whole * 0.7), whole)
    names = ("baseline", "commit", "target", "stretch")
    numbers = {name: float(begin + end) for name, end in zip(names, ends, strict=True)}
    return "zones", numbers, [round(begin + whole * max(share, 0)) for share in way]


def _steps(draft: Draft, way: Path, _: Random) -> Made:
    count = len(draft.steps)
    return "milestones", {}, [float(min(int(max(share, 0) * (count + 1)), count)) for share in way]


def _done(_: Draft, way: Path, rnd: Random) -> Made:
    at = rnd.uniform(0.3, 0.8)
    return "binary", {}, [float(share >= at) for share in way]


MAKERS: dict[str, Callable[[Draft, Path, Random], Made]] = {
    "up": _towards,
    "down": _towards,
    "within": _within,
    "zones": _zones,
    "steps": _steps,
    "done": _done,
}


def _confidence(way: Path, elapsed: float, rnd: Random) -> list[int]:
    """8 at first for most; it falls as a team falls behind the share of the cycle that passed."""
    first = rnd.choice((6, 7, 7, 8, 8))
    told = []
    for at, share in enumerate(way, 1):
        behind = max(elapsed * at / len(way) - share, 0)
        told.append(min(max(round(first - 7 * behind + rnd.gauss(0, 0.4)), 1), 10))
    return told
