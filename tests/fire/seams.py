"""Holds a role at a seam of the line from outside, sees it there, and kills it.

A seam is called with the line at rest and a command that leads to it. It sends the command, and
answers whether that was acknowledged.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from tests.fire.client import Client, Command, Sending
from tests.fire.ledger import Acknowledged
from tests.fire.locks import Lock
from tests.fire.rest import Rest
from tests.fire.system import FireSystem

_WAITS = """
    FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE %s
"""


@dataclass
class Stage:
    """What seams act on."""

    system: FireSystem
    rest: Rest
    client: Client

    @contextmanager
    def holding(self, service: str, lock: Lock) -> Iterator[None]:
        """Whatever `lock` takes, until the end of the block."""
        address = self.system.addresses.databases[service].app
        with psycopg.connect(address) as conn, conn.transaction(force_rollback=True):
            taken = conn.execute(lock.statement.encode(), lock.values)
            if taken.rowcount == 0:
                raise AssertionError(f"there is nothing to hold: {lock}")
            yield

    def waits(self, role: str) -> bool:
        """Whether a session of a role is seen waiting for a lock that someone holds."""
        service = role.split("-")[0]
        return bool(self.rest.number(service, f"SELECT count(*) {_WAITS}", f"{role}-%"))

    def kill_waiting(self, role: str) -> None:
        """SIGKILL; the server doesn't look whether the client of a session that waits is there."""
        self.system.kill(role)
        service = role.split("-")[0]
        self.rest.number(
            service,
            f"SELECT count(pg_terminate_backend(pid)) {_WAITS}",
            f"{role}-%",
        )


def before_commit(stage: Stage, role: str, command: Command) -> Acknowledged | None:
    """The API waits for a row, and all that it has done is not yet committed."""
    service, _, kind = role.partition("-")
    with stage.holding(service, command.locks[service, kind]):
        sending = Sending(stage.client, command)
        stage.rest.until(lambda: stage.waits(role), f"{command} to wait")
        stage.kill_waiting(role)
    sending.join()
    if sending.answer is not None:
        raise AssertionError(f"{command} was answered by an API that was killed")
    return None


Seam = Callable[[Stage, str, Command], Acknowledged | None]
SEAMS: Mapping[str, tuple[Seam, tuple[str, ...]]] = {
    "before-commit": (before_commit, ("okr-api", "checkins-api")),
}
