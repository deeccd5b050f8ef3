"""What an operator does with a consumer that has stopped."""

import argparse

from chassis import limits
from chassis.db import transaction
from chassis.operations import Call, OperationProblem, need_reason
from chassis.topics import prefixed


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    going_on = actions.add_parser("go-on", help="let it go on, and set aside so many more")
    going_on.add_argument("group", help="the consumer group")
    going_on.add_argument(
        "--accept",
        type=int,
        required=True,
        metavar="N",
        help="dead letters that may still come before they are counted again",
    )
    need_reason(going_on)


async def run(call: Call) -> int:
    given = call.arguments
    if given.accept < 0:
        raise OperationProblem("--accept takes how many more dead letters may come, 0 or more.")
    async with call.database() as database, transaction(database) as tx:
        for group in (given.group, prefixed(call.settings.topic_prefix, given.group)):
            if await limits.go_on(tx.conn, group, given.accept, given.reason):
                call.say(f"{group} goes on; {given.accept} more dead letters are accepted")
                return 0
    raise OperationProblem(f"{call.service.name} has no consumer group {given.group}.")
