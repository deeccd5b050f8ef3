"""Seams of an API: each is called with the line at rest, and a command that leads to it."""

import http.client
import json
from urllib.parse import urlsplit

from tests.fire.client import Asking, Command, Sending
from tests.fire.ledger import Acknowledged
from tests.fire.locks import Lock
from tests.fire.rest import WRITERS
from tests.fire.stage import Stage, service_of
from tests.system.agency import until

READ = Lock("LOCK TABLE objectives IN ACCESS EXCLUSIVE MODE")
UNTOLD = {
    "notifications": "SELECT sum(version) FROM preferences",
    "okr": "SELECT sum(version) FROM candidacies",
}
"""Grows with whatever is committed and told to no topic."""


def before_commit(stage: Stage, role: str, command: Command) -> None:
    """The API waits for a row; all that it has done is not committed."""
    with stage.holding(service_of(role), command.locks[service_of(role), "api"]):
        sending = Sending(stage.client, command)
        stage.see_waiting(role)
        stage.kill_waiting(role)
    sending.join()
    if sending.answer is not None:
        raise AssertionError(f"an API that was killed has answered {command}")


def at_commit(stage: Stage, role: str, command: Command) -> None:
    """The API has said commit, and the database, which checks what it put off, waits."""
    with stage.commits_held(service_of(role)):
        sending = Sending(stage.client, command)
        stage.see_waiting(role)
        stage.kill_waiting(role)
    sending.join()
    if sending.answer is not None:
        raise AssertionError(f"an API that was killed has answered {command}")


def before_answer(stage: Stage, role: str, command: Command) -> None:
    """The command is committed, as is seen, and nobody has got the answer."""
    if service_of(role) not in WRITERS or not command.told:
        _before_answer_unpublished(stage, role, command)
        return
    relay = f"{service_of(role)}-relay"
    stage.system.pause(relay)
    connection = _sent(stage, command)
    try:
        stage.see_in_outbox(service_of(role))
        stage.system.kill(role)
    finally:
        connection.close()
        stage.system.resume(relay)


def _before_answer_unpublished(stage: Stage, role: str, command: Command) -> None:
    def committed() -> int:
        return stage.rest.number(service_of(role), UNTOLD[service_of(role)])

    before, connection = committed(), _sent(stage, command)
    try:
        until(lambda: committed() > before, f"{command} to be committed")
        stage.system.kill(role)
    finally:
        connection.close()


def _sent(stage: Stage, command: Command) -> http.client.HTTPConnection:
    """A connection with a request on it, whose answer is not read."""
    host = urlsplit(stage.system.apis[command.service]).netloc
    connection = http.client.HTTPConnection(host, timeout=30)
    body = None if command.body is None else json.dumps(command.body)
    headers = {"Content-Type": "application/json"} if body else {}
    headers |= stage.client.headers(command)
    connection.request(command.method, command.path, body, headers)
    return connection


def while_reading(stage: Stage, role: str, command: Command) -> Acknowledged:
    """An API that only reads waits for a table that its answer is made from."""
    told = stage.client.do(command)
    asking = Asking(stage.client, service_of(role))
    with stage.holding(service_of(role), READ):
        asking.start()
        stage.see_waiting(role)
        stage.kill_waiting(role)
    asking.join()
    return told
