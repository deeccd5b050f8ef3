"""Every principal, topic, group and transactional id on a real broker: as it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from chassis import principals
from chassis.certificates import Authority
from chassis.kafka_access import AccessProblem, KafkaAccess, Right, Subscribers
from chassis.settings import KafkaSettings
from chassis.topics import ensure_topics
from contracts.channels import FOLDER
from local.graph import SERVICE_NAMES
from local.kafka import Kafka
from local.throwaway import ThrowAwayParts
from tests import rights
from tests.rights import administrator_of, client_of

AGENCIES = ("9999", "8888")
Grants = set[tuple[str, str]]
"""What may be done, and to what, without the prefix of the installation."""
# As the files have it, by no code of ours.
FILES: list[dict[str, Any]] = [
    yaml.safe_load(it.read_text("utf-8")) for it in sorted(FOLDER.glob("*.yaml"))
]
TOPICS = [it["topic"] for it in FILES]
GROUPS = [
    *SERVICE_NAMES,
    *(f"{service}-2" for service in SERVICE_NAMES),
    *(f"{code}.main" for code in AGENCIES),
    "soihtu-tail",
    "somebodys",
]
TRANSACTIONAL_IDS = [f"relay-{service}" for service in SERVICE_NAMES] + ["relay-okr-2", "9999.own"]


def written(who: str) -> Grants:
    """What the contracts give a service."""
    found: Grants = set()
    for file in FILES:
        name = file["topic"]
        if who in file["producers"]:
            how = file["producers"][who]
            found |= {("write", name), ("describe", name), ("send as", how["transactional_id"])}
            found |= {("read", name)} if how["reads_back"] else set()
        if who in file["consumers"]:
            group = file["consumers"][who]["group"]
            found |= {("read", name), ("describe", name), ("join", group)}
    return found


def granted(code: str) -> Grants:
    """What docs/subscribe.md tells another agency that it may do."""
    is_open = [it["topic"] for it in FILES if it["audience"] == "open"]
    read = {(act, name) for name in is_open for act in ("read", "describe")}
    return read | {("join", f"{code}.main")}


@dataclass
class Line:
    """An installation on a guarded broker, and everybody who can log in there."""

    prefix: str
    administrator: KafkaSettings
    access: KafkaAccess
    everybody: dict[str, KafkaSettings]

    def tried(self, who: str) -> Grants:
        """What this principal is let do, of everything that there is."""
        client = self.everybody[who]
        acts = {
            "read": (rights.readable, TOPICS),
            "write": (rights.writable, TOPICS),
            "describe": (rights.describable, TOPICS),
            "join": (rights.joinable, GROUPS),
            "send as": (rights.usable, TRANSACTIONAL_IDS),
        }
        return {
            (act, name.removeprefix(self.prefix))
            for act, (attempt, names) in acts.items()
            for name in attempt(client, self._own(names))
        }

    def _own(self, names: Sequence[str]) -> list[str]:
        return [f"{self.prefix}{name}" for name in names]


@pytest.fixture(scope="module")
def line(guarded_kafka: Kafka, throwaway_parts: ThrowAwayParts) -> Iterator[Line]:
    prefix, administrator = throwaway_parts.topic_prefix(), administrator_of(guarded_kafka)
    ensure_topics(administrator.for_confluent(), prefix)
    access = KafkaAccess(administrator.for_confluent())
    passwords = {f"{prefix}{name}": f"secret of {name}" for name in SERVICE_NAMES}
    principals.ensure_principals(access, prefix, passwords)
    everybody = {
        name: client_of(guarded_kafka, f"{prefix}{name}", f"secret of {name}")
        for name in SERVICE_NAMES
    }
    subscribers = Subscribers(access, prefix)
    for code in AGENCIES:
        login = subscribers.add(code)
        everybody[code] = client_of(guarded_kafka, subscribers.username(code), login)
    access.set_password(f"{prefix}nobody", "has rights to nothing")
    everybody["nobody"] = client_of(guarded_kafka, f"{prefix}nobody", "has rights to nothing")
    yield Line(prefix, administrator, access, everybody)
    for name in (*SERVICE_NAMES, "nobody"):
        access.remove(f"{prefix}{name}")
    for code in AGENCIES:
        subscribers.remove(code)


EXPECTED = {
    **{name: written(name) for name in SERVICE_NAMES},
    **{code: granted(code) for code in AGENCIES},
    "nobody": set(),
}


@pytest.mark.parametrize("who", EXPECTED)
def test_who_may_do_what_is_what_is_written(line: Line, who: str) -> None:
    assert line.tried(who) == EXPECTED[who]


@pytest.mark.parametrize(
    "odd",
    [
        Right("read", "topic", "soihtu.people.v1"),
        Right("write", "topic", "soihtu.okr.v1"),
        Right("describe", "topic", "soihtu.retro.v1"),
        Right("read", "group", "checkins"),
        Right("write", "transactional-id", "relay-checkins"),
        Right("read", "topic", "soihtu.", beginning=True),
    ],
    ids=str,
)
def test_one_right_too_many_is_found(line: Line, odd: Right) -> None:
    who, name = "nobody", f"{line.prefix}nobody"
    line.access.allow(
        name, [Right(odd.operation, odd.resource, f"{line.prefix}{odd.name}", odd.beginning)]
    )
    assert line.tried(who) != EXPECTED[who]
    line.access.allow(name, [])
    assert line.tried(who) == EXPECTED[who]


def test_one_right_too_few_is_found_and_given_again(line: Line) -> None:
    line.access.allow(f"{line.prefix}reporting", [])
    assert line.tried("reporting") == set()
    principals.ensure_principals(line.access, line.prefix)
    assert line.tried("reporting") == EXPECTED["reporting"]


@pytest.mark.parametrize("who", EXPECTED)
def test_nobody_but_the_administrator_changes_anything(line: Line, who: str) -> None:
    client = line.everybody[who].for_confluent()
    with pytest.raises(AccessProblem, match="refuses"):
        KafkaAccess(client).known()
    with pytest.raises(AccessProblem, match="refuses"):
        KafkaAccess(client).set_password(f"{line.prefix}nobody", "mine now")
    with pytest.raises(AccessProblem, match="refuses"):
        KafkaAccess(client).allow(f"{line.prefix}{who}", [Right("write", "topic", "all", True)])
    admin = AdminClient(client)
    new = NewTopic(f"{line.prefix}soihtu.new.v1", 1, 1)
    for asked in (admin.delete_topics([f"{line.prefix}{TOPICS[0]}"]), admin.create_topics([new])):
        for told in asked.values():
            with pytest.raises(KafkaException) as refused:
                told.result(rights.PATIENCE)
            assert refused.value.args[0].code() in rights.REFUSED


def test_who_does_not_log_in_gets_no_answer(guarded_kafka: Kafka, line: Line) -> None:
    assert not rights.answers(KafkaSettings(kafka=guarded_kafka.address))
    assert not rights.logs_in(client_of(guarded_kafka, f"{line.prefix}okr", "guessed"))


def test_a_broker_of_another_name_or_authority_is_not_trusted(
    guarded_kafka: Kafka, tmp_path: Path
) -> None:
    """Both libraries look at the name, and at who vouches for it."""
    other = Authority(tmp_path)
    other.prepare()
    known = administrator_of(guarded_kafka)
    assert rights.trusted_by(known) == {"librdkafka", "aiokafka"}
    assert rights.trusted_by(known.model_copy(update={"kafka_ca": other.certificate_file})) == set()
    same_place = known.kafka.replace("127.0.0.1", "127.1")
    assert rights.trusted_by(known.model_copy(update={"kafka": same_place})) == set()


def test_the_command_reads_the_passwords_of_a_folder(
    line: Line, guarded_kafka: Kafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in guarded_kafka.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SOIHTU_TOPIC_PREFIX", line.prefix)
    for service in SERVICE_NAMES:
        (tmp_path / service).mkdir()
        (tmp_path / service / "kafka_password").write_text(f"secret of {service}", "utf-8")
    assert principals.main([str(tmp_path)]) == 0
    assert line.tried("checkins") == EXPECTED["checkins"]
    (tmp_path / "okr" / "kafka_password").unlink()
    assert principals.main([str(tmp_path)]) == 1
    monkeypatch.setenv("SOIHTU_KAFKA_SECURITY", "SASL_PLAINTEXT")
    monkeypatch.setenv("SOIHTU_KAFKA", "kafka.example:9092")
    assert principals.main([]) == 2
