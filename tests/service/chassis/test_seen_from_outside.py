"""What an API tells of its requests: metrics by operation and outcome, never by path."""

from prometheus_client import REGISTRY

from tests.service.chassis.conftest import Toy


def told(operation: str, outcome: str) -> float:
    labels = {"operation": operation, "outcome": outcome}
    return REGISTRY.get_sample_value("soihtu_requests_seconds_count", labels) or 0.0


async def test_requests_are_told_by_operation_and_outcome(service: Toy) -> None:
    before = {it: told(*it) for it in (("list_notes", "done"), ("none", "refused"))}
    await service.ask("GET", "/notes")
    await service.client.get("/nowhere/lumme.torchbearer")
    after = {it: told(*it) for it in before}
    assert {it: after[it] - before[it] for it in before} == dict.fromkeys(before, 1.0)
