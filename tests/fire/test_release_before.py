"""The code of the release before, on the schema that this one's `migrate --phase pre` leaves; and
the code of this one, on rows of one that comes after it.
"""

import io
import json
import random
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from local.addresses import ROOT, Addresses, migration_environment, role_environment
from local.graph import SERVICE_NAMES, Instance
from local.postgres import Database
from local.processes import Child, Running
from local.roles import Roles
from local.throwaway import ThrowAwayParts
from local.throwaway_system import ThrowAwaySystem
from tests.contracts.test_later_fields import LATER, later
from tests.fire.client import Client, Command, Learn
from tests.fire.ledger import Ledger
from tests.fire.mix import Mix
from tests.fire.rest import Rest
from tests.fire.world import World

pytestmark = pytest.mark.fire

COMMANDS = 40
STATES = {
    "okr": (
        "units", "teams", "people", "pillars", "cycles", "team_cycles", "objectives", "remarks",
        "recorded_values", "key_result_progress",
    ),
    "checkins": ("check_ins", "retros"),
}  # fmt: skip
"""Tables of aggregates that the commands change."""


def git(*arguments: str) -> bytes:
    """What git says. Raises CalledProcessError, and OSError where there is no git."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The tree as it was before the newest migration came."""
    newest = max(path.name[:4] for path in ROOT.glob("services/*/migrations/[0-9]*.py"))
    added = ["log", "--diff-filter=A", "--format=%H", "--", f"services/*/migrations/{newest}_*.py"]
    try:
        first = git(*added).split()[-1].decode()
        tree = git("archive", f"{first}^")
    except (OSError, IndexError, subprocess.CalledProcessError):
        pytest.skip(f"the history does not reach back before migration {newest}")
    folder = tmp_path / "before"
    with tarfile.open(fileobj=io.BytesIO(tree)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def migrate(folder: Path, addresses: Addresses, service: str, *phase: str) -> None:
    subprocess.run(
        [sys.executable, "-m", f"services.{service}", "migrate", *phase],
        cwd=folder,
        env={**migration_environment(addresses, service), "PYTHONPATH": str(folder)},
        check=True,
    )


def migrated(parts: ThrowAwayParts, before: Path) -> dict[str, Database]:
    """Databases that the release before made, ready for this one."""
    found = {}
    for service in SERVICE_NAMES:
        found[service] = parts.database(service, migrated=False)
        addresses = Addresses(
            kafka={"SOIHTU_KAFKA": parts.kafka.address},
            issuer=parts.identity.issuer,
            databases=found,
        )
        if (before / "services" / service).exists():
            migrate(before, addresses, service)
        migrate(ROOT, addresses, service, "--phase", "pre")
    return found


class RolesOf(Roles):
    """Roles that run the code of another folder."""

    def __init__(
        self,
        folder: Path,
        instances: Sequence[Instance],
        addresses: Callable[[], Addresses],
        logs: Path,
    ) -> None:
        super().__init__(instances, addresses, logs)
        self._folder = folder

    def _start(self, instance: Instance) -> Running:
        if not (self._folder / "services" / instance.service).exists():
            return super()._start(instance)
        return Child(
            [sys.executable, "-m", f"services.{instance.service}", instance.role],
            log=self.log_of(instance.name),
            environment={
                **role_environment(self._addresses(), instance),
                "PYTHONPATH": str(self._folder),
            },
            folder=self._folder,
        )


def test_it_takes_commands_and_answers_questions(parts: ThrowAwayParts, before: Path) -> None:
    system = ThrowAwaySystem(
        parts, databases=migrated(parts, before), make_roles=partial(RolesOf, before)
    )
    with ExitStack() as after:
        after.callback(system.stop_all)
        system.start_all()
        client = after.enter_context(closing(Client(system, Ledger())))
        rest = after.enter_context(closing(Rest(system)))
        world = World(client, system.running.issuer, before_choosing=True)
        world.begin()
        rest.wait()
        world.at_rest()
        _go_on(client, world, rest, "before")
        for service in SERVICE_NAMES:
            assert client.ask(service).status_code == 200


def _go_on(client: Client, world: World, rest: Rest, seed: str) -> None:
    mix = Mix(world, random.Random(seed))
    for _ in range(COMMANDS):
        _do(client, *mix.next())
    rest.wait()


def _do(client: Client, command: Command, learn: Learn) -> None:
    told = client.do(command)
    learn(told)
    client.reach(told.versions)


FIRST = ("record_check_in", "make_remark", "put_machine_value")
THEN = ("correct_check_in", "reword_remark", "change_person", "put_change")
TOUCHED = {"objectives", "recorded_values", "check_ins", "people", "remarks"}


def test_it_goes_back_and_keeps_what_a_later_release_said(parts: ThrowAwayParts) -> None:
    system = ThrowAwaySystem(parts)
    with ExitStack() as after:
        after.callback(system.stop_all)
        system.start_all()
        client = after.enter_context(closing(Client(system, Ledger())))
        rest = after.enter_context(closing(Rest(system)))
        world = World(client, system.running.issuer)
        world.begin()
        rest.wait()
        world.at_rest()
        mix = Mix(world, random.Random("after"))
        *_, measured = _each(client, mix, FIRST)
        rest.wait()
        said = _said_by_a_later_release(system)
        _each(client, mix, THEN)
        client.do(replace(measured, body={"value": 7}))
        rest.wait()
        _go_on(client, world, rest, "and back")
        held = {place: state for place, state in _rows(system) if place in said}
    assert held.keys() == said.keys()
    assert all(LATER.items() <= state.items() for state in held.values())
    assert {table for (_, table, _), state in held.items() if state not in said.values()} >= TOUCHED


def _each(client: Client, mix: Mix, names: Iterable[str]) -> list[Command]:
    """One command of each of these names, done."""
    done = []
    for name in names:
        command, learn = mix.next(_named(name))
        _do(client, command, learn)
        done.append(command)
    return done


def _named(name: str) -> Callable[[Command], bool]:
    return lambda it: it.name == name


Place = tuple[str, str, str]


def _rows(system: ThrowAwaySystem) -> Iterator[tuple[Place, dict[str, Any]]]:
    for service, tables in STATES.items():
        with psycopg.connect(system.addresses.databases[service].owner) as conn:
            for table in tables:
                key = "(team, cycle)" if table == "team_cycles" else "id"
                query = f"SELECT {key}::text, state FROM {table}"  # noqa: S608
                for own, state in conn.execute(query.encode()):
                    yield (service, table, own), state


def _said_by_a_later_release(system: ThrowAwaySystem) -> dict[Place, dict[str, Any]]:
    """All that there is, as a later release would have it."""
    said = {place: later(state) for place, state in _rows(system)}
    for (service, table, own), state in said.items():
        key = "(team, cycle)" if table == "team_cycles" else "id"
        query = f"UPDATE {table} SET state = %s WHERE {key}::text = %s"  # noqa: S608
        with psycopg.connect(system.addresses.databases[service].owner) as conn:
            conn.execute(query.encode(), (json.dumps(state), own))
    return said
