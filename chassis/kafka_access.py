"""Who may do what on the broker: credentials and ACLs of principals, made, listed and taken away.

All of it may be done again, and goes on from where it was cut short.
"""

import re
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from chassis.topics import declared_topics, prefixed

PATIENCE = 30.0
ITERATIONS = 8192
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")
"""No dot: what follows one is the name of a group."""
_USER = "User:"
_SUBSCRIBER = "subscriber-"
_EVERYWHERE = "*"

Resource = Literal["topic", "group", "transactional-id"]
Operation = Literal["read", "write", "describe"]

_RESOURCES = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
}
_OPERATIONS = {
    "read": AclOperation.READ,
    "write": AclOperation.WRITE,
    "describe": AclOperation.DESCRIBE,
}


class AccessProblem(Exception):
    """A broker that does not do what was asked, or a code that can be nobody's."""


@dataclass(frozen=True)
class Right:
    """One thing that a principal may do; with `beginning`, to all names that begin so."""

    operation: Operation
    resource: Resource
    name: str
    beginning: bool = False


@dataclass(frozen=True)
class Known:
    """What the broker has of a principal: whether it can log in, and how many ACLs it has."""

    credential: bool = False
    acls: int = 0


NOTHING = Known()


class KafkaAccess:
    """The broker's side, by an administrator's connection; `client` is a confluent-kafka one.

    Every method raises AccessProblem where the broker refuses or is away.
    """

    def __init__(self, client: Mapping[str, Any]) -> None:
        self._admin = AdminClient(dict(client))

    def set_password(self, principal: str, password: str) -> None:
        """Lets it log in by SCRAM-SHA-512 with that password, and with no other one."""
        self._must_administer()
        how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
        told = UserScramCredentialUpsertion(principal, how, password.encode())
        _done(self._admin.alter_user_scram_credentials([told], request_timeout=PATIENCE))
        self._wait(lambda: self.known().get(principal, NOTHING).credential)

    def allow(self, principal: str, rights: Collection[Right]) -> None:
        """Has it have these rights and no others; what it may do already goes on meanwhile."""
        self._must_administer()
        wanted = {_binding(principal, right) for right in rights}
        has = self._acls(principal)
        if new := sorted(wanted - has, key=str):
            _done(self._admin.create_acls(new, request_timeout=PATIENCE))
        if odd := sorted(has - wanted, key=str):
            filters = [_exactly(it) for it in odd]
            _done(self._admin.delete_acls(filters, request_timeout=PATIENCE))
        self._wait(lambda: self._acls(principal) == wanted)

    def remove(self, principal: str) -> None:
        """Takes all of its rights, at once also from who is logged in, and then its credential."""
        self._must_administer()
        _done(self._admin.delete_acls([_of(principal)], request_timeout=PATIENCE))
        gone = UserScramCredentialDeletion(principal, ScramMechanism.SCRAM_SHA_512)
        told = self._admin.alter_user_scram_credentials([gone], request_timeout=PATIENCE)
        _done(told, unless=KafkaError.RESOURCE_NOT_FOUND)
        self._wait(lambda: principal not in self.known())

    def known(self) -> dict[str, Known]:
        """Every principal that has a credential or an ACL, by its name without `User:`."""
        self._must_administer()
        asked: Any = self._admin.describe_user_scram_credentials(request_timeout=PATIENCE)
        logins = _result(asked)
        counts: dict[str, int] = dict.fromkeys(logins, 0)
        for binding in self._acls():
            name = binding.principal.removeprefix(_USER)
            counts[name] = counts.get(name, 0) + 1
        return {name: Known(name in logins, count) for name, count in sorted(counts.items())}

    def _must_administer(self) -> None:
        """Ask first: where it is refused, librdkafka calls no ACL an answer, and ends the process
        when it is about credentials."""
        asked = self._admin.describe_cluster(
            include_authorized_operations=True, request_timeout=PATIENCE
        )
        if AclOperation.ALTER not in (_result(asked).authorized_operations or ()):
            raise AccessProblem("Kafka refuses: only its administrator may give and take rights")

    def _acls(self, principal: str | None = None) -> set[Any]:
        found = self._admin.describe_acls(_of(principal), request_timeout=PATIENCE)
        return set(_result(found))

    def _wait(self, met: Callable[[], bool]) -> None:
        """The controller has said yes; what asks next is answered by a broker, a moment behind."""
        deadline = time.monotonic() + PATIENCE
        while not met():
            if time.monotonic() > deadline:
                raise AccessProblem(f"Kafka did not do it within {PATIENCE:.0f} s")
            time.sleep(0.02)


