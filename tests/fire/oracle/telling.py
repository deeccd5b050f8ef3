"""Whom people's doings are told to, by the rules alone: what inboxes must hold, and what is mailed.

An event that is followed by a newer one of its aggregate, before it is read, is passed over: what
only such an event says may be told, what the newest says must be.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.fire.ledger import Ledger
from tests.fire.oracle.log import INTERNAL, Log, Record, Row
from tests.fire.oracle.tables import Tables
from tests.fire.oracle.verdict import Findings

OCCASIONS, INBOX, MAILS = (
    f"notifications.{table}" for table in ("occasions", "notifications", "mails")
)
CHECK_IN = "check-in/"
LOW_CONFIDENCE = 3
ZONE = ZoneInfo("Europe/Helsinki")
"""Where days begin for everybody: the zone of a system that is told of no other."""
MEMBERS = ("member", "torchbearer", "deputy", "project-lead")
ASKED = ("question-asked", "request-made")
BY_THE_CLOCK = ("due", "missed")
"""Rules of which a run meets nothing, unless it goes on over their hour: taken as they are."""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Occasion:
    """Something to tell: by its rule, subject and occurrence once."""

    rule: str
    subject: str
    occurrence: str
    objective: str
    at: datetime
    team: str | None = None
    person: str | None = None
    asked: str | None = None

    @property
    def key(self) -> Key:
        return self.rule, self.subject, self.occurrence

    @property
    def row(self) -> Row:
        return vars(self) | {"at": self.at.isoformat()}


def key_of(row: Row) -> Key:
    return row["rule"], row["subject"], row["occurrence"]


class Telling:
    """What a log has to tell since the tables say that people are told."""

    def __init__(self, log: Log, tables: Tables) -> None:
        self._log = log
        self._tables = tables
        self._since = max(datetime.fromisoformat(it["since"]) for it in _telling(tables))
        self._members = {own: said["memberships"] for own, said in log.newest("memberships")}
        self._goals = dict(log.newest("objectives"))
        self._may: dict[Key, list[Occasion]] = defaultdict(list)
        self._must: set[Key] = set()
        for record in log.records:
            if record.topic in INTERNAL and record.origin == "command":
                self._hear(record)

    def _hear(self, record: Record) -> None:
        is_newest = record.version == self._log.highest(record.subject)
        for occasion in occasions(record):
            self._may[occasion.key].append(occasion)
            if is_newest and min(occasion.at, record.time) >= self._since:
                self._must.add(occasion.key)

    def tables(self) -> dict[str, list[Row]]:
        """The rows of occasions and inboxes that must be there, and no more."""
        held = {key_of(row): row for row in self._tables[OCCASIONS]}
        told = {key_of(row) for row in self._tables[INBOX]}
        chosen = {
            key: next((it for it in may if _is(it, held.get(key))), may[0])
            for key, may in self._may.items()
            if key in self._must or key in held or key in told
        }
        inboxes = [
            entry
            for key, row in held.items()
            if row["settled_at"] and key in chosen and chosen[key].objective in self._goals
            for entry in self._entries(chosen[key], _day(row["settled_at"]))
        ]
        return {
            OCCASIONS: [it.row for it in chosen.values()] + self._by_the_clock(OCCASIONS),
            INBOX: inboxes + self._by_the_clock(INBOX),
        }

    def _by_the_clock(self, table: str) -> list[Row]:
        return [row for row in self._tables[table] if row["rule"] in BY_THE_CLOCK]

    def _entries(self, occasion: Occasion, day: date) -> Iterator[Row]:
        people = self._people(occasion, day)
        if occasion.at < self._since:  # it may have been told before a restore, or not at all
            entries = [row for row in self._tables[INBOX] if key_of(row) == occasion.key]
            people &= {row["person"] for row in entries}
        goal = self._goals[occasion.objective]
        team = occasion.team or goal["responsible_team"]
        entry = occasion.row | {"team": team, "asked": None, "version": 1}
        for person in people:
            yield entry | {"person": person, "read_at": None}

    def _people(self, occasion: Occasion, day: date) -> set[str]:
        if occasion.rule == "not-counted":
            check_ins = self._log.states(occasion.subject)[-1:]
            return {it["author"] for it in check_ins if it.get("author")}
        if occasion.rule == "answered":
            return self._answered(occasion, day) - {str(occasion.person)}
        goal = self._goals[occasion.objective]
        teams, roles = _teams(goal), {*MEMBERS}
        if occasion.rule == "help-wanted":
            teams, roles = {str(occasion.team)}, {*MEMBERS, "supervisor"}
        if occasion.rule == "goal-proposed":
            teams = {goal["responsible_team"]}
        if occasion.rule == "learning-shared":
            teams = self._teams_beside(goal) - {str(occasion.team)}
        if occasion.rule in ASKED:
            return self._who_answer(occasion, occasion.asked or goal["responsible_team"], day)
        return self._who_hold(roles, teams, day) - {str(occasion.person)}

    def _who_hold(self, roles: set[str], teams: set[str], day: date) -> set[str]:
        return {
            person
            for person, held in self._members.items()
            if any(_holds(one, roles, teams, day) for one in held)
        }

    def _who_answer(self, occasion: Occasion, team: str, day: date) -> set[str]:
        """Who leads the team and its supervisor, of what is asked from outside."""
        by_turns = (self._who_hold(it, {team}, day) for it in ({"torchbearer"}, {"deputy"}))
        who_leads = next(filter(None, by_turns), self._who_hold({*MEMBERS}, {team}, day))
        own = self._who_hold({*MEMBERS, "supervisor"}, {team}, day)
        if occasion.rule == "question-asked" and occasion.person in own:
            return set()
        return (who_leads | self._who_hold({"supervisor"}, {team}, day)) - {str(occasion.person)}

    def _answered(self, occasion: Occasion, day: date) -> set[str]:
        """Those who asked, of what the goal's team says."""
        team = {self._goals[occasion.objective]["responsible_team"]}
        own = self._who_hold({*MEMBERS, "supervisor"}, team, day)
        is_theirs = occasion.person is None or occasion.person in own
        return self._askers(occasion.subject) if is_theirs else set()

    def _askers(self, subject: str) -> set[str]:
        """Who made the request that is answered, or asked in the thread before a reply."""
        said = self._log.states(subject)[-1]
        thread = said.get("parent")
        return {
            it["author"]
            for own, it in self._log.newest("remarks")
            if it["state"] == "said"
            and (
                (own == said["id"] and it["remark_kind"] == "request")
                or (
                    thread in (own, it.get("parent"))
                    and thread is not None
                    and own < said["id"]
                    and it["remark_kind"] == "question"
                )
            )
        }

    def _teams_beside(self, goal: Row) -> set[str]:
        """Teams of agreed goals of open cycles that share an aim or a pillar with this one."""
        open_cycles = {own for own, said in self._log.newest("cycles") if said["state"] == "open"}
        beside = [
            other
            for other in self._goals.values()
            if other["state"] == "agreed" and other["cycle"] in open_cycles
            if any(
                {*other.get(name, ())} & {*goal.get(name, ())}
                for name in ("contributes_to", "serves")
            )
        ]
        return {team for other in beside for team in _teams(other)}


