"""The system stated once: its parts, its services, their roles, the ports and what each needs."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from local.identity import request_token
from local.ports import LOOPBACK

DEFAULT_PORT_BASE = 7400

# Offsets from the port base.
KAFKA, KAFKA_CONTROLLER, POSTGRES, IDENTITY, MAIL, FIRST_OPERATIONS = 20, 21, 30, 40, 45, 50

IDENTITY_PURPOSE = "the identity provider"


@dataclass(frozen=True)
class Service:
    """A service with a database of its own; its roles run as processes of their own."""

    name: str
    api: int
    roles: tuple[str, ...]


SERVICES = (
    Service("okr", api=0, roles=("api", "worker", "relay")),
    Service("checkins", api=1, roles=("api", "worker", "relay")),
    Service("reporting", api=2, roles=("api", "worker")),
    Service("notifications", api=3, roles=("api", "worker")),
)
SERVICE_NAMES = tuple(service.name for service in SERVICES)

# What has to be there before a role is started: see local/system.py.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "api": ("database", "issuer"),
    "worker": ("database", "topics"),
    "relay": ("database", "topics"),
}


@dataclass(frozen=True)
class Instance:
    """One process of a role."""

    service: str
    role: str
    number: int
    operations_port: int
    api_port: int | None = None

    @property
    def name(self) -> str:
        return f"{self.service}-{self.role}-{self.number}"

    @property
    def address(self) -> str:
        """Where people reach it: an API itself, anything else by its operations port."""
        return f"http://{LOOPBACK}:{self.api_port or self.operations_port}"


@dataclass(frozen=True)
class Running:
    """A system that runs, as clients of any kind reach it."""

    kafka: Mapping[str, str]
    issuer: str
    apis: Mapping[str, str]
    topic_prefix: str = ""

    def token(self, name: str) -> str:
        """An access token of the person, agency role or machine of that name; lives 10 minutes."""
        return request_token(self.issuer, name)


@dataclass(frozen=True)
class Ports:
    """Every port of one run."""

    base: int
    kafka: int
    kafka_controller: int
    postgres: int
    identity: int
    mail: int
    apis: Mapping[str, int]
    operations: tuple[int, ...]

    def purposes(self, embedded: Collection[str]) -> Iterator[tuple[int, str]]:
        """Each port that a run with these embedded parts takes, and what for."""
        parts = {
            "kafka": [(self.kafka, "Kafka"), (self.kafka_controller, "Kafka's controller")],
            "postgres": [(self.postgres, "PostgreSQL")],
            "identity": [(self.identity, IDENTITY_PURPOSE)],
            "mail": [(self.mail, "the mail server")],
        }
        for name in embedded:
            yield from parts[name]
        for instance in instances(self):
            yield instance.operations_port, f"operations of {instance.service} {instance.role}"
            if instance.api_port:
                yield instance.api_port, f"the API of {instance.service}"


def ports_from(base: int, identity: int | None = None) -> Ports:
    """`identity` stays what it was: people are known by an issuer on that port."""
    roles = sum(len(service.roles) for service in SERVICES)
    return Ports(
        base=base,
        kafka=base + KAFKA,
        kafka_controller=base + KAFKA_CONTROLLER,
        postgres=base + POSTGRES,
        identity=identity or base + IDENTITY,
        mail=base + MAIL,
        apis={service.name: base + service.api for service in SERVICES},
        operations=tuple(base + FIRST_OPERATIONS + number for number in range(roles)),
    )


def instances(ports: Ports) -> tuple[Instance, ...]:
    """Every process of every role, one each."""
    roles = [(service.name, role) for service in SERVICES for role in service.roles]
    return tuple(
        Instance(service, role, 0, operations, ports.apis[service] if role == "api" else None)
        for (service, role), operations in zip(roles, ports.operations, strict=True)
    )