class Subscribers:
    """The principals of other agencies, by the agency's code, on one installation's topics."""

    def __init__(self, access: KafkaAccess, topic_prefix: str = "") -> None:
        self._access = access
        self._prefix = topic_prefix

    def username(self, code: str) -> str:
        """Whom the agency logs in as. Raises AccessProblem for what is no code."""
        if not CODE.fullmatch(code):
            raise AccessProblem(f"{code!r} is no code: 1 to 32 letters, digits and dashes")
        return prefixed(self._prefix, f"{_SUBSCRIBER}{code}")

    def groups(self, code: str) -> str:
        """What the names of the agency's groups begin with."""
        return prefixed(self._prefix, f"{code}.")

    def add(self, code: str, hand_over: Callable[[str], None] = lambda _: None) -> str:
        """Lets the agency read the open topics; the password, which replaces an earlier one.

        It is handed over before it holds: whoever can log in has been told how.
        """
        username, password = self.username(code), secrets.token_urlsafe(24)
        self._access.allow(username, self._rights(code))
        hand_over(password)
        self._access.set_password(username, password)
        return password

    def whole(self, code: str) -> bool:
        """Whether the agency has a password and all of its rights."""
        return self.listed().get(code) == Known(credential=True, acls=len(self._rights(code)))

    def remove(self, code: str) -> None:
        """Takes all that it was given, also where that was only a part."""
        self._access.remove(self.username(code))

    def listed(self) -> dict[str, Known]:
        """What the broker has of each agency, by its code, also of one half added or removed."""
        before = prefixed(self._prefix, _SUBSCRIBER)
        return {
            name.removeprefix(before): known
            for name, known in self._access.known().items()
            if name.startswith(before)
        }

    def _rights(self, code: str) -> frozenset[Right]:
        operations: tuple[Operation, ...] = ("read", "describe")
        topics = [it.name for it in declared_topics() if it.audience == "open"]
        return frozenset(
            right
            for operation in operations
            for right in (
                *(Right(operation, "topic", prefixed(self._prefix, it)) for it in topics),
                Right(operation, "group", self.groups(code), beginning=True),
            )
        )


def _binding(principal: str, right: Right) -> Any:
    pattern = ResourcePatternType.PREFIXED if right.beginning else ResourcePatternType.LITERAL
    return AclBinding(
        _RESOURCES[right.resource],
        right.name,
        pattern,
        f"{_USER}{principal}",
        _EVERYWHERE,
        _OPERATIONS[right.operation],
        AclPermissionType.ALLOW,
    )


def _of(principal: str | None) -> Any:
    """All ACLs of a principal, or of all of them."""
    anything: Any = None
    return AclBindingFilter(
        ResourceType.ANY,
        anything,
        ResourcePatternType.ANY,
        anything if principal is None else f"{_USER}{principal}",
        anything,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


def _exactly(binding: Any) -> Any:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _done(asked: Mapping[Any, "Future[Any]"], unless: int | None = None) -> None:
    """Wait for all of it; an error of the kind `unless` says that there was nothing to do."""
    for one in asked.values():
        _result(one, unless)


def _result(asked: "Future[Any]", unless: int | None = None) -> Any:
    try:
        return asked.result(PATIENCE)
    except KafkaException as failure:
        error = failure.args[0]
        if unless is None or error.code() != unless:
            raise AccessProblem(f"Kafka refuses: {error.str()}") from None
    except TimeoutError:
        raise AccessProblem(f"Kafka did not answer within {PATIENCE:.0f} s") from None
    return None
