"""The examples that are committed, one record a file, and the sums by which they never change."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).with_name("examples")
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Example:
    """A record as it lies on its topic, and a line on what it shows."""

    file: Path

    @cached_property
    def record(self) -> Mapping[str, Any]:
        held: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return held

    @property
    def type(self) -> str:
        """The type that its folder says; its headers say the same."""
        return self.file.parent.name

    @property
    def name(self) -> str:
        return self.file.stem

    @property
    def about(self) -> str:
        return str(self.record["about"])

    @property
    def headers(self) -> Mapping[str, str]:
        return dict(self.record["headers"])

    @property
    def data(self) -> bytes:
        return json.dumps(self.record["data"], ensure_ascii=False).encode()

    def __str__(self) -> str:
        return f"{self.type}/{self.name}"


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """Every example in a folder that holds one for each type, by type and name."""
    return [Example(file) for file in sorted(folder.glob("*/*.json"))]


def sums(files: Iterable[Path], folder: Path) -> dict[str, str]:
    """SHA-256 by path below `folder`."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
    }


def written_sums(folder: Path) -> dict[str, str]:
    """What the list of sums in `folder` says; nothing where there is no list."""
    listed = folder / SUMS
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    return {name: told for told, name in (line.split("  ", 1) for line in lines)}


def write_sums(folder: Path, held: Mapping[str, str]) -> None:
    """Write the list as `sha256sum --check` reads it."""
    lines = (f"{told}  {name}\n" for name, told in sorted(held.items()))
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def differences(folder: Path, files: Iterable[Path]) -> list[str]:
    """What in `folder` is not as its list says: changed, missing, or not listed."""
    held, written = sums(files, folder), written_sums(folder)
    return [
        *(
            f"{name} was changed"
            for name in written
            if held.get(name, written[name]) != written[name]
        ),
        *(f"{name} is missing" for name in written if name not in held),
        *(f"{name} is not listed" for name in held if name not in written),
    ]


def list_new_examples(folder: Path = EXAMPLES) -> None:
    """Add the sums of new examples; those of older ones stay as they were written."""
    held = sums((example.file for example in examples(folder)), folder)
    write_sums(folder, held | written_sums(folder))
