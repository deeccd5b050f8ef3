"""Small acts on files: secrets that only their owner reads, folders made by one, and emptied."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(file: Path, text: str, mode: int = 0o644) -> None:
    """Writes a file that appears whole or not at all."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode)
    draft.write_text(text)
    draft.replace(file)


def write_private(file: Path, text: str) -> None:
    write_whole(file, text, 0o600)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Wait until no other process is about to make a folder; look again whether it is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
