"""A goal in a file, as people write it, and what options add to it."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from cli.people.drafts import FIELDS, draft, read, with_options
from cli.words import Problem
from services.okr.objectives.stated import ObjectiveDraft
from tests.architecture.tree import ROOT

FILE = """
title: Asumisen hakemus ei jää odottamaan
benefit: {fi: Päätös tulee ajallaan., en: The decision comes in time.}
ambition: committed
serves: [Ajallaan, Raha on tilillä]
key_results:
  - "decrease: Odottavat: 620 -> 250 kpl | weight 2"
  - title: Oikaisut
    kind: decrease
    baseline: "?"
    target: 3
    phases: [{day: 2026-10-31, share: 0.4}]
  - title: Liiteohje
    kind: milestones
    milestones: [luonnos, {title: käytössä, weight: 2}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "goal.yaml"


def test_a_file_is_made_into_what_the_api_takes(file: Path) -> None:
    file.write_text(FILE, encoding="utf-8")
    body = draft(read(str(file)), "fi")
    ids = dict.fromkeys(("cycle", "owner_team", "responsible_team"), str(UUID(int=1)))
    stated = ObjectiveDraft.model_validate_json(json.dumps({**body, **ids}))
    assert (stated.title.fi, stated.ambition) == (
        "Asumisen hakemus ei jää odottamaan", "committed",
    )  # fmt: skip
    assert stated.benefit is not None
    assert (stated.benefit.source, stated.benefit.en) == ("fi", "The decision comes in time.")
    waiting, corrections, guide = stated.key_results
    assert (waiting.baseline, waiting.target, waiting.weight) == (620, 250, 2)
    assert corrections.baseline is None
    assert corrections.phases is not None
    assert corrections.phases[0].day.isoformat() == "2026-10-31"
    assert guide.milestones is not None
    assert [(it.title.fi, it.weight) for it in guide.milestones] == [
        ("luonnos", 1), ("käytössä", 2),
    ]  # fmt: skip


def test_json_does_as_well_and_options_add_to_it(file: Path) -> None:
    file.write_text(json.dumps({"title": "Yksi", "serves": "Ajallaan", "benefit": "Hyöty"}))
    options = {"title": "Toinen", "benefit": None, "serves": ["V4"], "key_results": []}
    assert with_options(read(str(file)), options) == {
        "title": "Toinen", "benefit": "Hyöty", "serves": ["Ajallaan", "V4"], "key_results": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "code"),
    [("- a", "no-goal-in-file"), ("titel: x", "unknown-field"), ("title: [", "no-yaml"),
     ("{title: x, language: de}", "no-language")],
)  # fmt: skip
def test_what_is_no_goal_is_told(file: Path, written: str, code: str) -> None:
    file.write_text(written)
    with pytest.raises(Problem) as told:
        read(str(file))
    assert told.value.code == code


def test_a_file_that_is_not_there_and_a_goal_without_title(tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        read(str(tmp_path / "away.yaml"))
    assert told.value.code == "no-file"
    with pytest.raises(Problem) as untitled:
        draft({"benefit": "Hyöty"}, "fi")
    assert untitled.value.code == "title-missing"


def test_the_page_names_every_field_and_its_example_is_read(file: Path) -> None:
    page = (ROOT / "docs" / "terminal.md").read_text("utf-8")
    assert all(f"`{name}`" in page for name in FIELDS)
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    assert draft(read(str(file)), "fi")["key_results"]
