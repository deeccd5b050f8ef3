"""Decides which hints a goal draws: each hint is a function of its own; pure. None ever blocks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from contracts.okr import DismissedHint, Fact, KeyResult, ObjectiveChanged
from contracts.words import Text
from services.okr.hints import wording

HintCode = Literal[
    "too-many-objectives",
    "no-key-result",
    "too-many-key-results",
    "no-measure",
    "baseline-to-measure",
    "output-wording",
    "no-benefit",
    "serves-nothing",
    "no-aspiration",
    "long-title",
    "near-duplicate",
]
Facts = Mapping[str, Fact]

MOST_OBJECTIVES = 3
MOST_KEY_RESULTS = 5
CERTAIN = 9
"""Confidence from which nothing is left to doubt."""
MOST_ALIKE = 5
"""As many goals of others as a team can talk about."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A goal and what is around it: all that a hint may look at.

    `goal` is as its team would have it: with the change that is put to it, if there is one.
    `goals_of_team` counts the goals of its responsible team in its cycle that are not closed,
    `confidences` has those of key results with a value, `others` the titles of other teams' goals.
    """

    goal: ObjectiveChanged
    goals_of_team: int = 1
    confidences: Mapping[UUID, int] = field(default_factory=lambda: MappingProxyType({}))
    others: Mapping[UUID, Text] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def key_results(self) -> list[KeyResult]:
        """Those that are followed."""
        return [it for it in self.goal.key_results if it.state == "open"]


def too_many_objectives(seen: Seen) -> Facts | None:
    """The team has more goals in the cycle than people keep in mind."""
    if seen.goals_of_team <= MOST_OBJECTIVES:
        return None
    return {"count": seen.goals_of_team, "most": MOST_OBJECTIVES}


def no_key_result(seen: Seen) -> Facts | None:
    """Nothing would show whether the goal is reached."""
    return None if seen.key_results else {}


def too_many_key_results(seen: Seen) -> Facts | None:
    """There is more to follow than a weekly check-in has room for."""
    count = len(seen.key_results)
    return {"count": count, "most": MOST_KEY_RESULTS} if count > MOST_KEY_RESULTS else None


def no_measure(seen: Seen) -> Facts | None:
    """There are key results, and none of them says how much."""
    goals = seen.key_results
    if not goals or any(wording.measures(it) for it in goals):
        return None
    return {"count": len(goals)}


def baseline_to_measure(seen: Seen) -> Facts | None:
    """Where some key result starts from is not known yet."""
    unknown = [it for it in seen.key_results if it.to_be_measured]
    return {"key-results": tuple(str(it.id) for it in unknown)} if unknown else None


def output_wording(seen: Seen) -> Facts | None:
    """The title names what is made, not what it changes for somebody."""
    found = wording.output_in(seen.goal.title)
    return {"words": found} if found else None


def no_benefit(seen: Seen) -> Facts | None:
    """What the customer has of it is not said."""
    said = seen.goal.benefit
    if said is None or wording.says_nothing(said, seen.goal.title):
        return {}
    found = wording.inward_in(said)
    return {"words": found} if found else None


def serves_nothing(seen: Seen) -> Facts | None:
    """It is tied to no pillar and to no other goal."""
    return None if seen.goal.serves or seen.goal.contributes_to else {}


def no_aspiration(seen: Seen) -> Facts | None:
    """The team is all but certain of every key result, though it does not promise them all."""
    goals = seen.key_results
    promised = all((it.ambition or seen.goal.ambition) == "committed" for it in goals)
    certain = all(seen.confidences.get(it.id, 0) >= CERTAIN for it in goals)
    return {"least": CERTAIN} if certain and not promised else None


def long_title(seen: Seen) -> Facts | None:
    """The title is too long to be said and remembered."""
    length = wording.length_of(seen.goal.title)
    if length <= wording.LONGEST_TITLE:
        return None
    return {"length": length, "most": wording.LONGEST_TITLE}


def near_duplicate(seen: Seen) -> Facts | None:
    """Goals of other teams say nearly the same: the most alike first."""
    found = {
        other: likeness
        for other, title in seen.others.items()
        if (likeness := wording.likeness(seen.goal.title, title)) >= wording.ALIKE
    }
    if not found:
        return None
    ordered = sorted(found, key=lambda it: (-found[it], it))
    return {"objectives": tuple(str(it) for it in ordered[:MOST_ALIKE])}


HINTS: Mapping[HintCode, Callable[[Seen], Facts | None]] = MappingProxyType(
    {
        "too-many-objectives": too_many_objectives,
        "no-key-result": no_key_result,
        "too-many-key-results": too_many_key_results,
        "no-measure": no_measure,
        "baseline-to-measure": baseline_to_measure,
        "output-wording": output_wording,
        "no-benefit": no_benefit,
        "serves-nothing": serves_nothing,
        "no-aspiration": no_aspiration,
        "long-title": long_title,
        "near-duplicate": near_duplicate,
    }
)


def drawn(seen: Seen) -> Iterator[tuple[HintCode, Facts]]:
    """The hints that a goal draws, with what each rests on; none once it is closed."""
    if seen.goal.state == "closed":
        return
    for code, hint in HINTS.items():
        facts = hint(seen)
        if facts is not None:
            yield code, facts


def as_put(goal: ObjectiveChanged) -> ObjectiveChanged:
    """A goal as it would be, did its team agree on the change that is put to it.

    So a team is coached before it agrees. What is to be dropped stays as it is.
    """
    pending = goal.pending
    if pending is None or pending.kind == "drop":
        return goal
    held = {it.id: it for it in goal.key_results}
    return goal.model_copy(
        update={
            "title": pending.title,
            "benefit": pending.benefit,
            "ambition": pending.ambition or goal.ambition,
            "key_results": tuple(_as_put(it, held.get(it.id)) for it in pending.key_results),
        }
    )


def _as_put(stated: KeyResult, held: KeyResult | None) -> KeyResult:
    """A key result as it is stated anew; a baseline that was measured stays."""
    if held is None or not stated.to_be_measured or not held.current.baseline_measured:
        return stated
    current = stated.current.model_copy(update={"baseline": held.current.baseline})
    return stated.model_copy(update={"definitions": (current,)})


def without(dismissed: tuple[DismissedHint, ...], code: HintCode) -> tuple[DismissedHint, ...]:
    """The hints that a team has dismissed, but for one."""
    return tuple(it for it in dismissed if it.code != code)
