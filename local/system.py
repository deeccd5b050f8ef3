"""One whole system: which of its parts are embedded, and the steps that start it."""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from local.addresses import Addresses, Given
from local.graph import NEEDS, SERVICE_NAMES, Instance, Ports, Running, instances
from local.guard import Guard
from local.home import Home
from local.identity import Identity, ask
from local.jars import Progress
from local.kafka import Kafka
from local.keeping import Keeper
from local.mail import MailSink
from local.migrating import fingerprint, migrate
from local.parts import Part, steps_of
from local.postgres import Postgres
from local.problems import LocalProblem, part_unreachable
from local.roles import Roles
from local.steps import Step, run


class System:
    """The parts and the roles of one home; parts that were given are only looked for."""

    def __init__(
        self,
        home: Home,
        ports: Ports,
        given: Given,
        settings: Mapping[str, str],
        progress: Progress = lambda _: None,
        make_roles: Callable[..., Roles] = Roles,
        guard: Guard | None = None,
    ) -> None:
        """`guard`: that of the embedded Kafka, where one is wanted."""
        self._given = given
        self._settings = {
            **settings,
            "SOIHTU_LOCAL": "1",
            "SOIHTU_CLOCK": str(home.clock_file),
        }
        self._logs = home.logs
        self._ports = ports
        self._kafka = Kafka(
            home.part("kafka"), ports.kafka, ports.kafka_controller, guard=guard, progress=progress
        )
        self._postgres = Postgres(
            home.part("postgres"), ports.postgres, SERVICE_NAMES, progress=progress
        )
        self._identity = Identity(home.part("identity"), ports.identity, progress=progress)
        self._mail = MailSink(home.part("mail"), ports.mail)
        self.parts = Keeper()
        for part in self.embedded:
            self.parts.add(part.name, partial(part.launch, home.logs / f"{part.name}.log"))
        self.roles = make_roles(instances(ports), self.addresses, home.logs)

    @property
    def embedded(self) -> list[Part]:
        choice: list[tuple[object, Part]] = [
            (self._given.kafka, self._kafka),
            (self._given.databases, self._postgres),
            (self._given.issuer, self._identity),
            (self._given.smtp is not None, self._mail),
        ]
        return [part for given, part in choice if not given]

    def needed_ports(self) -> Iterator[tuple[int, str]]:
        """Those that have to be free, and what for."""
        return self._ports.purposes({part.name for part in self.embedded})

    def addresses(self) -> Addresses:
        """Complete once PostgreSQL is prepared."""
        embedded = self._postgres.database
        return Addresses(
            kafka=self._given.kafka or self._kafka.settings,
            logins=self._logins,
            issuer=self._given.issuer or self._identity.issuer,
            databases=self._given.databases or {name: embedded(name) for name in SERVICE_NAMES},
            settings={**self._settings, **self._smtp},
        )

    @property
    def _smtp(self) -> Mapping[str, str]:
        return self._mail.settings if self._given.smtp is None else self._given.smtp

    def administration(self) -> dict[str, str]:
        """What operations that make databases are told of the PostgreSQL that runs here."""
        if self._postgres not in self.embedded:
            return {}
        path = f"{self._postgres.programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {"PATH": path, "SOIHTU_POSTGRES_ADMIN": self._postgres.admin}

    def running(self) -> Running:
        return Running(
            kafka=self._given.kafka or self._kafka.settings,
            issuer=self._given.issuer or self._identity.issuer,
            apis={
                instance.service: instance.address
                for instance in self.roles.instances.values()
                if instance.role == "api"
            },
            topic_prefix=self._prefix,
        )

    @property
    def _prefix(self) -> str:
        return self._settings.get("SOIHTU_TOPIC_PREFIX", "")

    @property
    def _logins(self) -> Mapping[str, Mapping[str, str]]:
        if self._given.kafka or not self._kafka.guard:
            return self._given.logins
        return self._kafka.guard.logins(self._kafka.address, self._prefix)

    def start(
        self, tick: Callable[[], None] | None = None, done: Callable[[str], None] = lambda _: None
    ) -> None:
        """Returns when every role is ready; if something fails, stops all and says why."""
        run(list(self._steps()), tick=tick or self.roles.tick, done=done, give_up=self.stop)

    def stop(self) -> None:
        self.roles.stop_all()
        self.parts.stop_all()

    def _steps(self) -> Iterator[Step]:
        for part in self.embedded:
            yield from steps_of(part, partial(self.parts.launch, part.name))
        embedded = {part.name for part in self.embedded}
        yield Step("topics", ("kafka",) if "kafka" in embedded else (), then=self._ensure_topics)
        if "postgres" in embedded:
            yield Step("databases", ("postgres",), then=self._postgres.ensure_databases)
        else:
            yield Step("databases", then=self._find_databases)
        if "identity" in embedded:
            yield Step("issuer", ("identity",))
        else:
            yield Step("issuer", then=self._find_issuer)
        for service in SERVICE_NAMES:
            yield Step(
                f"database of {service}", ("databases",), then=partial(self._migrate, service)
            )
        for instance in self.roles.instances.values():
            yield self._role_step(instance)

    def _role_step(self, instance: Instance) -> Step:
        needs = tuple(
            f"database of {instance.service}" if need == "database" else need
            for need in NEEDS[instance.role]
        )
        return Step(
            instance.name,
            needs,
            first=partial(self.roles.launch, instance.name),
            then=partial(self.roles.wait_until_ready, instance.name),
        )

    def _migrate(self, service: str) -> None:
        if self._given.migrated:
            return
        if self._given.databases:
            migrate(self.addresses(), service, self._logs)
            return
        # Starting the migrations takes seconds, also when there is nothing for them to do.
        wanted = fingerprint(service)
        if self._postgres.note_on(service) != wanted:
            migrate(self.addresses(), service, self._logs)
            self._postgres.put_note_on(service, wanted)

    def _ensure_topics(self) -> None:
        from confluent_kafka import KafkaException

        from chassis.kafka_access import AccessProblem, KafkaAccess
        from chassis.principals import ensure_principals
        from chassis.topics import TopicProblem, ensure_topics

        addresses = self.addresses()
        try:
            ensure_topics(addresses.client_config(), self._prefix)
            if addresses.logins:
                access = KafkaAccess(addresses.client_config())
                ensure_principals(access, self._prefix, _passwords(addresses.logins))
        except (AccessProblem, TopicProblem) as problem:
            raise LocalProblem(str(problem)) from problem
        except KafkaException as failure:
            why = failure.args[0].str()
            raise part_unreachable(
                "Kafka", addresses.kafka_address, "SOIHTU_KAFKA", why
            ) from failure

    def _find_databases(self) -> None:
        import psycopg

        for service, database in (self._given.databases or {}).items():
            try:
                psycopg.connect(database.owner, connect_timeout=10).close()
            except psycopg.OperationalError as failure:
                raise part_unreachable(
                    "PostgreSQL",
                    f"SOIHTU_POSTGRES_{service.upper()}_OWNER",
                    "its address",
                    str(failure).strip().splitlines()[-1],
                ) from failure

    def _find_issuer(self) -> None:
        issuer = self.running().issuer
        try:
            ask(f"{issuer}/.well-known/openid-configuration")
        except (OSError, ValueError) as failure:
            raise part_unreachable(
                "identity provider", issuer, "SOIHTU_ISSUER", failure
            ) from failure


def _passwords(logins: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {it["SOIHTU_KAFKA_USERNAME"]: it["SOIHTU_KAFKA_PASSWORD"] for it in logins.values()}
