"""The jars of Kafka and of the identity provider: locked, fetched once by jgo, verified, shared."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from local.files import only_one
from local.problems import disk_full_explained, jar_differs, jars_unreachable

if TYPE_CHECKING:
    from jgo.maven import MavenContext

LOCK = Path(__file__).with_name("jars.lock.json")
ROOTS = {
    "kafka": ["org.apache.kafka:kafka_2.13:4.3.1", "org.slf4j:slf4j-simple:1.7.36"],
    "identity": ["no.nav.security:mock-oauth2-server:6.0.2"],
    "subscriber": [
        "org.apache.kafka:kafka-clients:4.3.1",
        "com.fasterxml.jackson.core:jackson-databind:2.21.2",
        "org.slf4j:slf4j-simple:1.7.36",
    ],
    "java-compiler": ["org.eclipse.jdt:ecj:3.42.0"],
}
AT_ONCE = 8

Progress = Callable[[str], None]


def cache_folder() -> Path:
    """Outside of the data, so that a fresh clone, the tests and a reset system share it."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "soihtu"


def locked(program: str) -> dict[str, str]:
    """SHA-256 by coordinate (group:artifact:version)."""
    jars: dict[str, str] = json.loads(LOCK.read_text())[program]
    return jars


def class_path(program: str, progress: Progress, cache: Path | None = None) -> str:
    """Every jar of a program, fetched on first use, in the form that `java -cp` takes."""
    jars = locked(program)
    folder = (cache or cache_folder()) / "jars" / f"{program}-{_fingerprint(jars)}"
    if not folder.exists():
        with disk_full_explained(folder, "XDG_CACHE_HOME"), only_one(folder):
            if not folder.exists():
                _fetch(program, jars, folder, progress)
    return os.pathsep.join(str(folder / _file_name(coordinate)) for coordinate in jars)


def _fingerprint(jars: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(jars, sort_keys=True).encode()).hexdigest()[:16]


def _file_name(coordinate: str) -> str:
    _, artifact, version = coordinate.split(":")
    return f"{artifact}-{version}.jar"


def _fetch(program: str, jars: dict[str, str], folder: Path, progress: Progress) -> None:
    """Fills a folder beside the wanted one, which appears whole or not at all."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    maven = _maven(folder.parent.parent / "maven")

    def fetch(item: tuple[str, str]) -> None:
        shutil.copyfile(_verified(maven, *item), partial / _file_name(item[0]))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, _ in enumerate(pool.map(fetch, jars.items()), start=1):
            progress(f"fetching {program}: {done} of {len(jars)} jars")
    partial.rename(folder)


def _verified(maven: "MavenContext", coordinate: str, sha256: str) -> Path:
    for _ in range(2):
        path = _download(maven, coordinate)
        if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return path
        # It may have been cut short by an earlier, interrupted run.
        path.unlink()
    raise jar_differs(coordinate)


def _download(maven: "MavenContext", coordinate: str) -> Path:
    import requests

    group, artifact, version = coordinate.split(":")
    try:
        return maven.project(group, artifact).at_version(version).artifact().resolve()
    except (requests.RequestException, RuntimeError) as failure:
        raise jars_unreachable(coordinate) from failure


def _maven(cache: Path) -> "MavenContext":
    # Imported here: it takes longer than everything else, and only the first run needs it.
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext

    mirrors = GlobalSettings.load().repositories
    return MavenContext(repo_cache=cache, remote_repos=mirrors or None, timeout=30)


def resolve_lock() -> dict[str, dict[str, str]]:
    """Resolves the roots anew, for `make lock`."""
    import jgo

    return {
        program: {
            f"{found.groupId}:{found.artifactId}:{found.version}": hashlib.sha256(
                found.resolve().read_bytes()
            ).hexdigest()
            for found in jgo.resolve("+".join(roots))
        }
        for program, roots in ROOTS.items()
    }


if __name__ == "__main__":
    LOCK.write_text(json.dumps(resolve_lock(), indent=2) + "\n")
    sys.stdout.write(f"wrote {LOCK.name}\n")
