"""An import puts everything once, in order; a refusal stops only what needs what was refused."""

import json
import re
from collections import Counter
from io import StringIO
from typing import Any

import httpx
import pytest
from rich.console import Console

from cli.importing.gitlab import convert
from cli.importing.load import Load
from cli.importing.neutral import ImportFile
from cli.importing.report import OUTCOMES, Report
from local.problems import LocalProblem
from tests.unit.cli.fake_apis import Answers, FakeApis, problem
from tests.unit.cli.test_gitlab import node, quarter

TREE = quarter(
    node(
        "CEO",
        "Grow",
        node("VPE", "Hire", node("UX", "Two", progress=1.02, result="2"), node("UX", "Three")),
        node("CMO", "Pipeline", progress=0.5),
    )
)


class Silent:
    """Counts what is begun and done."""

    def __init__(self) -> None:
        self.begun = self.done = 0

    def begin(self, _: str, steps: int) -> None:
        self.begun += steps

    def step(self) -> None:
        self.done += 1


async def load(apis: FakeApis, file: ImportFile) -> tuple[Report, Silent]:
    report, progress = Report(file.not_yet_imported), Silent()
    async with apis.client() as client:
        await Load(client, file, "gitlab", report, progress).run()
    return report, progress


def outcomes(report: Report, outcome: str) -> list[int]:
    return [counts[outcome] for counts in report.counts.values()]


async def test_twice_creates_once() -> None:
    apis, file = FakeApis(), convert(TREE).file
    first, progress = await load(apis, file)
    assert outcomes(first, "created") == [0, 4, 0, 2, 3, 2, 2, 0]
    assert progress.begun == progress.done
    second, _ = await load(apis, file)
    assert outcomes(second, "unchanged") == [0, 4, 0, 2, 3, 2, 2, 0]
    assert sum(outcomes(second, "created") + outcomes(second, "changed")) == 0
    assert not first.refusals
    assert not second.refusals


async def test_everything_comes_after_what_it_names() -> None:
    apis = FakeApis()
    await load(apis, convert(TREE).file)
    nouns = [one.url.path.split("/")[1] for one in apis.requests if "by-ref" in one.url.path]
    assert nouns[:2] == ["units", "cycles"]
    assert list(dict.fromkeys(nouns[2:])) == [
        "teams", "objectives", "key-results", "check-ins", "scores",
    ]  # fmt: skip
    said = [json.loads(one.content) for one in apis.asked("/objectives/by-ref")]
    assert said[1]["contributes_to"] == ["2018-q3/ceo:grow"]
    assert (said[1]["owner_team"], said[1]["contributing_teams"]) == ("vpe", ["ux"])


async def test_a_check_in_waits_for_its_objective_and_the_place_of_its_team() -> None:
    apis = FakeApis()
    await load(apis, convert(TREE).file)
    hire = next(one for one in apis.asked("/check-ins/") if b"1.02" in one.content)
    assert set(hire.headers["soihtu-after"].split(", ")) == {
        "objectives/2018-q3/ceo:grow/vpe:hire@1",
        "teams/vpe@1",
        "team-cycles/vpe/c@1",
        "cycles/c@2",
    }
    said = json.loads(hire.content)
    assert (said["team"], said["date"]) == ("ux", "2018-09-30")
    assert said["entries"] == [
        {"key_result": "2018-q3/ceo:grow/vpe:hire/ux:two", "value": 1.02, "words": "2"}
    ]


async def test_a_score_is_put_once_the_check_ins_of_its_objective_are_counted() -> None:
    apis = FakeApis()
    report, _ = await load(apis, convert(TREE).file)
    assert report.counts["scores"] == dict(zip(OUTCOMES, (2, 0, 0, 0), strict=True))
    paths = [it.url.path for it in apis.requests]
    goal = "2018-q3/ceo:grow/vpe:hire/ux:two"
    put = paths.index(f"/scores/by-ref/gitlab/{goal}")
    assert json.loads(apis.requests[put].content) == {"key_result": goal, "agreed": 1.0}
    waited = [
        it.headers.get("soihtu-after")
        for it in apis.requests[:put]
        if it.url.path == "/objectives/2018-q3/ceo:grow/vpe:hire"
    ]
    assert waited == [f"counted/{goal}@1"]


