"""What people are shown of goals: their language, their kinds of values, nothing that steers."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cli.people.showing import goals_table, number, percent, text


def key_result(**more: Any) -> dict[str, Any]:
    known = (
        "title",
        "value",
        "unit",
        "target",
        "low",
        "high",
        "milestones",
        "progress",
        "confidence",
    )
    blank: dict[str, Any] = dict.fromkeys(known)
    return {
        **blank,
        "id": "0199-000aaa",
        "title": {"source": "fi", "fi": "Jono"},
        "kind": "increase",
        "status": "no-value",
        **more,
    }


def shown(*key_results: dict[str, Any], support: dict[str, int] | None = None, **more: Any) -> str:
    goal = {
        "id": "0199-00bbbb",
        "title": {"source": "fi", "fi": "Tuki", "sv": "Stödet"},
        "state": "agreed",
        "status": "behind",
        "progress": None,
        "key_results": key_results,
        **more,
    }
    console = Console(file=StringIO(), width=120, markup=False)
    console.print(goals_table([goal], "sv", support))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ({"value": 3.5, "target": 10.0, "unit": "kpl"}, "3.5 → 10 kpl"),
        ({"value": None, "target": 10.0}, "– → 10"),
        ({"kind": "maintain", "value": 4.0, "low": 3.0, "high": 5.0, "unit": "%"}, "4 → 3..5 %"),
        ({"kind": "binary", "value": 1.0}, "yes"),
        ({"kind": "binary", "value": 0.0}, "no"),
        ({"kind": "milestones", "milestones": [{"done": True}, {"done": None}]}, "1 of 2"),
    ],
)
def test_each_kind_shows_where_it_is(said: dict[str, Any], seen: str) -> None:
    assert seen in shown(key_result(**said))


def test_a_goal_is_shown_in_the_readers_language_above_its_key_results() -> None:
    first = key_result(confidence=7, progress=0.5)
    told = shown(first, key_result(confidence=2)).splitlines()
    assert told[1].split() == ["00bbbb", "Stödet", "behind", "2"]
    assert told[2].split()[:2] == ["000aaa", "Jono"]
    assert "50%" in told[2]
    assert "support" not in told[0]


def test_a_proposal_says_that_it_is_one_and_who_is_for_it() -> None:
    told = shown(state="proposed", support={"0199-00bbbb": 3}).splitlines()
    assert told[0].endswith("support")
    assert told[1].split() == ["00bbbb", "Stödet", "proposed", "3"]


def test_words_do_not_steer_a_terminal() -> None:
    said = {"source": "fi", "fi": "Jono\x1b[2J on\n\x07 poissa"}
    assert text(said, "fi") == "Jono [2J on poissa"
    assert "\x1b" not in shown(key_result(title=said))


def test_markup_of_words_is_words() -> None:
    assert "[red]Jono" in shown(key_result(title={"source": "fi", "fi": "[red]Jono"}))


def test_numbers_are_as_people_write_them() -> None:
    assert (number(620.0, "kpl"), number(0.1), number(None, "kpl")) == ("620 kpl", "0.1", "")
    assert (percent(0.555), percent(-0.001), percent(None)) == ("56%", "0%", "")
