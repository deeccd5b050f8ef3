"""Holds the records against what the contract promises of them, whatever they say."""

from collections import defaultdict
from typing import Any

from tests.fire.oracle.log import OPEN, Log, Record, Row
from tests.fire.oracle.verdict import Findings

TOLD_OUTSIDE = (
    "units", "teams", "cycles", "retros", "key-results", "objectives", "pillars", "strategies",
)  # fmt: skip
BEGIN_LATE = ("objectives", "strategies")
"""What is told outside from the version on at which it was agreed on, or published."""
MADE_ANEW = ("key_results", "findings", "source")
"""Fields of which the public state has a form of its own."""


def check(log: Log, findings: Findings) -> None:
    """Ids, versions and places of records, and a public record beside each that has one."""
    _check_ids(log, findings)
    of_subjects: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in log.records:
        of_subjects[record.topic, record.subject].append(record)
    whole = {topic: log.is_whole(topic) for topic, _ in of_subjects}
    for (topic, subject), records in of_subjects.items():
        _check_one_place(topic, subject, records, findings)
        _check_order(topic, subject, records, whole[topic], findings)
    if all(whole.values()):
        _check_public(log, findings)


def _check_ids(log: Log, findings: Findings) -> None:
    """One id is one event, and one event has one id."""
    said: dict[str, tuple[Any, ...]] = {}
    ids: dict[tuple[str, str], str] = {}
    for record in log.records:
        content = (record.topic, record.name, record.data)
        if said.setdefault(record.event_id, content) != content:
            findings.doubled(f"the id {record.event_id} stands for two events: {record.name}")
        first = ids.setdefault((record.topic, record.name), record.event_id)
        if first != record.event_id:
            findings.doubled(f"{record.topic} has {record.name} as two events")
        if record.data["version"] != record.version:
            findings.differs(record.topic, record.name, record.version, record.data["version"])


def _check_one_place(topic: str, subject: str, records: list[Record], findings: Findings) -> None:
    places = {(record.partition, record.key) for record in records}
    if len(places) > 1:
        findings.differs(topic, subject, "one partition and key", sorted(places))


def _check_order(
    topic: str, subject: str, records: list[Record], whole: bool, findings: Findings
) -> None:
    """Repeats left out, versions grow by one; and the last record is the newest state."""
    known: set[str] = set()
    highest = 0
    for record in records:
        if record.event_id in known:
            continue
        known.add(record.event_id)
        begins_late = topic == OPEN[0] and record.kind in BEGIN_LATE
        may_skip = not whole or (highest == 0 and begins_late)
        if record.version <= highest:
            findings.differs(topic, subject, f"a version above {highest}", record.version)
        elif record.version > highest + 1 and not may_skip:
            findings.lost(f"{subject} goes from {highest} to {record.version} on {topic}")
        highest = max(highest, record.version)
    if records[-1].version < highest:
        # A log that is compacted keeps the last one: the newest state would be forgotten.
        findings.differs(topic, f"the last record of {subject}", highest, records[-1].version)


def _check_public(log: Log, findings: Findings) -> None:
    for subject in {*log.versions, *log.open_versions}:
        if subject.partition("/")[0] in TOLD_OUTSIDE:
            inside = log.versions.get(subject, {})
            outside = log.open_versions.get(subject, {})
            for number in {*inside, *outside}:
                _check_twins(subject, number, inside, outside, findings)


def _check_twins(
    subject: str,
    number: int,
    inside: dict[int, Row],
    outside: dict[int, Row],
    findings: Findings,
) -> None:
    name, own, public = f"{subject}@{number}", inside.get(number), outside.get(number)
    if own is None:
        findings.differs("the open topics", name, None, public)
    elif public is None:
        if _is_told(own):
            findings.lost(f"{name} is on no open topic")
    else:
        same = {it: own.get(it) for it in public if it not in MADE_ANEW}
        told = {it: public[it] for it in public if it not in MADE_ANEW}
        if same != told or not _is_told(own):
            findings.differs("the open topics", name, same, told)


def _is_told(state: Row) -> bool:
    """Goals are told once their team has agreed on them, strategies once published, all else."""
    if "states" in state:
        return any(it["state"] == "agreed" for it in state["states"])
    return bool(state.get("state") != "draft")
