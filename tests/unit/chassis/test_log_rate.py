"""A log says each reason once in ten seconds, and for how many that stands."""

import json
import subprocess
import sys
from typing import Any

import pytest

from chassis.log_rate import MOST, Rate

OURS = """
for reason in ("kafka-away", "database-away"):
    for error in ("TimeoutError", "ConnectionRefusedError"):
        telemetry.log().warning("role-waits", reason=reason, error=error)
telemetry.log().info("role-ready", status="leading")
telemetry.log().info("role-ready", status="leading")
clock.now += 10
telemetry.log().warning("role-waits", reason="kafka-away", error="TimeoutError")
"""
THEIRS = """
library, loop = logging.getLogger("aiokafka.conn"), logging.getLogger("asyncio")
for port in range(50):
    library.error('Unable connect to "%s:%s"', "127.0.0.1", port)
    loop.error("Task was destroyed" + chr(10) + f"task: <Task-{port}>")
try:
    raise OSError("out of room")
except OSError:
    library.exception("Unexpected error")
clock.now += 10
library.error('Unable connect to "%s:%s"', "127.0.0.1", 99)
"""
PROGRAM = """
import logging
from chassis import telemetry
from chassis.log_rate import Rate
class Clock:
    now = 100.0
    def __call__(self):
        return self.now
clock = Clock()
telemetry.configure_logs("json", Rate(clock), service="okr", role="relay")
"""


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def said(program: str) -> list[dict[str, Any]]:
    """The log lines of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + program], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_reason_is_due_again_after_ten_seconds(clock: Clock) -> None:
    rate = Rate(clock)
    assert [rate.times("away") for _ in range(5)] == [1, 0, 0, 0, 0]
    assert rate.times("another") == 1
    clock.now += 9.9
    assert rate.times("away") == 0
    clock.now += 0.1
    assert [rate.times("away"), rate.times("away")] == [6, 0]


def test_what_is_remembered_is_bounded(clock: Clock) -> None:
    rate = Rate(clock)
    for number in range(MOST * 3):
        assert rate.times(number) == 1
    assert rate.times(MOST * 3 - 1) == 0
    assert len(rate._said) <= MOST


def test_our_own_lines_say_each_reason_once() -> None:
    told = [(it["event"], it.get("reason"), it.get("times")) for it in said(OURS)]
    assert told == [
        ("role-waits", "kafka-away", 1),
        ("role-waits", "database-away", 1),
        ("role-ready", None, None),
        ("role-ready", None, None),
        ("role-waits", "kafka-away", 2),
    ]


def test_lines_of_libraries_say_each_message_once() -> None:
    lines = said(THEIRS)
    assert [(it["logger"], it["times"]) for it in lines] == [
        ("aiokafka.conn", 1),
        ("asyncio", 1),
        ("aiokafka.conn", 1),
        ("aiokafka.conn", 50),
    ]
    assert {it["service"] for it in lines} == {"okr"}
    assert "out of room" in lines[2]["exception"]
