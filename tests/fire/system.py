"""A whole system whose roles are forked, reach Kafka by a proxy, and may be sabotaged."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.parser import BytesHeaderParser
from pathlib import Path

from confluent_kafka.admin import AdminClient

from chassis.topics import declared_topics
from local.addresses import Addresses
from local.graph import Instance
from local.mail import maildir
from local.ports import free_port
from local.processes import Trace
from local.throwaway import ThrowAwayParts
from local.throwaway_system import ThrowAwaySystem
from tests.fire.forking import ForkedRoles, Zygote
from tests.fire.proxy import KafkaProxy


class FireSystem(ThrowAwaySystem):
    """Roles are named as in ThrowAwaySystem; a standby beside `okr-relay` is `okr-relay-1`."""

    def __init__(
        self,
        parts: ThrowAwayParts,
        zygote: Zygote,
        proxy: KafkaProxy,
        *,
        sabotage: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`sabotage`: by role, the dotted name of what runs it in place of chassis.roles."""
        self.proxy = proxy
        self.broker = parts.kafka
        self.mail_server = parts.mail
        self._mails = maildir(parts.folder / "mail")
        self._mail_domain = f"{secrets.token_hex(4)}.example"
        parts.start("mail")
        mailing = {
            **parts.mail.settings,
            "SOIHTU_MAIL_FROM": f"soihtu@{self._mail_domain}",
            "SOIHTU_MAIL_DOMAINS": "example.org",
        }
        self.forked: ForkedRoles

        def make_roles(
            instances: Sequence[Instance], addresses: Callable[[], Addresses], logs: Path
        ) -> ForkedRoles:
            self.forked = ForkedRoles(
                instances, addresses, logs, zygote=zygote, sabotage=sabotage or {},
                own={"SOIHTU_KAFKA": proxy.address},
            )  # fmt: skip
            return self.forked

        super().__init__(parts, settings={**mailing, **(settings or {})}, make_roles=make_roles)

    def stop_all(self) -> None:
        """Also forgets its topics and mails: a broker sees many systems of this kind."""
        super().stop_all()
        for file, _ in self._posted():
            file.unlink()
        admin = AdminClient({"bootstrap.servers": self.kafka, "log_level": 0})
        topics = [self.topic(topic.name) for topic in declared_topics()]
        for forgotten in admin.delete_topics(topics).values():
            forgotten.result(timeout=30)

    def posted(self) -> Counter[str]:
        """How often the mail server was sent the mail of each notification, by its id."""
        return Counter(own for _, own in self._posted())

    def _posted(self) -> Iterator[tuple[Path, str]]:
        for file in self._mails.glob("new/*"):
            headers = BytesHeaderParser().parsebytes(file.read_bytes())
            own, _, domain = headers["Message-ID"].strip("<>").partition("@")
            if domain == self._mail_domain:
                yield file, own

    def start_standby(self, role: str) -> str:
        """A second process of a role, ready beside the first; gives its name."""
        service, _, kind = role.partition("-")
        instance = Instance(service, kind, 1, free_port())
        if instance.name not in self.forked.instances:
            self.forked.add_instance(instance)
        self.start(instance.name)
        return instance.name

    def trace(self, role: str) -> Trace:
        """The process of a role, to be known again."""
        return Trace.of(self.pid(role))

    def launch(self, role: str) -> None:
        """Start a role that is away, and don't wait until it is ready."""
        name = self._instance(role).name
        with self._lock:
            if not self.forked.of(name).runs:
                self.forked.launch(name)

    def wait_until_ready(self, role: str) -> None:
        self.forked.wait_until_ready(self._instance(role).name)

    def _instance(self, role: str) -> Instance:
        return self.forked.instances[role if role[-1].isdigit() else f"{role}-0"]
