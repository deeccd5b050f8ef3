"""Someone who calls operations of a service that keeps a shelf."""

import argparse
from importlib import import_module
from pathlib import Path

import pytest

from chassis.operations import Call
from chassis.roles import Service
from tests.service.chassis.streams import Shelf, Store


class Operator:
    """Calls operations in this process."""

    def __init__(self, store: Store, shelf: Shelf, says: pytest.CaptureFixture[str]) -> None:
        self._service = Service("okr", Path(), lambda *_: None, shelf.reads)  # type: ignore[arg-type]
        self._settings = store.settings
        self._says = says

    async def calls(self, operation: str, *words: object) -> tuple[int, str]:
        """The exit code and what is printed."""
        module = import_module(f"chassis.operations.{operation.replace('-', '_')}")
        parser = argparse.ArgumentParser()
        module.arguments(parser)
        arguments = parser.parse_args([str(word) for word in words])
        self._says.readouterr()
        code = await module.run(Call(self._service, self._settings, arguments))
        return code, self._says.readouterr().out
