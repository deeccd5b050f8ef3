"""The system in containers: it comes up, bears a journey, is scaled, upgraded and rolled back."""

import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jws

from cli.people.login_flow import log_in
from cli.people.logins import find_login
from local.graph import SERVICE_NAMES, SERVICES
from local.identity import SIGN_IN_CLIENT
from local.realm import MACHINE, MACHINE_SCOPES
from tests.containers.composed import FIRST, SECOND, Composed
from tests.containers.runbooks import run
from tests.signing_in import Person
from tests.system.agency import Agency, until
from tests.system.test_01_a_check_in_reaches_the_board import (  # noqa: F401 - run here
    test_a_check_in_reaches_the_board,
    test_a_twin_of_a_command_is_answered_as_the_first,
    test_others_see_the_numbers_and_not_the_words,
    test_the_form_holds_what_was_said_before_it_is_counted,
    test_the_overview_counts_it,
    test_without_a_token_there_is_nothing,
)

pytestmark = pytest.mark.containers

ROLES = [f"{service.name}-{role}" for service in SERVICES for role in service.roles]


def check_in(agency: Agency) -> None:
    """One that is on the board afterwards."""
    team, cycle = agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    team.check_in(objective, 400)
    assert team.goal_on_board(cycle, objective)["progress"] is not None


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_nobody_and_holds_no_secret(composed: Composed, role: str) -> None:

    def healthy() -> bool:
        [found] = composed.containers(role)
        return bool(found["State"]["Health"]["Status"] == "healthy")

    until(healthy, f"{role} to be healthy")
    [container] = composed.containers(role)
    assert container["Config"]["User"] == "10001:10001"
    assert container["HostConfig"]["ReadonlyRootfs"] is True
    assert container["HostConfig"]["Memory"] > 0
    told = " ".join(container["Config"]["Env"])
    assert "postgresql://" not in told
    assert "PASSWORD" not in told
    others = "python -c 'open(\"/run/secrets/postgres_owner\")' 2>&1 || true"
    assert "PermissionError" in composed.compose(f"exec -T {role} sh -c {quoted(others)}")


def quoted(commands: str) -> str:
    return "'" + commands.replace("'", "'\\''") + "'"


def test_jobs_may_run_again_and_twice_at_once(composed: Composed) -> None:
    before = composed.reached["SOIHTU_CLIENT_SECRET"]
    jobs = ["secrets", "databases", "topics", *(f"{name}-migrations" for name in SERVICE_NAMES)]
    for job in jobs:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(composed.compose, [f"run --rm --no-deps --no-TTY {job}"] * 2))
    del composed.reached
    assert composed.reached["SOIHTU_CLIENT_SECRET"] == before
    assert composed.token("strategy")


def test_a_machine_has_its_scope(composed: Composed) -> None:
    token = composed.machine_token(MACHINE)
    claims: Any = json.loads(jws.extract_compact(token.encode()).payload)
    assert set(MACHINE_SCOPES) <= set(claims["scope"].split())
    assert claims["aud"] == "soihtu"
    answer = httpx.get(
        f"{composed.apis['okr']}/cycles", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code in (200, 403)
    assert answer.json().get("code") != "unknown-person"


async def test_people_log_in_on_its_page(composed: Composed, tmp_path: Path) -> None:
    issuer = composed.running.issuer
    login = find_login(issuer, SIGN_IN_CLIENT, {"XDG_STATE_HOME": str(tmp_path)})
    password = composed.reached["SOIHTU_CLIENT_SECRET"]
    await log_in(login, Person(username="lumme.torchbearer", password=password).show)
    held = login.held()
    assert held
    claims: Any = json.loads(jws.extract_compact(held.access.encode()).payload)
    assert (claims["preferred_username"], claims["aud"]) == ("lumme.torchbearer", "soihtu")
    assert held.refresh


def test_the_command_line_reaches_it(composed: Composed) -> None:
    told = composed.shell(
        'eval "$(deploy/compose/reach.sh)"\n'
        "soihtu token --as lumme.torchbearer\n"
        "soihtu tail --topic okr --from-start --json | head -n 1"
    )
    token, event = told.splitlines()
    assert token.count(".") == 2
    assert json.loads(event)
    run(composed, "Containers: operate")


def test_the_mails_of_a_mail_catcher_can_be_read(composed: Composed) -> None:
    at = composed.compose("port mail 1080").strip()
    assert httpx.get(f"http://{at}/email").json() == []


def test_of_two_workers_one_may_die(composed: Composed, agency: Agency) -> None:
    run(composed, "Containers: scale")
    first, second = composed.containers("reporting-worker")
    assert first["Config"]["Hostname"] != second["Config"]["Hostname"]
    check_in(agency)
    # From outside: docker would take its own kill for an order to stay away.
    os.kill(first["State"]["Pid"], signal.SIGKILL)
    check_in(agency)

    def back() -> bool:
        both = composed.containers("reporting-worker")
        counts = sorted(it["RestartCount"] for it in both)
        return counts == [0, 1] and all(it["State"]["Health"]["Status"] == "healthy" for it in both)

    until(back, "a worker that was started anew", 120)
    check_in(agency)


def test_it_is_upgraded_and_rolled_back(composed: Composed, agency: Agency) -> None:
    check_in(agency)
    run(composed, "Containers: upgrade", **{"SOIHTU_VERSION=1.1": f"SOIHTU_VERSION={SECOND}"})
    assert versions(composed) == {SECOND}
    check_in(agency)
    run(composed, "Containers: roll back", **{"SOIHTU_VERSION=1.0": f"SOIHTU_VERSION={FIRST}"})
    assert versions(composed) == {FIRST}
    check_in(agency)


def versions(composed: Composed) -> set[str]:
    """Of the roles that run."""
    label = "org.opencontainers.image.version"
    return {
        container["Config"]["Labels"][label]
        for role in ROLES
        for container in composed.containers(role)
    }


def test_nothing_was_written_that_is_no_log_of_ours(composed: Composed) -> None:
    """Each line of a role is one of JSON."""
    told = composed.compose(f"logs --no-color --no-log-prefix {' '.join(ROLES)}")
    said = told.replace("\x1b[2K", "")  # compose clears each line before it
    odd = [line for line in said.splitlines() if line and not re.match(r"^\{.*\}$", line)]
    assert odd == []
