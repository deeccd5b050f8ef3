"""Anyone's Kafka client reads every topic: what is there is as the contracts say, and no more."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from cli.demo import load
from contracts.described import SCHEMAS
from tests.architecture.test_lists import PARTITIONS
from tests.conftest import REAL_QUARTER
from tests.system.agency import Agency, Team, text, until
from tests.system.records import Read, broken_promises, read_all
from tests.system.tables import count
from tests.system.test_05_the_import import run_import

OPEN = ("soihtu.open.v1", "soihtu.open-progress.v1")


@pytest.fixture(scope="module")
def chosen(module_agency: Agency) -> Team:
    """A team whose member did nothing but support the goal that it chose."""
    team = module_agency.team("Sampo")
    draft = team.draft(module_agency.cycle_of_today())
    goal = module_agency.do(team.as_("torchbearer"), "POST", "okr", "/objectives", draft)
    path = f"/objectives/{goal['id']}"
    module_agency.do(team.as_("member"), "PUT", "okr", f"{path}/support")
    said = {"kind": "comment", "text": "Vain meidän kesken: mitataanko keskiarvo?"}
    module_agency.do(team.as_("supervisor"), "POST", "okr", f"{path}/remarks", said)
    team.agree(goal, {"how": "by-support"})
    return team


@pytest.fixture(scope="module")
def filled(module_agency: Agency, chosen: Team) -> Agency:
    """The shared system with the demo and the real quarter in it, and a goal that was chosen."""
    assert chosen.id
    load(module_agency.system.running, lambda *_: None)
    if REAL_QUARTER.exists():
        run_import(module_agency, Path(REAL_QUARTER), "gitlab")
    return module_agency


@pytest.fixture(scope="module")
def records(filled: Agency) -> list[Read]:
    """Every record of every topic, once all outboxes are empty."""
    system = filled.system

    def waiting() -> int:
        return sum(
            count(system, service, "SELECT count(*) FROM outbox") for service in ("okr", "checkins")
        )

    until(lambda: waiting() == 0, "empty outboxes")
    return read_all(system.kafka, [system.topic(name) for name in PARTITIONS])


def _schemas() -> dict[str, Any]:
    read = (orjson.loads(file.read_bytes()) for file in SCHEMAS.glob("*.json"))
    return {schema["$id"]: schema for schema in read}


def _closed(node: Any) -> Any:
    """A schema that takes no field beyond those named: what we write must pass it."""
    if isinstance(node, dict):
        closed = {name: _closed(value) for name, value in node.items()}
        return closed | ({"additionalProperties": False} if "properties" in node else {})
    return [_closed(item) for item in node] if isinstance(node, list) else node


def test_every_message_is_as_its_schema_says(records: list[Read]) -> None:
    validators = {
        name: jsonschema.Draft202012Validator(_closed(schema), format_checker=_formats())
        for name, schema in _schemas().items()
    }
    used = set()
    for record in records:
        name = record.headers["ce_dataschema"]
        validators[name].validate(record.data)
        used.add(name)
    assert used == set(validators), "the demo shows every event there is"


def _formats() -> jsonschema.FormatChecker:
    return jsonschema.FormatChecker(formats=("date", "uuid"))


HEADERS: dict[str, Callable[[str], object]] = {
    "ce_specversion": lambda text: text == "1.0",
    "ce_id": uuid.UUID,
    "ce_source": re.compile(r"^/agencies/demo/(okr|checkins)$").match,
    "ce_type": re.compile(r"^fi\.soihtu\.(open\.)?[a-z-]+\.v1$").match,
    "ce_subject": re.compile(r"^[a-z-]+/[0-9a-f-]{36}(/[0-9a-f-]{36})?$").match,
    "ce_time": re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$").match,
    "ce_partitionkey": bool,
    "ce_dataschema": re.compile(r"^urn:soihtu:schema:fi\.soihtu\.[a-z.0-9-]+:1\.[0-9]+$").match,
    "ce_sequence": lambda text: int(text) > 0,
    "ce_origin": lambda text: text in ("command", "import"),
    "ce_correlationid": bool,
    "ce_traceparent": re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$").match,
    "content-type": lambda text: text == "application/json",
}


def test_every_header_is_as_the_binding_says(records: list[Read]) -> None:
    assert records
    for record in records:
        assert record.headers.keys() == HEADERS.keys()
        for name, holds in HEADERS.items():
            assert holds(record.headers[name]), f"{name}: {record.headers[name]}"
        assert record.key.decode() == record.headers["ce_partitionkey"]
        assert record.data["version"] == record.sequence
        assert record.headers["ce_dataschema"].startswith(
            f"urn:soihtu:schema:{record.headers['ce_type']}:"
        )


def test_versions_keep_the_promise(records: list[Read]) -> None:
    assert not broken_promises(records)


def test_every_event_has_an_id_of_its_own(records: list[Read]) -> None:
    said: dict[str, bytes] = {}
    for record in records:
        assert said.setdefault(record.headers["ce_id"], record.value) == record.value


def _texts(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set().union(*(_texts(value) for value in node.values()), set())
    if isinstance(node, list):
        return set().union(*(_texts(item) for item in node), set())
    return {node} if isinstance(node, str) else set()


def test_nothing_open_names_a_person_or_tells_unpublished_words(
    filled: Agency, records: list[Read]
) -> None:
    prefix = filled.system.prefix
    inside: set[str] = set()
    published: set[str] = set()
    for record in records:
        name = record.topic.removeprefix(prefix)
        if name == "soihtu.people.v1":
            inside |= {record.data["id"], record.data["name"], record.data.get("mail", "")}
        elif name == "soihtu.memberships.v1":
            inside |= {record.data["id"]} | {it["subject"] for it in record.data["logins"]}
        elif name == "soihtu.checkins.v1":
            inside |= {it["words"] for it in record.data["entries"] if "words" in it}
            inside |= {record.data.get("help_wanted", "")}
        elif name == "soihtu.okr.v1" and "remark_kind" in record.data:
            inside |= {record.data["text"]}
        elif name == "soihtu.okr.v1" and "key_results" in record.data:
            inside |= {record.data.get("note", "")}
            inside |= {it["note"] for it in record.data["key_results"] if "note" in it}
            published |= _texts(record.data["title"])
            published |= set().union(*(_texts(it["title"]) for it in record.data["key_results"]))
        elif name == "soihtu.retro.v1":
            for found in record.data["findings"]:
                inside |= {found.get("words", "")}
                for learning in found["learnings"]:
                    words = _texts(learning["text"]) - {"fi", "sv", "en"}
                    (published if learning["shareable"] else inside).update(words)
    inside -= published | {""}
    assert len(inside) > 100, "the scan has something to look for"
    for record in records:
        if record.topic.removeprefix(prefix) in OPEN:
            told = _texts(record.data) | set(record.headers.values()) | {record.key.decode()}
            assert not told & inside
            rest = " ".join(told - published)
            assert not [secret for secret in inside if secret in rest]


def test_nothing_on_kafka_tells_who_supported(
    filled: Agency, chosen: Team, records: list[Read]
) -> None:
    who_is_who = ("soihtu.people.v1", "soihtu.memberships.v1")
    told = [
        record.value.decode()
        for record in records
        if record.topic.removeprefix(filled.system.prefix) not in who_is_who
    ]
    assert [it for it in told if '"how":"by-support"' in it]
    for named, shown in (("supervisor", True), ("torchbearer", True), ("member", False)):
        assert any(chosen.people[named] in it for it in told) == shown


def test_a_proposal_is_nobodys_business_outside(filled: Agency) -> None:
    team, cycle = filled.team("Kompassi"), filled.cycle_of_today()
    proposed = filled.do(
        team.as_("member"), "POST", "okr", "/objectives",
        {
            "cycle": cycle,
            "owner_team": team.id,
            "responsible_team": team.id,
            "title": {"source": "fi", "fi": "Vasta ehdotus"},
        },
    )  # fmt: skip
    filled.do(team.as_("member"), "GET", "reporting", f"/teams/{team.id}/board?cycle={cycle}")
    system = filled.system
    told = read_all(system.kafka, [system.topic(name) for name in OPEN])
    assert not [it for it in told if proposed["id"] in it.subject]


def test_a_draft_of_a_strategy_is_nobodys_business_outside(filled: Agency) -> None:
    year = {"source": "fi", "fi": "Tuleva vuosi"}
    dates = {"start": "2090-01-01", "end": "2090-12-31"}
    cycle = filled.do("admin", "POST", "okr", "/cycles", {"name": year, "kind": "year", **dates})
    left_out = {"what": text("Ei vielä sanottu"), "why": text("Kukaan ei tiedä.")}
    body = {"cycle": cycle["id"], "left_out": [left_out]}
    draft = filled.do("admin", "POST", "okr", "/strategies", body)

    path = f"/strategies/{draft['id']}/publish"
    filled.do("admin", "POST", "okr", path, version=draft["version"])

    def told() -> list[Read]:
        records = read_all(filled.system.kafka, [filled.system.topic(name) for name in OPEN])
        return [it for it in records if it.subject == f"strategies/{draft['id']}"]

    # Of one subject the versions are told in their order: the draft would have come before.
    (published,) = until(told, "the strategy to be told")
    kept: dict[str, object] = {**left_out, "translations": []}
    assert (published.sequence, published.data["left_out"]) == (2, [kept])
