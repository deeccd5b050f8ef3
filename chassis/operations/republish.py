"""Publishes all that a service owns anew: after a restore, for a new topic, for a repair."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence

from confluent_kafka import KafkaException, Producer

from chassis.operations import Call, OperationProblem, need_reason
from chassis.republishing import Republishing
from chassis.settings import Settings
from chassis.topics import prefixed

SHOWN = 50
"""How many of each kind are listed."""
FENCED_WITHIN = 30.0


def arguments(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--adopt",
        action="store_true",
        help="take over what the topics have and the database lacks, as it was last",
    )
    choice.add_argument(
        "--withdraw",
        action="store_true",
        help="take that over as closed, empty or withdrawn, where its kind can be",
    )
    need_reason(parser)


async def run(call: Call) -> int:
    given = call.arguments
    async with call.database() as database:
        work = Republishing(call.service, call.settings, database, call.say)
        if database.restored.maybe:
            await asyncio.to_thread(fence, call.settings, call.service.name)
        lacking = await work.look()
        _list(call, work, lacking, withdraw=given.withdraw)
        if lacking and not (given.adopt or given.withdraw):
            raise OperationProblem(
                "Nothing was done: say --adopt to take these over as they were last, or"
                " --withdraw to close them."
            )
        count = await work.publish_all()
        count += await work.take_over(lacking, withdraw=given.withdraw)
        await work.finish()
    call.say(f"{call.service.name}: {count} aggregates published anew")
    return 0


def fence(settings: Settings, database: str) -> None:
    """End what a relay from before the restore may still have open. Raises OperationProblem.

    Nothing that it sends from then on is ever committed.
    """
    name = prefixed(settings.topic_prefix, f"relay-{database}")
    producer = Producer({**settings.for_confluent(), "transactional.id": name})
    try:
        producer.init_transactions(FENCED_WITHIN)
    except KafkaException as error:
        raise OperationProblem(f"Kafka could not be reached: {error.args[0].str()}") from None


def _list(
    call: Call, work: Republishing, lacking: Mapping[int, Sequence[str]], *, withdraw: bool
) -> None:
    for place, found in lacking.items():
        kept = work.kind(place)
        call.say(f"{kept.told_as[0]}: the topics have {len(found)} that the database lacks")
        if withdraw and kept.end is None:
            call.say("  they are adopted: their kind has no state that would withdraw them")
        for subject in found[:SHOWN]:
            call.say(f"  {subject}")
        if len(found) > SHOWN:
            call.say(f"  … {len(found) - SHOWN} more")
