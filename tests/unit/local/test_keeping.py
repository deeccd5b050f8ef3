"""How long what exits waits before it is started again."""

from local.keeping import delay_after


def test_the_first_exit_waits_half_a_second() -> None:
    assert delay_after(1) == 0.5


def test_each_exit_doubles_the_wait() -> None:
    assert [delay_after(exits) for exits in range(2, 6)] == [1.0, 2.0, 4.0, 8.0]


def test_no_wait_is_longer_than_half_a_minute() -> None:
    assert delay_after(7) == 30.0
    assert delay_after(1000) == 30.0
