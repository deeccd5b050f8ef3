"""Where models, schemas, examples, document, topics and what the code publishes drift apart."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.contracts import compatibility, published
from contracts import codes, committed, described, document
from contracts.catalogue import EVENTS
from contracts.channels import Topic, declared_topics
from contracts.envelope import HEADERS, Event
from contracts.open import to_open
from contracts.words import LANGUAGES

OWN = "fi.soihtu."
OPEN = "fi.soihtu.open."


def drifts() -> Iterator[str]:
    """Each drift, as a sentence."""
    services = sorted(it.name for it in published.SERVICES.iterdir() if (it / "app.py").exists())
    made = {service: published.events_of(service) for service in services}
    yield from schemas(EVENTS, described.SCHEMAS)
    yield from document.drift()
    yield from committed.differences(committed.EXAMPLES, [it.file for it in committed.examples()])
    yield from written(EVENTS, committed.examples())
    yield from twins(EVENTS, committed.examples())
    yield from topics(EVENTS, declared_topics())
    yield from producers(made, declared_topics())
    yield from changes(published.changes(), codes.lists()["change"] or ())


def schemas(events: Mapping[str, type[Event]], folder: Path) -> Iterator[str]:
    """Models whose committed schema says something else, and schemas of no model."""
    wanted = {described.file_of(event).name: event for event in events.values()}
    held = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.json")}
    for name, event in wanted.items():
        if held.get(name) != described.text_of(event):
            yield f"schema {name} is not what the model says"
    yield from (f"schema {name} is of no event" for name in held.keys() - wanted.keys())


def written(
    events: Mapping[str, type[Event]], examples: Iterable[committed.Example]
) -> Iterator[str]:
    """Examples that the models of today refuse, or would write otherwise; fields may be added."""
    for example in examples:
        try:
            event = events[example.type].model_validate_json(example.data)
        except ValidationError:
            yield f"example {example} is not taken by its model any more"
            continue
        data, held = json.loads(event.data()), example.record["data"]
        same = {
            "data": _within(held, data),
            "headers": example.headers.keys() <= HEADERS.keys(),
            "key": event.key == example.record["key"],
            "subject": event.subject == example.headers["ce_subject"],
        }
        if others := [name for name, it in same.items() if not it]:
            yield f"example {example} would be written with another {', '.join(others)}"


def _within(held: Any, data: Any) -> bool:
    """Whether all of `held` is said by `data`, at every depth, which may say more."""
    if isinstance(held, dict) and isinstance(data, dict):
        return all(name in data and _within(it, data[name]) for name, it in held.items())
    if isinstance(held, list) and isinstance(data, list):
        return len(held) == len(data) and all(map(_within, held, data))
    return bool(held == data)


def twins(
    events: Mapping[str, type[Event]], examples: Iterable[committed.Example]
) -> Iterator[str]:
    """Public types that nothing becomes and their fields that nothing fills.

    Going by what the examples of our own become; a text need not be there in each language.
    """
    made: dict[str, set[str]] = {}
    for example in examples:
        event = events[example.type]
        if not event.public and (told := to_open(event.model_validate_json(example.data))):
            made.setdefault(told.type(), set()).update(_filled(json.loads(told.data())))
    public = {name: event for name, event in events.items() if event.public}
    yield from (f"no example of our own becomes {it}" for it in sorted(public.keys() - made.keys()))
    yield from (f"{it} is made and not listed" for it in sorted(made.keys() - public.keys()))
    for name in sorted(public.keys() & made.keys()):
        held = {it.place for it in compatibility.fields(described.schema(public[name]))}
        for place in sorted(held - made[name]):
            if place.rpartition(".")[2] not in LANGUAGES:
                yield f"no example of our own fills {place} of {name}"


def _filled(node: Any, place: str = "") -> Iterator[str]:
    """The places of all that data holds, as those of a schema's fields."""
    inner: Iterable[tuple[str, Any]] = ()
    if isinstance(node, dict):
        inner = ((f"{place}.{name}".lstrip("."), it) for name, it in node.items())
    elif isinstance(node, list):
        inner = ((f"{place}[]", it) for it in node)
    for where, held in inner:
        yield where
        yield from _filled(held, where)


def topics(events: Mapping[str, type[Event]], declared: Iterable[Topic]) -> Iterator[str]:
    """Events on topics that are not declared or are for others, and topics of no event."""
    known = {topic.name: topic for topic in declared}
    for name, event in events.items():
        topic = known.get(event.topic)
        if topic is None:
            yield f"{name} is written to {event.topic}, which is not declared"
        elif event.public != (topic.audience == "open"):
            yield f"{name} is written to {event.topic}, which is for others"
    used = {event.topic for event in events.values()}
    yield from (f"nothing is written to {name}" for name in sorted(known.keys() - used))


def producers(made: Mapping[str, Collection[str]], declared: Iterable[Topic]) -> Iterator[str]:
    """Topics whose producers are not those services whose code makes events for them."""
    writers: dict[str, set[str]] = {}
    for service, names in made.items():
        for name in names:
            for told in (name, name.replace(OWN, OPEN, 1)):
                if told in EVENTS:
                    writers.setdefault(EVENTS[told].topic, set()).add(service)
    for topic in declared:
        if writers.get(topic.name, set()) != set(topic.producers):
            yield f"{topic.name} is written by {sorted(writers.get(topic.name, ()))}"
    every = set().union(*made.values())
    own = {name for name, event in EVENTS.items() if not event.public}
    yield from (f"no service makes {name}" for name in sorted(own - every))


def changes(said: Collection[str], listed: Collection[str]) -> Iterator[str]:
    """Codes of changes that the code puts into events and the list lacks, and the reverse."""
    yield from (f"the change {it} is not listed" for it in sorted(set(said) - set(listed)))
    yield from (f"no code says the change {it}" for it in sorted(set(listed) - set(said)))
