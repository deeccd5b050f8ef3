"""What an operator does with records that could not be applied."""

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis import cloudevents, dead_letters, sql
from chassis.consumer import Projector
from chassis.db import reading, transaction
from chassis.operations import Call, OperationProblem, need_reason
from chassis.ops import Health
from chassis.retrying import APPLIED, GONE, SUPERSEDED, retry
from chassis.topics import prefixed

SHOWN = 50
"""How many `list` shows unless told."""

_queries = sql.load(__file__, "dead_letters.sql")


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="what is set aside, and how much for which reason")
    _add_choice(listing)
    listing.add_argument("--limit", type=int, default=SHOWN, help="how many to show")
    showing = actions.add_parser("show", help="one of them: its position, ids, headers and sizes")
    showing.add_argument("id", type=UUID)
    showing.add_argument("--raw", action="store_true", help="its key, value and headers as well")
    showing.add_argument("--reason", help="why; --raw shows words of people, and is logged")
    for name, help_text in (
        ("retry", "apply them again; what a newer version has replaced is dropped"),
        ("drop", "give them up"),
    ):
        changing = actions.add_parser(name, help=help_text)
        changing.add_argument("ids", type=UUID, nargs="*", metavar="id")
        changing.add_argument("--all", action="store_true", help="all that the choice leaves")
        _add_choice(changing)
        need_reason(changing)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--group", help="only those of this consumer group")
    parser.add_argument("--topic", help="only those of this topic")
    parser.add_argument("--code", help="only those set aside for this, such as bad-data")


async def run(call: Call) -> int:
    action = {"list": _list, "show": _show, "retry": _retry, "drop": _drop}
    return await action[call.arguments.action](call)


async def _chosen(call: Call, ids: Sequence[UUID] | None = None) -> list[Any]:
    given = call.arguments
    choice: Mapping[str, str | None] = {
        "groups": given.group, "topics": given.topic, "reasons": given.code
    }  # fmt: skip
    prefix = call.settings.topic_prefix
    named = {name: it and [it, prefixed(prefix, it)] for name, it in choice.items()}
    async with call.database() as database, reading(database) as tx:
        return [row async for row in _queries.select_dead_letters(tx.conn, ids=ids, **named)]


async def _list(call: Call) -> int:
    rows = await _chosen(call)
    for row in rows[: call.arguments.limit]:
        call.say(
            f"{row['id']}  {row['died_at']:%Y-%m-%d %H:%M}  {row['reason']:20}"
            f"  {_place(row)}  {_event(row)}"
        )
    if len(rows) > call.arguments.limit:
        call.say(f"… {len(rows) - call.arguments.limit} more (--limit)")
    if rows:
        call.say(_counts(row["reason"] for row in rows))
    return 0


def _place(row: Any) -> str:
    return f"{row['topic']}/{row['partition']}@{row['record_offset']}"


def _event(row: Any) -> str:
    """Type, subject and version, as far as the headers can be read."""
    try:
        it = cloudevents.from_headers(dead_letters.headers_of(row))
    except cloudevents.BadHeaders:
        return "-"
    return f"{it.type} {it.subject}@{it.sequence}"


def _counts(names: Iterable[str]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in Counter(names).most_common())


async def _show(call: Call) -> int:
    given = call.arguments
    if given.raw and not given.reason:
        raise OperationProblem("--raw shows words of people: say why with --reason.")
    async with call.database() as database, reading(database) as tx:
        row = await _queries.show_dead_letter(tx.conn, id=given.id)
    if row is None:
        raise OperationProblem(f"There is no dead letter {given.id}.")
    for name in ("id", "group_name", "reason", "died_at"):
        call.say(f"{name:12}  {row[name]}")
    call.say(f"{'position':12}  {_place(row)}")
    for name in ("key", "value"):
        call.say(f"{name:12}  {_told(row[name], given.raw)}")
    for name, value in dead_letters.headers_of(row):
        call.say(f"  {name}: {_told(value, given.raw or name.startswith('ce_'))}")
    return 0


def _told(value: bytes | None, whole: bool) -> str:
    """A value as text where it is one; else, or where it is not to be seen, how long it is."""
    if value is None:
        return "null"
    if whole:
        return value.decode("utf-8", "backslashreplace")
    return f"({len(value)} bytes)"


async def _to_change(call: Call) -> list[Any]:
    given = call.arguments
    if bool(given.ids) == given.all:
        raise OperationProblem("Name the dead letters by their ids, or say --all.")
    rows = await _chosen(call, given.ids or None)
    for missing in {*given.ids} - {row["id"] for row in rows}:
        call.say(f"{missing}  {GONE}")
    return rows


async def _retry(call: Call) -> int:
    """In the order of their positions, so that an older version is not dropped for a newer one."""
    rows = await _to_change(call)
    group = prefixed(call.settings.topic_prefix, call.service.name)
    outcomes = []
    async with call.database() as database:
        projector = Projector(database, group, call.service.reads, Health())
        for row in rows:
            outcome = await retry(database, projector, row["id"])
            outcomes.append(outcome)
            if outcome != APPLIED:
                call.say(f"{row['id']}  {outcome}  {_place(row)}")
    call.say(_counts(outcomes) or "nothing to retry")
    return 0 if {*outcomes} <= {APPLIED, SUPERSEDED} else 1


async def _drop(call: Call) -> int:
    rows = await _to_change(call)
    async with call.database() as database, transaction(database) as tx:
        ids = [row["id"] for row in rows]
        dropped = [row async for row in _queries.drop_dead_letters(tx.conn, ids=ids)]
    call.say(f"dropped: {len(dropped)}")
    return 0
