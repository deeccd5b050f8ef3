"""Holds what was acknowledged against topics and tables, and these against it."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote

from tests.fire.ledger import Acknowledged, Ledger
from tests.fire.oracle.log import Log, Row
from tests.fire.oracle.tables import Tables, known
from tests.fire.oracle.verdict import Findings

OWNERS = {
    "units": "okr.units",
    "teams": "okr.teams",
    "pillars": "okr.pillars",
    "strategies": "okr.strategies",
    "people": "okr.people",
    "memberships": "okr.people",
    "cycles": "okr.cycles",
    "team-cycles": "okr.team_cycles",
    "objectives": "okr.objectives",
    "remarks": "okr.remarks",
    "values": "okr.recorded_values",
    "key-results": "okr.key_result_progress",
    "check-ins": "checkins.check_ins",
    "retros": "checkins.retros",
    "preferences": "notifications.preferences",
    "candidacies": "okr.candidacies",
}
"""The table that holds the aggregates of a kind as their owner knows them."""

MADE_BY_COMMANDS = (
    "units", "teams", "people", "pillars", "cycles", "team-cycles", "objectives", "remarks",
    "check-ins", "retros", "preferences", "strategies", "candidacies",
)  # fmt: skip
UNPUBLISHED = ("preferences/", "candidacies/")
ROOT_UNIT = "units/00000000-0000-7000-8000-000000000001"
BY_REF = "/by-ref/"


def check(log: Log, tables: Tables, ledger: Ledger, findings: Findings) -> None:
    """Every acknowledged version is in its owner's table and on its topic, as it was answered."""
    held = versions_held(tables)
    whole = all(log.is_whole(topic) for topic in {record.topic for record in log.records})
    for command in ledger:
        for version in command.versions:
            subject, _, number = version.rpartition("@")
            if subject.startswith("counted/"):
                continue
            if held.get(subject, 0) < int(number):
                findings.lost(f"{version} of {command.name}: its owner has {held.get(subject)}")
            on_topic = log.versions.get(subject, {})
            if subject.startswith(UNPUBLISHED):
                continue
            if int(number) not in on_topic and (whole or log.highest(subject) < int(number)):
                findings.lost(f"{version} of {command.name}: on no topic")
        _check_answer(command, log, findings)
    _check_keys(ledger, findings)
    _check_refs(tables, ledger, findings)
    _check_machines(log, ledger, findings)
    _check_candidacies(tables, ledger, findings)


def versions_held(tables: Tables) -> dict[str, int]:
    """Subject → version, as the owners' tables have them."""
    held: dict[str, int] = {}
    for kind, table in OWNERS.items():
        for row in tables[table]:
            held["/".join((kind, *_key(kind, row)))] = row["version"]
    return held


def _key(kind: str, row: Row) -> tuple[str, ...]:
    if kind == "team-cycles":
        return row["team"], row["cycle"]
    return (row["person" if kind == "preferences" else "id"],)


def _check_answer(command: Acknowledged, log: Log, findings: Findings) -> None:
    """What was answered is what the record says, as far as both say it."""
    answer = command.answer
    if not (isinstance(answer, dict) and "version" in answer and command.versions):
        return
    for version in command.versions:
        subject, _, number = version.rpartition("@")
        said = log.versions.get(subject, {}).get(int(number))
        if said and subject.rpartition("/")[2] == answer.get("id") and _alike(said, answer):
            same = {name: it for name, it in answer.items() if name in said}
            recorded = {name: said[name] for name in same}
            if known(same) != known(recorded):
                findings.differs("the topics", version, same, recorded)


def _alike(said: Row, answer: Row) -> bool:
    """Whether both are states of one kind: a person is told as two events, a goal in another."""
    return said["version"] == answer["version"] and said.keys() <= answer.keys()


