"""Embedded parts for tests: in a folder that is thrown away, on free ports, started when asked."""

import secrets
import tempfile
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

from local import parts
from local.addresses import Addresses
from local.graph import SERVICE_NAMES
from local.guard import Guard
from local.home import Home
from local.identity import Identity
from local.kafka import Detour, Kafka
from local.mail import MailSink, received
from local.migrating import migrate
from local.ports import free_port
from local.postgres import Database, Postgres


class ThrowAwayParts:
    """One of each part; what is asked for several times is started once."""

    def __init__(self) -> None:
        # Not under pytest's own folder: root's PostgreSQL is another user, who can't enter that.
        self.folder = Path(tempfile.mkdtemp(prefix="soihtu-"))
        self.folder.chmod(0o711)
        self.logs = self.folder / "logs"
        self._started: dict[str, parts.Part] = {}
        self._templates: set[str] = set()
        self.kafka = self.new_kafka()
        self.identity = Identity(self.folder / "identity", free_port())
        self.mail = MailSink(self.folder / "mail", free_port())
        self.postgres = self.new_postgres()

    def new_kafka(self, name: str = "kafka", *, sasl: bool = False) -> Kafka:
        """A broker that is not started yet."""
        return Kafka(
            self.folder / name,
            free_port(),
            free_port(),
            sasl_port=free_port() if sasl else None,
            detour=Detour(free_port(), free_port()),
        )

    def new_guarded_kafka(self) -> Kafka:
        """A broker that asks for TLS, a login and rights; not started yet."""
        name = f"guarded-{secrets.token_hex(4)}"
        guard = Guard(self.folder / name / "guard")
        return Kafka(self.folder / name, free_port(), free_port(), guard=guard)

    def new_postgres(self) -> Postgres:
        """A cluster that is not started yet."""
        return Postgres(self.folder / "postgres", free_port(), SERVICE_NAMES, durable=False)

    def begin(self, *new: parts.Part) -> None:
        """Starts parts side by side; returns when they are ready."""
        parts.start(new, self.logs)

    def start(self, *names: str) -> None:
        """Starts those of kafka, postgres, identity and mail that don't run yet, side by side."""
        known: dict[str, parts.Part] = {
            part.name: part for part in (self.kafka, self.postgres, self.identity, self.mail)
        }
        new = {name: known[name] for name in names if name not in self._started}
        self.begin(*new.values())
        self._started |= new
        if "postgres" in new:
            self.postgres.ensure_databases()

    def stop(self) -> None:
        parts.stop(list(self._started.values()))
        Home(self.folder).remove_all()
        self.folder.rmdir()

    def database(self, service: str, *, migrated: bool = True) -> Database:
        """A new database of a service, by default as its migrations leave it."""
        name = f"{service}_{secrets.token_hex(4)}"
        if not migrated:
            return self.postgres.create_database(service, name)
        self._have_templates(service)
        return self.postgres.create_database(service, name, template=service)

    def databases(self) -> dict[str, Database]:
        """A new migrated database of each service."""
        self._have_templates(*SERVICE_NAMES)
        return {service: self.database(service) for service in SERVICE_NAMES}

    def _have_templates(self, *services: str) -> None:
        missing = [service for service in services if service not in self._templates]
        with ThreadPoolExecutor(len(SERVICE_NAMES)) as pool:
            list(pool.map(self._migrate, missing))
        self._templates.update(missing)

    def _migrate(self, service: str) -> None:
        addresses = Addresses(
            kafka={"SOIHTU_KAFKA": self.kafka.address},
            issuer=self.identity.issuer,
            databases={service: self.postgres.database(service)},
        )
        migrate(addresses, service, self.logs)

    def mails(self) -> list[EmailMessage]:
        """What all systems have sent to the mail server of these parts."""
        return list(received(self.folder / "mail"))

    def topic_prefix(self) -> str:
        """One that nothing else on the broker has."""
        return f"t{secrets.token_hex(4)}."
