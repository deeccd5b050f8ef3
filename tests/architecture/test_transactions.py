"""One door to a write: only the chassis begins transactions, and nothing says commit."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import calls, modules, name_of, tree_of

BEGINS = {
    "chassis/db.py",  # the door itself
    "chassis/consumer.py",  # savepoints within it
    "chassis/retrying.py",
    "chassis/rebuilding.py",  # the swap, by the owner of the tables
    "chassis/relay.py",  # Kafka's transaction
}
ACQUIRES = {"chassis/db.py", "chassis/relay.py"}


def _where(*endings: str) -> set[str]:
    return {
        name_of(file)
        for file in modules("contracts", "chassis", "services")
        for called, _ in calls(file)
        if called.rpartition(".")[2] in endings and "." in called
    }


def test_only_the_door_begins_a_transaction() -> None:
    assert _where("transaction", "start_transaction") <= BEGINS


def test_nothing_says_commit() -> None:
    assert not _where("commit", "rollback")


def test_connections_are_taken_by_the_door_and_the_relay() -> None:
    assert _where("acquire") <= ACQUIRES


def test_events_leave_by_the_outbox_alone() -> None:
    sends = {"send", "send_and_wait", "publish", "produce", "publish_batch"}
    others = {"chassis/middleware.py", "chassis/tolerant.py"}  # answers, and asks for records
    assert _where(*sends - {"publish"}) <= {"chassis/relay.py", *others}


def _events() -> Iterator[str]:
    for file in modules("contracts", "services"):
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ClassDef) and "Event" in map(ast.unparse, node.bases):
                yield node.name


def test_a_state_that_follows_another_is_made_of_it() -> None:
    """What is made anew begins at 1; of what is held, what nobody speaks of stays."""
    events = set(_events())
    versions = {
        f"{name_of(file)} {called} {ast.unparse(said.value)}"
        for file in modules("services")
        for called, call in calls(file)
        if called in events
        for said in call.keywords
        if said.arg == "version" and ast.unparse(said.value) not in ("1", "self.version")
    }
    assert {"ObjectiveChanged", "CheckInRecorded", "Candidacy", "Grant"} <= events
    assert not versions
