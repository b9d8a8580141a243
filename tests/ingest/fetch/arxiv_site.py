"""A server that answers as arXiv does."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.ingest.fetch.serving import Site, body
from tests.ingest.parsers.made_pdf import PROSE, MadePdf

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
  <title type="html">ArXiv Query</title>
  <entry>
    <id>http://arxiv.org/abs/{id}v{version}</id>
    <published>2017-06-12T17:57:34Z</published>
    <title>Attention to
      Fetching</title>
    <summary>  We fetch.
    </summary>
    <author><name>Ada Lovelace</name></author>
    <author><name>Grace Hopper</name></author>
    <arxiv:doi>10.1000/182</arxiv:doi>
    <arxiv:journal_ref>Journal of Fetching 1 (2018)</arxiv:journal_ref>
  </entry>
</feed>"""
EMPTY = '<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title></feed>'


def tar_gz(**files: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name.replace("_", "."))
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


@dataclass
class Arxiv:
    """One preprint, whose ``version`` is the latest, on ``site``."""

    site: Site
    arxiv_id: str = "1706.03762"
    version: int = 2

    def __post_init__(self) -> None:
        for asked in (self.arxiv_id, *(f"{self.arxiv_id}v{n}" for n in range(1, 9))):
            self.site.pages[f"/api/query?id_list={asked.replace('/', '%2F')}&max_results=1"] = (
                self._record
            )

    def has(self, form: str, content: bytes, kind: str, version: int | None = None) -> None:
        at = f"/{form}/{self.arxiv_id}v{version or self.version}"
        self.site.pages[at] = body(content, kind)

    def _record(self, request: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(request.path).query)["id_list"][0]
        version = int(asked.rpartition("v")[2]) if "v" in asked else self.version
        known = version <= self.version
        atom = ATOM.format(id=self.arxiv_id, version=version) if known else EMPTY
        body(atom.encode(), "application/atom+xml")(request)


def gz(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def pdf(title: str, text: str = PROSE) -> bytes:
    """A paper of one page."""
    made = MadePdf()
    made.line(120, 80, title, size=17)
    made.line(60, 120, "1 Introduction", size=12, font="tibo")
    made.paragraph(60, 140, text, 480)
    return made.document.tobytes()
