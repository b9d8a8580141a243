"""Zotero's own export, as RDF with its files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from ingest.exports.item import ExportItem, arxiv_in, is_file, year_in
from ingest.markup import Node, words, xml_root
from rag.types import Metadata

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ZOTERO = "{http://www.zotero.org/namespaces/export#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_BIB = "{http://purl.org/net/biblio#}"
_FOAF = "{http://xmlns.com/foaf/0.1/}"
_LINK = "{http://purl.org/rss/1.0/modules/link/}"
_NO_PAPERS = frozenset({"attachment", "note", "annotation"})


def rdf_items(data: bytes, folder: Path) -> Iterator[ExportItem]:
    """The items of an export in ``folder``. Raises ValueError for what is no RDF."""
    root = xml_root(data)
    if root.tag != f"{_RDF}RDF":
        raise ValueError("its root is not rdf:RDF")
    named = {node.get(f"{_RDF}about"): node for node in root if node.get(f"{_RDF}about")}
    for node in root:
        kind = _said(node, f"{_ZOTERO}itemType")
        if kind and kind not in _NO_PAPERS:
            title = _said(node, f"{_DC}title")
            url = _said(node, f"{_DC}identifier/{_TERMS}URI/{_RDF}value")
            key = title or url or str(node.get(f"{_RDF}about"))
            files = tuple(_files(node, named, folder))
            yield ExportItem(key, _metadata(node, named, url), files, url)


def _metadata(node: Node, named: dict[str, Node], url: str) -> Metadata:
    identifiers = [text for i in node.iterfind(f"{_DC}identifier") if (text := words(i))]
    dois = [text.split()[-1] for text in identifiers if text.upper().startswith("DOI ")]
    arxiv_id, version = arxiv_in(
        url, *identifiers, _said(node, f"{_DC}description"), str(node.get(f"{_RDF}about"))
    )
    people = node.iterfind(f"{_BIB}authors/{_RDF}Seq/{_RDF}li/{_FOAF}Person")
    return Metadata(
        title=_said(node, f"{_DC}title"),
        authors=tuple(name for person in people if (name := _name(person))),
        year=year_in(_said(node, f"{_DC}date")),
        arxiv_id=arxiv_id,
        abstract=_said(node, f"{_TERMS}abstract"),
        arxiv_version=version,
        doi=dois[0] if dois else "",
        venue=_venue(node, named),
        keywords=tuple(text for s in node.iterfind(f"{_DC}subject") if (text := words(s))),
    )


def _venue(node: Node, named: dict[str, Node]) -> str:
    for part in node.iterfind(f"{_TERMS}isPartOf"):
        elsewhere = named.get(part.get(f"{_RDF}resource"))
        for whole in part if elsewhere is None else [elsewhere]:
            if title := _said(whole, f"{_DC}title"):
                return title
    return ""


def _name(person: Node) -> str:
    given = _said(person, f"{_FOAF}givenName") or _said(person, f"{_FOAF}givenname")
    return f"{given} {_said(person, f'{_FOAF}surname')}".strip()


def _files(node: Node, named: dict[str, Node], folder: Path) -> Iterator[Path]:
    for link in node.iterfind(f"{_LINK}link"):
        attachment = named.get(link.get(f"{_RDF}resource"))
        resource = None if attachment is None else attachment.find(f"{_RDF}resource")
        name = "" if resource is None else resource.get(f"{_RDF}resource", "")
        if name and "://" not in name:
            path = folder / name
            yield path if is_file(path) else folder / unquote(name)


def _said(node: Node, path: str) -> str:
    found = node.find(path)
    return "" if found is None else words(found)
