"""What a demo is made of: an agency, and the rounds of goals that it has been through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cli.demo.dates import PASSED, Calendar, Frame
from cli.demo.people import Person
from cli.demo.tables import Finding, Goal, LeftOut, Pillar, Team, Unit


@dataclass(frozen=True)
class Round:
    """Goals of a cycle, and when they were checked in; with findings, what the cycle ended with.

    A cycle may have several rounds; the last one has the findings of all of them. Goals of the
    agency are published as the strategy of the year, with what was left out.
    """

    frame: Callable[[Calendar], Frame]
    dates: Callable[[Calendar], list[date]]
    goals: tuple[Goal, ...]
    rhythm: Literal["weekly", "monthly"] = "weekly"
    of_the_agency: bool = False
    left_out: tuple[LeftOut, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Agency:
    """All of a demo; `system` is the code by which its references are known."""

    system: str
    units: tuple[Unit, ...]
    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    pillars: tuple[Pillar, ...]
    rounds: tuple[Round, ...]
    weeks: int = PASSED
