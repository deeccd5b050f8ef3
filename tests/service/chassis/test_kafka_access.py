"""Principals on a broker that asks for TLS, a login and rights: let in, bounded, taken away."""

import time
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, KafkaError

from chassis.kafka_access import AccessProblem, KafkaAccess, Known, Right, Subscribers
from chassis.settings import KafkaSettings
from chassis.topics import declared_topics, ensure_topics
from local.kafka import Kafka
from tests import rights
from tests.rights import administrator_of, client_of

CODE = "9999"
TOPICS = [it.name for it in declared_topics()]
OPEN = {it.name for it in declared_topics() if it.audience == "open"}


@pytest.fixture(scope="module")
def access(guarded_kafka: Kafka) -> KafkaAccess:
    return KafkaAccess(administrator_of(guarded_kafka).for_confluent())


@pytest.fixture
def prefix(guarded_kafka: Kafka, topic_prefix: str) -> str:
    """Of topics that are there."""
    ensure_topics(administrator_of(guarded_kafka).for_confluent(), topic_prefix)
    return topic_prefix


@pytest.fixture
def subscribers(access: KafkaAccess, prefix: str) -> Iterator[Subscribers]:
    made = Subscribers(access, prefix)
    yield made
    for code in made.listed():
        made.remove(code)


def test_an_agency_reads_what_is_open_in_groups_of_its_own(
    subscribers: Subscribers, guarded_kafka: Kafka, prefix: str
) -> None:
    password = subscribers.add(CODE)
    client = client_of(guarded_kafka, subscribers.username(CODE), password)
    topics = {prefix + name for name in TOPICS}
    wanted = {prefix + name for name in OPEN}
    assert rights.readable(client, topics) == wanted
    assert rights.describable(client, topics) == wanted
    assert rights.writable(client, topics) == set()
    own = {subscribers.groups(CODE) + "main", subscribers.groups(CODE) + "again"}
    others = {f"{prefix}okr", f"{prefix}{CODE}", f"{prefix}8888.main", f"{CODE}.main"}
    assert rights.joinable(client, own | others) == own
    assert rights.usable(client, [f"{prefix}relay-okr", f"{prefix}{CODE}.own"]) == set()


def test_to_add_again_gives_another_password(
    subscribers: Subscribers, guarded_kafka: Kafka
) -> None:
    first, second = subscribers.add(CODE), subscribers.add(CODE)
    name = subscribers.username(CODE)
    assert not rights.logs_in(client_of(guarded_kafka, name, first))
    assert rights.logs_in(client_of(guarded_kafka, name, second))
    assert subscribers.listed() == {CODE: Known(credential=True, acls=6)}


def test_what_is_removed_reads_no_more_also_where_it_was_reading(
    subscribers: Subscribers, guarded_kafka: Kafka, prefix: str
) -> None:
    topic = prefix + min(OPEN)
    administrator = administrator_of(guarded_kafka)
    client = client_of(guarded_kafka, subscribers.username(CODE), subscribers.add(CODE))
    group = subscribers.groups(CODE) + "it"
    consumer = Consumer(
        {**client.for_confluent(), "group.id": group, "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([topic])
    assert _next(administrator, topic, consumer) is None
    subscribers.remove(CODE)
    # What was asked for before is still answered.
    while (told := _next(administrator, topic, consumer)) is None:
        pass
    assert told in rights.REFUSED
    consumer.close()
    assert not rights.logs_in(client)
    assert subscribers.listed() == {}
    subscribers.remove(CODE)


def _next(administrator: KafkaSettings, topic: str, consumer: Consumer) -> int | None:
    """What comes once there is another record: the code of an error, or None for a record."""
    rights.writable(administrator, [topic])
    deadline = time.monotonic() + rights.PATIENCE
    while time.monotonic() < deadline:
        message = consumer.poll(0.1)
        if message is not None:
            error: KafkaError | None = message.error()
            return error.code() if error else None
    raise AssertionError("nothing came")


@pytest.mark.parametrize("half", ["rights", "credential", "one right"])
def test_what_was_cut_short_is_listed_and_finished(
    half: str, access: KafkaAccess, subscribers: Subscribers, prefix: str
) -> None:
    name = subscribers.username(CODE)

    def cut_short() -> None:
        if half == "credential":
            access.set_password(name, "of nobody who may do anything")
        else:
            subscribers.add(CODE)
            access.remove(name)
            found = [Right("read", "topic", prefix + it) for it in sorted(OPEN)]
            access.allow(name, found if half == "rights" else found[:1])

    cut_short()
    assert list(subscribers.listed()) == [CODE]
    subscribers.add(CODE)
    assert subscribers.listed() == {CODE: Known(credential=True, acls=6)}
    subscribers.remove(CODE)
    cut_short()
    subscribers.remove(CODE)
    assert subscribers.listed() == {}


def test_agencies_are_apart(subscribers: Subscribers, guarded_kafka: Kafka) -> None:
    """Also where the code of one begins as that of the other."""
    subscribers.add("99")
    client = client_of(guarded_kafka, subscribers.username("99"), subscribers.add("99"))
    subscribers.add(CODE)
    groups = {subscribers.groups(it) + "main" for it in ("99", CODE)}
    assert rights.joinable(client, groups) == {subscribers.groups("99") + "main"}
    subscribers.remove("99")
    assert set(subscribers.listed()) == {CODE}


def test_rights_are_those_that_were_told_last(access: KafkaAccess, prefix: str) -> None:
    name = f"{prefix}somebody"
    first, second = (Right("read", "topic", prefix + it) for it in sorted(TOPICS)[:2])
    access.allow(name, [first])
    access.allow(name, [first, second])
    assert access.known()[name] == Known(credential=False, acls=2)
    access.allow(name, [second])
    assert access.known()[name].acls == 1
    access.allow(name, [])
    assert name not in access.known()


@pytest.mark.parametrize("code", ["", "a.b", "a*", "-a", "a b", "é", "x" * 33])
def test_what_is_no_code_is_refused(code: str, access: KafkaAccess) -> None:
    with pytest.raises(AccessProblem):
        Subscribers(access).add(code)


def test_who_is_no_administrator_gives_no_rights(
    subscribers: Subscribers, guarded_kafka: Kafka
) -> None:
    client = client_of(guarded_kafka, subscribers.username(CODE), subscribers.add(CODE))
    access = KafkaAccess(client.for_confluent())
    own = Subscribers(access)
    with pytest.raises(AccessProblem):
        own.add("8888")
    with pytest.raises(AccessProblem):
        access.set_password("soihtu-admin", "mine now")
    with pytest.raises(AccessProblem):
        own.listed()
