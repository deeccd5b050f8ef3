"""The strategy of a year over HTTP: a draft, published, amended, and left as it was."""

from uuid import uuid4

import pytest

from tests.service.okr.conftest import Json, Okr, known, text

ROOT = "00000000-0000-7000-8000-000000000001"
OFFICE = "strategy"
MET = {"how": "in-meeting", "present": 1}
MEASURE = {"title": text("Ymmärsi heti"), "kind": "increase", "baseline": 58, "target": 75}
LEFT_OUT = {"what": text("Oma sovellus"), "why": text("Selain riittää.")}
KEPT: Json = {**LEFT_OUT, "translations": []}
BECAUSE = {"what": text("Toinen tavoite."), "why": text("Jonot kasvoivat.")}
OPEN = "soihtu.open.v1"


class Year:
    """A year whose strategy is written, and the team that answers for the agency's goals."""

    def __init__(self, okr: Okr, cycle: str, team: str) -> None:
        self.okr = okr
        self.cycle = cycle
        self.team = team

    async def pillar(self, name: str = "Selkeys", order: int = 1) -> str:
        said = {"name": text(name), "promise": text("Ymmärrän."), "order": order}
        made = await self.okr.done("POST", "/pillars", said, caller=OFFICE)
        return str(made["id"])

    async def proposed(self, title: str = "Päätöksen ymmärtää", **more: object) -> str:
        said = {
            "cycle": self.cycle, "owner_unit": ROOT, "responsible_team": self.team,
            "title": text(title), "benefit": text("Asiakas tietää."), "rhythm": "monthly",
            "from_what": text("Soitetaan."), "to_what": text("Ymmärretään."),
            "key_results": [MEASURE],
        }  # fmt: skip
        made = await self.okr.done("POST", "/objectives", said | more, caller=OFFICE)
        return str(made["id"])

    async def goal(self, title: str = "Päätöksen ymmärtää", **more: object) -> str:
        """A goal of the agency that the strategy office has proposed and agreed on."""
        made = await self.proposed(title, **more)
        await self.okr.done("POST", f"/objectives/{made}/agree", MET, version=1, caller=OFFICE)
        return made

    async def draft(self, *objectives: str, **more: object) -> Json:
        body = {"cycle": self.cycle, "objectives": list(objectives), **more}
        return await self.okr.done("POST", "/strategies", body, caller=OFFICE)

    async def published(self, *objectives: str, **more: object) -> Json:
        draft = await self.draft(*objectives, **more)
        path = f"/strategies/{draft['id']}/publish"
        return await self.okr.done("POST", path, version=1, caller=OFFICE)

    async def told(self) -> list[Json]:
        """What other agencies were told of strategies."""
        return [data for _, data in await self.okr.published(OPEN) if "pillars" in data]


async def a_year(okr: Okr, start: str = "2027-01-01", end: str = "2027-12-31") -> Json:
    return await okr.cycle(kind="year", start=start, end=end)


@pytest.fixture
async def year(okr: Okr) -> Year:
    team = (await okr.team("Kynnys"))["id"]
    await okr.person("kynnys.member", ("member", team))
    return Year(okr, (await a_year(okr))["id"], team)


