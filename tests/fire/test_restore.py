"""A service goes back to a backup: readers catch up, writers are published anew, and all agree."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from confluent_kafka.admin import AdminClient

from chassis.topics import declared_topics, ensure_topics
from local.throwaway import ThrowAwayParts
from local.throwaway_system import ThrowAwaySystem
from tests.fire.client import Client, Command
from tests.fire.ledger import Acknowledged, Ledger
from tests.fire.mix import Mix
from tests.fire.oracle import check
from tests.fire.rest import Rest
from tests.fire.world import World
from tests.operators import Operator
from tests.system.agency import ROOT_UNIT, text, until
from tests.system.records import Read, read_all

pytestmark = pytest.mark.fire

WHY = ("--reason", "a test")
OF_THE_PAST = ("the open topics", "notifications.occasions", "notifications.notifications")
"""Where public events stay, and what people were told, whose own events were in a topic that is
gone."""


class Restored:
    """A system with a history, and what an operator does to it."""

    def __init__(self, parts: ThrowAwayParts, seed: str) -> None:
        self.system = ThrowAwaySystem(parts)
        self._parts = parts
        self._chance = random.Random(seed)

    def begin(self) -> None:
        self.system.start_all()
        self.client = Client(self.system, Ledger())
        self.rest = Rest(self.system)
        self._world = World(self.client, self.system.running.issuer)
        self._mix = Mix(self._world, self._chance)
        self._world.begin()
        self.come_to_rest()

    def end(self) -> None:
        if hasattr(self, "client"):
            self.client.close()
            self.rest.close()
        self.system.stop_all()

    def come_to_rest(self) -> None:
        self.rest.wait()
        self._world.at_rest()

    def happen(self, commands: int, fits: Callable[[Command], bool] = lambda _: True) -> None:
        """So many commands, and all that follows from them."""
        for number in range(commands):
            command, learn = self._mix.next(fits)
            learn(self.client.do(command))
            if number % 10 == 9:
                self.come_to_rest()
        self.come_to_rest()

    def do(self, name: str) -> Acknowledged:
        """One command of that name, and all that follows from it."""
        command, learn = self._mix.next(lambda it: it.name == name)
        told = self.client.do(command)
        learn(told)
        self.come_to_rest()
        return told

    def lead_of(self, remark: Any) -> str:
        """Who leads the team of the goal that a remark is about."""
        (goal,) = (it for it in self._world.goals if it.id == remark["objective"])
        return goal.team.lead

    def see(self, remark: Any, who: str) -> Any:
        """A remark as somebody sees it."""
        return self.client.attempt(
            Command("get_remark", "okr", who, "GET", f"/remarks/{remark['id']}")
        ).json()

    def operator(self, service: str) -> Operator:
        return Operator.of(self.system, self._parts, service)

    def restore(self, service: str, folder: Path) -> str:
        """Stop the service and put it back; only its API runs afterwards."""
        self.rest.close()
        roles = [it for it in self.roles(service) if it.startswith(service)]
        for role in roles:
            self.system.stop(role)
        told = self.operator(service).do("restore", str(folder), "--yes", *WHY)
        for role in roles:
            self.system.start(role)
        self.rest = Rest(self.system)
        return told

    def roles(self, service: str) -> list[str]:
        publishes = service != "reporting"
        return [f"{service}-{role}" for role in ("api", "worker", "relay")[: 2 + publishes]]

    def readiness(self, role: str) -> list[str]:
        answer = httpx.get(f"{self.system.operations(role)}/health/ready")
        reasons: list[str] = answer.json()["reasons"]
        return reasons

    def ready(self, *roles: str) -> None:
        for role in roles:
            until(partial(self.system.is_ready, role), f"{role} to be ready")

    def waits_for(self, holder: int) -> bool:
        """Whether some session of okr's database waits for what `holder` has."""
        asked = "SELECT pid FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        with psycopg.connect(self.system.addresses.databases["okr"].owner) as conn:
            return conn.execute(asked, [holder]).fetchone() is not None

    def records(self) -> list[Read]:
        topics = [self.system.topic(it.name) for it in declared_topics()]
        return read_all(self.system.kafka, topics)

    def agree(self, made_anew: str = "") -> None:
        """Every table is what its topics say, and nothing was set aside.

        A topic that was made anew begins at the versions that its writer had got to.
        """
        verdict = check(self.system, Ledger(), whole=False)
        begins_late = f" on {made_anew}" if made_anew else "on no topic"
        lost = [it for it in verdict.lost if not (" goes from 0 to " in it and begins_late in it)]
        # What is published anew says again what was taken once.
        doubled = [it for it in verdict.doubled if " takes " not in it]
        assert not [*lost, *doubled]
        stays = OF_THE_PAST if made_anew else ()
        different = [
            it for it in verdict.differences if it.expected is not None or it.table not in stays
        ]
        assert not different, "\n".join(map(str, different))


@pytest.fixture
def line(parts: ThrowAwayParts, request: pytest.FixtureRequest) -> Iterator[Restored]:
    made = Restored(parts, request.node.name)
    try:
        made.begin()
        yield made
    finally:
        made.end()


def new_team() -> Command:
    body = {"name": text("Uusi"), "parent": ROOT_UNIT}
    return Command("create_team", "okr", "admin", "POST", "/teams", body, key="a-new-team-at-last")


