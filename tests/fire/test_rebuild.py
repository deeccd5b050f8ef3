"""Copies are made anew under load: nobody notices, a death in the middle loses nothing."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx
import psycopg
import pytest

from local.addresses import ROOT, outside_environment, service_settings
from local.throwaway import ThrowAwayParts
from tests.fire.line import Line
from tests.system.agency import until

pytestmark = pytest.mark.fire

LONGEST = 300
"""Seconds after which an operation is taken to hang."""
BEGUN = "SELECT count(*) FROM pg_tables WHERE schemaname = 'rebuilding' AND tablename = 'seen'"
WAITS = """SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'reporting-rebuild' AND query LIKE '%LOCK TABLE%'
        AND datname = current_database()"""


@pytest.fixture(scope="module")
def line(parts: ThrowAwayParts) -> Iterator[Line]:
    made = Line(parts)
    made.begin()
    yield made
    made.end()


def begin(line: Line, service: str, operation: str, *arguments: str) -> "subprocess.Popen[str]":
    told = service_settings(line.system.addresses, service)
    return subprocess.Popen(
        [sys.executable, "-m", f"services.{service}", operation, *arguments],
        cwd=ROOT,
        env=outside_environment() | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def done(line: Line, service: str, operation: str, *arguments: str) -> tuple[int, str]:
    """The exit code of an operation, and what it said."""
    process = begin(line, service, operation, *arguments)
    said, _ = process.communicate(timeout=LONGEST)
    return process.returncode, said


def rebuild(line: Line, service: str) -> None:
    code, said = done(line, service, "rebuild", "--reason", "a test")
    assert code == 0, said


def verify(line: Line) -> None:
    code, said = done(line, "reporting", "verify")
    assert code == 0, said


@contextmanager
def asking(line: Line) -> Iterator[list[str]]:
    """Questions to reporting, one after the other; gives what went wrong with any."""
    wrong: list[str] = []
    ended = threading.Event()

    apis = line.system.apis
    headers = {"Authorization": f"Bearer {line.system.token('admin')}"}

    def ask() -> None:
        with httpx.Client(timeout=30, headers=headers) as client:
            cycles = client.get(f"{apis['okr']}/cycles").json()["items"]
            while not ended.is_set():
                for cycle in cycles:
                    answer = client.get(f"{apis['reporting']}/overview?cycle={cycle['id']}")
                    if answer.status_code != 200:
                        wrong.append(f"{answer.status_code}: {answer.text}")

    def safely() -> None:
        try:
            ask()
        except BaseException as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=safely) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield wrong
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@contextmanager
def database(line: Line, service: str) -> Iterator["psycopg.Connection[tuple[int]]"]:
    with closing(psycopg.connect(line.system.addresses.databases[service].owner)) as conn:
        yield conn


def number(conn: "psycopg.Connection[tuple[int]]", query: str) -> int:
    found = conn.execute(query.encode()).fetchone()
    conn.commit()
    return found[0] if found else 0


def test_rebuilding_under_load_is_not_noticed(line: Line) -> None:
    with line.under_load("rebuild") as load, asking(line) as wrong:
        for service in ("reporting", "checkins", "okr", "reporting"):
            rebuild(line, service)
            load.until_more(20)
        verify(line)
    assert wrong == []
    assert not load.not_done


def killed_while_it_folds(line: Line) -> None:
    with database(line, "reporting") as conn:
        process = begin(line, "reporting", "rebuild", "--reason", "to be killed")
        until(lambda: number(conn, BEGUN), "a rebuild that has begun")
        process.kill()
        process.communicate()


def killed_while_it_swaps(line: Line) -> None:
    """The worker waits for the rows that it holds, and it for a reader that has a table."""
    with database(line, "reporting") as reader, database(line, "reporting") as conn:
        reader.execute("SELECT count(*) FROM units")
        process = begin(line, "reporting", "rebuild", "--reason", "to be killed")
        until(lambda: number(conn, WAITS), "a rebuild that is about to swap")
        process.kill()
        process.communicate()


@pytest.mark.parametrize("kill", [killed_while_it_folds, killed_while_it_swaps])
def test_a_rebuild_that_dies_loses_nothing(line: Line, kill: Callable[[Line], None]) -> None:
    with line.under_load(kill.__name__) as load, asking(line) as wrong:
        kill(line)
        load.until_more(20)
        verify(line)
        rebuild(line, "reporting")
    verify(line)
    assert wrong == []
    assert not load.not_done


def test_okr_decides_nothing_anew(line: Line) -> None:
    with line.under_load("values"):
        pass
    with database(line, "okr") as conn:
        versions = "SELECT sum(version) + count(*) FROM recorded_values"
        published = "SELECT last_value FROM outbox_seq_seq"
        before = number(conn, versions), number(conn, published)
        rebuild(line, "okr")
        assert (number(conn, versions), number(conn, published)) == before
