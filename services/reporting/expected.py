"""What the tables must hold: plain Python over what the topics say, apart from the projections."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]
"""Table, and a row of it."""

TYPES = {
    f"fi.soihtu.{name}.v1".encode()
    for name in (
        "unit-changed", "team-changed", "memberships-changed", "pillar-changed",
        "cycle-changed",
        "team-cycle-changed", "objective-changed", "value-recorded", "key-result-updated",
        "check-in-recorded", "retro-completed",
    )
}  # fmt: skip
CHECK_IN = "check-in/"
LANGUAGES = ("source", "fi", "sv", "en")
DEFINITION = (
    "since", "baseline", "target", "low", "high", "tolerance", "commit", "stretch",
)  # fmt: skip
VALUE = (
    "id", "version", "key_result", "source", "source_version", "source_values", "number",
    "effective_date", "value", "done", "withdrawn", "confidence", "counted", "reason",
)  # fmt: skip
OBJECTIVE = (
    "id", "version", "cycle", "owner_unit", "owner_team", "responsible_team", "rhythm", "state",
    "ancestor",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A value as both sides say it: what is not known is left out, and 1.0 is 1."""
    if isinstance(value, dict):
        return {name: plain(it) for name, it in value.items() if it is not None}
    if isinstance(value, list):
        return [plain(it) for it in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _some(said: Row, names: Iterable[str]) -> Row:
    return {name: said.get(name) for name in names}


def _text(said: Row | None) -> Row | None:
    return said and _some(said, LANGUAGES)


def _proof_read(said: Row) -> list[str]:
    told = said.get("translations", ())
    return [it["language"] for it in told if it["state"] == "proof-read"]


def _units(said: Row) -> Rows:
    node = _some(said, ("id", "version", "parent"))
    yield "directory_units", node
    yield "units", node | {"unit_kind": said["unit_kind"], "name": _text(said["name"])}


def _teams(said: Row) -> Rows:
    node = _some(said, ("id", "version", "parent"))
    yield "directory_teams", node
    yield "teams", node | {"name": _text(said["name"])}


def _people(said: Row) -> Rows:
    yield "people", _some(said, ("id", "version", "site", "home_team"))
    for login in said.get("logins", ()):
        row = _some(login, ("issuer", "subject"))
        yield "directory_logins", {"person": said["id"]} | row
    for held in said.get("memberships", ()):
        row = _some(held, ("role", "team", "unit", "since", "until"))
        yield "directory_memberships", {"person": said["id"]} | row


def _pillars(said: Row) -> Rows:
    row = _some(said, ("id", "version", "state"))
    row |= {"place": said["order"], "proof_read": _proof_read(said)}
    yield "pillars", row | {"name": _text(said["name"]), "promise": _text(said["promise"])}


def _cycles(said: Row) -> Rows:
    row = _some(said, ("id", "version", "cycle_kind", "state"))
    dates = {"start_date": said["start"], "end_date": said["end"]}
    yield "cycles", row | dates | {"name": _text(said["name"])}


def _team_cycles(said: Row) -> Rows:
    yield "team_cycles", _some(said, ("team", "cycle", "version", "place"))


def _objectives(said: Row) -> Rows:
    states = said.get("states", ())
    closed = [it["at"] for it in states if it["state"] == "closed"]
    agreed = [it["at"] for it in states if it["state"] == "agreed" and it.get("by")]
    yield (
        "objectives",
        _some(said, OBJECTIVE)
        | {
            "contributing_teams": said.get("contributing_teams") or [],
            "contributes_to": said.get("contributes_to") or [],
            "contributes_to_key_results": said.get("contributes_to_key_results") or [],
            "serves": said.get("serves") or [],
            "title": _text(said["title"]),
            "benefit": _text(said.get("benefit")),
            "from_what": _text(said.get("from_what")),
            "to_what": _text(said.get("to_what")),
            "proof_read": _proof_read(said),
            "closed_at": max(closed, default=None) if said["state"] == "closed" else None,
            "was_agreed": _was_agreed(said),
            "agreed_at": max(agreed, default=None),
            "recorded_at": _recorded_at(said),
        },
    )
    for position, goal in enumerate(said.get("key_results", ())):
        yield (
            "key_results",
            _some(goal, ("id", "kind", "unit", "team"))
            | {
                "objective": said["id"],
                "position": position,
                "title": _text(goal["title"]),
                "state": goal.get("state", "open"),
                "definitions": [_definition(one) for one in goal["definitions"]],
            },
        )


def _was_agreed(said: Row) -> bool:
    states = [it["state"] for it in said.get("states", ())]
    return "agreed" in (said["state"], *states) or (said["state"] == "closed" and not states)


def _recorded_at(said: Row) -> object:
    last = (said.get("agreements") or ({"state": ""},))[-1]
    waits = last["state"] == "recorded" and said["state"] != "closed"
    return last["recorded_at"] if waits else None


def _definition(said: Row) -> Row:
    steps = said.get("milestones")
    named = steps and [_some(it, ("id", "weight")) | {"title": _text(it["title"])} for it in steps]
    phases = said.get("phases")
    expected = phases and [_some(it, ("day", "share")) for it in phases]
    return _some(said, DEFINITION) | {"milestones": named, "phases": expected}


def _values(said: Row) -> Rows:
    standing = said.get("standing")
    kept = standing and _some(standing, ("effective_date", "value", "done", "confidence"))
    yield (
        "recorded_values",
        _some(said, VALUE)
        | {
            "withdrawn": said.get("withdrawn", False),
            "standing": kept,
            "standing_on": standing and standing["effective_date"],
        },
    )


def _progress(said: Row) -> Rows:
    row = _some(said, ("version", "value", "done", "effective_date", "progress", "unclamped"))
    yield "key_result_progress", {"key_result": said["id"]} | row


def _check_ins(said: Row) -> Rows:
    names = ("id", "version", "objective", "team", "number", "effective_date", "help_wanted")
    entry = ("key_result", "value", "done", "confidence", "words")
    yield (
        "check_ins",
        _some(said, names) | {"entries": [_some(one, entry) for one in said["entries"]]},
    )


def _learnings(said: Row) -> Rows:
    for finding in said["findings"]:
        for learned in finding.get("learnings", ()):
            of = {"retro": said["id"], "team": said["team"], "cycle": said["cycle"]}
            found = _some(finding, ("objective", "result")) | _some(learned, ("id", "shareable"))
            yield "learnings", of | found | {"text": _text(learned["text"])}


KINDS: Mapping[str, Callable[[Row], Rows]] = {
    "units": _units,
    "teams": _teams,
    "memberships": _people,
    "pillars": _pillars,
    "cycles": _cycles,
    "team-cycles": _team_cycles,
    "objectives": _objectives,
    "values": _values,
    "key-results": _progress,
    "check-ins": _check_ins,
    "retros": _learnings,
}
"""Kind of subject → the rows that its newest state makes."""

OWNERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "units": ("units", ("id",)),
    "teams": ("teams", ("id",)),
    "people": ("memberships", ("id",)),
    "pillars": ("pillars", ("id",)),
    "cycles": ("cycles", ("id",)),
    "team_cycles": ("team-cycles", ("team", "cycle")),
    "objectives": ("objectives", ("id",)),
    "key_results": ("objectives", ("objective",)),
    "key_result_progress": ("key-results", ("key_result",)),
    "recorded_values": ("values", ("id",)),
    "check_ins": ("check-ins", ("id",)),
    "learnings": ("retros", ("retro",)),
    "directory_units": ("units", ("id",)),
    "directory_teams": ("teams", ("id",)),
    "directory_logins": ("memberships", ("person",)),
    "directory_memberships": ("memberships", ("person",)),
    "objective_progress": ("totals", ("objective",)),
    "seen": ("", ("kind", "id")),
}
"""Table → the subject that a row is of: its kind, and the columns that name it."""


