"""Commands as people would send them: drawn by a seed, with what of them that there is now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

from contracts.choosing import RemarkChanged
from contracts.envelope import Event
from contracts.okr import KeyResult, ObjectiveChanged, TeamCycleChanged
from services.okr.choosing.domain import TeamChoosing, recorded
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

    def of_goal(self, operation: str, by: str, body: Json | None = None, **at: str) -> Command:
        where = {"id": str(self.goal.id), **at}
        return Command(operation, by, where, body, self.goal.version)

    def leader(self) -> str:
        """One of the two sides, mostly; they change when torchbearers do."""
        leaders = [
            it.logins[0].subject
            for it in self.world.all(Person)
            for one in it.memberships
            if str(one.team) == self.cast.lumme and one.until is None and one.role != "member"
        ]
        return self.rnd.choice(leaders or ["m3"])

    def member(self) -> str:
        return self.one("m1", "m2", "m3", "torchbearer", "deputy", "supervisor", "pesa.member")

    def key_result(self) -> KeyResult | None:
        return self.rnd.choice(self.goal.key_results) if self.goal.key_results else None

    def remark(self) -> RemarkChanged | None:
        said = [it for it in self.world.all(RemarkChanged) if it.objective == self.goal.id]
        return self.rnd.choice(said[-2:]) if said else None

    def running(self) -> tuple[str, str]:
        """The cycle that the team runs or looks back on, and the next one."""
        open_ = [it for it in self.cast.cycles if _place(self.world, self.cast, it) != "closed"]
        return open_[0], open_[1]


def _version(state: Event | None) -> int | None:
    return state.version if state else None


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


def agree(it: Drawing) -> Command | None:
    if recorded(it.goal) and it.rnd.random() < 0.7:
        return None
    met: Json = {"how": "in-meeting", "present": it.rnd.randint(1, 6)}
    said = it.rnd.choice([met, {"how": "by-support"}])
    return it.of_goal("agree_objective", it.leader(), said)


def confirm(it: Drawing) -> Command | None:
    return it.of_goal("confirm_objective", it.leader())


def set_share(it: Drawing) -> Command:
    held = it.world.find(TeamChoosing, UUID(it.cast.lumme))
    said = {"share": it.rnd.choice((0.5, 0.75, 1.0))}
    return Command("put_team_choosing", it.leader(), {"team": it.cast.lumme}, said, _version(held))


def put_change(it: Drawing) -> Command | None:
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
    return Command(operation, it.leader(), {"id": str(goal.id)}, body, it.goal.version)


def drop_key_result(it: Drawing) -> Command | None:
    return _of_key_result(it, "drop_key_result")


def set_baseline(it: Drawing) -> Command | None:
    return _of_key_result(it, "set_baseline", {"baseline": it.rnd.randint(6, 30)})


def put_score(it: Drawing) -> Command | None:
    said = {"agreed": it.rnd.choice((0.3, 0.7, 1.0)), "reason": "Näin sovimme."}
    return _of_key_result(it, "put_score", said)


def put_value(it: Drawing) -> Command | None:
    goal = it.key_result()
    if goal is None:
        return None
    where = {"id": str(goal.id), "day": it.one("2026-01-10", "2026-01-11")}
    return Command("put_machine_value", "machine.phones", where, {"value": it.rnd.randint(0, 9)})


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
    return Command(operation, by, {"id": str(remark.id)}, said, remark.version)


def move_objective(it: Drawing) -> Command:
    return it.of_goal("move_objective", it.leader(), {"cycle": it.one(*it.running())})


def move_place(it: Drawing) -> Command:
    """On in the cycle that is run, or back from looking back, or into the next one."""
    here, next_ = it.running()
    if it.world.place(UUID(it.cast.lumme), UUID(next_)) is None or it.rnd.random() < 0.1:
        cycle, way = next_, ["setting"]
    else:
        cycle, ends = here, ["closed", "closed"] if next_ != it.cast.cycles[-1] else []
        way = {"setting": ["running"], "running": ["retro"], "retro": ["running", *ends]}[
            _place(it.world, it.cast, here) or "setting"
        ]
    where = {"team": it.cast.lumme, "cycle": cycle}
    at = it.world.find(TeamCycleChanged, UUID(it.cast.lumme), UUID(cycle))
    by = it.one(it.leader(), it.leader(), "admin")
    return Command("move_team_cycle", by, where, {"place": it.one(*way)}, _version(at))


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
    return Command("decide_cut_over", it.leader(), where, said, _version(place))


def change_person(it: Drawing) -> Command:
    """Somebody comes into the team, leads it, or is a member of it no more."""
    login, roles = it.rnd.choice(
        [
            ("torchbearer", ("torchbearer", "torchbearer", "")),
            ("supervisor", ("supervisor", "supervisor", "member", "")),
            ("m1", ("member", "")),
            ("m3", ("member", "supervisor")),
        ]
    )
    held = next(one for one in it.world.all(Person) if one.logins[0].subject == login)
    past = [one.model_dump(mode="json") for one in held.memberships if one.until is not None]
    role = it.one(*roles)
    now = [{"role": role, "team": it.cast.lumme, "since": str(it.today)}] if role else []
    said = {
        "name": held.name,
        "logins": [one.model_dump() for one in held.logins],
        "memberships": [*past, *now],
    }
    return Command("change_person", "admin", {"person": str(held.id)}, said, held.version)


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
        ]
    )
    return Command(operation, by, {"candidacy": str(it.candidacy.id)}, said, it.candidacy.version)


def confirm_candidacy(it: Drawing) -> Command | None:
    if it.candidacy is None:
        return None
    where, said = {"candidacy": str(it.candidacy.id)}, {"present": 3}
    return Command("confirm_candidacy", it.leader(), where, said, it.candidacy.version)


Draws = Mapping[Draw, int]
"""What is drawn, each with how often, where it would be done."""

THEMES: Mapping[str, Draws] = {
    "choosing": {
        propose: 8, revise: 8, close: 2, support: 8, withdraw_support: 4, agree: 14, confirm: 10,
        set_share: 4, put_change: 8, withdraw_change: 3, comment: 3, add_key_result: 3,
        drop_key_result: 2, move_objective: 3,
    },
    "other teams": {
        propose: 6, revise: 4, invite: 6, join: 8, decline: 4, leave: 5, agree: 6, confirm: 4,
        support: 6, withdraw_support: 2, put_change: 5, ask: 4, close: 1,
    },
    "who leads": {
        propose: 6, agree: 16, confirm: 12, put_change: 10, change_person: 8, stand: 3,
        of_candidacy: 7, confirm_candidacy: 4, set_share: 1, put_score: 1, of_remark: 1,
    },
    "talk": {
        comment: 5, ask: 4, of_remark: 24, propose: 3, revise: 3, close: 2, agree: 3, confirm: 3,
        move_place: 1, change_person: 1,
    },
    "what is measured": {
        propose: 6, agree: 8, confirm: 8, put_value: 10, put_change: 10, set_baseline: 6,
        add_key_result: 5, drop_key_result: 4, put_score: 6, close: 1, move_place: 1,
    },
    "a cycle's end": {
        propose: 10, agree: 14, confirm: 12, decide: 16, move_place: 5, move_objective: 6,
        put_value: 3, put_score: 4, put_change: 6, close: 1,
    },
}  # fmt: skip
