"""The agency's clock: ahead as its file says, never back, and refused where it is no local run."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis import clock
from chassis.settings import Settings
from local.files import write_private


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    clock.follow(tmp_path / "clock")
    yield tmp_path / "clock"
    clock.follow(None)


def ahead() -> timedelta:
    return clock.now() - clock.true_now()


def near(found: timedelta, wanted: timedelta) -> bool:
    return abs(found - wanted) < timedelta(minutes=1)


def test_without_a_file_it_is_the_true_time(file: Path) -> None:
    assert not file.exists()
    assert near(ahead(), timedelta())


def test_it_is_ahead_as_the_file_says_whenever_that_changes(file: Path) -> None:
    for days in (3, 10):
        write_private(file, str(days * 86_400))
        assert near(ahead(), timedelta(days=days))


def test_it_never_goes_back(file: Path) -> None:
    write_private(file, "86400")
    assert near(ahead(), timedelta(days=1))
    write_private(file, "0")
    assert near(ahead(), timedelta(days=1))
    file.unlink()
    assert near(ahead(), timedelta(days=1))


def test_the_day_is_that_of_the_moved_clock(file: Path) -> None:
    before = clock.today("Europe/Helsinki")
    write_private(file, str(7 * 86_400))
    assert timedelta(days=7) <= clock.today("Europe/Helsinki") - before <= timedelta(days=8)


def test_it_is_refused_outside_of_a_local_run(tmp_path: Path) -> None:
    given = {"kafka": "k:1", "postgres": "postgresql://x", "clock": str(tmp_path / "clock")}
    with pytest.raises(ValidationError, match="SOIHTU_LOCAL=1"):
        Settings.model_validate(given)
    assert Settings.model_validate({**given, "local": True}).clock == tmp_path / "clock"
