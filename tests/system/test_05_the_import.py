"""A real quarter comes in through the public APIs, twice; others of its shape do too."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from cli.demo.large.quarter import Quarter, quarter
from cli.importing.gitlab import convert
from cli.importing.neutral import ImportFile, Objective, Said, objectives_above
from local.addresses import ROOT
from local.graph import SERVICE_NAMES
from local.throwaway import ThrowAwayParts
from tests.operators import Operator
from tests.system.agency import Agency


def soihtu(agency: Agency, *arguments: str) -> "subprocess.CompletedProcess[str]":
    running = agency.system.running
    reached = {
        **os.environ,
        "SOIHTU_ISSUER": running.issuer,
        **{f"SOIHTU_{name.upper()}_URL": url for name, url in running.apis.items()},
    }
    return subprocess.run(
        [str(Path(sys.executable).with_name("soihtu")), *arguments],
        cwd=ROOT,
        env=reached,
        capture_output=True,
        text=True,
        check=False,
    )


def run_import(agency: Agency, file: Path, under: str) -> Any:
    done = soihtu(agency, "import", str(file), "--under", under, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def outcome(created: int = 0, unchanged: int = 0, changed: int = 0) -> dict[str, int]:
    return {"created": created, "changed": changed, "unchanged": unchanged, "refused": 0}


def test_the_real_quarter_comes_in_once(agency: Agency, real_quarter: Path) -> None:
    first = run_import(agency, real_quarter, "gitlab")
    assert first["objectives"] == outcome(created=39)
    assert first["key_results"] == outcome(created=134)
    assert first["check_ins"] == outcome(created=65)
    assert first["scores"] == outcome(created=65)
    assert first["teams"] == outcome(created=53)
    assert first["refusals"] == []
    assert first["not_yet_imported"] == {"learnings": 238, "retros": 23}

    second = run_import(agency, real_quarter, "gitlab")
    assert second["objectives"] == outcome(unchanged=39)
    assert second["key_results"] == outcome(unchanged=134)
    assert second["check_ins"] == outcome(unchanged=65)
    assert second["scores"] == outcome(unchanged=65)
    assert second["teams"] == outcome(unchanged=53)

    cycles = agency.do("admin", "GET", "okr", "/cycles?limit=200")["items"]
    cycle = next(it["id"] for it in cycles if it["start"] == "2018-07-01")
    agency.reached = {}
    overview = agency.do("admin", "GET", "reporting", f"/overview?cycle={cycle}")
    assert len(overview["objectives"]) == 39
    root = overview["units"][0]
    assert (root["key_results"], root["key_results_with_value"]) == (134, 65)
    kept = [
        goal["unclamped"]
        for team in overview["units"]
        if team["kind"] == "team"
        for objective in agency.do(
            "admin", "GET", "reporting", f"/teams/{team['id']}/board?cycle={cycle}"
        )["objectives"]
        for goal in objective["key_results"]
        if (goal["unclamped"] or 0) > 1
    ]
    assert 1.02 in kept
    scored = [
        agency.do("admin", "GET", "okr", f"/objectives/{objective['id']}/scores")
        for objective in overview["objectives"]
    ]
    final = [it for one in scored for it in one["key_results"] if it["agreed"] is not None]
    assert len(final) == 65
    assert all(abs(it["agreed"] - it["computed"]) < 0.006 for it in final)
    assert {one["band"] for one in scored} == {None, "low", "middle", "high"}
    _expect_alignment(agency, cycle, convert(json.loads(real_quarter.read_text())).file)


def _expect_alignment(agency: Agency, cycle: str, file: ImportFile) -> None:
    """Each goal leads to what its file says, step by step up to the pillars, and to no more."""
    title_of = {one.key: _text(one.title) for one in file.objectives}
    serves = {one.key: set(one.serves) for one in file.objectives}
    pillar_of = {one.key: _text(one.name) for one in file.pillars}
    above = objectives_above(file)
    expected: dict[str, list[Any]] = {}
    for one in file.objectives:
        reached, ahead = set(), [one.key]
        while ahead:
            key = ahead.pop()
            if key not in reached:
                reached.add(key)
                ahead += above[key]
        pillars = {pillar_of[pillar] for key in reached for pillar in serves[key]}
        found = (sorted(title_of[key] for key in reached - {one.key}), sorted(pillars))
        expected.setdefault(title_of[one.key], []).append(found)
    told: dict[str, list[Any]] = {}
    for goal in agency.do("admin", "GET", "reporting", f"/overview?cycle={cycle}")["objectives"]:
        path = f"/serves?of=objectives/{goal['id']}"
        answer = agency.do("admin", "GET", "reporting", path)
        (asked,) = answer["goals"]
        names = {it["id"]: it["name"]["text"] for it in answer["pillars"]}
        assert asked["serves_nothing"] == (not names)
        steps = sorted(it["title"]["text"] for it in answer["above"])
        found = (steps, sorted(names[it] for it in asked["pillars"]))
        told.setdefault(asked["title"]["text"], []).append(found)
    assert {title: sorted(it) for title, it in told.items()} == {
        title: sorted(it) for title, it in expected.items()
    }


def _text(said: Said) -> str:
    return said if isinstance(said, str) else str(getattr(said, said.source))


def _node(owner: str, title: str, *children: Any, progress: float | None = None) -> Any:
    return {
        "owner": owner,
        "title": title,
        "result": None,
        "progress": progress,
        "is_key_result": False,
        "children": list(children),
    }


def test_another_quarter_of_any_depth_comes_in(agency: Agency, tmp_path: Path) -> None:
    deep = _node("Asuminen", "Jono lyhenee", progress=0.4)
    for level in range(30):
        deep = _node(f"Yksikkö {level % 3}", "", deep)
    same = [_node("Växel", "Samma rad", progress=0.5) for _ in range(4)]
    top = _node("Ledning", "日本語 och allt annat", deep, *same, progress=1.5)
    lone = _node("Ledning", "Ensam", progress=0.1)
    quarter = {
        "source": "a quarter made for this test",
        "cycle": {"name": "2019-Q1", "start": "2019-01-01", "end": "2019-03-31"},
        "objectives": [top, lone],
        "retros": [],
    }
    file = tmp_path / "quarter.json"
    file.write_text(json.dumps(quarter), encoding="utf-8")
    first = run_import(agency, file, "other")
    assert first["objectives"] == outcome(created=32)
    assert first["key_results"] == outcome(created=1 + 4 + 2)
    assert first["check_ins"] == first["scores"] == outcome(created=7)
    assert first["teams"] == outcome(created=6)

    top["title"], same[0]["progress"] = "En ny rubrik", 0.9
    file.write_text(json.dumps(quarter), encoding="utf-8")
    again = run_import(agency, file, "other")
    assert again["check_ins"]["created"] + again["check_ins"]["changed"] > 0


def test_a_generated_quarter_of_five_levels_comes_in(
    agency: Agency, parts: ThrowAwayParts, tmp_path: Path
) -> None:
    made = quarter(1, date(2019, 4, 1))
    path = tmp_path / "levels.json"
    path.write_text(made.file.model_dump_json(exclude_none=True), encoding="utf-8")
    told = run_import(agency, path, "levels")
    assert told["refusals"] == []
    for kind in ("units", "teams", "objectives", "key_results", "check_ins"):
        assert told[kind] == outcome(created=len(getattr(made.file, kind))), kind
    scored = [goal for goal in made.file.key_results if goal.score is not None]
    assert told["scores"] == outcome(created=len(scored))

    cycles = agency.do("admin", "GET", "okr", "/cycles?limit=200")["items"]
    cycle = next(it["id"] for it in cycles if it["start"] == "2019-04-01")
    overview = agency.do("admin", "GET", "reporting", f"/overview?cycle={cycle}")
    depths = {it["id"]: it["depth"] for it in overview["units"] if it["objectives"]}
    owned = Counter(depths[it["owner"]["id"]] for it in overview["objectives"])
    assert owned == Counter(_level(one) for one in made.file.objectives)
    assert sorted(owned) == [2, 3, 4, 5]
    (whole,) = (it for it in overview["units"] if it["name"]["en"] == "levels")
    assert (whole["depth"], whole["objectives"]) == (1, len(made.file.objectives))
    _expect_alignment(agency, cycle, made.file)
    _expect_findings(agency, cycle, made)
    for service in SERVICE_NAMES:
        said = json.loads(Operator.of(agency.system, parts, service).run("doctor", "--json").stdout)
        assert [it for it in said if not it["well"]] == []


def _level(goal: Objective) -> int:
    """Levels of a goal's owner below the agency; what was imported as a whole is the first."""
    return 2 + (goal.owner_unit or goal.owner).count("-")


def _expect_findings(agency: Agency, cycle: str, made: Quarter) -> None:
    found: list[Any] = []
    path = after = f"/findings?cycle={cycle}&limit=10"
    while after:
        page = agency.do("admin", "GET", "reporting", after)
        found += page["items"]
        after = page["next"] and f"{path}&after={page['next']}"
    titles = {one.key: _text(one.title) for one in made.file.objectives}
    told = Counter((it["code"], *(one["title"]["fi"] for one in it["goals"])) for it in found)
    alone = Counter(("serves-nothing", titles[key]) for key in made.lone)
    twins = Counter(("aim-at-the-same", *(titles[key] for key in pair)) for pair in made.twins)
    assert told == alone + twins


def test_what_is_no_quarter_is_refused_in_one_sentence(agency: Agency, tmp_path: Path) -> None:
    file = tmp_path / "nothing.json"
    for content in ("", "[]", '{"cycle": 1}', '{"objectives": "none"}'):
        file.write_text(content, encoding="utf-8")
        done = soihtu(agency, "import", str(file), "--under", "nothing")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert "nothing.json" in done.stderr
