"""An embedded mail server that delivers nothing: it keeps what is sent to it, to be looked at."""

import sys
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from local.addresses import outside_environment
from local.ports import LOOPBACK, answers
from local.problems import disk_full_explained
from local.processes import Child

DOMAIN = "elantovirasto.example"
"""The demo's: a domain that is nobody's, and the only one that is written to."""


class MailSink:
    """One SMTP server on the loopback address, with a Maildir of all that it was sent."""

    name = "mail"

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self.child: Child | None = None

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    @property
    def settings(self) -> Mapping[str, str]:
        """What whoever sends mails is told of it."""
        return {
            "SOIHTU_SMTP": self.address,
            "SOIHTU_SMTP_SECURITY": "plain",
            "SOIHTU_MAIL_FROM": f"soihtu@{DOMAIN}",
            "SOIHTU_MAIL_DOMAINS": DOMAIN,
        }

    def prepare(self) -> None:
        with disk_full_explained(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)

    def launch(self, log: Path) -> Child:
        keep = ["-c", "aiosmtpd.handlers.Mailbox", str(maildir(self._folder))]
        self.child = Child(
            [sys.executable, "-m", "aiosmtpd", "-n", "-l", self.address, *keep],
            log=log,
            environment=outside_environment(),
            folder=self._folder,
        )
        return self.child

    def is_ready(self) -> bool:
        return answers(self._port)

    def stop(self) -> None:
        if self.child:
            self.child.stop()


def maildir(folder: Path) -> Path:
    """Where a sink with this folder keeps what it was sent."""
    return folder / "received"


def received(folder: Path) -> Iterator[EmailMessage]:
    """The mails that a sink with this folder was sent, the oldest first."""
    kept = maildir(folder).glob("new/*")
    for file in sorted(kept, key=lambda file: file.stat().st_mtime_ns):
        made = BytesParser(EmailMessage, policy=default).parsebytes(file.read_bytes())
        assert isinstance(made, EmailMessage)
        yield made
