"""Chooses commands at random among those that are allowed now, and learns from their answers.

Every command is answered in the end, so the same generator chooses the same ones again.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.fire import locks
from tests.fire.client import Choice, Command
from tests.fire.ledger import Acknowledged
from tests.fire.world import MET, Goal, Said, Team, World
from tests.fire.yearly import MACHINE, Yearly
from tests.system.agency import ROOT_UNIT, text

IMPORTED = "fire"
MOST_GOALS = 8
MAILED = ("low-confidence", "learning-shared")
"""What people choose to be mailed or not; of all else they are always mailed."""

APART = ("record_check_in", "put_check_in_by_ref", "put_machine_value", "put_team_by_ref")


def _may_be_talked_about(goal: Goal) -> bool:
    return bool(goal.reportable) and {goal.team.place, goal.team.known_place} == {"running"}


def _is_proposed(goal: Goal) -> bool:
    return bool(goal.state["state"] == "proposed")


class Mix:
    """A stream of commands; what one needs of other services, all of them know already."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._kinds: dict[str, tuple[int, Callable[[], Choice | None]]] = {
            "record_check_in": (6, self._record_check_in),
            "correct_check_in": (4, self._correct_check_in),
            "put_check_in_by_ref": (2, self._put_check_in_by_ref),
            "put_machine_value": (4, self._put_machine_value),
            "propose_objective": (2, self._propose_objective),
            "agree_objective": (3, self._agree_objective),
            "add_key_result": (1, self._add_key_result),
            "drop_key_result": (1, self._drop_key_result),
            "put_change": (2, self._put_change),
            "agree_change": (3, self._agree_change),
            "make_remark": (1, self._make_remark),
            "reword_remark": (1, self._reword_remark),
            "put_objective_by_ref": (2, self._put_objective_by_ref),
            "put_team_by_ref": (1, self._put_team_by_ref),
            "move_team_cycle": (2, self._move_team_cycle),
            "retro": (3, self._retro),
            "change_person": (1, self._change_person),
            "change_pillar": (1, self._change_pillar),
            "put_my_preferences": (1, self._put_my_preferences),
        }
        if world.chooses:
            self._kinds |= Yearly(world, chance, self._change).kinds

    def next(self, fits: Callable[[Command], bool] = lambda _: True) -> Choice:
        """A command that fits; there is always a check-in, a correction or a machine's value."""
        names = list(self._kinds)
        weights = [self._kinds[name][0] for name in names]
        while True:
            (name,) = self._chance.choices(names, weights)
            choice = self._kinds[name][1]()
            if choice and fits(choice[0]):
                return choice

    def apart(self, number: int) -> list[Choice]:
        """Commands of which none needs, or changes, what another does."""
        found: dict[str, Choice] = {}
        while len(found) < number:
            choice = self.next(lambda it: it.name in APART)
            command = choice[0]
            found.setdefault(command.key or command.path, choice)
        return list(found.values())

    def _value(self) -> float:
        return float(self._chance.randint(200, 700))

    def _entries(self, goal: Goal) -> Any:
        key_results = goal.reportable
        some = self._chance.sample(key_results, self._chance.randint(1, len(key_results)))
        return [
            {"key_result": it, "confidence": self._chance.randint(0, 10), **self._said_of(goal, it)}
            for it in some
        ]

    def _said_of(self, goal: Goal, key_result: str) -> Any:
        steps = goal.milestones(key_result)
        if steps:
            return {"done": self._chance.sample(steps, self._chance.randint(0, len(steps)))}
        return {"value": self._value()}

    def _goals(self, fits: Callable[[Goal], Any]) -> Goal | None:
        found = [goal for goal in self._world.goals if fits(goal)]
        return self._chance.choice(found) if found else None

    def _talked_about(self) -> Goal | None:
        """A goal that its team may check in on, whatever service has read what."""
        return self._goals(_may_be_talked_about)

    def _record_check_in(self) -> Choice | None:
        goal = self._talked_about()
        if goal is None:
            return None
        body = {"objective": goal.id, "team": goal.team.id, "entries": self._entries(goal)}
        if self._chance.random() < 0.3:
            body["date"] = self._world.day(self._chance.randint(1, 40))
        if self._chance.random() < 0.3:
            body["help_wanted"] = "Kuka tuntee liitteet?"
        command = Command(
            "record_check_in", "checkins", goal.team.lead, "POST", "/check-ins", body,
            key=self._world.key(),
            locks=locks.of_check_in(goal.id),
        )  # fmt: skip
        return command, lambda told: self._world.said.append(Said(told.answer, goal))

    def _correct_check_in(self) -> Choice | None:
        goal = self._talked_about()
        found = [it for it in self._world.said if it.goal is goal and not it.ref]
        if goal is None or not found:
            return None
        said = self._chance.choice(found)
        body = {"entries": self._entries(goal)}
        command = Command(
            "correct_check_in", "checkins", goal.team.lead, "PUT",
            f"/check-ins/{said.state['id']}", body,
            version=said.state["version"],
            locks=locks.of_correction(goal.id, said.state["id"]),
        )  # fmt: skip
        return command, lambda told: setattr(said, "state", told.answer)

    def _put_check_in_by_ref(self) -> Choice | None:
        named = [it for it in self._world.said if it.ref]
        again = self._chance.choice(named) if named and self._chance.random() < 0.5 else None
        goal = again.goal if again else self._talked_about()
        if goal is None or not _may_be_talked_about(goal):
            return None
        ref = again.ref if again else self._world.key()
        body = {
            "objective": goal.id,
            "team": goal.team.id,
            "date": self._world.day(self._chance.randint(1, 40)),
            "entries": self._entries(goal),
        }
        taken = locks.of_correction(goal.id, again.state["id"]) if again else None
        command = Command(
            "put_check_in_by_ref", "checkins", "admin", "PUT",
            f"/check-ins/by-ref/{IMPORTED}/{ref}", body,
            locks=taken or locks.of_check_in(goal.id),
        )  # fmt: skip

        def learn(told: Acknowledged) -> None:
            if again:
                again.state = told.answer
            else:
                self._world.said.append(Said(told.answer, goal, ref))

        return command, learn

    def _put_machine_value(self) -> Choice | None:
        goal = self._goals(lambda it: it.measured and it.state["state"] == "agreed")
        if goal is None:
            return None
        key_result = self._chance.choice(goal.measured)
        day = self._world.day(self._chance.randint(0, 30))
        command = Command(
            "put_machine_value", "okr", MACHINE, "PUT", f"/key-results/{key_result}/values/{day}",
            {"value": self._value() + self._chance.random()},
            locks=locks.of_value(goal.id),
        )  # fmt: skip
        return command, lambda _: None

    def _propose_objective(self) -> Choice | None:
        team = self._world.teams[0]  # goals of a team that looks back would each need a finding
        if len(self._world.goals) >= MOST_GOALS:
            return None
        command = Command(
            "propose_objective", "okr", team.lead, "POST", "/objectives",
            self._world.draft(team, self._chance.randint(1, 3)),
            key=self._world.key(),
            locks=locks.of_new_goal(team.id, self._world.cycle),
        )  # fmt: skip
        return command, lambda told: self._world.goals.append(Goal(told.answer, team))

    def _agree_objective(self) -> Choice | None:
        goal = self._goals(_is_proposed)
        return self._change(goal, "agree_objective", "agree", MET) if goal else None

    def _add_key_result(self) -> Choice | None:
        goal = self._goals(lambda it: _is_proposed(it) and len(it.state["key_results"]) < 5)
        if goal is None:
            return None
        return self._change(goal, "add_key_result", "key-results", self._world.key_result())

    def _drop_key_result(self) -> Choice | None:
        goal = self._goals(lambda it: _is_proposed(it) and len(it.open_key_results) > 2)
        if goal is None:
            return None
        dropped = self._chance.choice(goal.open_key_results)
        choice = self._change(goal, "drop_key_result", "")
        return replace(choice[0], path=f"/key-results/{dropped}/drop"), choice[1]

    def _put_change(self) -> Choice | None:
        """Another title, with one key result less and another more where that leaves some."""
        goal = self._goals(lambda it: not it.ref and it.state["state"] == "agreed")
        if goal is None or goal.team.place != "running" or not self._world.chooses:
            return None
        kept = [goal.stated(it) for it in goal.open_key_results]
        if len(kept) > 2:
            kept.remove(self._chance.choice(kept))
        if len(goal.state["key_results"]) < 5:
            kept.append(self._world.key_result())
        title = text(f"Toisin {self._world.key()}")
        body = {"kind": "revise", "title": title, "key_results": kept}
        choice = self._change(goal, "put_change", "change", body)
        return replace(choice[0], method="PUT"), choice[1]

    def _agree_change(self) -> Choice | None:
        """The team agrees on a change; nobody is told of that."""
        goal = self._goals(lambda it: it.state.get("pending") and it.team.place == "running")
        return self._change(goal, "agree_change", "agree", MET) if goal else None

    def _make_remark(self) -> Choice | None:
        goal = self._goals(lambda it: it.team.place == "running")
        if goal is None or not self._world.chooses:
            return None
        (other,) = (it for it in self._world.teams if it is not goal.team)
        said = [it["id"] for _, it in self._world.remarks if it["objective"] == goal.id]
        reply = {"kind": "comment"} | ({"parent": said[-1]} if said else {})
        who, more = (
            (f"{goal.team.code}.member", reply),
            (f"{other.code}.member", {"kind": "question"}),
            (other.lead, {"kind": "request", "team": other.id}),
            (goal.team.lead, {"kind": "request", "team": goal.team.id, "asked": other.id}),
        )[len(self._world.remarks) % 4]
        command = Command(
            "make_remark", "okr", who, "POST", f"/objectives/{goal.id}/remarks",
            {"text": f"Miten {self._world.key()} mitataan?", **more},
            key=self._world.key(),
            locks=locks.of_new_remark(goal.id),
        )  # fmt: skip
        return command, lambda told: self._world.remarks.append((who, told.answer))

    def _reword_remark(self) -> Choice | None:
        if not self._world.remarks:
            return None
        place = self._chance.randrange(len(self._world.remarks))
        who, remark = self._world.remarks[place]
        command = Command(
            "reword_remark", "okr", who, "PUT", f"/remarks/{remark['id']}",
            {"text": f"Siis {self._world.key()}?"},
            version=remark["version"],
            locks=locks.of_remark(remark["id"]),
        )  # fmt: skip

        def learn(told: Acknowledged) -> None:
            self._world.remarks[place] = who, told.answer

        return command, learn

    def _change(self, goal: Goal, name: str, what: str, body: Any = None) -> Choice:
        command = Command(
            name, "okr", goal.team.lead, "POST", f"/objectives/{goal.id}/{what}", body,
            version=goal.version,
            locks=locks.of_goal(goal.id),
        )  # fmt: skip
        return command, lambda told: setattr(goal, "state", told.answer)

    def _put_objective_by_ref(self) -> Choice | None:
        team = self._world.teams[0]
        named = self._goals(lambda it: it.ref)
        if named is None and len(self._world.goals) >= MOST_GOALS:
            return None
        again = named if named and self._chance.random() < 0.6 else None
        ref = again.ref if again else self._world.key()
        title = text(f"Tuotu {self._world.key()}")
        frame = {**self._world.frame(team), "title": title}
        command = Command(
            "put_objective_by_ref", "okr", "admin", "PUT",
            f"/objectives/by-ref/{IMPORTED}/{ref}", frame,
            locks=locks.of_goal(again.id)
            if again
            else locks.of_new_goal(team.id, self._world.cycle),
        )  # fmt: skip

        def learn(told: Acknowledged) -> None:
            if again:
                again.state = told.answer
            else:
                self._world.goals.append(Goal(told.answer, team, ref))

        return command, learn

    def _put_team_by_ref(self) -> Choice | None:
        named = self._world.named_teams
        again = self._chance.choice(list(named)) if named and self._chance.random() < 0.6 else None
        ref = again or self._world.key()
        body = {"name": text(f"Tiimi {self._world.key()}"), "parent": ROOT_UNIT}
        command = Command(
            "put_team_by_ref", "okr", "admin", "PUT", f"/teams/by-ref/{IMPORTED}/{ref}", body,
            locks=locks.of_team(named.get(ref), ROOT_UNIT),
        )  # fmt: skip
        return command, lambda told: named.update({ref: told.answer["id"]})

    def _move_team_cycle(self) -> Choice | None:
        """The second team goes on to look back, and back to where it was; once between rests."""
        team = self._world.teams[1]
        if team.place != team.known_place:
            return None
        wanted = "retro" if team.place == "running" else "running"
        command = Command(
            "move_team_cycle", "okr", team.lead, "PUT",
            f"/teams/{team.id}/cycles/{self._world.cycle}/place", {"place": wanted},
            version=team.place_version,
            locks=locks.of_place(team.id, self._world.cycle),
        )  # fmt: skip

        def learn(told: Acknowledged) -> None:
            team.place, team.place_version = wanted, told.answer["version"]

        return command, learn

    def _retro(self) -> Choice | None:
        team = self._world.teams[1]
        if {team.place, team.known_place} != {"retro"}:
            return None
        body = {"findings": [self._finding(it) for it in self._world.goals if it.team is team]}
        command = Command(
            "complete_retro", "checkins", team.lead, "POST", "/retros",
            {"team": team.id, "cycle": self._world.cycle, **body},
            key=self._world.key(),
            locks=locks.of_new_retro(),
        )  # fmt: skip
        if team.retro:
            retro, version = team.retro["id"], team.retro["version"]
            command = replace(
                command, name="correct_retro", method="PUT", path=f"/retros/{retro}", body=body,
                key=None, version=version, locks=locks.of_retro(retro),
            )  # fmt: skip
        return command, lambda told: setattr(team, "retro", told.answer)

    def _finding(self, goal: Goal) -> Any:
        learnings = [
            {"text": text(f"Opittua {self._world.key()}"), "shareable": self._chance.random() < 0.5}
            for _ in range(self._chance.randint(1, 3))
        ]
        result = self._chance.choice(["reached", "partly", "not"])
        keep = self._chance.choice(["keep", "modify", "drop"])
        return {
            "objective": goal.id, "result": result, "recommendation": keep, "learnings": learnings,
        }  # fmt: skip

    def _change_person(self) -> Choice:
        team: Team = self._chance.choice(self._world.teams)
        person = team.people["member"]
        body = self._world.person(team, "member", f"Toimipaikka {self._world.key()}")
        command = Command(
            "change_person", "okr", "admin", "PUT", f"/people/{person['id']}", body,
            version=person["version"],
            locks=locks.of_person(person["id"]),
        )  # fmt: skip
        return command, lambda told: team.people.update(member=told.answer)

    def _change_pillar(self) -> Choice | None:
        pillar = self._world.pillar
        if pillar is None:
            return None
        command = Command(
            "change_pillar", "okr", "admin", "PUT", f"/pillars/{pillar['id']}",
            self._world.promise(),
            version=pillar["version"],
            locks=locks.of_pillar(pillar["id"]),
        )  # fmt: skip
        return command, lambda told: setattr(self._world, "pillar", told.answer)

    def _put_my_preferences(self) -> Choice:
        """A member wants no more mails of a kind, or wants them again."""
        team, kind = self._chance.choice(self._world.teams), self._chance.choice(MAILED)
        who, chosen = f"{team.code}.member", self._world.preferences
        mail = {**chosen.get(who, {}), kind: not chosen.get(who, {}).get(kind, True)}
        command = Command(
            "put_my_preferences", "notifications", who, "PUT", "/me/preferences", {"mail": mail},
            locks=locks.of_preferences(),
        )  # fmt: skip
        return command, lambda told: chosen.update({who: told.answer["mail"]})
