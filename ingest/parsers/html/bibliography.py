"""Entries of a bibliography, as far as the page tells their parts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.bibtex import bib_entries
from ingest.markup import Node, words
from ingest.parsers.html.document import has_class
from ingest.parsers.html.inline import Inline
from rag.types import Reference

_CALL = re.compile(r"\[?([\w+-]{1,12})\]?\.?")
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_ARXIV = re.compile(r"(?:arxiv[:./ ]\s*(?:abs/|pdf/)?)(\d{4}\.\d{4,5})", re.IGNORECASE)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;)])")
_BETWEEN = re.compile(r"\s*,\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+")
_REST = frozenset({"", "others", "et al"})
_TITLE_BLOCK = 1  # LaTeXML keeps BibTeX's blocks: authors, title, the rest


def reference_of(item: Node, text: str, number: int | None) -> Reference:
    """What the entry ``text`` says; ``number`` is its place in a numbered list.

    The element that it indexes is to be filled in.
    """
    tag = next((words(n) for n in item.iter() if has_class(n, "ltx_tag_bibitem")), "")
    called = _CALL.fullmatch(tag) if tag else None
    label = called[1] if called else ("" if tag or number is None else str(number))
    hrefs = [href for a in item.iter("a") if (href := str(a.get("href") or "")).startswith("http")]
    everything = " ".join([text, *hrefs])
    arxiv, doi, years = _ARXIV.search(everything), _DOI.search(everything), _YEAR.findall(text)
    blocks = [words(n) for n in item.iter("span") if has_class(n, "ltx_bibblock")]
    title = blocks[_TITLE_BLOCK] if len(blocks) > _TITLE_BLOCK else ""
    return Reference(
        element=0,
        label=label,
        authors=_names(blocks[0]) if title else (),
        title=title.strip(' .,"“”'),
        year=int(years[-1][:4]) if years else None,
        arxiv_id=arxiv[1] if arxiv else "",
        doi=doi[1] if doi else "",
        url=hrefs[0] if hrefs else "",
    )


def _names(block: str) -> tuple[str, ...]:
    """The authors, where given and family names stand together and commas divide only people."""
    names = [name for name in _BETWEEN.split(block.strip(" .")) if name not in _REST]
    return tuple(names) if all(" " in name for name in names) else ()


def distill_entries(root: Node) -> Iterator[tuple[str, Inline, Reference]]:
    """Key, text and reference of each entry that Distill's page keeps as data."""
    for script in (s for place in root.iter("d-bibliography") for s in place.iter("script")):
        for key, values in _data(script):
            title, venue = values.get("title", ""), values.get("journal", "")
            authors = tuple(a.strip() for a in values.get("author", "").split(" and ") if a.strip())
            year = values.get("year", "")
            parts = [f"[{key}] {', '.join(authors)}", title, venue, year, values.get("url", "")]
            reference = Reference(
                element=0,
                label=key,
                authors=authors,
                title=title,
                year=int(year) if year.isdigit() else None,
                venue=venue,
                doi=values.get("doi", ""),
                url=values.get("url", ""),
            )
            text = ". ".join(part.strip(" .") for part in parts if part.strip())
            arxiv = _ARXIV.search(text)
            yield key, Inline(text), replace(reference, arxiv_id=arxiv[1] if arxiv else "")


def _data(script: Node) -> Iterator[tuple[str, dict[str, str]]]:
    text = script.text or ""
    try:
        found: Any = json.loads(text)
    except ValueError:
        whole = (entry for entry in bib_entries(text) if not entry.fault)
        yield from ((entry.key, entry.fields) for entry in whole)
        return
    for pair in found if isinstance(found, list) else ():
        match pair:
            case [str(key), dict(values)]:
                yield key, {name: text for name, text in values.items() if isinstance(text, str)}
