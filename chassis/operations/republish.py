"""Publishes all that a service owns anew: after a restore, for a new topic, for a repair."""

import argparse
import asyncio

from confluent_kafka import KafkaException, Producer

from chassis.operations import Call, OperationProblem, need_reason
from chassis.republishing import Found, Republishing, alone
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
        help="take over what the topics have and the database lacks, as it was last: nothing that"
        " was published is lost",
    )
    choice.add_argument(
        "--withdraw",
        action="store_true",
        help="undo it: what the database lacks is closed, emptied or withdrawn where its kind can"
        " be, and what is older here goes out as it is",
    )
    need_reason(parser)


async def run(call: Call) -> int:
    given = call.arguments
    async with alone(call.service, call.settings), call.database() as database:
        work = Republishing(call.service, call.settings, database, call.say)
        if database.restored.maybe:
            await asyncio.to_thread(fence, call.settings, call.service.name)
        lacking, older = await work.look()
        _list(call, work, lacking, "that the database lacks", withdraw=given.withdraw)
        _list(call, work, older, "that are older here", withdraw=False)
        if (lacking or older) and not (given.adopt or given.withdraw):
            raise OperationProblem(
                "Nothing was done: say --adopt to have all as the topics have it last, or"
                " --withdraw to undo it."
            )
        await work.follow(older, all_of_it=given.adopt)
        count = await work.take_over(lacking, withdraw=given.withdraw)
        count += await work.publish_all()
        await work.finish(took_over=given.adopt or given.withdraw)
    if work.as_backed_up:
        call.say(f"As the backup has them: {', '.join(work.as_backed_up)}")
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


def _list(call: Call, work: Republishing, listed: Found, why: str, *, withdraw: bool) -> None:
    for place, found in listed.items():
        kept = work.kind(place)
        call.say(f"{kept.told_as[0]}: the topics have {len(found)} {why}")
        if withdraw and kept.end is None:
            call.say("  they are adopted: their kind has no state that would withdraw them")
        for subject in found[:SHOWN]:
            call.say(f"  {subject}")
        if len(found) > SHOWN:
            call.say(f"  … {len(found) - SHOWN} more")
