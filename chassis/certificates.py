"""Makes an authority of its own, once, and by it the certificate that a broker shows.

`python -m chassis.certificates FOLDER NAME…` has both lie there, the broker's as `broker.pem`.
"""

import ipaddress
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chassis import clock

AUTHORITY_LASTS = timedelta(days=3650)
CERTIFICATE_LASTS = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=60)
"""A broker that is started so long before its certificate's end, or later, gets a new one."""
_CLOCKS_DIFFER = timedelta(hours=1)


class Authority:
    """The files `ca.pem`, which everybody may have, and `ca.key`, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.certificate_file = folder / "ca.pem"
        self._key_file = folder / "ca.key"

    def prepare(self) -> None:
        """Makes what is missing; what is there stays, since others trust it."""
        if self._key_file.exists() and self.certificate_file.exists():
            return
        self._key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Soihtu's own authority")
        made = (
            _begun(name, name, key.public_key(), AUTHORITY_LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        # The certificate last: it says that all is there.
        _write(self._key_file, _private(key), 0o600)
        _write(self.certificate_file, made.public_bytes(Encoding.PEM), 0o644)

    def certify(self, file: Path, names: Sequence[str]) -> None:
        """Has `file` hold a key and a certificate for these host names and addresses."""
        if not _holds(file, names):
            file.parent.mkdir(parents=True, exist_ok=True)
            key = ec.generate_private_key(ec.SECP256R1())
            made = self._signed(key, names)
            _write(file, _private(key) + made.public_bytes(Encoding.PEM), 0o600)

    def _signed(self, key: ec.EllipticCurvePrivateKey, names: Sequence[str]) -> x509.Certificate:
        own = load_pem_private_key(self._key_file.read_bytes(), None)
        assert isinstance(own, ec.EllipticCurvePrivateKey)
        root = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        usage = x509.ExtendedKeyUsage(
            [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        )
        return (
            _begun(_name(names[0]), root.subject, key.public_key(), CERTIFICATE_LASTS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_host(it) for it in names]), critical=False)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(usage, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key()),
                critical=False,
            )
            .sign(own, hashes.SHA256())
        )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    now = clock.true_now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _holds(file: Path, names: Sequence[str]) -> bool:
    """Whether it is for these names, and goes on for a while."""
    if not file.exists():
        return False
    found = x509.load_pem_x509_certificate(file.read_bytes())
    told = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        list(told) == [_host(it) for it in names]
        and found.not_valid_after_utc - clock.true_now() > RENEWED_BEFORE
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes, mode: int) -> None:
    """Appears whole or not at all, and was never open to more people than it is in the end."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
    draft.chmod(mode)
    draft.replace(file)


def main(argv: Sequence[str]) -> int:
    """Have an authority and a broker's certificate in the folder; exit code."""
    if len(argv) < 2:
        sys.stderr.write("usage: python -m chassis.certificates FOLDER NAME…\n")
        return 2
    folder, names = Path(argv[0]), list(dict.fromkeys(argv[1:]))
    authority = Authority(folder)
    authority.prepare()
    authority.certify(folder / "broker.pem", names)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
