"""Connections go to an address, but certificates are checked against the name."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingest.fetch.fetcher import Fetcher
from ingest.fetch.kinds import Kind
from rag.errors import FetchError
from tests.ingest.fetch.serving import Site, body, moved, serving

PDF = b"%PDF-1.7"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for ``name``, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server whose certificate is for papers.test, and trusted."""
    cert, key = certificate(tmp_path, "papers.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with serving(context) as site:
        site.pages["/a.pdf"] = body(PDF)
        yield site


def save(site: Site, host: str, folder: Path) -> bytes:
    settings = site.settings(private_hosts=["papers.test", "other.test"])
    fetcher = Fetcher(settings, lambda *_: ["127.0.0.1"])
    path = folder / "a.pdf"
    fetcher.save(f"https://{host}:{site.port}/a.pdf", path, frozenset({Kind.PDF}))
    return path.read_bytes()


def test_the_name_in_the_url_is_the_one_that_must_be_certified(secure, tmp_path):
    assert save(secure, "papers.test", tmp_path) == PDF
    with pytest.raises(FetchError, match=r"(?i)hostname mismatch"):
        save(secure, "other.test", tmp_path)


def test_a_certificate_that_nobody_vouches_for_is_refused(secure, tmp_path, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(FetchError, match="certificate verify failed"):
        save(secure, "papers.test", tmp_path)
    assert not secure.asked


def test_an_encrypted_download_does_not_go_on_unencrypted(secure, tmp_path):
    secure.pages["/a.pdf"] = moved(f"http://papers.test:{secure.port}/a.pdf")
    with pytest.raises(FetchError, match="not encrypted"):
        save(secure, "papers.test", tmp_path)
