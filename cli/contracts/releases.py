"""Releases of the open contract: a folder each, in which nothing ever changes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from cli.contracts.compatibility import State
from contracts import codes, committed, described
from contracts.catalogue import EVENTS
from contracts.channels import declared_topics

FOLDER = Path(codes.__file__).with_name("released")
TOPICS, CODES = "topics.yaml", "codes.yaml"


class Version(NamedTuple):
    """Of the contract as a whole; each schema has a version of its own besides."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def today() -> State:
    """The open contract as models, examples, topics and codes are now."""
    public = [event for event in EVENTS.values() if event.public]
    shown = [it for it in committed.examples() if EVENTS[it.type].public]
    return State(
        schemas={event.type(): described.schema(event) for event in public},
        examples={f"{it}.json": it.file.read_bytes() for it in shown},
        topics={
            topic.name: {
                "partitions": topic.partitions,
                "key": topic.key,
                "cleanup": topic.cleanup,
                "types": sorted(it.type() for it in public if it.topic == topic.name),
            }
            for topic in declared_topics()
            if topic.audience == "open"
        },
        codes=codes.lists(),
    )


def releases(folder: Path = FOLDER) -> dict[Version, Path]:
    """Where each release is, the oldest first."""
    return dict(sorted((_version(it.name), it) for it in folder.glob("*.*") if it.is_dir()))


def _version(name: str) -> Version:
    major, minor = name.split(".")
    return Version(int(major), int(minor))


def following(known: dict[Version, Path], *, major: bool) -> Version:
    """The version of the next release; the first is 1.0."""
    if not known:
        return Version(1, 0)
    last = max(known)
    return Version(last.major + 1, 0) if major else Version(last.major, last.minor + 1)


def write(state: State, version: Version, folder: Path = FOLDER) -> Path:
    """Add a release. Raises FileExistsError when there is one of that version."""
    release = folder / str(version)
    release.mkdir(parents=True)
    for schema in state.schemas.values():
        name = schema["$id"].removeprefix("urn:soihtu:schema:").replace(":", "-")
        _write(release / "schemas" / f"{name}.json", _json(schema))
    for name, text in state.examples.items():
        _write(release / "examples" / name, text)
    _write(release / TOPICS, _yaml(state.topics))
    _write(release / CODES, _yaml(state.codes))
    committed.write_sums(release, committed.sums(_files(release), release))
    return release


def _write(file: Path, text: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text)


def _json(held: Any) -> bytes:
    return json.dumps(held, indent=2, ensure_ascii=False).encode() + b"\n"


def _yaml(held: Any) -> bytes:
    text: str = yaml.safe_dump(_plain(held), sort_keys=False, allow_unicode=True, width=100)
    return text.encode()


def _plain(held: Any) -> Any:
    return {name: _plain(it) for name, it in held.items()} if isinstance(held, dict) else held


def _files(release: Path) -> list[Path]:
    return [it for it in release.rglob("*") if it.is_file() and it.name != committed.SUMS]


def read(release: Path) -> State:
    """What a release said."""
    schemas = [json.loads(it.read_bytes()) for it in sorted((release / "schemas").glob("*.json"))]
    shown = committed.examples(release / "examples")
    return State(
        schemas={it["$id"].split(":")[3]: it for it in schemas},
        examples={f"{it}.json": it.file.read_bytes() for it in shown},
        topics=yaml.safe_load((release / TOPICS).read_bytes()),
        codes=yaml.safe_load((release / CODES).read_bytes()),
    )


def tampered(release: Path) -> Iterator[str]:
    """What of a release is not as it was written."""
    yield from committed.differences(release, _files(release))
