"""`soihtu clock`: ahead alone, and only where it is said that time may be moved."""

from datetime import timedelta
from pathlib import Path

import pytest

from cli.clock import clock, duration
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


def test_it_says_what_time_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    clock(None)
    assert capsys.readouterr().out.endswith("UTC, 0:00:00 ahead of the true time\n")
