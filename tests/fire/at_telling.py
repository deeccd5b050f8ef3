"""Seams of notifications' worker beside its reading: it fills inboxes, and it mails."""

from tests.fire import locks
from tests.fire.client import Command
from tests.fire.ledger import Acknowledged
from tests.fire.stage import Stage, service_of
from tests.system.agency import until

ENDED = "SELECT count(*) FROM mails WHERE ended_at IS NOT NULL"
IS_SENT = "NEW.state = 'sent'"


def while_telling(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The worker waits to put an entry into an inbox; what it tells of is not settled yet."""
    with stage.holding(service_of(role), locks.table("notifications")):
        told = stage.client.do(command)
        stage.see_waiting(role)
        stage.kill_waiting(role)
    return told


def before_mailing(stage: Stage, role: str, command: Command) -> Acknowledged:
    """A mail is noted as being sent, and the mail server, which is stopped, has not got it."""
    with stage.stopped(stage.system.mail_server.child):
        ended = stage.rest.number(service_of(role), ENDED)
        told = stage.client.do(command)
        until(
            lambda: stage.being_mailed() or stage.rest.number(service_of(role), ENDED) > ended,
            "a mail to be taken",
        )
        stage.system.kill(role)
    return told


def after_mailing(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The mail server has said that it has a mail, and the worker waits to commit that."""
    with stage.commits_held(service_of(role), ("mails",), IS_SENT):
        told = stage.client.do(command)
        stage.see_waiting(role)
        if not stage.being_mailed() <= stage.system.posted().keys():
            raise AssertionError(f"{role} notes a mail as sent that no server has")
        stage.kill_waiting(role)
    return told
