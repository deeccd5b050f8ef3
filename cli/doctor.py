"""`soihtu doctor`: what of the system is healthy and what is not, and why, in words."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

NOT_TOLD = "it may hang, or have just ended"


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what is healthy.")] = False,
) -> None:
    """Say what is not healthy and which runbook helps; exit 1 when there is anything."""
    found = list(_examine())
    ill = [it for it in found if not it["well"]]
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        for it in found if everything else ill:
            more = "" if it["well"] else f"\n    docs/operate.md: {it['runbook']}"
            sign = "✓" if it["well"] else "✗"
            sys.stdout.write(f"{sign} {it['service']} {it['what']}: {it['told']}{more}\n")
        sys.stdout.write(f"{len(found) - len(ill)} of {len(found)} things are healthy\n")
    if ill:
        raise typer.Exit(1)


def _examine() -> Iterator[Mapping[str, Any]]:
    from concurrent.futures import ThreadPoolExecutor

    from local.control import running
    from local.graph import SERVICE_NAMES
    from local.home import find_home

    home = find_home()
    running(home)
    state = home.state()
    for part in state["parts"]:
        yield _part(part)
    for role in state["roles"]:
        yield _role(role)
    with ThreadPoolExecutor(len(SERVICE_NAMES)) as pool:
        for service, found in zip(SERVICE_NAMES, pool.map(_service, SERVICE_NAMES), strict=True):
            yield from ({"service": service, **it} for it in found)


def _part(part: Mapping[str, Any]) -> Mapping[str, Any]:
    from local.control import part_state

    state = part_state(part)
    restarts = f", started anew {part['restarts']} times" if part["restarts"] else ""
    return {
        "service": part["name"], "what": "process", "well": state == "ready",
        "told": f"{state}{restarts}", "runbook": "A part of the local run is down",
    }  # fmt: skip


def _role(role: Mapping[str, Any]) -> Mapping[str, Any]:
    from chassis.reasons import REASONS
    from local.control import role_state
    from local.probe import readiness

    state = role_state(role)
    reasons = readiness(role["operations_port"]).reasons if state == "not ready" else ()
    why = "; ".join(f"{it}: {REASONS.get(it, NOT_TOLD)}" for it in reasons)
    return {
        "service": role["service"], "what": role["role"], "well": state == "ready",
        "told": f"{state} ({why})" if why else state, "runbook": "A role is not ready",
    }  # fmt: skip


def _service(service: str) -> list[Mapping[str, Any]]:
    from cli.operations import told_by

    output, errors = told_by(service, "doctor", ["--json"])
    try:
        found: list[Mapping[str, Any]] = json.loads(output)
    except ValueError:
        said = "; ".join(errors.strip().splitlines()[-1:]) or "said nothing"
        return [{"what": "doctor", "well": False, "told": said, "runbook": "A role is not ready"}]
    return found
