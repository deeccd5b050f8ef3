"""What the environment may say of mails: what would make every one of them fail is refused."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.notifications.settings import Settings

NEEDED: dict[str, Any] = {
    "kafka": "unused:9", "postgres": SecretStr("unused"), "issuer": "https://unused.test",
}  # fmt: skip


def test_domains_are_separated_by_commas_in_any_case() -> None:
    given = Settings(**NEEDED, mail_domains="A.test, b.test,")
    assert given.mail_domains == ("a.test", "b.test")


@pytest.mark.parametrize("sender", ["soihtu@localhost", "no-reply@agency.test"])
def test_a_sender_is_an_address(sender: str) -> None:
    assert Settings(**NEEDED, mail_from=sender).mail_from == sender


@pytest.mark.parametrize(
    "sender", ["", "soihtu", "@agency.test", "soihtu@", "Soihtu <a@agency.test>", "ä@agency.test"]
)
def test_a_sender_that_no_mail_could_name_is_refused(sender: str) -> None:
    with pytest.raises(ValidationError, match="mail_from is an address"):
        Settings(**NEEDED, mail_from=sender)


@pytest.mark.parametrize("server", ["mail", "mail:", ":25", "mail:smtp"])
def test_a_mail_server_is_host_and_port(server: str) -> None:
    with pytest.raises(ValidationError, match="smtp is host:port"):
        Settings(**NEEDED, smtp=server)
