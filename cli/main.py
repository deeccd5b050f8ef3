"""The `soihtu` command: which commands there are, and where each lives."""

import sys
from importlib import import_module

import typer

# Command → the module whose `register(app)` adds it. Modules import what is slow when called.
COMMANDS = {
    "up": "cli.local_run",
    "down": "cli.local_run",
    "status": "cli.local_run",
    "reset": "cli.local_run",
    "logs": "cli.logs",
    "clock": "cli.clock",
    "mails": "cli.mails",
    "token": "cli.token",
    "login": "cli.people.signing_in",
    "logout": "cli.people.signing_in",
    "whoami": "cli.people.signing_in",
    "goals": "cli.people.goals",
    "propose": "cli.people.proposing",
    "support": "cli.people.choosing",
    "agree": "cli.people.choosing",
    "check-in": "cli.people.checking_in",
    "score": "cli.people.scoring",
    "demo": "cli.demo.command",
    "import": "cli.importing.command",
    "tail": "cli.tail",
    "tree": "cli.tree",
    "contracts": "cli.contracts.command",
    "subscriber": "cli.subscribers.command",
    "tour": "cli.touring.command",
    "doctor": "cli.doctor",
    "dead-letters": "cli.operations.dead_letters",
    "consumer": "cli.operations.consumer",
    "backup": "cli.operations.backup",
    "restore": "cli.operations.restore",
    "republish": "cli.operations.republish",
    "rebuild": "cli.operations.rebuild",
    "reporting": "cli.operations.reporting",
}


def build_app(arguments: list[str]) -> typer.Typer:
    """With the one command that was asked for, or with all of them for help."""
    app = typer.Typer(
        name="soihtu",
        help="Soihtu: goals from the strategy to the team's Monday, and what was learned back.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_always_a_group)
    asked = COMMANDS.get(arguments[0]) if arguments else None
    for module in dict.fromkeys([asked] if asked else COMMANDS.values()):
        import_module(module).register(app)
    return app


def _always_a_group() -> None:
    """Soihtu: goals from the strategy to the team's Monday, and what was learned back."""


def main() -> int:
    from local.problems import LocalProblem

    try:
        build_app(sys.argv[1:])()
    except LocalProblem as problem:
        from cli.words import OTHERWISE, Words, chosen

        sys.stderr.write(f"{Words(chosen(sys.argv[1:]) or OTHERWISE).told(problem)}\n")
        return 1
    return 0
