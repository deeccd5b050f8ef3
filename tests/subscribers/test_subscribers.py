"""Five readers in five languages, each stopped twice in the middle, print the same facts."""

import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from chassis.certificates import Authority
from chassis.kafka_access import KafkaAccess, Subscribers
from chassis.topics import ensure_topics
from local.addresses import kafka_settings
from local.kafka import Kafka
from tests.subscribers import records
from tests.subscribers.readers import EXAMPLES, Line, Reader, readers
from tests.subscribers.records import Record

pytestmark = pytest.mark.subscribers
PATIENCE = 180.0
"""Seconds until a test gives up; a member of a group that was killed is missed for 45."""
Client = Mapping[str, Any]
LONGEST = 60
"""Lines of one reader."""


@pytest.fixture(scope="module")
def all_five(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Reader]]:
    for program in ("kcat", "jq"):
        assert shutil.which(program), f"run as root: apt-get install {program}"
    ensure_topics(_client(kafka))
    made = readers(Line(kafka.address), tmp_path_factory.mktemp("readers"))
    yield made
    for reader in made:
        reader.stop(signal.SIGKILL)


def _client(kafka: Kafka) -> Client:
    return kafka_settings(kafka.settings).for_confluent()


@pytest.fixture
def granted(guarded_kafka: Kafka) -> Iterator[Line]:
    """What an agency is told that was let in."""
    ensure_topics(_client(guarded_kafka))
    subscribers = Subscribers(KafkaAccess(_client(guarded_kafka)))
    assert guarded_kafka.guard
    yield Line(
        guarded_kafka.address,
        subscribers.username("9999"),
        subscribers.add("9999"),
        guarded_kafka.guard.authority,
    )
    subscribers.remove("9999")


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


def _send_first(client: Client) -> set[str]:
    """Everything that may lie on a topic, in one go; what of it is true."""
    true, odd = records.first_half(), records.strange()
    records.send(client, [true[:700]], _commit)
    records.send(client, [records.never_committed()], _abort)
    # A relay that died before its delete sends its last batch again; here all of it.
    records.send(client, [true[:700], true[700:], true[200:], odd, odd[:1]], _commit)
    records.send(client, [records.never_committed()], _abort)
    records.send(client, [records.closing(1)], _commit)
    return _facts([*true, *odd, *records.closing(1)])


def _send_second(client: Client) -> set[str]:
    newer, odd = records.second_half(), records.strange()
    again = records.first_half()
    records.send(client, [again[300:], newer, newer[:5], odd], _commit)
    records.send(client, [records.never_committed()], _abort)
    records.send(client, [records.closing(2)], _commit)
    return _facts([*newer, *records.closing(2)])


def test_all_print_the_same_facts(all_five: list[Reader], kafka: Kafka) -> None:
    expected = _send_first(_client(kafka))
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
    expected |= _send_second(_client(kafka))
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


def test_all_of_them_log_in_where_that_is_asked(
    granted: Line, guarded_kafka: Kafka, tmp_path: Path
) -> None:
    """By TLS and SCRAM, with the rights of a grant and no others."""
    expected = _send_first(_client(guarded_kafka))
    made = readers(granted, tmp_path)
    try:
        for reader in made:
            reader.start()
        _until(_has_read(records.closing(1)), made, "closing")
    finally:
        for reader in made:
            reader.stop(signal.SIGTERM)
    for reader in made:
        assert set(reader.lines) == expected, reader.name
        print(f"{reader.name}: {len(set(reader.lines))} facts by SASL_SSL")  # noqa: T201


def test_a_reader_trusts_no_other_authority(
    granted: Line, guarded_kafka: Kafka, tmp_path: Path
) -> None:
    """Each ends, or says why it hears nothing, and prints nothing."""
    _send_first(_client(guarded_kafka))
    other = Authority(tmp_path / "other")
    other.prepare()
    made = readers(replace(granted, authority=other.certificate_file), tmp_path)
    try:
        for reader in made:
            reader.start()
        _until_complaining(made)
        assert [it.name for it in made if it.lines] == []
    finally:
        for reader in made:
            reader.stop(signal.SIGTERM)


def _until_complaining(of: Iterable[Reader]) -> None:
    deadline = time.monotonic() + PATIENCE
    for reader in of:
        while reader.is_running and not re.search("(?i)certificate|ssl|tls", reader.complaints):
            assert time.monotonic() < deadline, f"{reader.name}: {reader.complaints}"
            time.sleep(0.05)


LEFT_OUT = {
    "read_committed": ('"read_committed"', '"read_uncommitted"'),
    "unknown types": ("kind not in (RETRO, PROGRESS) or", "kind == '' or"),
    "unknown codes": ("in RESULTS else", "in {*RESULTS, 'celebrated'} else"),
}


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_a_reader_that_leaves_a_rule_out_is_caught(
    left_out: str, kafka: Kafka, tmp_path: Path
) -> None:
    ensure_topics(_client(kafka))
    expected = _send_first(_client(kafka)) | _send_second(_client(kafka))
    text = (EXAMPLES / "python" / "reader.py").read_text(encoding="utf-8")
    rule, instead = LEFT_OUT[left_out]
    assert rule in text
    (tmp_path / "reader.py").write_text(text.replace(rule, instead), encoding="utf-8")
    name = f"careless-{left_out.replace(' ', '-')}"
    reader = Reader(name, [sys.executable, "reader.py"], tmp_path, Line(kafka.address))
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
