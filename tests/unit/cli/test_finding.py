"""What people call a goal: its id, how it begins or ends, words of its title in any language."""

from typing import Any

import pytest

from cli.people.finding import pick, short
from cli.words import Problem, Words
from local.problems import LocalProblem

HOUSING = "01931e00-0000-7000-8000-0000000aaaa1"
PAYMENTS = "01931e00-0000-7000-8000-0000000bbbb2"
ITEMS: list[dict[str, Any]] = [
    {"id": HOUSING, "title": {"source": "fi", "fi": "Asumisen hakemus", "en": "Housing"}},
    {"id": PAYMENTS, "title": {"source": "fi", "fi": "Maksu ja hakemus"}},
    {"id": "01931f11-0000-7000-8000-0000000cccc3", "title": {"source": "sv", "sv": "Maksu"}},
]


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (HOUSING, HOUSING),
        (short(PAYMENTS), PAYMENTS),
        ("01931f", "01931f11-0000-7000-8000-0000000cccc3"),
        ("asumisen", HOUSING),
        ("  ASUMISEN   hakemus ", HOUSING),
        ("housing", HOUSING),
        ("maksu", "01931f11-0000-7000-8000-0000000cccc3"),  # the whole title, before parts
        ("maksu ja", PAYMENTS),
    ],
)
def test_one_is_meant(said: str, means: str) -> None:
    assert pick(ITEMS, said, "goal", "fi")["id"] == means


def test_several_are_listed() -> None:
    with pytest.raises(LocalProblem, match=r"Asumisen hakemus \(0aaaa1\), Maksu ja hakemus"):
        pick(ITEMS, "hakemus", "goal", "fi")


@pytest.mark.parametrize("said", ["eläke", "019", "aa1"])
def test_none_is_told_with_those_that_there_are(said: str) -> None:
    with pytest.raises(LocalProblem, match=r"There is no goal .* choose of these: Housing "):
        pick(ITEMS, said, "goal", "en")


def test_of_many_some_are_listed() -> None:
    many = [{"id": f"{n:08}", "title": {"source": "fi", "fi": f"goal {n}"}} for n in range(100)]
    with pytest.raises(LocalProblem, match="and 88 more"):
        pick(many, "goal", "goal", "en")


def test_none_of_none_is_told_where_to_look() -> None:
    with pytest.raises(Problem) as told:
        pick([], "jono", "key-result", "fi")
    assert "--" not in Words("fi").told(told.value)
    assert "avaintulosta ”jono”" in Words("fi").told(told.value)


def test_a_part_is_listed_with_what_it_is_of() -> None:
    parts = [{**one, "of": {"source": "fi", "fi": f"Tavoite {n}"}} for n, one in enumerate(ITEMS)]
    with pytest.raises(LocalProblem, match=r"Maksu ja hakemus, Tavoite 1 \(0bbbb2\)"):
        pick(parts, "hakemus", "key-result", "fi")
