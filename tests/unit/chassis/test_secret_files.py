"""Secrets that lie in files which the environment names."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis.settings import KafkaSettings, MigrationSettings, Settings, sentences


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SOIHTU_KAFKA", "unused:9")
    return monkeypatch


def written(folder: Path, content: str) -> str:
    file = folder / "secret"
    file.write_text(content, encoding="utf-8")
    return str(file)


def test_a_secret_is_read_without_its_last_newline(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SOIHTU_POSTGRES_FILE", written(tmp_path, "postgresql://ä@host/okr\n"))
    assert Settings().postgres.get_secret_value() == "postgresql://ä@host/okr"


def test_a_secret_that_may_be_left_out_may_lie_in_a_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert KafkaSettings().kafka_password is None
    environment.setenv("SOIHTU_KAFKA_PASSWORD_FILE", written(tmp_path, "hush"))
    found = KafkaSettings().kafka_password
    assert found is not None
    assert found.get_secret_value() == "hush"


def test_what_is_no_secret_does_not_come_from_a_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SOIHTU_POSTGRES", "postgresql://host/okr")
    environment.setenv("SOIHTU_AGENCY_FILE", written(tmp_path, "other"))
    assert Settings().agency == "demo"


def test_what_is_passed_by_code_stands_over_a_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SOIHTU_KAFKA_PASSWORD_FILE", written(tmp_path, "hush"))
    passed = KafkaSettings.model_validate({"kafka_password": "said"}).kafka_password
    assert passed is not None
    assert passed.get_secret_value() == "said"


def test_both_at_once_are_refused_by_name_and_without_the_secret(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SOIHTU_POSTGRES_FILE", written(tmp_path, "postgresql://hush@host/okr"))
    environment.setenv("SOIHTU_POSTGRES", "postgresql://hush@elsewhere/okr")
    with pytest.raises(ValidationError) as refused:
        Settings()
    told = "SOIHTU_POSTGRES_FILE: SOIHTU_POSTGRES is given as well: give one of the two\n"
    assert sentences(refused.value) == told
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "secret"
    if content:
        file.write_bytes(content)
    environment.setenv("SOIHTU_POSTGRES_OWNER_FILE", str(file))
    with pytest.raises(ValidationError) as refused:
        MigrationSettings()
    assert sentences(refused.value).startswith(f"SOIHTU_POSTGRES_OWNER_FILE: {file} ")
