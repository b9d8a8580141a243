"""The tree of an HTML file, and which parts of it are the article."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.markup import Node, html_root, words
from ingest.parsers.html.unseen import is_unseen
from rag.errors import SourceError

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*(?:>|\Z)")
_SEEN_BY_BROWSERS = 4096
_FOREIGN = frozenset(
    "script style noscript template nav header footer form button input select textarea svg "
    "canvas iframe object embed audio video dialog head title "
    "d-front-matter d-title d-byline d-contents d-toc d-bibliography d-footnote-list "
    "d-citation-list mjx-math".split()
)
_ROLES = frozenset({"navigation", "banner", "search", "contentinfo", "doc-toc"})
_CLASSES = frozenset(
    "ltx_page_header ltx_page_footer ltx_page_navbar ltx_TOC ltx_authors ltx_dates ltx_pagination "
    "ltx_rdf katex-html MathJax MathJax_Preview MathJax_SVG sr-only visually-hidden "
    "ltx_classification ltx_ERROR".split()
)


def read(source: Path) -> Node:
    """The root of the file's tree. Raises SourceError for what is no HTML."""
    try:
        data = source.read_bytes()
    except OSError as error:
        raise SourceError(source.name, f"can't be read: {error.strerror}") from error
    if not data.strip():
        raise SourceError(source.name, "the file is empty")
    if b"\0" in data[:_SEEN_BY_BROWSERS] and not data.startswith(_BOMS):
        raise SourceError(source.name, "not HTML: it holds binary data")
    root = html_root(_DECLARATION.sub("", _decoded(data)))
    if root is None:
        raise SourceError(source.name, "there is nothing in it")
    return root


_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _decoded(data: bytes) -> str:
    """By its byte order mark, else as UTF-8, else as it says, else as Western European."""
    if data.startswith(_BOMS):
        return data.decode("utf-16", "replace")
    declared = _META.search(data[:_SEEN_BY_BROWSERS])
    for encoding in ("utf-8-sig", declared[1].decode("ascii") if declared else "", "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def main_parts(root: Node) -> list[Node]:
    """The elements that hold the article, in order, where the page marks them; else its body."""
    for paths in (
        [".//article[@class]", ".//div[@class]"],
        [".//d-article"],
        [".//main"],
        [".//article"],
    ):
        found = [node for path in paths for node in root.iterfind(path)]
        if paths[0].endswith("[@class]"):
            found = [node for node in found if has_class(node, "ltx_document")][:1]
        if found := [node for node in found if words(node)]:
            best = max(found, key=lambda node: len(words(node)))
            return [best, *root.iterfind(".//d-appendix")] if best.tag == "d-article" else [best]
    body = root.find("body")
    return [root if body is None else body]


def has_class(node: Node, *names: str) -> bool:
    """Whether the element has one of the classes."""
    return not set(names).isdisjoint(node.get("class", "").split())


def is_foreign(node: Node) -> bool:
    """Whether the element is no part of the article's text: scripts, navigation, what is hidden."""
    if not isinstance(node.tag, str) or node.tag in _FOREIGN:
        return not is_tex_script(node)
    return (
        node.get("hidden") is not None
        or (node.get("aria-hidden") == "true" and node.tag != "math")
        or node.get("role") in _ROLES
        or not _CLASSES.isdisjoint(node.get("class", "").split())
        or is_unseen(node)
    )


def is_tex_script(node: Node) -> bool:
    """MathJax keeps its formulas in scripts that are none."""
    return node.tag == "script" and str(node.get("type", "")).startswith("math/tex")
