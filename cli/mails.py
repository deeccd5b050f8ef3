"""`soihtu mails`: what the local mail server was sent, which delivers nothing."""

import sys
from email.message import EmailMessage
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(mails)


def mails(
    number: Annotated[
        int | None, typer.Argument(min=1, help="Show this one, as its reader would see it.")
    ] = None,
    to: Annotated[str, typer.Option(help="Only those to addresses that hold this text.")] = "",
    html: Annotated[bool, typer.Option("--html", help="Show it as HTML.")] = False,
) -> None:
    """List the mails that were sent here, or show one."""
    from local.home import find_home
    from local.mail import received
    from local.problems import LocalProblem

    found = [mail for mail in received(find_home().part("mail")) if to in str(mail["To"])]
    if number is None:
        for place, mail in enumerate(found, 1):
            sys.stdout.write(f"{place:4}  {mail['To']}  {mail['Subject']}\n")
        return
    if number > len(found):
        raise LocalProblem(f"There are {len(found)} mails.")
    sys.stdout.write(_shown(found[number - 1], "html" if html else "plain"))


def _shown(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    headers = "".join(f"{name}: {text}\n" for name, text in mail.items())
    return f"{headers}\n{body.get_content() if body else ''}"
