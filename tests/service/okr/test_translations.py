"""Pillars, objectives and key results in other languages, over HTTP."""

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import UP, Goals

NAME = {"source": "fi", "fi": "Ajallaan", "en": "In good time"}
SAID = {"name": NAME, "promise": text("Apu ehtii."), "order": 2}
SWEDISH = {"name": "I rätt tid", "promise": "Hjälpen hinner fram."}
READ = {"state": "proof-read"}
MEMBER = "revontuli.member"


def states(said: Json) -> Json:
    return {it["language"]: it["state"] for it in said["translations"]}


async def test_a_pillar_is_translated_and_proof_read(okr: Okr) -> None:
    made = await okr.done("POST", "/pillars", SAID, caller="strategy")
    assert states(made) == {"en": "draft"}
    path = f"/pillars/{made['id']}/translations"
    said = await okr.done("PUT", f"{path}/sv", SWEDISH, version=1, caller="strategy")
    assert (said["name"]["sv"], said["change"]) == ("I rätt tid", "translated")
    assert states(said) == {"sv": "draft", "en": "draft"}
    read = await okr.done("PUT", f"{path}/sv", READ, version=2, caller="strategy")
    assert states(read) == {"sv": "proof-read", "en": "draft"}
    assert read["name"]["sv"] == "I rätt tid"
    assert await okr.refused("PUT", f"{path}/en", READ, version=3) == (
        422, "translation-incomplete",
    )  # fmt: skip
    assert await okr.refused("PUT", f"{path}/fi", SWEDISH, version=3) == (
        422, "written-in-this-language",
    )  # fmt: skip
    assert await okr.refused("PUT", f"{path}/sv", READ, version=1) == (412, "changed-since")
    left = await okr.done("DELETE", f"{path}/en", version=3)
    assert (states(left), left["change"]) == ({"sv": "proof-read"}, "translation-removed")
    assert "en" not in left["name"]
    assert await okr.refused("DELETE", f"{path}/en", version=4) == (404, "not-found")
    for topic in ("soihtu.okr.v1", "soihtu.open.v1"):
        headers, told = (await okr.published(topic))[-1]
        assert (told["translations"], told["version"]) == (left["translations"], 4)
        assert headers["ce_dataschema"].endswith(":1.1")


async def test_a_pillar_whose_source_changes_has_drafts_again(okr: Okr) -> None:
    words = {"name": NAME | {"sv": "I rätt tid"}, "promise": text("Apu ehtii.") | {"sv": "Hjälp."}}
    made = await okr.done("POST", "/pillars", SAID | words | {"proof_read": ["sv"]})
    assert states(made) == {"sv": "proof-read", "en": "draft"}
    moved = SAID | words | {"order": 3}
    path = f"/pillars/{made['id']}"
    assert states(await okr.done("PUT", path, moved, version=1))["sv"] == "proof-read"
    reworded = moved | {"promise": text("Apu tulee.") | {"sv": "Hjälp."}}
    assert states(await okr.done("PUT", path, reworded, version=2))["sv"] == "draft"


async def test_members_translate_their_teams_goal_whatever_comes_of_it(okr: Okr) -> None:
    goals = await Goals.of(okr)
    agreed = await goals.agreed(
        from_what=text("Soitetaan kahdesti."), to_what=text("Yksi puhelu riittää.")
    )
    path = f"/objectives/{agreed['id']}/translations/sv"
    swedish = {"title": "Ett samtal räcker", "from_what": "Två samtal.", "to_what": "Ett."}
    said = await okr.done("PUT", path, swedish | READ, version=2, caller=MEMBER)
    assert (said["state"], states(said)) == ("agreed", {"sv": "proof-read"})
    assert (said["to_what"]["sv"], said["states"]) == ("Ett.", agreed["states"])
    public = (await okr.published("soihtu.open.v1"))[-1][1]
    assert (public["from_what"]["sv"], states(public)) == ("Två samtal.", {"sv": "proof-read"})
    benefit = {"benefit": "Kunden får svar."}
    assert await okr.refused("PUT", path, benefit, version=3, caller=MEMBER) == (
        422, "nothing-to-translate",
    )  # fmt: skip
    for caller in ("strategy", "admin"):
        assert await okr.refused("PUT", path, READ, version=3, caller=caller) == (
            403, "not-allowed",
        )  # fmt: skip
    left = await okr.done("DELETE", path, version=3, caller=MEMBER)
    assert (states(left), "sv" in left["title"]) == ({}, False)
    closed = await goals.changed(left)
    assert closed["state"] == "closed"
    assert await okr.refused("PUT", path, swedish, version=closed["version"], caller=MEMBER) == (
        409, "objective-closed",
    )  # fmt: skip


async def test_a_proposal_that_is_worded_anew_has_drafts_again(okr: Okr) -> None:
    goals = await Goals.of(okr)
    title = text("Yksi puhelu riittää") | {"sv": "Ett samtal räcker"}
    made = await goals.proposed(title=title, proof_read=["sv"])
    assert states(made) == {"sv": "proof-read"}
    path = f"/objectives/{made['id']}"
    same = goals.draft(UP, title=title, rhythm="monthly")
    assert states(await okr.done("PUT", path, same, version=1, caller=MEMBER))["sv"] == "proof-read"
    other = goals.draft(UP, title=title | {"fi": "Kerta riittää"})
    assert states(await okr.done("PUT", path, other, version=2, caller=MEMBER)) == {"sv": "draft"}