def _check_keys(ledger: Ledger, findings: Findings) -> None:
    """One key, and one reference, stand for one thing."""
    made: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for command in ledger:
        if command.ids and (command.key or BY_REF in command.path):
            place = (command.service, command.who, command.method, command.path, command.key or "")
            made[place].add(command.ids[0])
    for named, subjects in made.items():
        if len(subjects) > 1:
            findings.doubled(f"{' '.join(named)} made {', '.join(sorted(subjects))}")


def _check_refs(tables: Tables, ledger: Ledger, findings: Findings) -> None:
    """A reference names what was made under it."""
    for command in ledger:
        noun, by_ref, ref = command.path.partition(BY_REF)
        if by_ref:
            system, _, key = unquote(ref).partition("/")
            rows = tables[f"{command.service}.external_refs"]
            place = (noun.strip("/"), system, key)
            named = {it["id"] for it in rows if (it["kind"], it["system"], it["key"]) == place}
            if not named & {subject.rpartition("/")[2] for subject in command.ids}:
                findings.differs("external_refs", command.path, command.ids, sorted(named))


def _check_machines(log: Log, ledger: Ledger, findings: Findings) -> None:
    """What a machine said last of a day is what its row says."""
    newest = {(row["key_result"], row["source"]): row for _, row in log.newest("values")}
    last: dict[tuple[str, str], float] = {}
    for command in ledger:
        for key_result, day, value in _put_by(command):
            last[key_result, f"machine/{command.who}/{day}"] = value
    for place, value in last.items():
        found = newest.get(place, {}).get("value")
        if found != value:
            findings.differs("the topics", " of ".join(place), value, found)


def _put_by(command: Acknowledged) -> Iterator[tuple[str, str, float]]:
    """Key result, day and value of what a machine put; nothing of it was refused."""
    if command.name == "put_machine_value":
        _, _, key_result, _, day = command.path.split("/")
        yield key_result, day, command.body["value"]
    elif command.name == "put_machine_values":
        for said in command.body["values"]:
            yield said["key_result"], said["date"], said["value"]


def _check_candidacies(tables: Tables, ledger: Ledger, findings: Findings) -> None:
    """No topic tells of them: the answer that was given last is what is kept."""
    held = {row["id"]: row["state"] for row in tables["okr.candidacies"]}
    last = {
        it.answer["id"]: it.answer
        for it in ledger
        if it.name in ("stand_for_torchbearer", "accept_candidacy", "decline_candidacy")
    }
    for own, said in last.items():
        found = held.get(own)
        if found is None or known(found) != known(said):
            findings.differs("okr.candidacies", own, said, found)


def check_nothing_more(log: Log, tables: Tables, ledger: Ledger, findings: Findings) -> None:
    """What no acknowledged command made is there because one was done twice."""
    said: dict[str, int] = {ROOT_UNIT: 1}
    for version in (it for command in ledger for it in command.versions):
        subject, _, number = version.rpartition("@")
        said[subject] = max(said.get(subject, 0), int(number))
    held = versions_held(tables)
    rows = log.newest("values")
    machines = {f"values/{own}" for own, row in rows if row["source"].startswith("machine/")}
    for subject in {*held, *log.versions}:
        most = max(held.get(subject, 0), log.highest(subject))
        made = subject.partition("/")[0] in MADE_BY_COMMANDS or subject in machines
        if made and most > said.get(subject, 0):
            findings.doubled(f"{subject}@{most}, and {said.get(subject, 0)} was acknowledged")
    _check_kept_answers(tables, ledger, findings)


def _check_kept_answers(tables: Tables, ledger: Ledger, findings: Findings) -> None:
    """As many answers are kept as keys were given."""
    given = defaultdict(set)
    for command in ledger:
        if command.key:
            place = (command.who, command.method, command.path, command.key)
            given[command.service].add(place)
    for service in ("okr", "checkins"):
        kept = len(tables[f"{service}.idempotency_keys"])
        if kept != len(given[service]):
            findings.differs(f"{service}.idempotency_keys", "rows", len(given[service]), kept)
