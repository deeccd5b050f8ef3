"""What a team learned reaches those who may read it, inside and outside."""

from tests.system.agency import Agency, text, until
from tests.system.records import Read, read_all

SHARED = "Kun liiteohje kulki asiakkaan kysymysten järjestyksessä, lisäselvitykset vähenivät."
KEPT = "Valitsimme viisi tavoitetta ja muistimme kaksi."


def test_the_retro_reaches_the_learnings_and_the_open_topic(agency: Agency) -> None:
    team, other, cycle = agency.team("Pesä"), agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    body = {
        "team": team.id,
        "cycle": cycle,
        "findings": [
            {
                "objective": objective["id"],
                "result": "reached",
                "reasons": ["worked-together"],
                "words": "Vain tiimin silmille.",
                "recommendation": "keep",
                "learnings": [
                    {"text": text(SHARED), "shareable": True},
                    {"text": text(KEPT), "shareable": False},
                ],
            }
        ],
    }
    early = agency.ask(team.as_("torchbearer"), "POST", "checkins", "/retros", body)
    assert early.status_code == 409, "its place is not retro yet"
    team.move(cycle, "retro", version=1)
    retro = agency.do(team.as_("torchbearer"), "POST", "checkins", "/retros", body)
    twice = agency.ask(team.as_("supervisor"), "POST", "checkins", "/retros", body)
    assert twice.status_code == 409

    def learnings(who: str) -> list[str]:
        found = agency.do(who, "GET", "reporting", f"/learnings?team={team.id}")
        return [it["text"]["fi"] for it in found["items"]]

    assert set(learnings(team.as_("member"))) == {SHARED, KEPT}
    assert learnings(other.as_("member")) == [SHARED]

    def outside() -> list[Read]:
        records = read_all(agency.system.kafka, [agency.system.topic("soihtu.open.v1")])
        return [it for it in records if it.subject == f"retros/{retro['id']}"]

    said = until(outside, "the retro on the open topic")[0]
    assert said.headers["ce_type"] == "fi.soihtu.open.retro-completed.v1"
    assert [it["text"]["fi"] for it in said.data["findings"][0]["learnings"]] == [SHARED]
    assert "words" not in said.data["findings"][0]
    assert KEPT.encode() not in said.value

    findings = retro["findings"]
    findings[0]["learnings"] = findings[0]["learnings"][1:]
    agency.do(
        team.as_("torchbearer"), "PUT", "checkins", f"/retros/{retro['id']}",
        {"findings": [_without_nulls(it) for it in findings]},
        version=1,
    )  # fmt: skip
    assert learnings(other.as_("member")) == []
    assert learnings(team.as_("member")) == [KEPT]


def _without_nulls(finding: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in finding.items() if value is not None}
