"""`soihtu tail`: shows events as they pass, straight from Kafka."""

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from local.problems import LocalProblem

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message, TopicPartition

    from chassis.settings import KafkaSettings

POLL_SECONDS = 0.25
PATIENCE = 10.0
GROUP = "soihtu-tail"
"""Has to be named; partitions are assigned and nothing is committed, so it is never joined."""


def register(app: typer.Typer) -> None:
    app.command()(tail)


def tail(
    topic: Annotated[
        list[str] | None,
        typer.Option(help="A topic, as soihtu.okr.v1 or okr; again for more. The open ones."),
    ] = None,
    type_: Annotated[
        list[str] | None,
        typer.Option("--type", help="A type, as check-in-recorded; again for more. All of them."),
    ] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin with what is there already.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line: where, headers, data.")
    ] = False,
) -> None:
    """Show events as they pass, until Ctrl-C."""
    from confluent_kafka import KafkaException

    settings = kafka_settings_here()
    topics = _topics(topic or [], settings.topic_prefix)
    try:
        _follow(settings, topics, type_ or [], from_start=from_start, as_json=as_json)
    except KeyboardInterrupt:
        return
    except BrokenPipeError:
        # Whoever read this has gone; the interpreter would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KafkaException as failure:
        raise LocalProblem(
            f"Kafka at {settings.kafka} can't be read ({failure.args[0].str()}): check that it "
            "runs, and what the SOIHTU_KAFKA settings say."
        ) from failure


def kafka_settings_here() -> "KafkaSettings":
    """Those of the environment where it names brokers, else of the system that runs here."""
    from chassis.settings import KafkaSettings

    if os.environ.get("SOIHTU_KAFKA"):
        return KafkaSettings()
    from local.addresses import kafka_settings
    from local.control import running

    here = running()
    return kafka_settings({**here.kafka, "SOIHTU_TOPIC_PREFIX": here.topic_prefix})


def _topics(asked: list[str], prefix: str) -> list[str]:
    from chassis.topics import declared_topics, prefixed

    declared = declared_topics()
    names = {topic.name for topic in declared}
    short = {name.removeprefix("soihtu.").removesuffix(".v1"): name for name in names}
    wanted = [short.get(name.removeprefix(prefix), name.removeprefix(prefix)) for name in asked]
    if unknown := [name for name in wanted if name not in names]:
        raise LocalProblem(f"There is no topic {unknown[0]}; there are {', '.join(sorted(short))}.")
    chosen = wanted or [topic.name for topic in declared if topic.audience == "open"]
    return [prefixed(prefix, name) for name in chosen]


def _follow(
    settings: "KafkaSettings",
    topics: list[str],
    types: list[str],
    *,
    from_start: bool,
    as_json: bool,
) -> None:
    from cli.events import is_of, json_line, line

    tell = json_line if as_json else line
    consumer = new_consumer(settings)
    try:
        consumer.assign(places(consumer, settings, topics, from_start))
        sys.stderr.write(f"listening to {', '.join(topics)}; Ctrl-C ends\n")
        while True:
            record = consumer.poll(POLL_SECONDS)
            if record is not None and is_whole(record) and is_of(record, types):
                sys.stdout.write(tell(record) + "\n")
                sys.stdout.flush()
    finally:
        consumer.close()


def new_consumer(settings: "KafkaSettings") -> "Consumer":
    """A reader of what is committed, which is told where to read and commits nothing."""
    from confluent_kafka import Consumer

    return Consumer(
        {
            **settings.for_confluent(),
            "group.id": f"{settings.topic_prefix}{GROUP}",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
        }
    )


def is_whole(record: "Message") -> bool:
    """Whether it is a record, and not word of a trouble. Raises LocalProblem where that stays."""
    error = record.error()
    if error is None:
        return True
    if error.fatal() or not error.retriable():
        raise LocalProblem(f"Kafka can't be read any more: {error.str()}.")
    sys.stderr.write(f"waiting: {error.str()}\n")
    return False


def places(
    consumer: "Consumer", settings: "KafkaSettings", topics: list[str], from_start: bool
) -> list["TopicPartition"]:
    """Where to begin in every partition; an end is looked up now, so that nothing is missed."""
    from confluent_kafka import OFFSET_BEGINNING, TopicPartition

    known = consumer.list_topics(timeout=PATIENCE).topics
    if missing := [name for name in topics if name not in known]:
        raise LocalProblem(f"Kafka at {settings.kafka} has no topic {missing[0]}.")
    partitions = [(name, number) for name in topics for number in known[name].partitions]
    if from_start:
        return [TopicPartition(name, number, OFFSET_BEGINNING) for name, number in partitions]
    return ends(settings, [TopicPartition(*place) for place in partitions])


def ends(settings: "KafkaSettings", partitions: list["TopicPartition"]) -> list["TopicPartition"]:
    """Where each partition ends now, for who reads what is committed."""
    from confluent_kafka import IsolationLevel, TopicPartition
    from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

    latest: Any = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    admin = AdminClient(settings.for_confluent())
    asked = admin.list_offsets(
        dict.fromkeys(partitions, latest),
        isolation_level=IsolationLevel.READ_COMMITTED,
        request_timeout=PATIENCE,
    )
    return [
        TopicPartition(place.topic, place.partition, end.result(PATIENCE).offset)
        for place, end in asked.items()
    ]
