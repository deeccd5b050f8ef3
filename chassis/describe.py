"""Writes the committed descriptions of APIs: `python -m chassis.describe services.okr.app …`."""

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from chassis.db import Database
from chassis.roles import Service
from chassis.settings import Settings


def file_of(service: Service) -> Path:
    """Where the description of a service's API is committed."""
    return service.folder / "openapi.json"


def document(service: Service) -> dict[str, Any]:
    """The description of a service's API; neither settings nor a database have a part in it."""
    settings = Settings(kafka="unused:9", postgres=SecretStr("unused"))
    nowhere = Database(cast(Any, None), f"/agencies/{settings.agency}/{service.name}")
    return service.create_app(settings, nowhere).openapi()


def text_of(service: Service) -> str:
    """The committed text of a description."""
    return json.dumps(document(service), indent=2, ensure_ascii=False) + "\n"


def main(modules: Sequence[str]) -> None:
    """Write the description of each module's `SERVICE` anew."""
    for name in modules:
        service: Service = importlib.import_module(name).SERVICE
        file_of(service).write_text(text_of(service), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
