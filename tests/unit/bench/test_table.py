"""What the bench's table says of its measures."""

from bench.table import Row, at_least, at_most


def test_a_ratio_is_of_each_repeat_and_judged_by_its_median() -> None:
    row = Row("relay", "/s", [80.0, 30.0, 90.0], "bare", [100.0, 100.0, 100.0], at_least(0.8))
    assert row.judged == [0.8, 0.3, 0.9]
    assert row.verdict == "met"
    assert row.cells()[4:7] == ["0.8", "0.3 to 0.9", "3"]


def test_what_stands_alone_is_judged_itself() -> None:
    assert Row("ready", "s", [19.0, 21.0, 22.0], aim=at_most(20)).verdict == "MISSED"
    assert Row("ready", "s", [19.0]).verdict == ""
