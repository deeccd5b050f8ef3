"""Key results in a line: each kind as people write it, and what can't be read."""

from typing import Any

import pytest

from cli.people.stating import FORMS, MORE, key_result
from local.problems import LocalProblem
from services.okr.objectives.stated import KeyResultDraft

JONO = {"title": {"source": "fi", "fi": "Jono"}}


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (
            "increase: Jono: 3 -> 10 kpl",
            {"kind": "increase", **JONO, "baseline": 3.0, "target": 10.0, "unit": "kpl"},
        ),
        (
            "decrease:Jono:620->2,5 yli 14 pv",
            {"kind": "decrease", **JONO, "baseline": 620.0, "target": 2.5, "unit": "yli 14 pv"},
        ),
        (
            "increase: Jono: 40 → 55.5%",
            {"kind": "increase", **JONO, "baseline": 40.0, "target": 55.5, "unit": "%"},
        ),
        ("increase: Jono: ? -> 10", {"kind": "increase", **JONO, "target": 10.0}),
        ("decrease: Jono: 3 -> -2", {"kind": "decrease", **JONO, "baseline": 3.0, "target": -2.0}),
        (
            "maintain: Jono: 3..5 ±2 kpl",
            {"kind": "maintain", **JONO, "low": 3.0, "high": 5.0, "tolerance": 2.0, "unit": "kpl"},
        ),
        ("maintain: Jono: 2,5 .. 5", {"kind": "maintain", **JONO, "low": 2.5, "high": 5.0}),
        (
            "zones: Jono: 0 -> 10 / 15 / 20 kpl",
            {
                "kind": "zones",
                **JONO,
                "baseline": 0.0,
                "commit": 10.0,
                "target": 15.0,
                "stretch": 20.0,
                "unit": "kpl",
            },
        ),
        ("binary: Jono", {"kind": "binary", **JONO}),
        (
            "milestones: Jono: suunnitelma; kokeilu *2; käytössä",
            {
                "kind": "milestones",
                **JONO,
                "milestones": [
                    {"id": "1", "title": {"source": "fi", "fi": "suunnitelma"}},
                    {"id": "2", "title": {"source": "fi", "fi": "kokeilu"}, "weight": 2.0},
                    {"id": "3", "title": {"source": "fi", "fi": "käytössä"}},
                ],
            },
        ),
    ],
)
def test_a_key_result_is_read(said: str, means: dict[str, Any]) -> None:
    assert key_result(said, "fi") == means


def test_a_title_may_hold_a_colon() -> None:
    read = key_result("increase: Verkossa: hakemukset: 3 -> 10", "sv")
    assert read["title"] == {"source": "sv", "sv": "Verkossa: hakemukset"}


@pytest.mark.parametrize(
    "said", ["increase: Jono: 3 -> 10 kpl", "maintain: Jono: 3..5 ±2", "binary: Jono",
             "milestones: Jono: a; b *2", "zones: Jono: 0 -> 10 / 15 / 20 kpl",
     "decrease: Jono: ? -> 250", "zones: Jono: 10 / 15 / 20"],
)  # fmt: skip
def test_what_is_read_is_what_the_api_takes(said: str) -> None:
    KeyResultDraft.model_validate(key_result(said, "fi"))


@pytest.mark.parametrize("kind", FORMS)
def test_each_form_that_is_told_can_be_read(kind: str) -> None:
    assert key_result(FORMS[kind], "en")["kind"] == kind


@pytest.mark.parametrize("kind", ["increase", "maintain", "zones", "milestones", "binary"])
def test_what_is_cut_short_says_how_it_is_written(kind: str) -> None:
    with pytest.raises(LocalProblem) as told:
        key_result(f"{kind}:", "fi")
    assert FORMS[kind] in str(told.value)


@pytest.mark.parametrize("said", ["", "Jono", "increse: Jono: 3 -> 10", "3 -> 10"])
def test_what_names_no_kind_is_told_all_of_them(said: str) -> None:
    with pytest.raises(LocalProblem) as told:
        key_result(said, "fi")
    assert all(form in str(told.value) for form in FORMS.values())


def test_more_is_said_of_a_key_result_after_bars() -> None:
    said = (
        "decrease: Jono: ? -> 250 kpl | weight 2,5 | committed | better: mitä vähemmän, sen parempi"
        " | by 2026-10-31: 40% | by 2026-11-30 75 % | note: Mitataan lokakuussa."
    )
    read = key_result(said, "fi")
    assert read == {
        "kind": "decrease", **JONO, "target": 250.0, "unit": "kpl", "weight": 2.5,
        "ambition": "committed", "direction": "mitä vähemmän, sen parempi",
        "phases": [{"day": "2026-10-31", "share": 0.4}, {"day": "2026-11-30", "share": 0.75}],
        "note": "Mitataan lokakuussa.",
    }  # fmt: skip
    KeyResultDraft.model_validate(read)
    assert key_result("binary: Ohje | team: Kide | aspirational", "fi") == {
        "kind": "binary", "title": {"source": "fi", "fi": "Ohje"}, "team": "Kide",
        "ambition": "aspirational",
    }  # fmt: skip


def test_each_thing_that_may_be_said_besides_can_be_read() -> None:
    assert set(key_result(f"binary: Ohje | {MORE}", "fi")) == {
        "kind", "title", "weight", "ambition", "direction", "phases", "team", "note",
    }  # fmt: skip


@pytest.mark.parametrize("more", ["weight much", "by October 40%", "better:", "perhaps"])
def test_what_can_not_be_said_besides_is_told_with_what_can(more: str) -> None:
    with pytest.raises(LocalProblem) as told:
        key_result(f"binary: Ohje | {more}", "fi")
    assert more in str(told.value)
    assert MORE in str(told.value)
