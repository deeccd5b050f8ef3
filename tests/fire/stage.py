"""What seams act on: a system, what is seen of it from outside, and a client."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from local.processes import Child
from tests.fire.client import Burst, Client, Command
from tests.fire.ledger import Acknowledged
from tests.fire.locks import Lock
from tests.fire.oracle import ahead
from tests.fire.proxy import Hold, Request
from tests.fire.rest import Rest
from tests.fire.system import FireSystem
from tests.system.agency import until

_WAIT = """
    FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE %s
"""
WAITING = "SELECT count(*)" + _WAIT
END_WAITING = "SELECT count(pg_terminate_backend(pid))" + _WAIT
END_LEADING = """
    SELECT count(pg_terminate_backend(held.pid))
    FROM pg_locks AS held
    JOIN pg_stat_activity AS session USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted
        AND session.datname = current_database() AND session.application_name = 'relay-lock'
"""

AGGREGATES = {
    "okr": (
        "teams", "people", "pillars", "team_cycles", "objectives", "recorded_values", "remarks",
        "strategies", "candidacies",
    ),
    "checkins": ("check_ins", "retros"),
    "notifications": ("preferences",),
}  # fmt: skip
HOLD_COMMITS = """
    CREATE OR REPLACE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('held-commits'));
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER held_at_commit AFTER INSERT OR UPDATE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION wait_at_commit();
"""
BEING_MAILED = "SELECT notification::text FROM mails WHERE state = 'sending'"
END_LEASES = "UPDATE mails SET next_try_at = clock_timestamp() WHERE state = 'sending'"


@dataclass
class Stage:
    """Roles are named `okr-relay`; their service is the first part of that."""

    system: FireSystem
    rest: Rest
    client: Client
    do: Callable[[str], Acknowledged]
    """Does another command of that name, while a role is held."""
    burst: Callable[[Callable[[Burst], None]], None]
    """Sends many commands side by side, and does something while they are under way."""

    @contextmanager
    def holding(self, service: str, lock: Lock) -> Iterator[None]:
        """Whatever `lock` takes, until the end of the block."""
        address = self.system.addresses.databases[service].app
        with psycopg.connect(address) as conn, conn.transaction(force_rollback=True):
            taken = conn.execute(lock.statement.encode(), lock.values)
            if taken.rowcount == 0:
                raise AssertionError(f"there is nothing to hold: {lock}")
            yield

    @contextmanager
    def commits_held(
        self, service: str, tables: Sequence[str] = (), when: str = "true"
    ) -> Iterator[None]:
        """Transactions that change these tables wait when they say commit; none: all aggregates."""
        databases = self.system.addresses.databases[service]
        with (
            psycopg.connect(databases.owner, autocommit=True) as owner,
            psycopg.connect(databases.app) as holder,
        ):
            for table in tables or AGGREGATES[service]:
                owner.execute(HOLD_COMMITS.format(table=table, when=when).encode())
            try:
                with holder.transaction():
                    holder.execute("SELECT pg_advisory_xact_lock(hashtext('held-commits'))")
                    yield
            finally:
                owner.execute("DROP FUNCTION wait_at_commit CASCADE")

    def see_waiting(self, role: str) -> None:
        """Returns once a session of the role is seen waiting for a lock that someone holds."""
        service = service_of(role)
        until(lambda: self.rest.number(service, WAITING, f"{role}-%"), f"{role} to wait for a lock")

    def kill_waiting(self, role: str) -> None:
        """SIGKILL; the server doesn't look whether the client of a session that waits is there."""
        self.system.kill(role)
        self.rest.number(service_of(role), END_WAITING, f"{role}-%")

    def end_leading(self, service: str) -> None:
        """End the session that makes a relay of the service the leader."""
        if not self.rest.number(service, END_LEADING):
            raise AssertionError(f"no relay of {service} leads")

    @contextmanager
    def catching(self, kind: Request, role: str) -> Iterator[Hold]:
        """A hold of the role's next request of a kind; dropped at the end of the block."""
        hold = self.system.proxy.hold(kind, self.system.pid(role))
        try:
            yield hold
        finally:
            self.system.proxy.forget(hold)

    def see_caught(self, hold: Hold) -> None:
        """Returns once the proxy holds what it was to hold."""
        until(hold.caught.is_set, f"a request {hold.kind.name} of process {hold.pid}")

    @contextmanager
    def stopped(self, part: Child | None) -> Iterator[None]:
        """SIGSTOP to a part that all stand on, and SIGCONT at the end of the block."""
        assert part is not None
        part.send(signal.SIGSTOP)
        try:
            yield
        finally:
            part.send(signal.SIGCONT)

    def being_mailed(self) -> set[str]:
        """Notifications whose mails a sender has taken, and has not said what became of them."""
        return {own for (own,) in self.rest.databases["notifications"].execute(BEING_MAILED)}

    def end_leases(self) -> None:
        """Let mails that a sender died over be taken at once, and not after five minutes."""
        self.rest.databases["notifications"].execute(END_LEASES)

    def do_unsent(self, role: str, command: Command) -> tuple[Acknowledged, list[str]]:
        """The answer to a command, and its events, seen in the outbox; the relay is stopped."""
        self.system.pause(role)
        return self.client.do(command), self.see_in_outbox(service_of(role))

    def see_in_outbox(self, service: str) -> list[str]:
        """The ids of the events that wait there, once there are any."""
        until(lambda: self.rest.waiting(service), f"events in the outbox of {service}")
        rows = self.rest.databases[service].execute("SELECT headers ->> 'ce_id' FROM outbox")
        return [row[0] for row in rows]

    def times_seen(self, events: list[str]) -> list[int]:
        """How often each of these events is on the topics."""
        self.rest.follow()
        return [self.rest.seen[event] for event in events]

    def see_unread(self, events: list[str], other: Acknowledged) -> None:
        """Returns once a later event of another relay is read: these are not, by anyone.

        Raises AssertionError when one was.
        """
        self.client.reach(other.versions[:1], ["reporting"])
        if any(self.times_seen(events)):
            raise AssertionError("events of an open transaction are seen")
        if too_far := ahead(self.system):
            raise AssertionError("; ".join(too_far))


def service_of(role: str) -> str:
    return role.partition("-")[0]
