"""Commands as people would send them: drawn by a seed, with what there is now."""

from uuid import UUID

from contracts.okr import ObjectiveChanged, TeamCycleChanged
from services.okr.choosing.domain import TeamChoosing, recorded
from services.okr.people.domain import Person
from services.okr.torchbearers.domain import Candidacy, HandOver
from tests.service.okr.at_once.drawing import (
    MEASURED_LATER,
    OPEN_GOALS,
    Drawing,
    draft,
    is_open,
    place_of,
    version_of,
)
from tests.service.okr.at_once.hints import facts_of
from tests.service.okr.at_once.work import Command, Json
from tests.service.okr.conftest import text
from tests.service.okr.goals import UP


def propose(it: Drawing) -> Command | None:
    open_ = [goal for goal in it.world.all(ObjectiveChanged) if is_open(it, goal)]
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
    said = {"share": it.rnd.choice((0.3, 0.5, 0.75, 1.0))}
    return Command(
        "put_team_choosing", it.leader(), {"team": it.cast.lumme}, said, version_of(held)
    )


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


def _of_key_result(
    it: Drawing, operation: str, body: Json | None = None, **where: str
) -> Command | None:
    goal = it.key_result()
    if goal is None:
        return None
    return Command(operation, it.leader(), {"id": str(goal.id), **where}, body, it.goal.version)


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


def name_desk(it: Drawing) -> Command | None:
    named = it.one("machine.desk", "machine.desk", "machine.lift")
    return _of_key_result(it, "name_machines", {"machines": [named]})


def put_values(it: Drawing) -> Command | None:
    """Of a few key results, mostly of those that name the machine."""
    goals = [
        goal
        for one in it.world.all(ObjectiveChanged)
        if is_open(it, one)
        for goal in one.key_results
        if "machine.desk" in goal.machines or it.rnd.random() < 0.1
    ]
    if not goals:
        return None
    values = [
        {
            "key_result": str(it.rnd.choice(goals).id),
            "date": it.one("2026-01-10", "2026-01-11"),
            "value": it.rnd.randint(0, 9),
        }
        for _ in range(it.rnd.randint(1, 4))
    ]
    return Command("put_machine_values", "machine.desk", body={"values": values})


def dismiss_hint(it: Drawing) -> Command | None:
    """One that the goal draws, or the other way round one that the team has dismissed."""
    dismissed = [one.code for one in it.goal.dismissed_hints]
    if dismissed and it.rnd.random() < 0.3:
        return it.of_goal("take_back_dismissal", it.leader(), code=it.one(*dismissed))
    codes = [*facts_of(it.world, it.goal)]
    if not codes:
        return None
    said = {"reason": it.one("Näin sovimme.", "Olkoon.")}
    return it.of_goal("dismiss_hint", it.leader(), said, code=it.one(*codes))


def comment(it: Drawing) -> Command:
    replied = it.remark() if it.rnd.random() < 0.3 else None
    said: Json = {"kind": it.one("comment", "question"), "text": "Miten mittaamme?"}
    if replied:
        said["parent"] = str(replied.id)
    by = it.one("m1", "m2", "pesa.member")
    return Command("make_remark", by, {"id": str(it.goal.id)}, said)


def ask(it: Drawing) -> Command:
    """The other team asks something for the goal, or the goal's team of the other one."""
    said: Json = {"kind": "request", "text": "Auttaisitteko?", "team": it.cast.pesa}
    by = "pesa.lead"
    if it.rnd.random() < 0.5:
        said |= {"team": it.cast.lumme, "asked": it.cast.pesa}
        by = it.leader()
    return Command("make_remark", by, {"id": str(it.goal.id)}, said)


def of_remark(it: Drawing) -> Command | None:
    """One of the ways to go on with what was said, by who mostly may."""
    remark = it.remark()
    if remark is None:
        return None
    author = it.world.get(Person, remark.author).logins[0].subject
    answers = "pesa.lead" if remark.asked else it.leader()
    by, operation, said = it.rnd.choice(
        [
            (author, "reword_remark", {"text": it.one("Toisin sanoen …", "Siis: miten?")}),
            (author, "remove_remark", None),
            (it.leader(), "hide_remark", {"reason": "Ei kuulu tähän."}),
            (it.leader(), "show_remark", None),
            (answers, "answer_request", {"outcome": it.one("accepted", "declined")}),
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
            place_of(it.world, it.cast, here) or "setting"
        ]
    where = {"team": it.cast.lumme, "cycle": cycle}
    at = it.world.find(TeamCycleChanged, UUID(it.cast.lumme), UUID(cycle))
    by = it.one(it.leader(), it.leader(), "admin")
    return Command("move_team_cycle", by, where, {"place": it.one(*way)}, version_of(at))


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
    return Command("decide_cut_over", it.leader(), where, said, version_of(place))


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


def link(it: Drawing) -> Command | None:
    """To another goal, to a key result of one, or to nothing any more."""
    others = [one for one in it.world.all(ObjectiveChanged) if one.id != it.goal.id]
    if not others:
        return None
    other, kind = it.rnd.choice(others), it.one("goal", "goal", "key result", "nothing")
    said: Json = {"contributes_to": [str(other.id)] if kind == "goal" else []}
    if kind == "key result" and other.key_results:
        said["contributes_to_key_results"] = [str(it.rnd.choice(other.key_results).id)]
    return it.of_goal("link_objective", it.leader(), said)


def translate(it: Drawing) -> Command:
    language = it.one("sv", "en")
    if it.rnd.random() < 0.2:
        return it.of_goal("untranslate_objective", it.leader(), language=language)
    said = {"title": it.one("One call is enough", "A shorter queue")}
    return it.of_goal("translate_objective", it.leader(), said, language=language)


def translate_key_result(it: Drawing) -> Command | None:
    language = it.one("sv", "en")
    if it.rnd.random() < 0.2:
        return _of_key_result(it, "untranslate_key_result", language=language)
    said = {"title": it.one("Solved at once", "Calls"), "state": it.one("draft", "proof-read")}
    return _of_key_result(it, "translate_key_result", said, language=language)


def name_machines(it: Drawing) -> Command | None:
    return _of_key_result(it, "name_machines", {"machines": [it.one("phones", "desk")]})


def hand_over(it: Drawing) -> Command | None:
    chosen = [one for one in it.world.all(Candidacy) if one.predecessors]
    if not chosen:
        return None
    one = it.rnd.choice(chosen[-2:])
    by = it.world.get(Person, it.rnd.choice(one.predecessors)).logins[0].subject
    said = {"text": it.one("Kysy Railalta.", "Taulu on ovessa.")}
    held = version_of(it.world.find(HandOver, one.id))
    return Command("write_hand_over", by, {"candidacy": str(one.id)}, said, held)
