"""The committed examples: as the schemas say, as relays write them, read by every reader."""

import importlib
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chassis import cloudevents
from contracts import committed, described
from contracts.catalogue import EVENTS
from contracts.committed import EXAMPLES, Example, examples
from tests.architecture.test_lists import SERVICES

each_example = pytest.mark.parametrize("example", examples(), ids=str)
ENOUGH = 3


def test_every_event_has_examples_enough() -> None:
    counted = Counter(example.type for example in examples())
    assert counted.keys() == EVENTS.keys()
    assert min(counted.values()) >= ENOUGH


@each_example
def test_an_example_is_as_its_schema_says(example: Example) -> None:
    schema = described.schema(EVENTS[example.type])
    formats = jsonschema.FormatChecker(formats=("date", "uuid"))
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    validator.validate(example.record["data"])


@each_example
def test_an_example_lies_in_the_envelope_that_the_relay_would_write(example: Example) -> None:
    written = example.headers
    envelope = cloudevents.from_headers((name, it.encode()) for name, it in written.items())
    assert cloudevents.to_headers(envelope) == written
    assert envelope.type == example.type
    assert envelope.key == example.record["key"]
    assert envelope.dataschema.startswith(f"urn:soihtu:schema:{example.type}:")
    assert envelope.sequence == example.record["data"]["version"]
    assert example.about.endswith(".")


@each_example
def test_an_example_is_what_its_writer_would_write(example: Example) -> None:
    event = EVENTS[example.type].model_validate_json(example.data)
    assert event.subject == example.headers["ce_subject"]
    assert event.key == example.record["key"]


def _readers() -> list[tuple[str, str, Any]]:
    return [
        (service, name, reads.model)
        for service in SERVICES
        for name, reads in importlib.import_module(f"services.{service}.app").SERVICE.reads.items()
    ]


@pytest.mark.parametrize(
    ("service", "name", "model"), _readers(), ids=lambda it: it if isinstance(it, str) else ""
)
def test_every_reader_reads_every_example(service: str, name: str, model: Any) -> None:
    read = [model.model_validate_json(it.data) for it in examples() if it.type == name]
    assert len(read) >= ENOUGH, f"{service} reads no {name}"


def test_examples_are_only_added() -> None:
    told = committed.differences(EXAMPLES, [example.file for example in examples()])
    assert not told, "new ones are listed by `make contracts`, old ones stay as they are"


def test_a_changed_and_a_missing_example_are_told(tmp_path: Path) -> None:
    for name in ("changed", "missing", "same"):
        (tmp_path / "a.v1").mkdir(exist_ok=True)
        (tmp_path / "a.v1" / f"{name}.json").write_text(name)
    committed.list_new_examples(tmp_path)
    (tmp_path / "a.v1" / "changed.json").write_text("otherwise")
    (tmp_path / "a.v1" / "missing.json").unlink()
    (tmp_path / "a.v1" / "new.json").write_text("new")
    told = committed.differences(tmp_path, tmp_path.glob("*/*.json"))
    assert told == [
        "a.v1/changed.json was changed", "a.v1/missing.json is missing",
        "a.v1/new.json is not listed",
    ]  # fmt: skip
    committed.list_new_examples(tmp_path)
    assert committed.differences(tmp_path, tmp_path.glob("*/*.json")) == told[:2]
