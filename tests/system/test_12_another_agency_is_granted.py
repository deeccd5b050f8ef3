"""A journey of another agency: granted, reading, removed, past its last day; and cut short."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from chassis.clock import read_ahead, true_now
from chassis.kafka_access import KafkaAccess, Right, Subscribers
from chassis.settings import KafkaSettings
from chassis.topics import declared_topics, ensure_topics, prefixed
from cli.client import Client
from cli.reach import Credentials, Reach
from cli.subscribers.desk import OVER, Desk
from local.addresses import ROOT, Addresses, outside_environment
from local.files import write_private
from local.graph import Instance
from local.home import Home
from local.identity import request_token
from local.kafka import Kafka
from local.ports import free_port
from local.roles import Roles
from local.throwaway import ThrowAwayParts
from tests import rights
from tests.rights import administrator_of, client_of

ZONE = "Europe/Helsinki"
TOPICS = [it.name for it in declared_topics()]
OPEN = [it.name for it in declared_topics() if it.audience == "open"]
SAID = {
    "contact": "Aino Virta, aino.virta@meteo.example",
    "purpose": "A board of goals shared by two agencies",
    "basis": "Act 906/2019, section 22",
}


@dataclass
class Desktop:
    """The command line at okr's API and a secured broker, and what comes of it."""

    okr: str
    issuer: str
    kafka: Kafka
    prefix: str
    clock: Path

    @property
    def subscribers(self) -> Subscribers:
        return Subscribers(KafkaAccess(administrator_of(self.kafka).for_confluent()), self.prefix)

    @property
    def today(self) -> date:
        """The day by the clock of the system."""
        now = true_now() + read_ahead(self.clock)
        return now.astimezone(ZoneInfo(ZONE)).date()

    def topic(self, name: str) -> str:
        return prefixed(self.prefix, name)

    def move_to_tomorrow(self) -> None:
        ahead = read_ahead(self.clock) + timedelta(days=1)
        write_private(self.clock, str(int(ahead.total_seconds())))

    def run(
        self, *words: str, kafka: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """What came of a `soihtu subscriber` command; `kafka`: that it was told of another one."""
        environment = {
            **outside_environment(),
            **(kafka or self.kafka.settings),
            "SOIHTU_TOPIC_PREFIX": self.prefix,
            "SOIHTU_ISSUER": self.issuer,
            "SOIHTU_OKR_URL": self.okr,
            "SOIHTU_HOME": os.devnull,
        }
        return subprocess.run(
            [sys.executable, "-c", "from cli.main import main; raise SystemExit(main())",
             "subscriber", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def do(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def refused(self, *words: str, kafka: Mapping[str, str] | None = None) -> str:
        """Why; and nothing was told to anybody."""
        done = self.run(*words, kafka=kafka)
        assert (done.returncode, done.stdout) == (1, "")
        return done.stderr

    def add(self, code: str, until: date | str, **more: str) -> list[str]:
        options = {**SAID, "until": str(until), **more}
        return ["add", code, *(word for name, it in options.items() for word in (f"--{name}", it))]

    def added(self, code: str, until: date | None = None) -> KafkaSettings:
        """A client of the agency, made of what `add` said."""
        told = self.do(*self.add(code, until or self.today))
        said = dict(line.split(maxsplit=1) for line in told.splitlines() if line[:1].islower())
        return client_of(self.kafka, said["user"], said["password"])

    def grants(self, code: str) -> list[dict[str, Any]]:
        """As staff are told, the newest first."""
        answer = httpx.get(
            f"{self.okr}/grants",
            headers={"Authorization": f"Bearer {request_token(self.issuer, 'strategy')}"},
        )
        return [it for it in answer.json()["items"] if it["agency"] == code]

    def reads(self, client: KafkaSettings) -> set[str]:
        """The topics that it may read, without the prefix."""
        if not rights.logs_in(client):
            return set()
        names = {self.topic(it) for it in TOPICS}
        return {it.removeprefix(self.prefix) for it in rights.readable(client, names)}


@pytest.fixture(scope="module")
def desk(throwaway_parts: ThrowAwayParts, guarded_kafka: Kafka) -> Iterator[Desktop]:
    """okr's API alone runs, whose clock the tests move."""
    throwaway_parts.start("postgres", "identity")
    home = Home(throwaway_parts.folder / "desk")
    prefix, issuer = throwaway_parts.topic_prefix(), throwaway_parts.identity.issuer
    database = throwaway_parts.database("okr")
    told = {
        "SOIHTU_TOPIC_PREFIX": prefix,
        "SOIHTU_LOCAL": "1",
        "SOIHTU_CLOCK": str(home.clock_file),
    }
    addresses = Addresses(guarded_kafka.settings, issuer, {"okr": database}, told)
    ensure_topics(administrator_of(guarded_kafka).for_confluent(), prefix)
    api = Instance("okr", "api", 0, free_port(), free_port())
    home.logs.mkdir(parents=True)
    roles = Roles([api], lambda: addresses, home.logs)
    roles.launch(api.name)
    roles.wait_until_ready(api.name)
    yield Desktop(api.address, issuer, guarded_kafka, prefix, home.clock_file)
    roles.stop_all()
    throwaway_parts.postgres.drop_database(database.name)


def test_an_agency_reads_what_it_was_granted_and_nothing_else(desk: Desktop) -> None:
    client, prefix = desk.added("meteo"), desk.prefix
    (grant,) = desk.grants("meteo")
    assert (grant["state"], grant["stands"], grant["topics"]) == ("granted", True, sorted(OPEN))
    assert desk.reads(client) == set(OPEN)
    assert rights.writable(client, [desk.topic(it) for it in TOPICS]) == set()
    groups = {f"{prefix}meteo.board", f"{prefix}okr", f"{prefix}reporting", f"{prefix}other.board"}
    assert rights.joinable(client, groups) == {f"{prefix}meteo.board"}
    assert rights.usable(client, [f"{prefix}relay-okr", f"{prefix}meteo.own"]) == set()
    listed = desk.do("list")
    assert all(it in listed for it in (SAID["purpose"], SAID["basis"], "meteo  granted", *OPEN))
    assert "Aino" not in listed


def test_who_is_removed_reads_nothing_and_can_be_granted_again(desk: Desktop) -> None:
    client = desk.added("removed")
    desk.do("remove", "removed", "--reason", "the board was closed")
    assert desk.reads(client) == set()
    assert "removed" not in desk.subscribers.listed()
    (grant,) = desk.grants("removed")
    assert (grant["state"], grant["reason"]) == ("ended", "the board was closed")
    assert "removed" not in desk.do("list")
    assert "removed  ended" in desk.do("list", "--all")
    again = desk.added("removed")
    assert desk.reads(again) == set(OPEN)
    assert desk.reads(client) == set()


def test_what_is_odd_is_refused_and_changes_nothing(desk: Desktop) -> None:
    day, before = desk.today, desk.subscribers.listed()
    assert "no code" in desk.refused(*desk.add("a.b", day))
    assert "no code" in desk.refused(*desk.add("Meteo", day))
    assert "is past" in desk.refused(*desk.add("odd", day - timedelta(days=1)))
    assert "--until takes a day" in desk.refused(*desk.add("odd", "soon"))
    assert "contact" in desk.refused(*desk.add("odd", day, contact=" "))
    assert "no grant of 'odd'" in desk.refused("remove", "odd", "--reason", "none")
    assert desk.grants("odd") == []
    assert desk.subscribers.listed() == before


def test_who_has_a_grant_gets_no_second_one(desk: Desktop) -> None:
    client = desk.added("twice")
    assert "has its rights" in desk.refused(*desk.add("twice", desk.today))
    assert "another purpose" in desk.refused(*desk.add("twice", desk.today, purpose="more"))
    assert desk.reads(client) == set(OPEN)
    assert len(desk.grants("twice")) == 1


def test_a_line_that_is_not_secured_is_told_of_and_nothing_is_done(desk: Desktop) -> None:
    plain = {"SOIHTU_KAFKA": desk.kafka.address}
    for words in (desk.add("bare", desk.today), ["remove", "bare", "--reason", "x"], ["sweep"]):
        told = desk.refused(*words, kafka=plain)
        assert "not secured" in told
        assert "up --secure" in told
    assert desk.grants("bare") == []


def test_rights_without_a_grant_are_swept_and_others_are_left(desk: Desktop) -> None:
    client = desk.added("stays")
    desk.subscribers.add("nobody")
    access = KafkaAccess(administrator_of(desk.kafka).for_confluent())
    name = f"{desk.prefix}subscriber-half"
    access.allow(name, [Right("read", "topic", desk.topic(OPEN[0]))])
    assert "nobody had rights" in desk.do("sweep")
    assert not {"nobody", "half"} & desk.subscribers.listed().keys()
    assert desk.do("sweep") == ""
    assert desk.reads(client) == set(OPEN)


class Died(Exception):
    """The process ended here."""


@dataclass
class Life:
    """Counts what is done outside, and ends at one of them, `before` or after it is done."""

    left: int
    before: bool

    @contextmanager
    def act(self) -> Iterator[None]:
        self.left -= 1
        if self.left == 0 and self.before:
            raise Died
        yield
        if self.left == 0 and not self.before:
            raise Died


class DyingAccess(KafkaAccess):
    """The broker's side of one who dies."""

    def __init__(self, client: Mapping[str, Any], life: Life) -> None:
        super().__init__(client)
        self._life = life

    def allow(self, principal: str, rights: Collection[Right]) -> None:
        with self._life.act():
            super().allow(principal, rights)

    def set_password(self, principal: str, password: str) -> None:
        with self._life.act():
            super().set_password(principal, password)

    def remove(self, principal: str) -> None:
        with self._life.act():
            super().remove(principal)


class DyingNetwork(httpx.AsyncHTTPTransport):
    """The APIs' side of one who dies."""

    def __init__(self, life: Life) -> None:
        super().__init__()
        self._life = life

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        changes = request.method == "POST" and "/grants" in request.url.path
        with self._life.act() if changes else nullcontext():
            return await super().handle_async_request(request)


def cut_short(
    desk: Desktop, life: Life, work: Callable[[Desk], Awaitable[None]], past: str = ""
) -> None:
    """What one does who dies of it; nobody is left with rights but by a grant, or one `past`."""
    reach = Reach(desk.issuer, {"okr": desk.okr})
    access = DyingAccess(administrator_of(desk.kafka).for_confluent(), life)

    async def done() -> None:
        async with Client(reach, Credentials("admin", "any"), DyingNetwork(life)) as client:
            await work(Desk(client, Subscribers(access, desk.prefix), lambda _: None))

    with pytest.raises(Died):
        asyncio.run(done())
    for code in desk.subscribers.listed().keys() - {past}:
        assert any(it["stands"] for it in desk.grants(code)), code


WHEN = pytest.mark.parametrize("before", [True, False], ids=["before", "after"])


@WHEN
@pytest.mark.fire
@pytest.mark.parametrize("at", range(1, 5))
def test_who_dies_while_granting_is_finished_by_the_same_again(
    desk: Desktop, at: int, before: bool
) -> None:
    code, told = f"given-{at}-{before:d}", list[str]()
    said = {**SAID, "agency": code, "until": desk.today.isoformat()}
    cut_short(desk, Life(at, before), lambda it: it.add(said, told.append))
    name = desk.subscribers.username(code)
    clients = [client_of(desk.kafka, name, it) for it in told]
    if (at, before) == (4, False):  # all of it was done
        assert "has its rights" in desk.refused(*desk.add(code, desk.today))
    else:
        clients.append(desk.added(code))
    assert [desk.reads(it) for it in clients] == [set()] * (len(clients) - 1) + [set(OPEN)]
    assert [it["state"] for it in desk.grants(code)] == ["granted"]


@WHEN
@pytest.mark.fire
@pytest.mark.parametrize("at", [1, 2])
def test_who_dies_while_removing_is_finished_by_the_same_again(
    desk: Desktop, at: int, before: bool
) -> None:
    code = f"taken-{at}-{before:d}"
    client = desk.added(code)
    cut_short(desk, Life(at, before), lambda it: it.remove(code, "over"))
    again = ["remove", code, "--reason", "over"]
    if (at, before) == (2, False):
        assert "no grant" in desk.refused(*again)
    else:
        desk.do(*again)
    assert desk.reads(client) == set()
    assert [it["state"] for it in desk.grants(code)] == ["ended"]


@WHEN
@pytest.mark.fire
@pytest.mark.parametrize("at", [1, 2])
def test_who_dies_while_sweeping_is_finished_by_the_next_sweep(
    desk: Desktop, at: int, before: bool
) -> None:
    code = f"swept-{at}-{before:d}"
    desk.move_to_tomorrow()
    desk.do("sweep")  # what other tests left
    client = desk.added(code)
    desk.move_to_tomorrow()
    cut_short(desk, Life(at, before), lambda it: it.sweep(), past=code)
    desk.do("sweep")
    assert desk.reads(client) == set()
    assert [(it["state"], it["reason"]) for it in desk.grants(code)] == [("ended", OVER)]
    assert desk.do("sweep") == ""


def test_what_is_past_its_last_day_is_swept_by_any_number_at_once(desk: Desktop) -> None:
    ends, stays = desk.added("ends"), desk.added("goes-on", desk.today + timedelta(days=1))
    assert desk.reads(ends) == set(OPEN)
    desk.move_to_tomorrow()
    assert "ends  past" in desk.do("list")
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: desk.run("sweep"), range(2)))
    assert [it.returncode for it in done] == [0, 0], done
    assert (desk.reads(ends), desk.reads(stays)) == (set(), set(OPEN))
    assert [(it["state"], it["reason"]) for it in desk.grants("ends")] == [("ended", OVER)]
    assert desk.do("sweep") == ""
