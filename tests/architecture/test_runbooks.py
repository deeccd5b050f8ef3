"""Runbooks: short, and there for every alert and for whatever the doctor finds."""

import ast
import re
from typing import Any

import prometheus_client
import pytest
import yaml

from chassis import telemetry
from tests.architecture.tree import ROOT, calls, modules

TEXT = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
RUNBOOKS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
ALERTS: list[dict[str, Any]] = [
    rule
    for file in sorted((ROOT / "deploy" / "alerts").glob("*.yaml"))
    for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
LONGEST = 10


@pytest.mark.parametrize("heading", RUNBOOKS)
def test_a_runbook_has_at_most_ten_lines(heading: str) -> None:
    lines = [it for it in RUNBOOKS[heading].splitlines() if it and not it.startswith("```")]
    assert len(lines) <= LONGEST


@pytest.mark.parametrize("alert", ALERTS, ids=lambda it: it["alert"])
def test_an_alert_names_its_runbook_and_metrics_that_there_are(alert: dict[str, Any]) -> None:
    assert alert["annotations"]["runbook"] in RUNBOOKS
    assert telemetry  # it registers them
    known = {
        sample
        for metric in prometheus_client.REGISTRY.collect()
        for sample in (metric.name, *(f"{metric.name}_{it}" for it in ("total", "count", "bucket")))
    }
    named = set(re.findall(r"\bsoihtu_\w+", alert["expr"]))
    assert named <= known
    assert named or re.search(r"\bup{", alert["expr"])


def test_what_the_doctor_names_is_a_runbook() -> None:
    files = (*modules("chassis"), ROOT / "cli" / "doctor.py")
    named = {
        call.args[3].value
        for file in files
        for called, call in calls(file)
        if called == "Finding" and len(call.args) == 4
        if isinstance(call.args[3], ast.Constant)
    }
    named |= set(re.findall(r'"runbook": "([^"]+)"', (ROOT / "cli" / "doctor.py").read_text()))
    assert named
    assert named <= set(RUNBOOKS)
