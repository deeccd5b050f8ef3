"""The AsyncAPI document: as it is committed, as its parser takes it, and true of every example."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from chassis import cloudevents
from contracts import document, envelope
from contracts.catalogue import EVENTS
from contracts.channels import declared_topics
from contracts.committed import Example, examples
from tests import toolchains

PARSER = Path(__file__).with_name("parser")
COMMITTED: Mapping[str, Any] = yaml.safe_load(document.FILE.read_text(encoding="utf-8"))
MESSAGES = COMMITTED["components"]["messages"]
PUBLIC = [example for example in examples() if EVENTS[example.type].public]


def _parse(file: Path) -> str:
    folder = toolchains.node_modules(PARSER)
    return toolchains.run([str(toolchains.node()), "parse.mjs", str(file)], folder)


def test_it_is_what_models_examples_codes_and_topics_say() -> None:
    assert not list(document.drift()), "run: make contracts"


def test_the_parser_of_asyncapi_takes_it() -> None:
    _parse(document.FILE)


def test_the_parser_refuses_what_is_no_asyncapi(tmp_path: Path) -> None:
    broken = json.loads(json.dumps(COMMITTED))
    broken["components"]["schemas"]["Text"]["properties"]["fi"] = {"$ref": "#/$defs/Words"}
    file = tmp_path / "broken.yaml"
    file.write_text(yaml.safe_dump(broken))
    with pytest.raises(AssertionError, match="invalid-ref"):
        _parse(file)


def test_every_open_topic_is_a_channel_with_its_partitions_and_types() -> None:
    told = {channel["address"]: channel for channel in COMMITTED["channels"].values()}
    topics = {topic.name: topic for topic in declared_topics() if topic.audience == "open"}
    assert told.keys() == topics.keys()
    for name, channel in told.items():
        assert channel["bindings"]["kafka"]["partitions"] == topics[name].partitions
        types = {event.type() for event in EVENTS.values() if event.topic == name}
        assert set(channel["messages"]) == types


def test_one_message_tells_of_each_public_type() -> None:
    public = {name for name, event in EVENTS.items() if event.public}
    assert set(MESSAGES) == public
    assert all(len(message["examples"]) >= 3 for message in MESSAGES.values())


def test_every_header_that_the_relay_writes_is_described() -> None:
    written = cloudevents.to_headers(cloudevents.from_headers(_bytes(PUBLIC[0]))).keys()
    assert written == envelope.HEADERS.keys()


def _bytes(example: Example) -> list[tuple[str, bytes | None]]:
    return [(name, value.encode()) for name, value in example.headers.items()]


@pytest.mark.parametrize("example", PUBLIC, ids=str)
def test_an_example_is_true_of_payload_headers_and_key(example: Example) -> None:
    message = MESSAGES[example.type]
    assert example.record["data"] in [it["payload"] for it in message["examples"]]
    _validate(message["payload"], example.record["data"])
    _validate(message["headers"], example.headers)
    _validate(COMMITTED["components"]["messageTraits"]["cloudevent"]["headers"], example.headers)
    _validate(message["bindings"]["kafka"]["key"], example.record["key"])


def _validate(schema: Mapping[str, Any], told: Any) -> None:
    # AsyncAPI's own dialect stands on draft 7, where nothing beside a reference counts.
    whole = {**schema, "components": COMMITTED["components"]}
    formats = jsonschema.FormatChecker(formats=("date", "uuid"))
    jsonschema.Draft7Validator(whole, format_checker=formats).validate(told)


def test_the_lock_of_the_parser_names_no_registry() -> None:
    lock = json.loads((PARSER / "package-lock.json").read_text(encoding="utf-8"))
    packages = [it for name, it in lock["packages"].items() if name]
    assert all("resolved" not in it and it["integrity"] for it in packages)
