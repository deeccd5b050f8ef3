"""Chooses commands of strategies, cut-overs, scores, machines and candidacies, as mix does."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.fire import locks
from tests.fire.client import Choice, Command
from tests.fire.ledger import Acknowledged
from tests.fire.world import Goal, Team, World
from tests.system.agency import text

MACHINE = "machine.pump"
OFFICE = "strategy"

Change = Callable[..., Choice]
"""`(goal, name, part of its address, body)` → a change of an objective."""


def _may_be_scored(goal: Goal) -> bool:
    return bool(goal.state["state"] == "agreed" and goal.open_key_results)


class Yearly:
    """What comes of goals over a year; everything that it needs, `World.begin` has made."""

    def __init__(self, world: World, chance: random.Random, change: Change) -> None:
        self._world = world
        self._chance = chance
        self._change = change
        self.kinds: dict[str, tuple[int, Callable[[], Choice | None]]] = {
            "decide_cut_over": (3, self._decide_cut_over),
            "put_score": (2, self._put_score),
            "name_machines": (2, self._name_machines),
            "put_machine_values": (3, self._put_machine_values),
            "create_strategy": (3, self._create_strategy),
            "change_strategy": (1, self._change_strategy),
            "publish_strategy": (1, self._publish_strategy),
            "amend_strategy": (2, self._amend_strategy),
            "stand_for_torchbearer": (2, self._stand),
            "accept_candidacy": (2, self._accept),
            "decline_candidacy": (1, self._decline),
        }

    def _goal(self, fits: Callable[[Goal], Any]) -> Goal | None:
        found = [goal for goal in self._world.goals if fits(goal)]
        return self._chance.choice(found) if found else None

    def _decide_cut_over(self) -> Choice | None:
        """Another decision on a key result of a goal that goes on already: both change by one."""
        goal = self._goal(lambda it: it.onward and _may_be_scored(it))
        if goal is None:
            return None
        key_result = self._chance.choice(goal.open_key_results)
        again = goal.decided(key_result) == "keep"
        stated = {**self._world.key_result(), "title": text(f"Jono {self._world.key()}")}
        decision = "modify" if again or self._chance.random() < 0.5 else "keep"
        said = {"key_result": key_result, "decision": decision}
        return self._world.cut_over(
            goal, said | ({"stated": stated} if decision == "modify" else {})
        )

    def _put_score(self) -> Choice | None:
        goal = self._goal(_may_be_scored)
        if goal is None:
            return None
        body = {
            "agreed": self._chance.randint(0, 100) / 100,
            "reason": f"Siksi {self._world.key()}.",
        }
        key_result = self._chance.choice(goal.open_key_results)
        command, learn = self._change(goal, "put_score", "", body)
        return replace(command, method="PUT", path=f"/key-results/{key_result}/score"), learn

    def _name_machines(self) -> Choice | None:
        goal = self._goal(lambda it: {*it.measured} - {*it.named(MACHINE)})
        if goal is None:
            return None
        key_result = self._chance.choice(
            [it for it in goal.measured if it not in goal.named(MACHINE)]
        )
        command, learn = self._change(goal, "name_machines", "", {"machines": [MACHINE]})
        return replace(command, method="PUT", path=f"/key-results/{key_result}/machines"), learn

    def _put_machine_values(self) -> Choice | None:
        """Several values of one goal at once."""
        goal = self._goal(lambda it: it.state["state"] == "agreed" and it.named(MACHINE))
        if goal is None:
            return None
        days = self._chance.sample(range(30), self._chance.randint(1, 3))
        values = [
            {
                "key_result": key_result,
                "date": self._world.day(day),
                "value": self._chance.randint(200, 700) + self._chance.random(),
            }
            for key_result in goal.named(MACHINE)
            for day in days
        ]
        command = Command(
            "put_machine_values", "okr", MACHINE, "POST", "/key-results/values", {"values": values},
            locks=locks.of_value(goal.id),
        )  # fmt: skip
        return command, lambda _: None

    def _create_strategy(self) -> Choice | None:
        if self._world.strategy:
            return None
        command = Command(
            "create_strategy", "okr", OFFICE, "POST", "/strategies", self._left_out(),
            key=self._world.key(),
            locks=locks.of_new_strategy(self._world.year),
        )  # fmt: skip
        return command, lambda told: setattr(self._world, "strategy", told.answer)

    def _left_out(self) -> Any:
        why = {"what": text(f"Hanke {self._world.key()}"), "why": text("Ei vielä")}
        return {"cycle": self._world.year, "left_out": [why]}

    def _change_strategy(self) -> Choice | None:
        choice = self._of_strategy("change_strategy", "draft", "", self._left_out())
        return choice and (replace(choice[0], method="PUT"), choice[1])

    def _publish_strategy(self) -> Choice | None:
        return self._of_strategy("publish_strategy", "draft", "/publish")

    def _amend_strategy(self) -> Choice | None:
        body = {"what": text(f"Toisin {self._world.key()}"), "why": text("Opimme")}
        return self._of_strategy("amend_strategy", "published", "/amend", body)

    def _of_strategy(self, name: str, state: str, what: str, body: Any = None) -> Choice | None:
        strategy = self._world.strategy
        if not strategy or strategy["state"] != state:
            return None
        command = Command(
            name, "okr", OFFICE, "POST", f"/strategies/{strategy['id']}{what}", body,
            version=strategy["version"],
            locks=locks.of_strategy(strategy["id"]),
        )  # fmt: skip
        return command, lambda told: setattr(self._world, "strategy", told.answer)

    def _team(self, *, asked: bool) -> Team | None:
        found = [it for it in self._world.teams if it.is_asked == asked]
        return self._chance.choice(found) if found else None

    def _stand(self) -> Choice | None:
        """The torchbearer nominates the member for deputy."""
        team = self._team(asked=False)
        if team is None:
            return None
        body = {
            "person": team.people["member"]["id"],
            "role": "deputy",
            "since": self._world.day(self._chance.randint(0, 9)),
        }
        command = Command(
            "stand_for_torchbearer", "okr", team.lead, "POST",
            f"/teams/{team.id}/torchbearer-candidacies", body,
            key=self._world.key(),
            told=False,
            locks=locks.of_candidacy(team.id),
        )  # fmt: skip
        return command, lambda told: setattr(team, "candidacy", told.answer)

    def _accept(self) -> Choice | None:
        """The member stands, which is more than half of the team: it is the deputy from today."""
        team = self._team(asked=True)
        if team is None:
            return None
        person = team.people["member"]
        own, version = person["id"], person["version"] + 1
        command = replace(
            self._answer(team, "accept_candidacy", "accept"),
            told=True,
            steps=2,
            also=(f"people/{own}@{version}", f"memberships/{own}@{version}"),
            locks=locks.of_candidacy(team.id, own),
        )

        def learn(told: Acknowledged) -> None:
            team.candidacy = told.answer
            team.people["member"] = {**person, "version": version}

        return command, learn

    def _decline(self) -> Choice | None:
        team = self._team(asked=True)
        if team is None:
            return None
        command = self._answer(team, "decline_candidacy", "decline")
        return command, lambda told: setattr(team, "candidacy", told.answer)

    def _answer(self, team: Team, name: str, what: str) -> Command:
        return Command(
            name, "okr", f"{team.code}.member", "POST",
            f"/candidacies/{team.candidacy['id']}/{what}",
            version=team.candidacy["version"],
            told=False,
            locks=locks.of_candidacy(team.id),
        )  # fmt: skip
