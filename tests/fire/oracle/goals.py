"""What okr must make of what was said: series, what counts, and progress, by the design alone.

Sections 2 and 6 of the design: a source's rows, whether each counts and what stands in its place,
which one is current, and the formulas of progress.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fire.oracle.log import Log, Row
from tests.fire.oracle.verdict import Findings

CHECK_IN = "check-in/"
TABLE = "the progress topic"
CLOSE = 1e-9
TOTALS = ("objective_progress", "objective_coverage")


def check(log: Log, findings: Findings) -> None:
    """Hold the numbers on the topics against the check-ins and goals there."""
    _check_numbers(log, findings)
    rows: dict[str, list[Row]] = {}
    for own, row in log.newest("values"):
        rows.setdefault(row["key_result"], []).append(row)
        _check_history(f"values/{own}", log, findings)
        _check_reason(row, log, findings)
    _check_sources(log, rows, findings)
    _check_progress(log, rows, findings)


def _check_numbers(log: Log, findings: Findings) -> None:
    """An objective's check-ins count from 1, each number once."""
    numbers: dict[str, list[int]] = {}
    for _, said in log.newest("check-ins"):
        numbers.setdefault(said["objective"], []).append(said["number"])
    for objective, given in numbers.items():
        for number in {it for it in given if given.count(it) > 1}:
            findings.doubled(f"objectives/{objective} has two check-ins {number}")
        for number in set(range(1, max(given))) - set(given):
            findings.lost(f"objectives/{objective} has no check-in {number}")


def _check_history(subject: str, log: Log, findings: Findings) -> None:
    """A row takes each version of its source once; what stands comes from the row before."""
    before: Row | None = None
    for row in log.states(subject):
        if before and before["version"] == row["version"] - 1:
            if row["source_version"] <= before["source_version"]:
                source = f"{row['source']}@{row['source_version']}"
                findings.doubled(f"{subject}@{row['version']} takes {source} once more")
            stands = None if row["counted"] else counts(before)
            if row.get("standing") != stands:
                name = f"{subject}@{row['version']} standing"
                findings.differs(TABLE, name, stands, row.get("standing"))
        before = row


def counts(row: Row) -> Row | None:
    """What of a source counts: what its row says, else what stands in its place."""
    if not row["counted"]:
        stands: Row | None = row.get("standing")
        return stands
    if row.get("value") is None:
        return None
    said = {name: row.get(name) for name in ("effective_date", "value", "done", "confidence")}
    return {name: it for name, it in said.items() if it is not None}


def _check_reason(row: Row, log: Log, findings: Findings) -> None:
    """Each reason must have held at some time; the topics say no more than that of when."""
    may = _reasons(row, log)
    reason = row.get("reason")
    if reason not in may or row["counted"] != (reason is None):
        findings.differs(TABLE, f"values/{row['id']} reason", sorted(map(str, may)), reason)


def _reasons(row: Row, log: Log) -> set[str | None]:
    """The reasons that may be given for any state of the goal and any place of its team."""
    found: set[str | None] = set()
    for objective in log.states(f"objectives/{row['objective']}"):
        team, cycle = objective["responsible_team"], objective["cycle"]
        states = log.states(f"team-cycles/{team}/{cycle}")
        places = [None, *(it["place"] for it in states)]
        for goal in objective.get("key_results", ()):
            if goal["id"] == row["key_result"]:
                found |= {_reason(objective, goal, place) for place in places}
    return found


def _reason(objective: Row, goal: Row, place: str | None) -> str | None:
    if place == "closed":
        return "team-cycle-closed"
    if objective["state"] != "agreed":
        proposed = objective["state"] == "proposed"
        return "objective-not-agreed" if proposed else "objective-closed"
    if goal["state"] == "dropped":
        return "key-result-dropped"
    return "team-cycle-not-running" if place in (None, "setting") else None


def _check_sources(log: Log, rows: Mapping[str, Sequence[Row]], findings: Findings) -> None:
    """Each check-in has a row for each key result that it speaks of, and no more."""
    of_source: dict[str, dict[str, Row]] = {}
    for goal, series in rows.items():
        for row in series:
            held = of_source.setdefault(row["source"], {})
            if goal in held:
                findings.doubled(f"key-results/{goal} has two rows of {row['source']}")
            held[goal] = row
    for own, said in log.newest("check-ins"):
        source = f"{CHECK_IN}{own}"
        _check_source(source, said, of_source.get(source, {}), log, findings)
    for source in of_source:
        if (
            source.startswith(CHECK_IN)
            and source.replace(CHECK_IN, "check-ins/") not in log.versions
        ):
            findings.differs(TABLE, source, None, sorted(of_source[source]))


def _check_source(
    source: str, said: Row, rows: Mapping[str, Row], log: Log, findings: Findings
) -> None:
    ever = {
        entry["key_result"]
        for state in log.states(f"check-ins/{said['id']}")
        for entry in state["entries"]
    }
    entries = {entry["key_result"]: entry for entry in said["entries"]}
    for goal in {*entries, *rows}:
        must = _row(source, said, goal, entries.get(goal), len(rows)) if goal in ever else None
        held = rows.get(goal)
        found = held and must and {name: held.get(name) for name in must}
        if must is None or found != must:
            findings.differs(TABLE, f"{source} of {goal}", must, found or held)


