"""The broker and the database of tests in containers, in place of embedded ones."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._scram import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from testcontainers.core.container import DockerContainer

from local import parts
from local.graph import SERVICE_NAMES
from local.kafka import ONE_NODE, Kafka
from local.ports import free_port
from local.postgres import PROGRAMS as PROGRAMS_OF_THE_WHEEL
from local.postgres import SETTINGS, SUPERUSER, THROW_AWAY, Postgres, installed_wheel
from local.throwaway import ThrowAwayParts

PATIENCE = 300.0
INNER_KAFKA, INNER_SASL, INNER_CONTROLLER, INNER_INSIDE = 9092, 9093, 9094, 9095
INNER_POSTGRES = 5432


class ContainerKafka(Kafka):
    """A broker that nobody can signal; clients of this machine reach it by a port of its own."""

    def __init__(self, folder: Path, *, sasl: bool) -> None:
        self._port, self._sasl_port = free_port(), free_port() if sasl else None
        super().__init__(folder, self._port, INNER_CONTROLLER, sasl_port=self._sasl_port)
        self._container = DockerContainer("apache/kafka:4.3.1")
        self._container.with_bind_ports(INNER_KAFKA, self._port)
        if self._sasl_port:
            self._container.with_bind_ports(INNER_SASL, self._sasl_port)

    def begin(self) -> None:
        for name, value in self._inner_settings().items():
            self._container.with_env(variable(name), str(value))
        self._container.start()
        parts.wait_until_ready(self, PATIENCE)
        if self._sasl_port:
            self._let_in()

    def _inner_settings(self) -> Mapping[str, object]:
        hosts = {"HOST": INNER_KAFKA, "INSIDE": INNER_INSIDE, "CONTROLLER": INNER_CONTROLLER}
        advertised = {"HOST": self.address, "INSIDE": f"localhost:{INNER_INSIDE}"}
        protocols = dict.fromkeys(hosts, "PLAINTEXT")
        if self._sasl_port:
            hosts["GUARDED"], advertised["GUARDED"] = INNER_SASL, self.sasl_address
            protocols["GUARDED"] = "SASL_PLAINTEXT"
        return {
            **ONE_NODE,
            **(self._sasl_settings() if self._sasl_port else {}),
            "node.id": 1,
            "process.roles": "broker,controller",
            "controller.quorum.voters": f"1@localhost:{INNER_CONTROLLER}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "INSIDE",
            "listeners": _joined({name: f"//:{port}" for name, port in hosts.items()}),
            "advertised.listeners": _joined({name: f"//{at}" for name, at in advertised.items()}),
            "listener.security.protocol.map": _joined(protocols),
        }

    def _let_in(self) -> None:
        login = self.sasl_login
        told = UserScramCredentialUpsertion(
            login.username,
            ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
            login.password.encode(),
        )
        admin = AdminClient({"bootstrap.servers": self.address})
        for done in admin.alter_user_scram_credentials([told]).values():
            done.result(PATIENCE)

    def stop(self) -> None:
        self._container.stop()


class ContainerPostgres(Postgres):
    """A cluster whose databases are made as those of the embedded one are."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        super().__init__(folder, self._port, SERVICE_NAMES, durable=False)
        self._binaries = installed_wheel() / PROGRAMS_OF_THE_WHEEL
        self._container = DockerContainer("postgres:18")
        self._container.with_bind_ports(INNER_POSTGRES, self._port)

    def begin(self) -> None:
        self._folder.mkdir(parents=True)
        self._passwords = self._load_passwords()
        told = {
            "POSTGRES_USER": SUPERUSER,
            "POSTGRES_PASSWORD": self._passwords[SUPERUSER],
            "POSTGRES_DB": "postgres",
            "POSTGRES_INITDB_ARGS": (
                "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
            ),
        }
        own = {"listen_addresses": "*", "unix_socket_directories": "/var/run/postgresql"}
        options = [
            f"-c {name}={value}" for name, value in {**SETTINGS, **THROW_AWAY, **own}.items()
        ]
        for name, value in told.items():
            self._container.with_env(name, value)
        self._container.with_command(" ".join(["postgres", *options]))
        self._container.start()
        parts.wait_until_ready(self, PATIENCE)

    def stop(self) -> None:
        self._container.stop()


class ContainerParts(ThrowAwayParts):
    """The parts, of which the identity provider is a process as ever."""

    def new_kafka(self, name: str = "kafka", *, sasl: bool = False) -> Kafka:
        return ContainerKafka(self.folder / name, sasl=sasl)

    def new_postgres(self) -> Postgres:
        return ContainerPostgres(self.folder / "postgres")

    def begin(self, *new: parts.Part) -> None:
        contained = [it for it in new if isinstance(it, ContainerKafka | ContainerPostgres)]
        others = [it for it in new if it not in contained]
        with ThreadPoolExecutor(len(new) or 1) as pool:
            begun = [pool.submit(part.begin) for part in contained]
            try:
                # This thread lives as long as the processes that it starts.
                super().begin(*others)
                for one in begun:
                    one.result()
            except BaseException:
                parts.stop(contained)
                raise


def _joined(named: Mapping[str, str]) -> str:
    return ",".join(f"{name}:{value}" for name, value in named.items())


def variable(name: str) -> str:
    """How the image is told of a setting: `_` for a dot, `__` for `_`, `___` for a dash."""
    written = name.replace("_", "__").replace("-", "___").replace(".", "_")
    return f"KAFKA_{written.upper()}"
