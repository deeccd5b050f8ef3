"""What the environment tells a role: where its parts are, and who it is."""

import ipaddress
import socket
import ssl
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from chassis.secret_files import SecretFiles

Security = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]


class FromEnvironment(BaseSettings):
    """Settings named SOIHTU_…; a secret may lie in a file that SOIHTU_…_FILE names instead."""

    model_config = SettingsConfigDict(env_prefix="SOIHTU_", hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - passed by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - passed by name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed, the environment, and the files that it names."""
        return init_settings, env_settings, SecretFiles(settings_cls)


def sentences(error: ValidationError) -> str:
    """What is off, a line for each variable, without what was given."""
    named = (
        ("SOIHTU_" + "_".join(str(part) for part in problem["loc"]).upper(), problem["msg"])
        for problem in error.errors()
    )
    return "".join(f"{name}: {told}\n" for name, told in named)


class KafkaSettings(FromEnvironment):
    """How to reach the brokers; shared by services, the command line and the local run."""

    kafka: str = Field(description="host:port, several separated by commas")
    kafka_security: Security = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_ca: FilePath | None = Field(
        default=None, description="PEM file of the brokers' authority; else those of the system"
    )
    topic_prefix: str = ""

    @field_validator("kafka_security")
    @classmethod
    def _nobody_listens(cls, security: Security, info: ValidationInfo) -> Security:
        addresses = info.data.get("kafka", "").split(",")
        if security == "SASL_PLAINTEXT" and not all(_is_here(it) for it in addresses):
            raise ValueError(
                "SASL_PLAINTEXT is refused beyond 127.0.0.1, where others can listen: say SASL_SSL,"
                " and name the file of the brokers' authority in SOIHTU_KAFKA_CA"
            )
        return security

    @model_validator(mode="after")
    def _a_login_is_whole(self) -> Self:
        if self.kafka_security.startswith("SASL") and not (
            self.kafka_username and self.kafka_password
        ):
            raise ValueError("with SASL give SOIHTU_KAFKA_USERNAME and SOIHTU_KAFKA_PASSWORD both")
        return self

    def _password(self) -> str | None:
        return self.kafka_password.get_secret_value() if self.kafka_password else None

    def for_aiokafka(self) -> dict[str, Any]:
        """Connection arguments of aiokafka's clients."""
        chosen: dict[str, Any] = {
            "bootstrap_servers": self.kafka.split(","),
            "security_protocol": self.kafka_security,
        }
        if self.kafka_security.endswith("SSL"):
            chosen["ssl_context"] = ssl.create_default_context(cafile=self.kafka_ca)
        if self.kafka_security.startswith("SASL"):
            chosen |= {
                "sasl_mechanism": self.kafka_sasl_mechanism,
                "sasl_plain_username": self.kafka_username,
                "sasl_plain_password": self._password(),
            }
        return chosen

    def for_confluent(self) -> dict[str, Any]:
        """Connection settings of librdkafka's clients."""
        chosen: dict[str, Any] = {
            "bootstrap.servers": self.kafka,
            "security.protocol": self.kafka_security,
            # It writes past our logs, in a form of its own; what matters is raised as well.
            "log_level": 2,
        }
        if self.kafka_security.endswith("SSL"):
            chosen["ssl.endpoint.identification.algorithm"] = "https"
            if self.kafka_ca:
                chosen["ssl.ca.location"] = str(self.kafka_ca)
        if self.kafka_security.startswith("SASL"):
            chosen |= {
                "sasl.mechanism": self.kafka_sasl_mechanism,
                "sasl.username": self.kafka_username,
                "sasl.password": self._password(),
            }
        return chosen


def _is_here(address: str) -> bool:
    """Whether host:port is of this machine alone."""
    host = address.strip().rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class MigrationSettings(FromEnvironment):
    """What `migrate` needs: the database as its owner, and the role that is granted its use."""

    postgres_owner: SecretStr = Field(description="address of the service's database, role owner")
    postgres: SecretStr = Field(description="address of the service's database, role app")
    agency_name: str = "Elantovirasto"


class AdministrationSettings(MigrationSettings):
    """What an operation needs that makes databases."""

    postgres_admin: SecretStr = Field(
        description="address of a database of the same server, role that may make and rename others"
    )


class Settings(KafkaSettings):
    """What every role of a service needs."""

    postgres: SecretStr = Field(description="address of the service's database, role app")
    postgres_pool: int = Field(default=10, ge=2, description="connections at most")

    issuer: str = Field(default="", description="the OIDC issuer; APIs need it")
    discovery: str = Field(
        default="",
        description="address of the issuer's discovery document, where it is not below its name",
    )
    audience: str = "soihtu"
    subject_claim: str = "sub"
    roles_claim: str = "roles"

    max_in_flight: int = Field(default=100, ge=1, description="requests worked on at once")
    rate: float = Field(default=50, gt=0, description="requests per second of one person")
    rate_machines: float = Field(
        default=500, gt=0, description="the same of a machine, or of who has an agency role"
    )
    rate_burst: float = Field(default=4, gt=0, description="seconds' worth of that at once")

    drain: float = Field(
        default=5, ge=0, description="seconds from not being ready to taking no more requests"
    )

    operator: str = Field(default="", description="who operates; else the name at the system")

    agency: str = "demo"
    timezone: str = "Europe/Helsinki"
    local: bool = Field(default=False, description="a local run: only there may time be moved")
    clock: Path | None = Field(
        default=None, description="file that says how many seconds the agency's clock is ahead"
    )
    instance: str = Field(
        default_factory=socket.gethostname, description="which process of a role this is"
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8000, description="the public API's port")
    ops_port: int = Field(default=9000, description="the operations port")
    otlp: str = Field(default="", description="an OTLP collector (HTTP) for traces; else none")
    log_format: Literal["json", "console"] = "json"

    @model_validator(mode="after")
    def _time_is_moved_locally_alone(self) -> Self:
        if self.clock is not None and not self.local:
            raise ValueError("SOIHTU_CLOCK is refused without SOIHTU_LOCAL=1")
        return self
