"""Every seam by its name, the roles that have it, and which commands lead a role to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.fire import at_apis, at_relays, at_telling, at_work, at_workers
from tests.fire.client import Command
from tests.fire.ledger import Acknowledged
from tests.fire.mix import APART
from tests.fire.proxy import Request
from tests.fire.stage import Stage, service_of

APIS = ("okr-api", "checkins-api", "notifications-api")
RELAYS = ("okr-relay", "checkins-relay")
WORKERS = ("okr-worker", "checkins-worker", "reporting-worker", "notifications-worker")
TELLERS = ("notifications-worker",)

Hold = Callable[[Stage, str, Command], Acknowledged | None]
"""Sends a command, sees a role at the seam, and kills it; the answer, unless it was lost."""


def _waits(role: str, command: Command) -> bool:
    service, _, kind = role.partition("-")
    return (service, kind) in command.locks


def _sends(role: str, command: Command) -> bool:
    return command.service == service_of(role)


def _publishes(role: str, command: Command) -> bool:
    return command.told and _sends(role, command)


def _any(_: str, __: Command) -> bool:
    return True


def _tells(_: str, command: Command) -> bool:
    """Whether it leads to a new entry of an inbox, which is mailed."""
    helped = command.name == "record_check_in" and "help_wanted" in command.body
    return helped or command.name == "agree_objective"


def _apart(_: str, command: Command) -> bool:
    return command.name in APART


@dataclass(frozen=True)
class Seam:
    """Where processes may die; `leads(role, command)`: whether the command takes the role there."""

    hold: Hold
    roles: tuple[str, ...]
    leads: Callable[[str, Command], bool]


SEAMS: Mapping[str, Seam] = {
    "before-commit": Seam(at_apis.before_commit, APIS, _waits),
    "at-commit": Seam(at_apis.at_commit, APIS, _waits),
    "before-answer": Seam(at_apis.before_answer, APIS, _sends),
    "while-reading": Seam(at_apis.while_reading, ("reporting-api", "notifications-api"), _any),
    "before-publishing": Seam(at_relays.before_publishing, RELAYS, _publishes),
    "broker-stopped": Seam(at_relays.broker_stopped, RELAYS, _publishes),
    "before-kafkas-commit": Seam(at_relays.before_kafkas_commit, RELAYS, _publishes),
    "before-deleting": Seam(at_relays.before_deleting, RELAYS, _publishes),
    "stopped-before-sending": Seam(at_relays.stopped_before(Request.PRODUCE), RELAYS, _publishes),
    "stopped-before-ending": Seam(at_relays.stopped_before(Request.END_TXN), RELAYS, _publishes),
    "unlocked-before-sending": Seam(at_relays.unlocked_before(Request.PRODUCE), RELAYS, _publishes),
    "unlocked-before-ending": Seam(at_relays.unlocked_before(Request.END_TXN), RELAYS, _publishes),
    "in-its-transaction": Seam(at_workers.in_its_transaction, WORKERS, _waits),
    "before-offsets": Seam(at_workers.before_kafkas_commit, WORKERS, _waits),
    "while-telling": Seam(at_telling.while_telling, TELLERS, _tells),
    "before-mailing": Seam(at_telling.before_mailing, TELLERS, _tells),
    "after-mailing": Seam(at_telling.after_mailing, TELLERS, _tells),
    "at-work": Seam(at_work.at_work, (*APIS, *RELAYS, *WORKERS), _apart),
}
EVERY = tuple((name, role) for name, seam in SEAMS.items() for role in seam.roles)
"""Every seam at every role that has it."""
