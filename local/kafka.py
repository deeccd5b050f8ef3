"""An embedded Apache Kafka: one KRaft node, in a process of its own."""

import base64
import os
import secrets
import subprocess
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.files import write_private
from local.guard import ADMINISTRATOR, LISTENER, Guard
from local.jars import Progress, class_path
from local.java import SMALL, find_java
from local.ports import LOOPBACK, answers
from local.problems import SOIHTU, LocalProblem, disk_full_explained
from local.processes import Child

HEAP = ("-Xms64m", "-Xmx256m")


@dataclass(frozen=True)
class SaslLogin:
    """Whom the SASL listener lets in, by PLAIN or SCRAM-SHA-512."""

    username: str
    password: str


@dataclass(frozen=True)
class Detour:
    """A second listener, whose clients are told to come back by the port of a proxy."""

    port: int
    proxy: int


class Kafka:
    """One broker that keeps its data in a folder."""

    name = "kafka"

    def __init__(
        self,
        folder: Path,
        port: int,
        controller_port: int,
        *,
        sasl_port: int | None = None,
        detour: Detour | None = None,
        guard: Guard | None = None,
        progress: Progress = lambda _: None,
    ) -> None:
        """`guard`: all have to log in by TLS, and may do what they were given the right to."""
        self._folder = folder
        self._port = port
        self._controller_port = controller_port
        self._sasl_port = sasl_port
        self.detour = detour
        self.guard = guard
        self._progress = progress
        self._command: list[str] = []
        self.sasl_login = SaslLogin("soihtu", secrets.token_urlsafe(16))
        self.child: Child | None = None

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    @property
    def sasl_address(self) -> str:
        return f"{LOOPBACK}:{self._sasl_port}"

    @property
    def settings(self) -> dict[str, str]:
        """What a client is told of it; where it is guarded, a client that may do everything."""
        login = self.guard.login(ADMINISTRATOR) if self.guard else {}
        return {"SOIHTU_KAFKA": self.address, **login}

    @property
    def data(self) -> Path:
        """Where it keeps its topics."""
        return self._folder / "data"

    @property
    def _settings(self) -> Path:
        return self._folder / "server.properties"

    def prepare(self) -> None:
        """Writes the settings, and formats the data folder the first time."""
        self._command = [
            str(find_java(os.environ)),
            *HEAP,
            *SMALL,
            "-cp",
            class_path("kafka", self._progress),
        ]
        with disk_full_explained(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            formatted = (self.data / "meta.properties").exists()
            if self.guard:
                if formatted and not self.guard.stood:
                    raise LocalProblem(
                        "Kafka's data here is of a run that was not secured, so nobody can log in:"
                        f" say `{SOIHTU} reset --yes`, or name another folder in SOIHTU_HOME."
                    )
                self.guard.prepare()
            write_private(self._settings, _properties(self._server_settings()))
            if not formatted:
                self._format()

    def _format(self) -> None:
        self._progress("formatting Kafka's storage")
        login = f"name={self.sasl_login.username},password={self.sasl_login.password}"
        formatted = subprocess.run(
            [
                *self._command,
                "kafka.tools.StorageTool",
                "format",
                "--standalone",
                *("-t", _random_uuid()),
                *("-c", str(self._settings)),
                *(("--add-scram", f"SCRAM-SHA-512=[{login}]") if self._sasl_port else ()),
                *(self.guard.first_logins() if self.guard else ()),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if formatted.returncode:
            said = (formatted.stderr or formatted.stdout).strip().splitlines()
            raise LocalProblem(
                f"Kafka's storage could not be formatted: {said[-1] if said else ''}"
            )

    def launch(self, log: Path) -> Child:
        self.child = Child(
            [*self._command, "kafka.Kafka", str(self._settings)],
            log=log,
            environment={"PATH": os.environ.get("PATH", os.defpath)},
            folder=self._folder,
        )
        return self.child

    def is_ready(self) -> bool:
        """Whether a client gets metadata, not merely a connection."""
        if not answers(self._port):
            return False
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        from local.addresses import kafka_settings

        with suppress(KafkaException):
            admin = AdminClient({**kafka_settings(self.settings).for_confluent(), "log_level": 0})
            return bool(admin.list_topics(timeout=5).brokers)
        return False

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def _server_settings(self) -> Mapping[str, object]:
        own, protocol = (LISTENER, "SASL_SSL") if self.guard else ("PLAINTEXT", "PLAINTEXT")
        listeners = {own: self._port, "CONTROLLER": self._controller_port}
        protocols = {own: protocol, "CONTROLLER": protocol}
        sasl: dict[str, object] = {}
        if self._sasl_port:
            listeners["GUARDED"] = self._sasl_port
            protocols["GUARDED"] = "SASL_PLAINTEXT"
            sasl = self._sasl_settings()
        advertised = dict(listeners)
        if self.detour:
            listeners["DETOUR"], advertised["DETOUR"] = self.detour.port, self.detour.proxy
            protocols["DETOUR"] = "PLAINTEXT"
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.bootstrap.servers": f"{LOOPBACK}:{self._controller_port}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": own,
            "listeners": _addresses(listeners),
            "advertised.listeners": _addresses(advertised),
            "listener.security.protocol.map": ",".join(
                f"{name}:{protocol}" for name, protocol in protocols.items()
            ),
            "log.dirs": self.data,
            **ONE_NODE,
            **sasl,
            **(self.guard.server_settings() if self.guard else {}),
        }

    def _sasl_settings(self) -> dict[str, object]:
        name, password = self.sasl_login.username, self.sasl_login.password
        modules = "org.apache.kafka.common.security"
        guarded = "listener.name.guarded"
        return {
            f"{guarded}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
            f"{guarded}.plain.sasl.jaas.config": (
                f'{modules}.plain.PlainLoginModule required user_{name}="{password}";'
            ),
            f"{guarded}.scram-sha-512.sasl.jaas.config": (
                f"{modules}.scram.ScramLoginModule required;"
            ),
        }


ONE_NODE: Mapping[str, object] = {
    "num.partitions": 1,
    "default.replication.factor": 1,
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 500,
    "log.cleaner.dedupe.buffer.size": 2_097_152,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "background.threads": 2,
}


def _addresses(listeners: Mapping[str, int]) -> str:
    return ",".join(f"{name}://{LOOPBACK}:{port}" for name, port in listeners.items())


def _properties(settings: Mapping[str, object]) -> str:
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _random_uuid() -> str:
    """A cluster id as Kafka writes them: base64 without padding and no leading dash."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text
