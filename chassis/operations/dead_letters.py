"""What an operator does with records that could not be applied."""

import argparse

from chassis import sql
from chassis.operations import Call

_queries = sql.load(__file__, "dead_letters.sql")


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="what is set aside, oldest first")


async def run(call: Call) -> int:
    async with call.database() as database, database.pool.acquire() as conn:
        async for row in _queries.list_dead_letters(conn):
            place = f"{row['topic']}/{row['partition']}@{row['record_offset']}"
            call.say(f"{row['id']}  {row['died_at']:%Y-%m-%d %H:%M}  {row['reason']:20}  {place}")
    return 0
