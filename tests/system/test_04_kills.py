"""A process dies at each seam of the line: nothing acknowledged is lost, nothing is counted twice.

Each seam is held from outside and seen before SIGKILL; the product has no place made for this.
"""

import signal
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.kafka import Kafka
from local.throwaway_system import NewSystem, ThrowAwaySystem
from tests.architecture.test_lists import PARTITIONS
from tests.system.agency import Agency, Team, until
from tests.system.records import broken_promises, read_all
from tests.system.seams import count, end_sessions_waiting, holding, waiting_for_a_lock


class Line:
    """A team with an objective that it has checked in on once."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.system = agency.system
        self.cycle = agency.cycle_of_today()
        self.team: Team = agency.team("Lumme")
        self.team.move(self.cycle, "running")
        self.objective = self.team.objective(self.cycle)
        self.goal = self.objective["key_results"][0]["id"]
        self.team.check_in(self.objective, 600)
        assert self.value_on_board() == 600

    def value_on_board(self) -> float | None:
        goal = self.team.goal_on_board(self.cycle, self.objective)
        value: float | None = goal["key_results"][0]["value"]
        return value

    def check_in(self, value: float, key: str | None = None) -> httpx.Response:
        return self.agency.ask(
            self.team.as_("torchbearer"), "POST", "checkins", "/check-ins",
            self.team.check_in_body(self.objective, value), key=key,
        )  # fmt: skip

    def check_in_until_answered(self, value: float, key: str) -> Any:
        """Sent again with the same key until it is answered, as a client does."""

        def answered() -> httpx.Response | None:
            try:
                return self.check_in(value, key)
            except httpx.TransportError:
                return None

        answer = until(answered, "an answer")
        assert answer.status_code == 201, answer.text
        return answer.json()

    def expect(self, *values: float) -> None:
        """Every value is there once, in its order, in every service and on every topic."""
        assert self.value_on_board() == values[-1]
        who = self.team.as_("member")
        series = self.agency.do(who, "GET", "okr", f"/key-results/{self.goal}/values")
        assert sorted(row["value"] for row in series["items"]) == sorted(values)
        assert all(row["counted"] for row in series["items"])
        history = self.agency.do(who, "GET", "reporting", f"/key-results/{self.goal}/history")
        assert sorted(row["value"] for row in history["items"]) == sorted(values)
        said = self.agency.do(
            who, "GET", "checkins", f"/objectives/{self.objective['id']}/check-ins"
        )
        assert sorted(it["number"] for it in said["items"]) == list(range(1, len(values) + 1))
        topics = [self.system.topic(name) for name in PARTITIONS]
        until(lambda: self.outboxes() == 0, "empty outboxes")
        assert not broken_promises(read_all(self.system.kafka, topics))

    def outboxes(self) -> int:
        return sum(
            count(self.system, service, "SELECT count(*) FROM outbox")
            for service in ("okr", "checkins")
        )


@pytest.fixture
def line(agency: Agency) -> Line:
    return Line(agency)


def test_the_api_dies_before_commit(line: Line) -> None:
    key = str(uuid.uuid4())
    lost: list[Exception] = []

    def send() -> None:
        try:
            line.check_in(500, key)
        except httpx.TransportError as error:
            lost.append(error)

    sending = threading.Thread(target=send)
    with holding(
        line.system, "checkins", "SELECT 1 FROM check_in_numbers WHERE objective = %s FOR UPDATE",
        line.objective["id"],
    ):  # fmt: skip
        sending.start()
        until(lambda: waiting_for_a_lock(line.system, "checkins", "api"), "the command to wait")
        line.system.kill("checkins-api")
        end_sessions_waiting(line.system, "checkins", "api")
    sending.join()
    assert lost, "its answer was lost"
    line.system.start("checkins-api")
    line.check_in_until_answered(500, key)
    line.check_in_until_answered(500, key)
    line.expect(600, 500)


def test_the_relay_dies_after_commit_and_before_publishing(line: Line) -> None:
    line.system.pause("checkins-relay")
    made = line.check_in_until_answered(500, str(uuid.uuid4()))
    waits = "SELECT count(*) FROM outbox WHERE key = %s"
    until(lambda: count(line.system, "checkins", waits, made["id"]), "its row in the outbox")
    line.system.kill("checkins-relay")
    assert count(line.system, "checkins", waits, made["id"]) == 1
    line.system.start("checkins-relay")
    line.expect(600, 500)


def test_the_relay_dies_after_the_acks_and_before_it_deletes(line: Line) -> None:
    line.system.pause("checkins-relay")
    made = line.check_in_until_answered(500, str(uuid.uuid4()))
    topic = line.system.topic("soihtu.checkins.v1")

    def seen() -> int:
        records = read_all(line.system.kafka, [topic])
        return sum(it.subject == f"check-ins/{made['id']}" for it in records)

    with holding(
        line.system, "checkins", "SELECT 1 FROM outbox WHERE key = %s FOR UPDATE", made["id"]
    ):
        line.system.resume("checkins-relay")
        until(seen, "the record on the topic")
        until(lambda: waiting_for_a_lock(line.system, "checkins", "relay"), "its deletion to wait")
        line.system.kill("checkins-relay")
        end_sessions_waiting(line.system, "checkins", "relay")
    line.system.start("checkins-relay")
    until(lambda: seen() == 2, "the record once more")
    line.expect(600, 500)


@pytest.fixture
def own_line(own_broker: Kafka, new_system: NewSystem) -> Iterator[Line]:
    """A line on a broker of its own, which this test may stop."""
    agency = Agency(new_system(kafka={"SOIHTU_KAFKA": own_broker.address}))
    yield Line(agency)
    agency.close()


def _signal(broker: Kafka, number: signal.Signals) -> None:
    assert broker.child is not None
    broker.child.send(number)


def test_the_projector_dies_after_its_own_commit_and_before_kafkas(
    own_line: Line, own_broker: Kafka
) -> None:
    line, system = own_line, own_line.system
    held = "SELECT 1 FROM key_result_progress WHERE key_result = %s FOR UPDATE"
    with holding(system, "reporting", held, line.goal):
        line.check_in_until_answered(500, str(uuid.uuid4()))
        until(lambda: waiting_for_a_lock(system, "reporting", "worker"), "the projector to wait")
        _signal(own_broker, signal.SIGSTOP)
    try:
        until(lambda: _projected(system, line.goal) == 500, "the projector's commit")
        system.kill("reporting-worker")
    finally:
        _signal(own_broker, signal.SIGCONT)
    system.start("reporting-worker")
    line.expect(600, 500)


def _projected(system: ThrowAwaySystem, goal: str) -> int:
    return count(
        system, "reporting", "SELECT value FROM key_result_progress WHERE key_result = %s", goal
    )
