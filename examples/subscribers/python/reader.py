"""Prints what teams learned and how far their goals are, as an agency's open topics tell it."""

import json
import math
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException

RETRO = "fi.soihtu.open.retro-completed.v1"
PROGRESS = "fi.soihtu.open.key-result-updated.v1"
RESULTS = {"reached", "partly", "not"}
state = Path(os.environ["SOIHTU_STATE"])  # yours would be a table, in the transaction of the facts
seen: dict[str, int] = json.loads(state.read_text()) if state.exists() else {}
settings: dict[str, Any] = {"bootstrap.servers": os.environ["SOIHTU_KAFKA"]}
settings |= {"group.id": os.environ["SOIHTU_GROUP"], "auto.offset.reset": "earliest"}
settings |= {"isolation.level": "read_committed", "enable.auto.commit": False}
if "SOIHTU_USER" in os.environ:
    settings |= {"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512"}
    settings |= {"sasl.username": os.environ["SOIHTU_USER"]}
    settings |= {"sasl.password": os.environ["SOIHTU_PASSWORD"]}
    settings |= {"ssl.ca.location": os.environ["SOIHTU_CA"]}


def facts(kind: str, data: Any) -> Iterator[str]:
    if kind == PROGRESS:
        share = data.get("progress")
        yield "progress none" if share is None else f"progress {math.floor(share * 100 + 0.5)} %"
    for found in data["findings"] if kind == RETRO else ():
        result = found["result"] if found["result"] in RESULTS else "other"
        for learning in found.get("learnings", ()):
            yield f"learning {result}: {learning['text'][learning['text']['source']]}"


running = [True]
signal.signal(signal.SIGTERM, lambda *_: running.clear())
consumer = Consumer(settings)
consumer.subscribe(["soihtu.open.v1", "soihtu.open-progress.v1"])
while running:
    for record in (records := consumer.consume(500, timeout=1)):
        if error := record.error():
            raise KafkaException(error)
        headers: dict[str, Any] = dict(record.headers() or ())
        kind, subject = (headers.get(it, b"").decode() for it in ("ce_type", "ce_subject"))
        version = int(headers.get("ce_sequence", 0))
        if kind not in (RETRO, PROGRESS) or version <= seen.get(subject, 0):
            continue  # a type that we don't know, or a version that we have had
        for fact in facts(kind, json.loads(record.value() or b"{}")):
            print(f"{subject}@{version} {fact}", flush=True)
        seen[subject] = version
    if records:
        state.with_suffix(".new").write_text(json.dumps(seen))
        state.with_suffix(".new").replace(state)  # whole or not at all
        consumer.commit(asynchronous=False)
consumer.close()