def _row(source: str, said: Row, goal: str, entry: Row | None, of: int) -> Row:
    return {
        "source": source,
        "source_version": said["version"],
        "source_values": of,
        "objective": said["objective"],
        "key_result": goal,
        "number": said["number"],
        "effective_date": said["effective_date"],
        "value": entry["value"] if entry else None,
        "done": entry.get("done") if entry else None,
        "confidence": entry.get("confidence") if entry else None,
        "withdrawn": entry is None,
    }


def _check_progress(log: Log, rows: Mapping[str, Sequence[Row]], findings: Findings) -> None:
    published: dict[str, dict[str, Row]] = {}
    for own, said in log.newest("key-results"):
        published.setdefault(said["objective"], {})[own] = said
    for objective, held in published.items():
        states = log.states(f"objectives/{objective}")
        state = states[-1] if states else None
        if state is None:
            findings.differs(TABLE, f"progress of objectives/{objective}", None, sorted(held))
        else:
            _check_objective(state, held, rows, findings)
    for goal, series in rows.items():
        if _current(series) and all(goal not in held for held in published.values()):
            findings.lost(f"key-results/{goal} has a value and no progress")


def _check_objective(
    objective: Row,
    held: Mapping[str, Row],
    rows: Mapping[str, Sequence[Row]],
    findings: Findings,
) -> None:
    goals = {goal["id"]: goal for goal in objective.get("key_results", ())}
    progress: dict[str, float] = {}
    for own, said in held.items():
        must = progress_of(goals[own], _current(rows.get(own, ()))) if own in goals else {}
        for name, expected in must.items():
            if not _close(said.get(name), expected):
                findings.differs(TABLE, f"key-results/{own} {name}", expected, said.get(name))
        if must.get("progress") is not None:
            progress[own] = must["progress"]
    newest = max(held.values(), key=lambda it: int(it["objective_progress_version"]))
    for name, expected in zip(TOTALS, totals(list(goals.values()), progress), strict=True):
        if not _close(newest.get(name), expected):
            subject = f"objectives/{objective['id']} {name}"
            findings.differs(TABLE, subject, expected, newest.get(name))


def _current(rows: Sequence[Row]) -> tuple[Row, Row] | None:
    """The row whose value is current, and what of it counts: the highest by day, person over
    machine, number and source."""
    ranked: Iterator[tuple[tuple[Any, ...], Row, Row]] = (
        ((said["effective_date"], not _is_machine(row), row["number"], row["source"]), row, said)
        for row in rows
        if (said := counts(row)) is not None
    )
    best = max(ranked, key=lambda it: it[0], default=None)
    return (best[1], best[2]) if best else None


def _is_machine(row: Row) -> bool:
    return str(row["source"]).startswith("machine/")


def progress_of(goal: Row, current: tuple[Row, Row] | None) -> Row:
    """What is said of a key result by its newest definition; None is for no value yet."""
    if current is None:
        names = (
            "value", "done", "effective_date", "source", "progress", "unclamped", "confidence",
        )  # fmt: skip
        return dict.fromkeys(names)
    row, said = current
    definition = goal["definitions"][-1]
    value, done = said["value"], said.get("done")
    if goal["kind"] == "milestones" and done is not None:
        weights = {step["id"]: step["weight"] for step in definition["milestones"]}
        done = [step for step in weights if step in done]
        value = sum(weights[step] for step in done)
    share = unclamped(goal["kind"], definition, value)
    return {
        "value": value,
        "done": done,
        "effective_date": said["effective_date"],
        "source": row["source"],
        "progress": None if share is None else min(1.0, max(0.0, share)),
        "unclamped": share,
        "confidence": said.get("confidence"),
    }


def unclamped(kind: str, definition: Row, value: float) -> float | None:
    """(value - baseline) / (target - baseline), while there is a baseline; in a corridor 1, outside
    of it less by the distance over the tolerance; a binary one is its value; of milestones the
    share of the weight; in zones 0, 0.3, 0.7 and 1 at their ends, straight between and beyond
    them."""
    if kind == "binary":
        return value
    if kind == "milestones":
        return float(value / sum(step["weight"] for step in definition["milestones"]))
    if kind == "zones":
        return _in_zones(definition, value)
    if kind != "maintain":
        start, aim = definition.get("baseline"), definition["target"]
        return None if start is None else float((value - start) / (aim - start))
    if definition["low"] <= value <= definition["high"]:
        return 1.0
    outside = max(definition["low"] - value, value - definition["high"])
    return float(1.0 - outside / definition["tolerance"])


def _in_zones(definition: Row, value: float) -> float:
    start, commit, target, stretch = (
        definition[name] for name in ("baseline", "commit", "target", "stretch")
    )
    if (value - commit) * (commit - start) < 0:
        return float(0.3 * (value - start) / (commit - start))
    if (value - target) * (target - commit) < 0:
        return float(0.3 + 0.4 * (value - commit) / (target - commit))
    return float(0.7 + 0.3 * (value - target) / (stretch - target))


def totals(goals: Sequence[Row], progress: Mapping[str, float]) -> tuple[float | None, float]:
    """The mean by weight of open key results that have progress, and their share of the weight."""
    weights = {
        goal["id"]: goal["definitions"][-1].get("weight", 1.0)
        for goal in goals
        if goal["state"] == "open"
    }
    known = sum(weight for own, weight in weights.items() if own in progress)
    if not known:
        return None, 0.0
    summed = sum(progress[own] * weight for own, weight in weights.items() if own in progress)
    return summed / known, known / sum(weights.values())


def _close(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= CLOSE * max(1.0, abs(one), abs(other))
    return bool(one == other)
