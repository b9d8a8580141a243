"""An answer to take away: as Markdown with its references, and papers as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable

from api.bibtex import bibtex
from api.characters import one_line, visible
from api.paper_shapes import PaperJson
from api.shapes import AnswerJson, CitationJson, PlaceJson
from api.unlinked import unlinked
from api.web.markdown import fenced_lines
from rag.citations import names, place
from rag.types import Metadata, Role, Section

__all__ = ["answer_markdown", "bibtex", "markdown_text", "references"]

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$&#])")


def answer_markdown(answer: AnswerJson) -> str:
    """The answer with its markers, and below it what each of them stands for.

    Wherever it is pasted, it loads no picture, leads nowhere and holds no HTML.
    """
    listed = references(answer["citations"])
    parts = [
        _harmless(visible(answer["answer"]).strip()),
        *(["## References", unlinked(listed)] if listed else []),
    ]
    return "\n\n".join(parts) + "\n"


def references(citations: Iterable[CitationJson]) -> str:
    """A list, an item for each citation: marker, authors and year, title, place, quote."""
    return "\n".join(f"- {_reference(citation)}" for citation in citations)


def markdown_text(text: str) -> str:
    """``text`` as one line that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _harmless(answer: str) -> str:
    lines = answer.splitlines()
    fenced = fenced_lines("\n".join(lines))
    return "\n".join(
        line if number in fenced else unlinked(_TAG.sub("&lt;", line.replace("![", "!\\[")))
        for number, line in enumerate(lines)
    )


def _reference(citation: CitationJson) -> str:
    paper = citation["paper"]
    title = markdown_text(paper["title"])
    said = [markdown_text(_by(paper)), f"*{title}*" if title else "", _where(citation)]
    quote = markdown_text(citation["quote"])
    words = f": “{quote}”" if quote else ""
    return f"{citation['marker']} {'. '.join(part for part in said if part)}{words}"


def _by(paper: PaperJson) -> str:
    named = names(Metadata(authors=tuple(paper["authors"]))) or paper["id"]
    return f"{named} {paper['year']}" if paper["year"] else named


def _where(citation: CitationJson) -> str:
    page = f"p. {citation['page']}" if citation["page"] is not None else ""
    section = markdown_text(place(_section(citation["section"])))
    return ", ".join(part for part in (section, page) if part)


def _section(place: PlaceJson) -> Section:
    return Section(place["number"], place["title"], len(place["path"]), Role(place["role"]))
