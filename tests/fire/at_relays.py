"""Seams of a relay: each is called with the line at rest, and a command of its service."""

from collections.abc import Callable

from local.processes import Trace
from tests.fire.client import Command
from tests.fire.ledger import Acknowledged
from tests.fire.locks import Lock
from tests.fire.proxy import Request
from tests.fire.stage import Stage, service_of
from tests.system.agency import until

OTHERS = {"okr-relay": "record_check_in", "checkins-relay": "put_team_by_ref"}
"""What another relay sends, and reporting reads, while one is held."""
SENT = Lock("SELECT 1 FROM outbox FOR UPDATE")


def before_publishing(stage: Stage, role: str, command: Command) -> Acknowledged:
    """Events are in the outbox, and the relay, which is stopped, has not seen them."""
    told, _ = stage.do_unsent(role, command)
    stage.system.kill(role)
    return told


def broker_stopped(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The relay has something to send, and asks a broker that does not answer."""
    told, _ = stage.do_unsent(role, command)
    with stage.catching(Request.ANY, role) as hold, stage.stopped(stage.system.broker.child):
        stage.system.resume(role)
        stage.see_caught(hold)
        hold.release()  # the broker gets it when it goes on, from one who is no more
        stage.system.kill(role)
    return told


def before_kafkas_commit(stage: Stage, role: str, command: Command) -> Acknowledged:
    """Kafka has acknowledged the events, in a transaction that is still open."""
    told, events = stage.do_unsent(role, command)
    with stage.catching(Request.END_TXN, role) as hold:
        stage.system.resume(role)
        stage.see_caught(hold)
        stage.see_unread(events, stage.do(OTHERS[role]))
        stage.system.kill(role)
    return told


def before_deleting(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The events are on their topics, and the relay waits for their rows to delete them."""
    told, events = stage.do_unsent(role, command)
    with stage.holding(service_of(role), SENT):
        stage.system.resume(role)
        until(lambda: all(stage.times_seen(events)), "the events on their topics")
        stage.see_waiting(role)
        stage.kill_waiting(role)
    return told


def stopped_before(request: Request) -> Callable[[Stage, str, Command], Acknowledged]:
    """The leader is stopped before a request of a transaction, and goes on when another leads."""

    def stop(stage: Stage, role: str) -> None:
        stage.system.pause(role)

    return lambda stage, role, command: _superseded(stage, role, command, request, stop)


def unlocked_before(request: Request) -> Callable[[Stage, str, Command], Acknowledged]:
    """The leader loses its lock before a request of a transaction, and goes on with that."""

    def unlock(stage: Stage, role: str) -> None:
        stage.end_leading(service_of(role))

    return lambda stage, role, command: _superseded(stage, role, command, request, unlock)


def _superseded(
    stage: Stage,
    role: str,
    command: Command,
    request: Request,
    supersede: Callable[[Stage, str], None],
) -> Acknowledged:
    leader = stage.system.trace(role)
    standby = stage.system.start_standby(role)
    with stage.catching(request, role) as hold:
        told = stage.client.do(command)
        stage.see_caught(hold)
        events = stage.see_in_outbox(service_of(role))
        supersede(stage, role)
        until(lambda: not stage.rest.waiting(service_of(role)), "the standby to send")
        hold.release()
        stage.system.resume(role)
        until(lambda: _is_over(stage, leader, events), f"process {leader.pid} to end")
        _expect_each_once(stage, events)
    stage.system.kill(standby)
    stage.system.kill(role)  # ended already; it is not to be brought back by its keeper
    return told


def _is_over(stage: Stage, leader: Trace, events: list[str]) -> bool:
    """Whether the superseded relay has ended, or was heard although it is superseded."""
    return leader.find() is None or max(stage.times_seen(events)) > 1


def _expect_each_once(stage: Stage, events: list[str]) -> None:
    def all_seen() -> bool:
        return all(stage.times_seen(events)) and stage.rest.follows_all()

    until(all_seen, "the events on their topics, and no open transaction")
    seen = stage.times_seen(events)
    if set(seen) != {1}:
        raise AssertionError(f"events of one relay, superseded by another, are seen {seen} times")
