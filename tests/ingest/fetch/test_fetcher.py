"""Fetching over real connections to a server that may mean ill."""

from __future__ import annotations

import gzip
import socket
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest

from ingest.fetch.fetcher import Fetcher
from ingest.fetch.kinds import Kind, told_by
from rag.config import Fetch
from rag.errors import FetchError, NothingThere
from tests.ingest.fetch.serving import Site, body, moved

PDF = b"%PDF-1.7 and what follows"
ANY = frozenset(Kind)


def save(site: Site, folder: Path, path: str = "/a.pdf", **settings):
    fetcher = Fetcher(site.settings(**settings))
    return fetcher.save(f"{site.url}{path}", folder / "a.pdf", ANY)


def refused(site: Site, folder: Path, complaint: str, path: str = "/a.pdf", **settings) -> None:
    with pytest.raises(FetchError, match=complaint):
        save(site, folder, path, **settings)
    assert not list(folder.iterdir())


def test_a_file_is_saved_with_what_tells_its_version(site, tmp_path):
    site.pages["/a.pdf"] = body(PDF, ETag='"1"')
    answer = save(site, tmp_path, contact="mailto:me@example.org")
    assert (tmp_path / "a.pdf").read_bytes() == PDF
    assert (answer.kind, answer.size, answer.etag) == (Kind.PDF, len(PDF), '"1"')
    headers = site.asked[0][1]
    assert headers["User-Agent"].startswith("scholium/")
    assert "mailto:me@example.org" in headers["User-Agent"]
    assert headers["Host"] == f"127.0.0.1:{site.port}"


def test_nothing_is_saved_where_the_server_has_nothing_newer(site, tmp_path):
    site.pages["/a.pdf"] = body(b"", status=304)
    fetcher = Fetcher(site.settings())
    known = {"If-None-Match": '"é"'}
    answer = fetcher.save(f"{site.url}/a.pdf", tmp_path / "a.pdf", ANY, known)
    assert answer.kind is None
    assert site.asked[0][1]["If-None-Match"] == '"é"'
    assert not list(tmp_path.iterdir())


def test_nothing_newer_is_no_answer_to_a_plain_request(site, tmp_path):
    site.pages["/a.pdf"] = body(b"", status=304)
    refused(site, tmp_path, "the server answers 304")


def test_what_is_not_there_is_told_from_what_is_busy(site, tmp_path):
    with pytest.raises(NothingThere, match="answers 404"):
        save(site, tmp_path)
    site.pages["/a.pdf"] = body(b"", status=503)
    with pytest.raises(FetchError, match="too busy") as caught:
        save(site, tmp_path)
    assert not isinstance(caught.value, NothingThere)


@pytest.mark.parametrize(
    ("address", "advice"),
    [("10.0.0.1", True), ("169.254.169.254", False), ("fd00:ec2::254", False), ("fe80::1", False)],
)
def test_allowing_is_advised_only_where_it_helps(site, tmp_path, address, advice):
    fetcher = Fetcher(site.settings(private_hosts=[]), resolve=lambda *_: [address])
    with pytest.raises(FetchError) as caught:
        fetcher.save(f"http://papers.test:{site.port}/a.pdf", tmp_path / "a.pdf", ANY)
    assert ("private_hosts may allow it" in str(caught.value)) == advice


def test_fetching_can_be_off(site, tmp_path):
    refused(site, tmp_path, r"fetching is off \(\[fetch\] enabled\)", enabled=False)
    assert not site.asked


def test_loopback_is_refused_before_a_byte_is_sent(site, tmp_path):
    refused(site, tmp_path, "this machine's own", private_hosts=[])
    assert not site.asked


def test_private_addresses_may_be_allowed_for_all(site, tmp_path):
    site.pages["/a.pdf"] = body(PDF)
    assert save(site, tmp_path, private_hosts=[], allow_private=True).kind is Kind.PDF


