"""What waits for an answer of whoever asks."""

from typing import Any

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.test_torchbearers import TORCH


async def asked(okr: Okr, caller: str, **more: Any) -> list[tuple[str, str]]:
    items: list[Json] = (await okr.done("GET", "/me/asked", caller=caller, **more))["items"]
    return [(it["what"], it["about"]) for it in items]


async def test_what_is_proposed_to_ones_team_waits_until_it_is_agreed(okr: Okr) -> None:
    team, other = (await okr.team())["id"], (await okr.team("Revontuli"))["id"]
    await okr.person("lead", ("torchbearer", team))
    await okr.person("member", ("member", team))
    await okr.person("stranger", ("member", other))
    draft = {
        "title": text("Hakemus ei odota"), "cycle": (await okr.cycle())["id"],
        "responsible_team": team, "owner_team": team, "contributing_teams": [other],
        "key_results": [
            {"title": text("Jono"), "kind": "decrease", "baseline": 620, "target": 250}
        ],
    }  # fmt: skip
    goal = await okr.done("POST", "/objectives", draft, caller="lead")
    assert await asked(okr, "member") == [("proposal", f"objectives/{goal['id']}")]
    (told,) = (await okr.done("GET", "/me/asked", caller="member"))["items"]
    assert (told["team"], told["title"]["fi"], "since" in told) == (team, "Hakemus ei odota", True)
    assert await asked(okr, "stranger") == []
    await okr.done("POST", f"/objectives/{goal['id']}/agree", caller="lead", version=1)
    assert await asked(okr, "member") == []


async def test_a_nomination_waits_for_the_person_then_for_the_team(okr: Okr) -> None:
    team = (await okr.team())["id"]
    people = {it: (await okr.person(it, ("member", team)))["id"] for it in ("a", "b", "c", "d")}
    path = f"/teams/{team}/torchbearer-candidacies"
    made = await okr.done("POST", path, TORCH | {"person": people["b"]}, caller="a")
    about = f"candidacies/{made['id']}"
    assert await asked(okr, "b") == [("nomination", about)]
    assert await asked(okr, "c") == []
    await okr.done("POST", f"/{about}/accept", version=1, caller="b")
    assert await asked(okr, "b") == []
    assert await asked(okr, "c") == [("candidacy", about)]
    await okr.done("PUT", f"/{about}/yes", caller="c")
    assert [await asked(okr, it) for it in people] == [[], [], [], []]


async def test_nothing_waits_for_who_is_no_person(okr: Okr) -> None:
    assert await asked(okr, "admin") == []
