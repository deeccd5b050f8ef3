"""The topics as `contracts/topics/` says: key, partitions, what is kept, who writes and reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

FOLDER = Path(__file__).with_name("topics")


@dataclass(frozen=True)
class Producer:
    """How a service writes: under which transactional id; when it republishes, it reads back."""

    transactional_id: str
    reads_back: bool


@dataclass(frozen=True)
class Consumer:
    """How a service reads: in which group."""

    group: str


@dataclass(frozen=True)
class Topic:
    """One file of `contracts/topics/`; services by name, which is who they log in as."""

    name: str
    description: str
    key: str
    partitions: int
    cleanup: Literal["compact", "delete"]
    audience: Literal["internal", "open"]
    owner: str
    producers: Mapping[str, Producer]
    consumers: Mapping[str, Consumer]
    config: Mapping[str, str]


@cache
def declared_topics(folder: Path = FOLDER) -> tuple[Topic, ...]:
    return tuple(_read(file) for file in sorted(folder.glob("*.yaml")))


def _read(file: Path) -> Topic:
    said: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Topic(
        name=said["topic"],
        description=said["description"],
        key=said["key"],
        partitions=said["partitions"],
        cleanup=said["cleanup"],
        audience=said["audience"],
        owner=said["owner"],
        producers={name: Producer(**how) for name, how in said["producers"].items()},
        consumers={name: Consumer(**how) for name, how in said["consumers"].items()},
        config={name: str(value) for name, value in said["config"].items()},
    )
