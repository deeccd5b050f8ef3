"""What guards a local run's Kafka: its authority, its logins, and what the broker is told."""

import json
import secrets
import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from local.files import write_private
from local.graph import SERVICE_NAMES
from local.ports import LOOPBACK

ADMINISTRATOR, BROKER = "soihtu-admin", "soihtu-broker"
LISTENER = "SECURE"
NAMES = (LOOPBACK, "localhost")


class Guard:
    """Files of one folder; what is missing is made when Kafka is prepared, what is there stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.stood = self.authority.exists()
        """Whether Kafka was guarded here before: then it stays so."""
        self._keeping = threading.Lock()

    @property
    def authority(self) -> Path:
        """The certificate that clients trust."""
        return self._folder / "ca.pem"

    @property
    def _certificate(self) -> Path:
        return self._folder / "broker.pem"

    @property
    def _logins_file(self) -> Path:
        return self._folder / "logins.json"

    def prepare(self) -> None:
        from chassis.certificates import Authority

        authority = Authority(self._folder)
        authority.prepare()
        authority.certify(self._certificate, NAMES)
        self.password(ADMINISTRATOR)

    def password(self, principal: str) -> str:
        """The same one each time; made and kept the first time, whoever asks first."""
        with self._keeping:
            if principal not in self._logins:
                self._logins[principal] = secrets.token_urlsafe(24)
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_private(self._logins_file, json.dumps(self._logins))
            return self._logins[principal]

    @cached_property
    def _logins(self) -> dict[str, str]:
        file = self._logins_file
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        return known

    def login(self, principal: str) -> dict[str, str]:
        """What a client is told to log in as `principal`."""
        return {
            "SOIHTU_KAFKA_SECURITY": "SASL_SSL",
            "SOIHTU_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "SOIHTU_KAFKA_USERNAME": principal,
            "SOIHTU_KAFKA_PASSWORD": self.password(principal),
            "SOIHTU_KAFKA_CA": str(self.authority),
        }

    def logins(self, address: str, prefix: str) -> dict[str, dict[str, str]]:
        """What each service is told of the broker at `address`."""
        return {
            name: {"SOIHTU_KAFKA": address, **self.login(f"{prefix}{name}")}
            for name in SERVICE_NAMES
        }

    def first_logins(self) -> list[str]:
        """Words for what formats the storage: who can log in before anybody was let in."""
        return [
            word
            for name in (ADMINISTRATOR, BROKER)
            for word in (
                "--add-scram",
                f"SCRAM-SHA-512=[name={name},password={self.password(name)}]",
            )
        ]

    def server_settings(self) -> Mapping[str, object]:
        """Of a broker whose listeners are `LISTENER` and CONTROLLER, both SASL_SSL."""
        modules = "org.apache.kafka.common.security"
        listener, controller = f"listener.name.{LISTENER.lower()}", "listener.name.controller"
        own = f'username="{BROKER}" password="{self.password(BROKER)}"'
        return {
            "inter.broker.listener.name": LISTENER,
            "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
            "sasl.mechanism.controller.protocol": "PLAIN",
            f"{listener}.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            f"{listener}.scram-sha-512.sasl.jaas.config": (
                f"{modules}.scram.ScramLoginModule required {own};"
            ),
            f"{controller}.sasl.enabled.mechanisms": "PLAIN",
            f"{controller}.plain.sasl.jaas.config": (
                f"{modules}.plain.PlainLoginModule required {own}"
                f' user_{BROKER}="{self.password(BROKER)}";'
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self._certificate,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.authority,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found": "false",
            "super.users": f"User:{ADMINISTRATOR};User:{BROKER}",
        }
