"""Modules: short, introduced, in their rooms, and quiet when they are imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, calls, modules, name_of, tree_of

NOUN_FILES = {
    "__init__.py", "api.py", "commands.py", "domain.py", "store.py", "queries.sql",
    "consumers.py", "views.py", "recording.py", "stated.py", "links.py", "ticking.py", "sending.py",
    "texts.yaml", "wording.py", "lexicon.py",
}  # fmt: skip
NOUNS = ("okr", "checkins", "notifications")


@pytest.mark.parametrize("file", modules(*PACKAGES, "tests"), ids=name_of)
def test_a_module_opens_with_what_it_owns_and_stays_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    docstring = tree_of(file).body[:1] and text.startswith('"""')
    assert docstring or not text, "a module opens with a sentence on what it owns"


@pytest.mark.parametrize("service", NOUNS)
def test_folders_of_a_kind_hold_files_of_the_same_names(service: str) -> None:
    folders = [
        folder
        for folder in (ROOT / "services" / service).iterdir()
        if folder.is_dir() and folder.name not in ("migrations", "__pycache__")
    ]
    assert folders
    for folder in folders:
        held = {file.name for file in folder.iterdir() if file.is_file()}
        assert held <= NOUN_FILES, f"{name_of(folder)} holds {held - NOUN_FILES}"


PROBE = """
import os, sys

class Closed(dict):
    def __getitem__(self, name):
        return self._checked(name, dict.__getitem__)
    def get(self, name, default=None):
        return self._checked(name, dict.get, default)
    def _checked(self, name, read, *more):
        if str(name).startswith("SOIHTU"):
            raise SystemExit(f"reads {name} when imported")
        return read(self, name, *more)

def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "subprocess.Popen"):
        raise SystemExit(f"{event} when imported")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if ".pyc" not in str(arguments[0]):
            raise SystemExit(f"writes {arguments[0]} when imported")

os.environ = Closed(os.environ)
sys.addaudithook(watch)
import importlib
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_importing_a_module_opens_nothing_and_reads_no_environment() -> None:
    names = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in modules("contracts", "chassis", "services")
        if file.name not in ("__main__.py", "env.py") and "migrations" not in file.parts
    ]
    run = subprocess.run(
        [sys.executable, "-c", PROBE, *names],
        cwd=ROOT,
        env={**os.environ, "SOIHTU_KAFKA": "nowhere:1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


HEAVY = {"fastapi", "httpx", "joserfc", "faststream", "alembic", "sqlalchemy"}
"""What one role alone needs, and would cost the others half of their start."""


@pytest.mark.parametrize("service", ["okr", "checkins", "reporting", "notifications"])
def test_a_role_imports_what_it_needs_and_no_more(service: str) -> None:
    program = f"import sys, services.{service}.app; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(run.stdout.split())


ONLY = {
    "chassis/clock.py": ("datetime.now", "date.today", "datetime.utcnow", "datetime.today"),
    "chassis/ids.py": ("uuid7", "uuid4", "uuid1", "uuid.uuid4", "uuid.uuid7"),
    "chassis/settings.py": ("os.getenv", "os.environ.get"),
}


@pytest.mark.parametrize("room", ONLY)
def test_times_ids_and_settings_come_from_one_room_each(room: str) -> None:
    elsewhere = [
        f"{name_of(file)}: {called}"
        for file in modules("contracts", "chassis", "services")
        for called, _ in calls(file)
        if called in ONLY[room] and name_of(file) != room
    ]
    assert not elsewhere