@pytest.mark.parametrize("host", ["localhost", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
def test_other_spellings_of_loopback_are_refused(site, tmp_path, host):
    fetcher = Fetcher(site.settings(private_hosts=[]))
    with pytest.raises(FetchError, match="this machine's own"):
        fetcher.save(f"http://{host}:{site.port}/a.pdf", tmp_path / "a.pdf", ANY)
    assert not site.asked


def named(site: Site, *answers: list[str], **settings) -> tuple[Fetcher, list[str]]:
    """A fetcher for which papers.test has one list of addresses after the other."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return Fetcher(site.settings(private_hosts=["papers.test"], **settings), resolve), asked


def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_used(site, tmp_path):
    site.pages["/a.pdf"] = body(PDF)
    fetcher, asked = named(site, ["127.0.0.1"], ["169.254.169.254"])
    fetcher.save(f"http://papers.test:{site.port}/a.pdf", tmp_path / "a.pdf", ANY)
    assert asked == ["papers.test"]
    assert site.asked[0][1]["Host"] == f"papers.test:{site.port}"


def test_one_forbidden_address_among_others_is_enough(site, tmp_path):
    fetcher, _ = named(site, ["127.0.0.1", "169.254.169.254"])
    with pytest.raises(FetchError, match=r"169\.254\.169\.254, which is that of a cloud's"):
        fetcher.save(f"http://papers.test:{site.port}/a.pdf", tmp_path / "a.pdf", ANY)
    assert not site.asked


def test_the_second_address_is_tried_where_the_first_does_not_answer(site, tmp_path):
    site.pages["/a.pdf"] = body(PDF)
    fetcher, _ = named(site, ["127.0.0.2", "127.0.0.1"])
    assert fetcher.save(f"http://papers.test:{site.port}/a.pdf", tmp_path / "a.pdf", ANY).size


def test_a_name_that_moves_between_redirects_is_checked_again(site, tmp_path):
    site.pages["/a.pdf"] = moved("/b.pdf")
    site.pages["/b.pdf"] = body(PDF)
    fetcher, asked = named(site, ["127.0.0.1"], ["169.254.169.254"])
    with pytest.raises(FetchError, match="metadata service"):
        fetcher.save(f"http://papers.test:{site.port}/a.pdf", tmp_path / "a.pdf", ANY)
    assert site.paths == ["/a.pdf"]
    assert asked == ["papers.test", "papers.test"]


@pytest.mark.parametrize(
    ("there", "complaint"),
    [
        ("file:///etc/passwd", "scheme 'file'"),
        ("ftp://example.org/a.pdf", "scheme 'ftp'"),
        ("http://169.254.169.254/latest/meta-data/", "port 80|metadata"),
        ("http://[::ffff:169.254.169.254]:{port}/", "metadata"),
        ("http://10.0.0.1:{port}/", "is private"),
        ("http://0x7f000001:{port}/", "unusual spelling"),
        ("http://me:secret@127.0.0.1:{port}/", "password"),
        ("http://127.0.0.1:22/", "port 22"),
        ("//localhost:{port}/b.pdf", "this machine's own"),
        ("", "without saying where"),
        ("http://[::1", "no URL"),
    ],
)
def test_redirects_are_checked_as_the_first_url_is(site, tmp_path, there, complaint):
    site.pages["/a.pdf"] = moved(there.format(port=site.port))
    site.pages["/b.pdf"] = body(PDF)
    refused(site, tmp_path, complaint)
    assert site.paths == ["/a.pdf"]


def test_redirects_are_followed_but_not_for_ever(site, tmp_path):
    site.pages["/a.pdf"] = moved("/b.pdf", 301)
    site.pages["/b.pdf"] = moved(f"{site.url}/c.pdf", 308)
    site.pages["/c.pdf"] = body(PDF)
    assert save(site, tmp_path).url == f"{site.url}/c.pdf"
    (tmp_path / "a.pdf").unlink()
    site.pages["/c.pdf"] = moved("/a.pdf")
    refused(site, tmp_path, "in circles")
    for n in range(9):
        site.pages[f"/{n}"] = moved(f"/{n + 1}")
    refused(site, tmp_path, "on and on", "/0")


def test_what_is_too_large_is_refused_by_what_it_says_and_by_what_comes(site, tmp_path):
    site.pages["/a.pdf"] = body(PDF + b"x" * 10**6)
    refused(site, tmp_path, r"larger than 1 MB \(\[fetch\] max_mb\)", max_mb=1)

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/pdf")
        request.end_headers()
        request.wfile.write(PDF)
        while True:
            request.wfile.write(b"x" * 100_000)

    site.pages["/b.pdf"] = endless
    refused(site, tmp_path, "larger than 1 MB", "/b.pdf", max_mb=1)


@pytest.mark.parametrize("layers", [1, 2])
def test_what_unpacks_to_too_much_is_refused(site, tmp_path, layers):
    bomb = PDF + bytes(5 * 10**6)
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    site.pages["/a.pdf"] = body(bomb, Content_Encoding=", ".join(["gzip"] * layers))
    complaint = "larger than 1 MB" if layers == 1 else "packed in a way that was not asked for"
    refused(site, tmp_path, complaint, max_mb=1)


def test_what_is_packed_is_unpacked_unless_it_is_kept_so(site, tmp_path):
    site.pages["/a.pdf"] = body(gzip.compress(PDF), Content_Encoding="x-gzip")
    save(site, tmp_path)
    assert (tmp_path / "a.pdf").read_bytes() == PDF
    site.pages["/a.gz"] = body(gzip.compress(PDF), "application/gzip", Content_Encoding="gzip")
    fetcher = Fetcher(site.settings())
    answer = fetcher.save(f"{site.url}/a.gz", tmp_path / "a.gz", ANY, unpack=False)
    assert answer.kind is Kind.GZIP
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == PDF


def test_several_members_are_one(site, tmp_path):
    """Also where one ends amid a piece, and where padding or rubbish follows the last."""
    text = b"%PDF-" + bytes(range(1, 256)) * 2000
    members = b"".join(gzip.compress(text[at : at + 70_000]) for at in range(0, len(text), 70_000))
    for tail in (b"", b"\0" * 512, b"rubbish"):
        site.pages["/a.pdf"] = body(members + tail, Content_Encoding="gzip")
        save(site, tmp_path)
        assert (tmp_path / "a.pdf").read_bytes() == text
    site.pages["/a.pdf"] = body(members[:-9], Content_Encoding="gzip")
    with pytest.raises(FetchError, match="before it is complete"):
        save(site, tmp_path)


def test_comments_without_end_are_told_at_once():
    assert told_by(b"<!---->" * 290 + b"x") is None
    assert told_by(b"<!-- a -->\n" * 20 + b"<html>") is Kind.HTML


@pytest.mark.parametrize("packed", [gzip.compress(PDF, mtime=0)[:-9], b"no gzip at all"])
def test_what_is_packed_and_broken_is_refused(site, tmp_path, packed):
    site.pages["/a.pdf"] = body(packed, Content_Encoding="gzip")
    refused(site, tmp_path, "broken|before it is complete")


def test_a_download_that_stops_short_leaves_the_older_file(site, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"older")

    def stops(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/pdf")
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(PDF)
        request.connection.shutdown(socket.SHUT_RDWR)

    site.pages["/a.pdf"] = stops
    with pytest.raises(FetchError, match="can't be had"):
        save(site, tmp_path)
    site.pages["/a.pdf"] = body(b"GIF89a")
    with pytest.raises(FetchError, match="by its content"):
        save(site, tmp_path)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"older"]


@pytest.mark.parametrize(
    ("content", "kind", "complaint"),
    [
        (PDF, "image/png", "is no paper but image/png"),
        (PDF, "text/html", "by its content"),
        (b"<html><p>Log in</p></html>", "application/pdf", "by its content"),
        (b"\x7fELF\x00", "application/octet-stream", "by its content"),
        (b"", "application/pdf", "is empty"),
        (b"just text", "text/html", "by its content"),
    ],
)
def test_the_kind_is_told_by_name_and_content(site, tmp_path, content, kind, complaint):
    site.pages["/a.pdf"] = body(content, kind)
    refused(site, tmp_path, complaint)


def test_a_kind_that_was_not_asked_for_is_refused(site, tmp_path):
    site.pages["/a.pdf"] = body(b"<!DOCTYPE html><html></html>", "text/html; charset=utf-8")
    with pytest.raises(FetchError, match="no paper but text/html"):
        Fetcher(site.settings()).save(
            f"{site.url}/a.pdf", tmp_path / "a.pdf", frozenset({Kind.PDF})
        )


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a byte at a time, each well within the time for the next."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        request.wfile.write(b"x")
        request.wfile.flush()
        try:
            request.connection.settimeout(0.02)
            if not request.connection.recv(1):
                return  # the client has gone
        except TimeoutError:
            continue


def dripping_body(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "application/pdf")
    request.end_headers()
    request.wfile.write(PDF)
    dripping(request)


def silent(request: BaseHTTPRequestHandler) -> None:
    request.connection.recv(1)  # until the client has gone


@pytest.mark.parametrize(
    ("answer", "limits"),
    [
        (dripping, {"timeout_s": 0.5}),
        (dripping_body, {"timeout_s": 0.5}),
        (silent, {"stall_s": 0.2}),
    ],
)
def test_a_server_that_drips_or_is_silent_is_left(site, tmp_path, answer, limits):
    site.pages["/a.pdf"] = answer
    refused(site, tmp_path, r"takes too long: .*timeout_s, stall_s", **limits)


def test_a_name_server_that_does_not_answer_is_left(site, tmp_path):
    asked, over = [], Event()

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        over.wait()
        return ["127.0.0.1"]

    fetcher = Fetcher(site.settings(timeout_s=0.2), resolve)
    with pytest.raises(FetchError, match="takes too long"):
        fetcher.save(f"http://papers.test:{site.port}/", tmp_path / "a", ANY)
    over.set()
    assert asked == ["papers.test"]


@pytest.mark.parametrize(
    ("status", "complaint"),
    [(404, "answers 404"), (500, "answers 500"), (206, "answers 206"), (503, "again in 7 s")],
)
def test_what_the_server_refuses(site, tmp_path, status, complaint):
    site.pages["/a.pdf"] = body(PDF, status=status, Retry_After="7")
    refused(site, tmp_path, complaint)


def test_nobody_there(site, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        settings = Fetch(ports=(port,), private_hosts=("127.0.0.1",))
        with pytest.raises(FetchError, match="can't be had"):
            Fetcher(settings).save(f"http://127.0.0.1:{port}/", tmp_path / "a", ANY)
    unknown = Fetcher(Fetch())
    with pytest.raises(FetchError, match="can't be looked up"):
        unknown.save("http://no-such-host.invalid/", tmp_path / "a", ANY)
