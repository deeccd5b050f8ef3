"""What teams of the demo are choosing right now, said by their people through the public APIs.

The rest of the demo is imported, as agreed. This is done by hand: proposals with support, a thread
with a question from another unit, a request to its team and one of a team that needs another, an
agreement that waits for its confirmation, a change of an agreed goal, and a candidacy. What is
there already is left alone.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from typing import Any

from cli.client import Answer, Client
from cli.demo.tables import Text, fi, sv
from cli.reach import Credentials, Reach
from cli.reached import Versions

Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """Words under a goal; `to` is the place, in the thread, of what they answer."""

    who: str
    kind: str
    text: str
    to: int | None = None
    team: str | None = None
    """The team that asks, of a request."""
    asked: str | None = None
    """The team that it asks; None: the goal's."""


@dataclass(frozen=True)
class Proposal:
    """A goal that a member puts to the team; who is for it, and what is said of it."""

    team: str
    by: str
    title: Text
    benefit: Text
    key_results: tuple[Mapping[str, Any], ...] = ()
    contributes_to: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    thread: tuple[Said, ...] = ()
    chosen: bool = False
    """Enough of the team are for it, and the torchbearer has recorded that."""


PROPOSALS = (
    Proposal(
        "lumme",
        "member1",
        fi("Liitteistä ei tarvitse kysyä kahdesti", "Ingen behöver fråga två gånger om bilagorna",
           "Nobody has to ask twice about attachments"),
        fi("Asiakas tietää kerralla, mitä liittää.", "Kunden vet genast vad som ska bifogas.",
           "Customers know at once what to attach."),
        (
            {"kind": "decrease", "title": fi("Lisäselvitykset / 100 päätöstä"),
             "baseline": 38, "target": 26, "unit": "selvitystä"},
        ),
        ("V3",),
        ("ajallaan",),
        ("member1", "member2"),
        (
            Said("lumme.member2", "comment", "Katsommeko myös, missä kohdassa asiakas jää "
                 "miettimään? Pesä teki ohjeensa asiakkaan kysymysten järjestykseen."),
            Said("lumme.member1", "comment", "Katsotaan: asiakastestissä juuri sitä kohtaa.", 0),
            Said("verkko.member1", "question", "Voisiko sama ohje näkyä jo lomakkeella, ennen kuin "
                 "asiakas lähettää sen?"),
            Said("lumme.torchbearer", "comment", "Voisi. Kokeillaan sitä kanssanne, kun luonnos on "
                 "testattu.", 2),
            Said("verkko.torchbearer", "request", "Kertokaa meille, mitkä kolme liitettä puuttuvat "
                 "useimmin, niin testaamme ne ruudunlukijalla.", team="verkko"),
        ),
    ),
    Proposal(
        "kynnys",
        "member2",
        fi("Neuvo muistetaan vielä kotona", "Rådet minns man ännu hemma",
           "The advice is remembered at home"),
        fi("Asiakkaan ei tarvitse palata kysymään samaa.", "Kunden behöver inte komma tillbaka.",
           "Customers need not come back with the same question."),
        (
            {"kind": "increase", "title": fi("Viikon päästä neuvon muistavat"), "target": 70,
             "unit": "%"},
            {"kind": "binary", "title": fi("Lappu tekstiviestinä")},
        ),
        ("V1",),
        ("selkeys",),
        thread=(
            Said("kynnys.torchbearer", "request", "Lähettäisikö palvelunne lapun asiakkaalle "
                 "tekstiviestinä? Saatte meiltä tekstin viidellä kielellä.",
                 team="kynnys", asked="verkko"),
        ),
        chosen=True,
    ),
    Proposal(
        "salg",
        "member1",
        sv("Breven på svenska är klara vid första läsningen",
           "Ruotsinkieliset kirjeet ymmärtää ensi lukemalla",
           "Letters in Swedish are clear at the first reading"),
        sv("Kunden behöver inte ringa för att förstå brevet.",
           "Asiakkaan ei tarvitse soittaa ymmärtääkseen kirjeen."),
        contributes_to=("V2",),
        serves=("selkeys",),
        support=("member1",),
        thread=(
            Said("salg.member2", "comment", "Bra. Vad skulle vi mäta, klara brevmallar?"),
        ),
    ),
)  # fmt: skip

CHANGED, AIM, LESS = "ennuste", "tiimit", 12
"""The goal of Kide that is to change, its key result, and the target that is proposed."""
WHY = (
    "Etuuskäsittely ottaa ennusteen käyttöön vasta tammikuussa. Ehdotamme 12 tiimiä ja jatkamme "
    "siitä ensi kaudella."
)


