"""Our own services as principals of the broker: the rights that `contracts/topics/` gives them.

`python -m chassis.principals [FOLDER]` has the broker of the environment hold them exactly so, and
log each service in by the password in FOLDER/<service>/kafka_password.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from chassis.kafka_access import AccessProblem, KafkaAccess, Right
from chassis.settings import KafkaSettings, sentences
from chassis.topics import Topic, declared_topics, prefixed

PASSWORD = "kafka_password"  # noqa: S105 - the name of a file


def rights(topics: Iterable[Topic], prefix: str = "") -> dict[str, frozenset[Right]]:
    """What each service may do, by its principal; whoever is not here may do nothing."""
    found: dict[str, set[Right]] = {}
    for topic in topics:
        name = prefixed(prefix, topic.name)
        for service, writes in topic.producers.items():
            transactional_id = prefixed(prefix, writes.transactional_id)
            found.setdefault(prefixed(prefix, service), set()).update(
                {
                    Right("write", "topic", name),
                    Right("write", "transactional-id", transactional_id),
                }
            )
            if writes.reads_back:
                found[prefixed(prefix, service)].add(Right("read", "topic", name))
        for service, reads in topic.consumers.items():
            found.setdefault(prefixed(prefix, service), set()).update(
                {
                    Right("read", "topic", name),
                    Right("read", "group", prefixed(prefix, reads.group)),
                }
            )
    return {principal: frozenset(has) for principal, has in found.items()}


def ensure_principals(
    access: KafkaAccess, prefix: str = "", passwords: Mapping[str, str] | None = None
) -> None:
    """Gives all of them their rights, and those of `passwords` a login; safe to run again.

    Raises AccessProblem.
    """
    for principal, wanted in rights(declared_topics(), prefix).items():
        access.allow(principal, wanted)
    for principal, password in (passwords or {}).items():
        access.set_password(principal, password)


def _passwords(folder: Path, prefix: str) -> dict[str, str]:
    return {
        principal: (folder / principal.removeprefix(prefix) / PASSWORD).read_text("utf-8").strip()
        for principal in rights(declared_topics(), prefix)
    }


def main(argv: list[str]) -> int:
    """Have the broker of the environment hold all rights; exit code."""
    try:
        settings = KafkaSettings()
        passwords = _passwords(Path(argv[0]), settings.topic_prefix) if argv else None
        access = KafkaAccess(settings.for_confluent())
        ensure_principals(access, settings.topic_prefix, passwords)
    except ValidationError as error:
        sys.stderr.write(sentences(error))
        return 2
    except (AccessProblem, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
