"""GitLab's quarter becomes objectives, key results and check-ins by the rule of the format."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cli.importing.gitlab import OWN, convert
from cli.importing.keys import LONGEST
from cli.importing.neutral import complaints, levels, objectives_above

CYCLE = {"name": "2018-Q3", "start": "2018-07-01", "end": "2018-09-30"}


def quarter(*objectives: Any, **more: Any) -> dict[str, Any]:
    return {"cycle": CYCLE, "objectives": list(objectives), **more}


def node(owner: str, title: str, *children: Any, **more: Any) -> dict[str, Any]:
    return {"owner": owner, "title": title, "children": list(children), **more}


def test_a_tree_becomes_goals_that_contribute_upwards() -> None:
    converted = convert(
        quarter(
            node(
                "CEO",
                "Grow",
                node("VPE", "Hire", node("UX", "Two people", progress=1.02, result="2 (102%)")),
                node("CMO", "Pipeline", progress=None, result="not measured"),
            )
        )
    )
    file = converted.file
    top, hire = file.objectives
    assert (top.key, top.owner, top.contributes_to) == ("2018-q3/ceo:grow", "ceo", ())
    assert (hire.contributes_to, hire.contributing_teams) == ((top.key,), ("ux",))
    people, pipeline = file.key_results
    assert (people.objective, people.team, people.note) == (hire.key, "ux", None)
    assert (people.kind, people.baseline, people.target) == ("increase", 0, 1)
    assert (people.score, pipeline.score) == (1.0, None)
    assert (pipeline.objective, pipeline.note) == (top.key, "not measured")
    assert top.contributing_teams == ("cmo",)
    (said,) = file.check_ins
    assert (said.value, said.words, said.confidence) == (1.02, "2 (102%)", None)
    assert (said.date.isoformat(), said.key_result) == ("2018-09-30", people.key)
    assert [team.name for team in file.teams] == ["CEO", "VPE", "UX", "CMO"]
    assert not converted.refusals


def test_an_objective_with_progress_has_a_key_result_of_its_own() -> None:
    file = convert(quarter(node("A", "Top", node("B", "leaf"), progress=0.5, result="half"))).file
    assert [goal.key for goal in file.key_results] == [
        f"2018-q3/a:top{OWN}",
        "2018-q3/a:top/b:leaf",
    ]
    own = file.key_results[0]
    assert (own.title, own.team, own.objective) == ("Top", "a", "2018-q3/a:top")
    assert (file.check_ins[0].key, file.check_ins[0].words) == (own.key, "half")
    assert file.objectives[0].note is None


def test_what_was_said_of_an_objective_without_progress_is_its_note() -> None:
    file = convert(quarter(node("A", "Top", node("B", "leaf"), result="going on"))).file
    assert (file.objectives[0].note, file.key_results[0].note) == ("going on", None)


def test_nodes_without_a_title_are_called_by_their_owner_and_the_title_above() -> None:
    file = convert(
        quarter(node("CEO", "Ready", node("UX", "", node("Research", "  ", node("X", "leaf")))))
    ).file
    assert [one.title for one in file.objectives] == ["Ready", "UX: Ready", "Research: UX: Ready"]


def test_equal_lines_are_told_apart_by_their_order() -> None:
    lines = [node("A", "Same!"), node("A", "same"), node("B", "Same"), node("a", "Same")]
    keys = [goal.key for goal in convert(quarter(node("T", "t", *lines))).file.key_results]
    assert keys == [f"2018-q3/t:t/{end}" for end in ("a:same", "a:same~2", "b:same", "a:same~3")]


def test_names_whose_slugs_are_equal_stay_different_teams() -> None:
    names = ["Å", "A", "C", "C++", "C#", "CI/CD", "営業", "★"]
    teams = convert(quarter(*[node(name, "t") for name in names])).file.teams
    assert [team.name for team in teams] == names
    again = convert(quarter(node("C#", "other"))).file.teams
    assert again[0] == teams[4]


def test_fields_that_are_absent_are_just_not_there() -> None:
    file = convert(quarter({"owner": "A"}, {"owner": "B", "children": [{"owner": "C"}]})).file
    assert [one.title for one in file.objectives] == ["A", "B"]
    assert file.key_results[0].title == "C: B"


def test_a_node_that_can_not_be_read_is_refused_with_its_place_and_all_below() -> None:
    bad = [
        node(" ", "no owner", node("A", "a", node("B", "b"))),
        node("C", "c", progress="70%"),
        "text",
        node("D", "d", progress=True),
    ]
    converted = convert(quarter(*bad, node("E", "good", node("F", "f", progress=0))))
    assert [(one.key, one.why) for one in converted.refusals] == [
        ("objectives/0", "it has no owner; the 2 below it are left out too"),
        ("objectives/1", "its progress is not a number"),
        ("objectives/2", "it is not an object with owner and title"),
        ("objectives/3", "its progress is not a number"),
    ]
    assert [one.title for one in converted.file.objectives] == ["good"]
    assert converted.file.check_ins[0].value == 0


def test_learnings_are_counted_and_left_for_later() -> None:
    retros = [{"team": "A", "good": ["x", "y"], "bad": ["z"]}, {"team": "B", "try": ["w"]}]
    assert convert(quarter(retros=retros)).file.not_yet_imported.model_dump() == {
        "learnings": 4,
        "retros": 2,
    }


def test_a_tree_may_be_of_any_depth() -> None:
    deep = node("A", "leaf", progress=1)
    for number in range(3000):
        deep = node(f"T{number % 5}", f"title {number}", deep)
    file = convert(quarter(deep)).file
    assert len(file.objectives) == len({one.key for one in file.objectives}) == 3000
    assert max(len(one.key.encode()) for one in file.objectives) <= LONGEST
    assert len(list(levels(objectives_above(file)))) == 3000


NODES = st.recursive(
    st.fixed_dictionaries(
        {"owner": st.sampled_from(["A", "å", "B/C", "営"]), "title": st.text(max_size=4)},
        optional={"progress": st.none() | st.floats(-2, 2)},
    ),
    lambda below: st.builds(
        lambda children, owner, title: {"owner": owner, "title": title, "children": children},
        st.lists(below, max_size=4),
        st.sampled_from(["A", "X"]),
        st.text(max_size=3),
    ),
    max_leaves=25,
)


@given(st.lists(NODES, max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_tree_becomes_a_file_without_complaints(tree: list[Any]) -> None:
    converted = convert(quarter(*tree))
    assert not list(complaints(converted.file))
    assert not converted.refusals
    objectives, key_results, check_ins = counted(tree)
    assert len(converted.file.objectives) == objectives
    assert len(converted.file.key_results) == key_results
    assert len(converted.file.check_ins) == check_ins
    assert convert(quarter(*tree)) == converted


def counted(nodes: list[Any], top: bool = True) -> tuple[int, int, int]:
    """Objectives, key results and check-ins by the rule, in its own words."""
    totals = [0, 0, 0]
    for one in nodes:
        children = one.get("children") or []
        has_progress = one.get("progress") is not None
        is_objective = bool(children) or top
        totals[0] += is_objective
        totals[1] += has_progress if is_objective else 1
        totals[2] += has_progress
        totals = [a + b for a, b in zip(totals, counted(children, False), strict=True)]
    return totals[0], totals[1], totals[2]