class Living:
    """One load; `ids` are those of what was loaded, by kind and key."""

    def __init__(
        self, reach: Reach, ids: Mapping[tuple[str, str], str], cycle: str, today: date
    ) -> None:
        self._reach = reach
        self._ids = ids
        self._cycle = cycle
        self._today = today
        self._clients = AsyncExitStack()
        self._known: dict[str, Client] = {}
        self.reached = Versions()

    def scenes(self) -> list[Callable[[], Awaitable[None]]]:
        """What happens, each on its own."""
        proposals = [self._scene(one) for one in PROPOSALS]
        return [*proposals, self._a_change, self._a_candidacy]

    async def __aenter__(self) -> "Living":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._clients.aclose()

    async def _as(self, who: str) -> Client:
        if who not in self._known:
            client = Client(self._reach, Credentials.of(name=who), language="fi")
            self._known[who] = await self._clients.enter_async_context(client)
        return self._known[who]

    def _scene(self, proposal: Proposal) -> Callable[[], Awaitable[None]]:
        async def scene() -> None:
            goal = await self._proposed(proposal)
            path = f"/objectives/{goal}"
            torchbearer = await self._as(f"{proposal.team}.torchbearer")
            if (await torchbearer.get("okr", path)).body["state"] != "proposed":
                return  # its people have gone on with it
            await self._talk(path, proposal)
            if proposal.chosen:
                await self._choose(path, proposal.team)
            for one in proposal.support:
                await self._support(path, f"{proposal.team}.{one}")

        return scene

    async def _proposed(self, proposal: Proposal) -> str:
        """The goal, which is put once."""
        team = self._ids["teams", proposal.team]
        client = await self._as(f"{proposal.team}.{proposal.by}")
        query = {"team": team, "cycle": self._cycle}
        for one in await client.items("okr", "/objectives", query):
            if one["title"] == dict(proposal.title):
                return str(one["id"])
        body = {
            "cycle": self._cycle,
            "owner_team": team,
            "responsible_team": team,
            "title": proposal.title,
            "benefit": proposal.benefit,
            "key_results": proposal.key_results,
            "contributes_to": [self._ids["objectives", it] for it in proposal.contributes_to],
            "serves": [self._ids["pillars", it] for it in proposal.serves],
        }
        made = await client.post("okr", "/objectives", body, key=f"demo/{team}/{self._cycle}")
        return self._noted(made).id

    async def _talk(self, path: str, proposal: Proposal) -> None:
        """The thread, as far as it is not said yet."""
        reader = await self._as(f"{proposal.team}.{proposal.by}")
        said = await reader.items("okr", f"{path}/remarks")
        ids = {one["text"]: one["id"] for one in said}
        for at, one in enumerate(proposal.thread):
            if one.text not in ids:
                body = {"kind": one.kind, "text": one.text}
                body |= {} if one.to is None else {"parent": ids[proposal.thread[one.to].text]}
                between = {"team": one.team, "asked": one.asked}
                body |= {name: self._ids["teams", it] for name, it in between.items() if it}
                client = await self._as(one.who)
                key = f"demo/{path}/{at}"
                made = await client.post("okr", f"{path}/remarks", body, key=key)
                ids[one.text] = self._noted(made).id

    async def _support(self, path: str, who: str) -> Json:
        client = await self._as(who)
        seen = (await client.get("okr", f"{path}/support")).body
        if seen["mine"]:
            return seen
        version = (await client.get("okr", path)).version
        return self._noted(await client.put("okr", f"{path}/support", match=version)).body

    async def _choose(self, path: str, team: str) -> None:
        """Members support it until they are enough; then the torchbearer records it."""
        torchbearer = await self._as(f"{team}.torchbearer")
        if (await torchbearer.get("okr", path)).body["agreements"]:
            return
        members = (f"member{number}" for number in count(1))
        for one in chain(("torchbearer", "deputy"), members):
            seen = (await self._support(path, f"{team}.{one}"))["team"]
            if seen["of_members"] >= (seen["needed"] or 0):
                break
        version = (await torchbearer.get("okr", path)).version
        how = {"how": "by-support"}
        self._noted(await torchbearer.post("okr", f"{path}/agree", how, match=version))

    async def _a_change(self) -> None:
        """Kide would aim lower, and say why; its team is choosing."""
        path = f"/objectives/{self._ids['objectives', CHANGED]}"
        client = await self._as("kide.member1")
        goal = await client.get("okr", path)
        aim = self._ids["key-results", f"{CHANGED}/{AIM}"]
        if _target(goal.body, aim) == LESS:
            return  # they have agreed on it
        if not goal.body["pending"]:
            body = {
                "kind": "revise",
                "note": WHY,
                **{name: goal.body[name] for name in ("title", "benefit") if goal.body[name]},
                "key_results": [_stated(it, aim) for it in goal.body["key_results"]],
            }
            self._noted(await client.put("okr", f"{path}/change", body, match=goal.version))
        await self._support(path, "kide.member2")

    async def _a_candidacy(self) -> None:
        """Kuitti has no deputy while its torchbearer is on leave: a member volunteers."""
        path = f"/teams/{self._ids['teams', 'kuitti']}/torchbearer-candidacies"
        client = await self._as("kuitti.member1")
        if await client.items("okr", path):
            return
        body = {"role": "deputy", "since": self._today.isoformat()}
        made = await client.post("okr", path, body, key=f"demo{path}")
        other = await self._as("kuitti.member2")
        await other.put("okr", f"/candidacies/{made.id}/yes", match=made.version)

    def _noted(self, answer: Answer) -> Answer:
        self.reached.add(answer.reached.only("objectives"))
        return answer


STAYS = ("id", "title", "note", "kind", "unit", "direction", "ambition", "team")
DEFINED = ("baseline", "target", "low", "high", "tolerance", "commit", "stretch", "milestones")


def _target(goal: Json, aim: str) -> float | None:
    said: dict[str, Json] = {it["id"]: it["definitions"][-1] for it in goal["key_results"]}
    target: float | None = said[aim].get("target")
    return target


def _stated(key_result: Json, aim: str) -> Json:
    """A key result as it is; `aim` with less to reach."""
    now = key_result["definitions"][-1]
    said = {name: key_result.get(name) for name in STAYS}
    said |= {name: now.get(name) for name in (*DEFINED, "phases", "weight")}
    said |= {"target": LESS} if key_result["id"] == aim else {}
    return {name: value for name, value in said.items() if value is not None}