def _day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(ZONE).date()


def _telling(tables: Tables) -> list[Row]:
    return tables["notifications.telling"]


def _is(occasion: Occasion, row: Row | None) -> bool:
    said = ("team", "person", "objective", "asked")
    return (
        row is not None
        and all(row[it] == getattr(occasion, it) for it in said)
        and datetime.fromisoformat(row["at"]) == occasion.at
    )


def _teams(goal: Row) -> set[str]:
    return {goal["responsible_team"], *goal.get("contributing_teams", ())}


def _holds(one: Row, roles: set[str], teams: set[str], day: date) -> bool:
    since, until = date.fromisoformat(one["since"]), one.get("until")
    is_then = since <= day and (until is None or day <= date.fromisoformat(until))
    return is_then and one["role"] in roles and one.get("team") in teams


def occasions(record: Record) -> Iterator[Occasion]:
    """What one event has to tell."""
    said, at = record.data, record.time
    if record.kind == "objectives":
        yield from _proposed(said)
        yield from _agreed(said)
    elif record.kind == "remarks":
        yield from _remarked(said)
    elif record.kind == "check-ins":
        yield from _said(said, at)
    elif record.kind == "values" and not said["counted"] and said["source"].startswith(CHECK_IN):
        check_in = said["source"].replace(CHECK_IN, "check-ins/")
        number = str(said["source_version"])
        yield Occasion("not-counted", check_in, number, said["objective"], at)
    elif record.kind == "retros" and said.get("author"):  # without one, it was imported
        for finding in said["findings"]:
            for own in (it["id"] for it in finding.get("learnings", ()) if it["shareable"]):
                yield Occasion(
                    "learning-shared", f"learnings/{own}", own, finding["objective"], at,
                    said["team"], said.get("author"),
                )  # fmt: skip


