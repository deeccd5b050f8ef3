"""The local run itself: real processes, kept and ended."""

import os
import signal

import psutil

from local.kafka import Kafka
from local.throwaway_system import NewSystem, ThrowAwaySystem
from tests.system.agency import Agency, until


def test_what_exits_is_started_again(system: ThrowAwaySystem) -> None:
    before = system.pid("reporting-worker")
    os.kill(before, signal.SIGKILL)
    until(lambda: system.pid("reporting-worker") != before, "another process")
    until(lambda: system.is_ready("reporting-worker"), "a ready worker")


def test_what_a_test_kills_stays_away_until_it_is_started(system: ThrowAwaySystem) -> None:
    before = system.pid("checkins-worker")
    system.kill("checkins-worker")
    assert not psutil.pid_exists(before)
    assert not system.is_ready("checkins-worker")
    system.start("checkins-worker")
    assert system.pid("checkins-worker") != before


def test_a_check_in_passes_a_sasl_listener(own_broker: Kafka, new_system: NewSystem) -> None:
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
    agency = Agency(own)
    team, cycle = agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    team.check_in(objective, 400)
    assert team.goal_on_board(cycle, objective)["progress"] is not None
    agency.close()
