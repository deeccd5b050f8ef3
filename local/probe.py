"""Asks a role's operations port whether it is ready."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass

from local.ports import LOOPBACK

FOR_AN_OPERATOR = {"must-republish"}
"""Reasons for not being ready that last until an operation is run on a system that is up."""


@dataclass(frozen=True)
class Readiness:
    """`reasons` are the role's own words on why it is not ready."""

    ready: bool
    reasons: Sequence[str] = ()

    @property
    def waits_for_an_operator(self) -> bool:
        """Whether it is as ready as it can be before somebody runs an operation."""
        return bool(self.reasons) and set(self.reasons) <= FOR_AN_OPERATOR


NO_ANSWER = Readiness(False, ("no answer",))


def readiness(operations_port: int) -> Readiness:
    connection = http.client.HTTPConnection(LOOPBACK, operations_port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        told = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return NO_ANSWER
    finally:
        connection.close()
    return Readiness(answer.status == http.HTTPStatus.OK, tuple(told.get("reasons", ())))