def _proposed(goal: Row) -> Iterator[Occasion]:
    """While it is no more than proposed; whoever reads only what came later tells nothing of it."""
    first: Row = next((it for it in goal["states"] if it["state"] == "proposed"), {})
    if goal["state"] == "proposed" and first.get("by"):
        yield Occasion(
            "goal-proposed", f"objectives/{goal['id']}", goal["id"], goal["id"],
            datetime.fromisoformat(first["at"]), goal["responsible_team"], first["by"],
        )  # fmt: skip


def _agreed(goal: Row) -> Iterator[Occasion]:
    for one in goal["states"]:
        if one["state"] == "agreed" and one.get("by"):
            at = datetime.fromisoformat(one["at"])
            yield Occasion(
                "goal-agreed", f"objectives/{goal['id']}", at.isoformat(), goal["id"], at,
                goal["responsible_team"], one["by"],
            )  # fmt: skip


def _remarked(remark: Row) -> Iterator[Occasion]:
    """Another team waits for an answer; one is given; somebody replies."""
    own, goal, answer = remark["id"], remark["objective"], remark.get("answer")
    if remark["state"] != "said":
        return
    by = (goal, datetime.fromisoformat(remark["at"]), remark.get("team"), remark["author"])
    rule = {"question": "question-asked", "request": "request-made"}.get(remark["remark_kind"])
    if rule and not answer:
        yield Occasion(rule, f"remarks/{own}", own, *by, remark.get("asked"))
    if remark.get("parent") and remark["remark_kind"] != "question":
        yield Occasion("answered", f"remarks/{own}", own, *by)
    if answer:
        at = datetime.fromisoformat(answer["at"])
        yield Occasion("answered", f"remarks/{own}", at.isoformat(), goal, at, remark.get("asked"))


def _said(check_in: Row, at: datetime) -> Iterator[Occasion]:
    own, goal, author = check_in["id"], check_in["objective"], check_in.get("author")
    if author is None:  # it was imported, whoever corrects it
        return
    by = (goal, at, check_in["team"], author)
    if check_in.get("help_wanted") is not None:
        yield Occasion("help-wanted", f"check-ins/{own}", own, *by)
    said = [it["confidence"] for it in check_in["entries"] if it.get("confidence") is not None]
    if said and min(said) <= LOW_CONFIDENCE:
        year, week, _ = date.fromisoformat(check_in["effective_date"]).isocalendar()
        yield Occasion("low-confidence", f"objectives/{goal}", f"{year}-W{week:02}", *by)


def check_preferences(tables: Tables, ledger: Ledger, findings: Findings) -> None:
    """What a person chose last is what is kept."""
    held = {row["person"]: row for row in tables["notifications.preferences"]}
    chosen = {it.answer["person"]: it.answer for it in ledger if it.name == "put_my_preferences"}
    for person, said in chosen.items():
        found = held.get(person)
        if found is None or any(found[it] != said[it] for it in ("version", "mail")):
            findings.differs("notifications.preferences", person, said, found)


def check_mails(
    tables: Tables, ledger: Ledger, posted: Mapping[str, int], findings: Findings
) -> None:
    """Each entry is mailed once, unless its person doesn't want that or its sender died over it.

    `posted`: how often the mail server was sent the mail of each entry, since these tables.
    """
    entries = {row["id"]: row for row in tables[INBOX]}
    mails = {row["notification"]: row for row in tables[MAILS]}
    unwanted = _ever_unwanted(ledger)
    for own, entry in entries.items():
        if own not in mails and (entry["person"], entry["rule"]) not in unwanted:
            findings.lost(f"the mail of notifications/{own}")
    for own, mail in mails.items():
        entry = entries.get(own, {})
        times = posted.get(own, 0)
        if times > 1 + ledger.sent_again[own]:
            findings.doubled(f"the mail of notifications/{own} was sent {times} times")
        if mail["state"] == "sent" and not times:
            findings.lost(f"the mail of notifications/{own}, which is said to be sent")
        is_unwanted = (entry.get("person"), entry.get("rule")) in unwanted
        if mail["state"] == "dropped" and (mail["reason"], is_unwanted) != ("not-wanted", True):
            findings.differs(MAILS, own, "sent", mail["reason"])


def _ever_unwanted(ledger: Ledger) -> set[tuple[Any, Any]]:
    """People and kinds of which they have once said that they want no mails."""
    return {
        (it.answer["person"], kind)
        for it in ledger
        if it.name == "put_my_preferences"
        for kind, wanted in it.answer["mail"].items()
        if not wanted
    }
