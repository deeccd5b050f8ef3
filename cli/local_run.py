"""`soihtu up`, `down`, `status` and `reset`: the whole system on this machine."""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from local.home import Home
    from local.jars import Progress


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(down)
    app.command()(status)
    app.command()(reset)


def up(
    demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Load the demo agency the first time.")
    ] = True,
    secure: Annotated[
        bool,
        typer.Option(
            "--secure", help="Kafka asks for TLS, a login and rights; from now on always."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Say where everything is as JSON, on standard output.")
    ] = False,
) -> None:
    """Start the whole system; return when all of it is ready."""
    from local.control import start
    from local.home import find_home

    home, notes = find_home(), _notes()
    with notes.status("starting") as spinner:
        shown: set[str] = set()

        def watch(state: Mapping[str, Any]) -> None:
            if state.get("message"):
                spinner.update(state["message"])
            for step in state.get("done", []):
                if step not in shown:
                    shown.add(step)
                    notes.print(f"  [green]✓[/] {step}")

        try:
            start(home, watch, secure=secure)
        except KeyboardInterrupt:
            notes.print("interrupted: what had been started is stopped again")
            raise typer.Exit(130) from None
        spinner.update("waiting until every role is ready")
        facts = _settled_facts(home)
        if demo:
            _load_demo(home, spinner.update)
    if as_json:
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
        return
    _print_table(facts)
    if (elsewhere := home.part("postgres") / "elsewhere").exists():
        notes.print(
            f"PostgreSQL refuses to run as root, and other users cannot enter this folder: what "
            f"it needs lies in {elsewhere.resolve()}."
        )
    _print_next_steps(facts["apis"]["reporting"])


def _load_demo(home: "Home", progress: "Progress") -> None:
    """Once per home; what was interrupted goes on the next time."""
    if home.demo_marker.exists():
        return
    from chassis import clock
    from cli.demo import load
    from local.control import running

    progress("loading the demo agency")
    clock.follow(home.clock_file)
    load(running(home), progress)
    home.demo_marker.touch()


def down() -> None:
    """Stop the whole system, and see to it that no process is left."""
    from local.control import stop
    from local.home import find_home
    from local.problems import LocalProblem

    home, notes = find_home(), _notes()
    if not home.state():
        notes.print("nothing is running here")
        return
    with notes.status("stopping"):
        left = stop(home)
    if left:
        raise LocalProblem(f"These processes refuse to end: {[trace.pid for trace in left]}")
    notes.print("stopped; the data stays in " + _short(home.folder))


def status(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, on standard output.")] = False,
) -> None:
    """Say where everything is and how it is; exit 1 unless all of it is ready."""
    from local.home import find_home

    facts = _facts(find_home())
    if as_json:
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
    else:
        _print_table(facts)
    if any(role["state"] != "ready" for role in facts["roles"]):
        raise typer.Exit(1)


def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Really throw all data away.")] = False,
) -> None:
    """Stop the system and throw its data away."""
    from local.control import stop
    from local.home import find_home
    from local.problems import SOIHTU, LocalProblem

    home = find_home()
    if not yes:
        raise LocalProblem(
            f"This throws away all data in {_short(home.folder)}: say `{SOIHTU} reset --yes`."
        )
    if stop(home):
        raise LocalProblem("Some processes refuse to end, so nothing was thrown away.")
    home.remove_all()
    _notes().print(f"{_short(home.folder)} is empty")


def _facts(home: "Home") -> dict[str, Any]:
    from concurrent.futures import ThreadPoolExecutor

    from local.control import part_state, role_state, running

    reached, state = running(home), home.state()
    with ThreadPoolExecutor(16) as pool:
        role_states = list(pool.map(role_state, state["roles"]))
    kept = ("service", "role", "instance", "address", "operations_port", "pid", "restarts")
    return {
        "kafka": reached.kafka["SOIHTU_KAFKA"],
        "issuer": reached.issuer,
        "apis": dict(reached.apis),
        "roles": [
            {**{name: role[name] for name in kept}, "state": told}
            for role, told in zip(state["roles"], role_states, strict=True)
        ],
        "parts": [
            {"name": part["name"], "pid": part["pid"], "state": part_state(part)}
            for part in state["parts"]
        ],
    }


def _settled_facts(home: "Home", patience: float = 60.0) -> dict[str, Any]:
    """When all is ready; some of a system that ran already may not be."""
    from local.problems import SOIHTU, LocalProblem

    deadline = time.monotonic() + patience
    while True:
        facts = _facts(home)
        late = [role for role in facts["roles"] if role["state"] != "ready"]
        if not late:
            return facts
        if time.monotonic() > deadline:
            names = ", ".join(f"{role['service']} {role['role']}" for role in late)
            raise LocalProblem(f"Not ready: {names}; `{SOIHTU} logs SERVICE` says why.")
        time.sleep(0.2)


def _print_table(facts: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("service", "role", "address", "state"):
        table.add_column(heading, no_wrap=True)
    for role in facts["roles"]:
        table.add_row(role["service"], role["role"], role["address"], _coloured(role["state"]))
    parts = {part["name"]: part["state"] for part in facts["parts"]}
    table.add_row("kafka", "", facts["kafka"], _coloured(parts.get("kafka", "given")))
    table.add_row("identity", "", facts["issuer"], _coloured(parts.get("identity", "given")))
    Console(highlight=False).print(table)


def _coloured(state: str) -> str:
    colour = {"ready": "green", "given": "cyan"}.get(state, "red")
    return f"[{colour}]{state}[/]"


def _print_next_steps(reporting: str) -> None:
    soihtu = _short(Path(sys.argv[0]).absolute())
    steps = {
        f"{soihtu} tree": "the organisation's goals, with progress",
        f"{soihtu} tail": "events as they pass; leave it running",
        f"{soihtu} token --as lumme.torchbearer": "a token for curl",
        f"{soihtu} logs -f checkins": "what a service says",
        f"curl {reporting}/openapi.json": "what an API answers",
        "make down": "stop all of it",
    }
    sys.stdout.write("\nWhat to try next:\n")
    for command, what in steps.items():
        sys.stdout.write(f"  {command:45}  {what}\n")


def _notes() -> "Console":
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