async def test_a_year_is_written_published_and_amended(year: Year) -> None:
    okr = year.okr
    pillar = await year.pillar()
    first, second = await year.goal(serves=[pillar]), await year.goal("Sama palvelu")
    draft = await year.draft(second, first, left_out=[LEFT_OUT])
    assert [it["objective"] for it in draft["goals"]] == [second, first]
    assert await year.told() == []
    path = f"/strategies/{draft['id']}"
    body = {"cycle": year.cycle, "objectives": [first], "left_out": [LEFT_OUT]}
    await okr.done("PUT", path, body, version=1, caller=OFFICE)
    published = await okr.done("POST", f"{path}/publish", version=2, caller=OFFICE)
    (goal,) = published["goals"]
    assert (goal["from_what"]["fi"], goal["to_what"]["fi"]) == ("Soitetaan.", "Ymmärretään.")
    assert (goal["benefit"]["fi"], goal["serves"]) == ("Asiakas tietää.", [pillar])
    assert published["left_out"] == [KEPT]
    amended = await okr.done(
        "POST", f"{path}/amend", BECAUSE | {"objectives": [first, second]},
        version=3, caller=OFFICE,
    )  # fmt: skip
    (amendment,) = amended["amendments"]
    assert (amendment["what"], amendment["why"]) == (BECAUSE["what"], BECAUSE["why"])
    assert [it["objective"] for it in amended["goals"]] == [first, second]
    assert (amended["left_out"], amended["published_at"]) == (
        [KEPT], published["published_at"],
    )  # fmt: skip
    assert [it["change"] for it in await year.told()] == ["published", "amended"]
    assert (await year.told())[-1]["amendments"] == amended["amendments"]
    assert await okr.done("GET", path, caller="kynnys.member") == amended
    assert await okr.refused("PUT", path, body, version=4) == (409, "strategy-published")
    assert await okr.refused("POST", f"{path}/publish", version=4) == (409, "strategy-published")


async def test_it_stays_as_it_was_whatever_comes_of_its_pillars_and_goals(year: Year) -> None:
    okr = year.okr
    pillar = await year.pillar()
    goal = await year.goal(serves=[pillar])
    published = await year.published(goal)
    said = {"name": text("Selvyys"), "promise": text("Tajuan."), "order": 1}
    await okr.done("PUT", f"/pillars/{pillar}", said, version=1)
    await okr.done("POST", f"/pillars/{pillar}/retire", version=2)
    drop = {"kind": "drop"}
    await okr.done("PUT", f"/objectives/{goal}/change", drop, version=2, caller=OFFICE)
    dropped = await okr.done("POST", f"/objectives/{goal}/agree", MET, version=3, caller=OFFICE)
    assert (dropped["state"], dropped["agreements"][-1]["alone"]) == ("closed", "strategy-office")
    path = f"/strategies/{published['id']}"
    assert await okr.done("GET", path) == published
    await okr.done("POST", f"/cycles/{year.cycle}/close", version=2)
    refused = await okr.refused("POST", f"{path}/amend", BECAUSE, version=2, caller=OFFICE)
    assert refused == (409, "cycle-closed")


async def test_its_measures_stay_until_it_is_amended(year: Year) -> None:
    okr = year.okr
    goal = await year.goal()
    path = f"/objectives/{goal}"
    (measured,) = (await okr.done("GET", path))["key_results"]
    published = await year.published(goal)
    (first,) = measures = published["goals"][0]["measures"]
    more = {"key_result": measured["id"], "milestones": [], "translations": []}
    assert first == MEASURE | more

    easier = [MEASURE | {"id": measured["id"], "target": 60}]
    easier.append({"title": text("Kirjeet uusittu"), "kind": "binary"})
    change = {"kind": "revise", "title": text("Ymmärtää"), "key_results": easier}
    await okr.done("PUT", f"{path}/change", change, version=2, caller=OFFICE)
    await okr.done("POST", f"{path}/agree", MET, version=3, caller=OFFICE)
    strategy = f"/strategies/{published['id']}"
    assert await okr.done("GET", strategy) == published

    amended = await okr.done("POST", f"{strategy}/amend", BECAUSE, version=2, caller=OFFICE)
    told = [it["goals"][0]["measures"] for it in await year.told()]
    assert told == [measures, amended["goals"][0]["measures"]]
    assert [(it["kind"], it.get("target")) for it in told[1]] == [
        ("increase", 60), ("binary", None),
    ]  # fmt: skip


async def test_a_year_may_have_no_goals_of_teams_and_none_at_all(year: Year) -> None:
    await year.pillar()
    published = await year.published()
    assert (published["state"], published["goals"], len(published["pillars"])) == (
        "published", [], 1,
    )  # fmt: skip
    (told,) = await year.told()
    assert (told["goals"], told["pillars"]) == ([], published["pillars"])
    with_goal = await year.goal()
    path = f"/strategies/{published['id']}/amend"
    amended = await year.okr.done(
        "POST", path, BECAUSE | {"objectives": [with_goal]}, version=2, caller=OFFICE
    )
    assert [it["objective"] for it in amended["goals"]] == [with_goal]
    goals = (await year.okr.done("GET", f"/objectives?cycle={year.cycle}"))["items"]
    assert [it["owner_unit"] for it in goals] == [ROOT]


