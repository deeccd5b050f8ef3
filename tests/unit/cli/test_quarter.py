"""A generated quarter: the same for a seed, whole, and what it says of its own links is so."""

from collections import Counter
from datetime import date

import pytest

from cli.demo.large.quarter import Quarter, Shape, quarter
from cli.importing.neutral import complaints, levels, objectives_above
from services.okr.objectives.stated import KeyResultDraft

START = date(2019, 4, 1)
KINDS = {"increase", "decrease", "maintain", "milestones", "binary", "zones"}


@pytest.fixture(scope="module", params=[1, 2, 3])
def made(request: pytest.FixtureRequest) -> Quarter:
    return quarter(request.param, START)


def test_it_is_large_deep_and_of_all_sorts(made: Quarter) -> None:
    file = made.file
    assert list(complaints(file)) == []
    assert (len(file.units), len(file.teams), len(file.objectives)) == (26, 73, 271)
    assert len(list(levels(objectives_above(file)))) == 5
    assert Counter(unit.kind for unit in file.units) == {
        "division": 2, "department": 6, "unit": 18,
    }  # fmt: skip
    assert {goal.kind for goal in file.key_results} == KINDS
    assert {goal.weight for goal in file.key_results} >= {None, 2, 3}
    assert any(goal.phases for goal in file.key_results)
    assert any(one.contributes_to_key_results for one in file.objectives)
    assert all(one.benefit for one in file.objectives)


def test_each_key_result_is_one_that_people_could_state(made: Quarter) -> None:
    for goal in made.file.key_results:
        said = goal.model_dump(
            exclude={"key", "objective", "title", "score", "score_reason"}, exclude_none=True
        )
        for step in said.get("milestones", ()):
            step["title"] = {"source": "fi", "fi": "Askel"}
        KeyResultDraft.model_validate({**said, "title": {"source": "fi", "fi": "Mitta"}})


def test_what_leads_to_no_pillar_is_known(made: Quarter) -> None:
    above = objectives_above(made.file)
    leads = {one.key for one in made.file.objectives if one.serves}
    for level in levels(above):
        leads |= {key for key in level if leads & set(above[key])}
    assert made.lone == above.keys() - leads != set()


def test_none_but_the_twins_are_called_the_same(made: Quarter) -> None:
    titles = {one.key: str(one.title) for one in made.file.objectives}
    teams = {one.key: one.owner for one in made.file.objectives}
    shared = [title for title, many in Counter(titles.values()).items() if many > 1]
    found = {frozenset(key for key in titles if titles[key] == title) for title in shared}
    assert found == made.twins
    assert all(len(pair) == len({teams[key] for key in pair}) == 2 for pair in found)
    assert len(found) == Shape().twins


def test_a_seed_gives_the_same_file_and_another_another() -> None:
    first = quarter(1, START)
    assert first == quarter(1, START)
    assert first.file != quarter(4, START).file


def test_more_goals_than_there_are_titles_are_refused() -> None:
    with pytest.raises(ValueError, match="no titles for so many"):
        quarter(1, START, Shape(divisions=3))