def test_a_reader_goes_back_and_catches_up(line: Restored, tmp_path: Path) -> None:
    line.happen(20)
    line.operator("reporting").do("backup", str(tmp_path))
    line.happen(20)

    line.restore("reporting", tmp_path)

    line.come_to_rest()
    line.agree()


@pytest.mark.parametrize(
    ("service", "way"),
    [(service, way) for service in ("okr", "checkins") for way in ("--adopt", "--withdraw")],
)
def test_a_writer_goes_back_and_is_published_anew(
    line: Restored, tmp_path: Path, service: str, way: str
) -> None:
    line.happen(30)
    operator = line.operator(service)
    operator.do("backup", str(tmp_path))
    line.happen(40)
    before = line.records()

    told = line.restore(service, tmp_path)

    assert f"soihtu republish {service}" in told
    assert line.readiness(f"{service}-relay") == ["must-republish"]
    assert line.readiness(f"{service}-worker") == ["must-republish"]
    assert line.readiness(f"{service}-api") == []
    if service == "okr":
        refused = line.client.attempt(new_team())
        assert (refused.status_code, refused.json()["code"]) == (503, "must-republish")
    undecided = operator.run("republish", *WHY)
    assert undecided.returncode == 1
    assert "the topics have" in undecided.stdout
    assert line.readiness(f"{service}-relay") == ["must-republish"]

    operator.do("republish", way, *WHY)
    line.ready(f"{service}-relay", f"{service}-worker")
    line.rest.wait()

    line.agree()
    known = {(it.topic, it.partition, it.offset) for it in before}
    new = [it for it in line.records() if (it.topic, it.partition, it.offset) not in known]
    assert {it.headers["ce_origin"] for it in new} == {"republish"}
    if service == "okr":
        assert line.client.attempt(new_team()).status_code == 201


@pytest.mark.parametrize("way", ["--adopt", "--withdraw"])
def test_a_remark_that_was_hidden_since_stays_hidden(
    line: Restored, tmp_path: Path, way: str
) -> None:
    remark = line.do("make_remark").answer
    line.operator("okr").do("backup", str(tmp_path))
    hide = Command(
        "hide_remark", "okr", line.lead_of(remark), "POST", f"/remarks/{remark['id']}/hide",
        {"reason": "Asiaton."}, version=remark["version"],
    )  # fmt: skip
    line.client.do(hide)
    line.come_to_rest()

    line.restore("okr", tmp_path)
    told = line.operator("okr").do("republish", way, *WHY)

    assert "hand-over notes" in told
    assert (line.see(remark, "admin")["state"], line.see(remark, "admin")["text"]) == (
        "hidden",
        None,
    )
    assert line.see(remark, hide.who)["text"] == remark["text"]
    words = [it for it in line.records() if remark["text"].encode() in it.value]
    assert {it.headers["ce_sequence"] for it in words} == {str(remark["version"])}


@pytest.mark.parametrize("way", ["--adopt", "--withdraw"])
def test_what_a_killed_republish_took_over_is_brought_up_to_date_by_the_next(
    line: Restored, tmp_path: Path, way: str
) -> None:
    line.happen(30)
    operator = line.operator("okr")
    operator.do("backup", str(tmp_path))
    line.happen(40)
    line.restore("okr", tmp_path)

    with psycopg.connect(line.system.addresses.databases["okr"].owner) as holder:
        # The last that is published anew, before progress is brought up to date.
        holder.execute("SELECT FROM key_result_progress FOR UPDATE")
        killed = operator.begin("republish", way, *WHY)
        waits = partial(line.waits_for, holder.info.backend_pid)
        until(waits, "it to have taken over all, and to wait for a row")
        killed.kill()
        killed.wait()
    operator.do("republish", way, *WHY)
    line.ready("okr-relay", "okr-worker")
    line.rest.wait()

    line.agree()


def test_all_is_published_anew_under_load(line: Restored) -> None:
    line.happen(20)
    before = {it.headers["ce_subject"] for it in line.records()}

    with ThreadPoolExecutor(1) as pool:
        republished = pool.submit(line.operator("okr").do, "republish", *WHY)
        line.happen(40, lambda command: command.version is None)
        republished.result()
    line.rest.wait()

    line.agree()
    again = {
        it.headers["ce_subject"] for it in line.records() if it.headers["ce_origin"] == "republish"
    }
    kinds = ("check-ins", "retros")
    assert {it for it in before if not it.startswith(kinds)} <= again


def test_a_topic_made_anew_is_filled_and_its_readers_rebuilt(line: Restored) -> None:
    line.happen(20)
    name = line.system.topic("soihtu.okr.v1")
    kafka: dict[str, Any] = {"bootstrap.servers": line.system.kafka}
    admin = AdminClient(kafka)
    admin.delete_topics([name])[name].result(30)
    until(lambda: name not in admin.list_topics(timeout=10).topics, "it to be gone")
    ensure_topics(kafka, line.system.prefix)

    line.operator("okr").do("republish", *WHY)
    for service in ("checkins", "reporting", "notifications"):
        role = f"{service}-worker"
        line.system.stop(role)
        line.operator(service).do("rebuild", *WHY)
        line.system.start(role)
    line.rest.close()
    line.rest = Rest(line.system)
    line.rest.wait()

    line.agree("soihtu.okr.v1")
