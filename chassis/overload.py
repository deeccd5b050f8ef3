"""What an API takes on: so many requests at once, and of one principal so many in a second."""

import math
import random
import time
from collections.abc import Callable

from chassis import telemetry
from chassis.auth import Token
from chassis.problem import Problem
from chassis.settings import Settings

MOST_PRINCIPALS = 20_000
"""How many principals' use is remembered; the one that was idle for longest is forgotten."""
SPREAD = (1, 3)
"""Seconds after which to try again: those who were refused at once don't come back at once."""
SECOND = 1_000_000_000
"""In nanoseconds, which add up exactly."""


def overloaded() -> Problem:
    """What is told, and counted, of a request that there is no room for."""
    telemetry.REFUSED.labels("overloaded").inc()
    return Problem("overloaded", retry_after=random.randint(*SPREAD))


class Places:
    """So many requests are worked on at once; one more is refused rather than kept waiting."""

    def __init__(self, limit: int) -> None:
        self._free = limit

    def take(self) -> "Place":
        """A place, to be left when the answer is known. Raises Problem `overloaded` (503)."""
        if self._free <= 0:
            raise overloaded()
        self._free -= 1
        telemetry.IN_FLIGHT.inc()
        return Place(self)

    def left(self) -> None:
        """One place is free again."""
        self._free += 1
        telemetry.IN_FLIGHT.dec()


class Place:
    """A request's place among those that are worked on."""

    def __init__(self, places: Places) -> None:
        self._places: Places | None = places

    def leave(self) -> None:
        """Let another in; again does nothing."""
        if self._places is not None:
            self._places.left()
            self._places = None


class Rates:
    """How often one principal may ask: a token bucket each, kept as the time at which it is full.

    That is the generic cell rate algorithm (ITU-T I.371): one number for each principal.
    """

    def __init__(self, settings: Settings, elapsed: Callable[[], int] = time.monotonic_ns) -> None:
        self._people = int(SECOND / settings.rate)
        self._machines = int(SECOND / settings.rate_machines)
        self._burst = int(SECOND * settings.rate_burst)
        self._elapsed = elapsed
        self._full_at: dict[str, int] = {}
        self._known: dict[int, tuple[str, int]] = {}

    def spend_if_known(self, authorization: str) -> bool:
        """Count one request of whoever this header, when it was checked, was found to name.

        It lets nobody in; who asks too often is refused before a place is taken from others.
        Raises Problem `too-many-requests` (429).
        """
        known = self._known.get(hash(authorization))
        if known is not None:
            self._spend(*known)
        return known is not None

    def spend(self, authorization: str, token: Token) -> None:
        """Count one request of the principal. Raises Problem `too-many-requests` (429)."""
        each = self._machines if token.roles or token.scopes else self._people
        self._known[hash(authorization)] = (token.principal, each)
        if len(self._known) > MOST_PRINCIPALS:
            del self._known[next(iter(self._known))]
        self._spend(token.principal, each)

    def _spend(self, principal: str, each: int) -> None:
        now = self._elapsed()
        full_at = max(self._full_at.pop(principal, now), now)
        early = full_at + each - now - max(self._burst, each)
        self._full_at[principal] = full_at if early > 0 else full_at + each
        if len(self._full_at) > MOST_PRINCIPALS:
            del self._full_at[next(iter(self._full_at))]
        if early > 0:
            telemetry.REFUSED.labels("too-many-requests").inc()
            raise Problem("too-many-requests", retry_after=math.ceil(early / SECOND))
