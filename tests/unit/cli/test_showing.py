"""What people are shown of goals: their language, their kinds of values, nothing that steers."""

import re
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cli.people.goals import Choosing
from cli.people.showing import GoalsTable, number, percent, print_lines, text
from cli.words import LANGUAGES, Words


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


def shown(
    *key_results: dict[str, Any],
    support: dict[str, int] | None = None,
    width: int = 120,
    language: str = "en",
    **more: Any,
) -> str:
    console = Console(file=StringIO(), width=width, markup=False)
    console.print(GoalsTable([goal_of(*key_results, **more)], Words(language), support))
    return written(console)


def goal_of(*key_results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "0199-00bbbb",
        "title": {"source": "fi", "fi": "Tuki", "sv": "Stödet"},
        "state": "agreed",
        "status": "behind",
        "progress": None,
        "key_results": key_results,
        **more,
    }


def written(console: Console) -> str:
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
    told = shown(first, key_result(confidence=2), language="sv").splitlines()
    assert told[0].split() == ["id", "mål", "siffra", "framme", "läge", "tilltro"]
    assert told[1].split() == ["00bbbb", "Stödet", "efter", "!", "2"]
    assert told[2].split()[:2] == ["000aaa", "Jono"]
    assert "50%" in told[2]
    assert "stöd" not in told[0]


def test_a_proposal_says_that_it_is_one_and_who_is_for_it() -> None:
    told = shown(state="proposed", support={"0199-00bbbb": 3}).splitlines()
    assert told[0].endswith("support")
    assert told[1].split() == ["00bbbb", "Tuki", "proposed", "3"]


def test_words_do_not_steer_a_terminal() -> None:
    said = {"source": "fi", "fi": "Jono\x1b[2J on\n\x07 poissa"}
    assert text(said, "fi") == "Jono [2J on poissa"
    assert "\x1b" not in shown(key_result(title=said))


def test_markup_of_words_is_words() -> None:
    assert "[red]Jono" in shown(key_result(title={"source": "fi", "fi": "[red]Jono"}))


def test_numbers_are_as_people_write_them() -> None:
    assert (number(620.0, "fi", "kpl"), number(0.1, "en")) == ("620 kpl", "0.1")
    assert (number(4.9, "fi", "%"), number(4.9, "sv"), number(None, "fi")) == ("4,9 %", "4,9", "")
    assert (percent(0.555), percent(-0.001), percent(None)) == ("56%", "0%", "")


LONG = "Yli neljätoista päivää odottaneet asumisen tuen hakemukset"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_fits_in_eighty_columns(language: str) -> None:
    """Every column keeps its words; a value stands below its title."""
    row = key_result(
        title={"source": "fi", "fi": LONG}, value=1234.5, target=250.0, unit="hakemusta",
        progress=1.0, status="stale", confidence=3,
    )  # fmt: skip
    told = shown(row, support={"0199-00bbbb": 12}, width=80, language=language)
    assert all(len(line) <= 80 for line in told.splitlines())
    seen = " ".join(told.split())
    assert all(word in seen for word in LONG.split())
    words = Words(language)
    for column in ("goal", "progress", "status", "confidence", "support"):
        assert words(f"column-{column}") in told.splitlines()[0]
    assert words.name("status", "stale") in told
    assert ("1234.5" if language == "en" else "1234,5") + " → 250 hakemusta" in told
    assert "100%" in told
    assert "! 3" in told


def test_no_colour_says_what_words_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    row = key_result(status="at-risk", confidence=2, progress=0.1)
    plain = shown(row)
    assert "at risk" in plain
    assert "! 2" in plain
    coloured = Console(file=StringIO(), width=120, force_terminal=True, color_system="truecolor")
    monkeypatch.setenv("NO_COLOR", "1")
    without = Console(file=StringIO(), width=120, force_terminal=True, color_system="truecolor")
    for console in (coloured, without):
        console.print(GoalsTable([goal_of(row)], Words("en")))
    assert "\x1b[31m" in written(coloured), "red, where colours are wanted"
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", written(without))
    assert re.sub(r"\x1b\[[0-9;]*m", "", written(coloured)) == plain


def test_what_is_piped_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines("x" * 300)
    assert capsys.readouterr().out == "x" * 300 + "\n"


@pytest.mark.parametrize(
    ("count", "told"), [(3, "3 in support"), (None, "for its small team to know")]
)
def test_a_change_says_who_is_for_it_where_that_may_be_told(count: int | None, told: str) -> None:
    goal = {**goal_of(), "pending": {"kind": "drop"}, "agreements": [{"state": "recorded"}]}
    change, waits = Choosing(goal, count).lines(Words("en"))
    assert told in change
    assert "whether to drop it" in change
    assert "`soihtu agree`): Tuki (00bbbb)" in waits
