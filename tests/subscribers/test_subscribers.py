"""Five readers in five languages, each stopped twice in the middle, print the same facts."""

import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from chassis.topics import ensure_topics
from local.kafka import Kafka
from tests.subscribers import records
from tests.subscribers.readers import EXAMPLES, Reader, readers
from tests.subscribers.records import Record

pytestmark = pytest.mark.subscribers
PATIENCE = 180.0
"""Seconds until a test gives up; a member of a group that was killed is missed for 45."""
LONGEST = 60
"""Lines of one reader."""


@pytest.fixture(scope="module")
def all_five(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Reader]]:
    for program in ("kcat", "jq"):
        assert shutil.which(program), f"run as root: apt-get install {program}"
    ensure_topics({"bootstrap.servers": kafka.address})
    made = readers(kafka.address, tmp_path_factory.mktemp("readers"))
    yield made
    for reader in made:
        reader.stop(signal.SIGKILL)


def _until(done: Callable[[Reader], bool], of: Iterable[Reader], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    for reader in of:
        while not done(reader):
            assert reader.is_running, f"{reader.name} ended: {reader.complaints}"
            assert time.monotonic() < deadline, f"{reader.name}: no {what}; {reader.complaints}"
            time.sleep(0.05)


def _facts(told: Iterable[Record]) -> set[str]:
    return {fact for one in told for fact in one.facts()}


def _has_read(told: Iterable[Record]) -> Callable[[Reader], bool]:
    wanted = _facts(told)
    return lambda reader: wanted <= set(reader.lines)


def _commit(producer: Producer) -> None:
    producer.commit_transaction()


def _abort(producer: Producer) -> None:
    producer.abort_transaction()


def _send_first(kafka: str) -> set[str]:
    """Everything that may lie on a topic, in one go; what of it is true."""
    true, odd = records.first_half(), records.strange()
    records.send(kafka, [true[:700]], _commit)
    records.send(kafka, [records.never_committed()], _abort)
    # A relay that died before its delete sends its last batch again; here all of it.
    records.send(kafka, [true[:700], true[700:], true[200:], odd, odd[:1]], _commit)
    records.send(kafka, [records.never_committed()], _abort)
    records.send(kafka, [records.closing(1)], _commit)
    return _facts([*true, *odd, *records.closing(1)])


def _send_second(kafka: str) -> set[str]:
    newer, odd = records.second_half(), records.strange()
    again = records.first_half()
    records.send(kafka, [again[300:], newer, newer[:5], odd], _commit)
    records.send(kafka, [records.never_committed()], _abort)
    records.send(kafka, [records.closing(2)], _commit)
    return _facts([*newer, *records.closing(2)])


def test_all_print_the_same_facts(all_five: list[Reader], kafka: Kafka) -> None:
    expected = _send_first(kafka.address)
    for reader in all_five:
        reader.start()
    for reader in all_five:
        _until(lambda it: bool(it.lines), [reader], "first fact")
        reader.stop(signal.SIGKILL)
    for reader in all_five:
        reader.start()
    _until(_has_read(records.closing(1)), all_five, "closing of the first half")
    for reader in all_five:
        reader.stop(signal.SIGTERM)
    before = {reader.name: len(reader.lines) for reader in all_five}
    expected |= _send_second(kafka.address)
    for reader in all_five:
        reader.start()
    _until(_has_read(records.closing(2)), all_five, "closing of the second half")
    for reader in all_five:
        reader.stop(signal.SIGTERM)
    for reader in all_five:
        told, again = reader.lines, set(reader.lines[: before[reader.name]])
        assert set(told) == expected, reader.name
        repeated = again & set(told[before[reader.name] :])
        assert not (reader.remembers and repeated), reader.name
        print(f"{reader.name}: {len(set(told))} facts, {len(told)} lines")  # noqa: T201


LEFT_OUT = {
    "read_committed": ('"read_committed"', '"read_uncommitted"'),
    "unknown types": ("kind not in (RETRO, PROGRESS) or", "kind == '' or"),
    "unknown codes": ("in RESULTS else", "in {*RESULTS, 'celebrated'} else"),
}


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_a_reader_that_leaves_a_rule_out_is_caught(
    left_out: str, kafka: Kafka, tmp_path: Path
) -> None:
    ensure_topics({"bootstrap.servers": kafka.address})
    expected = _send_first(kafka.address) | _send_second(kafka.address)
    text = (EXAMPLES / "python" / "reader.py").read_text(encoding="utf-8")
    rule, instead = LEFT_OUT[left_out]
    assert rule in text
    (tmp_path / "reader.py").write_text(text.replace(rule, instead), encoding="utf-8")
    name = f"careless-{left_out.replace(' ', '-')}"
    reader = Reader(name, [sys.executable, "reader.py"], tmp_path, kafka.address)
    reader.start()
    closings = _facts([*records.closing(1), *records.closing(2)])
    try:
        _until(lambda it: closings <= set(it.lines), [reader], "closing")
    finally:
        reader.stop(signal.SIGTERM)
    assert set(reader.lines) != expected


SOURCES = ("python/reader.py", "java/Reader.java", "node/reader.mjs", "go/main.go")


@pytest.mark.parametrize("source", SOURCES)
def test_a_reader_is_short(source: str) -> None:
    assert len((EXAMPLES / source).read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_kcat_is_one_line() -> None:
    text = (EXAMPLES / "kcat" / "reader.sh").read_text(encoding="utf-8")
    assert len([line for line in text.splitlines() if not line.startswith("#")]) == 1


def test_the_lock_of_node_names_no_registry() -> None:
    lock = Path(EXAMPLES / "node" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
