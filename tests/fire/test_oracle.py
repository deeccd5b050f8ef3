"""The oracle finds what is planted: in a run that holds, one thing at a time is made otherwise."""

import re
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.throwaway import ThrowAwayParts
from tests.fire.forking import Zygote
from tests.fire.ledger import Acknowledged, Ledger
from tests.fire.oracle import Log, Tables, Verdict, judge
from tests.fire.oracle.log import Record, read_log
from tests.fire.oracle.tables import NOT_FOLDED, read_tables
from tests.fire.proxy import KafkaProxy
from tests.fire.session import Session

pytestmark = pytest.mark.fire

COMMANDS = 140
TOGETHER = 4
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")
BY_STATE = ("id", "version", "state")
"""What okr's own tables are told by; the rest of their columns is made from the state."""
MADE_BY_POSTGRES = {
    "counts_on", "day", "counts", "stands", "by_person", "counts_confidence", "found_by",
    "noted_at", "settled_at", "notifications.notifications.id",
}  # fmt: skip
plants = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

CHANCES = st.integers(0, 2**32 - 1).map(Random)
"""Who chooses what is planted: what there is to choose from is not the same in two runs."""


@dataclass(frozen=True)
class Told:
    """What was read of a system at rest, and what was acknowledged by it."""

    records: list[Record]
    tables: Tables
    ledger: Ledger
    posted: Counter[str]

    def judged(self, **otherwise: Any) -> Verdict:
        """The verdict, with some of it otherwise."""
        told = replace(self, **otherwise)
        return judge(Log(told.records), told.tables, told.ledger, posted=told.posted)


