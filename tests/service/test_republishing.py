"""What of a writer's tables comes back from topics after a restore, and what a backup alone has."""

import importlib
import re
from pathlib import Path

import psycopg
import pytest

from chassis.owned import UNTOLD, Keeping
from chassis.roles import Service
from tests.architecture.tree import ROOT
from tests.conftest import NewDatabase

WRITERS = ("okr", "checkins")
TAKEN = re.compile(r"-- name: take_\w+\(.*?FROM (\w+)", re.DOTALL)
FOLLOWS = {
    "okr": {
        "person_logins", "membership_spans", "contributions", "key_results",  # of what is published
        "retros",  # read from a topic
    },
    "checkins": {
        "check_in_numbers",
        "cycles", "team_cycles", "objectives", "recorded_values",
    },
    "both": {
        "outbox", "republish_due", "alembic_version",  # of the line itself
        "seen", "consumer_offsets", "consumer_limits", "dead_letters",  # as far as topics were read
        "directory_logins", "directory_memberships", "directory_units", "directory_teams",
    },
}  # fmt: skip


def _keeping(service: str) -> Keeping:
    made: Service = importlib.import_module(f"services.{service}.app").SERVICE
    keeping = made.keeping()
    assert keeping
    return keeping


def _published(service: str) -> set[str]:
    sql = (ROOT / "services" / service / "republishing.sql").read_text("utf-8")
    return set(TAKEN.findall(sql))


@pytest.mark.parametrize("service", WRITERS)
def test_every_table_is_published_or_follows_or_is_said_to_be_untold(
    new_database: NewDatabase, service: str
) -> None:
    with psycopg.connect(new_database(service).owner) as conn:
        asked = (
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace"
        )
        there = {str(name) for (name,) in conn.execute(asked, ["public"])}

    published = _published(service)
    untold = _keeping(service).untold.keys() | UNTOLD.keys()

    assert len(published) == len(_keeping(service).kept)
    assert there == published | FOLLOWS[service] | FOLLOWS["both"] | untold


def test_the_runbook_says_what_is_untold() -> None:
    runbooks = " ".join((Path(ROOT) / "docs" / "operate.md").read_text("utf-8").split())
    named = {it for service in WRITERS for it in _keeping(service).untold.values()}
    assert {it for it in named | set(UNTOLD.values()) if it not in runbooks} == set()
