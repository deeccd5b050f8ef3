"""What a reader's log lines say of the events that it handles and sets aside: ids, never words."""

import io
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import structlog
from aiokafka import ConsumerRecord
from structlog.contextvars import bound_contextvars

from chassis import telemetry
from chassis.consumer import Projector
from chassis.db import Tx
from chassis.ops import Health
from tests.service.chassis.streams import (
    TEAMS,
    Shelf,
    Store,
    headers_of,
    record,
    team,
)

GROUP = "okr"


@pytest.fixture
async def store(opened: Store) -> Store:
    return await opened.at_the_beginning(GROUP)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The log lines so far, as a role writes them."""
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    with bound_contextvars(service="okr"):
        telemetry.configure_logs("json", service="okr")
        yield lambda: [orjson.loads(line) for line in said.getvalue().splitlines()]
    root.handlers[:], root.level = before
    structlog.reset_defaults()


async def _log(_: Tx) -> None:
    telemetry.log().info("handled")


async def test_log_lines_say_which_event_is_handled(
    store: Store, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    projector = Projector(store.db, GROUP, Shelf(during=_log).reads, Health())
    events = [team(version) for version in (1, 1, 2)]
    batch = [record(event, place) for place, event in enumerate(events)]
    await projector.apply(batch)
    await projector.apply([record(team(1), 3)])
    telemetry.log().info("afterwards")
    (whole, single, after) = [it for it in lines() if it["event"] in ("handled", "afterwards")]
    assert (whole["events"], single["events"]) == (3, 1)
    assert whole["correlation_id"] in {_said(it, "ce_correlationid") for it in batch}
    assert "subject" not in whole
    assert single.keys() >= {"event_id", "event_type", "subject", "correlation_id", "traceparent"}
    assert after.keys() == {"event", "level", "service", "timestamp"}


async def test_the_line_of_a_dead_letter_says_which_event_it_is(
    store: Store, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    bad, unread = team(4, change="refused"), team(1)
    odd = [*headers_of(unread), ("ce_id", b"\xff")]
    first = record(bad, 0)
    projector = Projector(store.db, GROUP, Shelf(during=_log).reads, Health())
    await projector.apply([first, record(unread, 1, headers=odd)])
    told = {it["position"]: it for it in lines() if it["event"] == "dead-letter"}
    letter = told[f"{TEAMS}/0@0"]
    assert letter["subject"] == f"teams/{bad.id}@4"
    assert letter["event_id"] == _said(first, "ce_id")
    assert letter["correlation_id"] == _said(first, "ce_correlationid")
    assert told[f"{TEAMS}/0@1"].keys() - {"times"} == {
        "event", "level", "position", "reason", "service", "timestamp"
    }  # fmt: skip


def _said(record: ConsumerRecord, header: str) -> str:
    value = dict(record.headers)[header]
    assert value is not None
    return str(value, "utf-8")


async def test_the_line_of_a_fault_says_where_it_arose_and_not_what_it_said(
    store: Store, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    async def fail(_: Tx) -> None:
        raise KeyError("words of people")

    projector = Projector(store.db, GROUP, Shelf(during=fail).reads, Health())
    await projector.apply([record(team(1), 0)])
    said = [it for it in lines() if it["event"] in ("handler-failed", "dead-letter")]
    assert {it["event"] for it in said} == {"handler-failed", "dead-letter"}
    for it in said:
        assert it["error"] == "KeyError"
        assert it["at"].startswith("test_consumer_lines.py:")
        assert "words" not in str(it)