async def test_a_draft_is_for_those_who_may_write_it(year: Year) -> None:
    okr = year.okr
    draft = await year.draft()
    path = f"/strategies/{draft['id']}"
    for caller in (OFFICE, "admin"):
        assert await okr.done("GET", path, caller=caller) == draft
        assert (await okr.done("GET", "/strategies", caller=caller))["items"] == [draft]
    assert await okr.refused("GET", path, caller="kynnys.member") == (404, "not-found")
    assert (await okr.done("GET", "/strategies", caller="kynnys.member"))["items"] == []


async def test_what_is_published_was_agreed_on_and_is_the_agencys(year: Year) -> None:
    okr = year.okr
    proposed = await year.proposed()
    draft = await year.draft(proposed)
    path = f"/strategies/{draft['id']}"
    refused = await okr.refused("POST", f"{path}/publish", version=1, caller=OFFICE)
    assert refused == (409, "goal-not-agreed")
    of_team = await year.proposed(owner_unit=None, owner_team=year.team)
    for objective, code in (
        (of_team, "goal-not-of-the-agency"),
        (str(uuid4()), "unknown-objective"),
    ):
        body = {"cycle": year.cycle, "objectives": [objective]}
        assert await okr.refused("PUT", path, body, version=1) == (422, code)
    assert await okr.refused("POST", f"{path}/amend", BECAUSE, version=1) == (
        409, "strategy-not-published",
    )  # fmt: skip


async def test_a_year_has_one_strategy_and_other_cycles_none(year: Year) -> None:
    okr = year.okr
    await year.draft()
    body = {"cycle": year.cycle}
    assert await okr.refused("POST", "/strategies", body) == (409, "strategy-stands")
    other = await okr.done(
        "POST", "/strategies", {"cycle": (await a_year(okr, "2028-01-01", "2028-12-31"))["id"]}
    )
    path = f"/strategies/{other['id']}"
    assert await okr.refused("PUT", path, body, version=1) == (409, "strategy-stands")
    tertial = (await okr.cycle())["id"]
    assert await okr.refused("POST", "/strategies", {"cycle": tertial}) == (422, "not-a-year")
    nowhere = {"cycle": str(uuid4())}
    assert await okr.refused("POST", "/strategies", nowhere) == (404, "not-found")


async def test_strategies_are_found_by_year(year: Year) -> None:
    okr = year.okr
    made = [await year.published()]
    for start, end in (("2028-01-01", "2028-12-31"), ("2028-07-01", "2029-06-30")):
        cycle = (await a_year(okr, start, end))["id"]
        draft = await okr.done("POST", "/strategies", {"cycle": cycle})
        made.append(await okr.done("POST", f"/strategies/{draft['id']}/publish", version=1))
    for asked, found in ((2027, made[:1]), (2028, made[:0:-1]), (2029, made[2:]), (2030, [])):
        assert (await okr.done("GET", f"/strategies?year={asked}"))["items"] == found
    first = await okr.done("GET", "/strategies?limit=2")
    rest = await okr.done("GET", f"/strategies?limit=2&after={first['next']}")
    assert [*first["items"], *rest["items"]] == made[::-1]


async def test_a_draft_is_put_by_reference_until_it_is_published(year: Year) -> None:
    okr = year.okr
    path, body = "/strategies/by-ref/elsewhere/2027", {"cycle": year.cycle}
    made = await okr.done("PUT", path, body)
    again = await okr.ask("PUT", path, body)
    assert (known(again.json()), again.headers["soihtu-outcome"]) == (made, "unchanged")
    changed = await okr.done("PUT", path, body | {"left_out": [LEFT_OUT]})
    assert (changed["version"], changed["change"]) == (2, "imported")
    await okr.done("POST", f"/strategies/{made['id']}/publish", version=2)
    assert await okr.refused("PUT", path, body) == (409, "edited-since")
    refused = await okr.refused("PUT", path, body, version=3)
    assert refused == (409, "strategy-published")


