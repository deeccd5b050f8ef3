"""The topics as the contracts say: what never changes, and what the broker has to keep."""

import pytest

from chassis.topics import Topic, declared_topics, prefixed
from contracts.catalogue import EVENTS

# Never edit a number here: a changed partition count sends keys elsewhere.
PARTITIONS = {
    "soihtu.organisation.v1": 3,
    "soihtu.memberships.v1": 3,
    "soihtu.people.v1": 3,
    "soihtu.okr.v1": 12,
    "soihtu.progress.v1": 12,
    "soihtu.checkins.v1": 12,
    "soihtu.retro.v1": 3,
    "soihtu.open.v1": 12,
    "soihtu.open-progress.v1": 12,
}
TOPICS = {topic.name: topic for topic in declared_topics()}


def test_partitions_never_change() -> None:
    assert {name: topic.partitions for name, topic in TOPICS.items()} == PARTITIONS


def test_a_public_type_stays_on_its_topic() -> None:
    # Release 1.0 does not say it; later ones do.
    assert {name: event.topic for name, event in EVENTS.items() if event.public} == {
        "fi.soihtu.open.unit-changed.v1": "soihtu.open.v1",
        "fi.soihtu.open.team-changed.v1": "soihtu.open.v1",
        "fi.soihtu.open.pillar-changed.v1": "soihtu.open.v1",
        "fi.soihtu.open.cycle-changed.v1": "soihtu.open.v1",
        "fi.soihtu.open.objective-changed.v1": "soihtu.open.v1",
        "fi.soihtu.open.strategy-published.v1": "soihtu.open.v1",
        "fi.soihtu.open.retro-completed.v1": "soihtu.open.v1",
        "fi.soihtu.open.key-result-updated.v1": "soihtu.open-progress.v1",
    }


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_log_forgets_what_was_redacted_or_keeps_all(topic: Topic) -> None:
    forgets = {
        "segment.ms": "3600000",
        "max.compaction.lag.ms": "86400000",
        "min.cleanable.dirty.ratio": "0.01",
    }
    assert topic.config == (forgets if topic.cleanup == "compact" else {"retention.ms": "-1"})


def test_only_the_open_topics_are_for_others() -> None:
    assert {name for name, topic in TOPICS.items() if topic.audience == "open"} == {
        "soihtu.open.v1",
        "soihtu.open-progress.v1",
    }


def test_contact_data_is_read_by_notifications_alone() -> None:
    assert set(TOPICS["soihtu.people.v1"].consumers) == {"notifications"}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_service_reads_and_writes_under_its_own_name(topic: Topic) -> None:
    for service, writes in topic.producers.items():
        assert writes.transactional_id == f"relay-{service}"
        assert writes.reads_back, "to republish is to compare with what is there"
    for service, reads in topic.consumers.items():
        assert reads.group == service


def test_an_installation_that_shares_a_broker_has_names_of_its_own() -> None:
    assert prefixed("test.", "soihtu.okr.v1") == "test.soihtu.okr.v1"
