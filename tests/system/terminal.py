"""A terminal beside the system: the `soihtu` command, with a person's own folder for state."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.addresses import ROOT
from tests.system.agency import Agency

SOIHTU = str(Path(sys.executable).with_name("soihtu"))

Done = subprocess.CompletedProcess[str]


@dataclass
class Terminal:
    """Commands typed in it find the agency's system; `local`: whether it may lend names."""

    agency: Agency
    state: Path
    local: bool = True
    language: str = "en_GB.UTF-8"
    environment: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        running = self.agency.system.running
        own = {name: it for name, it in os.environ.items() if not name.startswith("SOIHTU_")}
        self.environment = {
            **own,
            **{f"SOIHTU_{name.upper()}_URL": url for name, url in running.apis.items()},
            **({"SOIHTU_LOCAL": "1"} if self.local else {}),
            "SOIHTU_ISSUER": running.issuer,
            "XDG_STATE_HOME": str(self.state),
            "LC_ALL": self.language,
            "COLUMNS": "120",
        }

    def type(self, *words: str, answers: str = "") -> Done:
        """What a command says, and how it ends."""
        return subprocess.run(
            [SOIHTU, *words],
            cwd=ROOT,
            env=self.environment,
            input=answers,
            capture_output=True,
            text=True,
            check=False,
        )

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """A command that goes on meanwhile."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [SOIHTU, *words], cwd=ROOT, env=self.environment, stdout=pipe, stderr=pipe, text=True
        )

    def says(self, *words: str, answers: str = "") -> str:
        """What a command that must succeed says."""
        done = self.type(*words, answers=answers)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def answers(self, *words: str) -> Any:
        """What an API answered to a command that must succeed."""
        return json.loads(self.says(*words, "--json"))

    def refuses(self, *words: str, answers: str = "") -> str:
        """What a command that must fail tells people, once and on one line."""
        done = self.type(*words, answers=answers)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        return done.stderr.strip()