async def test_the_office_agrees_on_the_agencys_goals_and_no_others(year: Year) -> None:
    okr = year.okr
    unit = (await okr.unit("Asuminen"))["id"]
    for more in ({"owner_unit": unit}, {"owner_unit": None, "owner_team": year.team}):
        made = await year.proposed(**more)
        path = f"/objectives/{made}"
        refused = await okr.refused("POST", f"{path}/agree", MET, version=1, caller=OFFICE)
        assert refused == (403, "not-allowed")
        translation = {"title": "Beslutet förstås"}
        refused = await okr.refused(
            "PUT", f"{path}/translations/sv", translation, version=1, caller=OFFICE
        )
        assert refused == (403, "not-allowed")
    goal = await year.goal()
    said = await okr.done(
        "PUT", f"/objectives/{goal}/translations/sv", {"title": "Beslutet förstås"},
        version=2, caller=OFFICE,
    )  # fmt: skip
    assert said["title"]["sv"] == "Beslutet förstås"


async def test_what_was_left_out_and_amended_is_marked_in_its_languages(year: Year) -> None:
    okr = year.okr
    app = {
        "what": text("Oma sovellus") | {"sv": "En egen app", "en": "An app"},
        "why": text("Selain riittää.") | {"sv": "Webbläsaren räcker."},
    }
    draft = await year.draft(left_out=[app | {"proof_read": ["sv"]}])
    marked = [{"language": "sv", "state": "proof-read"}, {"language": "en", "state": "draft"}]
    assert draft["left_out"] == [app | {"translations": marked}]
    path = f"/strategies/{draft['id']}"
    incomplete = {"cycle": year.cycle, "left_out": [app | {"proof_read": ["en"]}]}
    assert await okr.refused("PUT", path, incomplete, version=1) == (422, "translation-incomplete")
    body = {"cycle": year.cycle, "left_out": [LEFT_OUT, app]}
    again = await okr.done("PUT", path, body, version=1, caller=OFFICE)
    assert again["left_out"] == [KEPT, app | {"translations": marked}]
    await okr.done("POST", f"{path}/publish", version=2, caller=OFFICE)
    because = {name: it | {"sv": "På svenska."} for name, it in BECAUSE.items()}
    reworded = [app | {"why": app["why"] | {"fi": "Selain käy."}}]
    amended = await okr.done(
        "POST", f"{path}/amend", because | {"proof_read": ["sv"], "left_out": reworded},
        version=3, caller=OFFICE,
    )  # fmt: skip
    assert amended["amendments"][0]["translations"] == marked[:1]
    assert [it["state"] for it in amended["left_out"][0]["translations"]] == ["draft", "draft"]
    told = (await year.told())[-1]
    assert (told["left_out"], told["amendments"]) == (amended["left_out"], amended["amendments"])


async def test_measures_say_which_of_their_translations_were_proof_read(year: Year) -> None:
    okr = year.okr
    both = text("Ymmärsi heti") | {"sv": "Förstod genast"}
    goal = await year.goal(key_results=[MEASURE | {"title": both}])
    (measured,) = (await okr.done("GET", f"/objectives/{goal}"))["key_results"]
    published = await year.published(goal)
    (measure,) = published["goals"][0]["measures"]
    assert measure["translations"] == [{"language": "sv", "state": "draft"}]
    path = f"/key-results/{measured['id']}/translations/sv"
    await okr.done("PUT", path, {"state": "proof-read"}, version=2, caller=OFFICE)
    strategy = f"/strategies/{published['id']}"
    assert await okr.done("GET", strategy) == published
    await okr.done("POST", f"{strategy}/amend", BECAUSE, version=2, caller=OFFICE)
    (measure,) = (await year.told())[-1]["goals"][0]["measures"]
    assert measure["translations"] == [{"language": "sv", "state": "proof-read"}]
    assert measure["title"] == both
