"""Backups of a service's database: how one is made, and how it is told from a broken one."""

import asyncio
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.operations import OperationProblem

DUMP = "database.dump"
MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Position(_Said):
    """How far a group had read a partition."""

    group: str
    topic: str
    topic_id: str
    partition: int
    next_offset: int


class Log(_Said):
    """A topic that the service writes: its id, and the end of each partition."""

    topic: str
    topic_id: str
    ends: Sequence[int]


class File(_Said):
    """A file of the backup."""

    name: str
    bytes: int
    sha256: str


class Manifest(_Said):
    """What a backup holds; it is written last."""

    service: str
    made_at: datetime
    schema_version: str
    postgres: str
    read: Sequence[Position]
    written: Sequence[Log] | None
    files: Sequence[File]


@dataclass(frozen=True)
class Address:
    """Where a database is, without its password, which other users of the machine could see."""

    url: str
    password: str | None

    @classmethod
    def of(cls, dsn: str) -> "Address":
        parts = urlsplit(dsn)
        place = parts.netloc.rpartition("@")[2]
        user = f"{parts.netloc.rpartition('@')[0].partition(':')[0]}@" if parts.username else ""
        words = [word.partition("=") for word in parts.query.split("&")]
        secrets = [unquote(value) for name, _, value in words if unquote(name) == "password"]
        query = "&".join("".join(word) for word in words if unquote(word[0]) != "password")
        password = unquote(parts.password) if parts.password else next(iter(secrets), None)
        return cls(urlunsplit(parts._replace(netloc=user + place, query=query)), password)

    @property
    def environment(self) -> Mapping[str, str]:
        return {"PGPASSWORD": self.password} if self.password else {}


def database_of(dsn: str) -> str:
    """The name of the database that an address leads to."""
    return unquote(urlsplit(dsn).path.lstrip("/"))


def user_of(dsn: str) -> str:
    """The role that an address is for."""
    return unquote(urlsplit(dsn).username or "")


def with_database(dsn: str, name: str) -> str:
    """The same address, of another database of that server."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


async def run_tool(program: str, arguments: Sequence[str], address: Address | None = None) -> str:
    """What one of PostgreSQL's own programs says. Raises OperationProblem when it fails."""
    found = shutil.which(program)
    if found is None:
        raise OperationProblem(f"{program} is not on the path: install PostgreSQL's client tools.")
    process = await asyncio.create_subprocess_exec(
        found,
        *arguments,
        *([f"--dbname={address.url}"] if address else []),
        env={**os.environ, **(address.environment if address else {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, failed = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise OperationProblem(f"{program} failed: {failed.decode(errors='replace').strip()}")
    return said.decode(errors="replace")


async def check_tool(program: str, server: int) -> None:
    """Refuse a program that is older than the server, whose major version is `server`."""
    told = (await run_tool(program, ["--version"])).split()
    major = next((int(it.split(".")[0]) for it in told if it[0].isdigit()), 0)
    if major < server:
        raise OperationProblem(
            f"{program} is of PostgreSQL {major} and the server of {server}: use one as new."
        )


def sum_of(path: Path) -> File:
    """A file's size and checksum."""
    said = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            said.update(chunk)
    return File(name=path.name, bytes=path.stat().st_size, sha256=said.hexdigest())


@contextmanager
def whole_or_nothing(place: Path) -> Iterator[Path]:
    """A folder to fill, which has the name `place` only when all went well.

    Raises OperationProblem where something is there already, or is being made.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise OperationProblem(f"{place} is there already: name a folder that is not.")
    partial = place.with_name(f"{place.name}.partial")
    with _only_one(partial, place) as handle:
        try:
            yield partial
            for path in partial.iterdir():
                _bring_to_disk(path)
            os.fsync(handle)
            _take_name(partial, handle, place)
            _bring_to_disk(place.parent)
        finally:
            if _is_at(partial, handle):
                shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _only_one(partial: Path, place: Path) -> Iterator[int]:
    """An empty folder that nobody else fills; held for as long as its handle is open."""
    partial.mkdir(parents=True, mode=0o700, exist_ok=True)
    handle = os.open(partial, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperationProblem(f"{place} is being made by another: wait for it.") from None
        _check_is_at(partial, handle)
        for path in partial.iterdir():  # what one that was killed has left
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        yield handle
    finally:
        os.close(handle)


def _take_name(partial: Path, handle: int, place: Path) -> None:
    _check_is_at(partial, handle)
    try:
        partial.rename(place)
    except OSError as error:
        raise OperationProblem(f"{place} can't be put in place: {error.strerror}.") from None


def _check_is_at(path: Path, handle: int) -> None:
    if not _is_at(path, handle):
        raise OperationProblem(f"{path} was taken away by another: try again.")


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _bring_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself, every checksum compared. Raises OperationProblem."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise OperationProblem(f"{folder} holds no backup: {MANIFEST} is missing.") from None
    except ValidationError:
        raise OperationProblem(f"{folder / MANIFEST} can't be read as a manifest.") from None
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file() or sum_of(path) != file:
            raise OperationProblem(f"{path} is not what was backed up: its checksum differs.")
    return manifest
