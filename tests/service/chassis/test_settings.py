"""What the settings of Kafka's clients see to."""

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from chassis.settings import KafkaSettings
from local.ports import free_port


def test_a_client_of_kafka_writes_nothing_past_the_logs(
    capfd: pytest.CaptureFixture[str],
) -> None:
    away = KafkaSettings(kafka=f"127.0.0.1:{free_port()}")
    with pytest.raises(KafkaException):
        AdminClient(away.for_confluent()).list_topics(timeout=0.5)
    assert capfd.readouterr().err == ""
