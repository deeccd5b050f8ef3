"""Events and goals are told to people in lines and trees, whatever a record or name holds."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import UUID

from confluent_kafka import Message
from rich.console import Console

from chassis.cloudevents import to_headers
from cli.events import is_of, json_line, line
from cli.tree import trees
from contracts.envelope import Envelope

ENVELOPE = Envelope(
    id=UUID(int=1),
    source="/agencies/demo/okr",
    type="fi.soihtu.open.objective-changed.v1",
    subject="objectives/o",
    time=datetime(2026, 1, 5, 12, 30, 1, tzinfo=UTC),
    key="o",
    dataschema="urn:x",
    sequence=3,
    origin="import",
    correlationid="c",
    traceparent="t",
)


def record(value: bytes | None, **headers: bytes) -> Message:
    said: list[tuple[str, str | bytes | None]] = [*headers.items()]
    return Message(topic="t", partition=1, offset=7, key=b"o", value=value, headers=said)


def event(**data: Any) -> Message:
    headers = {name: text.encode() for name, text in to_headers(ENVELOPE).items()}
    return record(json.dumps(data).encode(), **headers)


def test_a_line_says_what_happened() -> None:
    told = line(
        event(
            change="agreed", title={"source": "fi", "fi": "Ehtii\x1b[31m\nperille"}, state="agreed"
        )
    )
    assert "open.objective-changed  objectives/o@3  agreed  " in told
    assert told.endswith("  Ehtii [31m perille · state agreed · (import)")


def test_numbers_and_what_does_not_count_are_told() -> None:
    told = line(event(change="recorded", value=4.5, progress=0.25, objective="o", counted=True))
    assert "value 4.5 · progress 25% · of o" in told
    assert "not counted: place-closed" in line(event(counted=False, reason="place-closed"))


def test_nothing_and_a_hair_less_than_nothing_are_numbers() -> None:
    told = line(event(change="recorded", value=0.0, progress=-0.0004))
    assert "  value 0.0 · progress 0% · (import)" in told
    assert "┄ 0%" in shown(overview(unit("a", None, progress=-0.0004)))


def test_foreign_records_are_survived() -> None:
    for foreign in (record(b"\xff"), record(None), record(b"{}", ce_id=b"\xff"), record(b"[1]")):
        assert "no event of ours" in line(foreign)
        assert json.loads(json_line(foreign))["offset"] == 7
    strange = {name: text.encode() for name, text in to_headers(ENVELOPE).items()}
    assert "objectives/o@3" in line(record(b"[1]", **strange))
    assert json.loads(json_line(record(b"\xff")))["text"] == "\ufffd"


def test_a_type_may_be_said_short_or_in_full() -> None:
    one = event()
    assert is_of(one, [])
    assert is_of(one, ["objective-changed"])
    assert is_of(one, ["x", "open.objective-changed"])
    assert is_of(one, ["fi.soihtu.open.objective-changed.v1"])
    assert not is_of(one, ["check-in-recorded"])
    assert not is_of(record(b"{}"), ["objective-changed"])


def unit(id_: str, parent: str | None, **more: Any) -> dict[str, Any]:
    return {
        "id": id_, "parent": parent, "name": {"source": "fi", "fi": f"[red]{id_}[/]"},
        "objectives": 1, "progress": 0.5, "key_results": 2, "key_results_with_value": 1,
        "lowest_confidence": 3, "low_confidence": 1, "stale": 1, **more,
    }  # fmt: skip


def overview(*units: dict[str, Any]) -> dict[str, Any]:
    goal = {
        "title": {"source": "sv", "sv": "Mål"}, "owner": {"id": units[-1]["id"]},
        "progress": None, "status": "no-value", "ancestor": None,
    }  # fmt: skip
    cycle = {"name": {"source": "fi", "fi": "T"}, "start": "2026-01-01", "end": "2026-04-30"}
    return {"cycle": cycle, "units": list(units), "objectives": [goal]}


def shown(told: dict[str, Any], **more: Any) -> str:
    console = Console(file=StringIO(), width=200, color_system=None)
    for top in trees(told, **more):
        console.print(top)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_the_tree_shows_units_goals_and_what_is_wrong() -> None:
    told = shown(overview(unit("a", None), unit("b", "a")))
    assert "[red]a[/]  ━━━━━┄┄┄┄┄ 50%  1/2 have a value  lowest confidence 3" in told
    assert "1 unlikely  1 stale" in told
    assert "▸ Mål  no value yet  no-value\n" in told
    goes_on = overview(unit("a", None))
    goes_on["objectives"][0]["ancestor"] = {"id": "o", "title": None}
    assert "no-value  goes on from an earlier cycle" in shown(goes_on)


def test_units_without_goals_are_left_out_unless_asked_for() -> None:
    empty = unit("e", "a", objectives=0, progress=None, key_results=0)
    told = overview(unit("a", None), empty, unit("b", "a"))
    assert "[red]e[/]" not in shown(told)
    assert "[red]e[/]" in shown(told, whole=True)


def test_a_tree_may_be_deep() -> None:
    units = [unit("0", None), *(unit(str(n), str(n - 1)) for n in range(1, 30))]
    assert shown(overview(*units)).count("━") == 30 * 5


def test_without_a_running_system_each_command_is_one_sentence(tmp_path: Any) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOIHTU_")}
    for command in (["tree"], ["tail"], ["import", __file__, "--under", "x"]):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from cli.main import main; sys.exit(main())",
                *command,
            ],
            env={**kept, "SOIHTU_HOME": str(tmp_path), "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