async def test_a_cycle_that_is_planned_is_opened_and_places_are_left_where_people_put_them() -> (
    None
):
    apis = FakeApis(_place_is("retro"))
    apis.places["ux"] = "retro"
    report, _ = await load(apis, convert(TREE).file)
    assert len(apis.asked("/cycles/c/open")) == 1
    assert apis.places == {"ceo": "running", "vpe": "running", "cmo": "running", "ux": "retro"}
    assert not report.refusals


def _place_is(place: str) -> Answers:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return httpx.Response(200, json={"place": place, "version": 3})
        return None

    return answer


def refusing(part: str, status: int = 422) -> FakeApis:
    def answer(request: httpx.Request) -> httpx.Response | None:
        found = request.url.path.endswith(part)
        return problem(status, "no-good") if found else None

    return FakeApis(answer)


async def test_what_was_refused_is_told_and_others_go_on() -> None:
    report, progress = await load(refusing("vpe:hire"), convert(TREE).file)
    facts = report.facts()
    assert facts["objectives"] == {"created": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert facts["key_results"]["refused"] == 2
    assert facts["check_ins"] == {"created": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert facts["scores"] == facts["check_ins"]
    assert facts["refusals"][0] == {
        "kind": "objectives",
        "key": "2018-q3/ceo:grow/vpe:hire",
        "why": "It is no-good. (no-good)",
    }
    assert progress.begun == progress.done


async def test_a_goal_goes_on_without_a_link_to_what_was_refused() -> None:
    report, _ = await load(refusing("ceo:grow"), convert(TREE).file)
    assert report.counts["objectives"] == dict(zip(OUTCOMES, (1, 0, 0, 1), strict=True))
    assert Counter(one.kind for one in report.refusals)["links"] == 1


@pytest.mark.parametrize("status", [403, 500])
async def test_what_is_not_about_an_item_ends_the_import(status: int) -> None:
    with pytest.raises(LocalProblem, match="Run the import again"):
        await load(refusing("vpe:hire", status), convert(TREE).file)


async def test_people_are_told_of_check_ins_as_they_are_called() -> None:
    report, _ = await load(refusing("vpe:hire"), convert(TREE).file)
    report.show(console := Console(file=StringIO(), width=200, color_system=None))
    assert isinstance(console.file, StringIO)
    told = console.file.getvalue()
    assert "key results  " in told
    assert "check-ins    " in told
    assert "refused: check-ins " in told
    assert not re.search("check[_ ]in|key_result", told)


async def test_a_report_for_machines_has_what_the_source_holds_besides() -> None:
    retros: Any = [{"team": "A", "good": ["x"]}]
    report, _ = await load(FakeApis(), convert({**TREE, "retros": retros}).file)
    assert list(report.facts()) == [
        *("units", "teams", "pillars", "objectives", "key_results", "check_ins", "scores"),
        *("retros", "refusals", "not_yet_imported"),
    ]
    assert report.facts()["not_yet_imported"] == {"learnings": 1, "retros": 1}


async def test_pillars_milestones_and_zones_are_put_as_the_file_has_them() -> None:
    apis = FakeApis()
    file = ImportFile.model_validate(
        {
            "language": "fi",
            "cycle": {
                "key": "t1", "name": "T1", "kind": "tertial", "start": "2024-01-01",
                "end": "2024-04-30",
            },
            "teams": [{"key": "lumme", "name": "Lumme"}],
            "pillars": [{"key": "aika", "name": "Ajallaan", "promise": "Apu ehtii.", "order": 2}],
            "objectives": [
                {"key": "odotus", "title": "Odotus", "owner": "lumme", "serves": ["aika"]}
            ],
            "key_results": [
                {
                    "key": "ohje", "objective": "odotus", "title": "Ohje", "kind": "milestones",
                    "milestones": [
                        {"id": "luonnos", "title": "Luonnos", "weight": 20},
                        {"id": "valmis", "title": "Valmis"},
                    ],
                },
                {
                    "key": "testi", "objective": "odotus", "title": "Testi", "kind": "zones",
                    "baseline": 52, "commit": 60, "target": 70, "stretch": 80,
                },
            ],
            "check_ins": [
                {
                    "key": "1", "objective": "odotus", "key_result": "ohje", "team": "lumme",
                    "date": "2024-02-02", "done": ["luonnos"],
                }
            ],
        }
    )  # fmt: skip
    report, _ = await load(apis, file)
    assert not report.refusals
    pillar, *_ = (json.loads(one.content) for one in apis.asked("/pillars/by-ref"))
    assert pillar == {
        "name": {"source": "fi", "fi": "Ajallaan"},
        "promise": {"source": "fi", "fi": "Apu ehtii."},
        "order": 2,
    }
    (objective,) = (json.loads(one.content) for one in apis.asked("/objectives/by-ref"))
    assert objective["serves"] == ["aika"]
    guide, test = (json.loads(one.content) for one in apis.asked("/key-results/by-ref"))
    assert [(it["id"], it.get("weight")) for it in guide["milestones"]] == [
        ("luonnos", 20), ("valmis", None),
    ]  # fmt: skip
    assert (test["commit"], test["stretch"], "milestones" in test) == (60, 80, False)
    (check_in,) = (json.loads(one.content) for one in apis.asked("/check-ins/by-ref"))
    assert check_in["entries"] == [{"key_result": "ohje", "done": ["luonnos"]}]


NESTED: Any = {
    "language": "fi",
    "cycle": {
        "key": "t1", "name": "T1", "kind": "tertial", "start": "2024-01-01", "end": "2024-04-30",
    },
    "units": [
        {"key": "asuminen", "name": "Asuminen", "parent": "etuudet", "kind": "benefits"},
        {"key": "etuudet", "name": "Etuudet"},
    ],
    "teams": [{"key": "lumme", "name": "Lumme", "unit": "asuminen"}, {"key": "x", "name": "X"}],
    "objectives": [
        {
            "key": "ko", "title": "Hakemus ei jää", "owner": "lumme",
            "contributes_to_key_results": ["ajoissa"],
        },
        {
            "key": "paatos", "title": "Päätös tulee", "owner": "x", "owner_unit": "etuudet",
            "from_what": "Kysytään.", "to_what": "Tiedetään.",
        },
    ],
    "key_results": [
        {"key": "ohje", "objective": "ko", "title": "Ohje", "kind": "binary"},
        {"key": "ajoissa", "objective": "paatos", "title": "Ajoissa", "kind": "binary"},
    ],
}  # fmt: skip


async def test_units_and_goals_are_put_after_what_is_above_them() -> None:
    apis = FakeApis()
    report, progress = await load(apis, ImportFile.model_validate(NESTED))
    assert not report.refusals
    assert report.counts["units"] == dict(zip(OUTCOMES, (2, 0, 0, 0), strict=True))
    assert progress.begun == progress.done
    units = list(map(_said, apis.asked("/units/by-ref")))[1:]
    assert [(it["name"]["fi"], it["kind"], it["parent"]) for it in units] == [
        ("Etuudet", "unit", "department"), ("Asuminen", "benefits", "etuudet"),
    ]  # fmt: skip
    teams = {it["name"]["fi"]: it for it in map(_said, apis.asked("/teams/by-ref"))}
    assert [teams[name]["parent"] for name in ("Lumme", "X")] == ["asuminen", "department"]
    first, second = map(_said, apis.asked("/objectives/by-ref"))
    assert (first["owner_unit"], first["responsible_team"], "owner_team" in first) == (
        "etuudet", "x", False,
    )  # fmt: skip
    assert (first["from_what"]["fi"], first["to_what"]["fi"]) == ("Kysytään.", "Tiedetään.")
    assert second["contributes_to_key_results"] == ["ajoissa"]
    assert "contributes_to_key_results" not in first
    paths = [it.url.path for it in apis.requests]
    helped = paths.index("/key-results/by-ref/gitlab/ajoissa")
    assert helped < paths.index("/objectives/by-ref/gitlab/ko")


def _said(request: httpx.Request) -> Any:
    return json.loads(request.content)


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("units/by-ref/gitlab/etuudet", {"units": 0, "teams": 1, "objectives": 0}),
        ("units/by-ref/gitlab/asuminen", {"units": 1, "teams": 1, "objectives": 1}),
        ("key-results/by-ref/gitlab/ajoissa", {"units": 2, "teams": 2, "objectives": 2}),
    ],
)
async def test_what_stands_below_something_refused_is_refused_too(
    part: str, left: dict[str, int]
) -> None:
    report, progress = await load(refusing(part), ImportFile.model_validate(NESTED))
    assert {kind: report.counts[kind]["created"] for kind in left} == left
    assert {it.kind for it in report.refusals} >= (
        {"links"} if "key-results" in part else {"units"}
    )
    assert progress.begun == progress.done


