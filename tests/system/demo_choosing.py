"""What teams of the demo are choosing together, and what they scored, as its people see it."""

import json
from typing import Any

from tests.system.agency import Agency


def choosing(agency: Agency) -> dict[str, Any]:
    """By team the goal that is chosen or changed, who is for it, and what is said of it."""
    found: dict[str, Any] = {}
    for team in ("lumme", "kynnys", "salg", "kide"):
        who = f"{team}.member1"
        goals = _goals(agency, who)
        chosen = next(it for it in goals if it["state"] == "proposed" or it.get("pending"))
        path = f"/objectives/{chosen['id']}"
        found[team] = {
            "goal": chosen,
            "support": agency.do(who, "GET", "okr", f"{path}/support"),
            "thread": agency.do(who, "GET", "okr", f"{path}/remarks")["items"],
            "proposed": sum(it["state"] == "proposed" for it in goals),
        }
    return found


def _goals(agency: Agency, who: str) -> list[Any]:
    path = f"/objectives?team={_team(agency, who)}&limit=200"
    goals: list[Any] = agency.do(who, "GET", "okr", path)["items"]
    return goals


def _team(agency: Agency, who: str) -> str:
    return str(agency.do(who, "GET", "okr", "/me")["roles"][0]["team"])


def expect_choosing(agency: Agency) -> None:
    """Proposals with support, a thread across units, a choice to confirm, a change, a candidacy."""
    found = choosing(agency)
    assert [found[team]["proposed"] for team in ("lumme", "kynnys", "salg")] == [1, 1, 1]
    lumme, kynnys, kide = (found[team] for team in ("lumme", "kynnys", "kide"))
    assert lumme["support"]["count"] == 2
    assert sorted(one["remark_kind"] for one in lumme["thread"]) == [
        "comment", "comment", "comment", "question", "request",
    ]  # fmt: skip
    assert [one["state"] for one in kynnys["goal"]["agreements"]] == ["recorded"]
    seen = kynnys["support"]["team"]
    assert seen["of_members"] >= (seen["needed"] or 0)
    (request,) = kynnys["thread"]
    asked = agency.do("verkko.torchbearer", "GET", "okr", "/me/asked")
    assert f"remarks/{request['id']}" in json.dumps(asked)
    assert kide["goal"]["pending"]["kind"] == "revise"
    asked = agency.do("kynnys.supervisor", "GET", "okr", "/me/asked")
    assert kynnys["goal"]["id"] in json.dumps(asked)
    path = f"/teams/{_team(agency, 'kuitti.member1')}/torchbearer-candidacies"
    (candidacy,) = agency.do("kuitti.member1", "GET", "okr", path)["items"]
    assert candidacy["role"] == "deputy"


def expect_scores(agency: Agency) -> None:
    """Kide missed its goal of the earlier cycle, and says why it scores it so."""
    who = "kide.member1"
    title = "Ennuste kertoo maanantain ruuhkan"
    goal = next(it for it in _goals(agency, who) if it["title"]["fi"] == title)
    scores = agency.do(who, "GET", "okr", f"/objectives/{goal['id']}/scores")
    assert (scores["computed"], scores["agreed"], scores["band"]) == (0.25, 0.3, "low")
    assert scores["key_results"][0]["reason"]
