"""What an article says of itself: title, authors, year, ids.

In this order: the ``citation_*`` tags that Google Scholar asks for, what LaTeXML and Distill mark,
and the tags that every page has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ingest.arxiv import id_and_version, stamp_in, year_of_id
from ingest.markup import Node, words
from ingest.parsers.html.document import has_class
from ingest.parsers.html.inline import inline
from rag.types import Metadata

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUPERFLUOUS = re.compile(r"\$[^$]*\$|[\d*†‡§¶∗,\s]+$|\S+@\S+")
_DIVIDERS = re.compile(r"\s*(?:,|;|&|\band\b|\n)\s*")
_MOST_WORDS = 5  # of a name: what is longer is an affiliation


def front_of(root: Node) -> Metadata:
    """The metadata; the abstract only where a tag has it."""
    tags = _tags(root)

    def said(*names: str) -> str:
        return next((tags[name][0] for name in names if tags.get(name)), "")

    arxiv_id, version, stamp_year = _arxiv(root, said("citation_arxiv_id"))
    year = _YEAR.search(
        said("citation_publication_date", "citation_date", "citation_year", "citation_online_date")
        or said("dc.date", "dcterms.date", "article:published_time")
    )
    year = year or _YEAR.search(_printed_date(root))
    distill = _distill(root)
    return Metadata(
        title=said("citation_title", "dc.title", "dcterms.title")
        or str(distill.get("title") or "")
        or _title(root, said("og:title")),
        authors=tuple(_in_order(name) for name in tags.get("citation_author", ()))
        or tuple(_distill_authors(distill))
        or tuple(_latexml_authors(root))
        or tuple(tags.get("dc.creator", ())),
        year=int(year[0]) if year else stamp_year or year_of_id(arxiv_id),
        arxiv_id=arxiv_id,
        abstract=said("citation_abstract") or str(distill.get("description") or ""),
        arxiv_version=version,
        doi=said("citation_doi", "dc.identifier.doi").removeprefix("doi:"),
        venue=said("citation_conference_title", "citation_journal_title"),
        keywords=tuple(
            word.strip() for text in tags.get("citation_keywords", ()) for word in text.split(";")
        ),
    )


def _tags(root: Node) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for node in root.iter("meta"):
        name = str(node.get("name") or node.get("property") or "").lower()
        content = " ".join(str(node.get("content") or "").split())
        if name and content:
            tags.setdefault(name, []).append(content)
    return tags


def _in_order(name: str) -> str:
    """The name as it is spoken: "Ada Lovelace" of "Lovelace, Ada"."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and "," not in given else name


def _printed_date(root: Node) -> str:
    return next((words(n) for n in root.iter("div") if has_class(n, "ltx_dates")), "")


def _arxiv(root: Node, tagged: str) -> tuple[str, int | None, int | None]:
    """Id, version and the version's year, by a tag or by arXiv's own stamp."""
    for node in root.iter("div"):
        if node.get("id") == "watermark-tr" or has_class(node, "ltx_page_watermark"):
            text = words(node)
            found = id_and_version(text.removeprefix("arXiv:").partition(" ")[0])
            if found and (stamp := stamp_in(text)):
                return stamp.arxiv_id, found[1], stamp.year
    arxiv_id, version = id_and_version(tagged) or ("", None)
    return arxiv_id, version, None


def _title(root: Node, tagged: str) -> str:
    for node in root.iter("h1"):
        if has_class(node, "ltx_title_document"):
            return inline(node).text
    headings = [text for node in root.iter("h1") if (text := inline(node).text)]
    if len(headings) == 1 or (headings and headings[0] in tagged):
        return headings[0]
    page = root.find(".//title")
    return tagged or (words(page) if page is not None else "") or "".join(headings[:1])


def _latexml_authors(root: Node) -> Iterator[str]:
    """The names, where LaTeXML could tell them from the rest of the title's block."""
    for person in root.iter("span"):
        if has_class(person, "ltx_personname"):
            for line in inline(person, lines=True).text.split("\n"):
                for name in _DIVIDERS.split(line):
                    cleaned = " ".join(_SUPERFLUOUS.sub(" ", name).split())
                    if 1 < len(cleaned.split()) <= _MOST_WORDS:
                        yield cleaned
                break  # further lines are affiliations


def _distill(root: Node) -> dict[str, Any]:
    for place in root.iter("d-front-matter"):
        for script in place.iter("script"):
            try:
                value = json.loads(script.text or "")
            except ValueError:
                continue
            if isinstance(value, dict):
                return value
    return {}


def _distill_authors(front: dict[str, Any]) -> Iterator[str]:
    for author in front.get("authors") or ():
        if isinstance(author, dict) and isinstance(author.get("author"), str):
            yield author["author"]
