"""`soihtu dead-letters`: what a service could not apply."""

from typing import Annotated

import typer

from local.graph import SERVICE_NAMES

OneService = Annotated[str, typer.Argument(help="Whose: okr, checkins, reporting, notifications.")]
Ids = Annotated[list[str] | None, typer.Argument(help="Which, by id; or --all.")]
Reason = Annotated[str, typer.Option(help="Why; it is logged, with who you are.")]
Everything = Annotated[bool, typer.Option("--all", help="All that --topic and --code leave.")]
Topic = Annotated[str | None, typer.Option(help="Only those of this topic.")]
Code = Annotated[str | None, typer.Option(help="Only those set aside for this: bad-data …")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Records that could not be applied.", no_args_is_help=True)
    for name, command in (("list", list_), ("show", show), ("retry", retry), ("drop", drop)):
        group.command(name)(command)
    app.add_typer(group, name="dead-letters")


def list_(
    service: Annotated[str | None, typer.Argument(help="One service; else all of them.")] = None,
    topic: Topic = None,
    code: Code = None,
    limit: Annotated[int | None, typer.Option(help="How many to show of each service.")] = None,
) -> None:
    """Show what is set aside, and how much for which reason."""
    for name in [service] if service else SERVICE_NAMES:
        limited = [] if limit is None else ["--limit", str(limit)]
        _operate(name, "list", *_choice(topic, code), *limited)


def show(
    service: OneService,
    id: Annotated[str, typer.Argument(help="Which.")],
    raw: Annotated[bool, typer.Option("--raw", help="With the words in it; say why.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; it is logged, with who you are.")] = None,
) -> None:
    """Show one of them: its position, ids, headers and sizes."""
    told = [] if reason is None else ["--reason", reason]
    _operate(service, "show", id, *(["--raw"] if raw else []), *told)


def retry(
    service: OneService,
    reason: Reason,
    ids: Ids = None,
    everything: Everything = False,
    topic: Topic = None,
    code: Code = None,
) -> None:
    """Apply them again; what a newer version has replaced is dropped."""
    _change("retry", service, reason, ids, everything, _choice(topic, code))


def drop(
    service: OneService,
    reason: Reason,
    ids: Ids = None,
    everything: Everything = False,
    topic: Topic = None,
    code: Code = None,
) -> None:
    """Give them up."""
    _change("drop", service, reason, ids, everything, _choice(topic, code))


def _choice(topic: str | None, code: str | None) -> list[str]:
    chosen = (("--topic", topic), ("--code", code))
    return [word for option, given in chosen if given is not None for word in (option, given)]


def _change(
    action: str,
    service: str,
    reason: str,
    ids: list[str] | None,
    everything: bool,
    choice: list[str],
) -> None:
    every = ["--all"] if everything else []
    _operate(service, action, *(ids or []), *every, *choice, "--reason", reason)


def _operate(service: str, *words: str) -> None:
    from cli.operations import operate

    if code := operate(service, "dead-letters", words):
        raise typer.Exit(code)
