"""What the environment tells notifications beyond what every service is told: how to mail."""

from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from chassis.settings import Settings as Shared


class Settings(Shared):
    """Without `smtp` no mail is sent; without domains none may be written to."""

    smtp: str = Field(default="", description="host:port of the mail server; none: no mails")
    smtp_security: Literal["plain", "starttls", "tls"] = "starttls"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = Field(default="soihtu@localhost", description="the sender's address")
    mail_domains: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="domains that may be written to, separated by commas"
    )

    mail_preferences_url: str = Field(
        default="",
        max_length=900,
        pattern=r"^(https://[!#-;=?-~]+)?$",
        description="https address of the page where people choose their mails; none: unnamed",
    )

    @field_validator("mail_domains", mode="before")
    @classmethod
    def _separated(cls, given: object) -> object:
        if isinstance(given, str):
            return tuple(one.strip().lower() for one in given.split(",") if one.strip())
        return given

    @field_validator("mail_from")
    @classmethod
    def _is_an_address(cls, given: str) -> str:
        # By its parts: mails are composed with them, and each would fail.
        try:
            whole = given.isascii() and Address(addr_spec=given).domain
        except (ValueError, IndexError, MessageError):
            whole = ""
        if not whole:
            raise ValueError("mail_from is an address, as soihtu@agency.example")
        return given

    @model_validator(mode="after")
    def _server_is_host_and_port(self) -> Self:
        host, _, port = self.smtp.rpartition(":")
        if self.smtp and not (host and port.isdigit()):
            raise ValueError("smtp is host:port")
        return self
