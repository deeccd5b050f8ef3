"""What the tables of the demo are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Text = Mapping[str, str]
Values = tuple[float | None, ...]
Kind = Literal["increase", "decrease", "maintain", "milestones", "binary", "zones"]


def fi(text: str, sv: str | None = None, en: str | None = None) -> Text:
    """A text that was written in Finnish."""
    return _text("fi", fi=text, sv=sv, en=en)


def sv(text: str, fi: str | None = None, en: str | None = None) -> Text:
    """A text that was written in Swedish."""
    return _text("sv", sv=text, fi=fi, en=en)


def _text(source: str, **said: str | None) -> Text:
    return {"source": source, **{name: text for name, text in said.items() if text}}


@dataclass(frozen=True)
class Pillar:
    """A pillar of the strategy, and what it promises to the customer."""

    key: str
    name: Text
    promise: Text


def complete(*texts: Text | None) -> list[str]:
    """The languages in which all texts are, besides those that they were written in."""
    said = [text for text in texts if text]
    return [
        language
        for language in ("fi", "sv", "en")
        if all(language in text for text in said)
        and any(text["source"] != language for text in said)
    ]


@dataclass(frozen=True)
class LeftOut:
    """What was not chosen for the year, and why."""

    what: Text
    why: Text

    def stated(self) -> dict[str, Any]:
        """It as the API takes it; what is whole in a language was proof-read there."""
        return {"what": self.what, "why": self.why, "proof_read": complete(self.what, self.why)}


@dataclass(frozen=True)
class Unit:
    """A department, or a unit of one."""

    key: str
    kind: str
    name: Text
    parent: str | None = None


@dataclass(frozen=True)
class Team:
    """A team, where its people sit, and where its supervisor does."""

    key: str
    name: Text
    unit: str
    sites: tuple[str, ...]
    supervisor_site: str
    language: str = "fi"
    deputy: bool = True


@dataclass(frozen=True)
class Step:
    """A milestone of a key result."""

    key: str
    title: Text
    weight: float


@dataclass(frozen=True)
class Measure:
    """A key result with its values, one for each date of its series; None: nothing was said.

    Of milestones, which are done in their order, a value says how many are.
    """

    key: str
    title: Text
    kind: Kind
    unit: str | None
    numbers: Mapping[str, float]
    values: Values
    confidence: tuple[int | None, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def proof_read(self) -> list[str]:
        """The languages, besides its own, in which it is whole."""
        return complete(self.title, *(one.title for one in self.steps))

    def stated(self) -> dict[str, Any]:
        """The key result as the API takes it, without its objective."""
        said: dict[str, Any] = {"title": self.title, "kind": self.kind, **self.numbers}
        said |= {"unit": self.unit} if self.unit else {}
        if self.steps:
            said["milestones"] = [
                {"id": one.key, "title": one.title, "weight": one.weight} for one in self.steps
            ]
        return said

    def told(self, position: int) -> dict[str, Any] | None:
        """What is said on the date at `position`, from 1; None when nothing is."""
        value = self.values[position - 1]
        if value is None:
            return None
        said: dict[str, Any] = {"value": value}
        if self.steps:
            said = {"done": [one.key for one in self.steps[: int(value)]]}
        confidence = self.confidence[position - 1] if self.confidence else None
        return said | ({} if confidence is None else {"confidence": confidence})


@dataclass(frozen=True)
class Saying:
    """What was said besides numbers in one check-in."""

    words: str | None = None
    help_wanted: str | None = None


@dataclass(frozen=True)
class Goal:
    """An objective; `said` is by the position of a date, from 1."""

    key: str
    team: str
    title: Text
    benefit: Text
    measures: tuple[Measure, ...]
    contributes_to: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    contributing: tuple[str, ...] = ()
    from_what: Text | None = None
    to_what: Text | None = None
    said: Mapping[int, Saying] = field(default_factory=dict)

    def texts(self) -> dict[str, Any]:
        """Its texts as the API takes them; what is whole in a language was proof-read there."""
        texts = {
            "title": self.title,
            "benefit": self.benefit,
            "from_what": self.from_what,
            "to_what": self.to_what,
        }
        said = {name: text for name, text in texts.items() if text}
        return {**said, "proof_read": complete(*said.values())}


@dataclass(frozen=True)
class Learning:
    """What a team learned."""

    text: Text
    shareable: bool = True


@dataclass(frozen=True)
class Finding:
    """What a team's retro found about its goal of the earlier cycle."""

    team: str
    result: Literal["reached", "partly", "not"]
    reasons: tuple[str, ...]
    words: str
    recommendation: Literal["keep", "modify", "drop"]
    learnings: tuple[Learning, ...]

    def body(self, objective: str) -> dict[str, Any]:
        """As the API takes it."""
        return {
            "objective": objective,
            "result": self.result,
            "reasons": list(self.reasons),
            "words": self.words,
            "recommendation": self.recommendation,
            "learnings": [
                {"text": dict(one.text), "shareable": one.shareable} for one in self.learnings
            ],
        }


def up(
    key: str, title: Text, unit: str | None, start: float, aim: float, values: Values,
    confidence: tuple[int | None, ...] = (),
) -> Measure:  # fmt: skip
    """More is better."""
    numbers = {"baseline": start, "target": aim}
    return Measure(key, title, "increase", unit, numbers, values, confidence)


def down(
    key: str, title: Text, unit: str | None, start: float, aim: float, values: Values,
    confidence: tuple[int | None, ...] = (),
) -> Measure:  # fmt: skip
    """Less is better."""
    numbers = {"baseline": start, "target": aim}
    return Measure(key, title, "decrease", unit, numbers, values, confidence)


def within(
    key: str, title: Text, unit: str | None, low: float, high: float, values: Values,
    confidence: tuple[int | None, ...] = (),
) -> Measure:  # fmt: skip
    """It is to stay in a corridor."""
    return Measure(key, title, "maintain", unit, {"low": low, "high": high}, values, confidence)


def steps(
    key: str, title: Text, parts: tuple[Step, ...], values: Values,
    confidence: tuple[int | None, ...] = (),
) -> Measure:  # fmt: skip
    """It is there once all steps are done."""
    return Measure(key, title, "milestones", None, {}, values, confidence, parts)


def zones(
    key: str, title: Text, unit: str | None, ends: tuple[float, float, float, float],
    values: Values, confidence: tuple[int | None, ...] = (),
) -> Measure:  # fmt: skip
    """From a baseline over what is promised to the target, and beyond."""
    numbers = dict(zip(("baseline", "commit", "target", "stretch"), ends, strict=True))
    return Measure(key, title, "zones", unit, numbers, values, confidence)


def done(key: str, title: Text, values: Values, confidence: tuple[int | None, ...] = ()) -> Measure:
    """It is there, or it is not."""
    return Measure(key, title, "binary", None, {}, values, confidence)
