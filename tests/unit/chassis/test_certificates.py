"""The authority of an installation, and what it certifies."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from chassis import certificates, clock
from chassis.certificates import Authority

NAMES = ["127.0.0.1", "kafka", "localhost"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path / "guard")
    made.prepare()
    return made


def certificate(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def test_keys_are_for_their_owner_alone(authority: Authority, tmp_path: Path) -> None:
    folder = tmp_path / "guard"
    authority.certify(folder / "broker.pem", NAMES)
    modes = {it.name: it.stat().st_mode & 0o777 for it in folder.iterdir()}
    assert modes == {"ca.key": 0o600, "ca.pem": 0o644, "broker.pem": 0o600}


def test_what_is_there_stays(authority: Authority, tmp_path: Path) -> None:
    broker = tmp_path / "broker.pem"
    authority.certify(broker, NAMES)
    before = authority.certificate_file.read_bytes(), broker.read_bytes()
    authority.prepare()
    authority.certify(broker, NAMES)
    assert (authority.certificate_file.read_bytes(), broker.read_bytes()) == before


def test_a_certificate_is_of_its_authority_and_for_its_names(
    authority: Authority, tmp_path: Path
) -> None:
    broker = tmp_path / "broker.pem"
    authority.certify(broker, NAMES)
    made = certificate(broker)
    made.verify_directly_issued_by(certificate(authority.certificate_file))
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(it.value) for it in names] == NAMES
    assert broker.read_text("ascii").startswith("-----BEGIN PRIVATE KEY-----")


def test_it_is_made_anew_before_it_ends_and_for_other_names(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = tmp_path / "broker.pem"
    authority.certify(broker, NAMES)
    first = certificate(broker)
    authority.certify(broker, [*NAMES, "kafka.agency.example"])
    second = certificate(broker)
    assert second.serial_number != first.serial_number
    monkeypatch.setattr(certificates, "RENEWED_BEFORE", certificates.CERTIFICATE_LASTS)
    authority.certify(broker, [*NAMES, "kafka.agency.example"])
    third = certificate(broker)
    assert third.serial_number != second.serial_number
    third.verify_directly_issued_by(certificate(authority.certificate_file))
    assert third.not_valid_after_utc - clock.true_now() > timedelta(days=390)


def test_one_that_was_cut_short_is_made_whole(tmp_path: Path) -> None:
    folder = tmp_path / "guard"
    folder.mkdir()
    (folder / "ca.key").write_text("half", "ascii")
    (folder / "ca.key.new").write_text("ha", "ascii")
    Authority(folder).prepare()
    assert certificates.main([str(folder), "127.0.0.1"]) == 0
    certificate(folder / "broker.pem").verify_directly_issued_by(certificate(folder / "ca.pem"))


def test_the_command_wants_a_folder_and_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert certificates.main(["somewhere"]) == 2
    assert capsys.readouterr().err.startswith("usage: ")