class Remembering(Session):
    """A session without a kill, of many commands."""

    told: Told

    def _judge(self) -> Verdict:
        for _ in range(COMMANDS // TOGETHER):
            for _ in range(TOGETHER):
                self._do(self._mix.next())
            self._come_to_rest()
        self._rest.wait_until_told()
        records, tables = list(read_log(self.system).records), read_tables(self.system)
        self.told = Told(records, tables, self.result.ledger, self.system.posted())
        return super()._judge()


@pytest.fixture(scope="module")
def told(parts: ThrowAwayParts, zygote: Zygote, proxy: KafkaProxy) -> Told:
    session = Remembering(parts, zygote, proxy, "oracle")
    result = session.run([])
    assert result.complaints == ()
    return session.told


def test_it_holds_as_it_is(told: Told) -> None:
    assert told.judged().holds
    kinds = {record.kind for record in told.records}
    assert {"check-ins", "values", "key-results", "retros", "objectives", "memberships"} <= kinds
    assert {"remarks", "strategies"} <= kinds
    done = {command.name for command in told.ledger}
    assert {"decide_cut_over", "put_score", "put_machine_values", "amend_strategy"} <= done
    assert {"accept_candidacy", "decline_candidacy"} <= done
    filled = {it for it, rows in told.tables.items() if it.startswith("notifications.") and rows}
    assert {"notifications.notifications", "notifications.occasions"} <= filled


@plants
@given(CHANCES)
def test_a_lost_record_is_found(told: Told, chance: Random) -> None:
    lost = chance.choice(told.records)
    rest = [it for it in told.records if (it.topic, it.name) != (lost.topic, lost.name)]
    assert not told.judged(records=rest).holds


@plants
@given(CHANCES)
def test_an_event_that_was_sent_twice_as_two_is_found(told: Told, chance: Random) -> None:
    twin = replace(chance.choice(told.records), event_id=str(uuid.uuid4()))
    verdict = told.judged(records=[*told.records, twin])
    assert any(f"has {twin.name} as two events" in it for it in verdict.doubled)


@plants
@given(CHANCES)
def test_a_repeated_batch_is_forgiven_but_not_an_old_state_at_the_end(
    told: Told, chance: Random
) -> None:
    highest = {(it.topic, it.subject): it.version for it in told.records}
    chosen = chance.choice(told.records)
    verdict = told.judged(records=[*told.records, chosen])
    is_newest = highest[chosen.topic, chosen.subject] == chosen.version
    last = f"the last record of {chosen.subject}"
    assert verdict.holds == is_newest
    assert is_newest or last in {it.key for it in verdict.differences}


@plants
@given(CHANCES)
def test_a_lost_row_is_found(told: Told, chance: Random) -> None:
    name, row = _row(told, chance)
    rest = [it for it in told.tables[name] if it is not row]
    found = told.judged(tables={**told.tables, name: rest}).differences
    assert any(it.table == name and it.found is None for it in found)


def test_a_row_that_is_otherwise_is_found_by_each_column(told: Told) -> None:
    for name in _folded(told):
        row, *rest = told.tables[name]
        columns = [it for it in (BY_STATE if "state" in row else row) if it in row]
        for column in columns:
            if not {column, f"{name}.{column}"} & MADE_BY_POSTGRES:
                rows = [{**row, column: _otherwise(row[column])}, *rest]
                found = told.judged(tables={**told.tables, name: rows}).differences
                assert any(it.table == name for it in found), (name, column)


@pytest.mark.parametrize("table", ["reporting.objectives", "notifications.objectives"])
def test_another_time_of_agreeing_is_found(told: Told, table: str) -> None:
    """What was due is judged by it."""
    rows = told.tables[table]
    agreed = next(it for it in rows if it["agreed_at"])
    other = {**agreed, "agreed_at": None}
    verdict = told.judged(
        tables={**told.tables, table: [*(it for it in rows if it is not agreed), other]}
    )
    assert [it.expected.keys() for it in verdict.differences] == [{"agreed_at"}]


@plants
@given(CHANCES)
def test_a_row_that_is_there_twice_is_found(told: Told, chance: Random) -> None:
    name, row = _row(told, chance)
    verdict = told.judged(tables={**told.tables, name: [*told.tables[name], row]})
    assert any(it.startswith(f"{name} has ") for it in verdict.doubled)


def _row(told: Told, chance: Random) -> tuple[str, Any]:
    name = chance.choice(_folded(told))
    return name, chance.choice(told.tables[name])


def _folded(told: Told) -> list[str]:
    """The tables that have rows, and that the oracle folds."""
    return sorted(
        name
        for name, rows in told.tables.items()
        if rows and name.partition(".")[2] not in NOT_FOLDED
    )


def _otherwise(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, dict):
        return {**value, "fi": "muuta", "version": 0}
    if isinstance(value, str) and TIME.match(value):
        return (datetime.fromisoformat(value) + timedelta(seconds=1)).isoformat()
    return [*value, "more"] if isinstance(value, list) else f"{value} and more"


@plants
@given(CHANCES)
def test_a_number_that_is_otherwise_is_found(told: Told, chance: Random) -> None:
    """A wrong sum that every table has alike is wrong all the same."""
    newest = {it.subject: it for it in told.records if it.topic == "soihtu.progress.v1"}
    chosen = chance.choice(sorted(newest.values(), key=lambda it: it.subject))
    numbers = {"key-results": ("progress", "unclamped", "value"), "values": ("value",)}
    said = [it for it in numbers[chosen.kind] if chosen.data.get(it) is not None]
    if said:
        name = chance.choice(said)
        other = replace(chosen, data={**chosen.data, name: chosen.data[name] / 2 + 7})
        records = [other if it is chosen else it for it in told.records]
        found = told.judged(records=records).differences
        assert {"the progress topic", "the topics"} & {it.table for it in found}


@plants
@given(CHANCES)
def test_what_was_acknowledged_and_is_nowhere_is_found(told: Told, chance: Random) -> None:
    command = chance.choice([it for it in told.ledger if it.ids])
    subject = f"{command.ids[0].partition('/')[0]}/{uuid.uuid4()}"
    more = replace(command, versions=(f"{subject}@1",), key=str(uuid.uuid4()))
    verdict = told.judged(ledger=Ledger([*told.ledger, more]))
    assert {it for it in verdict.lost if it.startswith(f"{subject}@1")}


@plants
@given(CHANCES)
def test_what_was_done_and_never_acknowledged_is_found(told: Told, chance: Random) -> None:
    made = [it for it in told.ledger if it.key]
    forgotten = chance.choice(made)
    known = [it for it in told.ledger if forgotten.ids[0] not in it.ids]
    verdict = told.judged(ledger=Ledger(known))
    assert any(it.startswith(forgotten.ids[0]) for it in verdict.doubled)


def test_one_key_that_made_two_things_is_found(told: Told) -> None:
    one, other = [it for it in told.ledger if it.name == "record_check_in"][:2]
    twin = replace(other, key=one.key)
    commands = [twin if it is other else it for it in told.ledger]
    assert any(one.ids[0] in it for it in told.judged(ledger=Ledger(commands)).doubled)


def test_an_answer_that_says_other_than_the_topic_is_found(told: Told) -> None:
    command = next(it for it in told.ledger if it.name == "record_check_in")
    entries = [{**it, "value": it["value"] + 1} for it in command.answer["entries"]]
    lying = replace(command, answer={**command.answer, "entries": entries})
    commands = [lying if it is command else it for it in told.ledger]
    found = told.judged(ledger=Ledger(commands)).differences
    assert "the topics" in {it.table for it in found}


def test_a_mail_that_never_came_or_came_twice_is_found(told: Told) -> None:
    own = next(iter(told.posted))
    said = f"the mail of notifications/{own}"
    lost = told.judged(posted=told.posted - Counter([own])).lost
    assert any(it.startswith(said) for it in lost)
    doubled = told.judged(posted=told.posted + Counter([own])).doubled
    assert any(it.startswith(said) for it in doubled)


def test_a_choice_that_is_not_kept_is_found(told: Told) -> None:
    name = "notifications.preferences"
    rows = [{**row, "mail": {}} for row in told.tables[name]]
    found = told.judged(tables={**told.tables, name: rows}).differences
    assert rows
    assert name in {it.table for it in found}


def test_a_reference_that_names_another_thing_is_found(told: Told) -> None:
    name = "okr.external_refs"
    rows = [{**row, "id": str(uuid.uuid4())} for row in told.tables[name]]
    found = told.judged(tables={**told.tables, name: rows}).differences
    assert rows
    assert "external_refs" in {it.table for it in found}


def test_a_machine_that_said_something_else_is_found(told: Told) -> None:
    command = [it for it in told.ledger if it.name == "put_machine_value"][-1]
    other = replace(command, body={"value": -1.0})
    commands = [other if it is command else it for it in told.ledger]
    found = told.judged(ledger=Ledger(commands)).differences
    assert -1.0 in [it.expected for it in found]


def _last(told: Told, *names: str) -> Acknowledged:
    return [it for it in told.ledger if it.name in names][-1]


def _newest(told: Told, subject: str, topic: str = "soihtu.okr.v1") -> Record:
    mine = [it for it in told.records if (it.topic, it.subject) == (topic, subject)]
    return max(mine, key=lambda it: it.version)


def test_one_of_many_values_of_a_machine_that_is_otherwise_is_found(told: Told) -> None:
    command = _last(told, "put_machine_values")
    values = [*command.body["values"][:-1], {**command.body["values"][-1], "value": -1.0}]
    other = replace(command, body={"values": values})
    commands = [other if it is command else it for it in told.ledger]
    found = told.judged(ledger=Ledger(commands)).differences
    assert -1.0 in [it.expected for it in found]


def test_a_machine_s_value_that_was_taken_twice_is_found(told: Told) -> None:
    command = _last(told, "put_machine_values")
    rest = [it for it in told.ledger if command.ids[0] not in it.ids]
    doubled = told.judged(ledger=Ledger(rest)).doubled
    assert any(it.startswith(command.ids[0]) for it in doubled)


def _goes_on(told: Told) -> Record:
    """The newest state of a goal that goes on from another."""
    goals = [it for it in told.records if it.kind == "objectives" and it.data.get("ancestor")]
    return _newest(told, goals[-1].subject)


def test_a_goal_that_goes_on_twice_is_found(told: Told) -> None:
    onward, twin = _goes_on(told), str(uuid.uuid4())
    more = replace(
        onward, event_id=str(uuid.uuid4()), subject=f"objectives/{twin}", key=twin, version=1,
        data={**onward.data, "id": twin, "version": 1},
    )  # fmt: skip
    doubled = told.judged(records=[*told.records, more]).doubled
    said = f"objectives/{onward.data['ancestor']} goes on in"
    assert any(it.startswith(said) and twin in it for it in doubled)
    assert any(it.startswith(f"objectives/{twin}@1, and 0 was") for it in doubled)


def test_a_decision_that_leads_nowhere_is_found(told: Told) -> None:
    onward = _goes_on(told)
    lost = [it for it in told.records if it.subject != onward.subject]
    rest = told.judged(records=lost)
    name = f"what goes on from objectives/{onward.data['ancestor']}"
    assert name in {it.key for it in rest.differences}
    assert any(it.startswith(f"{onward.subject}@") for it in rest.lost)


def test_a_score_that_nobody_computed_is_found(told: Told) -> None:
    command = _last(told, "put_score")
    newest = _newest(told, command.ids[0])
    own = command.path.split("/")[2]
    goals = [
        {**it, "score": {**it["score"], "computed": 0.123456}} if it["id"] == own else it
        for it in newest.data["key_results"]
    ]
    other = replace(newest, data={**newest.data, "key_results": goals})
    records = [other if it is newest else it for it in told.records]
    found = told.judged(records=records).differences
    assert f"the score of key-results/{own}" in {it.key for it in found}


def test_a_candidacy_that_was_lost_or_is_otherwise_or_twice_is_found(told: Told) -> None:
    name = "okr.candidacies"
    own = _last(told, "accept_candidacy", "decline_candidacy").answer["id"]
    (row,) = (it for it in told.tables[name] if it["id"] == own)
    rest = [it for it in told.tables[name] if it is not row]
    asked = {**row, "state": {**row["state"], "state": "asked"}}
    twin = {**row, "id": str(uuid.uuid4())}

    lost = told.judged(tables={**told.tables, name: rest})
    otherwise = told.judged(tables={**told.tables, name: [*rest, asked]})
    doubled = told.judged(tables={**told.tables, name: [*told.tables[name], twin]})

    assert any(it.startswith(f"candidacies/{own}@") for it in lost.lost)
    assert [(it.table, it.key) for it in otherwise.differences] == [(name, own)]
    assert any(it.startswith(f"candidacies/{twin['id']}@") for it in doubled.doubled)
