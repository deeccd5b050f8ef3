"""The system stated once: its parts, its services, their roles, the ports and what each needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from local.ports import LOOPBACK

DEFAULT_PORT_BASE = 7400

# Offsets from the port base.
KAFKA, KAFKA_CONTROLLER, POSTGRES, IDENTITY, FIRST_OPERATIONS = 20, 21, 30, 40, 50

PURPOSES: Mapping[int, str] = {
    KAFKA: "Kafka",
    KAFKA_CONTROLLER: "Kafka's controller",
    POSTGRES: "PostgreSQL",
    IDENTITY: "the identity provider",
}


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
)
SERVICE_NAMES = tuple(service.name for service in SERVICES)

# Steps of the start that come before a role: see local/launching.py.
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
class Ports:
    """Every port of one run."""

    kafka: int
    kafka_controller: int
    postgres: int
    identity: int
    apis: Mapping[str, int]
    operations: tuple[int, ...]

    def purposes(self) -> Iterator[tuple[int, str]]:
        yield self.kafka, PURPOSES[KAFKA]
        yield self.kafka_controller, PURPOSES[KAFKA_CONTROLLER]
        yield self.postgres, PURPOSES[POSTGRES]
        yield self.identity, PURPOSES[IDENTITY]
        for instance in instances(self):
            yield instance.operations_port, f"operations of {instance.service} {instance.role}"
            if instance.api_port:
                yield instance.api_port, f"the API of {instance.service}"


def ports_from(base: int, identity: int | None = None) -> Ports:
    """`identity` stays what it was: people are known by an issuer on that port."""
    roles = sum(len(service.roles) for service in SERVICES)
    return Ports(
        kafka=base + KAFKA,
        kafka_controller=base + KAFKA_CONTROLLER,
        postgres=base + POSTGRES,
        identity=identity or base + IDENTITY,
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
