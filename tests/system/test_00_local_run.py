"""The local run itself: real processes, kept and ended."""

import os
import signal
import time
from collections.abc import Callable

import psutil

from local.kafka import Kafka
from local.throwaway_system import NewSystem, ThrowAwaySystem


def eventually(holds: Callable[[], bool], patience: float = 30.0) -> bool:
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_what_exits_is_started_again(system: ThrowAwaySystem) -> None:
    before = system.pid("reporting-worker")
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: system.pid("reporting-worker") != before)
    assert eventually(lambda: system.is_ready("reporting-worker"))


def test_what_a_test_kills_stays_away_until_it_is_started(system: ThrowAwaySystem) -> None:
    before = system.pid("checkins-worker")
    system.kill("checkins-worker")
    assert not psutil.pid_exists(before)
    assert not system.is_ready("checkins-worker")
    system.start("checkins-worker")
    assert system.pid("checkins-worker") != before


def test_a_system_runs_over_a_sasl_listener(own_broker: Kafka, new_system: NewSystem) -> None:
    login = own_broker.sasl_login
    own = new_system(
        kafka={
            "SOIHTU_KAFKA": own_broker.sasl_address,
            "SOIHTU_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "SOIHTU_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "SOIHTU_KAFKA_USERNAME": login.username,
            "SOIHTU_KAFKA_PASSWORD": login.password,
        }
    )
    assert own.is_ready("okr-relay")
    assert own.is_ready("reporting-worker")
