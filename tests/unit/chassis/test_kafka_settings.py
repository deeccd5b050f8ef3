"""How Kafka's clients are told to connect, and what they are not let do."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.certificates import Authority
from chassis.settings import KafkaSettings, sentences

LOGIN = {"kafka_username": "okr", "kafka_password": "secret of okr"}


def settings(**told: Any) -> KafkaSettings:
    return KafkaSettings.model_validate(told)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "localhost:1", "[::1]:1,127.0.0.1:2"])
def test_a_password_may_be_sent_in_the_clear_on_this_machine(address: str) -> None:
    told = settings(kafka=address, kafka_security="SASL_PLAINTEXT", **LOGIN).for_aiokafka()
    assert told["security_protocol"] == "SASL_PLAINTEXT"


@pytest.mark.parametrize(
    "address", ["kafka:9092", "10.0.0.1:9092", "127.0.0.1:1,kafka:2", "0.0.0.0:1", "127.0.0.1.x:1"]
)
def test_and_nowhere_else(address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(kafka=address, kafka_security="SASL_PLAINTEXT", **LOGIN)
    told = sentences(refused.value)
    assert told.startswith("SOIHTU_KAFKA_SECURITY: ")
    assert "say SASL_SSL" in told
    assert "SOIHTU_KAFKA_CA" in told
    assert "secret" not in told


def test_both_libraries_are_told_the_same_and_look_at_the_name(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.prepare()
    told = settings(
        kafka="kafka:9092", kafka_security="SASL_SSL", kafka_ca=authority.certificate_file, **LOGIN
    )
    ours, theirs = told.for_aiokafka(), told.for_confluent()
    assert ours["security_protocol"] == theirs["security.protocol"] == "SASL_SSL"
    assert ours["sasl_mechanism"] == theirs["sasl.mechanism"] == "SCRAM-SHA-512"
    assert ours["sasl_plain_username"] == theirs["sasl.username"] == "okr"
    assert ours["sasl_plain_password"] == theirs["sasl.password"] == "secret of okr"
    context: ssl.SSLContext = ours["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert [it["serialNumber"] for it in context.get_ca_certs()]
    assert theirs["ssl.ca.location"] == str(authority.certificate_file)
    assert theirs["ssl.endpoint.identification.algorithm"] == "https"


def test_an_authority_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="kafka_ca"):
        settings(kafka="kafka:1", kafka_security="SASL_SSL", kafka_ca=tmp_path / "ca.pem", **LOGIN)


@pytest.mark.parametrize("missing", LOGIN)
def test_a_login_that_is_not_whole_is_told(missing: str) -> None:
    given = {name: it for name, it in LOGIN.items() if name != missing}
    with pytest.raises(ValidationError, match=f"SOIHTU_{missing.upper()}"):
        settings(kafka="kafka:1", kafka_security="SASL_SSL", **given)
