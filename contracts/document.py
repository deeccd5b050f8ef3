"""The AsyncAPI document of the open topics, made of models, examples, codes and topics."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from contracts import codes, envelope
from contracts.catalogue import EVENTS
from contracts.channels import Topic, declared_topics
from contracts.committed import Example, examples
from contracts.described import schema
from contracts.envelope import Event

FILE = Path(__file__).with_name("asyncapi") / "soihtu-open.yaml"
BINDING = {"bindingVersion": "0.5.0"}
PUBLIC = [event for event in EVENTS.values() if event.public]
COMPONENTS = "#/components"
DESCRIPTION = """\
What a public agency follows as goals, how far they are, and what its teams learned.

Records are CloudEvents 1.0 in Kafka's binary mode: data in the value, attributes in headers. Each
event holds the whole state of one aggregate, its `ce_subject`. For each subject, drop the records
at or below the highest `ce_sequence` that you have seen: versions only grow, and records may come
again. Nothing is promised on the order of different subjects. Read with `read_committed`.

Fields, codes and types are added: pass over those that you don't know. Nothing else changes."""


def document() -> dict[str, Any]:
    """AsyncAPI 3.0, with one message for each `ce_type`."""
    topics = [topic for topic in declared_topics() if topic.audience == "open"]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:soihtu:open",
        "info": {"title": "Soihtu open events", "version": "1", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"agency": _server()},
        "channels": {_channel(topic.name): _topic(topic) for topic in topics},
        "operations": {
            f"send-{_channel(topic.name)}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{_channel(topic.name)}"},
                "summary": "The agency writes, others read.",
            }
            for topic in topics
        },
        "components": {
            "messages": {event.type(): _message(event) for event in PUBLIC},
            "messageTraits": {"cloudevent": {"headers": _headers()}},
            "schemas": dict(sorted(_schemas().items())),
            "securitySchemes": {"login": {"type": "scramSha512"}},
        },
    }


def text() -> str:
    """The document as it is committed."""
    return yaml.dump(document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


class _Plain(yaml.SafeDumper):
    """Says again what stands twice, where YAML would refer to the first place; keeps lines."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _lines(dumper: yaml.SafeDumper, told: str) -> yaml.ScalarNode:
    style = "|" if "\n" in told else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", told, style)


_Plain.add_representer(str, _lines)


def _server() -> dict[str, Any]:
    return {
        "host": "{broker}",
        "protocol": "kafka-secure",
        "description": "One for each agency; it tells its address when it grants access.",
        "variables": {
            "broker": {"description": "Host and port.", "examples": ["kafka.agency.example:9093"]}
        },
        "security": [{"$ref": f"{COMPONENTS}/securitySchemes/login"}],
    }


def _channel(topic: str) -> str:
    return topic.removesuffix(".v1").removeprefix("soihtu.")


def _topic(topic: Topic) -> dict[str, Any]:
    kept = {name: int(topic.config[name]) for name in ("retention.ms",) if name in topic.config}
    return {
        "address": topic.name,
        "title": topic.name,
        "description": topic.description,
        "messages": {
            event.type(): {"$ref": f"{COMPONENTS}/messages/{event.type()}"}
            for event in PUBLIC
            if event.topic == topic.name
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": [topic.cleanup], **kept},
                **BINDING,
            }
        },
    }


def _message(event: type[Event]) -> dict[str, Any]:
    root = "objective" if "objective" in event.model_fields else "aggregate"
    return {
        "name": event.type(),
        "title": event.__name__,
        "summary": event.__doc__,
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "headers": {
            "type": "object",
            "properties": {
                "ce_type": {"const": event.type()},
                "ce_dataschema": {"pattern": _of_its_major(event.schema_id())},
                "ce_subject": {"pattern": f"^{event.kind}/"},
            },
        },
        "traits": [{"$ref": f"{COMPONENTS}/messageTraits/cloudevent"}],
        "payload": {"$ref": f"{COMPONENTS}/schemas/{event.__name__}"},
        "bindings": {
            "kafka": {
                "key": {
                    "type": "string",
                    "format": "uuid",
                    "description": f"The id of the {root}: it decides the partition. Versions "
                    "count per subject, so never drop records per key.",
                },
                **BINDING,
            }
        },
        "examples": [_example(it) for it in examples() if it.type == event.type()],
    }


def _of_its_major(schema_id: str) -> str:
    """The pattern of a schema's name in every minor version: what was written earlier stays."""
    major, _, _ = schema_id.rpartition(".")
    return f"^{re.escape(major)}\\.[0-9]+$"


def _example(example: Example) -> dict[str, Any]:
    return {
        "name": example.name,
        "summary": example.about,
        "headers": dict(example.headers),
        "payload": example.record["data"],
    }


def _headers() -> dict[str, Any]:
    properties: dict[str, dict[str, Any]] = {
        name: {"type": "string", "description": about} for name, about in envelope.HEADERS.items()
    }
    properties["ce_origin"][codes.MARK] = "origin"
    properties["ce_origin"]["examples"] = list(codes.lists()["origin"] or ())
    return {"type": "object", "required": list(properties), "properties": properties}


def _schemas() -> dict[str, Any]:
    lifted: dict[str, Any] = {}
    for event in PUBLIC:
        whole = schema(event)
        parts = {event.__name__: {"x-schema-id": whole["$id"], **whole}, **whole.get("$defs", {})}
        for name, part in parts.items():
            told = _lifted({key: it for key, it in part.items() if key not in _ROOT})
            if lifted.setdefault(name, told) != told:
                raise ValueError(f"two schemas are called {name}")
    return lifted


_ROOT = {"$schema", "$id", "$defs"}


def _lifted(node: Any) -> Any:
    """A schema whose parts stand among the components, as the AsyncAPI parser wants it."""
    if isinstance(node, list):
        return [_lifted(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    told = {name: _lifted(value) for name, value in node.items() if name != "$ref"}
    if "$ref" not in node:
        return told
    there = {"$ref": node["$ref"].replace("#/$defs/", f"{COMPONENTS}/schemas/")}
    # Beside a reference, JSON Schema as AsyncAPI has it says nothing.
    return {**told, "allOf": [there]} if told else there


def drift(file: Path = FILE) -> Iterator[str]:
    """Where the committed document is not what models, examples, codes and topics say."""
    if not file.exists() or file.read_text(encoding="utf-8") != text():
        yield f"{file.name} is not what models, examples, codes and topics say"