def _with_retro() -> ImportFile:
    file = convert(TREE).file
    findings = [
        {
            "objective": "2018-q3/ceo:grow/vpe:hire", "result": "partly", "recommendation": "keep",
            "words": "Slow", "learnings": [{"text": "Ask earlier", "shareable": True}],
        }
    ]  # fmt: skip
    retro = {"key": "vpe", "team": "vpe", "findings": findings}
    return ImportFile.model_validate(file.model_dump() | {"retros": [retro]})


async def test_a_retro_follows_once_its_values_are_counted_and_its_team_has_moved_on() -> None:
    apis = FakeApis()
    report, progress = await load(apis, _with_retro())
    assert report.counts["retros"] == dict(zip(OUTCOMES, (1, 0, 0, 0), strict=True))
    assert progress.begun == progress.done
    assert apis.places == {"ceo": "running", "vpe": "retro", "cmo": "running", "ux": "running"}
    counted = "counted/2018-q3/ceo:grow/vpe:hire/ux:two@1"
    begun = next(at for at, it in enumerate(apis.requests) if "check-ins" in it.url.path)
    known = ("check-ins", "scores")
    later = [it for it in apis.requests[begun:] if it.url.path.split("/")[1] not in known]
    *waited, first, second, put = later
    of_objective = "/objectives/2018-q3/ceo:grow/vpe:hire"
    assert (of_objective, counted) in [
        (it.url.path, it.headers.get("soihtu-after")) for it in waited
    ]
    moving = (first, second)
    assert [(it.method, it.url.path) for it in moving][-1] == ("PUT", "/teams/vpe/cycles/c/place")
    assert put.url.path == "/retros/by-ref/gitlab/vpe"
    assert "team-cycles/vpe/c@1" in put.headers["soihtu-after"]
    assert json.loads(put.content) == {
        "team": "vpe",
        "cycle": "c",
        "findings": [
            {
                "objective": "2018-q3/ceo:grow/vpe:hire", "result": "partly", "reasons": [],
                "words": "Slow", "recommendation": "keep",
                "learnings": [{"text": {"source": "en", "en": "Ask earlier"}, "shareable": True}],
            }
        ],
    }  # fmt: skip


async def test_a_retro_of_what_was_refused_is_refused_too_and_moves_nobody() -> None:
    apis = refusing("vpe:hire")
    report, _ = await load(apis, _with_retro())
    assert report.counts["retros"]["refused"] == 1
    assert apis.places["vpe"] == "running"
