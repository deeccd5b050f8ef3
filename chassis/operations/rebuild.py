"""Makes what a service copies of others anew from its topics, while it serves."""

import argparse

from pydantic import ValidationError

from chassis import rebuilding
from chassis.operations import Call, OperationProblem, need_reason
from chassis.settings import MigrationSettings


def arguments(parser: argparse.ArgumentParser) -> None:
    need_reason(parser)
    parser.add_argument(
        "--accept",
        type=int,
        metavar="N",
        help="how many dead letters may come of it; by default as many as there are, and 50",
    )


async def run(call: Call) -> int:
    try:
        owner = MigrationSettings().postgres_owner.get_secret_value()
    except ValidationError:
        raise OperationProblem(
            "SOIHTU_POSTGRES_OWNER is not set: a rebuild makes tables, as migrations do."
        ) from None
    await rebuilding.rebuild(call.service, call.settings, owner, call.say, call.arguments.accept)
    return 0
