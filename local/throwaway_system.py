"""A whole system for tests: every role a real process, on parts that are thrown away."""

import signal
import threading
from collections.abc import Callable, Mapping

from local.addresses import Addresses, Given
from local.graph import SERVICE_NAMES, SERVICES, Instance, Ports, Running
from local.home import Home
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Database
from local.roles import Roles
from local.system import System
from local.throwaway import ThrowAwayParts

TICK_SECONDS = 0.1


class ThrowAwaySystem:
    """Its own topics, databases and ports. What exits by itself is started again, as in `up`;
    what a test stops or kills stays away until the test starts it.

    Roles are named `okr-api`, `okr-worker`, `okr-relay`, `checkins-api` and so on.
    """

    def __init__(
        self,
        parts: ThrowAwayParts,
        *,
        kafka: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        make_roles: Callable[..., Roles] = Roles,
        databases: Mapping[str, Database] | None = None,
        guarded: Kafka | None = None,
    ) -> None:
        """`kafka`: the SOIHTU_KAFKA settings of another broker than the session's.

        `guarded`: another broker, where each service logs in and has its own rights alone.

        `databases`: migrated ones, instead of new ones that the newest migrations made.
        """
        self.prefix = parts.topic_prefix()
        self._parts = parts
        self._databases = dict(databases or parts.databases())
        home = Home(parts.folder / self.prefix.rstrip("."))
        broker = guarded or parts.kafka
        guard = broker.guard
        self._system = System(
            home,
            _free_ports(),
            Given(
                kafka=kafka or broker.settings,
                logins=guard.logins(broker.address, self.prefix) if guard else {},
                issuer=parts.identity.issuer,
                databases=self._databases,
                smtp={},
                migrated=True,
            ),
            {"SOIHTU_TOPIC_PREFIX": self.prefix, **(settings or {})},
            make_roles=make_roles,
        )
        self.clock_file = home.clock_file
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="keeper of roles")

    def start_all(self) -> None:
        self._system.start()
        self._ticker.start()

    def stop_all(self) -> None:
        self._system.stop()
        self._ended.set()
        if self._ticker.is_alive():
            self._ticker.join()
        for database in self._databases.values():
            self._parts.postgres.drop_database(database.name)

    def _tick(self) -> None:
        # The roles that this thread starts again end with it: it lives until all are stopped.
        while not self._ended.wait(TICK_SECONDS):
            with self._lock:
                self._system.roles.tick()

    @property
    def running(self) -> Running:
        return self._system.running()

    @property
    def apis(self) -> Mapping[str, str]:
        """URL by service."""
        return self.running.apis

    @property
    def addresses(self) -> Addresses:
        return self._system.addresses()

    @property
    def kafka(self) -> str:
        """host:port of the broker."""
        return self.running.kafka["SOIHTU_KAFKA"]

    def token(self, name: str) -> str:
        return self.running.token(name)

    def topic(self, name: str) -> str:
        from chassis.topics import prefixed

        return prefixed(self.prefix, name)

    def operations(self, role: str) -> str:
        """URL of a role's operations port."""
        return f"http://127.0.0.1:{self._instance(role).operations_port}"

    def log(self, role: str) -> str:
        return self._system.roles.log_of(self._instance(role).name).read_text(errors="replace")

    def pid(self, role: str) -> int:
        child = self._system.roles.of(self._instance(role).name).child
        if child is None:
            raise ValueError(f"{role} was never started")
        return child.pid

    def is_ready(self, role: str) -> bool:
        return self._system.roles.is_ready(self._instance(role).name)

    def start(self, role: str) -> None:
        """Returns when it is ready."""
        name = self._instance(role).name
        with self._lock:
            self._system.roles.launch(name)
        self._system.roles.wait_until_ready(name)

    def stop(self, role: str) -> None:
        """Lets it drain; returns when it has ended."""
        self._held(self._system.roles.stop, role)

    def kill(self, role: str) -> None:
        """SIGKILL; returns when it has ended."""
        self._held(self._system.roles.kill, role)

    def pause(self, role: str) -> None:
        """SIGSTOP."""
        self._system.roles.send(self._instance(role).name, signal.SIGSTOP)

    def resume(self, role: str) -> None:
        """SIGCONT."""
        self._system.roles.send(self._instance(role).name, signal.SIGCONT)

    def _held(self, act: Callable[[str], None], role: str) -> None:
        with self._lock:
            act(self._instance(role).name)

    def _instance(self, role: str) -> Instance:
        return self._system.roles.instances[f"{role}-0"]


# What the fixture `new_system` gives: makes a running system of a test's own.
NewSystem = Callable[..., ThrowAwaySystem]


def _free_ports() -> Ports:
    return Ports(
        base=0,
        kafka=0,
        kafka_controller=0,
        postgres=0,
        identity=0,
        mail=0,
        apis={name: free_port() for name in SERVICE_NAMES},
        operations=tuple(free_port() for service in SERVICES for _ in service.roles),
    )
