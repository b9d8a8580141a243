from __future__ import annotations

import pytest

from ingest.fetch.urls import checked, is_url
from rag.config import Fetch
from rag.errors import FetchError


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://example.org/a.pdf", "scheme 'ftp'"),
        ("file:///etc/passwd", "scheme 'file'"),
        ("gopher://example.org/", "scheme 'gopher'"),
        ("//example.org/a.pdf", "scheme ''"),
        ("http://user@example.org/", "name or a password"),
        ("http://user:secret@example.org/", "name or a password"),
        ("http://@example.org/", "name or a password"),
        ("http://example.org:22/", "port 22"),
        ("http://example.org:0/", "port 0"),
        ("http://example.org:99999/", "no URL"),
        ("http://[::1/", "no URL"),
        ("http:///a.pdf", "no host"),
        ("http://ex ample.org/", "no URL"),
        ("http://example.org/a\nHost: evil", "no URL"),
        ("http://example.org\\@127.0.0.1/", "no URL"),
        ("http://127.1/", "unusual spelling"),
        ("http://2130706433/", "unusual spelling"),
        ("http://0x7f000001/", "unusual spelling"),
        ("http://0x7f.0.0.1/", "unusual spelling"),
        ("http://0177.0.0.1/", "unusual spelling"),
        ("http://127.0.0.0x1/", "unusual spelling"),
        ("http://127.0.0.1.5/", "unusual spelling"),
        ("http://%31%32%37.0.0.1/", "no host"),
        ("http://[fe80::1%25eth0]/", "network card"),
        ("http://a..b/", "no host"),
        ("http://-a-.org/", "no host"),
        ("http://example.org/" + "a" * 5000, "too long"),
    ],
)
def test_what_is_refused(url, complaint):
    with pytest.raises(FetchError, match=complaint) as refused:
        checked(url, Fetch())
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a#part", "https://example.org/a"),
        ("http://example.org./a?b=c d".replace(" ", "%20"), "http://example.org/a?b=c%20d"),
        ("https://bücher.example/ä.pdf", "https://xn--bcher-kva.example/%C3%A4.pdf"),
        ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://１２７.0.0.1/", "http://127.0.0.1/"),  # then refused by its address
    ],
)
def test_what_is_asked_for(url, normal):
    assert checked(url, Fetch()).url == normal


def test_other_ports_by_configuration():
    assert checked("http://example.org:8080/", Fetch(ports=(8080,))).port == 8080


def test_what_is_a_url_and_what_a_path():
    assert is_url("https://example.org")
    assert is_url("ftp://example.org")
    assert not is_url("papers/a.pdf")
    assert not is_url("C:/papers")
