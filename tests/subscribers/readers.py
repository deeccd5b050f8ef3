"""The example readers as processes: how each is made, started, watched and stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import confluent_kafka

from local.jars import class_path
from local.java import find_java
from tests import toolchains
from tests.toolchains import ROOT

EXAMPLES = ROOT / "examples" / "subscribers"
SLOWEST = 120.0
"""Seconds that a reader may take to end: a consumer leaves its group first."""


@dataclass(frozen=True)
class Line:
    """A broker as a subscriber is told of it; without a login where it asks for none."""

    address: str
    user: str = ""
    password: str = ""
    authority: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For those readers that take all of it from there."""
        login = {
            "SOIHTU_USER": self.user,
            "SOIHTU_PASSWORD": self.password,
            "SOIHTU_CA": str(self.authority),
        }
        return {"SOIHTU_KAFKA": self.address, **(login if self.user else {})}

    def filled_in(self, text: str) -> str:
        """An example's settings, with what they say of machines beyond this one said for real."""
        if not self.user:
            return text
        told = {
            "# ": "",
            "USER": self.user,
            "PASSWORD": self.password,
            "ca.pem": self.environment["SOIHTU_CA"],
        }
        before, mark, settings = text.partition("# Beyond this machine:\n")
        assert mark
        for word, said in told.items():
            assert word in settings
            settings = settings.replace(word, said)
        return before + settings


@dataclass
class Reader:
    """One reader, started and stopped any number of times; what it prints is added to one file."""

    name: str
    command: Sequence[str]
    folder: Path
    line: Line
    remembers: bool = True
    more: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def _printed(self) -> Path:
        return self.folder / f"{self.name}.out"

    @property
    def lines(self) -> list[str]:
        """All that it has printed until now, but for a line that is not ended yet."""
        held = self._printed.read_bytes() if self._printed.exists() else b""
        return held[: held.rfind(b"\n") + 1].decode().splitlines()

    @property
    def complaints(self) -> str:
        return self._printed.with_suffix(".err").read_text(encoding="utf-8", errors="replace")

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        told = {
            **self.line.environment,
            "KCAT_CONFIG": str(self.folder / "kcat.conf"),
            "SOIHTU_GROUP": f"9999.{self.name}",
            "SOIHTU_STATE": str(self.folder / f"{self.name}.json"),
        }
        with self._printed.open("ab") as out, self._printed.with_suffix(".err").open("ab") as err:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**os.environ, **told, **self.more},
                stdout=out,
                stderr=err,
                # A pipe of two programs is stopped as one.
                start_new_session=True,
            )

    def stop(self, by: signal.Signals) -> None:
        """Stop it, and wait until it has ended."""
        if self.process and self.is_running:
            os.killpg(self.process.pid, by)
            self.process.wait(SLOWEST)


def readers(line: Line, folder: Path) -> list[Reader]:
    """All five, none of them started; what has to be built is built."""
    kcat = EXAMPLES / "kcat"
    (folder / "kcat.conf").write_text(line.filled_in((kcat / "kcat.conf").read_text("utf-8")))
    return [
        Reader("python", [sys.executable, str(EXAMPLES / "python" / "reader.py")], folder, line),
        Reader("java", _java(line, folder), folder, line),
        Reader("node", _node(), folder, line),
        Reader("go", _go(folder), folder, line, remembers=False),
        Reader(
            "kcat",
            ["sh", str(kcat / "reader.sh")],
            folder,
            line,
            remembers=False,
            more=_newer_librdkafka(folder) if line.user else {},
        ),
    ]


def _newer_librdkafka(folder: Path) -> dict[str, str]:
    """Kafka 4 takes no SCRAM of one before 2.6.1, which Debian's is; the wheel brings its own."""
    libraries = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
    [found] = libraries.glob("librdkafka-*.so.1")
    (folder / "librdkafka.so.1").symlink_to(found)
    return {"LD_LIBRARY_PATH": str(folder)}


def _java(line: Line, folder: Path) -> list[str]:
    """Compiled by a compiler of its own: the machine may have a runtime only."""
    program, jars = str(find_java(os.environ)), class_path("subscriber", lambda _: None)
    compiler = class_path("java-compiler", lambda _: None)
    source = str(EXAMPLES / "java" / "Reader.java")
    asked = ["--release", "17", "-proc:none", "-nowarn", "-cp", jars, "-d", str(folder), source]
    main = "org.eclipse.jdt.internal.compiler.batch.Main"
    toolchains.run([program, "-cp", compiler, main, *asked], folder)
    settings = folder / "client.properties"
    lines = line.filled_in((EXAMPLES / "java" / "client.properties").read_text(encoding="utf-8"))
    own = f"bootstrap.servers={line.address}\ngroup.id=9999.java\n"
    settings.write_text(f"{lines}\n{own}", "utf-8")
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    small = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", quiet]
    classes = os.pathsep.join((str(folder), jars))
    return [program, *small, "-cp", classes, "Reader", str(settings), str(folder / "java.json")]


def _node() -> list[str]:
    installed = toolchains.node_modules(EXAMPLES / "node")
    return [str(toolchains.node()), str(installed / "reader.mjs")]


def _go(folder: Path) -> list[str]:
    program = folder / "go-reader"
    # As the lock says and nothing else; no newer toolchain is fetched.
    asked = ["build", "-mod=readonly", "-o", str(program), "."]
    toolchains.run([str(toolchains.go()), *asked], EXAMPLES / "go", GOTOOLCHAIN="local")
    return [str(program)]
