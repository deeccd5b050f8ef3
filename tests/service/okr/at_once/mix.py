"""Which two commands are sent at once: drawn by a seed, of what would make sense to do now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

from contracts.choosing import RemarkChanged
from contracts.envelope import Event
from contracts.okr import KeyResult, ObjectiveChanged, TeamCycleChanged
from services.okr.choosing.domain import TeamChoosing
from services.okr.people.domain import Person
from services.okr.torchbearers.domain import Candidacy
from tests.service.okr.at_once.work import Command, Json
from tests.service.okr.at_once.world import World
from tests.service.okr.conftest import text
from tests.service.okr.goals import UP

Draw = Callable[["Drawing"], Command | None]

OPEN_GOALS = 5
"""So many goals and no more are talked of at once, so that two commands meet at one."""
MEASURED_LATER = {"title": text("Odotusaika"), "kind": "decrease", "target": 5}


@dataclass(frozen=True)
class Cast:
    """Who and what there is: two teams, and the cycles, one of which after the other is run."""

    lumme: str
    pesa: str
    cycles: Sequence[str]


@dataclass
class Drawing:
    """What a draw looks at: all that there is, and the goal and candidacy of the step."""

    rnd: Random
    world: World
    cast: Cast
    goal: ObjectiveChanged
    candidacy: Candidacy | None
    today: date

    def one(self, *of: str) -> str:
        return self.rnd.choice(of)

    def at(self, state: Event | None) -> int | None:
        """The version that it has, or that it will have once the other command is done."""
        return state.version + self.rnd.choice((0, 0, 0, 0, 1)) if state else None

    def of_goal(self, operation: str, by: str, body: Json | None = None, **at: str) -> Command:
        where = {"id": str(self.goal.id), **at}
        return Command(operation, by, where, body, self.at(self.goal))

    def leader(self) -> str:
        """One of the two sides, mostly; they change when torchbearers do."""
        leaders = [
            it.logins[0].subject
            for it in self.world.all(Person)
            for one in it.memberships
            if str(one.team) == self.cast.lumme and one.until is None and one.role != "member"
        ]
        return self.rnd.choice(leaders) if self.rnd.random() < 0.95 else "m3"

    def member(self) -> str:
        return self.one("m1", "m2", "m3", "torchbearer", "deputy", "supervisor", "pesa.member")

    def key_result(self) -> KeyResult | None:
        return self.rnd.choice(self.goal.key_results) if self.goal.key_results else None

    def remark(self) -> RemarkChanged | None:
        said = [it for it in self.world.all(RemarkChanged) if it.objective == self.goal.id]
        return self.rnd.choice(said[-3:]) if said else None

    def running(self) -> tuple[str, str]:
        """The cycle that the team runs or looks back on, and the next one."""
        open_ = [it for it in self.cast.cycles if _place(self.world, self.cast, it) != "closed"]
        return open_[0], open_[1]


def _place(world: World, cast: Cast, cycle: str) -> str | None:
    at = world.place(UUID(cast.lumme), UUID(cycle))
    return at.place if at else None


def draft(it: Drawing | None, cast: Cast, cycle: str) -> Json:
    """A goal of the team, sometimes with the other one invited."""
    said: Json = {
        "cycle": cycle,
        "owner_team": cast.lumme,
        "responsible_team": cast.lumme,
        "title": text("Yksi puhelu riittää"),
        "key_results": [UP, MEASURED_LATER],
    }
    if it and it.rnd.random() < 0.5:
        said["title"] = text("Jono lyhenee")
        said["contributing_teams"] = [cast.pesa]
    return said


def propose(it: Drawing) -> Command | None:
    open_ = [goal for goal in it.world.all(ObjectiveChanged) if goal.state != "closed"]
    if len(open_) >= OPEN_GOALS:
        return None
    return Command(
        "propose_objective", it.one("m1", "m2"), body=draft(it, it.cast, it.one(*it.running()))
    )


def revise(it: Drawing) -> Command:
    said = draft(it, it.cast, str(it.goal.cycle))
    return it.of_goal("revise_objective", it.one("m1", "m2", it.leader()), said)


def close(it: Drawing) -> Command:
    return it.of_goal("close_objective", it.one("m1", it.leader()))


def support(it: Drawing) -> Command:
    return it.of_goal("support_objective", it.member())


def withdraw_support(it: Drawing) -> Command:
    return it.of_goal("withdraw_support", it.member())


def agree(it: Drawing) -> Command:
    met: Json = {"how": "in-meeting", "present": it.rnd.randint(1, 6)}
    said = it.rnd.choice([met, {"how": "by-support"}])
    return it.of_goal("agree_objective", it.leader(), said)


def confirm(it: Drawing) -> Command | None:
    return it.of_goal("confirm_objective", it.leader())


def set_share(it: Drawing) -> Command:
    held = it.world.find(TeamChoosing, UUID(it.cast.lumme))
    said = {"share": it.rnd.choice((0.5, 0.75, 1.0))}
    return Command("put_team_choosing", it.leader(), {"team": it.cast.lumme}, said, it.at(held))


def put_change(it: Drawing) -> Command | None:
    if it.goal.state == "proposed" and it.rnd.random() < 0.9:
        return None
    said: Json = {"kind": "drop"}
    if it.rnd.random() < 0.8:
        kept = [{**UP, "id": str(goal.id)} for goal in it.goal.key_results if goal.state == "open"]
        said = {
            "kind": "revise",
            "title": text(it.one("Kerralla valmista", "Ilman jonoa")),
            "key_results": [*kept[:1], *([UP] if it.rnd.random() < 0.3 or not kept else [])],
        }
    return it.of_goal("put_change", it.one("m1", "m2", it.leader()), said)


def withdraw_change(it: Drawing) -> Command:
    return it.of_goal("withdraw_change", it.one("m1", it.leader()))


def invite(it: Drawing) -> Command:
    return it.of_goal("invite_contributor", it.leader(), team=it.cast.pesa)


def join(it: Drawing) -> Command:
    return it.of_goal("agree_to_contribute", "pesa.lead", team=it.cast.pesa)


def decline(it: Drawing) -> Command:
    said = {"reason": "Ei nyt."}
    return it.of_goal("decline_to_contribute", "pesa.lead", said, team=it.cast.pesa)


def leave(it: Drawing) -> Command:
    said = {"reason": "Emme ehdi."}
    return it.of_goal("leave_objective", "pesa.lead", said, team=it.cast.pesa)


def add_key_result(it: Drawing) -> Command:
    return it.of_goal("add_key_result", it.leader(), it.rnd.choice((UP, MEASURED_LATER)))


def _of_key_result(it: Drawing, operation: str, body: Json | None = None) -> Command | None:
    goal = it.key_result()
    if goal is None:
        return None
    return Command(operation, it.leader(), {"id": str(goal.id)}, body, it.at(it.goal))


def drop_key_result(it: Drawing) -> Command | None:
    return _of_key_result(it, "drop_key_result")


def set_baseline(it: Drawing) -> Command | None:
    return _of_key_result(it, "set_baseline", {"baseline": it.rnd.randint(6, 30)})


def put_score(it: Drawing) -> Command | None:
    said = {"agreed": it.rnd.choice((0.3, 0.7, 1.0)), "reason": "Näin sovimme."}
    return _of_key_result(it, "put_score", said)


def comment(it: Drawing) -> Command:
    replied = it.remark() if it.rnd.random() < 0.3 else None
    said: Json = {"kind": it.one("comment", "question"), "text": "Miten mittaamme?"}
    if replied:
        said["parent"] = str(replied.id)
    by = it.one("m1", "m2", "pesa.member")
    return Command("make_remark", by, {"id": str(it.goal.id)}, said)


def ask(it: Drawing) -> Command:
    said = {"kind": "request", "text": "Auttaisitteko?", "team": it.cast.pesa}
    return Command("make_remark", "pesa.lead", {"id": str(it.goal.id)}, said)


def of_remark(it: Drawing) -> Command | None:
    """One of the ways to go on with what was said, by who mostly may."""
    remark = it.remark()
    if remark is None:
        return None
    author = it.world.get(Person, remark.author).logins[0].subject
    by, operation, said = it.rnd.choice(
        [
            (author, "reword_remark", {"text": it.one("Toisin sanoen …", "Siis: miten?")}),
            (author, "remove_remark", None),
            (it.leader(), "hide_remark", {"reason": "Ei kuulu tähän."}),
            (it.leader(), "show_remark", None),
            (it.leader(), "answer_request", {"outcome": it.one("accepted", "declined")}),
        ]
    )
    return Command(operation, by, {"id": str(remark.id)}, said, it.at(remark))


def move_objective(it: Drawing) -> Command:
    return it.of_goal("move_objective", it.leader(), {"cycle": it.one(*it.running())})


def move_place(it: Drawing) -> Command | None:
    """On in the cycle that is run, or into the next one; the last ones stay as they are."""
    here, next_ = it.running()
    if next_ == it.cast.cycles[-1]:
        return None
    cycle = it.one(here, next_)
    at = it.world.place(UUID(it.cast.lumme), UUID(cycle))
    wanted = {None: ["setting"], "setting": ["running"], "running": ["retro", "running"]}
    way = wanted.get(at.place if at else None, ["running", "running", "closed"])
    where = {"team": it.cast.lumme, "cycle": cycle}
    return Command("move_team_cycle", it.leader(), where, {"place": it.one(*way)}, it.at(at))


def decide(it: Drawing) -> Command | None:
    here, next_ = it.running()
    place = it.world.find(TeamCycleChanged, UUID(it.cast.lumme), UUID(here))
    goals = [
        str(goal.id)
        for objective in it.world.all(ObjectiveChanged)
        if objective.state == "agreed" and str(objective.cycle) == here
        for goal in objective.key_results
        if goal.state == "open"
    ]
    if not goals:
        return None
    chosen = it.rnd.sample(goals, min(len(goals), it.rnd.randint(1, 3)))
    decisions = [
        {"key_result": one, "decision": said, **({"stated": UP} if said == "modify" else {})}
        for one in chosen
        for said in [it.one("keep", "modify", "drop")]
    ]
    where = {"team": it.cast.lumme, "cycle": here}
    said = {"to": next_, "decisions": decisions}
    return Command("decide_cut_over", it.leader(), where, said, it.at(place))


def stand(it: Drawing) -> Command:
    by = it.member()
    said: Json = {"role": it.one("torchbearer", "deputy"), "since": "2020-06-01"}
    if it.rnd.random() < 0.4:
        members = [*it.world.team(UUID(it.cast.lumme), it.today).roles]
        said["person"] = str(it.rnd.choice(members))
    return Command("stand_for_torchbearer", by, {"team": it.cast.lumme}, said)


def of_candidacy(it: Drawing) -> Command | None:
    if it.candidacy is None:
        return None
    own = it.world.get(Person, it.candidacy.person).logins[0].subject
    by, operation, said = it.rnd.choice(
        [
            *[(it.one("m1", "m2", "m3"), "say_yes", None)] * 4,
            (it.one("m1", "m2", "m3"), "take_back_yes", None),
            (own, "accept_candidacy", None),
            (own, "decline_candidacy", None),
            *[(it.leader(), "confirm_candidacy", {"present": 3})] * 2,
        ]
    )
    return Command(operation, by, {"candidacy": str(it.candidacy.id)}, said, it.at(it.candidacy))


DRAWS: Mapping[Draw, int] = {
    propose: 8, revise: 5, close: 1, support: 6, withdraw_support: 2, agree: 10, confirm: 10,
    set_share: 1, put_change: 8, withdraw_change: 1, invite: 2, join: 3, decline: 1, leave: 1,
    add_key_result: 2, drop_key_result: 1, set_baseline: 2, put_score: 3, comment: 4, ask: 1,
    of_remark: 6, move_objective: 2, move_place: 4, decide: 5, stand: 2, of_candidacy: 8,
}  # fmt: skip
"""Each with how often it is drawn."""


def draw(it: Drawing, draws: Mapping[Draw, int] = DRAWS) -> Command:
    """One command."""
    while True:
        made = it.rnd.choices([*draws], [*draws.values()])[0](it)
        if made is not None:
            return made
