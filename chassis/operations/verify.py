"""Compares a service's tables with a fold of its topics that knows nothing of its projections."""

import argparse

from chassis.operations import Call, OperationProblem


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--most", type=int, default=1000, metavar="N", help="differences that are told"
    )


async def run(call: Call) -> int:
    verify = call.service.verify
    if verify is None:
        raise OperationProblem(f"{call.service.name} holds more than a fold: nothing to verify.")
    return await verify(call)