@dataclass
class Fold:
    """The newest state of each aggregate, and which of them are not settled.

    Of what is unsettled a newer record is on its way, or one was set aside: its rows may say
    either.
    """

    _newest: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    _rows: dict[str, dict[str, list[Row]]] = field(default_factory=lambda: defaultdict(dict))
    unsettled: set[str] = field(default_factory=set)

    def take(self, headers: Iterable[tuple[str, bytes | None]], value: bytes | None) -> None:
        """Take in a record that the tables have."""
        said = dict(headers)
        if said.get("ce_type") not in TYPES or value is None:
            return
        subject = str(said.get("ce_subject") or b"", "utf-8", "replace")
        sequence = said.get("ce_sequence") or b""
        if not sequence.isdigit():
            return
        version = int(sequence)
        held = self._newest.get(subject)
        if held is None or held[0] < version:
            self._newest[subject] = version, value

    def leave(self, headers: Iterable[tuple[str, bytes | None]], value: bytes | None) -> None:
        """Note a record that the tables need not have."""
        said = dict(headers)
        subject = str(said.get("ce_subject") or b"", "utf-8", "replace")
        self.unsettled.add(subject)
        try:
            state = orjson.loads(value or b"{}")
        except orjson.JSONDecodeError:
            return
        if not isinstance(state, dict):
            return
        if subject.startswith("key-results/"):
            self.unsettled.add(f"totals/{state.get('objective')}")
        if str(state.get("source")).startswith(CHECK_IN):
            self.unsettled.add(f"counted/{state['source'].removeprefix(CHECK_IN)}")

    def finish(self) -> None:
        """Make the rows."""
        totals: dict[str, tuple[int, Row]] = {}
        sources: dict[str, list[Row]] = defaultdict(list)
        for subject, (version, value) in self._newest.items():
            kind, _, id_ = subject.partition("/")
            try:
                said = orjson.loads(value)
                rows = [*KINDS[kind](said)]
            except (LookupError, TypeError, ValueError, AttributeError):
                self.unsettled.add(subject)
                continue
            for table, row in rows:
                self._rows[table].setdefault(subject, []).append(plain(row))
            self._rows["seen"][subject] = [{"kind": kind, "id": id_, "version": version}]
            if kind == "key-results":
                _sum_up(totals, said)
            elif kind == "values" and said["source"].startswith(CHECK_IN):
                sources[said["source"].removeprefix(CHECK_IN)].append(said)
        for objective, (_, row) in totals.items():
            self._rows["objective_progress"][f"totals/{objective}"] = [plain(row)]
        for check_in, values in sources.items():
            if (whole := _whole(values)) is not None:
                row = {"kind": "counted", "id": check_in, "version": whole}
                self._rows["seen"][f"counted/{check_in}"] = [row]

    def rows(self, table: str) -> Mapping[str, list[Row]]:
        """The rows of a table by the subject that they are of."""
        return self._rows[table]


def _sum_up(totals: dict[str, tuple[int, Row]], said: Row) -> None:
    objective, version = said["objective"], said["objective_progress_version"]
    if objective not in totals or totals[objective][0] < version:
        totals[objective] = (
            version,
            {
                "objective": objective,
                "version": version,
                "progress": said.get("objective_progress"),
                "coverage": said["objective_coverage"],
            },
        )


def _whole(values: list[Row]) -> int | None:
    """The highest version of a check-in of which every value is there, in it or a newer one."""
    for version in sorted({it["source_version"] for it in values}, reverse=True):
        present = [it for it in values if it["source_version"] >= version]
        of = max(it["source_values"] for it in values if it["source_version"] == version)
        if len(present) >= of:
            return int(version)
    return None