STEPS = {
    "title": text("Liiteohje"),
    "kind": "milestones",
    "milestones": [{"id": "malli", "title": text("Malli")}],
}


async def test_members_translate_a_key_result_and_it_stays_the_same_goal(okr: Okr) -> None:
    goals = await Goals.of(okr)
    agreed = await goals.agreed(STEPS)
    (goal,) = agreed["key_results"]
    path = f"/key-results/{goal['id']}/translations/sv"
    title = {"title": "Bilageanvisning"}
    said = await okr.done("PUT", path, title, version=2, caller=MEMBER)
    (told,) = said["key_results"]
    assert (told["title"]["sv"], states(told), told["revision"]) == (
        "Bilageanvisning", {"sv": "draft"}, 2,
    )  # fmt: skip
    assert (said["state"], said["wording"], said["agreements"]) == (
        "agreed", agreed["wording"], agreed["agreements"],
    )  # fmt: skip
    refused = await okr.refused("PUT", path, READ, version=3, caller=MEMBER)
    assert refused == (422, "translation-incomplete")
    whole = {"milestones": [{"id": "malli", "title": "Modell"}], **READ}
    read = await okr.done("PUT", path, whole, version=3, caller=MEMBER)
    (told,) = read["key_results"]
    (now,) = told["definitions"]
    assert (now["milestones"][0]["title"]["sv"], states(told)) == ("Modell", {"sv": "proof-read"})
    unknown = {"milestones": [{"id": "muu", "title": "Annat"}]}
    assert await okr.refused("PUT", path, unknown, version=4, caller=MEMBER) == (
        422, "nothing-to-translate",
    )  # fmt: skip
    refused = await okr.refused("PUT", path, title, version=2, caller=MEMBER)
    assert refused == (412, "changed-since")
    assert await okr.refused("PUT", path, title, version=4, caller="strategy") == (
        403, "not-allowed",
    )  # fmt: skip
    left = await okr.done("DELETE", path, version=4, caller=MEMBER)
    (told,) = left["key_results"]
    assert (states(told), "sv" in told["title"]) == ({}, False)
    assert await okr.refused("DELETE", path, version=5, caller=MEMBER) == (404, "not-found")
    headers, event = (await okr.published("soihtu.okr.v1"))[-1]
    assert (event["change"], event["key_results"][0]["translations"]) == (
        "translation-removed", [],
    )  # fmt: skip
    assert headers["ce_dataschema"].endswith(":1.1")


async def test_a_key_result_that_is_restated_by_a_change_keeps_what_was_proof_read(
    okr: Okr,
) -> None:
    goals = await Goals.of(okr)
    both = text("kerralla ratkenneet") | {"sv": "lösta genast"}
    agreed = await goals.agreed(UP | {"title": both, "proof_read": ["sv"]})
    (goal,) = agreed["key_results"]
    assert states(goal) == {"sv": "proof-read"}
    again = UP | {"id": goal["id"], "title": both, "target": 20}
    title = text("Yksi puhelu riittää")
    easier = await goals.changed(agreed, kind="revise", title=title, key_results=[again])
    assert states(easier["key_results"][0]) == {"sv": "proof-read"}
    other = again | {"title": both | {"fi": "heti ratkenneet"}}
    reworded = await goals.changed(easier, kind="revise", title=title, key_results=[other])
    assert states(reworded["key_results"][0]) == {"sv": "draft"}


async def test_a_proposal_that_is_worded_anew_keeps_what_of_its_measures_was_proof_read(
    okr: Okr,
) -> None:
    goals = await Goals.of(okr)
    both = UP | {"title": text("ratkenneet") | {"sv": "lösta"}}
    made = await goals.proposed(both | {"proof_read": ["sv"]}, STEPS)
    path = f"/objectives/{made['id']}"
    said = await okr.done("PUT", path, goals.draft(STEPS, both), version=1, caller=MEMBER)
    assert [states(it) for it in said["key_results"]] == [{}, {"sv": "proof-read"}]


async def test_another_system_says_what_of_a_key_result_was_proof_read(okr: Okr) -> None:
    goals = await Goals.of(okr)
    made = await goals.proposed()
    path = "/key-results/by-ref/elsewhere/1"
    body = STEPS | {"objective": made["id"], "title": text("Ohje") | {"sv": "Anvisning"}}
    first = await okr.done("PUT", path, body)
    assert states(first["key_result"]) == {"sv": "draft"}
    milestones = [{"id": "malli", "title": text("Malli") | {"sv": "Modell"}}]
    whole = body | {"milestones": milestones, "proof_read": ["sv"]}
    assert states((await okr.done("PUT", path, whole))["key_result"]) == {"sv": "proof-read"}
    later = whole | {"proof_read": [], "weight": 2}
    assert states((await okr.done("PUT", path, later))["key_result"]) == {"sv": "proof-read"}
