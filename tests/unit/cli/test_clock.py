"""`soihtu clock`: ahead alone, and only where it is said that time may be moved."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.clock import clock, duration, passed_over
from local.problems import LocalProblem


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOIHTU_HOME", str(tmp_path))
    monkeypatch.delenv("SOIHTU_LOCAL", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("+3d", timedelta(days=3)),
        ("+2w", timedelta(weeks=2)),
        ("+1d12h", timedelta(hours=36)),
        ("+90m", timedelta(minutes=90)),
    ],
)
def test_a_duration_is_understood(said: str, means: timedelta) -> None:
    assert duration(said) == means


@pytest.mark.parametrize("said", ["3d", "-3d", "+", "+3", "+3y", "+d", "+3d ", "+-3d"])
def test_what_is_not_ahead_is_refused(said: str) -> None:
    with pytest.raises(LocalProblem, match="moves ahead alone"):
        duration(said)


def test_time_is_not_moved_unless_it_is_said_that_it_may(home: Path) -> None:
    with pytest.raises(LocalProblem, match="SOIHTU_LOCAL=1"):
        clock("+3d")
    assert not (home / "clock").exists()


def test_moves_add_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOIHTU_LOCAL", "1")
    clock("+3d")
    clock("+1h")
    assert (home / "clock").read_text() == str(3 * 86_400 + 3_600)


ZONE = ZoneInfo("Europe/Helsinki")
WEDNESDAY = datetime(2026, 11, 18, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "noons"),
    [
        (timedelta(days=2), []),  # Friday noon itself
        (timedelta(days=3, seconds=-1), []),
        (timedelta(days=3), ["due on 2026-11-20 12:00"]),
        (timedelta(days=5), ["due on 2026-11-20 12:00"]),
        (timedelta(days=6), ["due on 2026-11-20 12:00", "missed on 2026-11-23 12:00"]),
    ],
)
def test_noons_that_a_jump_leaves_over_a_day_behind_are_passed_over(
    by: timedelta, noons: list[str]
) -> None:
    assert list(passed_over(WEDNESDAY, WEDNESDAY + by, ZONE)) == noons


def test_what_was_passed_before_is_not_passed_again() -> None:
    saturday = WEDNESDAY + timedelta(days=3)
    assert list(passed_over(saturday, saturday + timedelta(days=3), ZONE)) == [
        "missed on 2026-11-23 12:00"
    ]


def test_it_says_what_a_jump_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOIHTU_LOCAL", "1")
    clock("+9d")
    told = capsys.readouterr().out
    assert "nobody is told that check-ins were " in told
    assert "due on " in told


def test_it_says_what_time_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    clock(None)
    assert capsys.readouterr().out.endswith("UTC, 0:00:00 ahead of the true time\n")
