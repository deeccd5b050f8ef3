"""Prometheus finds every process, and each expression of alerts and dashboard finds a series."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from confluent_kafka import Producer

from local.addresses import ROOT
from tests.containers.composed import Composed
from tests.containers.test_compose import ROLES, check_in
from tests.system.agency import Agency, until

pytestmark = pytest.mark.containers

DEPLOY = ROOT / "deploy"
NOBODY = "00000000-0000-7000-8000-00000000dead"
PATIENCE = 180.0
COMPARED = re.compile(r"\s(==|>|<)\s[\d.]+$")


def alerts() -> Iterator[Any]:
    """Each expression without its comparison, which finds nothing when all is well."""
    for file in sorted((DEPLOY / "alerts").glob("*.yaml")):
        for group in yaml.safe_load(file.read_text("utf-8"))["groups"]:
            for rule in group["rules"]:
                expression = COMPARED.sub("", rule["expr"].strip())
                assert expression != rule["expr"].strip()
                yield pytest.param(expression, id=rule["alert"])


def panels() -> Iterator[Any]:
    for file in sorted((DEPLOY / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(file.read_text("utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                asked = target["expr"].replace("$service", ".+").replace("$__rate_interval", "2m")
                yield pytest.param(asked, id=f"{panel['title']} {target['refId']}")


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Debian's prometheus and promtool; nothing is installed."""
    installed = shutil.which("promtool")
    if installed:
        return Path(installed).parent
    if not shutil.which("apt-get"):
        pytest.skip("promtool and prometheus are not here, and there is no apt-get to fetch them")
    folder = tmp_path_factory.mktemp("debian")
    fetched = subprocess.run(
        ["apt-get", "download", "prometheus"], cwd=folder, capture_output=True, check=False
    )
    if fetched.returncode:
        pytest.skip("the Debian package prometheus can't be fetched")
    [package] = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "--extract", package.name, "."], cwd=folder, check=True)
    return folder / "usr" / "bin"


def test_rules_and_configuration_are_sound(programs: Path, tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "alerts", tmp_path / "alerts")
    shutil.copy(DEPLOY / "prometheus" / "prometheus.yml", tmp_path)
    for what, files in {
        "rules": sorted((tmp_path / "alerts").glob("*.yaml")),
        "config": [tmp_path / "prometheus.yml"],
    }.items():
        checked = subprocess.run(
            [str(programs / "promtool"), "check", what, *map(str, files)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_role_of_which_nothing_is_left_is_missed(programs: Path, tmp_path: Path) -> None:
    """Its name leads nowhere once it has stopped: there is nobody left to be down."""
    shutil.copy(DEPLOY / "alerts" / "soihtu.yaml", tmp_path)
    gone, stays = (
        "up{job='soihtu', service='okr', role='relay'}",
        "up{job='soihtu', service='okr', role='api'}",
    )
    alert = {"severity": "page", "service": "okr", "role": "relay"}
    expected = {
        "exp_labels": alert,
        "exp_annotations": {
            "summary": "no relay of okr is left of those of the last day",
            "runbook": "A role is not ready",
        },
    }
    told = {
        "rule_files": ["soihtu.yaml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": gone, "values": "1x10 stale"},
                    {"series": stays, "values": "1x60"},
                ],
                "alert_rule_test": [
                    {"eval_time": "9m", "alertname": "RoleIsGone", "exp_alerts": []},
                    {"eval_time": "20m", "alertname": "RoleIsGone", "exp_alerts": [expected]},
                    {"eval_time": "20m", "alertname": "RoleIsAway", "exp_alerts": []},
                ],
            }
        ],
    }
    (tmp_path / "test.json").write_text(json.dumps(told), "utf-8")
    tested = subprocess.run(
        [str(programs / "promtool"), "test", "rules", "test.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout + tested.stderr


@dataclass
class Prometheus:
    """One that watches, and what it has to see: requests, of which some fail."""

    address: str
    stir: Callable[[], object]

    def ask(self, path: str, **query: str) -> Any:
        answer = httpx.get(f"{self.address}/api/v1/{path}", params=query, timeout=30)
        answer.raise_for_status()
        return answer.json()["data"]

    def series(self, expression: str) -> Any:
        return self.ask("query", query=expression)["result"]

    def targets(self) -> set[tuple[str, str]]:
        """Service and role of what answers."""
        return {
            (it["labels"]["service"], it["labels"]["role"])
            for it in self.ask("targets")["activeTargets"]
            if it["health"] == "up"
        }


@pytest.fixture(scope="module")
def prometheus(composed: Composed, programs: Path) -> Iterator[Prometheus]:
    """As docker-compose.yml tells it to, it watches while all kinds of things happen."""
    composed.environment["PROMETHEUS"] = str(programs / "prometheus")
    files = "-f docker-compose.yml -f tests/containers/prometheus.yaml"
    with_it = f"{files} --profile observability"
    composed.compose(f"{with_it} up --detach --no-deps prometheus")
    at = composed.compose(f"{with_it} port prometheus 9090").strip()
    told = {"Authorization": f"Bearer {composed.token('strategy')}"}
    late = {**told, "Soihtu-After": f"objectives/{NOBODY}@9"}

    def stir() -> None:
        okr, reporting = composed.apis["okr"], composed.apis["reporting"]
        httpx.get(f"{okr}/cycles", headers=told, timeout=30).raise_for_status()
        answer = httpx.get(f"{reporting}/overview", headers=late, timeout=30)
        assert answer.status_code == 503

    watching = Prometheus(f"http://{at}", stir)
    client = Agency(composed)  # type: ignore[arg-type] # as far as a journey needs one
    wanted = {tuple(role.rsplit("-", 1)) for role in ROLES}
    until(lambda: _answers(watching) and watching.targets() == wanted, "targets", PATIENCE)
    happen(composed, client)
    yield watching
    client.close()
    composed.compose(f"{with_it} rm --force --stop --volumes prometheus")


def _answers(watching: Prometheus) -> bool:
    try:
        return bool(watching.ask("targets"))
    except httpx.HTTPError:
        return False


def happen(composed: Composed, agency: Agency) -> None:
    """A check-in, records to set aside, and more requests than anybody may make."""
    producer = Producer(
        {"bootstrap.servers": composed.running.kafka["SOIHTU_KAFKA"], "log_level": 2}
    )
    for topic in ("soihtu.okr.v1", "soihtu.checkins.v1"):
        producer.produce(topic, b"no event", key=b"nobody")
    producer.flush(10)
    check_in(agency)
    token = composed.token(f"busy-{time.time_ns()}")
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
        codes: set[int] = set()
        deadline = time.monotonic() + PATIENCE
        while 429 not in codes and time.monotonic() < deadline:
            codes.add(http.get(f"{composed.apis['okr']}/me").status_code)
    assert 429 in codes


@pytest.mark.parametrize("expression", [*alerts(), *panels()])
def test_an_expression_finds_a_series(prometheus: Prometheus, expression: str) -> None:
    def found() -> bool:
        if not prometheus.series(expression):
            prometheus.stir()
            return False
        return True

    until(found, expression, PATIENCE)


def test_no_alert_is_about_what_is_away(prometheus: Prometheus) -> None:
    firing = {it["labels"]["alertname"] for it in prometheus.ask("alerts")["alerts"]}
    assert not firing & {
        "RoleIsAway",
        "RoleIsGone",
        "NoRelayLeads",
        "EventsWait",
        "ConsumerHasStopped",
    }
