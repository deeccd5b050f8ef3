"""Seams of a relay: each is called with the line at rest, and a command of its service."""

from collections.abc import Callable

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
    stage.system.pause(role)
    told = stage.client.do(command)
    stage.see_in_outbox(service_of(role))
    stage.system.kill(role)
    return told


def broker_stopped(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The relay has something to send, and asks a broker that does not answer."""
    with stage.catching(Request.ANY, role) as hold, stage.broker_stopped():
        told = stage.client.do(command)
        stage.see_caught(hold)
        hold.release()  # the broker gets it when it goes on, from one who is no more
        stage.see_in_outbox(service_of(role))
        stage.system.kill(role)
    return told


def before_kafkas_commit(stage: Stage, role: str, command: Command) -> Acknowledged:
    """Kafka has acknowledged the events, in a transaction that is still open."""
    with stage.catching(Request.END_TXN, role) as hold:
        told = stage.client.do(command)
        stage.see_caught(hold)
        events = stage.see_in_outbox(service_of(role))
        stage.see_unread(events, stage.do(OTHERS[role]))
        stage.system.kill(role)
    return told


def before_deleting(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The events are on their topics, and the relay waits for their rows to delete them."""
    stage.system.pause(role)
    told = stage.client.do(command)
    events = stage.see_in_outbox(service_of(role))
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
        _expect_each_once(stage, events)
        hold.release()
        stage.system.resume(role)
        stage.see_ended(leader)
        _expect_each_once(stage, events)
    stage.system.kill(standby)
    stage.system.kill(role)  # ended already; it is not to be brought back by its keeper
    return told


def _expect_each_once(stage: Stage, events: list[str]) -> None:
    seen = stage.times_seen(events)
    if set(seen) != {1}:
        raise AssertionError(f"events of one relay, superseded by another, are seen {seen} times")
