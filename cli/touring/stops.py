"""The stops of the tour: what a goal is good for, help wanted, the line, and a neighbour."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cli.client import Client
from cli.reach import Credentials, Reach
from cli.touring.guide import LANGUAGES, Guide, percent, said, sparkline
from cli.touring.neighbour import retros_with_learnings
from local.problems import SOIHTU, LocalProblem

if TYPE_CHECKING:
    from chassis.settings import KafkaSettings

MEMBER, OTHER = "lumme.member1", "revontuli.member1"
RENT = "Vuokra ehtii ajoissa"
STEP = 0.04
"""Of the way from where a key result began to where it is to get: what the tour says is done."""

Json = dict[str, Any]


async def walk(reach: Reach, kafka: "KafkaSettings", guide: Guide) -> None:
    """All stops. Raises Refused, LocalProblem."""
    async with (
        Client(reach, Credentials.of(name=MEMBER)) as member,
        Client(reach, Credentials.of(name=OTHER)) as other,
    ):
        tour = Tour(member, other, guide)
        await tour.begin()
        for stop in (tour.what_it_is_good_for, tour.help_wanted, tour.the_line_turns):
            await stop()
            guide.rests()
        tour.a_neighbour_reads(kafka)


class Tour:
    """One walk; `member` is of team Lumme, `other` of another team."""

    def __init__(self, member: Client, other: Client, guide: Guide) -> None:
        self._member = member
        self._other = other
        self._guide = guide
        self._team = ""

    async def begin(self) -> None:
        """Find team Lumme. Raises LocalProblem where there is no demo."""
        self._guide.says(
            "Elantovirasto is an invented livelihood agency. You are a member of its team Lumme, "
            "who decide on housing support. Every line with ▸ is a call to a public API."
        )
        me = await self._get("okr", "/me")
        teams = [role["team"] for role in me["roles"] if role.get("team")]
        if not teams:
            raise LocalProblem(
                f"{MEMBER} is in no team: load a demo first, `{SOIHTU} up` or `{SOIHTU} demo`."
            )
        self._team = teams[0]

    async def what_it_is_good_for(self) -> None:
        """From a team's goal to the agency's goal of the year, and to a promise to customers."""
        self._guide.stop(1, "What is our work good for?")
        self._guide.says(
            "Last cycle Lumme wanted rents to be paid in time. The goal contributes to one of the "
            "agency's goals of the year, and that one serves a pillar of the strategy: a promise "
            "to the customer."
        )
        goal = await self._rent()
        self._guide.says(
            "The same question for all that you work for is `/serves?of=me`. Texts come in your "
            "language where somebody has proof-read them, else as they were written."
        )
        told = await self._get("reporting", f"/serves?of=objectives/{goal['id']}")
        (served,) = told["goals"]
        lines = [f"{served['title']['text']}: {percent(goal['progress'])}"]
        if served["benefit"]:
            lines.append(f"for the customer: {served['benefit']['text']}")
        for above in told["above"]:
            lines.append(f"└ contributes to: {above['title']['text']}")
            if above["from_what"] and above["to_what"]:
                lines.append(f"  from: {above['from_what']['text']}")
                lines.append(f"  to: {above['to_what']['text']}")
        for pillar in told["pillars"]:
            promise = pillar["promise"]["text"]
            lines.append(f"  └ serves: {pillar['name']['text']}, the promise “{promise}”")
        self._guide.shows(lines)

    async def _rent(self) -> Json:
        cycles = (await self._get("okr", "/cycles"))["items"]
        for cycle in cycles:
            board = await self._board(f"?cycle={cycle['id']}")
            for goal in board["objectives"]:
                if goal["title"].get("fi") == RENT:
                    return dict(goal)
        raise LocalProblem(f"Lumme has no goal “{RENT}”: this is not the demo.")

    async def help_wanted(self) -> None:
        """Who sees what a team asks for, and who does not."""
        self._guide.stop(2, "Lumme asks for help")
        self._guide.says(
            "A check-in takes half a minute: a value, how sure the team is, a few words, and what "
            "help it wants. Words are for the team, its supervisor and the heads above."
        )
        board = await self._board()
        for goal in board["objectives"]:
            last = goal["last_check_in"] or {}
            if last.get("help_wanted"):
                words = [entry["words"] for entry in last["entries"] if entry["words"]]
                wanted = [*words, f"Help wanted: {last['help_wanted']}"]
                self._guide.shows([said(goal["title"]), *wanted])
        self._guide.says("Someone of another team sees the same goal and numbers, and no words:")
        path = f"/teams/{self._team}/board"
        self._guide.called(OTHER, f"GET reporting {path}")
        seen = (await self._other.get("reporting", path)).body
        self._guide.shows(
            [
                f"{said(goal['title'])}: {percent(goal['progress'])}, words: "
                f"{(goal['last_check_in'] or {}).get('words', 'none')}"
                for goal in seen["objectives"]
            ]
        )

    async def the_line_turns(self) -> None:
        """A check-in, from the command to the board."""
        self._guide.stop(3, "The line turns")
        self._guide.says(
            "You say that fewer applications wait. checkins records it, okr counts it and computes "
            "progress, reporting shows it: three services that know each other by events alone. "
            "The answer names the version that it reached; with it the board answers when its own "
            "copy is that far."
        )
        goal, key_result = _first_number(await self._board())
        self._show(goal, key_result)
        body = {
            "objective": goal["id"],
            "team": self._team,
            "entries": [
                {
                    "key_result": key_result["id"],
                    "value": _next_value(key_result),
                    "confidence": min((key_result["confidence"] or 5) + 1, 10),
                    "words": "Uusi liiteohje auttaa: ensimmäiset kokonaiset hakemukset tulivat.",
                }
            ],
        }
        self._guide.called(MEMBER, f"POST checkins /check-ins {json.dumps(body['entries'])}")
        answer = await self._member.post("checkins", "/check-ins", body, key=f"tour-{uuid4()}")
        self._guide.called("checkins", f"201, Soihtu-Version: {answer.reached.header()}")
        path = f"/teams/{self._team}/board"
        self._guide.called(MEMBER, f"GET reporting {path}, Soihtu-After: the same")
        board = (await self._member.get("reporting", path, after=answer.reached)).body
        self._show(*_same(board, goal["id"], key_result["id"]))

    def _show(self, goal: Json, key_result: Json) -> None:
        values = [point["value"] for point in key_result["trend"]]
        self._guide.shows(
            [
                f"{said(goal['title'])}: {percent(goal['progress'])}",
                f"{said(key_result['title'])}: {key_result['value']:g} {key_result['unit'] or ''}",
                f"{sparkline(values)}  from {key_result['baseline']:g} to {key_result['target']:g}",
            ]
        )

    def a_neighbour_reads(self, kafka: "KafkaSettings") -> None:
        """What another agency's system reads, with any Kafka client."""
        self._guide.stop(4, "A neighbour agency reads along")
        self._guide.says(
            "Another agency's system subscribes to the open topic, in any language, without asking "
            "us. What teams learned and chose to share arrives there, in three languages; nobody "
            "is named, and no words that were not published."
        )
        self._guide.called("a neighbour", f"{SOIHTU} tail --topic open --from-start")
        found = retros_with_learnings(kafka, "liiteohje")
        if not found:
            raise LocalProblem("The learning of the demo is not on the open topic.")
        for headers, learning in found[:1]:
            self._guide.shows(
                [
                    *(f"{name}: {headers[name]}" for name in ("ce_type", "ce_subject", "ce_time")),
                    *(f"{one}: {learning[one]}" for one in LANGUAGES if learning.get(one)),
                ]
            )
        self._guide.says(
            f"That was it. `{SOIHTU} tree` shows all goals, README.md how to do the same by curl."
        )

    async def _board(self, query: str = "") -> Json:
        return await self._get("reporting", f"/teams/{self._team}/board{query}")

    async def _get(self, service: str, path: str) -> Json:
        self._guide.called(MEMBER, f"GET {service} {path}")
        return (await self._member.get(service, path)).body


def _first_number(board: Mapping[str, Any]) -> tuple[Json, Json]:
    """The team's own goal, and its first key result that goes from a number to a number."""
    for goal in board["objectives"]:
        for one in goal["key_results"]:
            if goal["part"] == "responsible" and one["kind"] in ("increase", "decrease"):
                return goal, one
    raise LocalProblem("Lumme has no goal with numbers: this is not the demo.")


def _next_value(key_result: Json) -> float:
    begin, aim = key_result["baseline"], key_result["target"]
    value = key_result["value"] if key_result["value"] is not None else begin
    return float(round(value + (aim - begin) * STEP))


def _same(board: Mapping[str, Any], goal: str, key_result: str) -> tuple[Json, Json]:
    for one in board["objectives"]:
        for held in one["key_results"]:
            if (one["id"], held["id"]) == (goal, key_result):
                return one, held
    raise LocalProblem("The board has lost the goal.")
